"""Whoever asks, whatever they ask: for each role, every address of the program; every mark that comes back must be theirs to know."""

import pytest

from tests.leaks.knock import Door, leaks, reading, shut_writes
from tests.leaks.mails import told_by_calendar, told_by_mails
from tests.leaks.questions import QUESTIONS
from tests.leaks.rules import without_a_rule
from tests.leaks.world import EYES, Eyes, World

pytestmark = pytest.mark.timeout(400)  # some thousands of requests, on a machine that does other things too


def _report(found: list[str]) -> str:
    return f"{len(found)} leaks:\n" + "\n".join(found[:200])


def test_every_address_has_a_rule(world: World) -> None:
    missing = without_a_rule(world.app)
    assert not missing, f"new routes without a rule: {missing}: say in tests/leaks/rules.py what they ask for"


@pytest.mark.feature("X1", "A6", "A9", "C7")
@pytest.mark.parametrize("eyes", EYES, ids=lambda eyes: eyes.name)
def test_no_address_tells_what_is_not_theirs(world: World, doors: list[Door], eyes: Eyes) -> None:
    found = leaks(world, eyes, world.client_of(eyes), reading(doors))
    assert not found, _report(found)


@pytest.mark.feature("X1")
@pytest.mark.parametrize("eyes", EYES, ids=lambda eyes: eyes.name)
def test_no_address_writes_what_is_not_theirs(world: World, doors: list[Door], eyes: Eyes) -> None:
    found = leaks(world, eyes, world.client_of(eyes), shut_writes(doors, eyes))
    assert not found, _report(found)


ASKING = [eyes for eyes in EYES if eyes.name in ("User", "Partner", "Data protection officer", "Every field hidden")]


@pytest.mark.feature("X1", "A23", "C7")
@pytest.mark.parametrize("about", QUESTIONS)
@pytest.mark.parametrize("eyes", ASKING, ids=lambda eyes: eyes.name)
def test_no_question_is_answered_that_may_not_be_asked(world: World, eyes: Eyes, about: str) -> None:
    found = QUESTIONS[about](world, eyes, world.client_of(eyes))
    assert not found, _report(found)


@pytest.mark.feature("X1", "A23")
@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if not eyes.is_stranger], ids=lambda eyes: eyes.name)
def test_no_mail_tells_what_is_not_theirs(world: World, eyes: Eyes) -> None:
    world.client_of(eyes)
    found = told_by_mails(world, eyes)
    assert not found, _report(found)


@pytest.mark.feature("X1", "C24")
@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if not eyes.is_stranger], ids=lambda eyes: eyes.name)
def test_no_calendar_tells_what_is_not_theirs(world: World, eyes: Eyes) -> None:
    world.client_of(eyes)
    found = told_by_calendar(world, eyes)
    assert not found, _report(found)
