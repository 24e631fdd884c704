"""The morning summary is sent once for each subscription and day; it can be switched off by its reader."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import DomainError
from app.extensions import db
from app.models import SummarySending, SummarySubscription
from app.operations.outbox import SUMMARY, queue_mail
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_
from app.support.secrets import token


@dataclass(frozen=True)
class SummaryMail:
    """A summary as it will go out."""

    subject: str
    text: str
    html: str
    headers: dict[str, str] = field(default_factory=dict)


@atomic
def send_summary(
    subscription: SummarySubscription, day: date, mail: SummaryMail | None, figures: dict[str, Any], *, again: bool = False, actor: Actor
) -> SummarySending:
    """Record the summary of ``day`` and queue its ``mail`` (None: there was nothing to say).

    Refused with the code ``already_sent`` when that day is recorded, whoever was first; ``again`` sends it once more.
    """
    require(actor, Action.CREATE, SummarySending)
    sending = _first(subscription, day, actor)
    if sending is None:
        if not again:
            raise DomainError("already_sent", N_("The summary of %(day)s was sent already."), day=day.isoformat())
        sending = db.session.scalars(_sent(subscription, day)).one()
    key = f"{SUMMARY}:{subscription.id}:{day.isoformat()}" + (f":{token(8)}" if again else "")
    if mail is not None:
        user = subscription.user
        sending.outgoing = queue_mail(
            key=key, event=SUMMARY, to=user.email, to_user_id=user.id, language=user.language.value, subject=mail.subject,
            text=mail.text, html=mail.html, headers=mail.headers, actor=actor,
        )
    sending.figures = figures
    record(actor, "send_summary", subscription, after={"day": day, "is_empty": mail is None})
    return sending


def _sent(subscription: SummarySubscription, day: date) -> Any:
    return select(SummarySending).where(SummarySending.subscription_id == subscription.id, SummarySending.day == day)


def _first(subscription: SummarySubscription, day: date, actor: Actor) -> SummarySending | None:
    """The new row of that day; None when there is one, also one that another worker commits just now."""
    if db.session.scalars(_sent(subscription, day)).first() is not None:
        return None
    try:
        with db.session.begin_nested():
            sending = SummarySending(subscription_id=subscription.id, day=day, created_by_id=actor.id)
            db.session.add(sending)
    except IntegrityError:
        return None
    return sending


@atomic
def stop_summary(subscription: SummarySubscription, *, actor: Actor) -> None:
    """Send this edition no more. Doing it again changes nothing."""
    require(actor, Action.WRITE, subscription)
    if subscription.is_active:
        subscription.is_active = False
        record(actor, "stop_summary", subscription, before={"is_active": True}, after={"is_active": False})
