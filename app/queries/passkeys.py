"""Passkeys, by whose they are and by what a browser names."""

from sqlalchemy import select

from app.extensions import db
from app.models import Passkey, User


def passkeys_of(user: User) -> list[Passkey]:
    """The keys of ``user``, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)))


def has_passkey(user_id: int) -> bool:
    """Whether that user has one at all."""
    return db.session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None


def passkey_called(credential_id: str) -> Passkey | None:
    """The key that a browser answers with."""
    return db.session.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()
