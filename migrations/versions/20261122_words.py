"""Words by which records are found, and telephone numbers that are found by their end."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "6a1de03b97c4"
down_revision = "3f9a6d10c47b"

NOUNS = ("account", "contact", "opportunity")
PORTION = 5_000


def _by_bytes(length: int) -> Any:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    for noun in NOUNS:
        op.create_table(
            f"{noun}_word",
            sa.Column("word", _by_bytes(40), nullable=False),
            sa.Column("record_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["record_id"], [f"{noun}.id"], name=op.f(f"fk_{noun}_word_record_id"), ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("word", "record_id", name=op.f(f"pk_{noun}_word")),
            sqlite_with_rowid=False,
        )
        for rows in _portions(noun, "search_text"):
            found = [{"word": word, "record_id": key} for key, text in rows for word in {w[:40] for w in re.findall(r"[^\W_]+", text)}]
            if found:
                op.bulk_insert(sa.table(f"{noun}_word", sa.column("word"), sa.column("record_id")), found)
        op.create_index(f"ix_{noun}_word_of", f"{noun}_word", ["record_id", "word"])
    op.add_column("contact_phone", sa.Column("backwards", _by_bytes(30), nullable=False, server_default="", comment="Its digits, the last one first"))
    phone = sa.table("contact_phone", sa.column("id"), sa.column("backwards"))
    change = phone.update().where(phone.c.id == sa.bindparam("key")).values(backwards=sa.bindparam("turned"))
    for rows in _portions("contact_phone", "number"):
        op.get_bind().execute(change, [{"key": key, "turned": re.sub("[^0-9]", "", number)[::-1]} for key, number in rows])
    op.create_index(op.f("ix_contact_phone_backwards"), "contact_phone", ["backwards"])


def _portions(name: str, column: str) -> Iterator[list[Any]]:
    """(key, ``column``) of all rows, some thousands at a time."""
    table = sa.table(name, sa.column("id"), sa.column(column))
    last = 0
    while rows := op.get_bind().execute(
        sa.select(table.c.id, table.c[column]).where(table.c.id > last).order_by(table.c.id).limit(PORTION)
    ).all():
        yield list(rows)
        last = rows[-1][0]


def downgrade() -> None:
    op.drop_index(op.f("ix_contact_phone_backwards"), table_name="contact_phone")
    op.drop_column("contact_phone", "backwards")
    for noun in NOUNS:
        op.drop_table(f"{noun}_word")
