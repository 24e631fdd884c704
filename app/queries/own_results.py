"""What one person entered, day by day and order by order, and what was said of it: for that person alone."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import func, select

from app.domain.orders import COUNTED, WAITING, RowState, Verdict
from app.extensions import db
from app.models import Order, ProspectRow, RowVerification, order_total
from app.queries.order_quality import verdicts_by
from app.queries.orders import in_states

DAYS = 14
MOST = 5_000  # verdicts that are looked at, the newest first
ORDERS = 50


@dataclass(frozen=True)
class OwnOrder:
    """``counted``: rows towards the target; of them wait for a verifier, and were verified."""

    id: int
    name: str
    counted: int
    waiting: int
    rejected: int
    verified: int


@dataclass(frozen=True)
class OwnResults:
    """``days``: (day, rows), today first. ``wrong``: (attribute, times). ``said``: (verdicts, rejections) on the person's rows, ``judged``: by them."""

    days: list[tuple[date, int]]
    orders: list[OwnOrder]
    said: tuple[int, int]
    wrong: list[tuple[str, int]]
    judged: tuple[int, int]


def own_results(user_id: int | None, now: datetime, zone: tzinfo) -> OwnResults:
    """Days are those of ``zone``."""
    said, wrong = _said_of(user_id)
    return OwnResults(_days(user_id, now.astimezone(zone).date(), zone), _orders(user_id), said, wrong, verdicts_by(user_id))


def _days(user_id: int | None, today: date, zone: tzinfo) -> list[tuple[date, int]]:
    days = [today - timedelta(days=back) for back in range(DAYS)]
    since = datetime(days[-1].year, days[-1].month, days[-1].day, tzinfo=zone)
    wanted = select(ProspectRow.entered_at).where(ProspectRow.operator_id == user_id, ProspectRow.entered_at >= since)
    found = Counter(at.astimezone(zone).date() for at in db.session.scalars(wanted) if at is not None)
    return [(day, found[day]) for day in days]


def _orders(user_id: int | None) -> list[OwnOrder]:
    """By the kept lines: somebody may have entered very many rows."""
    kept = order_total.c
    counts = map(in_states, (COUNTED, WAITING, (RowState.REJECTED,), (RowState.VERIFIED, RowState.CONVERTED)))
    states = select(kept.order_id, *counts).where(kept.operator_id == user_id).group_by(kept.order_id).having(func.sum(kept.rows) > 0).subquery()
    wanted = select(Order.id, Order.name, *list(states.c)[1:]).join(states, states.c.order_id == Order.id)
    lines = db.session.execute(wanted.order_by(Order.state.desc(), Order.id.desc()).limit(ORDERS))
    return [OwnOrder(key, name, *(int(number or 0) for number in numbers)) for key, name, *numbers in lines]


def _said_of(user_id: int | None) -> tuple[tuple[int, int], list[tuple[str, int]]]:
    wanted = select(RowVerification.verdict, RowVerification.findings).join(ProspectRow, RowVerification.row_id == ProspectRow.id)
    wanted = wanted.where(ProspectRow.operator_id == user_id, RowVerification.is_second.is_(False)).order_by(RowVerification.id.desc()).limit(MOST)
    found = db.session.execute(wanted).all()
    wrong = Counter(name for row in found for name in {each["field"] for each in row.findings})
    return (len(found), sum(row.verdict is Verdict.REJECTED for row in found)), wrong.most_common(5)
