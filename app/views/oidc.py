"""Out to a provider and back: signing in by OpenID Connect."""

import hmac
import json
import secrets
from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.utils.base import get_safe_redirect
from flask_login import current_user

from app.domain.errors import DomainError
from app.extensions import db
from app.models import IdentityProvider
from app.operations import identities
from app.operations.sealing import sealed, unsealed
from app.permissions.actor import SYSTEM, acting
from app.queries.identities import offered
from app.signin.attempts import NETWORK, attempts, network_key
from app.signin.oidc import party_of
from app.support import clock
from app.support.i18n import N_
from app.views.base import is_key, say
from app.views.sign_in import go_on
from app.views.sitting import enter, network

KEPT, PATIENCE = "oidc", 600
NOT_BEGUN = DomainError(
    "not_begun", N_("This sign-in was not begun in this browser, or more than ten minutes ago, or was used already. Begin once more.")
)


class OidcView(BaseView):
    route_base = "/login/with"
    default_view = "back"
    base_permissions = ()

    @expose("/<pk>")
    @no_cache
    def begin(self, pk: Any) -> Any:
        """To the provider, with words that only this browser can bring back. Nothing is changed but this browser's own cookie."""
        provider = _offered(pk)
        if provider is None or current_user.is_authenticated:
            return redirect(url_for("AuthDBView.login"))
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        kept = [state, nonce, verifier, provider.id, get_safe_redirect(request.args.get("next", "")), clock.now().timestamp()]
        try:
            attempts().begin(network_key(request.remote_addr), NETWORK)  # given back by whoever is let in
            party = party_of(provider)
            db.session.rollback()  # no transaction stays open while the provider thinks
            address = party.address(redirect_uri=redirect_uri(), state=state, nonce=nonce, verifier=verifier)
        except DomainError as refusal:
            return _out(refusal)
        session[KEPT] = sealed(json.dumps(kept))
        return redirect(address, 303)

    @expose("/back")
    @no_cache
    def back(self) -> Any:
        """The provider sends the person here, with a code or with its refusal."""
        begun = _begun()
        provider = _offered(begun[2]) if begun else None
        if begun is None or provider is None:
            return _out(NOT_BEGUN)
        nonce, verifier, provider_id, target = begun
        try:
            claims = _claims(provider, nonce, verifier)
            provider = db.session.get_one(IdentityProvider, provider_id)
            with acting(SYSTEM):  # nobody is signed in yet
                user = identities.user_vouched_for(provider, claims, actor=SYSTEM)
        except DomainError as refusal:
            identities.note_not_let_in(db.session.get_one(IdentityProvider, provider_id), refusal.code, network(), actor=SYSTEM)
            return _out(refusal)
        attempts().give_back(network_key(request.remote_addr))
        self.appbuilder.sm.update_user_auth_stat(user)
        if provider.brings_factor:
            enter(user, provider.name, has_factor=True)
            return redirect(target)
        return go_on(user, provider.name, target)


def _offered(pk: Any) -> IdentityProvider | None:
    return next((one for one in offered() if is_key(pk) and one.id == int(pk)), None)


def redirect_uri() -> str:
    """What is registered at the provider: where it may send people back to."""
    return str(current_app.config["SETTINGS"].url) + url_for("OidcView.back")


def _claims(provider: IdentityProvider, nonce: str, verifier: str) -> Any:
    party, code = party_of(provider), request.args.get("code", "")
    if request.args.get("iss", party.issuer) != party.issuer:  # RFC 9207: an answer of another provider
        raise NOT_BEGUN
    if not code:
        said = request.args.get("error_description") or request.args.get("error") or "?"
        raise DomainError("not_given", N_("%(host)s did not let you in: %(answer)s"), host=party.host, answer=said[:200])
    db.session.rollback()  # no transaction stays open while the provider thinks
    return party.claims(code, redirect_uri=redirect_uri(), nonce=nonce, verifier=verifier)


def _begun() -> tuple[str, str, int, str] | None:
    """What this browser took along when it left: nonce, verifier, provider, the page that was asked for. Good once."""
    try:
        state, nonce, verifier, provider_id, target, at = json.loads(unsealed(session.get(KEPT) or ""))
    except ValueError:
        return None
    if not hmac.compare_digest(state.encode(), request.args.get("state", "").encode()):
        return None  # somebody else's answer does not spend ours
    session.pop(KEPT)
    return (nonce, verifier, provider_id, target) if clock.now().timestamp() - at < PATIENCE else None


def _out(refusal: DomainError) -> Any:
    flash(say(refusal), "danger")
    return redirect(url_for("AuthDBView.login"))
