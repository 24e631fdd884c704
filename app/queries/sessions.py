"""Who is signed in where."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select

from app.extensions import db
from app.models import Firm, RecoveryCode, SecondFactor, Tick, User, UserSession
from app.support import clock

IDLE, LONGEST = timedelta(days=7), timedelta(days=30)
FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Sitting:
    """The session that a request belongs to."""

    id: int
    must_set_up: bool
    last_seen_at: datetime
    rights_version: int  # of the firm, at the moment when the request began
    directory_version: int
    ticked_at: datetime | None  # when a job of the clock began last


def hash_of(key: str) -> str:
    """What the database keeps of a random key."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_live() -> ColumnElement[bool]:
    now = clock.now()
    return and_(
        UserSession.ended_at.is_(None), UserSession.last_seen_at > now - IDLE, UserSession.created_at > now - LONGEST
    )


def user_of(user_id: int, key: str) -> tuple[User, Sitting] | None:
    """The active user whose cookie says so, with one statement; None once the session has ended."""
    now = clock.now()
    found = db.session.execute(_user_of(), {"user": user_id, "key": hash_of(key), "used_after": now - IDLE, "begun_after": now - LONGEST}).first()
    return (found[0], Sitting(*found[1:])) if found else None


@cache
def _user_of() -> Any:
    """Made once: every request asks it."""
    versions = (func.coalesce(select(column).scalar_subquery(), 0) for column in (Firm.rights_version, Firm.directory_version))
    ticked_at = select(func.max(Tick.begun_at)).scalar_subquery()
    used_after, begun_after = (bindparam(name, type_=UserSession.created_at.type) for name in ("used_after", "begun_after"))
    found = select(User, UserSession.id, UserSession.must_set_up, UserSession.last_seen_at, *versions, ticked_at)
    return found.join(UserSession, UserSession.user_id == User.id).where(
        User.id == bindparam("user"), User.active.is_(True), UserSession.key_hash == bindparam("key"), UserSession.ended_at.is_(None),
        UserSession.last_seen_at > used_after, UserSession.created_at > begun_after,
    )


def is_fresh(session_id: int | None) -> bool:
    """Whether that session began within the last minutes."""
    fresh = select(UserSession.id).where(UserSession.id == session_id, UserSession.created_at > clock.now() - FRESH, is_live())
    return db.session.scalar(fresh) is not None


def sessions_of(user: User) -> list[UserSession]:
    """Where ``user`` is signed in, the latest use first."""
    mine = select(UserSession).where(UserSession.user_id == user.id, is_live())
    return list(db.session.scalars(mine.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())))


def factor_of(user: User) -> SecondFactor | None:
    """The second factor of ``user``, also one whose first code is still to come."""
    return db.session.scalars(select(SecondFactor).where(SecondFactor.user_id == user.id)).one_or_none()


def codes_left(user: User) -> int:
    """How many recovery codes ``user`` has not used yet."""
    return db.session.scalar(select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id)) or 0
