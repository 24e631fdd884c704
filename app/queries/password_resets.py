"""Whether a forgotten password can be helped by mail, and what waits for it."""

from sqlalchemy import exists, select

from app.extensions import db
from app.models import Identity, IdentityProvider, PasswordReset, User


def directory_of(user_id: int) -> IdentityProvider | None:
    """The directory of the firm at which that user signs in, where there is one: it keeps their password."""
    found = select(IdentityProvider).join(Identity, Identity.provider_id == IdentityProvider.id)
    return db.session.scalars(found.where(Identity.user_id == user_id, *_IN_USE).order_by(IdentityProvider.id)).first()


def is_anybody_helped() -> bool:
    """Whether anybody signs in with a password of ours."""
    elsewhere = exists().where(Identity.user_id == User.id, Identity.provider_id == IdentityProvider.id, *_IN_USE)
    return db.session.scalar(select(User.id).where(User.active.is_(True), ~elsewhere).limit(1)) is not None


def not_taken_up(limit: int) -> list[int]:
    """Askings that no job has taken up yet."""
    return list(db.session.scalars(select(PasswordReset.id).where(PasswordReset.told_at.is_(None)).order_by(PasswordReset.id).limit(limit)))


_IN_USE = (IdentityProvider.is_directory.is_(True), IdentityProvider.is_active.is_(True), IdentityProvider.archived_at.is_(None))
