"""Sessions: begun at a sign-in, ended by their owner, an administrator, or what happens to the account."""

import secrets

from sqlalchemy import ColumnElement, delete, or_, update

from app.domain.errors import DomainError
from app.extensions import db
from app.models import User, UserSession
from app.operations.second_factor import is_missing
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.queries.sessions import LONGEST, hash_of
from app.support import clock
from app.support.i18n import N_


@atomic
def begin_session(user: User, device: str, network: str, how: str, *, has_factor: bool = False, actor: Actor) -> str:
    """``user`` proved who they are (``how``: password, code, recovery code, a provider). Returns the key for the cookie, kept nowhere else.

    ``has_factor``: they proved a second factor elsewhere, so none of ours is demanded.
    """
    key, now = secrets.token_urlsafe(32), clock.now()
    old = or_(UserSession.ended_at.is_not(None), UserSession.created_at < now - LONGEST)
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id, old))
    db.session.add(UserSession(
        user_id=user.id, key_hash=hash_of(key), device=device[:80], network=network[:60], must_set_up=not has_factor and is_missing(user),
    ))
    record(actor, "signed_in", user, after={"device": device, "network": network, "with": how})
    return key


@atomic
def note_signed_out(user: User, session_id: int, *, actor: Actor) -> None:
    """``user`` left, by the button."""
    _end(user, UserSession.id == session_id)
    record(actor, "signed_out", user)


@atomic
def end_session(user: User, session_id: int, *, actor: Actor) -> None:
    """One browser of ``user`` is signed out; everyone ends their own."""
    _may_end(user, actor)
    if not _end(user, UserSession.id == session_id):
        raise DomainError("no_session", N_("That session has ended already."))
    record(actor, "end_sessions", user, after={"sessions": 1})


@atomic
def end_sessions(user: User, *, but: int | None = None, actor: Actor) -> int:
    """``user`` is signed out everywhere, ``but`` in one session. Returns how many ended."""
    _may_end(user, actor)
    count = _end(user, UserSession.id != but) if but else _end(user)
    if count:
        record(actor, "end_sessions", user, after={"sessions": count})
    return count


@atomic
def touch_session(session_id: int, *, actor: Actor) -> None:
    """It is in use. No line of the audit: nobody did anything."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now()))


def _may_end(user: User, actor: Actor) -> None:
    if user.id != actor.id:
        require(actor, Action.WRITE, User)


def _end(user: User, *which: ColumnElement[bool]) -> int:
    query = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), *which)
    ended = db.session.execute(query.values(ended_at=clock.now()).execution_options(synchronize_session=False))
    return int(ended.rowcount)
