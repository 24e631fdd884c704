"""What becomes of a contact's mail address when mail to it fails, when its owner complains, and when mail comes from it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.bounces import LASTING, SOFT_LIMIT, SOFT_WINDOW, Cause, Finding
from app.extensions import db
from app.models import AddressFinding, Contact, ContactAddress, IncomingMessage, TimelineEntry
from app.models.contacts import Validity
from app.operations.group import later, write_now
from app.operations.timeline import state_fact
from app.permissions.actor import Actor
from app.support import clock
from app.support.text import shorten, storable

ABSENCE = timedelta(days=7)
_address = ContactAddress.__table__
_HEARD = (
    update(_address)
    .where(_address.c.id == bindparam("row"))
    .values(validity=bindparam("new_validity"), checked_at=bindparam("new_checked_at"), version=_address.c.version + 1)
)


@dataclass(frozen=True)
class Report:
    """What a server says of one recipient. ``is_permanent``: nobody can be reached there; ``is_complaint``: its owner wants no mail."""

    address: str
    cause: Cause = Cause.UNCLEAR
    status: str | None = None
    diagnostic: str = ""
    reporter: str = ""
    is_permanent: bool = False
    is_complaint: bool = False


def note(contact: Contact, report: Report, *, message: IncomingMessage, actor: Actor) -> None:
    """Keep what ``message`` reports about an address of ``contact``."""
    if report.is_complaint:
        note_complaint(contact, report, message=message, actor=actor)
    else:
        note_failure(contact, report, message=message, actor=actor)


def note_failure(contact: Contact, report: Report, *, message: IncomingMessage, actor: Actor) -> None:
    """Mail to ``contact`` came back. For good: the address is invalid. Else it counts, and at the third in 30 days it is doubtful."""
    is_lasting = report.is_permanent and report.cause in LASTING
    for each in _named(contact, report.address):
        _add(
            each, Finding.FAILED if is_lasting else Finding.SOFT, message, cause=report.cause, status=(report.status or "")[:12] or None,
            diagnostic=report.diagnostic, reporter=report.reporter,
        )
        if is_lasting and each.validity not in (Validity.BOUNCED, Validity.COMPLAINED):
            _become(each, Validity.BOUNCED)
            state_fact(contact, "address_invalid", actor=actor, address=each.address, cause=report.cause)
        elif not is_lasting and each.validity in (Validity.VALID, Validity.UNKNOWN) and _soft_failures(each) >= SOFT_LIMIT:
            _become(each, Validity.DOUBTFUL)
            state_fact(contact, "address_doubtful", actor=actor, address=each.address, cause=report.cause)


def note_complaint(contact: Contact, report: Report, *, message: IncomingMessage, actor: Actor) -> None:
    """The owner of the address told their provider that our mail is unwanted."""
    for each in _named(contact, report.address):
        _add(each, Finding.COMPLAINED, message, reporter=report.reporter)
        if each.validity is not Validity.COMPLAINED:
            _become(each, Validity.COMPLAINED)
            state_fact(contact, "address_complained", actor=actor, address=each.address)


def note_heard(contact: Contact, address: str, *, at: datetime, message: IncomingMessage, actor: Actor) -> None:
    """Mail came from ``address``: what bounced before is over. A complaint stays, and so does what was learned after ``at``."""
    for each in _named(contact, address):
        if each.validity in (Validity.VALID, Validity.COMPLAINED) or (each.checked_at is not None and each.checked_at > at):
            continue
        if each.validity in (Validity.BOUNCED, Validity.DOUBTFUL):
            _add(each, Finding.HEARD, message)
            state_fact(contact, "address_valid_again", actor=actor, address=each.address)
        now = {"validity": Validity.VALID, "checked_at": clock.now()}
        later(_HEARD, {"row": each.id, **{f"new_{name}": value for name, value in now.items()}})
        for name, value in {**now, "version": each.version + 1}.items():
            set_committed_value(each, name, value)


def note_absence(contact: Contact, address: str, *, until: date | None, actor: Actor) -> None:
    """A machine answered for ``contact``. One line a week says so, and again when another return is told."""
    params = {"address": address, **({"day": until.isoformat()} if until else {})}
    code = "away_until" if until else "away"
    write_now()
    query = select(TimelineEntry.params).where(
        TimelineEntry.contact_id == contact.id, TimelineEntry.code == code, TimelineEntry.occurred_at > clock.now() - ABSENCE
    )
    if params not in list(db.session.scalars(query)):
        state_fact(contact, code, actor=actor, **params)


def _named(contact: Contact, address: str) -> list[ContactAddress]:
    return [each for each in contact.addresses if each.address == address]


def _become(address: ContactAddress, validity: Validity) -> None:
    address.validity, address.checked_at = validity, clock.now()


def _add(
    address: ContactAddress, finding: Finding, message: IncomingMessage, *, cause: Cause | None = None, status: str | None = None,
    diagnostic: str = "", reporter: str = "",
) -> None:
    db.session.add(AddressFinding(
        address_id=address.id, at=clock.now(), finding=finding, message_id=message.id, cause=cause, status=status,
        diagnostic=shorten(storable(diagnostic), 500), reporter=storable(reporter)[:120],
    ))
    db.session.flush()


def _soft_failures(address: ContactAddress) -> int:
    """Those of the last 30 days, since mail last came from it."""
    found = AddressFinding
    heard = select(func.max(found.at)).where(found.address_id == address.id, found.finding == Finding.HEARD)
    since = max(clock.now() - SOFT_WINDOW, db.session.scalar(heard) or clock.now() - SOFT_WINDOW)
    query = select(func.count()).select_from(found).where(found.address_id == address.id, found.finding == Finding.SOFT, found.at > since)
    return db.session.scalar(query) or 0
