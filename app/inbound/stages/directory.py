"""Who is who, from the database: read once, kept until its version changes."""

import re
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import select

from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.models import CrmAddress, Firm, Mailbox, Opportunity, OutgoingMail, User, UserAddress
from app.support import clock
from app.support.secrets import is_signed, sign

_OPPORTUNITY = re.compile(r"^o-([a-z0-9]{10})-([a-z0-9]{16})$")


@dataclass(frozen=True)
class Stored:
    version: int
    directory: Directory
    pattern: str


_kept: dict[str, Stored] = {}


def _read(firm: Firm) -> Directory:
    session = db.session()
    users = {email.lower(): str(key) for key, email in session.execute(select(User.id, User.email))}
    users |= {address: str(key) for key, address in session.execute(select(UserAddress.user_id, UserAddress.address))}
    now = clock.now()
    addresses = {
        address: kind.value
        for address, kind, until in session.execute(select(CrmAddress.address, CrmAddress.kind, CrmAddress.valid_until))
        if until is None or until > now
    }
    own = {firm.sender_address.lower()}
    own |= {name.lower() for name in session.scalars(select(Mailbox.username)) if name and "@" in name}
    return Directory(
        users=users, crm_addresses=addresses, domains=frozenset(d.lower() for d in firm.domains), own_addresses=frozenset(own),
        region=firm.country,
    )


def _stored() -> Stored:
    url = str(db.engine.url)
    version = db.session.scalar(select(Firm.directory_version)) or 0
    kept = _kept.get(url)
    if kept is None or kept.version != version:
        firm = db.session.get(Firm, 1) or Firm(id=1, name="", domains=[], address_pattern="{}@crm.localhost", sender_address="", country="FR")
        kept = _kept[url] = Stored(version, _read(firm), firm.address_pattern)
    return kept


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def opportunity_address(opportunity: Opportunity) -> str:
    """The signed address under which mail joins ``opportunity``."""
    return _stored().pattern.replace("{}", f"o-{opportunity.public_ref}-{sign(_key(), 'opportunity', opportunity.public_ref)}")


def opportunity_ref(address: str) -> str | None:
    """The public reference that a signed ``address`` of ours carries; None when it is forged or none of these."""
    before, _, after = _stored().pattern.partition("{}")
    if not (address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after)):
        return None
    found = _OPPORTUNITY.match(address[len(before) : len(address) - len(after)])
    return found[1] if found and is_signed(_key(), "opportunity", found[1], found[2]) else None


def stored_directory(mail: Mail) -> Directory:
    """The directory with what only ``mail`` brings in: signed addresses, and ids of mail that we sent."""
    directory = _stored().directory
    shown = {*mail.envelope, *(a.address for a in (*mail.to, *mail.cc))}
    signed = {address: "opportunity" for address in shown if opportunity_ref(address)}
    if signed:
        directory = replace(directory, crm_addresses={**directory.crm_addresses, **signed})
    if mail.message_id and db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.header_id == mail.message_id)):
        directory = replace(directory, own_message_ids=frozenset({mail.message_id}))
    return directory
