"""Whose the mail is of a colleague who left: their successor's."""

from sqlalchemy import select

from app.extensions import db
from app.models import Successor, User


def heir_of(user: User) -> tuple[User | None, int | None]:
    """``user`` while they work here; of whoever left the successor, a person or the key of a team. Without one nothing changes."""
    if user.active:
        return user, None
    found = db.session.scalars(select(Successor).where(Successor.user_id == user.id)).one_or_none()
    if found is None or (found.to_user is not None and not found.to_user.active):
        return user, None
    return found.to_user, found.to_team_id
