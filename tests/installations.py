"""Installations for tests: copies of what was made once, which takes milliseconds where making takes a second."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.cli.setup import bring_up
from app.extensions import db
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from config import Settings, load
from tests.program import Program
from tests.servers.postgres import Postgres

KEY = "a key for tests only, long enough for anybody"


@dataclass(frozen=True)
class Template:
    """``made`` is what the filling said of itself, ``database`` the name of one of PostgreSQL (SQLite: a file in ``home``)."""

    home: Path
    database: str
    made: Any
    hour: datetime


class Installations:
    """Those of one process. ``fillings`` make what may be there from the start, each for the fixture of its name."""

    def __init__(self, folder: Path, postgres: Postgres | None, fillings: dict[str, Callable[[], Any]]) -> None:
        self._folder, self._postgres, self._fillings = folder, postgres, fillings
        home, database = folder / "empty", postgres.create_database() if postgres else ""
        self.program = Program(self._settings(home, database))
        self._templates = {"": self._build(home, database, bring_up)}
        self._made: dict[Path, Any] = {}

    def filling_for(self, fixtures: Sequence[str]) -> str:
        """What a test with these fixtures finds there already."""
        return next((name for name in self._fillings if name in fixtures), "")

    def _template(self, filling: str) -> Template:
        """What was filled in another hour is filled again: many a test speaks of today, wherever on earth."""
        kept = self._templates.get(filling)
        if kept is None or (filling and kept.hour != _hour()):
            home = self._folder / f"{filling} {_hour():%d %H}"
            kept = self._templates[filling] = self._build(home, self._copy(self._templates[""], home), self._fillings[filling])
        return kept

    @contextmanager
    def fresh(self, home: Path, filling: str = "") -> Iterator[Settings]:
        """The settings of a new installation in ``home``, which is made."""
        template = self._template(filling)
        database, self._made[home] = self._copy(template, home), template.made
        yield self._settings(home, database)
        del self._made[home]
        if self._postgres:
            self._postgres.drop_database(database)

    def made_in(self, home: Path) -> Any:
        """What the filling said of what is in that fresh one. The template may be another by now: it is made anew with each hour."""
        return self._made[home]

    def _settings(self, home: Path, database: str) -> Settings:
        url = self._postgres.url(database) if self._postgres else ""
        return load({"KURIER_HOME": str(home), "DATABASE_URL": url, "SECRET_KEY": KEY})

    def _build(self, home: Path, database: str, make: Callable[[], Any]) -> Template:
        app, hour = self.program.move(self._settings(home, database)), _hour()  # it began in that one: what was made is as old
        with app.app_context(), acting(SYSTEM):
            made = make()
            db.session.remove()
            db.engine.dispose()  # SQLite puts everything into its one file; PostgreSQL copies what nobody is connected to
        return Template(home, database, made, hour)

    def _copy(self, template: Template, home: Path) -> str:
        shutil.copytree(template.home, home)
        return self._postgres.create_database(template=template.database) if self._postgres else ""


def _hour() -> datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0)
