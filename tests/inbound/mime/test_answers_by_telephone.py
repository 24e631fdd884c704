"""What people type on a telephone is understood, or asked back about; never is anything done that they did not mean."""

from datetime import datetime

import pytest

from app.domain.deeds import Deed
from app.inbound.mime.answers import Item, Wish, wishes
from tests.inbound.mime import answers_of_managers as managers
from tests.inbound.mime.answers_by_telephone import ALONE, COLLEAGUES, LINES, MANY, UNCERTAIN, Meant

NOW = datetime(2026, 11, 24, 8, 15)  # noqa: DTZ001 - a Tuesday, as the writer's clock shows it
CASES = [(LINES, *case) for case in MANY] + [(LINES[:1], *case) for case in ALONE]
FRENCH, POLISH = (managers.FRENCH_LINES, managers.FRENCH_TEAM), (managers.POLISH_LINES, managers.POLISH_TEAM)
OF_TEAMS = [(*FRENCH, *case) for case in managers.FRENCH] + [(*POLISH, *case) for case in managers.POLISH]
DOUBTED = [(*FRENCH, text) for text in managers.FRENCH_UNCERTAIN] + [(*POLISH, text) for text in managers.POLISH_UNCERTAIN]
NOTHING = [(*FRENCH, text) for text in managers.FRENCH_NOTHING] + [(*POLISH, text) for text in managers.POLISH_NOTHING]
RIGHT = 0.95  # of them, without asking back


def told(wish: Wish, people: list[str] = COLLEAGUES) -> Meant:
    said = wish.text + (f" / {wish.competitor}" if wish.competitor else "")
    if wish.until is not None:
        said = f"{wish.until:%Y-%m-%d %H:%M}"
    elif wish.amount is not None:
        said = f"{wish.amount} {wish.currency}".strip()
    elif wish.deed is Deed.ASSIGN and wish.person is not None:
        said = people[wish.person]
    assert wish.deed is not None
    return wish.deed, wish.numbers, said


@pytest.mark.feature("C47")
@pytest.mark.parametrize(("items", "text", "meant"), CASES)
def test_nothing_is_done_that_was_not_meant(items: list[Item], text: str, meant: list[Meant]) -> None:
    found = wishes(text, NOW, items, COLLEAGUES)
    done = [told(wish) for wish in found if wish.doubt is None]
    assert all(each in meant for each in done)
    assert done == meant or any(wish.doubt for wish in found), "nothing is left out in silence"


def test_most_is_understood_without_asking() -> None:
    right = 0
    for items, text, meant in CASES:
        found = wishes(text, NOW, items, COLLEAGUES)
        right += all(wish.doubt is None for wish in found) and [told(wish) for wish in found] == meant
    assert right >= RIGHT * len(CASES)


@pytest.mark.parametrize("text", UNCERTAIN)
def test_of_what_is_uncertain_nothing_is_done(text: str) -> None:
    found = wishes(text, NOW, LINES, COLLEAGUES)
    assert found
    assert all(wish.doubt is not None for wish in found)


@pytest.mark.feature("C47")
@pytest.mark.parametrize(("items", "people", "text", "meant"), OF_TEAMS)
def test_whole_sentences_of_a_manager_are_understood(items: list[Item], people: list[str], text: str, meant: list[Meant]) -> None:
    found = wishes(text, NOW, items, people)
    assert [told(wish, people) for wish in found if wish.doubt is None] == meant
    assert all(wish.doubt is None for wish in found)


@pytest.mark.parametrize(("items", "people", "text"), DOUBTED)
def test_where_a_manager_may_mean_another_thing_it_is_asked(items: list[Item], people: list[str], text: str) -> None:
    found = wishes(text, NOW, items, people)
    assert found
    assert all(wish.doubt is not None for wish in found)


@pytest.mark.parametrize(("items", "people", "text"), NOTHING)
def test_a_no_asks_for_nothing_and_is_not_asked_about(items: list[Item], people: list[str], text: str) -> None:
    assert wishes(text, NOW, items, people) == []
