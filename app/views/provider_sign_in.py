"""An administrator signs in at the provider of a mailbox, comes back, and the mailbox is read by that grant."""

import hmac
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.errors import DomainError
from app.domain.labels import label
from app.domain.providers import origin
from app.extensions import db
from app.models import Mailbox, User
from app.models.mailboxes import MailboxKind, SignIn
from app.operations import grants
from app.operations.mailboxes import provider_of
from app.operations.sealing import sealed, unsealed
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.signin.client import client_of, new_verifier
from app.support import clock
from app.support.i18n import N_
from app.views.base import key, say, session_get
from app.views.formats import moment

KEPT = "provider_sign_in"
PATIENCE = 600
NOT_BEGUN = N_("This sign-in was not begun in this browser, or more than ten minutes ago. Press “Sign in” once more; use the address %(url)s.")


class ProviderSignInView(BaseView):
    route_base = "/sign-in"
    class_permission_name = "Mailbox"
    method_permission_name = {"begin": "edit", "back": "edit"}
    default_view = "back"

    @expose("/mailbox/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def begin(self, pk: Any) -> Response:
        """Off to the provider, with a word that only this browser can bring back."""
        mailbox = session_get(Mailbox, pk)
        try:
            if mailbox.sign_in is SignIn.PASSWORD or mailbox.kind is not MailboxKind.IMAP:
                raise DomainError("by_password", N_("This mailbox signs in with a password. Choose a provider in its settings first."))
            client = client_of(mailbox)
        except DomainError as refusal:
            return _to_mailbox(mailbox.id, say(refusal))
        state, (verifier, challenge) = secrets.token_urlsafe(32), new_verifier()
        session[KEPT] = sealed(json.dumps([state, verifier, mailbox.id, mailbox.version, clock.now().timestamp()]))
        return redirect(client.address(redirect_uri=redirect_uri(), state=state, challenge=challenge), 303)

    @expose("/back")
    @has_access
    @permission_name("edit")
    def back(self) -> Response:
        """The provider sends the administrator here, with a code or with its refusal."""
        begun = _begun()
        if begun is None:
            flash(gettext(NOT_BEGUN, url=_url()), "danger")
            return redirect(url_for("MailboxView.list"))
        verifier, mailbox_id, version = begun
        mailbox = session_get(Mailbox, mailbox_id)
        try:
            client = client_of(mailbox)
            code = request.args.get("code", "")
            if not code:
                said = request.args.get("error_description") or request.args.get("error") or "?"
                raise DomainError("not_given", N_("%(host)s gave no permission: %(answer)s"), host=client.host, answer=said[:200])
            db.session.rollback()  # no transaction stays open while the provider thinks
            tokens = client.exchange(code, redirect_uri=redirect_uri(), verifier=verifier)
            grants.sign_in(db.session.get_one(Mailbox, mailbox_id), tokens, seen_version=version, actor=current_actor())
        except DomainError as refusal:
            return _to_mailbox(mailbox_id, say(refusal))
        flash(gettext("Signed in. The mailbox is read by this sign-in; Kurier renews it by itself."), "success")
        return _to_mailbox(mailbox_id)


def _url() -> str:
    return str(current_app.config["SETTINGS"].url)


def redirect_uri() -> str:
    """What is registered at the provider: where it may send people back to."""
    return _url() + url_for("ProviderSignInView.back")


def _to_mailbox(mailbox_id: int, refusal: str = "") -> Response:
    if refusal:
        flash(refusal, "danger")
    return redirect(url_for("MailboxView.show", pk=mailbox_id))


def _begun() -> tuple[str, int, int] | None:
    """What this browser took along when it left: verifier, mailbox, version of its settings. Good once."""
    kept = session.get(KEPT)
    if not kept:
        return None
    try:
        state, verifier, mailbox_id, version, at = json.loads(unsealed(kept))
    except ValueError:
        return None
    if not hmac.compare_digest(state.encode(), request.args.get("state", "").encode()):
        return None  # somebody else's answer does not spend ours
    session.pop(KEPT)
    return (verifier, key(str(mailbox_id)), version) if clock.now().timestamp() - at < PATIENCE else None


def sign_in_state(mailbox: Mailbox) -> dict[str, Any] | None:
    """How the sign-in of ``mailbox`` stands: tone, text, and for whom may do it the way to sign in. None with a password."""
    if mailbox.sign_in is SignIn.PASSWORD or mailbox.kind is not MailboxKind.IMAP:
        return None
    grant = grants.grant_of(mailbox.id)
    act = None
    if is_allowed(current_actor(), Action.WRITE, mailbox):
        name = gettext(label(mailbox.sign_in)) if mailbox.sign_in is not SignIn.OTHER else urlsplit(provider_of(mailbox).token_url).hostname
        text = gettext("Sign in with %(provider)s", provider=name) if grant is None else gettext("Sign in again with %(provider)s", provider=name)
        is_needed = grant is None or grant.ended_at is not None
        act = {"label": text, "url": url_for("ProviderSignInView.begin", pk=mailbox.id), "icon": "box-arrow-in-right", "is_main": is_needed}
        g.form_targets = (origin(provider_of(mailbox).authorization_url),)  # the button leads there
    if grant is None:
        return {"tone": "warn", "text": gettext("Nobody has signed in for this mailbox yet: it is not read."), "act": act, "address": redirect_uri()}
    if grant.ended_at is not None:
        text = gettext(grants.SIGN_IN_AGAIN, mailbox=mailbox.name, answer=grant.ended_because or "?")
        return {"tone": "bad", "text": text, "act": act, "address": redirect_uri()}
    who = db.session.get(User, grant.created_by_id) if grant.created_by_id else None
    text = gettext("Signed in by %(who)s, %(moment)s. Kurier renews it by itself.", who=str(who or "?"), moment=moment(grant.signed_in_at))
    return {"tone": "good", "text": text, "act": act, "address": ""}
