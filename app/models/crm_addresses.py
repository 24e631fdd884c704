"""CRM addresses: what people put in blind copy, forward to, or publish."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Record, UtcDateTime, text_enum
from app.models.pipelines import Pipeline
from app.models.teams import Team
from app.models.users import User


class AddressKind(StrEnum):
    USER = "user"
    TEAM = "team"
    PUBLIC = "public"


class Policy(StrEnum):
    """From whom the address takes a first message."""

    EVERYONE = "everyone"
    KNOWN = "known"
    STAFF = "staff"


class UnknownRecipient(StrEnum):
    """What a blind copy to somebody unknown does."""

    CREATE = "create"
    HOLD = "hold"


class CrmAddress(Record):
    """One address, lower case. A user's is secret: whoever writes to it is believed to be that user."""

    __tablename__ = "crm_address"
    __table_args__ = (
        CheckConstraint("kind <> 'user' OR user_id IS NOT NULL", name="user_has_user"),
        CheckConstraint("kind <> 'team' OR team_id IS NOT NULL", name="team_has_team"),
    )

    address: Mapped[str] = mapped_column(String(254), unique=True)
    kind: Mapped[AddressKind] = mapped_column(text_enum(AddressKind, "kind_known", 10), default=AddressKind.PUBLIC)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    pipeline_id: Mapped[int | None] = mapped_column(ForeignKey("pipeline.id", ondelete="SET NULL"))
    policy: Mapped[Policy] = mapped_column(text_enum(Policy, "policy_known", 10), default=Policy.EVERYONE)
    unknown_recipient: Mapped[UnknownRecipient] = mapped_column(
        text_enum(UnknownRecipient, "unknown_recipient_known", 10), default=UnknownRecipient.CREATE
    )
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="End of grace of a renewed address")

    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])
    team: Mapped[Team | None] = relationship(Team)
    pipeline: Mapped[Pipeline | None] = relationship(Pipeline)

    def __str__(self) -> str:
        return self.address
