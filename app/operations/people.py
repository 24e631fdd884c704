"""Who writes from outside the firm, and the contact and the account that they become."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.languages import Language
from app.domain.proposals import Fact
from app.extensions import db
from app.models import Account, AccountType, Contact, ContactAddress, ContactPhone, IncomingMessage
from app.models.base import search_text_of
from app.models.contacts import backwards, contact_account
from app.operations.contacts import phone
from app.operations.group import keep, once
from app.operations.merged import survivor
from app.operations.proposals import accept_by_nobody, fill, offer
from app.operations.timeline import state_fact
from app.operations.written import stated, write
from app.permissions.actor import Actor
from app.support.text import shorten, storable

# Statements of the path that every mail takes, made once: making one takes longer than running it.
_CONTACT_OF = (
    select(Contact)
    .where(Contact.id == select(ContactAddress.contact_id).where(ContactAddress.address == bindparam("address")).scalar_subquery())
    .options(joinedload(Contact.addresses))
)
_ACCOUNT_OF = select(Account).where(Account.mail_domain == bindparam("domain")).order_by(Account.id).limit(1)
_TYPES = select(AccountType.code, AccountType.id).where(AccountType.code.is_not(None))
_MEMBER = contact_account.insert()


@dataclass(frozen=True)
class Person:
    """Somebody outside the firm, as a message shows them."""

    name: str
    address: str
    phone: str | None = None
    company: str | None = None
    domain: str | None = None  # of the company; None for free-mail
    last_name: str = ""  # where it was given apart; else the last word of the name


def contact_of(address: str) -> Contact | None:
    """The contact whose address this is."""
    return once(("contact", address), lambda: db.session.scalars(_CONTACT_OF, {"address": address}).unique().first())


def account_of(person: Person) -> Account | None:
    """The account of the person's company, by its mail domain."""
    if not person.domain:
        return None
    found = db.session.scalars(_ACCOUNT_OF, {"domain": person.domain}).first()
    return survivor(found) if found is not None else None


def account_types() -> dict[str, int]:
    """The key of each type of account, by its code."""
    return once("account types", lambda: {row.code: row.id for row in db.session.execute(_TYPES)})


def meet(
    person: Person, *, owner_id: int | None, team_id: int | None, language: str | None, actor: Actor, facts: Sequence[Fact] = (),
    message: IncomingMessage | None = None,
) -> Contact:
    """A new contact, with the account of their company: found by its domain, else new as a prospect.

    What is new takes the ``facts`` that ``message`` states; to an account that was there they are offered.
    """
    account, known_account = None, account_of(person)
    if known_account is None and (person.domain or person.company):
        account = _new_account(person, owner_id=owner_id, team_id=team_id, facts=facts, message=message, actor=actor)
    name, apart = storable(person.name).strip(), storable(person.last_name).strip()
    first, _, last = (name.removesuffix(apart).strip(), "", apart) if apart and name.endswith(apart) else name.rpartition(" ")
    seen = Contact(
        first_name=first[:80], last_name=last[:120], owner_id=owner_id, team_id=team_id, created_by_id=actor.id,
        language=Language(language) if language in list(Language) else None, addresses=[ContactAddress(address=person.address)],
    )
    place = account or known_account
    if person.phone:
        number, kind = phone(person.phone, place.country if place else None)
        seen.phones = [ContactPhone(number=number, kind=kind)]
    taken = fill(seen, facts) if message is not None else []
    contact = _written_contact(seen, place)
    keep(("contact", person.address), contact)
    keep(("open", contact.id), [])
    if message is not None:
        accept_by_nobody(contact, taken, message, actor=actor)
    if account is not None:
        state_fact(account, "account_created", actor=actor)
    state_fact(contact, "contact_created", actor=actor)
    if known_account is not None and message is not None:
        offer(contact, facts, message, actor=actor)
    return contact


def _new_account(
    person: Person, *, owner_id: int | None, team_id: int | None, facts: Sequence[Fact], message: IncomingMessage | None, actor: Actor
) -> Account:
    seen = Account(
        name=shorten(storable(person.company or person.domain or ""), 200), mail_domain=person.domain,
        type_id=account_types().get("prospect"), owner_id=owner_id, team_id=team_id, created_by_id=actor.id,
    )
    taken = fill(seen, facts) if message is not None else []
    account = write(Account, stated(seen))
    if message is not None:
        accept_by_nobody(account, taken, message, actor=actor)
    return account


def _written_contact(seen: Contact, account: Account | None) -> Contact:
    """``seen`` with its addresses and telephones, as a record."""
    contact = write(Contact, {**stated(seen), "search_text": search_text_of(seen)})
    for each in seen.phones:
        each.backwards = backwards(each.number)
    for name, model in (("addresses", ContactAddress), ("phones", ContactPhone)):
        lines = [write(model, {**stated(each), "contact_id": contact.id}) for each in getattr(seen, name)]
        set_committed_value(contact, name, lines)
        for line in lines:
            set_committed_value(line, "contact", contact)
    if account is not None:
        db.session().connection().execute(_MEMBER, {"contact_id": contact.id, "account_id": account.id})
        db.session.expire(account, ["contacts"])
    set_committed_value(contact, "accounts", [account] if account is not None else [])
    return contact
