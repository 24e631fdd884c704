"""Why opportunities end without success, and who won them: lists that an administrator keeps."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.opportunities import ReasonOf
from app.models.base import Labelled, Record, Searched, folded, text_enum
from app.models.words import word_table


class CloseReason(Labelled, Searched, Record):
    """One reason, offered where an opportunity is lost, dropped, or both."""

    __tablename__ = "close_reason"
    SEARCHED = ("label_en", "label_fr", "label_pl")
    WORDS = word_table("close_reason")

    offered_for: Mapped[ReasonOf] = mapped_column(text_enum(ReasonOf, "offered_for_known", 10), default=ReasonOf.BOTH)
    position: Mapped[int] = mapped_column(default=0)


class Competitor(Searched, Record):
    """A firm that sells the same."""

    __tablename__ = "competitor"
    SEARCHED = ("name",)
    FOLDED = {"name": "sort_name"}
    WORDS = word_table("competitor")

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_name: Mapped[str] = folded(120)

    def __str__(self) -> str:
        return self.name
