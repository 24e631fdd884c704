"""Records that may be the same as one that is written, or as one that is there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.domain.free_mail import is_free_mail
from app.domain.likeness import Like, company_core, person_core, phone_core
from app.domain.opportunities import OPEN
from app.extensions import db
from app.models import Account, Contact, ContactAddress, ContactPhone, Opportunity, Record, Team, User
from app.models.opportunities import opportunity_contact
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.words import ask, found
from app.support.text import digits, fold

MOST: Final = 5
LOOKED_THROUGH: Final = 40
NUMBERS: Final = ("nip", "siren", "siret", "regon", "vat_number")
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Alike:
    """A record that resembles. ``item`` is None where the reader may not see it: they are told who has it, no more."""

    item: Any
    by: Like
    holder: str


def like_contact(addresses: Iterable[str], phones: Iterable[str], first: str, last: str, but: int = 0) -> list[Alike]:
    """Contacts with such an address, telephone or whole name."""
    actor, ways = current_actor(), []
    wanted = [each.strip().lower() for each in addresses if "@" in each][:MOST]
    if wanted and is_shown(actor, Contact, "addresses"):
        ways.append((Like.ADDRESS, Contact.id.in_(select(ContactAddress.contact_id).where(ContactAddress.address.in_(wanted)))))
    cores = [core for each in phones if (core := phone_core(each))][:MOST]
    if cores and is_shown(actor, Contact, "phones"):
        begin = or_(*(_begins(ContactPhone.backwards, core) for core in cores))
        ways.append((Like.PHONE, Contact.id.in_(select(ContactPhone.contact_id).where(begin))))
    told = _told(Contact, ways, but)
    whole = person_core(first, last)
    if first.strip() and last.strip() and len(told) < MOST:
        asked = ask(f"{first} {last}", [Contact])
        same = db.session.scalars(found(Contact, asked, LOOKED_THROUGH)).unique() if asked.is_in(Contact) else ()
        told += [_alike(each, Like.NAME) for each in same if each.id != but and person_core(each.first_name, each.last_name) == whole]
    return _once(told)


def like_account(name: str, numbers: Mapping[str, str], website: str = "", email: str = "", but: int = 0) -> list[Alike]:
    """Accounts with such a number, mail domain or name, whatever their legal form."""
    actor, ways = current_actor(), []
    for field in NUMBERS:
        kept = "".join(numbers.get(field, "").split()) if field == "vat_number" else digits(numbers.get(field, ""))
        if len(kept) >= 9 and is_shown(actor, Account, field):
            ways.append((Like.NUMBER, getattr(Account, field) == kept))
    domains = {part for part in (_domain(email), _domain(website)) if part and not is_free_mail(part)}
    if domains:
        ways.append((Like.DOMAIN, Account.mail_domain.in_(domains)))
    told = _told(Account, ways, but)
    core = company_core(name)
    if len(core) > 1 and len(told) < MOST:
        asked = ask(core, [Account])
        same = db.session.scalars(found(Account, asked, LOOKED_THROUGH)).unique() if asked.is_in(Account) else ()
        told += [_alike(each, Like.NAME) for each in same if each.id != but and company_core(each.name) == core]
    return _once(told)


def like_opportunity(title: str, account_id: int | None, contact_ids: Sequence[int], but: int = 0) -> list[Alike]:
    """Open opportunities with the same customer. Of those that the reader may not see only who has them."""
    table, link = Opportunity.__table__, opportunity_contact.c
    same = [table.c.account_id == account_id] if account_id else []
    if contact_ids:
        same.append(table.c.id.in_(select(link.opportunity_id).where(link.contact_id.in_(list(contact_ids)[:MOST]))))
    if not same:
        return []
    is_live = table.c.status.in_(sorted(OPEN)) & table.c.archived_at.is_(None)
    wanted = select(table.c.id, table.c.owner_id, table.c.team_id).where(or_(*same), is_live, table.c.id != but)
    rows = db.session.connection().execute(wanted.order_by(table.c.last_activity_at.desc()).limit(LOOKED_THROUGH)).all()
    seen = {each.id: each for each in db.session.scalars(select(Opportunity).where(Opportunity.id.in_([row.id for row in rows])))} if rows else {}
    told = [_alike(seen[row.id], Like.NAME if fold(seen[row.id].title) == fold(title) else Like.OPEN) for row in rows if row.id in seen]
    told.sort(key=lambda each: each.by is not Like.NAME)
    return [*told[:MOST], *_hidden([row for row in rows if row.id not in seen])]


def _hidden(rows: Sequence[Any]) -> list[Alike]:
    """One line for each person or team that has some."""
    people = {row.owner_id for row in rows if row.owner_id}
    teams = {row.team_id for row in rows if row.team_id and not row.owner_id}
    names = [str(each) for each in db.session.scalars(select(User).where(User.id.in_(people)))] if people else []
    names += [str(each) for each in db.session.scalars(select(Team).where(Team.id.in_(teams)))] if teams else []
    has_nobody = any(not row.owner_id and not row.team_id for row in rows)
    return [Alike(None, Like.OPEN, name) for name in [*sorted(names, key=fold)[:MOST], *([""] if has_nobody else [])]]


def resembling(item: Record) -> list[Any]:
    """The records that may be the same as ``item``, of those that the reader sees."""
    told: list[Alike] = []
    if isinstance(item, Contact):
        told = like_contact([a.address for a in item.addresses], [p.number for p in item.phones], item.first_name, item.last_name, item.id)
    elif isinstance(item, Account):
        told = like_account(item.name, {name: getattr(item, name) or "" for name in NUMBERS}, item.website or "", item.email or "", item.id)
    elif isinstance(item, Opportunity):
        told = like_opportunity(item.title, item.account_id, [each.id for each in item.contacts], item.id)
    return [each.item for each in told if each.item is not None]


def _told(model: Any, ways: Sequence[tuple[Like, ColumnElement[bool]]], but: int) -> list[Alike]:
    """Those that some way finds, by one statement each; the way that names them is the first that does."""
    told: list[Alike] = []
    for by, condition in ways:
        rows = select(model).where(condition, model.archived_at.is_(None), model.id != but).options(joinedload(model.owner), joinedload(model.team))
        told += [_alike(each, by) for each in db.session.scalars(rows.limit(MOST)).unique()]
    return told


def _alike(item: Any, by: Like) -> Alike:
    return Alike(item, by, str(item.owner or item.team or ""))


def _once(told: Sequence[Alike]) -> list[Alike]:
    return list({each.item.id: each for each in reversed(told)}.values())[::-1][:MOST]


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    return (column >= text) & (column < text + _LAST)


def _domain(text: str) -> str:
    """The mail domain that an address, or the page of a company, has."""
    bare = text.strip().lower().rpartition("@")[2].partition("://")
    return (bare[2] or bare[0]).split("/")[0].removeprefix("www.")
