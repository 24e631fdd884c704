"""Links of morning emails: each does one thing once, for the person to whom it was sent."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.domain.deeds import MailLink
from app.domain.errors import DomainError
from app.domain.summaries import Subject
from app.extensions import db
from app.models import Alert, Opportunity, Task, UsedMailLink
from app.operations.deeds import Given, Item, do
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.support import clock
from app.support.i18n import N_

MODELS: dict[Subject, type[Item]] = {Subject.OPPORTUNITY: Opportunity, Subject.TASK: Task, Subject.ALERT: Alert}
KEPT = timedelta(days=30)  # none lives half as long


def _hash(link: MailLink) -> str:
    """``hint`` is left out: it only fills the form in."""
    token = MailLink(link.deed, link.subject, link.id, link.version, link.user_id, link.expires_at).token(current_app.config["SECRET_KEY"])
    return hashlib.sha256(token.encode()).hexdigest()


def used_at(link: MailLink) -> datetime | None:
    """When ``link`` was used; None while it was not."""
    found: datetime | None = db.session.scalar(select(UsedMailLink.used_at).where(UsedMailLink.token_hash == _hash(link)))
    return found


def check_link(link: MailLink, item: Item) -> None:
    """Whether ``link`` still works, and ``item`` is as it was when the mail was written."""
    if used_at(link) is not None:
        raise DomainError("link_used", N_("This link was used already. It works once."))
    if link.expires_at <= clock.now():
        raise DomainError("link_expired", N_("This link is too old. Open the record in Kurier."))
    if item.version != link.version:
        raise DomainError("link_outdated", N_("This was changed since the e-mail was written, so nothing is done. Open it to see what is so now."))


@atomic
def use(link: MailLink, given: Given, *, actor: Actor) -> None:
    """Do what ``link`` says, with the rights that ``actor`` has now."""
    item: Any = db.session.get(MODELS[link.subject], link.id, with_for_update=True)
    if item is None or actor.id != link.user_id:
        raise DomainError("link_void", N_("This link leads to nothing that you may see."))
    check_link(link, item)
    try:
        with db.session.begin_nested():
            db.session.add(UsedMailLink(token_hash=_hash(link), user_id=link.user_id))
    except IntegrityError as error:
        raise DomainError("link_used", N_("This link was used already. It works once.")) from error
    do(item, link.deed, given, actor=actor)
    record(actor, "act_by_link", item, after={"deed": link.deed})


@atomic
def forget_used(*, actor: Actor) -> None:
    """Remove what says that links were used which could not be used any more."""
    db.session.execute(delete(UsedMailLink).where(UsedMailLink.used_at < clock.now() - KEPT))
