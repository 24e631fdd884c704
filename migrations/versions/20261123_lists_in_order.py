"""Lists stand in the order of their words as people read them: É beside E, Ł beside L, capitals or not."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "f41b9c6d02e8"
down_revision = "5d2b90c7f1e3"

PORTION = 5_000
STROKES = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# (table, new column, what it follows, length, whether it may be empty)
COLUMNS = (
    ("opportunity", "sort_title", ("title",), 200, False), ("task", "sort_title", ("title",), 200, False),
    ("account", "sort_name", ("name",), 200, False), ("account", "sort_city", ("city",), 100, True),
    ("contact", "sort_first_name", ("first_name",), 80, False), ("contact", "sort_job", ("job",), 120, True),
    ("engagement", "sort_name", ("name",), 200, False), ("prospect_row", "sort_name", ("name",), 200, False),
    ("prospecting_order", "sort_name", ("name",), 200, False), ("campaign", "sort_name", ("name",), 120, False),
    ("competitor", "sort_name", ("name",), 120, False), ("team", "sort_name", ("name",), 80, False), ("profile", "sort_name", ("name",), 80, False),
    ("mail_template", "sort_name", ("name",), 80, False), ("form_layout", "sort_name", ("name",), 120, False),
    ("web_form", "sort_name", ("name",), 120, False), ("mailbox", "sort_name", ("name",), 120, False),
    ("identity_provider", "sort_name", ("name",), 60, False), ("ab_role", "sort_name", ("name",), 64, False),
    ("ab_user", "sort_name", ("last_name", "first_name"), 130, False), ("ab_user", "sort_username", ("username",), 64, False),
)
# (index, table, columns before, columns now)
INDEXES = (
    ("ix_opportunity_by_title", "opportunity", ["title", "id"], ["sort_title", "id"]),
    ("ix_account_by_name", "account", ["name", "id"], ["sort_name", "id"]),
    ("ix_engagement_by_name", "engagement", ["name", "id"], ["sort_name", "id"]),
    ("ix_prospect_row_by_name", "prospect_row", ["name", "id"], ["sort_name", "id"]),
    ("ix_prospecting_order_by_name", "prospecting_order", ["name", "id"], ["sort_name", "id"]),
    ("ix_campaign_by_name", "campaign", ["name", "id"], ["sort_name", "id"]),
    ("ix_mail_template_shared", "mail_template", ["is_shared", "name"], ["is_shared", "sort_name"]),
    ("ix_ab_user_by_name", "ab_user", ["last_name", "first_name", "id"], ["sort_name", "id"]),
)


def upgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table in dict.fromkeys(each[0] for each in COLUMNS):
        _fill(table, [each[1:] for each in COLUMNS if each[0] == table])
    for name, table, _, columns in INDEXES:
        op.create_index(name, table, columns)


def _fill(table: str, columns: list[tuple[str, tuple[str, ...], int, bool]]) -> None:
    """Add the columns and fill them, so many rows at a time: what is held in memory does not grow with the table."""
    for name, _, length, is_nullable in columns:
        kind = sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
        default = None if is_nullable else ""
        op.add_column(table, sa.Column(name, kind, nullable=is_nullable, server_default=default, comment="Folded: the order of lists"))
    read = [part for _, parts, _, _ in columns for part in parts]
    rows = sa.table(table, *(sa.column(name) for name in ("id", *read, *(name for name, *_ in columns))))
    asked = sa.select(rows.c.id, *(rows.c[name] for name in read)).order_by(rows.c.id).limit(PORTION)
    last: int | None = None
    while found := op.get_bind().execute(asked if last is None else asked.where(rows.c.id > last)).mappings().all():
        _write(rows, {"id": [row["id"] for row in found], **{name: [_said(row, parts, length) for row in found] for name, parts, length, _ in columns}})
        last = found[-1]["id"]


def _write(rows: Any, said: dict[str, list[Any]]) -> None:
    """``said``: column → its values, the keys first. PostgreSQL takes them as one statement, SQLite sooner row by row."""
    names = [name for name in said if name != "id"]
    if op.get_bind().dialect.name == "postgresql":
        given = ", ".join(f"CAST(:{name} AS {'integer' if name == 'id' else 'varchar'}[])" for name in said)
        change = ", ".join(f"{name} = given.{name}" for name in names)
        statement = f"UPDATE {rows.name} SET {change} FROM unnest({given}) AS given({', '.join(said)}) WHERE {rows.name}.id = given.id"  # noqa: S608 - our names
        op.get_bind().execute(sa.text(statement), said)
        return
    by_key = rows.update().where(rows.c.id == sa.bindparam("key")).values({name: sa.bindparam(f"new_{name}") for name in names})
    several = zip(said["id"], *(said[name] for name in names), strict=True)
    op.get_bind().execute(by_key, [{"key": key, **{f"new_{name}": value for name, value in zip(names, values, strict=True)}} for key, *values in several])


def _said(row: Any, parts: tuple[str, ...], length: int) -> str | None:
    said = [row[part] for part in parts]
    return None if said == [None] else _folded(" ".join(said), length)


def _folded(text: str, length: int) -> str:
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.translate(STROKES)))
    return " ".join(plain.casefold().split())[:length]


def downgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table_name=table)
    for table, name, *_ in reversed(COLUMNS):
        op.drop_column(table, name)
    for name, table, columns, _ in INDEXES:
        op.create_index(name, table, columns)
