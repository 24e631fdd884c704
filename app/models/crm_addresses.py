"""CRM addresses: what people put in blind copy, forward to, or publish."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, column, func, select, table
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.models.base import Record, UtcDateTime, text_enum
from app.models.pipelines import Pipeline
from app.models.teams import Team
from app.models.users import User

_MESSAGES = table("incoming_message", column("crm_address_id"))


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
    list_id: Mapped[str | None] = mapped_column(
        String(200), comment="List-Id of a group, such as a Google Group, that feeds this address"
    )
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="End of grace of a renewed address")

    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])
    team: Mapped[Team | None] = relationship(Team)
    pipeline: Mapped[Pipeline | None] = relationship(Pipeline)

    def __str__(self) -> str:
        return self.address

    @property
    def received(self) -> int:
        """How many messages came to it; one that came to several addresses counts for the first."""
        session = object_session(self)
        counted = select(func.count()).select_from(_MESSAGES).where(_MESSAGES.c.crm_address_id == self.id)
        return session.connection().execute(counted).scalar_one() if session else 0
