"""Passkeys: one's own on a page, and signing in with one. The browser's part is in kurier.js; what it sends is a field of a form."""

from typing import Any

from flask import Response, flash, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.utils.base import get_safe_redirect
from flask_babel import gettext

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Passkey, User
from app.operations import passkeys as operations
from app.permissions.actor import SYSTEM, current_actor
from app.queries.passkeys import passkey_called, passkeys_of
from app.signin import passkeys
from app.signin.attempts import FACTOR, NETWORK, TooManyAttempts, attempts, factor_key, network_key
from app.support import clock
from app.views.base import drawn, is_key, key, say
from app.views.formats import moment
from app.views.sign_in import PENDING, half_signed_in
from app.views.sitting import enter, me, network, require_fresh

CHALLENGE, PATIENCE = "passkey", 300


class PasskeyView(BaseView):
    route_base = "/passkeys"
    class_permission_name = "Me"
    default_view = "show"

    @expose("/")
    @has_access
    @permission_name("list")
    def show(self) -> Any:
        return _draw()

    @expose("/new", methods=["POST"])
    @has_access
    @permission_name("list")
    def new(self) -> Any:
        """What the browser is to make."""
        try:
            require_fresh()
        except DomainError as refusal:
            return {"message": say(refusal)}, 409
        options, challenge = passkeys.to_add(me(), passkeys_of(me()))
        return _asked(options, challenge, "add")

    @expose("/add", methods=["POST"])
    @has_access
    @permission_name("list")
    def add(self) -> Any:
        """The key that the browser made. Recovery codes, if these are the first, are in this answer and nowhere else."""
        try:
            require_fresh()
            made = passkeys.added(request.form.get("credential", ""), _challenge("add"))
            codes = operations.add_passkey(
                me(), request.form.get("name", ""), made.credential_id, made.public_key, made.sign_count, actor=current_actor()
            )
        except DomainError as refusal:
            return _draw(refusal)
        if codes:
            return _draw(codes=codes)
        flash(gettext("The passkey is added. You can sign in with it, without your password."), "success")
        return redirect(url_for("PasskeyView.show"))

    @expose("/remove", methods=["POST"])
    @has_access
    @permission_name("list")
    def remove(self) -> Any:
        """It opens nothing any more."""
        wanted = request.form.get("passkey", "")
        try:
            require_fresh()
            operations.remove_passkey(me(), key(wanted) if is_key(wanted) else 0, actor=current_actor())
        except DomainError as refusal:
            return _draw(refusal)
        flash(gettext("The passkey is removed. Delete it on your device too: it keeps a copy that opens nothing."), "success")
        return redirect(url_for("PasskeyView.show"))


class PasskeySignInView(BaseView):
    """In place of the password, or after it. It asks nothing about a browser but what its passkey proves."""

    route_base = "/login/passkey"
    default_view = "prove"
    base_permissions = ()

    @expose("/options", methods=["POST"])
    @no_cache
    def options(self) -> Any:
        """What the browser is to prove: one of the keys of whoever gave the password, or any key that it has for us."""
        user = half_signed_in()
        options, challenge = passkeys.to_ask(passkeys_of(user) if user else [])
        return _asked(options, challenge, "ask")

    @expose("/", methods=["POST"])
    @no_cache
    def prove(self) -> Any:
        """The answer of the browser."""
        half, credential = half_signed_in(), request.form.get("credential", "")
        target = session[PENDING]["next"] if half else get_safe_redirect(request.args.get("next", ""))
        try:
            attempts().begin(network_key(request.remote_addr), NETWORK)
            found = _proved(credential, half)
        except DomainError as refusal:
            flash(say(refusal), "danger")
            is_locked = isinstance(refusal, TooManyAttempts)
            return redirect(url_for("AuthDBView.second" if half and not is_locked else "AuthDBView.login"))
        attempts().give_back(network_key(request.remote_addr))
        self.appbuilder.sm.update_user_auth_stat(found)
        enter(found, "passkey", has_factor=True)
        return redirect(target)


def _proved(credential: str, half: User | None) -> User:
    """Whose passkey it is; with a password given before, theirs alone. Raises ``DomainError``."""
    found, challenge = passkey_called(passkeys.credential_id_of(credential)), _challenge("ask")
    if found is None or not found.user.active or (half is not None and found.user_id != half.id):
        raise DomainError("passkey", passkeys.NOT_PROVEN)
    attempts().begin(factor_key(found.user_id), FACTOR)
    try:
        count = passkeys.proved(credential, challenge, found)
    except DomainError as refusal:
        operations.note_passkey_refused(found.user, str(refusal.__cause__), network(), actor=SYSTEM)
        raise
    attempts().forget(factor_key(found.user_id))
    operations.note_passkey_used(found, count, actor=SYSTEM)
    return db.session.get_one(User, found.user_id)


def _asked(options: str, challenge: str, purpose: str) -> Response:
    session[CHALLENGE] = [challenge, purpose, int(clock.now().timestamp())]
    return Response(options, content_type="application/json")


def _challenge(purpose: str) -> str:
    """What this browser was asked a moment ago; good once. Empty when it was asked nothing: no answer fits that."""
    challenge, asked_for, at = session.pop(CHALLENGE, None) or ("", "", 0)
    is_good = asked_for == purpose and clock.now().timestamp() - at < PATIENCE
    if not is_good:
        raise DomainError("passkey", passkeys.NOT_PROVEN)
    return str(challenge)


def _row(one: Passkey) -> dict[str, Any]:
    used = gettext("last used %(at)s", at=moment(one.last_used_at)) if one.last_used_at else gettext("never used")
    return {"id": one.id, "name": one.name, "since": gettext("since %(at)s", at=moment(one.created_at)), "used": used}


def _draw(refusal: DomainError | None = None, codes: list[str] | None = None) -> Any:
    return drawn(
        "passkeys.html", is_refused=refusal is not None, title=gettext("Passkeys"),
        error=say(refusal) if refusal else "", codes=codes, keys=[_row(one) for one in passkeys_of(me())], is_possible=passkeys.is_possible(),
    )
