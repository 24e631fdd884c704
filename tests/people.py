"""The cast: one firm, its people, and the customers that tests speak of."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import select

from app.domain.languages import Language
from app.extensions import db
from app.models import Account, Contact, CrmAddress, Firm, Model, Opportunity, Role, Team, User
from app.models.crm_addresses import AddressKind
from app.operations import records, users
from app.operations.contacts import create_contact
from app.operations.opportunities import win
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, Level
from app.permissions.decide import actor_of
from app.support import clock

PASSWORD = "correct horse battery"


@dataclass
class Cast:
    """Users: Anna (pl) and Jean (fr) in team North under Claire (fr, manager); Tom (en) in South; Ada administers."""

    ada: User
    anna: User
    jean: User
    claire: User
    tom: User
    north: Team
    south: Team
    sales: CrmAddress
    katarzyna: Contact  # one open opportunity of Anna's
    gaelle: Contact  # two open ones of Jean's
    piotr: Contact  # none
    marie: Contact  # one that was won, Jean's
    olivia: Contact  # one of Tom's, outside the rights of the others
    terminals: Opportunity
    traceability: Opportunity
    labellers: Opportunity
    scales: Opportunity
    renewal: Opportunity

    def crm(self, user: User) -> str:
        """The secret CRM address of ``user``."""
        return str(db.session.scalars(select(CrmAddress.address).where(CrmAddress.user_id == user.id)).one())


def actor(user: User) -> Actor:
    return actor_of(user, db.session())


def make_user(first: str, last: str, level: Level, language: str, teams: list[Team], **more: Any) -> User:
    role = db.session.scalars(select(Role).where(Role.name == level.value)).one()
    country = {"pl": "PL", "fr": "FR", "en": "GB"}[language]
    return users.create_user(
        {"first_name": first, "last_name": last, "username": first.lower(), "email": f"{first.lower()}@grandouest.example",
         "password": PASSWORD, "roles": [role], "teams": teams, "language": Language(language), "country": country, **more},
        actor=SYSTEM,
    )


def make_contact(name: str, address: str, account: Account | None, owner: User) -> Contact:
    first, last = name.split(" ", 1)
    return create_contact(
        {"first_name": first, "last_name": last, "address_lines": address, "accounts": [account] if account else [], "owner": owner},
        actor=SYSTEM,
    )


def make_account(name: str, owner: User, **more: Any) -> Account:
    return records.create(Account, {"name": name, "owner": owner, **more}, actor=SYSTEM)


def make_opportunity(title: str, contact: Contact, owner: User, **more: Any) -> Opportunity:
    account = contact.accounts[0] if contact.accounts else None
    return records.create(
        Opportunity, {"title": title, "contacts": [contact], "account": account, "owner": owner, **more}, actor=SYSTEM
    )


@atomic
def make_cast() -> Cast:
    firm = db.session.get(Firm, 1)
    firm.name, firm.domains, firm.address_pattern = "Grand Ouest", ["grandouest.example"], "{}@crm.grandouest.example"
    north = records.create(Team, {"name": "North"}, actor=SYSTEM)
    south = records.create(Team, {"name": "South"}, actor=SYSTEM)
    ada = make_user("Ada", "Nowak", Level.ADMINISTRATOR, "en", [])
    claire = make_user("Claire", "Morel", Level.TEAM_MANAGER, "fr", [north])
    anna = make_user("Anna", "Wiśniewska", Level.USER, "pl", [north])
    jean = make_user("Jean", "Lefèvre", Level.USER, "fr", [north], address_lines="jean.lefevre@perso.example")
    tom = make_user("Tom", "Baker", Level.USER, "en", [south])
    sales = records.create(
        CrmAddress, {"address": "sales@crm.grandouest.example", "kind": AddressKind.PUBLIC, "team_id": north.id}, actor=SYSTEM
    )
    katarzyna = make_contact("Katarzyna Dudek", "k.dudek@jesion.example", make_account("Hurtownia Jesion", anna, mail_domain="jesion.example"), anna)
    gaelle = make_contact("Gaëlle Hamon", "g.hamon@bocagevert.example", make_account("Laiterie du Bocage Vert", jean), jean)
    piotr = make_contact("Piotr Rawa", "p.rawa@rawa.example", None, anna)
    marie = make_contact("Marie Dupont", "marie.dupont@ferme-dupont.example", make_account("Ferme Dupont", jean), jean)
    olivia = make_contact("Olivia Stone", "olivia@stone.example", make_account("Stone Ltd", tom), tom)
    terminals = make_opportunity("Terminale do magazynu", katarzyna, anna, amount=86400, currency="PLN")
    traceability = make_opportunity("Traçabilité ligne 3", gaelle, jean, amount=128400)
    labellers = make_opportunity("Étiqueteuses 2027", gaelle, jean)
    traceability.last_activity_at = clock.now() - timedelta(days=3)
    scales = make_opportunity("Balances 2025", marie, jean, amount=7000)
    win(scales, actor=SYSTEM)
    renewal = make_opportunity("Stone renewal", olivia, tom)
    return Cast(ada, anna, jean, claire, tom, north, south, sales, katarzyna, gaelle, piotr, marie, olivia, terminals, traceability,
                labellers, scales, renewal)


Made = TypeVar("Made")
Keys = dict[str, tuple[type[Model], int]]


def keys_of(made: Any) -> Keys:
    """Where the records are that the fields of ``made`` hold."""
    return {each.name: (type(record), record.id) for each in fields(made) for record in (getattr(made, each.name),)}


def read_again(kind: type[Made], keys: Keys) -> Made:
    """The same records, read from a copy of the database that they were made in."""
    return kind(**{each.name: db.session.get_one(*keys[each.name]) for each in fields(cast(Any, kind))})
