"""The program of this process: built once, since that takes longer than most tests, and moved to a new installation for each."""

from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.util import LRUCache
from werkzeug.security import generate_password_hash

from app import configure, create_app
from app.extensions import db, mail
from app.models.engine import prepare
from config import Settings

generate_password_hash.__defaults__ = ("pbkdf2:sha256:1", 16)  # nobody steals these passwords; one kept as it should be takes a tenth of a second
STATEMENTS = 2000  # about 110 kB each; all that a process asks would be three times as many, and an eighth less to compile


def remembered() -> LRUCache[Any, Any]:
    """A place for compiled statements."""
    return LRUCache(STATEMENTS)


class Program:
    """``move`` makes ``app`` as new: what a test set in it, counted in it or connected to is gone.

    What stays does not depend on the installation: routes, compiled templates, compiled statements, catalogues.
    """

    def __init__(self, settings: Settings) -> None:
        counting = replace(settings, redis_url="memory://")  # the limits on requests can be forgotten then
        self.app: Flask = create_app(counting)
        self._limiter: Any = self.app.appbuilder.sm.limiter  # type: ignore[attr-defined]
        self._config = dict(self.app.config)
        self._pattern = create_engine(settings.database_url)  # of the engines; it never connects itself
        self._url = self._pattern.url
        self._statements = remembered()
        event.listen(self._pattern, "do_connect", self._address)

    def move(self, settings: Settings) -> Flask:
        self.app.config.clear()
        self.app.config.update(self._config)
        configure(self.app, settings)
        mail.init_app(self.app)
        self.app.extensions.pop("kurier_attempts", None)
        self._limiter.enabled = True
        self._limiter.reset()
        self._url = make_url(settings.database_url)
        with self.app.app_context():
            engines: Any = db.engines
            engines[None].dispose()
            engines[None] = self._engine()
        return self.app

    def _engine(self) -> Engine:
        """One of its own for each installation: the program remembers by engine what it read."""
        engine = Engine(
            self._pattern.pool.recreate(), self._pattern.dialect, self._url, execution_options={"compiled_cache": self._statements}
        )
        prepare(engine)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _hurry)
        return engine

    def _address(self, dialect: Any, record: object, arguments: list[Any], named: dict[str, Any]) -> None:
        """Connect to where the program is now."""
        places, options = dialect.create_connect_args(self._url)
        arguments[:] = places
        named.update(options)


def _hurry(connection: Any, record: object) -> None:
    """No test cuts the power: what the kernel was given is safe."""
    connection.execute("PRAGMA synchronous=OFF").close()
