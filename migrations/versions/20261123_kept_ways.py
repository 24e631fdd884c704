"""Results by campaign, reason and competitor, and of what began in a month, are kept too, which ``flask crm setup`` counts; people are found by words."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "b3d70e94c2a8"
down_revision = "a4c81f7b2e90"

KEPT = {"campaign_total": "campaign_id", "reason_total": "reason_id", "competitor_total": "competitor_id", "cohort_total": None}
CLOSED = {"sqlite_where": sa.text("closed_at IS NOT NULL"), "postgresql_where": sa.text("closed_at IS NOT NULL")}
RESULTS = ["closed_at", "status", "archived_at", "currency", "amount", "owner_id", "team_id", "pipeline_id", "created_at"]
WAYS = ["campaign_id", "reason_id", "competitor_id"]
BEGAN = ["status", "archived_at", "currency", "amount", "owner_id", "team_id", "closed_at"]
STROKES = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def _indexes(results: list[str], began: list[str]) -> None:
    for name in ("ix_opportunity_results", "ix_opportunity_created"):
        op.drop_index(name, table_name="opportunity")
    op.create_index("ix_opportunity_results", "opportunity", results, **CLOSED)
    op.create_index("ix_opportunity_created", "opportunity", began)


def _words(names: list[str]) -> set[str]:
    plain = unicodedata.normalize("NFKD", " ".join(names).translate(STROKES))
    return {word[:40] for word in re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)).casefold())}


def _by_bytes(length: int) -> Any:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    for table, what in KEPT.items():
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("month", sa.String(length=7), nullable=False, comment="Such as 2026-11, in UTC"),
            sa.Column("status", sa.String(length=12), nullable=False),
            sa.Column("currency", sa.String(length=3), nullable=False),
            sa.Column("owner_id", sa.Integer(), nullable=True),
            sa.Column("team_id", sa.Integer(), nullable=True),
            *([sa.Column(what, sa.Integer(), nullable=True)] if what else []),
            sa.Column("opportunities", sa.BigInteger(), nullable=False),
            sa.Column("cents", sa.BigInteger(), nullable=False),
            sa.Column("seconds", sa.BigInteger(), nullable=False, comment="From the beginning to the closing, of the won ones"),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_month", table, ["month"])
    _indexes([*RESULTS, *WAYS], ["created_at", *BEGAN])
    op.create_table(
        "ab_user_word",
        sa.Column("word", _by_bytes(40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["ab_user.id"], name=op.f("fk_ab_user_word_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_ab_user_word")),
        sqlite_with_rowid=False,
    )
    user = sa.table("ab_user", *map(sa.column, ("id", "first_name", "last_name", "username")))
    found = [{"word": word, "record_id": key} for key, *names in op.get_bind().execute(sa.select(*user.c)) for word in _words([each or "" for each in names])]
    if found:
        op.bulk_insert(sa.table("ab_user_word", sa.column("word"), sa.column("record_id")), found)
    op.create_index("ix_ab_user_word_of", "ab_user_word", ["record_id", "word"])
    op.create_index("ix_ab_user_by_name", "ab_user", ["last_name", "first_name", "id"])


def downgrade() -> None:
    op.drop_index("ix_ab_user_by_name", table_name="ab_user")
    op.drop_table("ab_user_word")
    _indexes(RESULTS, ["created_at"])
    for table in KEPT:
        for each in (f"{table}_in", f"{table}_changed", f"{table}_out"):
            if op.get_bind().dialect.name == "sqlite":
                op.execute(f"DROP TRIGGER IF EXISTS {each}")
            else:
                op.execute(f"DROP TRIGGER IF EXISTS {each} ON opportunity")
                op.execute(f"DROP FUNCTION IF EXISTS {each}()")
        op.drop_index(f"ix_{table}_month", table)
        op.drop_table(table)
