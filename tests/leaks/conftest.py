"""One firm for the whole session: the leak test reads it, and what it writes must be refused."""

from collections.abc import Iterator

import pytest

from app import create_app
from app.extensions import db
from tests.installations import Installations
from tests.leaks.knock import Door, doors_of
from tests.leaks.world import World, make_world
from tests.program import remembered


@pytest.fixture(scope="session")
def world(installations: Installations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with installations.fresh(tmp_path_factory.mktemp("leaks") / "var", "") as settings:
        app = create_app(settings)
        with app.app_context():
            db.engine.update_execution_options(compiled_cache=remembered())  # every page for every role: more statements than an engine remembers
        yield make_world(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def doors(world: World) -> list[Door]:
    return doors_of(world)
