"""Unbound singletons of the libraries; ``create_app`` binds them."""

from flask import current_app
from flask_appbuilder.models.sqla.base import SQLA
from flask_mail import Mail
from flask_wtf.csrf import CSRFProtect

from app.support.store import Store

db = SQLA()
csrf = CSRFProtect()
mail = Mail()


def store() -> Store:
    """Where raw messages, attachments and imported files lie, of the running program."""
    kept: Store = current_app.extensions["kurier_store"]
    return kept
