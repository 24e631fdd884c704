"""Fixtures of the real servers. Each starts when a test first asks for it, once per pytest process.

With pytest-xdist every worker has its own set: starting all of them takes less than waiting for a shared one,
and each dies with its worker.
"""

from collections.abc import Iterator

import pytest

from tests.servers.browser import Browser
from tests.servers.dovecot import Account, Dovecot
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """REDIS_URL of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def mail_account(dovecot: Dovecot) -> Account:
    """An empty mailbox."""
    return dovecot.account()


@pytest.fixture(scope="session")
def _smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def smtp(_smtp: SmtpServer) -> SmtpServer:
    """A mail server without messages."""
    _smtp.clear()
    return _smtp


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Iterator[Browser]:
    """A browser without open pages."""
    yield _browser
    _browser.close_pages()
