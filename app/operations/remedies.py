"""What can be done about an alert with one click: each remedy calls the operation that a person would, and settles the alert."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.domain.alerts import OFFERED, Remedy, check_unsettled
from app.domain.errors import DomainError
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import Alert, Engagement, Opportunity, Step, Task, User
from app.models.contacts import Validity
from app.operations import alerts, engagements, handing, opportunities, order_remedies, records, tasks
from app.operations.assigning import people_on_offer
from app.operations.contacts import update_contact
from app.operations.given import Cure, Given
from app.operations.self_tests import begin_self_test
from app.operations.timeline import touch, write_note
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.permissions.scope import members_of
from app.support import clock
from app.support.i18n import N_

AGAIN = timedelta(minutes=15)  # after a test of a mailbox


@atomic
def apply(item: Alert, remedy: Remedy, given: Given, *, actor: Actor) -> None:
    """Do ``remedy`` and settle the alert; where its cause stays, as with a task that is planned, it asks again when that is due."""
    require(actor, Action.WRITE, item)
    check_unsettled(item.state, item.ended_at is not None)
    if remedy not in OFFERED[item.rule] or remedy not in _DEEDS or item.subject is None:
        raise DomainError("no_remedy", N_("This is no remedy for that alert."))
    if remedy is Remedy.NOT_DOUBLE:
        alerts.dismiss(item, given.text or N_("They are not the same."), actor=actor)
        return
    until = _DEEDS[remedy](item, given, actor)
    alerts.resolve(item, until=until, actor=actor)


def next_step(item: Opportunity) -> Step | None:
    """The step after that of ``item``, in its pipeline."""
    query = select(Step).where(Step.pipeline_id == item.pipeline_id, Step.archived_at.is_(None), Step.position > item.step.position)
    found: Step | None = db.session.scalars(query.order_by(Step.position).limit(1)).first()
    return found


def least_loaded(item: Opportunity, actor: Actor) -> User | None:
    """Of those to whom ``actor`` may give it, of its team where it has one, who has the fewest open opportunities."""
    people = people_on_offer(actor)
    if item.team_id is not None:
        within = set(db.session.connection().scalars(members_of([item.team_id])))
        people = [user for user in people if user.id in within] or people
    deal = Opportunity.__table__.c
    counts: dict[int | None, int] = {
        row[0]: row[1] for row in db.session.connection().execute(
            select(deal.owner_id, func.count()).where(deal.owner_id.in_([u.id for u in people]), deal.status == "todo").group_by(deal.owner_id)
        )
    }
    return min(people, key=lambda user: (counts.get(user.id, 0), user.id), default=None)


# ---- the deeds: each returns when the alert asks again if its cause is still there


def _deal(item: Alert) -> Opportunity:
    assert item.opportunity is not None
    return item.opportunity


def _task(item: Alert) -> Task:
    assert item.task is not None
    return item.task


def _engagement(item: Alert) -> Engagement:
    assert item.engagement is not None
    return item.engagement


def _renew(item: Alert, given: Given, actor: Actor) -> None:
    engagement = _engagement(item)
    zone = engagement.owner.time_zone if engagement.owner else "Europe/Paris"
    engagements.renew_prospect(engagement, given.text, zone=zone, actor=actor)


def _report(item: Alert, given: Given, actor: Actor) -> None:
    write_note(_engagement(item), given.text, actor=actor)


def _abandon(item: Alert, given: Given, actor: Actor) -> None:
    engagements.abandon(_engagement(item), given.text, actor=actor)


def _move(item: Alert, given: Given, actor: Actor) -> None:
    step = next_step(_deal(item))
    if step is None:
        raise DomainError("last_step", N_("This is the last step. Close the opportunity, or put it on standby."))
    opportunities.move(_deal(item), step, actor=actor)


def _plan(item: Alert, given: Given, actor: Actor) -> datetime:
    due = given.day()
    if not given.text.strip():
        raise DomainError("no_title", N_("Say what is to be done."))
    records.create(Task, {"title": given.text.strip()[:200], "due_at": due, "opportunity": _deal(item)}, actor=actor)
    return due


def _standby(item: Alert, given: Given, actor: Actor) -> None:
    opportunities.put_on_standby(_deal(item), given.day(), actor=actor)


def _lose(item: Alert, given: Given, actor: Actor) -> None:
    opportunities.lose(_deal(item), reason=given.text, competitor=given.competitor, actor=actor)


def _cancel(item: Alert, given: Given, actor: Actor) -> None:
    opportunities.cancel(_deal(item), reason=given.text, actor=actor)


def _heed(item: Alert, given: Given, actor: Actor) -> None:
    """Its reminder was heeded: it is something to do like any other."""
    deal = _deal(item)
    require(actor, Action.WRITE, deal)
    before, deal.woken_at = deal.woken_at, None
    touch(deal)
    db.session.flush()
    record(actor, "heed", deal, before={"woken_at": before})


def _give(item: Alert, given: Given, actor: Actor) -> None:
    subject = item.subject
    if given.to is None:
        raise DomainError("nobody_chosen", N_("Choose a person or a team of the list."))
    handing.give(subject, given.to, actor=actor)


def _take(item: Alert, given: Given, actor: Actor) -> None:
    handing.take(_deal(item), actor=actor)


def _finish(item: Alert, given: Given, actor: Actor) -> None:
    tasks.finish(_task(item), actor=actor)


def _reschedule(item: Alert, given: Given, actor: Actor) -> None:
    records.update(_task(item), {"due_at": given.day()}, actor=actor)


def _drop(item: Alert, given: Given, actor: Actor) -> None:
    records.update(_task(item), {"status": TaskStatus.CANCELLED}, actor=actor)


def _drop_address(item: Alert, given: Given, actor: Actor) -> None:
    """Take the addresses that do not work off the contact."""
    contact = item.contact
    assert contact is not None
    kept = [each.address for each in contact.addresses if each.validity not in (Validity.BOUNCED, Validity.COMPLAINED)]
    update_contact(contact, {"address_lines": "\n".join(kept)}, actor=actor)


def _archive(item: Alert, given: Given, actor: Actor) -> None:
    subject = item.account or item.contact
    assert subject is not None
    records.archive(subject, actor=actor)


def _test(item: Alert, given: Given, actor: Actor) -> datetime:
    assert item.mailbox is not None
    begin_self_test(item.mailbox, actor=actor)
    return clock.now() + AGAIN


_DEEDS: Mapping[Remedy, Cure] = {
    Remedy.MOVE: _move, Remedy.PLAN: _plan, Remedy.STANDBY: _standby, Remedy.LOSE: _lose, Remedy.CANCEL: _cancel, Remedy.HEED: _heed,
    Remedy.GIVE: _give, Remedy.TAKE: _take, Remedy.FINISH: _finish, Remedy.RESCHEDULE: _reschedule, Remedy.DROP: _drop,
    Remedy.DROP_ADDRESS: _drop_address, Remedy.ARCHIVE: _archive, Remedy.TEST: _test, Remedy.NOT_DOUBLE: lambda *_: None,
    Remedy.RENEW: _renew, Remedy.REPORT: _report, Remedy.ABANDON: _abandon, **order_remedies.CURES,
}
