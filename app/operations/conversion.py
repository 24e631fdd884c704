"""A row becomes an account with a contact, and perhaps an opportunity; rows are handed over to whoever sells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.custom_fields import PREFIX
from app.domain.errors import DomainError
from app.domain.events import RowsHandedOver
from app.domain.orders import DONE, RowState, check_conversion
from app.domain.row_checks import keys
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Account, AccountType, Contact, Opportunity, Order, ProspectRow, User
from app.operations import records
from app.operations.contacts import create_contact
from app.operations.orders import attributes, require_open
from app.operations.suppressions import KINDS, check_not_suppressed
from app.operations.timeline import write_note
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.queries.prospect_rows import accounts_like
from app.support import clock
from app.support.i18n import N_
from app.support.text import digits

UNREACHABLE = N_("Neither a telephone number nor an e-mail address is known. Add one to the row, or say that it is converted without.")


@dataclass(frozen=True)
class Conversion:
    """What a person decided: into which account, with whom, and whether something is to be sold.

    ``account``: one that is there; None: a new one. ``person``: the name of the contact, empty for none. ``title``: of the opportunity, empty for none.
    """

    account: Account | None = None
    is_other: bool = False  # a match was shown, and it is another company
    person: str = ""
    title: str = ""
    without_reach: bool = False


def matches(row: ProspectRow, actor: Actor) -> list[Account]:
    """The accounts that are probably the same company, of those that the actor sees."""
    values = {name: getattr(row, name) for name in ("nip", "regon", "siren", "email", "phone", "mobile")}
    return accounts_like(keys(values, tuple(values), row.order.country), actor)


def is_reachable(row: ProspectRow) -> bool:
    return bool(row.email or row.phone or row.mobile)


@atomic
def convert(row: ProspectRow, how: Conversion, *, seen_version: int | None = None, actor: Actor) -> Account:
    """Make the row an account with its contact; all of it or nothing. Its history comes along as a note."""
    require(actor, Action.WRITE, row)
    require_open(row.order, actor)
    check_conversion(row.state)
    if seen_version is not None and seen_version != row.version:
        raise DomainError("row_changed", N_("The row was changed meanwhile. Look at it once more, then decide."))
    check_not_suppressed({name: getattr(row, name) for name in KINDS}, row.order.country)
    if not is_reachable(row) and not how.without_reach:
        raise DomainError("unreachable", UNREACHABLE)
    if how.account is None and not how.is_other and matches(row, actor):
        raise DomainError("is_known", N_("There is an account like this one. Choose it, or say that it is another company."))
    account = how.account or _new_account(row, actor)
    require(actor, Action.READ, account)
    contact = _contact(row, account, how.person, actor)
    deal = _opportunity(row, account, contact, how.title, actor)
    row.state, row.account_id = RowState.CONVERTED, account.id
    row.contact_id, row.opportunity_id = contact.id if contact else None, deal.id if deal else None
    db.session.flush()
    write_note(deal or contact or account, _story(row), kind=Kind.NOTE, occurred_at=row.entered_at or clock.now(), actor=actor)
    record(actor, "convert_row", row, after={"account": account.name, "opportunity": deal.title if deal else None})
    return account


def _new_account(row: ProspectRow, actor: Actor) -> Account:
    prospect = db.session.scalars(select(AccountType).where(AccountType.code == "prospect")).first()
    street = " ".join(part for part in (row.street, row.house) if part)
    values = {
        "name": row.name, "type": prospect, "country": row.order.country, "siren": digits(row.siren or "")[:9] or None,
        "nip": digits(row.nip or "")[:10] or None, "regon": digits(row.regon or "")[:14] or None, "website": row.website, "email": row.email,
        "phone": row.phone or row.mobile, "street": street or None, "postcode": row.postcode, "city": row.city, "remarks": row.remarks,
    }
    return records.create(Account, values, actor=actor)


def _contact(row: ProspectRow, account: Account, person: str, actor: Actor) -> Contact | None:
    first, _, last = " ".join(person.split()).partition(" ")
    if not first:
        return None
    numbers = "\n".join(number for number in (row.phone, row.mobile) if number)
    values = {"first_name": first if last else "", "last_name": last or first, "accounts": [account], "address_lines": row.email or "", "phone_lines": numbers}
    return create_contact(values, actor=actor)


def _opportunity(row: ProspectRow, account: Account, contact: Contact | None, title: str, actor: Actor) -> Opportunity | None:
    if not title.strip():
        return None
    return records.create(Opportunity, {"title": title, "account": account, "contacts": [contact] if contact else []}, actor=actor)


def _story(row: ProspectRow) -> str:
    """What was known of the company before: in the words of whoever entered it."""
    said = [row.order.name]
    said += [str(getattr(row, name)) for name in ("activity", "remarks") if getattr(row, name)]
    said += [str((row.custom or {}).get(name)) for name in attributes(row.order) if name.startswith(PREFIX) and (row.custom or {}).get(name)]
    said += [" · ".join(str(part) for part in (getattr(row, f"source{n}"), getattr(row, f"source{n}_on")) if part) for n in range(1, 5)]
    return "\n".join(part for part in said if part)


@atomic
def hand_over(rows: Sequence[ProspectRow], to: User, *, actor: Actor) -> int:
    """Give finished rows to a salesperson, who converts them; returns how many. Others are left alone."""
    if not to.active:
        raise DomainError("not_working", N_("This person is switched off. Choose somebody who signs in."))
    count: dict[int, int] = {}
    for row in rows:
        if row.state not in DONE or not is_allowed(actor, Action.WRITE, row):
            continue
        before, row.owner_id = row.owner_id, to.id
        db.session.flush()
        record(actor, "hand_over_row", row, before={"owner": before}, after={"owner": to.id})
        count[row.order_id] = count.get(row.order_id, 0) + 1
    for order_id, number in count.items():
        announce(RowsHandedOver(order_id, to.id, number, actor.id))
    return sum(count.values())


@atomic
def hand_over_all(order: Order, to: User, *, actor: Actor) -> int:
    """All finished rows of an order that nobody was given yet."""
    require(actor, Action.WRITE, order)
    wanted = select(ProspectRow).where(ProspectRow.order_id == order.id, ProspectRow.state.in_(DONE), ProspectRow.owner_id.is_(None)).limit(5_000)
    return hand_over(db.session.scalars(wanted).all(), to, actor=actor)
