"""One firm for the whole session: the leak test reads it, and what it writes must be refused."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from config import load
from tests.conftest import KEY
from tests.leaks.knock import Door, doors_of
from tests.leaks.world import World, make_world


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, _template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home: Path = tmp_path_factory.mktemp("leaks")
    with ExitStack() as stack:
        url = ""
        if request.config.getoption("database") == "sqlite":
            shutil.copy(_template, home / "kurier.db")
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").database(template=_template))
        app = create_app(load({"KURIER_HOME": str(home), "DATABASE_URL": url, "SECRET_KEY": KEY}))
        yield make_world(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def doors(world: World) -> list[Door]:
    return doors_of(world)
