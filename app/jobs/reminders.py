"""Opportunities on standby wake when their moment comes."""

import logging

from app.domain.errors import Stale
from app.operations.reminders import wake_if_due
from app.permissions.actor import SYSTEM
from app.queries import due

BATCH = 200
log = logging.getLogger(__name__)


def wake_due() -> int:
    """Wake each opportunity whose reminder is due, in a transaction of its own; returns how many."""
    woken = 0
    while ids := due.reminders(BATCH):
        before = woken
        for opportunity_id in ids:
            try:
                woken += wake_if_due(opportunity_id, actor=SYSTEM)
            except Stale:
                log.info("opportunity %s is being changed by somebody: the next minute wakes it", opportunity_id)
        if len(ids) < BATCH or woken == before:
            break
    return woken
