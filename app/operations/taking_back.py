"""Taking back what the answer to a morning email did, by answering its confirmation: each record as it was, if nobody changed it since."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from app.domain.deeds import Before, Deed, Result
from app.domain.errors import DomainError, Refusal
from app.domain.events import SummaryAnswered
from app.domain.opportunities import Status
from app.domain.summaries import Subject
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import Alert, IncomingMessage, Opportunity, Task, Team, User
from app.operations import handing, opportunities, records
from app.operations.deeds import Item
from app.operations.group import apart
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor, acting
from app.support import clock
from app.support.i18n import N_

OF_SALES = (Deed.WON, Deed.LOST, Deed.CANCELLED)
MODELS: dict[Subject, type[Opportunity | Task]] = {Subject.OPPORTUNITY: Opportunity, Subject.TASK: Task}
GONE = N_("This cannot be taken back from here: you may not see it any more.")
CHANGED = N_("This was changed since, so it is not taken back. Open it to see what is so now.")
STAYS = N_("This cannot be taken back by e-mail. Open it in Kurier.")
KEY = "before"  # of the parameters of the reason of the message that was acted on


def state_of(item: Item, deed: Deed) -> Before | None:
    """What ``deed`` is about to change, of a task or an opportunity; None where it cannot be taken back."""
    target = (None if deed is Deed.TAKE else item.subject) if isinstance(item, Alert) else item
    if isinstance(target, Task) and deed in OF_SALES:
        target = target.opportunity
    if not isinstance(target, Opportunity | Task) or deed not in _WAYS or (deed is Deed.DONE and not isinstance(target, Task)):
        return None
    plain = Before(deed, Subject.TASK, target.id, target.version, target.status.value, team_id=target.team_id)
    if isinstance(target, Task):
        return replace(plain, until=_written(target.due_at), user_id=target.assignee_id)
    until = _written(target.remind_at) if target.status is Status.STANDBY else ""
    return replace(plain, subject=Subject.OPPORTUNITY, until=until, woken=_written(target.woken_at), user_id=target.owner_id)


def stamped(before: Before | None) -> Before | None:
    """``before`` with the version that the record has after the deed; None where the deed did not change it."""
    target: Any = db.session.get(MODELS[before.subject], before.id) if before else None
    return replace(before, version=target.version) if before and target is not None and target.version != before.version else None


def kept(results: list[Result]) -> list[dict[str, Any]]:
    """What a message keeps of ``results``, so that they can be taken back."""
    return [{key: value for key, value in asdict(each.before).items() if value not in ("", None)} for each in results if each.is_done and each.before]


@atomic
def take_back(done: IncomingMessage, user: User, *, message: IncomingMessage, said: str, reply_to: str, actor: Actor) -> list[Result]:
    """Take back what came of ``done``, the last first, and tell the writer."""
    with apart(), acting(actor):
        before = [Before(**each) for each in done.reason_params.get(KEY, ())]
        results = list(_results(before[::-1], said, message, actor)) or [Result(said, None, refusal=DomainError("nothing_to_undo", STAYS))]
    announce(SummaryAnswered(message.id, user.id, reply_to, tuple(results)))
    return results


def _results(known: list[Before], said: str, message: IncomingMessage, actor: Actor) -> Iterator[Result]:
    for before in known:
        before = replace(before, deed=Deed(before.deed), subject=Subject(before.subject))
        target: Any = db.session.get(MODELS[before.subject], before.id, with_for_update=True, populate_existing=True)
        if target is None:
            yield Result(said, before.deed, refusal=DomainError("void", GONE))
            continue
        try:
            if target.version != before.version:
                raise DomainError("changed_since", CHANGED)
            with db.session.begin_nested():
                _WAYS[before.deed](target, before, actor)
                record(actor, "act_by_answer", target, after={"deed": "undo", "message": message.id})
        except Refusal as refusal:
            yield Result(said, before.deed, (str(target),), refusal=refusal)
            continue
        yield Result(said, before.deed, (str(target),), about=((before.subject, before.id),), is_back=True)


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _read(at: str) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def _not_put_off(target: Any, before: Before, actor: Actor) -> None:
    if isinstance(target, Task):
        records.update(target, {"due_at": _read(before.until)}, actor=actor)
        return
    until = _read(before.until)
    if until is not None and until > clock.now():
        opportunities.put_on_standby(target, until, actor=actor)
    else:
        opportunities.end_standby(target, woken_at=_read(before.woken), actor=actor)


def _given_back(target: Any, before: Before, actor: Actor) -> None:
    """To whoever had it: the right to change it may be theirs alone now, so it is asked of the one who gave it away."""
    holder: User | Team | None = db.session.get(User, before.user_id) if before.user_id else db.session.get(Team, before.team_id) if before.team_id else None
    if holder is None:
        handing.release(target, actor=actor)
    else:
        handing.give(target, holder, actor=actor)


def _not_done(target: Any, before: Before, actor: Actor) -> None:
    records.update(target, {"status": TaskStatus(before.status)}, actor=actor)


_WAYS: Mapping[Deed, Callable[[Any, Before, Actor], None]] = {
    Deed.STANDBY: _not_put_off, Deed.DONE: _not_done, Deed.ASSIGN: _given_back, Deed.TAKE: _given_back,
    **dict.fromkeys(OF_SALES, lambda target, before, actor: opportunities.reopen(target, actor=actor)),
}
