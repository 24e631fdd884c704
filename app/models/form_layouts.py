"""Layouts of form notifications of other programs, as an administrator taught them."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Json, Record, folded, user_key
from app.models.messages import IncomingMessage
from app.models.pipelines import Pipeline
from app.models.teams import Team
from app.models.users import User


class FormLayout(Record):
    """From whom notifications come, what their labels mean, and where the opportunities go."""

    __tablename__ = "form_layout"
    FOLDED = {"name": "sort_name"}

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_name: Mapped[str] = folded(120)
    sender: Mapped[str] = mapped_column(String(254), comment="Address or domain, lower case")
    subject: Mapped[str] = mapped_column(String(200), default="", comment="Part of the subject; empty: any")
    labels: Mapped[list[list[str]]] = mapped_column(
        Json, default=list, comment="Pairs of a label as it stands in the mail and a Meaning, in the order of the form"
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    pipeline_id: Mapped[int | None] = mapped_column(ForeignKey("pipeline.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = user_key()
    taught_from_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_message.id", ondelete="SET NULL"))

    pipeline: Mapped[Pipeline | None] = relationship(Pipeline)
    team: Mapped[Team | None] = relationship(Team)
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    taught_from: Mapped[IncomingMessage | None] = relationship(IncomingMessage)
    taught_by: Mapped[User | None] = relationship(
        User, primaryjoin="User.id == foreign(FormLayout.created_by_id)", viewonly=True
    )

    def __str__(self) -> str:
        return self.name
