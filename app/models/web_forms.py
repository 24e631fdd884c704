"""Public web forms."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.languages import Language
from app.models.base import Record, folded, text_enum, user_key
from app.models.pipelines import Pipeline
from app.models.teams import Team
from app.models.users import User
from app.support.secrets import token


class WebForm(Record):
    """A form that a visitor of some web site sends to us; ``token`` is the public part of its address."""

    __tablename__ = "web_form"
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_name: Mapped[str] = folded(120)
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: token(16))
    is_active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[Language | None] = mapped_column(text_enum(Language, "language_known", 5), comment="Empty: that of the visitor")
    consent_text: Mapped[str | None] = mapped_column(Text, comment="Shown beside the box that must be ticked; empty: no box")
    consent_version: Mapped[int] = mapped_column(default=1)
    thanks_url: Mapped[str | None] = mapped_column(String(400), comment="Where the visitor goes afterwards; empty: our page of thanks")
    pipeline_id: Mapped[int | None] = mapped_column(ForeignKey("pipeline.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = user_key()

    pipeline: Mapped[Pipeline | None] = relationship(Pipeline)
    team: Mapped[Team | None] = relationship(Team)
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])

    def __str__(self) -> str:
        return self.name
