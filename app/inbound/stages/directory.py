"""Who is who, from the database: read once, kept until its version changes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from flask import current_app
from sqlalchemy import URL, select

from app.domain.form_fields import Meaning
from app.domain.sender_rules import Rule
from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.form_labels import bare_label
from app.inbound.mime.form_layouts import Layout
from app.models import CrmAddress, Firm, FormLayout, Mailbox, Opportunity, SenderRule, User, UserAddress
from app.models.crm_addresses import AddressKind, Policy, UnknownRecipient
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from app.support.seal import Seal
from app.support.text import fold


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
        seal=Seal(str(current_app.config["SECRET_KEY"]), firm.address_pattern), form_layouts=layouts, groups=groups, rules=rules,
        region=firm.country,
    )


_VERSION = select(Firm.directory_version)


def _read_stored(version: int) -> Stored:
    firm = db.session.get(Firm, 1) or Firm(id=1, name="", domains=[], address_pattern="{}@crm.localhost", sender_address="", country="FR")
    intakes = _read_intakes()
    until = min((each.valid_until for each in intakes.values() if each.valid_until), default=None)
    layouts, targets = _read_layouts()
    return Stored(version, _read(firm, intakes, layouts), intakes, targets, until)


def _stored(version: int | None = None) -> Stored:
    """``version``: ``Firm.directory_version``, where it was read a moment ago."""
    if version is None:
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


def opportunity_address(opportunity: Opportunity, version: int | None = None) -> str:
    """The signed address under which mail joins ``opportunity``; ``version`` as for ``_stored``."""
    seal = _stored(version).directory.seal
    assert seal is not None
    return seal.record_address("opportunity", opportunity.public_ref)


def summary_address(reference: str, day: date) -> str:
    """The signed address under which a summary is answered."""
    seal = _stored().directory.seal
    assert seal is not None
    return seal.summary_address(reference, day)


def record_ref(address: str) -> tuple[str, str] | None:
    """The noun and the public reference that a signed ``address`` of ours carries; None when it is forged or none of these."""
    # of the version that the directory of this mail was read from
    return (_kept.get(db.engine.url) or _stored()).directory.record_ref(address)


def stored_directory() -> Directory:
    """The directory as it is now: one statement when nothing changed since it was read."""
    return _stored().directory
