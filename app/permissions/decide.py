"""May this actor do this with this record? The one place that answers."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, object_session

from app.domain.errors import Forbidden, ForbiddenField
from app.domain.rights import Action, FieldRule
from app.permissions.actor import Actor
from app.permissions.fields import governing
from app.permissions.scope import SCOPES, WRITE_SCOPES, reaches_all, rows
from app.permissions.standing import actor_of

PROTECTED = {model.__name__ for model in (*SCOPES, *WRITE_SCOPES)}
__all__ = ["actor_of", "allowed_actions", "field_rule", "is_allowed", "is_shown", "may_quote", "require", "require_fields"]


def is_allowed(actor: Actor, action: Action, subject: Any) -> bool:
    """``subject`` is a model class (may they at all?) or a saved record (may they with this one?)."""
    model = subject if isinstance(subject, type) else type(subject)
    scope = actor.scope(model.__name__, action)
    if not scope:
        return False
    if isinstance(subject, type) or action is Action.CREATE or not inspect(subject).persistent:
        return True
    return action in allowed_actions(actor, subject, [action])


def allowed_actions(actor: Actor, subject: Any, actions: Iterable[Action]) -> frozenset[Action]:
    """Those of ``actions`` that ``actor`` may do with a saved record, by one statement at most."""
    model: Any = type(subject)
    asked = [action for action in actions if actor.scope(model.__name__, action)]
    allowed = {action for action in asked if reaches_all(model, actor, action)}
    if left := [action for action in asked if action not in allowed]:
        table: Any = inspect(model).local_table
        # Core: the acting person's own criteria must not hide the row from the question.
        row = _session(subject).connection().execute(
            select(*(rows(model, actor, action) for action in left)).select_from(table).where(table.c.id == subject.id)
        ).first()
        allowed |= {action for action, may in zip(left, row or (), strict=False) if may}
    return frozenset(allowed)


def _session(subject: Any) -> Session:
    found = object_session(subject)
    assert found is not None
    return found


def require(actor: Actor, action: Action, subject: Any) -> None:
    """Raise ``Forbidden`` unless ``is_allowed``; for one who only looks whatever is no reading."""
    if actor.is_looking and action not in (Action.READ, Action.EXPORT):
        raise Forbidden
    if not is_allowed(actor, action, subject):
        raise Forbidden


def field_rule(actor: Actor, subject: Any, name: str) -> FieldRule:
    """What ``actor`` may do with the field ``name`` (a column, or what a screen calls it) of a model or record."""
    model = subject if isinstance(subject, type) else type(subject)
    rules = actor.rules(model.__name__)
    return rules.get(governing(model.__name__, name), FieldRule.WRITE) if rules else FieldRule.WRITE


def is_shown(actor: Actor, subject: Any, name: str) -> bool:
    """Whether ``actor`` may know the field at all."""
    return field_rule(actor, subject, name) is not FieldRule.HIDDEN


def is_writable(actor: Actor, subject: Any, name: str) -> bool:
    """Whether ``actor`` may change the field, where they may change the record."""
    return field_rule(actor, subject, name) is FieldRule.WRITE


def may_quote(actor: Actor, record_type: str) -> bool:
    """Whether a text that is kept apart from its record (the audit) may name records of that type to ``actor``, whoever owns them."""
    return record_type not in PROTECTED or actor.scope(record_type, Action.READ).everything


def require_fields(actor: Actor, subject: Any, names: Iterable[str]) -> None:
    """Raise ``ForbiddenField`` when one of ``names`` is hidden from ``actor`` or only to be read."""
    for name in names:
        if not is_writable(actor, subject, name):
            model = subject if isinstance(subject, type) else type(subject)
            saved = (None, "") if isinstance(subject, type) else (subject.id, str(subject))
            raise ForbiddenField(name, model.__name__, *saved)
