"""Templates of mail that people send from a record."""

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, folded, user_key
from app.models.users import User


class MailTemplate(Record):
    """Subject and text in three languages, for everybody or for whoever wrote it. A language may be left empty."""

    __tablename__ = "mail_template"
    __table_args__ = (Index("ix_mail_template_shared", "is_shared", "sort_name"),)
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(80))
    sort_name: Mapped[str] = folded(80)
    is_shared: Mapped[bool] = mapped_column(default=False, comment="For the whole firm")
    user_id: Mapped[int | None] = user_key(index=True)
    subject_en: Mapped[str] = mapped_column(String(200), default="")
    subject_fr: Mapped[str] = mapped_column(String(200), default="")
    subject_pl: Mapped[str] = mapped_column(String(200), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_fr: Mapped[str] = mapped_column(Text, default="")
    body_pl: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])

    def words_in(self, language: str) -> tuple[str, str]:
        """Subject and text in that language; both empty where nobody wrote it."""
        return getattr(self, f"subject_{language}"), getattr(self, f"body_{language}")

    @property
    def languages(self) -> list[str]:
        """Those in which it has a text."""
        return [each for each in ("en", "fr", "pl") if self.words_in(each)[1]]

    def __str__(self) -> str:
        return self.name
