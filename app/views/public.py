"""The one page for strangers: a web form, and the door through which other sites send theirs."""

import logging
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import force_locale, get_locale, gettext
from flask_limiter import RateLimitExceeded
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.languages import Language
from app.extensions import csrf, db
from app.inbound import web_form
from app.inbound.web_form import Submission
from app.models import Firm, WebForm
from app.permissions.actor import SYSTEM, acting
from app.support.i18n import N_
from app.support.secrets import token as random_word

log = logging.getLogger(__name__)

MAX_BYTES = 200_000
RATE = "10 per minute; 100 per hour"
TOO_LARGE = N_("This is more than the form takes. Shorten it, and send files by e-mail once we have answered you.")
TOO_MANY = N_("Too many messages came from your network. Wait a minute, then send it again.")
NOT_KEPT = N_("We cannot take your message at the moment. It still stands below: send it again in a few minutes.")
NO_FILES = N_("This form takes no files. Send it without them; we will ask for them by e-mail.")
# (name, type, autocomplete)
SHOWN = (
    ("name", "text", "name"),
    ("email", "email", "email"),
    ("phone", "tel", "tel"),
    ("company", "text", "organization"),
    ("message", "textarea", ""),
)


def fields(sent: Submission | None = None, errors: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The fields of a form for its template, in the present language, with what was typed and what is wrong with it."""
    sent, errors = sent or Submission(), errors or {}
    kinds = {name: (kind, autocomplete) for name, kind, autocomplete in SHOWN}

    def one(name: str, label: str, value: str) -> dict[str, Any]:
        kind, autocomplete = kinds.get(name, ("textarea" if "\n" in value else "text", ""))
        return {
            "name": name,
            "label": label,
            "value": value,
            "type": kind,
            "autocomplete": autocomplete,
            "is_required": name == "email",
            "error": gettext(errors[name]) if name in errors else None,
        }

    names = [name for name in web_form.LABELS if name in kinds or name in sent.values]
    shown = [one(name, gettext(web_form.LABELS[name]), sent.values.get(name, "")) for name in names]
    return [*shown[:-1], *(one(name, name, value) for name, value in sent.extras.items()), shown[-1]]


def address_of(form: WebForm) -> str:
    """Where ``form`` is reached from outside."""
    return f"{current_app.config['SETTINGS'].url}{url_for('PublicFormView.form', token=form.token)}"


def snippet(form: WebForm) -> str:
    """The HTML that goes into a web site, in the language of ``form``."""
    with force_locale(form.language.value if form.language else str(get_locale())):
        return render_template(
            "public/snippet.html", form=form, url=address_of(form), fields=fields(), trap=web_form.TRAP
        )


def _found(token: str) -> WebForm:
    form = db.session.scalars(
        select(WebForm).where(WebForm.token == token, WebForm.is_active, WebForm.archived_at.is_(None))
    ).first()
    return form or abort(404)


def _language(form: WebForm) -> str:
    return form.language.value if form.language else request.accept_languages.best_match(list(Language)) or "en"


def without_cookie(response: Any) -> Any:
    session.modified = False  # a visitor of somebody's web site gets no cookie from us
    return response


def _page(form: WebForm, template: str, status: int = 200, /, **shown: Any) -> Response:
    firm = db.session.get(Firm, 1)
    with force_locale(_language(form)):
        page = make_response(
            render_template(template, language=_language(form), organisation=firm.name if firm else "", **shown), status
        )
    thanks = urlsplit(form.thanks_url or "")  # browsers apply form-action to the redirection as well
    allowed = f"'self' https://{thanks.netloc}" if thanks.scheme == "https" else "'self'"
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action {allowed}; frame-ancestors 'none'; base-uri 'none'"
    )
    return cast(Response, without_cookie(page))


def _form_page(
    form: WebForm, status: int = 200, sent: Submission | None = None, errors: dict[str, str] | None = None
) -> Response:
    """The form with what was typed; ``errors`` are msgids by field name, "form" for the whole."""
    errors = errors or {}
    with force_locale(_language(form)):
        shown = fields(sent, errors)
        known = {each["name"] for each in shown} | {web_form.CONSENT}
        listed = [(name if name in known else None, gettext(sentence)) for name, sentence in errors.items()]
        consent_error = gettext(errors[web_form.CONSENT]) if web_form.CONSENT in errors else None
    return _page(
        form,
        "public/form.html",
        status,
        form=form,
        url=url_for("PublicFormView.submit", token=form.token),
        fields=shown,
        errors=listed,
        nonce=(sent.nonce if sent else "") or random_word(16),
        trap=web_form.TRAP,
        consent_error=consent_error,
        has_consented=sent.has_consented if sent else False,
    )


class PublicFormView(BaseView):
    """No session, no cookie, no permission: whoever has the address of the form may send it."""

    route_base = "/f"
    default_view = "form"

    @expose("/<string:token>", methods=["GET"])
    def form(self, token: str) -> Any:
        return _form_page(_found(token))

    @expose("/<string:token>", methods=["POST"])
    @csrf.exempt
    def submit(self, token: str) -> Any:
        form = _found(token)
        request.max_content_length = MAX_BYTES
        try:
            sent = web_form.read_submission(request.form.items(multi=True))
        except RequestEntityTooLarge:
            return _form_page(form, 413, errors={"form": TOO_LARGE})
        try:
            self._limited()
        except RateLimitExceeded:
            return _form_page(form, 429, sent, {"form": TOO_MANY})
        errors = web_form.problems(form, sent)
        if not sent.is_robot and any(file.filename for file in request.files.values()):
            errors["form"] = NO_FILES
        if errors:
            return _form_page(form, 422, sent, errors)
        try:
            with acting(SYSTEM):
                web_form.hand_in(form, sent, language=_language(form))
        except (OSError, SQLAlchemyError):  # a full disk, say: nothing is thanked for that is not kept
            db.session.rollback()
            log.exception("the form %s cannot be kept", form.id)
            return _form_page(form, 503, sent, {"form": NOT_KEPT})
        return without_cookie(redirect(form.thanks_url or url_for("PublicFormView.thanks", token=token), code=303))

    @expose("/<string:token>/thanks", methods=["GET"])
    def thanks(self, token: str) -> Any:
        return _page(_found(token), "public/form_thanks.html")

    @cached_property
    def _limited(self) -> Any:
        """Counts one message from this visitor's network; raises ``RateLimitExceeded``."""
        limiter = current_app.appbuilder.sm.limiter  # type: ignore[attr-defined]
        return limiter.limit(RATE)(_counted)


def _counted() -> None:
    return None
