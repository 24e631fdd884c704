"""Deputies for holidays, and successors of those who left."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Deputy, Successor, SummarySubscription, Team, User
from app.operations.transaction import atomic, record
from app.operations.users import update_user
from app.operations.work_moves import check_giver
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.queries.people import known_people, people_by_name
from app.support import clock
from app.support.i18n import N_

LONGEST = 366  # days


def _check_whose(user: User, actor: Actor) -> None:
    if user.id != actor.id:
        check_giver(user, actor)


def colleagues_of(user: User) -> list[User]:
    """Who may stand in for ``user``, by name: of those whom the acting person may know."""
    return people_by_name(User.id != user.id, *known_people())


@atomic
def name_deputy(user: User, deputy: User, first: date, last: date, *, actor: Actor) -> Deputy:
    """From the day ``first`` to the day ``last`` of where ``user`` lives, ``deputy`` sees and changes what is theirs. It ends by itself."""
    _check_whose(user, actor)
    if deputy.id == user.id or not deputy.active:
        raise DomainError("no_deputy", N_("Choose a colleague who works here."))
    zone = ZoneInfo(user.time_zone)
    today = clock.now().astimezone(zone).date()
    if last < first or last < today:
        raise DomainError("bad_days", N_("The last day comes after the first one, and is not past."))
    if (last - first).days > LONGEST:
        raise DomainError("too_long", N_("Nobody stands in for longer than a year. Give the work to somebody instead."))
    starts, ends = datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
    found = Deputy(user_id=user.id, deputy_id=deputy.id, starts_at=starts, ends_at=ends, created_by_id=actor.id)
    db.session.add(found)
    db.session.flush()
    record(actor, "name_deputy", found, after={"user": str(user), "deputy": str(deputy), "first": first, "last": last})
    return found


@atomic
def end_deputy(deputy: Deputy, *, actor: Actor) -> None:
    """Before its time: at once, or never begun."""
    _check_whose(deputy.user, actor)
    if deputy.archived_at is None:
        deputy.archived_at = clock.now()
        record(actor, "end_deputy", deputy)


@atomic
def leave(user: User, successor: User | Team | None, *, actor: Actor) -> None:
    """Switch ``user`` off: no sign-in, no summary; mail to their secret address goes to ``successor`` from now on."""
    require(actor, Action.DELETE, User)
    if user.active:
        update_user(user, {"active": False}, actor=actor)
    for subscription in db.session.scalars(select(SummarySubscription).where(SummarySubscription.user_id == user.id)):
        subscription.is_active = False
    old = db.session.scalars(select(Successor).where(Successor.user_id == user.id)).one_or_none()
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    if successor is not None:
        heir = Successor(
            user_id=user.id, to_user_id=successor.id if isinstance(successor, User) else None,
            to_team_id=successor.id if isinstance(successor, Team) else None, created_by_id=actor.id,
        )
        db.session.add(heir)
        db.session.flush()
        record(actor, "name_successor", heir, after={"user": str(user), "successor": str(successor)})
