"""Where raw messages and attachments lie."""

from flask import current_app

from app.support.store import Store


def store() -> Store:
    """The store of the running program."""
    return Store(current_app.config["SETTINGS"].home / "store")
