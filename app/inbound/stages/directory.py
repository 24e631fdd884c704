"""Who is who, from the database: read once, kept until its version changes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from flask import current_app
from sqlalchemy import URL, select

from app.domain.form_fields import Meaning
from app.domain.sender_rules import Rule
from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.form_labels import bare_label
from app.inbound.mime.form_layouts import Layout
from app.inbound.mime.mail import Mail
from app.models import CrmAddress, Firm, FormLayout, Mailbox, Opportunity, SenderRule, User, UserAddress
from app.models.crm_addresses import AddressKind, Policy, UnknownRecipient
from app.operations.outbox import is_own_header_id, sent_among
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from app.support.secrets import is_signed, sign
from app.support.text import fold

_OPPORTUNITY = re.compile(r"^o-([a-z0-9]{10})-([a-z0-9]{16})$")


@dataclass(frozen=True)
class Intake:
    """A CRM address with what follows from writing to it."""

    id: int
    address: str
    kind: AddressKind
    user_id: int | None
    team_id: int | None
    pipeline_id: int | None
    policy: Policy
    unknown_recipient: UnknownRecipient
    list_id: str | None
    valid_until: datetime | None


@dataclass(frozen=True)
class FormTarget:
    """Where the opportunities of a taught form go."""

    name: str
    pipeline_id: int | None
    team_id: int | None
    owner_id: int | None


@dataclass(frozen=True)
class Stored:
    version: int
    directory: Directory
    pattern: str
    intakes: dict[str, Intake]
    targets: dict[int, FormTarget]  # of the layouts of forms, by their keys
    until: datetime | None  # when the next renewed address ends


_kept: dict[URL, Stored] = {}


def _read_intakes() -> dict[str, Intake]:
    columns = [getattr(CrmAddress, each.name) for each in fields(Intake)]
    found = [Intake(*row) for row in db.session.execute(select(*columns).where(CrmAddress.archived_at.is_(None)))]
    now = clock.now()
    return {each.address: each for each in found if each.valid_until is None or each.valid_until > now}


def _read_layouts() -> tuple[tuple[Layout, ...], dict[int, FormTarget]]:
    taught = list(db.session.scalars(select(FormLayout).where(FormLayout.is_active.is_(True), FormLayout.archived_at.is_(None)).order_by(FormLayout.id)))
    layouts = tuple(
        Layout(each.id, each.name, each.sender, fold(each.subject), {bare_label(name): Meaning(meaning) for name, meaning in each.labels})
        for each in taught
    )
    return layouts, {each.id: FormTarget(each.name, each.pipeline_id, each.team_id, each.owner_id) for each in taught}


def _read(firm: Firm, intakes: dict[str, Intake], layouts: tuple[Layout, ...]) -> Directory:
    session = db.session()
    users = {email.lower(): str(key) for key, email in session.execute(select(User.id, User.email))}
    users |= {address: str(key) for key, address in session.execute(select(UserAddress.user_id, UserAddress.address))}
    addresses = {each.address: each.kind.value for each in intakes.values()}
    own = {firm.sender_address.lower()}
    own |= {name.lower() for name in session.scalars(select(Mailbox.username)) if name and "@" in name}
    active = select(SenderRule.id, SenderRule.sender, SenderRule.effect).where(SenderRule.is_active, SenderRule.archived_at.is_(None))
    rules = {sender: Rule(key, sender, effect) for key, sender, effect in session.execute(active)}
    groups = {each.list_id: each.address for each in intakes.values() if each.list_id}
    return Directory(
        users=users, crm_addresses=addresses, domains=frozenset(d.lower() for d in firm.domains), own_addresses=frozenset(own),
        form_layouts=layouts, groups=groups, rules=rules, region=firm.country,
    )


_VERSION = select(Firm.directory_version)


def _read_stored(version: int) -> Stored:
    firm = db.session.get(Firm, 1) or Firm(id=1, name="", domains=[], address_pattern="{}@crm.localhost", sender_address="", country="FR")
    intakes = _read_intakes()
    until = min((each.valid_until for each in intakes.values() if each.valid_until), default=None)
    layouts, targets = _read_layouts()
    return Stored(version, _read(firm, intakes, layouts), firm.address_pattern, intakes, targets, until)


def _stored() -> Stored:
    version = db.session.scalar(_VERSION) or 0
    url = db.engine.url
    kept = _kept.get(url)
    if kept is None or kept.version != version or (kept.until is not None and kept.until <= clock.now()):
        with acting(SYSTEM):  # what is kept serves everybody: nobody's rights may narrow it
            kept = _kept[url] = _read_stored(version)
    return kept


def intakes_of(addressed: Sequence[str], directory: Directory) -> list[Intake]:
    """The CRM addresses of users, teams and the public among ``addressed``."""
    known = (_kept.get(db.engine.url) or _stored()).intakes
    names = dict.fromkeys(name for each in addressed if (name := directory.crm_address(each)))
    return [known[name] for name in names if name in known]


def form_target(layout: int | None) -> FormTarget | None:
    """Where the forms of the taught ``layout`` go; None for a form that nobody taught."""
    if layout is None:
        return None
    return (_kept.get(db.engine.url) or _stored()).targets.get(layout)


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def opportunity_address(opportunity: Opportunity) -> str:
    """The signed address under which mail joins ``opportunity``."""
    signature = sign(_key(), "opportunity", opportunity.public_ref)
    return db.session.get_one(Firm, 1).crm_address(f"o-{opportunity.public_ref}-{signature}")


def opportunity_ref(address: str) -> str | None:
    """The public reference that a signed ``address`` of ours carries; None when it is forged or none of these."""
    kept = _kept.get(db.engine.url) or _stored()  # of the version that the directory of this mail was read from
    before, _, after = kept.pattern.partition("{}")
    if not (address.startswith(before) and address.endswith(after) and len(address) > len(before) + len(after)):
        return None
    found = _OPPORTUNITY.match(address[len(before) : len(address) - len(after)])
    return found[1] if found and is_signed(_key(), "opportunity", found[1], found[2]) else None


def stored_directories(mails: Sequence[Mail]) -> list[Directory]:
    """The directory for each of ``mails``, with what only it brings in: signed addresses, and ids of mail that we sent."""
    shared = _stored().directory
    sent = sent_among([mail.message_id for mail in mails if mail.message_id])
    return [_with_own(shared, mail, sent) for mail in mails]


def _with_own(directory: Directory, mail: Mail, sent: frozenset[str]) -> Directory:
    shown = {*mail.envelope, *(a.address for a in (*mail.to, *mail.cc))}
    signed = {address: "opportunity" for address in shown if opportunity_ref(address)}
    if signed:
        directory = replace(directory, crm_addresses={**directory.crm_addresses, **signed})
    own = {mail.message_id} if mail.message_id in sent else set()
    # The mark that we put on what we send; without our signature it is anybody's word.
    shown_ids = (mail.message_id, *(value.strip(" <>") for value in mail.headers.get("x-loop", ())[:3]))
    own |= {each for each in shown_ids if each and is_own_header_id(each)}
    if own:
        directory = replace(directory, own_message_ids=frozenset(own))
    return directory
