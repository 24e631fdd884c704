"""Secrets that must be kept are sealed with keys that lie outside the database."""

import os
from pathlib import Path

from flask import current_app

from app.support.secrets import Keyring

FILE = "sealing_keys"


def key_file() -> Path:
    """Where a machine keeps keys that no setting gives; a line each, newest first."""
    home: Path = current_app.config["SETTINGS"].home
    return home / FILE


def own_keys() -> tuple[str, ...]:
    """The sealing keys, newest first; none before the first rotation. Read anew: a rotation beside us counts at once."""
    given: tuple[str, ...] = current_app.config["SETTINGS"].sealing_keys
    if given:
        return given
    try:
        return tuple(key_file().read_text(encoding="ascii").split())
    except FileNotFoundError:
        return ()


def keyring() -> Keyring:
    """The keys of this moment. What was sealed before the first rotation is opened by SECRET_KEY."""
    return Keyring((*own_keys(), current_app.config["SECRET_KEY"]))


def write_keys(keys: tuple[str, ...]) -> None:
    """Put ``keys`` into the file of this machine, all or none; mode 0600 from its first byte on."""
    path = key_file()
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def sealed(secret: str) -> str:
    """``secret`` as the database and forms carry it."""
    return keyring().seal(secret)


def unsealed(text: str) -> str:
    """The secret again; ``ValueError`` when no key opens it."""
    return keyring().unseal(text)
