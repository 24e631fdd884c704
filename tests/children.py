"""Work that may be killed: in a child of this process."""

import os
from collections.abc import Callable

from flask import Flask

from app.extensions import db
from app.permissions.actor import SYSTEM, acting


def in_child(app: Flask, work: Callable[[], None]) -> int:
    """Run ``work`` in a process of its own with connections of its own; the signal that ended it, 0 if none."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with app.app_context(), acting(SYSTEM):
                work()
                status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] & 0x7F
