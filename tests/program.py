"""The program of this process: built once, since that takes longer than most tests, and moved to a new installation for each."""

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import event, make_url

from app import configure, create_app
from app.extensions import db
from config import Settings


class Program:
    """``move`` makes ``app`` as new: what a test set in it, counted in it or connected to is gone.

    What stays is what every process keeps between requests: routes, compiled templates, compiled statements, catalogues.
    """

    def __init__(self, settings: Settings) -> None:
        counting = replace(settings, redis_url="memory://")  # the limits on requests can be forgotten then
        self.app: Flask = create_app(counting)
        self._limiter: Any = self.app.appbuilder.sm.limiter  # type: ignore[attr-defined]
        self._config = dict(self.app.config)
        with self.app.app_context():
            self._engine = db.engine
        event.listen(self._engine, "do_connect", self._address)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _hurry)

    def move(self, settings: Settings) -> Flask:
        self.app.config.clear()
        self.app.config.update(self._config)
        configure(self.app, settings)
        self.app.extensions.pop("kurier_attempts", None)
        self._limiter.reset()
        self._engine.dispose()
        self._engine.url = make_url(settings.database_url)
        return self.app

    def _address(self, dialect: Any, record: object, arguments: list[Any], named: dict[str, Any]) -> None:
        """Connect to where the program is now."""
        places, options = dialect.create_connect_args(self._engine.url)
        arguments[:] = places
        named.update(options)


def _hurry(connection: Any, record: object) -> None:
    """No test cuts the power: what the kernel was given is safe."""
    connection.execute("PRAGMA synchronous=OFF").close()
