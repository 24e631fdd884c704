"""One operation is one transaction: this module holds the only commit."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import DomainError, ForbiddenField, Stale
from app.domain.events import Event
from app.extensions import db
from app.models import AuditLine, Firm, Record
from app.models.engine import begin_writing
from app.operations.group import later
from app.permissions.actor import Actor
from app.support.i18n import N_

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)
# What incoming mail is compared with; pollers keep it in memory and look for a new version.
QUIET = {"refuse_sign_in", "lock_sign_in", "unlock_sign_in", "signed_in", "signed_out", "end_sessions", "refuse", "export", "set_language",
         "change_password", "set_up_factor", "refuse_factor", "remove_factor", "use_recovery_code", "renew_recovery_codes",
         "view_as", "end_view_as"}  # not of it
DIRECTORY = {"User", "UserAddress", "CrmAddress", "Firm", "Mailbox", "Team", "FormLayout", "SenderRule", "Successor"}
# What somebody's rights follow from, and the firm's own fields: processes remember them until the number of the last change is a new one.
RIGHTS = {"User", "Role", "Team", "TeamMembership", "Profile", "Privilege", "Firm", "Deputy", "CustomField", "CustomChoice", "ActionType"}

_AUDIT = AuditLine.__table__.insert()
_subscribers: dict[type, list[Callable[[Any], None]]] = {}
_after_commit: list[Callable[[list[Event]], None]] = []


def subscribe(event: type[Any]) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Call the decorated function within the transaction that announces ``event``."""

    def register(handler: Callable[[Any], None]) -> Callable[[Any], None]:
        handlers = _subscribers.setdefault(event, [])
        if handler not in handlers:
            handlers.append(handler)
        return handler

    return register


def after_commit(hook: Callable[[list[Event]], None]) -> None:
    """Call ``hook`` with the announced events once they are true. What it does may be lost: never the truth."""
    if hook not in _after_commit:
        _after_commit.append(hook)


@contextmanager
def untold(*kinds: type[Any]) -> Iterator[None]:
    """Within it nobody hears of such events: whoever does many at once tells of them once, or not at all."""
    info = db.session().info
    info["untold"] = kinds
    try:
        yield
    finally:
        info.pop("untold", None)


def announce(event: Event) -> None:
    """Tell the subscribers of ``event`` now, inside the running operation."""
    if isinstance(event, db.session().info.get("untold", ())):
        return
    db.session().info["events"].append(event)
    for handler in _subscribers.get(type(event), ()):
        handler(event)


def refusal_of(error: IntegrityError) -> DomainError:
    """The sentence for what the database refused."""
    text = str(error.orig).casefold()
    if "foreign key" in text:
        return DomainError("in_use", N_("Other records hang on this one, so it cannot be deleted. Archive it instead."))
    if "unique" in text:
        return DomainError("not_unique", N_("There is such a record already: a value that must be unique is taken."))
    if "not null" in text or "not-null" in text:
        return DomainError("missing_value", N_("A required value is missing."))
    return DomainError("refused_by_database", N_("A value is outside what is allowed here."))


def atomic(operation: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction: all of it or nothing. Inside another operation, join that one's.

    Raises ``Stale`` when somebody else wrote a record of it meanwhile, ``DomainError`` when the database refuses.
    """
    return _in_one_transaction(operation, lasting=True)


def repeatable(operation: Callable[P, R]) -> Callable[P, R]:
    """As ``atomic``, for what is done again when it is not there: its commit does not wait for the disk.

    After a power failure the last of them may be gone, each wholly, and all from some moment on. What it leads to outside, a mail
    sent for one, must come after a commit that waits.
    """
    return _in_one_transaction(operation, lasting=False)


def _in_one_transaction(operation: Callable[P, R], *, lasting: bool) -> Callable[P, R]:
    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        if session.info.get("atomic"):
            return operation(*args, **kwargs)
        begin_writing(session, lasting=lasting)
        session.info.update(atomic=True, events=[])
        try:
            result = operation(*args, **kwargs)
            session.commit()
        except StaleDataError as error:
            session.rollback()
            raise Stale from error
        except IntegrityError as error:
            session.rollback()
            raise refusal_of(error) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("atomic", None)
            session.info.pop("rights_changed", None)
            events = session.info.pop("events", [])
        for hook in _after_commit:
            try:
                hook(events)
            except Exception:  # a queue that is away must not undo what is true; the sweep finds it
                log.warning("after a commit", exc_info=True)
        return result

    return run


def plain(value: Any) -> Any:
    """``value`` as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time | Decimal):
        return str(value)
    if isinstance(value, Record):
        return value.id
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _count_up(subject_type: str, action: str) -> None:
    """Tell the processes that remember the directory or somebody's rights that there is something new."""
    if action in QUIET:
        return
    session = db.session()
    for types, column in ((DIRECTORY, Firm.directory_version), (RIGHTS, Firm.rights_version)):
        if subject_type in types:
            _count(column)
    if subject_type in RIGHTS:
        session.info["rights_changed"] = True


def _count(column: Any) -> None:
    db.session().execute(update(Firm).values({column: column + 1}).execution_options(synchronize_session=False))


def rights_changed() -> None:
    """Tell the processes that remember somebody's rights, where no record of theirs says it."""
    _count(Firm.rights_version)
    db.session().info["rights_changed"] = True


def record_refusal(actor: Actor, refused: ForbiddenField) -> None:
    """Write the audit line of a field that ``actor`` tried to change; the attempt itself was rolled back."""
    line = {
        "actor_id": actor.id, "actor_name": actor.name[:130], "action": "refuse_field", "subject_type": refused.subject_type,
        "subject_id": refused.subject_id, "subject_name": refused.subject_name[:200], "before": {}, "after": {"field": refused.field},
    }  # fmt: skip
    db.session().connection().execute(_AUDIT, line)


def record(
    actor: Actor, action: str, subject: Any, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """Write the audit line of what ``actor`` does to ``subject`` (a saved or flushed record)."""
    _count_up(type(subject).__name__, action)
    line = {
        "actor_id": actor.id, "actor_name": actor.name[:130], "action": action, "subject_type": type(subject).__name__,
        "subject_id": subject.id, "subject_name": str(subject)[:200], "before": plain(before or {}), "after": plain(after or {}),
    }  # fmt: skip
    later(_AUDIT, line)
