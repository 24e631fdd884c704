"""Incoming mail: what came, what became of it, what waits for a person. Narrowed to the actor by the sessions.

A delivery without a message yet counts as one: only who sees all rows sees those.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from app.domain.messages import State
from app.extensions import db
from app.models import Contact, ContactAddress, Delivery, Engagement, IncomingMessage, Mailbox, Opportunity
from app.permissions.actor import current_actor
from app.permissions.scope import rows
from app.queries.numbers import few, in_words

TO_DECIDE = (State.HELD, State.FAILED)
DONE = (State.RECEIVED, State.ATTACHED, State.CREATED, State.IGNORED)


@dataclass(frozen=True)
class Page:
    """Some messages, newest first, behind the deliveries that have none yet; ``total`` is of all pages."""

    deliveries: Sequence[Delivery]
    messages: Sequence[IncomingMessage]
    total: int


def _unread(*conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [Delivery.message_id.is_(None), *conditions]


def _since(model: Any, since: datetime | None, mailbox_id: int | None = None) -> list[ColumnElement[bool]]:
    found = [] if since is None else [model.received_at >= since]
    if mailbox_id is not None:
        is_there = Delivery.mailbox_id == mailbox_id
        found.append(is_there if model is Delivery else IncomingMessage.deliveries.any(is_there))
    return found


def counts(since: datetime | None = None, mailbox_id: int | None = None) -> dict[State, int]:
    """How many there are in each state, of one mailbox or of all; together they are what was received."""
    found = dict.fromkeys(State, 0)
    of_messages = (
        select(IncomingMessage.state, func.count())
        .where(*_since(IncomingMessage, since, mailbox_id))
        .group_by(IncomingMessage.state)
    )
    of_deliveries = (
        select(Delivery.state, func.count()).where(*_unread(*_since(Delivery, since, mailbox_id))).group_by(Delivery.state)
    )
    for query in (of_messages, of_deliveries):
        for state, count in db.session.execute(query):
            found[state] += count
    return found


def waiting() -> ColumnElement[int]:
    """How many messages wait for a decision of the actor, at most ``MANY``; to stand in a statement with others.

    Few of all that came wait: each is asked whether it is within reach, and not all that is within reach found for them.
    """
    message = IncomingMessage.__table__.c
    return few(select(message.id).where(in_words(message.state, *TO_DECIDE), rows(IncomingMessage, current_actor(), are_few=True, columns=message)))


def page(states: Collection[State], *, since: datetime | None, first: int, size: int, mailbox_id: int | None = None) -> Page:
    """``size`` of those in ``states`` from number ``first`` (0 is the newest), of one mailbox or of all."""
    waiting = _unread(Delivery.state.in_(states), *_since(Delivery, since, mailbox_id))
    ended = [IncomingMessage.state.in_(states), *_since(IncomingMessage, since, mailbox_id)]
    before = db.session.scalar(select(func.count(Delivery.id)).where(*waiting)) or 0
    total = before + (db.session.scalar(select(func.count(IncomingMessage.id)).where(*ended)) or 0)
    of_deliveries = select(Delivery).where(*waiting).order_by(Delivery.received_at.desc(), Delivery.id.desc())
    deliveries = (
        db.session.scalars(
            of_deliveries.options(selectinload(Delivery.mailbox), selectinload(Delivery.web_form))
            .offset(first)
            .limit(size)
        ).all()
        if first < before
        else []
    )
    left = size - len(deliveries)
    of_messages = (
        select(IncomingMessage).where(*ended).order_by(IncomingMessage.received_at.desc(), IncomingMessage.id.desc())
    )
    messages = (
        db.session.scalars(
            of_messages.options(selectinload(IncomingMessage.opportunity), selectinload(IncomingMessage.engagement), selectinload(IncomingMessage.contact))
            .offset(max(0, first - before))
            .limit(left)
        ).all()
        if left
        else []
    )
    return Page(deliveries, messages, total)


def mailboxes() -> Sequence[Mailbox]:
    return db.session.scalars(select(Mailbox).where(Mailbox.archived_at.is_(None)).order_by(Mailbox.sort_name)).all()


def candidates(keys: dict[str, Any]) -> list[Opportunity | Engagement]:
    """The opportunities or engagements that a message may belong to, those of them that the actor sees, in the order of likelihood."""
    places: list[Opportunity | Engagement] = []
    for name, model in (("opportunities", Opportunity), ("engagements", Engagement)):
        wanted = [key for key in keys.get(name) or [] if isinstance(key, int)]
        found = {item.id: item for item in db.session.scalars(select(model).where(model.id.in_(wanted)))} if wanted else {}
        places += [found[key] for key in wanted if key in found]
    return places


def contact_with(address: str) -> Contact | None:
    """The contact to whom ``address`` belongs."""
    return db.session.scalars(
        select(Contact).join(Contact.addresses).where(ContactAddress.address == address.lower())
    ).first()


def opportunities_of(contact: Contact) -> list[Opportunity]:
    """Open ones of ``contact`` first."""
    query = select(Opportunity).where(
        Opportunity.contacts.any(Contact.id == contact.id), Opportunity.archived_at.is_(None)
    )
    return list(
        db.session.scalars(
            query.order_by(Opportunity.closed_at.is_not(None), Opportunity.last_activity_at.desc()).limit(10)
        )
    )
