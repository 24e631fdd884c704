"""What happens around every request: who acts, in which language and time zone, and what an error page says."""

import logging
from typing import Any

from flask import Flask, g, jsonify, make_response, redirect, render_template, request, session
from flask_babel import gettext
from flask_login import current_user, user_logged_in
from werkzeug.exceptions import HTTPException

from app.domain.errors import Forbidden, ForbiddenField, NotFound, Refusal
from app.extensions import db
from app.models import User
from app.operations import refusals, users
from app.permissions.actor import NOBODY, begin_acting, current_actor, end_acting
from app.permissions.decide import actor_of
from app.signin.attempts import TooManyAttempts
from app.support.secrets import token
from app.support.store import StoreAway
from app.views import audited, sitting, viewing
from app.views.api import bearer
from app.views.base import say

log = logging.getLogger(__name__)


def _is_file() -> bool:
    """A style sheet or the like is the same for everybody: caches may share it, so no session may travel with it."""
    return (request.endpoint or "").endswith("static")


def _who() -> None:
    user = current_user if not _is_file() and current_user and current_user.is_authenticated else None
    db.session().info["rights_version"] = sitting.rights_version()
    g.acting = begin_acting(viewing.looking(bearer.through_token(actor_of(user, db.session(), sitting.rights_version()))) if user else NOBODY)


def _language() -> None:
    if _is_file():
        return
    languages = list(_config("LANGUAGES"))
    wanted = request.args.get("_l_")
    if wanted in languages:
        session["locale"] = wanted
    if session.get("locale") in languages:
        return
    if current_user and current_user.is_authenticated:
        session["locale"] = str(current_user.language.value)
    else:
        session["locale"] = request.accept_languages.best_match(languages) or "en"


def _config(name: str) -> Any:
    from flask import current_app

    return current_app.config[name]


def _time_zone() -> str | None:
    return current_user.time_zone if current_user and current_user.is_authenticated else None


def _on_sign_in(app: Flask, user: User) -> None:
    if session.get("locale") in _config("LANGUAGES"):
        users.welcome_first(user, session["locale"], actor=actor_of(user, db.session()))
    session["locale"] = user.language.value if hasattr(user.language, "value") else user.language


def _to_https() -> Any:
    if _config("SETTINGS").is_https and not request.is_secure:
        return redirect(request.url.replace("http://", "https://", 1), code=308)
    return None


def _wants_json() -> bool:
    return bearer.is_api() or request.accept_mimetypes.best == "application/json"


def _error_page(status: int, sentence: str, reference: str | None = None) -> Any:
    if _wants_json():
        return jsonify(message=sentence, reference=reference), status
    from flask import current_app

    try:
        return render_template("error.html", status=status, sentence=sentence, reference=reference, appbuilder=current_app.appbuilder), status  # type: ignore[attr-defined]
    except Exception:
        log.exception("error page")
        return f"{status} {sentence} {reference or ''}", status, {"Content-Type": "text/plain; charset=utf-8"}


def _refused(refusal: Refusal) -> Any:
    if isinstance(refusal, ForbiddenField):
        refusals.note_refused_field(refusal, actor=current_actor())
        g.is_noted = True
    known = {NotFound: 404, Forbidden: 403, TooManyAttempts: 429, bearer.TokenRefused: 401, bearer.ScopeMissing: 403}
    status = next((code for kind, code in known.items() if isinstance(refusal, kind)), 409)
    return _error_page(status, say(refusal))


def _http(error: HTTPException) -> Any:
    sentences = {
        400: gettext("The request could not be understood. Go back, reload the page and try again."),
        403: gettext("Your rights do not include this. Ask the owner of the record or an administrator."),
        404: gettext("There is nothing at this address, or it is not yours to see."),
        405: gettext("This address cannot be used in this way."),
        413: gettext("What was sent is larger than the server takes."),
        429: gettext("Too many attempts. Wait a minute, then try again."),
    }
    if error.code is None or error.code < 400:
        return error
    return _error_page(error.code, sentences.get(error.code, error.description or ""))


def _away(error: StoreAway) -> Any:
    log.error("%s %s: %s", request.method, request.path, error)
    db.session.rollback()
    return _error_page(503, gettext("The place where files lie does not answer. Nothing was changed; try again in a minute."))


def _crash(error: Exception) -> Any:
    reference = token(8)
    log.error("reference %s, %s %s", reference, request.method, request.path, exc_info=error)
    db.session.rollback()
    return _error_page(500, gettext("Something went wrong on our side; nothing was changed."), reference)


def _nothing_leaves(response: Any) -> Any:
    """Whoever looks with the eyes of somebody else reads pages; no file, export or message goes out in that person's name."""
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    if viewing.viewer() is None or not is_file or response.status_code != 200:
        return response
    response.close()
    return make_response(_error_page(403, gettext(viewing.NO_FILES)))


def register(app: Flask) -> None:
    """Arm ``app``'s requests."""
    app.extensions["babel"].timezone_selector = _time_zone
    app.before_request(_to_https)
    bearer.register(app)
    app.before_request(_who)
    app.before_request(_language)
    viewing.register(app)
    sitting.register(app)
    audited.register(app)
    app.after_request(_nothing_leaves)  # what comes last is asked first: the audit hears of the refusal
    user_logged_in.connect(_on_sign_in, app)

    @app.after_request
    def _keep_language(response: Any) -> Any:
        if request.endpoint == "LocaleView.index" and current_user.is_authenticated and viewing.viewer() is None:
            users.set_language(db.session.get(User, current_user.id), session.get("locale", "en"), actor=current_actor())
        return response

    @app.teardown_request
    def _nobody_acts(error: object) -> None:
        token = g.pop("acting", None)
        if token is not None:
            end_acting(token)

    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreAway, _away)
    app.register_error_handler(Exception, _crash)
    from app.views.menu import counts, waiting
    from app.views.shell import accessibility_day

    app.jinja_env.globals.update(menu_counts=counts, menu_waiting=waiting, accessibility_day=accessibility_day)
