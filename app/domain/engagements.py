"""The life of an engagement: the lasting relation with a customer, beside single attempts to sell."""

from calendar import monthrange
from datetime import date
from enum import StrEnum


class EngagementState(StrEnum):
    PROSPECT = "prospect"
    ACTIVE = "active"
    DORMANT = "dormant"
    ENDED = "ended"
    ABANDONED = "abandoned"


LIVE = frozenset({EngagementState.PROSPECT, EngagementState.ACTIVE, EngagementState.DORMANT})
RENEWED_BY = 3  # months


def renewed_until(before: date | None, today: date) -> date:
    """Until when a prospect that was kept until ``before`` stays one when it is renewed: never a day that is past."""
    start = max(before or today, today)
    months = start.year * 12 + start.month - 1 + RENEWED_BY
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
