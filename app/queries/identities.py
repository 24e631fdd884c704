"""Providers to sign in at, and the accounts there that are known."""

from sqlalchemy import func, select

from app.extensions import db
from app.models import Identity, IdentityProvider, User


def offered() -> list[IdentityProvider]:
    """The providers that the page of signing in shows."""
    shown = select(IdentityProvider).where(IdentityProvider.is_active.is_(True), IdentityProvider.archived_at.is_(None))
    return list(db.session.scalars(shown.order_by(IdentityProvider.sort_name)))


def identity_of(provider: IdentityProvider, subject: str) -> Identity | None:
    """The link of that account, if there is one."""
    found = select(Identity).where(Identity.provider_id == provider.id, Identity.subject == subject)
    return db.session.scalars(found).one_or_none()


def is_linked(provider: IdentityProvider, user: User) -> bool:
    """Whether ``user`` has an account there already."""
    found = select(Identity.id).where(Identity.provider_id == provider.id, Identity.user_id == user.id)
    return db.session.scalar(found) is not None


def user_with_address(address: str) -> User | None:
    """Whose address for signing in it is."""
    return db.session.scalars(select(User).where(func.lower(User.email) == address.lower())).unique().one_or_none()


def username_free(wanted: str) -> str:
    """``wanted``, or it with the first number that nobody has."""
    taken = set(db.session.scalars(select(User.username).where(User.username.like(f"{wanted}%"))))
    return next(name for name in (wanted, *(f"{wanted}{n}" for n in range(2, len(taken) + 3))) if name not in taken)
