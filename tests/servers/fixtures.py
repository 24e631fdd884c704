"""Fixtures of the real servers. Each starts when a test first asks for it, once per pytest process.

With pytest-xdist every worker has its own set: starting all of them takes less than waiting for a shared one,
and each dies with its worker.
"""

from collections.abc import Iterator

import pytest

from tests.servers.browser import Browser
from tests.servers.certificates import Authority
from tests.servers.dovecot import Account, Dovecot
from tests.servers.object_storage import ObjectStorage
from tests.servers.oidc import OidcProvider
from tests.servers.postgres import Postgres
from tests.servers.provider import Provider
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


@pytest.fixture(scope="session")
def object_storage() -> Iterator[ObjectStorage]:
    with ObjectStorage() as server:
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
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom a firm trusts besides the world's authorities."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def _provider(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with Provider(authority, tmp_path_factory.mktemp("provider")) as server:
        yield server


@pytest.fixture
def provider(_provider: Provider) -> Provider:
    """A provider of sign-ins that has given nothing yet."""
    _provider.new()
    return _provider


@pytest.fixture(scope="session")
def _oidc(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    with OidcProvider(authority, tmp_path_factory.mktemp("oidc")) as server:
        yield server


@pytest.fixture
def oidc(_oidc: OidcProvider) -> OidcProvider:
    """A provider of sign-ins for people, as on its first day."""
    _oidc.new()
    return _oidc


@pytest.fixture(scope="session")
def _token_dovecot(_provider: Provider) -> Iterator[Dovecot]:
    with Dovecot(tokens=("xoauth2", "oauthbearer"), introspection_url=_provider.introspection_url) as server:
        yield server


@pytest.fixture
def token_account(_token_dovecot: Dovecot, provider: Provider) -> Account:
    """An empty mailbox that takes access tokens; its owner sits at the browser of the provider."""
    account = _token_dovecot.account()
    provider.username = account.user
    return account


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def browser(_browser: Browser) -> Iterator[Browser]:
    """A browser without open pages."""
    yield _browser
    _browser.close_pages()
