"""The program on a fresh database for every test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.cli.catalogues import compile_catalogues
from app.cli.icons import build_sprite
from app.cli.setup import bring_up
from app.extensions import db
from app.models import User
from app.permissions.actor import SYSTEM, acting
from config import Settings, load
from tests.people import Cast, make_cast
from tests.visitor import Visitor, open_session

pytest_plugins = ["tests.servers.fixtures", "tests.features", "tests.statements"]
KEY = "a key for tests only, long enough for anybody"


def pytest_configure(config: pytest.Config) -> None:
    """What ``make run`` makes first: catalogues and icons. Once, before the workers of xdist begin."""
    if not hasattr(config, "workerinput"):
        compile_catalogues(Path(__file__).parent.parent / "translations")
        build_sprite()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(tryfirst=True)  # before `-m database` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "settings" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def _settings(home: Path, url: str = "", **more: str) -> Settings:
    return load({"KURIER_HOME": str(home), "DATABASE_URL": url, "SECRET_KEY": KEY, **more})


@pytest.fixture(scope="session")
def _template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An installation without users: the path of a SQLite file, or the name of a PostgreSQL database."""
    home = tmp_path_factory.mktemp("template")
    if request.config.getoption("database") == "sqlite":
        name, url = str(home / "kurier.db"), ""
    else:
        postgres = request.getfixturevalue("postgres")
        name = postgres.create_database()
        url = postgres.url(name)
    app = create_app(_settings(home, url))
    with app.app_context():
        bring_up()
        db.session.remove()
        db.engine.dispose()
    if not url:
        for suffix in ("-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    return name


@pytest.fixture
def settings(request: pytest.FixtureRequest, _template: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a fresh installation; a test that needs others replaces fields of it."""
    home = tmp_path / "var"
    home.mkdir()
    if request.config.getoption("database") == "sqlite":
        shutil.copy(_template, home / "kurier.db")
        yield _settings(home)
        return
    postgres = request.getfixturevalue("postgres")
    with postgres.database(template=_template) as url:
        yield _settings(home, url)


@pytest.fixture
def bare_app(settings: Settings) -> Iterator[Flask]:
    """The program, no context pushed."""
    app = create_app(settings)
    app.testing = True
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(bare_app: Flask) -> Iterator[Flask]:
    """The program inside its context, with the system acting."""
    with bare_app.app_context(), acting(SYSTEM):
        yield bare_app


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The people and records that most tests speak of."""
    return make_cast()


@pytest.fixture
def client_of(app: Flask) -> Callable[[User | None], FlaskClient]:
    """A browserless client that is signed in as a user (None: a stranger); CSRF is off for it alone."""
    app.config["WTF_CSRF_ENABLED"] = False

    def sign_in(user: User | None, language: str | None = None) -> FlaskClient:
        client = Visitor(app, app.response_class, use_cookies=True)
        if user is not None:
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"], session["sid"] = str(user.id), True, open_session(user.id)
                session["locale"] = language or str(user.language.value)
        return client

    return sign_in
