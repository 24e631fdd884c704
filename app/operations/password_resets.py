"""A new password for whoever forgot theirs: asked for by anybody, chosen by whoever reads the mail of the account."""

import hmac
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, or_, select

from app.domain.errors import DomainError
from app.domain.events import PasswordChosenAnew, PasswordForgotten
from app.extensions import db
from app.models import PasswordReset, User
from app.operations.transaction import announce, atomic, record
from app.operations.users import change_password
from app.permissions.actor import Actor
from app.permissions.decide import actor_of
from app.queries.sessions import hash_of
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import sign
from app.support.secrets import token as random_word

GOOD_FOR = timedelta(hours=1)
KEPT = timedelta(days=1)
VOID = N_("This link does not work any more: it is good for an hour and works once. Ask for a new one.")


def user_called(name: str) -> User | None:
    """The user of that name, or else of that mail address."""
    found = select(User).where(or_(User.username == name, func.lower(User.email) == name.lower()))
    return db.session.scalars(found.order_by((User.username == name).desc(), User.id)).unique().first()


@atomic
def ask(user: User | None, network: str, *, actor: Actor) -> None:
    """Somebody forgot the password of ``user``, or of nobody: that takes as long, and a job does the rest."""
    reset = PasswordReset(user_id=user.id if user else None, network=network[:60], salt=random_word(16))
    db.session.add(reset)
    db.session.flush()
    announce(PasswordForgotten(reset.id))


@atomic
def take_up(reset_id: int, *, actor: Actor) -> PasswordReset | None:
    """The asking, now with a link; None where it was taken up already, is too old, or there is nobody to write to."""
    reset = db.session.get(PasswordReset, reset_id, with_for_update=True)
    if reset is None or reset.told_at is not None:
        return None
    reset.told_at = clock.now()
    user = reset.user
    if user is None or not user.active or _is_over(reset):
        return None
    reset.token_hash = hash_of(token_of(reset, user))
    record(actor, "ask_password", user, after={"network": reset.network})
    return reset


def token_of(reset: PasswordReset, user: User) -> str:
    """What the link holds. It is made anew where it is needed and kept nowhere; another password or address makes another one."""
    return sign(current_app.config["SECRET_KEY"], "password-reset", f"{reset.id}:{reset.salt}:{user.email}:{user.password}", 40)


def opened(token: str) -> PasswordReset:
    """The asking that ``token`` belongs to, while it is good; else ``DomainError``."""
    found = select(PasswordReset).where(PasswordReset.token_hash == hash_of(token)).with_for_update()
    reset = db.session.scalars(found).one_or_none()
    user = reset.user if reset is not None else None
    if reset is None or user is None or not user.active or reset.used_at is not None or _is_over(reset):
        raise DomainError("reset_void", VOID)
    if not hmac.compare_digest(token_of(reset, user).encode(), token.encode()):
        raise DomainError("reset_void", VOID)
    return reset


@atomic
def choose(token: str, password: str, network: str, *, actor: Actor) -> User:
    """A new password by the link of the mail: once. Every session and every token for programs ends; a second factor stays."""
    reset = opened(token)
    user = db.session.get_one(User, reset.user_id)
    own = actor_of(user, db.session())
    reset.used_at = clock.now()
    change_password(user, password, actor=own)
    record(own, "reset_password", user, after={"network": network})
    announce(PasswordChosenAnew(reset.id))
    return user


@atomic
def forget_resets(*, actor: Actor) -> None:
    """Remove what was asked for long ago."""
    db.session.execute(delete(PasswordReset).where(PasswordReset.asked_at < clock.now() - KEPT))


def _is_over(reset: PasswordReset) -> bool:
    return reset.asked_at < clock.now() - GOOD_FOR
