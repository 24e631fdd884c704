"""A week that is written down by hand. The summary of Tuesday 24 November 2026 looks back on Monday 23."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.messages import State
from app.extensions import db
from app.models import IncomingMessage, Opportunity, Step, Task, Team, User
from app.operations import opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from app.support.secrets import token
from tests.people import Cast, make_contact, make_opportunity

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
WARSAW = ZoneInfo("Europe/Warsaw")
HALF_PAST_SEVEN = datetime(2026, 11, 24, 7, 30, tzinfo=WARSAW)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, as clocks in Warsaw and Paris show it."""
    return datetime(2026, 11, day, hour, minute, tzinfo=WARSAW).astimezone(UTC)


@atomic
def message(state: State, received: datetime, user: User | None, team: Team | None = None, **more: Any) -> IncomingMessage:
    """A message with an outcome, as the pipeline leaves one."""
    item = IncomingMessage(
        key=token(20), subject=f"{state.value} {received:%d %H:%M}", sender_name="Jan Kowalski", sender_address="jan@klient.example",
        received_at=received, state=state, acting_user_id=user.id if user else None, team_id=team.id if team else None, **more,
    )
    db.session.add(item)
    return item


def sale(title: str, cast: Cast, owner: User | None, begun: datetime, amount: int | None = None, **more: Any) -> Opportunity:
    with clock.frozen(begun):
        account = cast.katarzyna if owner is cast.anna else cast.gaelle
        values = {"title": title, "contacts": [account], "account": account.accounts[0], "owner": owner, "amount": amount, **more}
        return records.create(Opportunity, values, actor=SYSTEM)


def make_week(cast: Cast) -> None:
    """Anna (pl) and Jean (fr) of the team North, which Claire manages; the cast itself is older than the period."""
    win, lose, cancel = opportunities.win, opportunities.lose, opportunities.cancel
    for title, owner, amount, currency, close, when in (
        ("Won on Monday", cast.anna, 1000, "PLN", "won", at(23, 23, 59)),
        ("Won on Monday too", cast.jean, 200, "EUR", "won", at(23, 0, 0)),
        ("Won on Friday", cast.anna, 5000, "PLN", "won", at(20, 18)),
        ("Won this morning", cast.anna, 7000, "PLN", "won", at(24, 0, 0)),
        ("Lost on Monday", cast.jean, 30, "EUR", "lost", at(23, 12)),
        ("Cancelled on Monday", cast.jean, 4, "EUR", "cancelled", at(23, 13)),
    ):
        item = sale(title, cast, owner, at(16, 9), amount, currency=currency)
        with clock.frozen(when):
            if close == "won":
                win(item, actor=SYSTEM)
            elif close == "lost":
                lose(item, reason="Price", actor=SYSTEM)
            else:
                cancel(item, reason="No budget", actor=SYSTEM)
    sale("Begun on Monday", cast, cast.anna, at(23, 15), 60, currency="PLN")
    sale("For nobody yet", cast, None, at(23, 16), 9, team=cast.north)
    sale("Of another team", cast, cast.tom, at(23, 16), 99_999)
    old = sale("Stagnant", cast, cast.jean, at(2, 9), 500)
    assert (TUESDAY - date(2026, 11, 2)).days > db.session.get_one(Step, old.step_id).max_days
    woken = sale("Woken", cast, cast.anna, at(10, 9), 70, currency="PLN")
    with clock.frozen(at(18, 9)):
        opportunities.put_on_standby(woken, at(23, 8), actor=SYSTEM)
    with clock.frozen(at(23, 8)):
        opportunities.wake(woken)
    for title, due in (("Overdue", at(23, 12)), ("Today", at(24, 12)), ("Tomorrow", at(25, 12))):
        records.create(Task, {"title": title, "assignee": cast.anna, "due_at": due, "opportunity": cast.terminals}, actor=SYSTEM)
    for state, when in (
        (State.ATTACHED, at(23, 9)), (State.ATTACHED, at(23, 10)), (State.CREATED, at(23, 11)), (State.HELD, at(23, 12)),
        (State.IGNORED, at(23, 13)), (State.FAILED, at(23, 14)), (State.RECEIVED, at(23, 15)), (State.ATTACHED, at(20, 9)),
    ):
        message(state, when, cast.anna)
    message(State.IGNORED, at(23, 18), None, cast.north)
    message(State.ATTACHED, at(23, 18), cast.tom)


def cast_after_a_week(cast: Cast) -> Cast:
    set_back(cast)
    make_week(cast)
    return cast


def set_back(cast: Cast) -> None:
    """Make the cast older than the week, with a telephone, and subscribed long ago."""
    _set_back(cast)


@atomic
def _set_back(cast: Cast) -> None:
    from app.models import ContactPhone, SummarySubscription

    for item in db.session.query(Opportunity):
        item.created_at = item.last_activity_at = item.step_entered_at = at(16, 9)
        item.closed_at = at(16, 10) if item.closed_at else None
    for subscription in db.session.query(SummarySubscription):
        subscription.created_at = at(1, 0)
    cast.katarzyna.phones.append(ContactPhone(number="+48850000142"))


__all__ = ["HALF_PAST_SEVEN", "MONDAY", "TUESDAY", "at", "cast_after_a_week", "make_contact", "make_opportunity", "make_week", "message", "set_back"]
