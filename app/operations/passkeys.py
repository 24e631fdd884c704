"""Passkeys: added and removed by their person, counted at each use. What a browser sends was checked before: signin/passkeys."""

from app.domain.errors import DomainError, NotFound
from app.extensions import db
from app.models import Passkey, User
from app.operations.second_factor import keep_codes, mark_sessions, new_codes
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.queries.passkeys import passkeys_of
from app.queries.sessions import codes_left
from app.support import clock
from app.support.i18n import N_
from app.support.text import storable

MOST = 20


@atomic
def add_passkey(user: User, name: str, credential_id: str, public_key: str, sign_count: int, *, actor: Actor) -> list[str]:
    """A key of ``user``. Returns recovery codes where they have none yet, for the day the key is lost; nobody can read them again."""
    if user.id != actor.id:
        raise DomainError("not_own_passkey", N_("Everybody adds their own passkeys."))
    if len(passkeys_of(user)) >= MOST:
        raise DomainError("many_passkeys", N_("You have %(count)s passkeys. Remove those that you do not use first."), count=MOST)
    key = Passkey(
        user_id=user.id, name=storable(name).strip()[:80] or "Passkey", credential_id=credential_id, public_key=public_key,
        sign_count=sign_count, created_by_id=actor.id,
    )
    db.session.add(key)
    db.session.flush()
    mark_sessions(user)
    record(actor, "add_passkey", key)
    return [] if codes_left(user) else new_codes(user)


@atomic
def remove_passkey(user: User, passkey_id: int, *, actor: Actor) -> None:
    """It opens nothing any more; everybody removes their own."""
    key = db.session.get(Passkey, passkey_id)
    if key is None or key.user_id != user.id or user.id != actor.id:
        raise NotFound
    record(actor, "remove_passkey", key)
    db.session.delete(key)
    db.session.flush()
    keep_codes(user)
    mark_sessions(user)


@atomic
def note_passkey_used(key: Passkey, sign_count: int, *, actor: Actor) -> None:
    """Keep the authenticator's count, so that a copy of the key is found out."""
    key.sign_count, key.last_used_at = sign_count, clock.now()


@atomic
def note_passkey_refused(user: User, because: str, network: str, *, actor: Actor) -> None:
    """Somebody answered with a key of ``user`` that proved nothing."""
    record(actor, "refuse_factor", user, after={"because": because[:100], "network": network})
