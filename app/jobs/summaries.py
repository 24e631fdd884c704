"""The morning summary goes out when its hour has come, once a day for each subscription."""

import logging
from datetime import date, timedelta
from zoneinfo import ZoneInfoNotFoundError

from flask import current_app

from app.domain.errors import DomainError
from app.domain.workdays import is_workday, local_day, moment_of
from app.extensions import db
from app.models import SummarySubscription
from app.outbound import summary
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock

log = logging.getLogger(__name__)


def due_day(subscription: SummarySubscription) -> date | None:
    """The day whose summary is due now, whether or not it was sent; None before its hour and on a free day.

    Only today's: a morning that the worker slept through is not told the next day. Nor is an hour that
    had passed before somebody subscribed.
    """
    user = subscription.user
    today = local_day(clock.now(), user.time_zone)
    hour = moment_of(today, subscription.send_at, user.time_zone)
    is_due = subscription.created_at <= hour <= clock.now() and is_workday(today, user.country)
    return today if is_due else None


def send_due() -> int:
    """Send what is due and was not sent, each in a session of its own; returns how many."""
    with acting(SYSTEM):
        recent = clock.now().date() - timedelta(days=1)
        sent = queries.sent_since(recent)
        due = [(each.id, day) for each in queries.subscriptions() if (day := _due_day(each)) and (each.id, day) not in sent]
        db.session.rollback()  # nothing is held open while the others write
    return sum(_send(subscription_id, day) for subscription_id, day in due)


def _due_day(subscription: SummarySubscription) -> date | None:
    try:
        return due_day(subscription)
    except (ZoneInfoNotFoundError, ValueError):
        log.error("user %s has no known time zone: %s", subscription.user_id, subscription.user.time_zone)
        return None


def _send(subscription_id: int, day: date) -> bool:
    with current_app.app_context(), acting(SYSTEM):
        try:
            subscription = db.session.get_one(SummarySubscription, subscription_id)
            summary.send(subscription, day, actor=SYSTEM)
        except DomainError as refusal:
            log.info("summary of subscription %s: %s", subscription_id, refusal)
            return False
        except Exception:  # one reader's trouble must not keep the summary from the others; the next tick tries again
            log.exception("summary of subscription %s for %s", subscription_id, day)
            return False
        return True
