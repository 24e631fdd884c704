"""The first day of a firm: an empty installation, an administrator who has read nothing, and what each of the four people then sees.

Two teams with a manager each, a person across both, and telesales that sees no amounts. Every click and key is counted, and how long
a person takes for them by the keystroke-level model (Card, Moran and Newell).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from app.extensions import db
from app.models import User
from app.permissions.actor import Level
from tests.journeys.desk import PORTABLE, Desk
from tests.people import PASSWORD, make_contact, make_opportunity, make_user
from tests.servers.browser import Browser
from tests.servers.pages import served

pytestmark = [pytest.mark.database, PORTABLE]
CLICK, KEY, THOUGHT = 1.1, 0.28, 1.35  # seconds
TEN_MINUTES = 600
# name → (role, teams)
PEOPLE = {
    "Claire Morel": ("Team manager", ["North"]), "Tom Baker": ("Team manager", ["South"]),
    "Anna Lis": ("User (salesperson)", ["North", "South"]), "Zoe Reed": ("Telesales", ["North"]),
}


@dataclass
class Hand:
    """Somebody at ``page`` whose seconds are counted: before each click and each field they think."""

    page: Page
    clicks: int = 0
    keys: int = 0
    thoughts: int = 0

    @property
    def seconds(self) -> float:
        return self.clicks * CLICK + self.keys * KEY + self.thoughts * THOUGHT

    def click(self, role: str, name: str, *, inside: str = "main") -> None:
        """A link or button that leads to another page."""
        self._count(clicks=1)
        with self.page.expect_navigation():
            self.page.locator(inside).get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def tick(self, group: str, name: str) -> None:
        self._count(clicks=1)
        self.page.get_by_role("group", name=group).get_by_label(name, exact=True).check()

    def type(self, label: str, text: str) -> None:
        """Reached with the Tab key."""
        self._count(keys=len(text) + 1)
        self.page.get_by_label(label).fill(text)

    def save(self) -> None:
        self._count(keys=2)
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")

    def _count(self, clicks: int = 0, keys: int = 0) -> None:
        self.clicks, self.keys, self.thoughts = self.clicks + clicks, self.keys + keys, self.thoughts + 1


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as url:
        yield url


def set_up_the_firm(hand: Hand) -> None:
    """What the administrator does, from the page of signing in on."""
    hand.type("User name or email address", "admin")
    hand.page.locator("#password").fill(PASSWORD)
    hand.keys += len(PASSWORD)
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.click("link", "Teams", inside="#side")
    hand.click("link", "New team")
    hand.type("Name", "North")
    hand.click("button", "Save, then another")
    hand.type("Name", "South")
    hand.save()
    hand.click("link", "Users", inside="#side")
    hand.click("link", "New user")
    for number, (name, (role, teams)) in enumerate(PEOPLE.items(), 1):
        first, last = name.split()
        hand.type("First name", first)
        hand.type("Last name", last)
        hand.type("E-mail", f"{first.lower()}@firm.example")
        hand.type("Password", PASSWORD)
        hand.tick("Roles", role)
        for team in teams:
            hand.tick("Teams", team)
        if number < len(PEOPLE):
            hand.click("button", "Save, then another")
        else:
            hand.save()


def listed(browser: Browser, address: str, name: str) -> str:
    """The list of opportunities as ``name`` sees it, after signing in."""
    desk = Desk(browser.page(), address)
    desk.sign_in(name)
    desk.open("/opportunityview/list/")
    return desk.text()


@pytest.mark.feature("A1", "A2", "A3", "A6", "A7", "A23")
def test_a_new_administrator_sets_the_firm_up_within_ten_minutes(app: Flask, address: str, browser: Browser) -> None:
    make_user("Kurier", "Administrator", Level.ADMINISTRATOR, "en", [], username="admin")
    hand = Hand(browser.page())
    hand.page.goto(f"{address}/login/")
    set_up_the_firm(hand)
    assert hand.seconds < TEN_MINUTES, hand
    assert hand.clicks <= 20 and hand.seconds <= 180, hand

    hand.click("button", "Access of this person")
    words = Desk(hand.page, address).text()
    assert "Access of Zoe Reed" in words and "Amount hidden" in words

    claire, tom, anna, zoe = (db.session.scalars(select(User).where(User.first_name == name.split()[0])).one() for name in PEOPLE)
    for owner, title, amount in ((anna, "Scales for Jesion", 86400), (tom, "Labels for Stone", 7123), (zoe, "Call back Rawa", 5511)):
        make_opportunity(title, make_contact(f"Somebody {title}", f"{owner.username}@customer.example", None, owner), owner, amount=amount)
    seen = {name: listed(browser, address, name) for name in ("claire", "tom", "anna", "zoe")}
    titles = {name: [each for each in ("Scales", "Labels", "Call back") if each in text] for name, text in seen.items()}
    assert titles == {
        "claire": ["Scales", "Call back"], "tom": ["Scales", "Labels"],  # the managers: their own and those of their members
        "anna": ["Scales"], "zoe": ["Call back"],
    }
    assert "86,400" in seen["claire"] and "86,400" in seen["tom"] and "86,400" in seen["anna"] and "5,511" in seen["claire"]
    assert "5,511" not in seen["zoe"] and "Amount" not in seen["zoe"]
    assert claire.memberships[0].is_manager and not zoe.memberships[0].is_manager and len(anna.memberships) == 2
