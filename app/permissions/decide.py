"""May this actor do this with this record? The one place that answers."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import object_session

from app.domain.errors import Forbidden, ForbiddenField
from app.domain.rights import Action, FieldRule
from app.permissions.actor import Actor
from app.permissions.fields import governing
from app.permissions.scope import SCOPES, WRITE_SCOPES, reaches_all, rows
from app.permissions.standing import actor_of

PROTECTED = {model.__name__ for model in (*SCOPES, *WRITE_SCOPES)}
__all__ = ["actor_of", "field_rule", "is_allowed", "is_shown", "may_quote", "require", "require_fields"]


def is_allowed(actor: Actor, action: Action, subject: Any) -> bool:
    """``subject`` is a model class (may they at all?) or a saved record (may they with this one?)."""
    model = subject if isinstance(subject, type) else type(subject)
    scope = actor.scope(model.__name__, action)
    if not scope:
        return False
    if reaches_all(model, actor, action) or isinstance(subject, type) or action is Action.CREATE or not inspect(subject).persistent:
        return True
    session = object_session(subject)
    assert session is not None
    table: Any = inspect(model).local_table
    # Core: the acting person's own criteria must not hide the row from the question.
    found = session.connection().execute(
        select(table.c.id).where(table.c.id == subject.id, rows(model, actor, action))
    ).first()
    return found is not None


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


def may_quote(actor: Actor, record_type: str) -> bool:
    """Whether a text that is kept apart from its record (the audit) may name records of that type to ``actor``, whoever owns them."""
    return record_type not in PROTECTED or actor.scope(record_type, Action.READ).everything


def require_fields(actor: Actor, subject: Any, names: Iterable[str]) -> None:
    """Raise ``ForbiddenField`` when one of ``names`` is hidden from ``actor`` or only to be read."""
    for name in names:
        if field_rule(actor, subject, name) is not FieldRule.WRITE:
            model = subject if isinstance(subject, type) else type(subject)
            saved = (None, "") if isinstance(subject, type) else (subject.id, str(subject))
            raise ForbiddenField(name, model.__name__, *saved)
