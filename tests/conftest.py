"""The program on a fresh database for every test, on SQLite and on PostgreSQL."""

import gc
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli.built import build
from app.cli.catalogues import compile_catalogues
from app.extensions import db
from app.models import User
from app.permissions.actor import SYSTEM, acting
from app.support.garbage import put_aside
from config import Settings
from tests.installations import Installations
from tests.orders.office import make_office
from tests.people import Cast, keys_of, make_cast, read_again
from tests.promises.firm import Records, make_firm
from tests.summary.week import cast_after_a_week
from tests.visitor import Visitor, open_session

hypothesis.settings.register_profile("kurier", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])  # the machine is busy
hypothesis.settings.load_profile("kurier")
MEMORY, ROOM = "/dev/shm", 3_000_000_000
pytest_plugins = ["tests.servers.fixtures", "tests.features", "tests.repeating", "tests.statements", "tests.screens.statement"]


def pytest_configure(config: pytest.Config) -> None:
    """What ``make run`` makes first: catalogues and icons. Once, before the workers of xdist begin."""
    _write_to_memory()
    if not hasattr(config, "workerinput"):
        compile_catalogues(Path(__file__).parent.parent / "translations")
        build()


def _write_to_memory() -> None:
    """What tests write is thrown away: where memory is a folder with room, nothing waits for a disk."""
    with suppress(OSError):
        if "TMPDIR" not in os.environ and disk_usage(MEMORY).free > ROOM and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"], tempfile.tempdir = MEMORY, None


def pytest_sessionfinish() -> None:
    """Pytest collects garbage five times before it ends, and xdist interrupts a process that takes more than five seconds to end."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(tryfirst=True)  # before `-m database` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "settings" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def installations(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installations:
    postgres = request.getfixturevalue("postgres") if request.config.getoption("database") == "postgresql" else None
    made = Installations(tmp_path_factory.mktemp("templates"), postgres, {
        "week": lambda: keys_of(cast_after_a_week(make_cast())), "ready_office": lambda: keys_of(make_cast()) | keys_of(make_office()),
        "cast": lambda: keys_of(make_cast()), "firm": make_firm,
    })
    put_aside()
    return made


@pytest.fixture
def settings(request: pytest.FixtureRequest, installations: Installations, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a fresh installation; a test that needs others replaces fields of it."""
    with installations.fresh(tmp_path / "var", installations.filling_for(request.fixturenames)) as settings:
        yield settings


@pytest.fixture
def bare_app(settings: Settings, installations: Installations) -> Iterator[Flask]:
    """The program, no context pushed."""
    app = installations.program.move(settings)
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
def cast(app: Flask, settings: Settings, installations: Installations) -> Cast:
    """The people and records that most tests speak of."""
    return read_again(Cast, installations.made_in(settings.home))


@pytest.fixture
def firm(bare_app: Flask, settings: Settings, installations: Installations) -> Records:
    """A firm with a record of every type and every owner."""
    made: Records = installations.made_in(settings.home)
    return made


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


@pytest.fixture
def small_disk(app: Flask) -> Iterator[None]:
    """The raw store on a file system of 64 kB, where the test may mount one; else one that nobody may write."""
    folder = app.config["SETTINGS"].home / "store"
    folder.mkdir(parents=True, exist_ok=True)
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False)
    if mount.returncode == 0:
        yield
        subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    folder.chmod(0o500)  # nothing can be written here either
    try:
        (folder / "probe").touch()
        (folder / "probe").unlink()
        pytest.skip("this machine lets nobody mount and everybody write")
    except OSError:
        yield
    finally:
        folder.chmod(0o700)


@pytest.fixture
def full_disk(app: Flask, small_disk: None) -> None:
    """The raw store without room for another byte."""
    with suppress(OSError), (app.config["SETTINGS"].home / "store" / "full").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
