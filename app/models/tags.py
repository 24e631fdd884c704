"""Tags: free words by which people find records again."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.models.base import Model, Record, Searched
from app.models.words import word_table
from app.support.text import fold

LONGEST_TAG = 60


class Tag(Searched, Record):
    """One word of the firm, written in one way: "VIP" and "vip" are the same tag."""

    __tablename__ = "tag"
    SEARCHED = ("name",)
    FOLDED = {"name": "folded"}
    WORDS = word_table("tag")

    name: Mapped[str] = mapped_column(String(LONGEST_TAG), index=True)
    folded: Mapped[str] = mapped_column(String(LONGEST_TAG), unique=True, comment="The name without capitals and accents")

    def __str__(self) -> str:
        return self.name


def folded(name: str) -> str:
    """What two ways to write the same tag have in common."""
    return fold(name)[:LONGEST_TAG]


def _links(noun: str) -> Table:
    return Table(
        f"{noun}_tag", Model.metadata,
        Column(f"{noun}_id", Integer, ForeignKey(f"{noun}.id", ondelete="CASCADE"), primary_key=True),
        Column("tag_id", Integer, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
    )


TAG_LINKS = {noun: _links(noun) for noun in ("opportunity", "contact", "account")}


class Tagged:
    """Mixin: a type of record that people put tags on."""

    @declared_attr
    def tags(cls: Any) -> Mapped[list[Tag]]:
        return relationship(Tag, secondary=TAG_LINKS[cls.__tablename__], order_by=Tag.folded)
