"""Doing from a mail what a person would do on a page: the same operations, with the rights of that moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.alerts import OFFERED, Remedy, Rule
from app.domain.deeds import Deed
from app.domain.errors import DomainError
from app.domain.tasks import OPEN
from app.domain.timeline import Kind
from app.models import Alert, Opportunity, Task, Team, User
from app.operations import alerts, handing, opportunities, records, remedies, tasks
from app.operations.given import Given as Chosen
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support.i18n import N_

Item = Opportunity | Task | Alert
REMEDIES: Mapping[Deed, tuple[Remedy, ...]] = {
    Deed.STANDBY: (Remedy.STANDBY, Remedy.RESCHEDULE), Deed.DONE: (Remedy.FINISH, Remedy.HEED), Deed.LOST: (Remedy.LOSE,),
    Deed.CANCELLED: (Remedy.CANCEL,), Deed.ASSIGN: (Remedy.GIVE,),
}


@dataclass(frozen=True)
class Given(Chosen):
    """What the person chose or wrote for a deed."""

    amount: Decimal | None = None


@atomic
def do(item: Item, deed: Deed, given: Given, *, actor: Actor) -> None:
    """Do ``deed`` with ``item``; with an alert what its remedies do, or else what it is about. Refused like on the page."""
    if isinstance(item, Alert):
        _heed(item, deed, given, actor)
        return
    deeds = _WITH_OPPORTUNITY if isinstance(item, Opportunity) else _WITH_TASK
    if deed not in deeds:
        raise DomainError("no_such_deed", N_("This cannot be done with “%(title)s” from an e-mail. Open it in Kurier."), title=str(item))
    deeds[deed](item, given, actor)


def is_possible(item: Item, deed: Deed) -> bool:
    """Whether such a thing is done with such a record, as it stands."""
    if isinstance(item, Alert):
        subject = item.subject
        return deed is Deed.TAKE or _remedy(item.rule, deed) is not None or (isinstance(subject, Item) and is_possible(subject, deed))
    if isinstance(item, Opportunity):
        return deed in _WITH_OPPORTUNITY and (item.is_open or deed in (Deed.NOTE, Deed.CALL, Deed.REOPEN)) and (deed is not Deed.TAKE or item.owner_id is None)
    return deed in _WITH_TASK and item.status in OPEN and (deed is not Deed.TAKE or item.assignee_id is None)


def _remedy(rule: Rule, deed: Deed) -> Remedy | None:
    return next((each for each in REMEDIES.get(deed, ()) if each in OFFERED[rule]), None)


def _heed(alert: Alert, deed: Deed, given: Given, actor: Actor) -> None:
    remedy, subject = _remedy(alert.rule, deed), alert.subject
    if deed is Deed.TAKE:
        alerts.take(alert, actor=actor)
    elif remedy is not None:
        remedies.apply(alert, remedy, given, actor=actor)
    elif isinstance(subject, Opportunity | Task):
        do(subject, deed, given, actor=actor)
    else:
        raise DomainError("no_remedy", N_("This is no remedy for that alert."))


def _to(given: Given) -> User | Team:
    if given.to is None:
        raise DomainError("nobody_chosen", N_("Choose a person or a team of the list."))
    return given.to


def _place(task: Task) -> Opportunity:
    if task.opportunity is None:
        raise DomainError("no_history", N_("This task belongs to no opportunity, so there is no history to write into."))
    return task.opportunity


def _log(item: Opportunity, given: Given, kind: Kind, actor: Actor) -> None:
    write_note(item, given.text, kind=kind, actor=actor)


def _put_off(task: Task, given: Given, actor: Actor) -> None:
    records.update(task, {"due_at": given.day()}, actor=actor)


_WITH_OPPORTUNITY: Mapping[Deed, Callable[[Opportunity, Given, Actor], None]] = {
    Deed.STANDBY: lambda item, given, actor: opportunities.put_on_standby(item, given.day(), actor=actor),
    Deed.NOTE: lambda item, given, actor: _log(item, given, Kind.NOTE, actor),
    Deed.CALL: lambda item, given, actor: _log(item, given, Kind.CALL, actor),
    Deed.WON: lambda item, given, actor: opportunities.win(item, amount=given.amount, actor=actor),
    Deed.LOST: lambda item, given, actor: opportunities.lose(item, reason=given.text, competitor=given.competitor, actor=actor),
    Deed.CANCELLED: lambda item, given, actor: opportunities.cancel(item, reason=given.text, actor=actor),
    Deed.ASSIGN: lambda item, given, actor: handing.give(item, _to(given), actor=actor),
    Deed.TAKE: lambda item, given, actor: handing.take(item, actor=actor),
    Deed.REOPEN: lambda item, given, actor: opportunities.reopen(item, actor=actor),
}
_WITH_TASK: Mapping[Deed, Callable[[Task, Given, Actor], None]] = {
    Deed.STANDBY: _put_off,
    Deed.NOTE: lambda task, given, actor: _log(_place(task), given, Kind.NOTE, actor),
    Deed.CALL: lambda task, given, actor: _log(_place(task), given, Kind.CALL, actor),
    Deed.DONE: lambda task, given, actor: tasks.finish(task, actor=actor),
    Deed.WON: lambda task, given, actor: opportunities.win(_place(task), amount=given.amount, actor=actor),
    Deed.LOST: lambda task, given, actor: opportunities.lose(_place(task), reason=given.text, competitor=given.competitor, actor=actor),
    Deed.CANCELLED: lambda task, given, actor: opportunities.cancel(_place(task), reason=given.text, actor=actor),
    Deed.ASSIGN: lambda task, given, actor: handing.give(task, _to(given), actor=actor),
    Deed.TAKE: lambda task, given, actor: handing.take(task, actor=actor),
}
