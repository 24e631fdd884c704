"""Accounts (third parties) and their types."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.languages import Language
from app.models.base import Labelled, Model, Record, Searched, folded, text_enum, user_key
from app.models.custom_fields import Customised
from app.models.tags import Tagged
from app.models.teams import Team
from app.models.users import User
from app.models.words import word_table


class AccountType(Labelled, Record):
    """Suspect, prospect, client, subcontractor, or a type of the firm's own."""

    __tablename__ = "account_type"

    code: Mapped[str] = mapped_column(String(30), unique=True)


account_person = Table(
    "account_person",
    Model.metadata,
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Account(Tagged, Customised, Searched, Record):
    """A company or body that we deal with, whatever its type."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_name", "search_text"), Index("ix_account_by_name", "sort_name", "id"), Index("ix_account_updated", "updated_at"))
    SEARCHED = ("name", "city", "siren", "siret", "nip", "regon", "vat_number", "website", "email")
    FOLDED = {"name": "sort_name", "city": "sort_city"}
    WORDS = word_table("account")

    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = folded(200)
    type_id: Mapped[int | None] = mapped_column(ForeignKey("account_type.id", ondelete="RESTRICT"))
    country: Mapped[str | None] = mapped_column(String(2))
    siren: Mapped[str | None] = mapped_column(String(9), index=True)
    siret: Mapped[str | None] = mapped_column(String(14))
    nip: Mapped[str | None] = mapped_column(String(10), index=True)
    regon: Mapped[str | None] = mapped_column(String(14))
    vat_number: Mapped[str | None] = mapped_column(String(16))
    website: Mapped[str | None] = mapped_column(String(200))
    mail_domain: Mapped[str | None] = mapped_column(String(200), index=True, comment="Mail domain of the company; never a free-mail one")
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(12))
    city: Mapped[str | None] = mapped_column(String(100))
    sort_city: Mapped[str | None] = folded(100, nullable=True)
    language: Mapped[Language | None] = mapped_column(text_enum(Language, "language_known", 5))
    remarks: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = user_key(index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)

    type: Mapped[AccountType | None] = relationship()
    owner: Mapped[User | None] = relationship(User, foreign_keys=[owner_id])
    team: Mapped[Team | None] = relationship(Team)
    co_owners: Mapped[list[User]] = relationship(User, secondary=account_person, order_by=(User.sort_name, User.id))

    def __str__(self) -> str:
        return self.name
