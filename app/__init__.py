"""The wiring of the program, in order."""

import logging
import secrets
from typing import Any

from flask import Flask, g, request
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from app.support import garbage
from app.support.object_store import ObjectStore
from app.support.routes import Route
from app.support.store import FolderStore
from config import Settings, load

LANGUAGES = {
    "fr": {"flag": "fr", "name": "Français"},
    "pl": {"flag": "pl", "name": "Polski"},
    "en": {"flag": "gb", "name": "English"},
}


def configure(app: Flask, settings: Settings) -> None:
    from pathlib import Path

    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        APP_NAME="Kurier",
        LANGUAGES=LANGUAGES,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(app.root_path).parent / "translations"),
        FAB_INDEX_VIEW="app.views.today.HomeView",
        FAB_CREATE_DB=False,
        FAB_UPDATE_PERMS=False,
        FAB_ADD_SECURITY_PERMISSION_VIEW=False,
        FAB_ADD_SECURITY_VIEW_MENU_VIEW=False,
        FAB_ADD_SECURITY_PERMISSION_VIEWS_VIEW=False,
        FAB_ADD_OPENAPI_VIEWS=False,
        FAB_ADD_MENU_API=False,
        AUTH_ROLE_ADMIN="Administrator",
        AUTH_RATE_LIMITED=True,
        AUTH_RATE_LIMIT="10 per 20 second",
        RATELIMIT_STORAGE_URI=settings.redis_url if not settings.redis_url.startswith("unix") else f"redis+{settings.redis_url}",
        RATELIMIT_ENABLED=True,  # FAB switches it off unless told
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        BOOTSTRAP_SERVE_LOCAL=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_NAME="__Host-kurier" if settings.is_https else "session",  # __Host-: no neighbour domain can plant one
        REMEMBER_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=30_000_000,
        MAIL_SERVER=settings.smtp_host or "127.0.0.1",
        MAIL_PORT=settings.smtp_port,
        MAIL_USERNAME=settings.smtp_user or None,
        MAIL_PASSWORD=settings.smtp_password or None,
        MAIL_USE_TLS=settings.smtp_security == "starttls",
        MAIL_USE_SSL=settings.smtp_security == "tls",
    )
    app.extensions["kurier_store"] = ObjectStore(settings.store_url) if settings.store_url else FolderStore(settings.home / "store")
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]


def protect(app: Flask, settings: Settings) -> None:
    """Headers that browsers obey: a content policy with nonces, no sniffing, no framing."""

    def csp_nonce() -> str:
        if "csp_nonce" not in g:
            g.csp_nonce = secrets.token_urlsafe(16)
        return str(g.csp_nonce)

    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def _headers(response: Any) -> Any:
        targets = " ".join(("'self'", *g.get("form_targets", ())))  # a page may name where its forms lead on to
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'",
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if settings.is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint and request.endpoint.endswith("static"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=3600"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


@garbage.later()
def create_app(settings: Settings | None = None) -> Flask:
    """The program, ready to serve, to run jobs and to take commands."""
    settings = settings or load()
    app = Flask(__name__)
    app.url_rule_class = Route
    configure(app, settings)

    from flask_appbuilder import AppBuilder

    from app import models  # noqa: F401  our columns on FAB's user come before any view
    from app.extensions import csrf, db, mail
    from app.models.engine import prepare
    from app.permissions import row_security

    logging.getLogger("flask_appbuilder").setLevel(logging.ERROR)  # its warnings speak of its own habits
    db.init_app(app)
    mail.init_app(app)
    csrf.init_app(app)
    Bootstrap5(app)
    protect(app, settings)
    row_security.install()
    with app.app_context():
        prepare(db.engine)
        from app.views.menu import build
        from app.views.security import KurierSecurityManager

        appbuilder = AppBuilder(app, db.session, security_manager_class=KurierSecurityManager)
        build(appbuilder)
    from app.views import doors, formats

    doors.register(app)
    formats.register(app)
    from app.cli import register as register_commands

    register_commands(app)
    from app.jobs import subscribers  # noqa: F401

    return app
