"""The people who collect: a principal, a coordinator, a supervisor with two operators, a verifier; and their order."""

from dataclasses import dataclass
from typing import Any

from app.domain.orders import Checking, Seat
from app.extensions import db
from app.models import Order, ProspectRow, Role, User
from app.operations import order_rows, orders, records, users
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from tests.people import PASSWORD, actor

PEOPLE = {
    "zofia": ("Zofia", "Lis", "Principal"), "kamil": ("Kamil", "Duda", "Coordinator"), "renata": ("Renata", "Górska", "Supervisor"),
    "beata": ("Beata", "Kania", "Operator"), "oskar": ("Oskar", "Wilk", "Operator"), "marek": ("Marek", "Lis", "Verifier"),
}
FIRM = {"nip": "8567346215", "name": "Zakład Mięsny Podlasek", "city": "Siedlce", "postcode": "08-110", "phone": "25 555 02 60", "source1": "KRS"}


@dataclass
class Office:
    order: Order
    zofia: User
    kamil: User
    renata: User
    beata: User
    oskar: User
    marek: User


def make_person(name: str) -> User:
    first, last, role = PEOPLE[name]
    found = db.session.query(Role).filter_by(name=role).one()
    return users.create_user(
        {"first_name": first, "last_name": last, "username": name, "email": f"{name}@zlecenia.example", "password": PASSWORD, "roles": [found],
         "teams": [], "language": "pl", "country": "PL"}, actor=SYSTEM,
    )


@atomic
def make_office(*, actor: Any = SYSTEM, **more: Any) -> Office:
    """The order stands under Zofia; Kamil coordinates, Renata leads Beata and Oskar, Marek verifies."""
    people = {name: make_person(name) for name in PEOPLE}
    order = make_order(people["zofia"], **more)
    seat(order, people["kamil"], Seat.COORDINATOR)
    above = seat(order, people["renata"], Seat.SUPERVISOR)
    for name in ("beata", "oskar"):
        seat(order, people[name], Seat.OPERATOR, parent=above, quota=40)
    seat(order, people["marek"], Seat.VERIFIER)
    return Office(order, **people)


def make_order(principal: User, **more: Any) -> Order:
    values = {
        "name": "firmy mięsne mazowieckie", "principal": principal, "territory": ["PL-14"], "target": 900, "checking": Checking.ALL,
        "goal": "Zakłady z produkcją mięsa", "instructions": "Bez hurtowni i sklepów.", "purpose": "Oferta maszyn", "data_source": "KRS",
    }
    return records.create(Order, values | more, actor=SYSTEM)


def seat(order: Order, user: User, where: Seat, **more: Any) -> Any:
    return orders.assign(order, user, where, **more, actor=SYSTEM)


def acts(user: User) -> Any:
    """The actor that the person is."""
    return actor(user)


def enter(office: Office, who: str = "beata", **more: object) -> ProspectRow:
    person = getattr(office, who)
    with acting(acts(person)):
        return order_rows.enter_row(office.order, FIRM | more, actor=acts(person))


def row_of(pk: int) -> ProspectRow:
    db.session.expire_all()
    return db.session.get_one(ProspectRow, pk)
