"""Create, update, archive, delete: enough for plain nouns. A noun with rules of its own registers ``Rules``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import inspect, select

from app.domain.custom_fields import PREFIX
from app.domain.errors import DomainError, Stale
from app.domain.timeline import Origin
from app.extensions import db
from app.models import Account, Contact, Engagement, Opportunity, Record, TimelineEntry
from app.operations import custom_fields
from app.operations.assigning import check_assignment
from app.operations.handovers import HELD, holder_before, note_co_owners, note_creation, note_handover
from app.operations.merged import merge_of
from app.operations.tags import with_tags
from app.operations.timeline import state_fact
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require, require_fields
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import storable

T = TypeVar("T", bound=Record)
GIVING = {"owner", "owner_id", "assignee", "assignee_id", "team", "team_id", "co_owners"}
HISTORY = {Account: "account_id", Engagement: "engagement_id", Contact: "contact_id", Opportunity: "opportunity_id"}


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Rules:
    """``prepare`` fills what was left open, ``check`` and ``leaving`` refuse, ``changed`` tells (record, before, actor)."""

    prepare: Callable[[Any, Actor], None] = _nothing
    check: Callable[[Any], None] = _nothing
    created: Callable[[Any, Actor], None] = _nothing
    changed: Callable[[Any, dict[str, Any], Actor], None] = _nothing
    leaving: Callable[[Any], None] = _nothing


RULES: dict[type, Rules] = {}


def _clean(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return storable(value).strip() or None
    return value


def _assign(item: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Set ``values`` on ``item``; returns what the changed ones were before."""
    before: dict[str, Any] = {}
    columns = inspect(type(item)).columns
    for name, value in values.items():
        value = _clean(value)
        column = columns.get(name)
        if value is None and column is not None and not column.nullable and isinstance(column.type.python_type(), str):
            value = ""
        old = getattr(item, name)
        if isinstance(old, list) and isinstance(value, Iterable) and not isinstance(value, str):
            value = list(value)
        if old != value:
            before[name] = list(old) if isinstance(old, list) else old
            if isinstance(old, list):
                item.updated_at = clock.now()  # a link that comes or goes is another version too
            if name.startswith(PREFIX):
                item.set_custom(name, value)
            else:
                setattr(item, name, value)
    return before


def _after(item: Record, names: Iterable[str]) -> dict[str, Any]:
    return custom_fields.audited(type(item), {name: getattr(item, name) for name in names})


@atomic
def create(model: type[T], values: dict[str, Any], *, actor: Actor) -> T:
    """A new record of ``model``; its owner is the actor unless ``values`` name one."""
    require(actor, Action.CREATE, model)
    require_fields(actor, model, (name for name, value in values.items() if value is not None))
    values = with_tags(custom_fields.own_values(model, values, {}, actor), actor)
    rules = RULES.get(model, Rules())
    item = model(**{name: cleaned for name, value in values.items() if (cleaned := _clean(value)) is not None})
    item.created_by_id = actor.id
    if hasattr(item, "owner_id") and actor.id and not (item.owner_id or getattr(item, "owner", None)) and not (
        getattr(item, "team_id", None) or getattr(item, "team", None)
    ):
        item.owner_id = actor.id
    with db.session.no_autoflush:
        rules.prepare(item, actor)
        rules.check(item)
        if isinstance(item, HELD) or (hasattr(item, "owner_id") and hasattr(item, "team")):
            check_assignment(item, GIVING if hasattr(item, "co_owners") else GIVING - {"co_owners"}, actor)
    db.session.add(item)
    db.session.flush()
    record(actor, "create", item, after=_after(item, values))
    rules.created(item, actor)
    if isinstance(item, HELD):
        note_creation(item, actor=actor)
    return item


@atomic
def update(item: Record, changes: dict[str, Any], *, seen_version: int | None = None, actor: Actor) -> Record:
    """Change ``item``. ``seen_version`` is what the person had before them: another one now raises ``Stale``."""
    require(actor, Action.WRITE, item)
    if seen_version is not None and seen_version != item.version:
        raise Stale
    rules = RULES.get(type(item), Rules())
    before = _assign(item, with_tags(custom_fields.own_values(type(item), changes, getattr(item, "custom", {}), actor), actor))
    require_fields(actor, item, before)
    if not before:
        return item
    with db.session.no_autoflush:
        rules.check(item)
        if GIVING & before.keys():
            check_assignment(item, before, actor, were=before.get("co_owners") or ())
    db.session.flush()
    record(actor, "update", item, before=custom_fields.audited(type(item), before), after=_after(item, before))
    rules.changed(item, before, actor)
    if isinstance(item, HELD) and GIVING & before.keys():
        note_handover(item, holder_before(item, before), actor=actor)
        if "co_owners" in before:
            note_co_owners(item, before["co_owners"], actor=actor)
    return item


@atomic
def archive(item: Record, *, actor: Actor) -> None:
    """Put ``item`` away: lists leave it out, its history stays."""
    require(actor, Action.WRITE, item)
    RULES.get(type(item), Rules()).leaving(item)
    if item.archived_at is None:
        item.archived_at = clock.now()
        record(actor, "archive", item)


@atomic
def restore(item: Record, *, actor: Actor) -> None:
    """Bring an archived ``item`` back."""
    require(actor, Action.WRITE, item)
    if item.archived_at is not None:
        if merge_of(item) is not None:
            raise DomainError("merged", N_("This record was merged into another one. Take the merge back instead."))
        item.archived_at = None
        record(actor, "restore", item)


@atomic
def delete(item: Record, *, actor: Actor) -> None:
    """Remove ``item``; refused where history or mail hangs on it."""
    require(actor, Action.DELETE, item)
    RULES.get(type(item), Rules()).leaving(item)
    if isinstance(item, tuple(HISTORY)):
        entries = TimelineEntry.__table__
        column = entries.c[HISTORY[type(item)]]
        kept = db.session.connection().execute(
            select(entries.c.id).where(column == item.id, entries.c.origin != Origin.AUTOMATIC).limit(1)
        ).first()
        if kept:
            raise DomainError("has_history", N_("History or mail hangs on this record, so it cannot be deleted. Archive it instead."))
        db.session.connection().execute(entries.delete().where(column == item.id))
    record(actor, "delete", item)
    db.session.delete(item)
    db.session.flush()


def _created_fact(code: str) -> Callable[[Any, Actor], None]:
    def state(item: Any, actor: Actor) -> None:
        state_fact(item, code, actor=actor)

    return state


RULES[Account] = Rules(created=_created_fact("account_created"))
RULES[Contact] = Rules(created=_created_fact("contact_created"))
