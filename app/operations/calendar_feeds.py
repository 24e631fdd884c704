"""The private address of a person's calendar: made, renewed and revoked by its person."""

import secrets
from datetime import timedelta

from app.domain.errors import DomainError
from app.extensions import db
from app.models import CalendarFeed, User
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.queries.calendars import feed_of
from app.queries.sessions import hash_of
from app.support import clock
from app.support.i18n import N_

NOTED = timedelta(hours=1)  # how exactly we know when it was read


@atomic
def renew_feed(user: User, *, actor: Actor) -> str:
    """A new secret for the feed of ``user``; the one before opens nothing any more. Returned once: the row keeps its hash."""
    _own(user, actor)
    secret, feed = secrets.token_urlsafe(32), feed_of(user)
    if feed is None:
        feed = CalendarFeed(user_id=user.id, secret_hash=hash_of(secret), created_by_id=actor.id)
        db.session.add(feed)
    feed.secret_hash, feed.made_at, feed.read_at = hash_of(secret), clock.now(), None
    db.session.flush()
    record(actor, "renew_feed", feed)
    return secret


@atomic
def revoke_feed(user: User, *, actor: Actor) -> None:
    """Its address opens nothing any more, from this moment on."""
    _own(user, actor)
    feed = feed_of(user)
    if feed is not None:
        record(actor, "revoke_feed", feed)
        db.session.delete(feed)


@atomic
def note_read(feed: CalendarFeed, *, actor: Actor) -> None:
    """A calendar program asked for it."""
    if feed.read_at is None or clock.now() - feed.read_at >= NOTED:
        feed.read_at = clock.now()


def _own(user: User, actor: Actor) -> None:
    if user.id != actor.id or actor.is_looking:
        raise DomainError("not_own_feed", N_("Everybody makes and revokes their own calendar address."))
