"""The life of an engagement: the lasting relation with a customer, beside single attempts to sell."""

from datetime import date
from enum import StrEnum

from app.support.dates import months_from


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
    return months_from(max(before or today, today), RENEWED_BY)
