"""Who asks the API: whoever's token stands in the header ``Authorization``. Cookies open nothing here, so nothing can be forged by them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask, g, request, session
from flask_babel import gettext

from app.domain.errors import DomainError
from app.domain.scopes import TYPES, Power, allows
from app.models import ApiToken, User
from app.operations import api_tokens
from app.permissions.actor import SYSTEM, Actor
from app.queries.api_tokens import is_over, token_sent
from app.signin.attempts import NETWORK, Limit, TooManyAttempts, attempts, network_key
from app.support import clock
from app.support.i18n import N_
from app.views.sitting import network

ROOT = "/api/"
TOUCHED_EVERY = timedelta(minutes=5)
CALLS = Limit(600, 60, N_("This token asks more than 600 times a minute. Wait a minute, then go on more slowly."))


class TokenRefused(DomainError):
    """No token, or none that counts: 401."""


class ScopeMissing(DomainError):
    """The person may, perhaps; this token may not: 403."""


def is_api() -> bool:
    """Whether this request knocks at the API."""
    return request.path.startswith(ROOT)


def identify() -> None:
    """Before anything else: whose token it is. Raises ``TokenRefused`` and, for too many of them, ``TooManyAttempts``."""
    if not is_api():
        return
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise TokenRefused("no_token", N_("Send a personal token in the header “Authorization: Bearer …”. You make one under My settings."))
    token = token_sent(text.strip())
    because = "unknown" if token is None else _why_not(token)
    if because:
        _brake(network_key(request.remote_addr), NETWORK)
        if token is not None:
            api_tokens.note_token_refused(token, because, network(), actor=SYSTEM)
        raise TokenRefused("bad_token", N_("This token opens nothing: it is unknown, revoked or run out, or its person is switched off."))
    assert token is not None
    _brake(f"token:{token.id}", CALLS)
    is_new = token.last_used_at is None or clock.now() - token.last_used_at > TOUCHED_EVERY
    if is_new or token.last_network != network():
        api_tokens.note_token_used(token, network(), actor=SYSTEM)
    g.api_token = token


def _why_not(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if is_over(token):
        return "run out"
    return "" if token.user.active else "person switched off"


def _brake(key: str, limit: Limit) -> None:
    try:
        attempts().begin(key, limit)
    except TooManyAttempts as refusal:
        g.retry_after = refusal.seconds
        raise


def user_of_token(_: object) -> User | None:
    """For Flask-Login: the person of the token of this request."""
    token: ApiToken | None = g.get("api_token")
    return token.user if token else None


def through_token(actor: Actor) -> Actor:
    """``actor`` as the audit is to name them when a program acts for them."""
    token: ApiToken | None = g.get("api_token")
    return replace(actor, name=f"{actor.name} ({token.name})") if token and actor.id is not None else actor


def covers(record_type: str, power: Power) -> bool:
    """Whether the token of this request is for that."""
    token: ApiToken = g.api_token
    return allows(token.scopes, record_type, power)


def require_scope(record_type: str, power: Power) -> None:
    """Raise ``ScopeMissing`` where the token was not made for it, whatever its person may."""
    if not covers(record_type, power):
        sentence = N_("This token may not read: %(what)s.") if power is Power.READ else N_("This token may not change: %(what)s.")
        raise ScopeMissing("scope", sentence, what=gettext(TYPES[record_type]))


def _finish(response: Any) -> Any:
    if is_api():
        session.modified = False  # no cookie comes out of here
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="Kurier"'
        if "retry_after" in g:
            response.headers["Retry-After"] = str(g.retry_after)
    return response


def register(app: Flask) -> None:
    """Arm ``app``'s requests; called before anything asks who acts."""
    app.before_request(identify)
    app.after_request(_finish)
    app.login_manager.request_loader(user_of_token)  # type: ignore[attr-defined]
