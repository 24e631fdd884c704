"""The firm, its people and its address book that the bench works on."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select

from app.extensions import db
from app.models import Account, Contact, ContactAddress, CrmAddress, Firm, Mailbox, Opportunity, Role, Step, User
from app.models.contacts import contact_account
from app.models.crm_addresses import AddressKind
from app.models.mailboxes import MailboxKind
from app.models.opportunities import opportunity_contact
from app.operations import records, users
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Level
from app.support import clock
from app.support.secrets import token
from bench.mails import DOMAIN, KNOWN, PUBLIC, USERS, Known, secret_address

PER_ACCOUNT = 4
AT_ONCE = 5_000


@atomic
def lay() -> None:
    """The firm: four salespeople with known secret addresses, a public address, a trusted mailbox."""
    firm = db.session.get_one(Firm, 1)
    firm.name, firm.domains, firm.address_pattern = "Bench", [DOMAIN], "{}@crm." + DOMAIN
    role = db.session.scalars(select(Role).where(Role.name == Level.USER.value)).one()
    for name in USERS:
        user = users.create_user(
            {"first_name": name.capitalize(), "last_name": "Sales", "username": name, "email": f"{name}@{DOMAIN}",
             "password": token(20), "roles": [role]}, actor=SYSTEM,
        )  # fmt: skip
        secret = db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == user.id)).one()
        secret.address = secret_address(name)  # one that the mails know
    records.create(CrmAddress, {"address": PUBLIC, "kind": AddressKind.PUBLIC}, actor=SYSTEM)
    records.create(Mailbox, {"name": "bench", "kind": MailboxKind.FOLDER, "path": "/nowhere", "is_trusted": True}, actor=SYSTEM)


def populate(contacts: int) -> None:
    """``contacts`` with an opportunity each, three in ten closed; the KNOWN ones lie scattered among them."""
    owners = list(db.session.scalars(select(User.id).order_by(User.id)))
    step = db.session.scalars(select(Step).order_by(Step.position)).first()
    assert step is not None
    start, now = (db.session.scalar(select(func.max(Contact.id))) or 0) + 1, clock.now()
    gap = max(1, contacts // KNOWN)
    db.session.rollback()

    def common(key: int) -> dict[str, Any]:
        return {"id": start + key, "public_ref": token(10), "created_at": now, "updated_at": now, "version": 1}

    def person(key: int) -> Known:
        return Known(key // gap if key % gap == 0 and key // gap < KNOWN else KNOWN + key)

    def owner(key: int) -> int:
        return owners[person(key).number % len(owners)]

    def contact(key: int) -> dict[str, Any]:
        first, _, last = person(key).name.partition(" ")
        return common(key) | {"first_name": first, "last_name": last, "owner_id": owner(key),
                              "search_text": f"{first} {last} {person(key).address}".casefold()}  # fmt: skip

    def address(key: int) -> dict[str, Any]:
        return common(key) | {"contact_id": start + key, "address": person(key).address, "validity": "unknown", "position": 0}

    def account(key: int) -> dict[str, Any]:
        return common(key) | {"name": f"Customer {key}", "mail_domain": f"holding{key}.example", "search_text": f"customer {key}"}

    def opportunity(key: int) -> dict[str, Any]:
        closed = key % 10 in (3, 6, 9)
        return common(key) | {
            "title": f"Terminals {key}", "account_id": start + key // PER_ACCOUNT, "pipeline_id": step.pipeline_id, "step_id": step.id,
            "status": "won" if closed else "todo", "closed_at": now if closed else None, "amount": 1000 + key % 5000, "currency": "EUR",
            "starred": False, "source": "manual", "owner_id": owner(key), "search_text": f"terminals {key}",
            "step_entered_at": now, "last_activity_at": now - timedelta(minutes=key % 100_000),
        }  # fmt: skip

    keys = range(contacts)
    _fill(Account.__table__, map(account, range((contacts + PER_ACCOUNT - 1) // PER_ACCOUNT)))
    _fill(Contact.__table__, map(contact, keys))
    _fill(ContactAddress.__table__, map(address, keys))
    _fill(contact_account, ({"contact_id": start + key, "account_id": start + key // PER_ACCOUNT} for key in keys))
    _fill(Opportunity.__table__, map(opportunity, keys))
    _fill(opportunity_contact, ({"opportunity_id": start + key, "contact_id": start + key} for key in keys))
    _count_on()


def _fill(table: Any, rows: Iterator[dict[str, Any]]) -> None:
    with db.engine.execution_options(writes=True).begin() as connection:
        while some := list(islice(rows, AT_ONCE)):
            connection.execute(insert(table), some)


def _count_on() -> None:
    """Let PostgreSQL number from where the rows end, and let the planners know what is there."""
    tables: list[Table] = [model.__table__ for model in (Account, Contact, ContactAddress, Opportunity)]
    with db.engine.execution_options(writes=True).begin() as connection:
        if db.engine.dialect.name == "postgresql":
            for table in tables:
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
        connection.exec_driver_sql("ANALYZE")


