"""Contacts stand in the order of their names as people read them: whoever has a first name alone among the others, Ć beside C."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "c7d05b1e93a4"
down_revision = "5b1e90c7d3a6"

PORTION = 5_000
STROKES = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")


def upgrade() -> None:
    kind = sa.String(220).with_variant(sa.String(220, collation="C"), "postgresql")
    op.add_column(
        "contact", sa.Column("sort_name", kind, nullable=False, server_default="", comment="Last name and first, folded; ~ without a name")
    )
    contact = sa.table("contact", *(sa.column(name) for name in ("id", "first_name", "last_name", "sort_name")))
    asked = sa.select(contact.c.id, contact.c.last_name, contact.c.first_name).order_by(contact.c.id).limit(PORTION)
    change = contact.update().where(contact.c.id == sa.bindparam("key")).values(sort_name=sa.bindparam("said"))
    last = 0
    while rows := op.get_bind().execute(asked.where(contact.c.id > last)).all():
        op.get_bind().execute(change, [{"key": key, "said": _folded(f"{family} {given}") or "~"} for key, family, given in rows])
        last = rows[-1][0]
    op.create_index("ix_contact_in_order", "contact", ["sort_name", "id"])


def _folded(text: str) -> str:
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.translate(STROKES)))
    return " ".join(plain.casefold().split())[:220]


def downgrade() -> None:
    op.drop_index("ix_contact_in_order", table_name="contact")
    op.drop_column("contact", "sort_name")
