"""Writing history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, inspect
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.action_types import Known
from app.domain.errors import DomainError
from app.domain.files import File
from app.domain.timeline import FACTS, Kind, Origin
from app.extensions import db
from app.models import Account, Attachment, Contact, Engagement, Opportunity, TimelineEntry
from app.operations.group import current, keep, later
from app.operations.transaction import atomic, plain, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import storable

Subject = Opportunity | Engagement | Contact | Account
Dealing = Opportunity | Engagement  # what has an account, and falls silent
_FACT = TimelineEntry.__table__.insert()
_TOUCHED: dict[type, Any] = {
    model: model.__table__.update().where(model.__table__.c.id == bindparam("row")).values(last_activity_at=bindparam("at"))
    for model in (Opportunity, Engagement)
}
_KEYS: dict[type, str] = {Opportunity: "opportunity", Engagement: "engagement", Contact: "contact", Account: "account"}


def state_fact(subject: Subject, code: str, *, body: str = "", actor: Actor, **params: Any) -> None:
    """Add the automatic line ``code`` (of ``FACTS``) to the history of ``subject``, inside a running operation; ``body`` is what a person says to it."""
    assert code in FACTS, code
    line = {
        "kind": Kind.SYSTEM, "origin": Origin.AUTOMATIC, "code": code, "params": plain(params), "author_id": actor.id, "created_by_id": actor.id,
        "account_id": subject.account_id if isinstance(subject, Dealing) else None, "body": body,
    }  # fmt: skip
    if current() is not None and inspect(subject).has_identity:
        keys = {f"{name}_id": None for name in _KEYS.values()} | line
        later(_FACT, keys | {f"{_KEYS[type(subject)]}_id": subject.id})
        return
    entry = TimelineEntry(**line)
    setattr(entry, _KEYS[type(subject)], subject)
    db.session.add(entry)


def touch(dealing: Dealing, at: datetime | None = None) -> None:
    """Something happened on ``dealing``: it is no longer silent. Its version stays: nobody's form gets stale by it."""
    moment = at or clock.now()
    if dealing.last_activity_at is not None and dealing.last_activity_at >= moment:
        return
    if not inspect(dealing).persistent:
        dealing.last_activity_at = moment
        return
    later(_TOUCHED[type(dealing)], {"row": dealing.id, "at": moment})
    keep(("touched", type(dealing), dealing.id), dealing)  # read again, it would not know yet
    set_committed_value(dealing, "last_activity_at", moment)


def attach(entry: TimelineEntry, files: Iterable[File], actor: Actor) -> None:
    """Hang ``files`` on a saved entry."""
    db.session.add_all(
        Attachment(
            entry_id=entry.id, sha256=each.sha256, size=each.size, name=storable(each.name)[-200:], content_type=each.content_type[:120],
            created_by_id=actor.id,
        )
        for each in files
    )


@atomic
def write_note(
    subject: Subject, body: str, *, kind: Kind | Known = Kind.NOTE, occurred_at: datetime | None = None, files: Iterable[File] = (),
    actor: Actor,
) -> TimelineEntry:
    """Keep what a person says happened with ``subject``: a note, a call or a meeting, perhaps with files."""
    if isinstance(subject, Dealing):
        require(actor, Action.WRITE, subject)
    require(actor, Action.CREATE, TimelineEntry)
    if not body.strip():
        raise DomainError("empty_note", N_("Write what happened, then add it to the history."))
    entry = TimelineEntry(
        kind=kind if isinstance(kind, Kind) else kind.kind, action_type_id=None if isinstance(kind, Kind) else kind.id,
        body=storable(body).strip(), author_id=actor.id, created_by_id=actor.id, occurred_at=occurred_at or clock.now(),
    )
    setattr(entry, _KEYS[type(subject)], subject)
    if isinstance(subject, Dealing):
        entry.account_id = subject.account_id
        touch(subject)
    db.session.add(entry)
    db.session.flush()
    attach(entry, files, actor)
    record(actor, "write_note", entry, after={"kind": kind if isinstance(kind, Kind) else kind.labels["en"], "subject": str(subject)})
    return entry


@atomic
def move_to_engagement(entry: TimelineEntry, engagement: Engagement, *, actor: Actor) -> None:
    """What was said to a person alone turns out to belong to ``engagement``, which is with that person."""
    require(actor, Action.WRITE, entry)
    require(actor, Action.WRITE, engagement)
    contact = entry.contact
    if contact is None or entry.opportunity_id or entry.engagement_id or entry.message_id or entry.origin is Origin.AUTOMATIC:
        raise DomainError("has_place", N_("This line of the history cannot be moved: it is not of a person alone. Reload the page to see where it is."))
    if contact is not engagement.lead_contact and contact not in engagement.contacts:
        raise DomainError("not_with_them", N_("This engagement is not with that person. Add the person to it first."))
    entry.engagement_id, entry.account_id = engagement.id, engagement.account_id
    touch(engagement)
    record(actor, "move_entry", entry, before={"place": str(contact)}, after={"place": str(engagement)})
