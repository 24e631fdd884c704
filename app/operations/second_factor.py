"""The second factor: six digits of an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost."""

import hmac
import re

import pyotp
from sqlalchemy import delete, select, update

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Firm, Passkey, RecoveryCode, SecondFactor, User, UserSession
from app.operations.sealing import sealed, unsealed
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.permissions.standing import role_ids_of
from app.queries.passkeys import has_passkey
from app.queries.sessions import factor_of, hash_of
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import token

CODES, CODE_LENGTH, STEP = 10, 16, 30
NOT_RIGHT = N_("This code is not right. Type the six digits that the app shows now; each is good for half a minute, and once.")


def is_missing(user: User) -> bool:
    """Whether the administrator demands a second factor of a role of ``user``, who has none."""
    firm = db.session.get(Firm, 1)
    wanted = set(firm.factor_role_ids) if firm else set()
    if not wanted or not wanted & role_ids_of(user.id, db.session()):
        return False
    return not has_factor(user)


def has_factor(user: User) -> bool:
    """Whether signing in with a password asks ``user`` for more: the code of an app, or a passkey."""
    factor = factor_of(user)
    return (factor is not None and factor.confirmed_at is not None) or has_passkey(user.id)


def demand_again() -> None:
    """Inside a running operation: whoever is signed in without the factor that is now demanded meets its page next."""
    for user in db.session.scalars(select(User).where(User.id.in_(select(UserSession.user_id)))).unique():
        mark_sessions(user)


def mark_sessions(user: User) -> None:
    """Inside a running operation: the sessions of ``user`` meet the page of the second factor, or do not any more."""
    db.session.execute(update(UserSession).where(UserSession.user_id == user.id).values(must_set_up=is_missing(user)))


@atomic
def start_factor(user: User, *, actor: Actor) -> None:
    """A new secret for ``user``, which counts from its first right code on."""
    _own(user, actor)
    factor = factor_of(user)
    if factor is not None and factor.confirmed_at:
        raise DomainError("has_factor", N_("You have a second factor already. Remove it first, or ask for new recovery codes."))
    if factor is None:
        factor = SecondFactor(user_id=user.id, created_by_id=actor.id)
        db.session.add(factor)
    factor.secret_sealed = sealed(pyotp.random_base32())


@atomic
def confirm_factor(user: User, code: str, *, actor: Actor) -> list[str]:
    """The first right code: the factor counts from now on. Returns the recovery codes, which nobody can read again."""
    _own(user, actor)
    factor = factor_of(user)
    if factor is None or factor.confirmed_at:
        raise DomainError("no_factor", N_("Begin with a new key."))
    if not _is_right(factor, code):
        raise DomainError("wrong_code", NOT_RIGHT)
    factor.confirmed_at = clock.now()
    db.session.execute(update(UserSession).where(UserSession.user_id == user.id).values(must_set_up=False))
    record(actor, "set_up_factor", user)
    return new_codes(user)


@atomic
def passes(user: User, typed: str, *, actor: Actor) -> str:
    """How ``typed`` proves the second factor of ``user``: "code", "recovery code", or empty, which is on record too."""
    factor = factor_of(user)
    if factor is not None and factor.confirmed_at and _is_right(factor, typed):
        return "code"
    known = db.session.scalars(select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == hash_of(_letters(typed))
    )).one_or_none()  # fmt: skip
    if known is not None:
        db.session.delete(known)
        record(actor, "use_recovery_code", user)
        return "recovery code"
    record(actor, "refuse_factor", user)
    return ""


@atomic
def renew_codes(user: User, *, actor: Actor) -> list[str]:
    """Ten recovery codes in place of the ones there are."""
    _own(user, actor)
    record(actor, "renew_recovery_codes", user)
    return new_codes(user)


@atomic
def remove_factor(user: User, *, actor: Actor) -> None:
    """No codes of an app any more: one's own, or, by an administrator, those and the passkeys of somebody who lost them; they are signed out."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    factor, is_own = factor_of(user), user.id == actor.id
    if factor is None and (is_own or not has_passkey(user.id)):
        raise DomainError("no_second_factor", N_("There is no second factor."))
    if factor is not None:
        db.session.delete(factor)
    if not is_own:
        db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    db.session.flush()
    keep_codes(user)
    ended = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    values = {"must_set_up": is_missing(user)} if user.id == actor.id else {"ended_at": clock.now()}
    db.session.execute(ended.values(values).execution_options(synchronize_session=False))
    record(actor, "remove_factor", user)


def secret_of(factor: SecondFactor) -> str:
    """The key as the app is given it; ``DomainError`` where no key of ours opens it."""
    try:
        return unsealed(factor.secret_sealed)
    except ValueError as broken:
        raise DomainError(
            "lost_key", N_("Your second factor was kept under a key that is gone. Ask an administrator to reset it.")
        ) from broken


def address_of(user: User, factor: SecondFactor, firm: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=user.username, issuer_name=firm)


def _own(user: User, actor: Actor) -> None:
    if user.id != actor.id:
        raise DomainError("not_own_factor", N_("Everybody sets up their own second factor."))


def _is_right(factor: SecondFactor, typed: str) -> bool:
    """Whether it is the code of now, or of the half minute before or after, and later than the last one taken."""
    code = re.sub(r"\s", "", typed)
    totp, now = pyotp.TOTP(secret_of(factor)), int(clock.now().timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if step > factor.last_step and hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            factor.last_step = step
            return True
    return False


def _letters(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed).lower()


def keep_codes(user: User) -> None:
    """Inside a running operation: recovery codes stay only beside something that they can stand in for."""
    if not has_factor(user):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def new_codes(user: User) -> list[str]:
    """Inside a running operation: ten recovery codes in place of the ones there are."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [token(CODE_LENGTH) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_of(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)) for code in codes]
