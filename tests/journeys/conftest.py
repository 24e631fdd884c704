"""One running program for all journeys; each speaks of people and customers of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.installations import Installations
from tests.journeys.desk import Desk
from tests.journeys.program import Kurier
from tests.servers.browser import Browser
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpServer


@pytest.fixture(scope="package")
def kurier(installations: Installations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kurier]:
    with ExitStack() as stack:
        settings = stack.enter_context(installations.fresh(tmp_path_factory.mktemp("journeys") / "var"))
        redis, smtp = stack.enter_context(Redis()), stack.enter_context(SmtpServer())
        yield stack.enter_context(Kurier(settings.home, settings.database_url, redis.url, smtp))


@pytest.fixture
def desk_of(kurier: Kurier, browser: Browser) -> Callable[..., Desk]:
    """Seats somebody at a browser: a user by name, who is signed in, or a visitor who speaks ``language``."""

    def seat(name: str = "", language: str = "en", *, scripts: bool = True) -> Desk:
        desk = Desk(browser.page(language=language, scripts=scripts), kurier.url)
        if name and name in kurier.cookies:
            desk.page.context.add_cookies(kurier.cookies[name])
        elif name:
            desk.sign_in(name)
            kurier.cookies[name] = [
                {"name": each["name"], "value": each["value"], "domain": each["domain"], "path": each["path"]}
                for each in desk.page.context.cookies()
            ]
        return desk

    return seat
