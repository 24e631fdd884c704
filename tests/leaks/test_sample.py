"""The same on PostgreSQL, as a sample of a minute: each address is asked once, by one role or another, and the questions by two."""

import pytest

from tests.leaks.knock import Door, leaks, reading, shut_writes
from tests.leaks.mails import told_by_mails
from tests.leaks.questions import told_by_search
from tests.leaks.world import BLINKERED, EYES, ROLES, Eyes, World

pytestmark = [pytest.mark.database, pytest.mark.feature("X1")]
ASKING = (ROLES["User"], BLINKERED)


@pytest.fixture(autouse=True)
def _only_on_postgresql(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("database") == "sqlite":
        pytest.skip("SQLite answers the whole matrix: test_leaks")


def test_each_address_is_asked_by_one_role(world: World, doors: list[Door]) -> None:
    found = []
    for number, eyes in enumerate(EYES):
        client = world.client_of(eyes)
        mine = reading(doors)[number :: len(EYES)]
        theirs = shut_writes(doors, eyes)[number :: 2 * len(EYES)]
        found += leaks(world, eyes, client, mine) + leaks(world, eyes, client, theirs)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("eyes", ASKING, ids=lambda eyes: eyes.name)
def test_nothing_is_found_that_may_not_be_known(world: World, eyes: Eyes) -> None:
    client = world.client_of(eyes)
    found = told_by_search(world, eyes, client) + told_by_mails(world, eyes)
    assert not found, "\n".join(found)
