"""Contacts with their addresses and telephones, which people type as lines."""

from typing import Any

import phonenumbers
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.languages import Language
from app.domain.reach import kept, mail_address, phone_number
from app.extensions import db
from app.models import Contact, ContactAddress, ContactPhone, User
from app.models.contacts import PhoneKind
from app.operations import records
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import Actor
from app.permissions.decide import require_fields
from app.support.i18n import N_

LINES = ("address_lines", "phone_lines")
REGIONS = {Language.FR: "FR", Language.PL: "PL", Language.EN: "GB"}
_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: PhoneKind.FIXED,
}


def _lines(text: str | None) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


def phone(text: str, region: str | None) -> tuple[str, PhoneKind]:
    """The number in E.164 and its kind; text that is no number of ``region`` stays as it was typed."""
    number = phone_number(text, region)
    if number is None:
        return text[:30], PhoneKind.OTHER
    return kept(number), _KINDS.get(phonenumbers.number_type(number), PhoneKind.OTHER)


def _set_addresses(contact: Contact, text: str | None) -> bool:
    try:
        wanted = [mail_address(line) for line in _lines(text)]
    except DomainError as refusal:
        raise refusal.of("address_lines") from refusal.__cause__
    if [a.address for a in contact.addresses] == wanted:
        return False
    old = {a.address: a for a in contact.addresses}
    for address in wanted:
        other = None if address in old else db.session.scalars(select(ContactAddress).where(ContactAddress.address == address)).first()
        if other is not None:
            raise DomainError(
                "address_taken", N_("%(address)s belongs to %(contact)s already. Open that contact instead of making a second one."),
                address=address, contact=str(other.contact),
            ).of("address_lines")
    contact.addresses = [old.get(a) or ContactAddress(address=a) for a in wanted]
    for position, item in enumerate(contact.addresses):
        item.position = position
    return True


def _set_phones(contact: Contact, text: str | None, region: str) -> bool:
    wanted = [phone(line, region) for line in _lines(text)]
    if [(p.number, p.kind) for p in contact.phones] == wanted:
        return False
    old = {p.number: p for p in contact.phones}
    contact.phones = [old.get(number) or ContactPhone(number=number, kind=kind) for number, kind in wanted]
    for position, item in enumerate(contact.phones):
        item.position = position
    return True


def _region(contact: Contact) -> str:
    """Where a number without its country code is at home: with the account, the language of the contact, its owner."""
    for account in contact.accounts:
        if account.country:
            return account.country
    if contact.language is not None:
        return REGIONS[contact.language]
    owner = db.session.get(User, contact.owner_id) if contact.owner_id else None
    return owner.country if owner is not None else the_firm().country


def _named(values: dict[str, Any], *, is_reached: bool = False) -> dict[str, Any]:
    """``values`` with names of words alone. A first or a last name is enough, and an address where there is none."""
    named: dict[str, Any] = {name: " ".join((values[name] or "").split()) for name in ("first_name", "last_name") if name in values}
    if not (any(named.values()) or is_reached or _lines(values.get("address_lines"))):
        raise DomainError("no_name", N_("A contact is a person: give at least a name or an e-mail address.")).of("last_name")
    return {**values, **named}


@atomic
def create_contact(values: dict[str, Any], *, actor: Actor) -> Contact:
    """A contact; ``address_lines`` and ``phone_lines`` hold one address or number a line."""
    values = _named(values)
    require_fields(actor, Contact, [name for name in LINES if values.get(name)])
    plain = {k: v for k, v in values.items() if k not in LINES}
    contact = records.create(Contact, plain, actor=actor)
    _set_addresses(contact, values.get("address_lines"))
    _set_phones(contact, values.get("phone_lines"), _region(contact))
    return contact


@atomic
def update_contact(contact: Contact, values: dict[str, Any], *, seen_version: int | None = None, actor: Actor) -> Contact:
    """Change a contact; lines that are not given stay."""
    is_reached = "address_lines" not in values and bool(contact.addresses)
    named = _named({"first_name": contact.first_name, "last_name": contact.last_name, **values}, is_reached=is_reached)
    values = {name: named[name] for name in values}
    plain = {k: v for k, v in values.items() if k not in LINES}
    records.update(contact, plain, seen_version=seen_version, actor=actor)
    changed = []
    require_fields(actor, contact, [name for name in LINES if name in values])
    if "address_lines" in values and _set_addresses(contact, values["address_lines"]):
        changed.append("addresses")
    if "phone_lines" in values and _set_phones(contact, values["phone_lines"], _region(contact)):
        changed.append("phones")
    if changed:
        record(actor, "update", contact, after={k: values.get(f"{k[:-2] if k == 'addresses' else k[:-1]}_lines") for k in changed})
    return contact
