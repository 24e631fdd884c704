"""How a command works: as the system, and a refusal is one sentence and status 1."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask.cli import with_appcontext

from app.domain.errors import Refusal
from app.permissions.actor import SYSTEM, acting


def as_system(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run ``command`` as the system; a refusal ends the program with its sentence and status 1."""

    @with_appcontext
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        with acting(SYSTEM):
            try:
                command(*args, **kwargs)
            except Refusal as refusal:
                raise click.ClickException(str(refusal)) from refusal

    return run
