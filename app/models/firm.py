"""The firm that uses this installation: one row."""

from sqlalchemy import CheckConstraint, Connection, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.rights import Assigning, Privacy
from app.models.base import Json, Record, text_enum


class Firm(Record):
    """Name, own mail domains, and how CRM addresses are formed."""

    __tablename__ = "firm"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"), CheckConstraint("audit_months BETWEEN 12 AND 240", name="audit_kept_long_enough"),
    )

    name: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2), default="FR")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    domains: Mapped[list[str]] = mapped_column(Json, default=list, comment="Our own mail domains, lower case")
    address_pattern: Mapped[str] = mapped_column(
        String(200), default="{}@crm.localhost", comment="CRM addresses: crm+{}@firm.example or {}@crm.firm.example"
    )
    sender_address: Mapped[str] = mapped_column(String(254), default="kurier@localhost", comment="From of the mail that we send")
    factor_role_ids: Mapped[list[int]] = mapped_column(
        Json, default=list, server_default=text("'[]'"), comment="Roles of which a second factor is demanded at the sign-in"
    )
    directory_version: Mapped[int] = mapped_column(default=1, comment="Grows with every change of users, addresses and forms")
    rights_version: Mapped[int] = mapped_column(default=1, comment="Grows with every change of what somebody may do")
    has_teams: Mapped[bool] = mapped_column(default=True, comment="Off: nobody manages, nobody has a team")
    privacy: Mapped[Privacy] = mapped_column(text_enum(Privacy, "privacy_known", 10), default=Privacy.OWN)
    assigning: Mapped[Assigning] = mapped_column(text_enum(Assigning, "assigning_known", 10), default=Assigning.TEAMS)
    audit_months: Mapped[int] = mapped_column(default=36, server_default=text("36"), comment="Lines of the audit that are older may go")

    def __str__(self) -> str:
        return self.name

    def crm_address(self, word: str) -> str:
        """The CRM address whose variable part is ``word``."""
        return self.address_pattern.replace("{}", word).lower()


def rights_version(connection: Connection) -> int:
    """The number of the last change of rights and of definitions, as ``connection`` sees it."""
    return connection.execute(select(Firm.__table__.c.rights_version)).scalar() or 0
