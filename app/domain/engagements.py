"""The life of an engagement: the lasting relation with a customer, beside single attempts to sell."""

from enum import StrEnum


class EngagementState(StrEnum):
    PROSPECT = "prospect"
    ACTIVE = "active"
    DORMANT = "dormant"
    ENDED = "ended"
    ABANDONED = "abandoned"


LIVE = frozenset({EngagementState.PROSPECT, EngagementState.ACTIVE, EngagementState.DORMANT})
