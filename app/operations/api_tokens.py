"""Personal tokens: made and revoked by their person, revoked by an administrator too."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import update

from app.domain.errors import DomainError, NotFound
from app.domain.scopes import EVERYTHING, LIVES, TYPES, Power
from app.extensions import db
from app.models import ApiToken, User
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.queries.api_tokens import tokens_of
from app.queries.sessions import hash_of
from app.support import clock
from app.support.i18n import N_
from app.support.text import storable

PREFIX = "kurier_"  # so that whoever finds one knows what it opens
MOST = 25


@atomic
def create_token(user: User, name: str, scopes: Mapping[str, str], days: int, *, actor: Actor) -> str:
    """A token of ``user`` for ``days``; everybody makes their own. Returned once: the row keeps its hash."""
    if user.id != actor.id:
        raise DomainError("not_own_token", N_("Everybody makes their own tokens."))
    name = storable(name).strip()[:80]
    if not name:
        raise DomainError("no_token_name", N_("Give the token a name that says what it is for."))
    if days not in LIVES:
        raise DomainError("token_life", N_("Choose for how long it is good: at most a year."))
    given = {kind: Power(power) for kind, power in scopes.items() if kind in (*TYPES, EVERYTHING) and power in set(Power)}
    if not given:
        raise DomainError("no_scope", N_("Choose what the token may do: at least one line."))
    if db.session.query(ApiToken).filter(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None)).count() >= MOST:
        raise DomainError("many_tokens", N_("You have %(count)s tokens. Revoke those that nothing uses first."), count=MOST)
    text, until = PREFIX + secrets.token_urlsafe(32), clock.now() + timedelta(days=days)
    token = ApiToken(
        user_id=user.id, name=name, token_hash=hash_of(text), scopes={k: v.value for k, v in given.items()}, expires_at=until,
        created_by_id=actor.id,
    )
    db.session.add(token)
    db.session.flush()
    record(actor, "create_token", token, after={"scopes": token.scopes, "until": until})
    return text


@atomic
def revoke_token(user: User, token_id: int, *, actor: Actor) -> None:
    """It opens nothing any more, from this moment on."""
    if user.id != actor.id:
        require(actor, Action.WRITE, User)
    token = db.session.get(ApiToken, token_id)
    if token is None or token.user_id != user.id:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record(actor, "revoke_token", token)


@atomic
def revoke_tokens(user: User, *, actor: Actor) -> int:
    """None of the tokens of ``user`` opens anything any more. Returns how many did."""
    mine = tokens_of(user)
    for token in mine:
        revoke_token(user, token.id, actor=actor)
    return len(mine)


@atomic
def note_token_used(token: ApiToken, network: str, *, actor: Actor) -> None:
    """It is in use; the audit learns it when the request comes from another network than the last."""
    if token.last_network != network:
        record(actor, "use_token", token, after={"network": network})
    values = {"last_used_at": clock.now(), "last_network": network[:60], "updated_at": ApiToken.updated_at}
    db.session.execute(update(ApiToken).where(ApiToken.id == token.id).values(values))


@atomic
def note_token_refused(token: ApiToken, because: str, network: str, *, actor: Actor) -> None:
    """Somebody sent a token that counts no more, for the reason ``because``."""
    record(actor, "refuse_token", token, after={"because": because, "network": network})
