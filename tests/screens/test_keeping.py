"""Nothing typed is lost, and nobody overwrites a colleague unawares."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models import Contact, UserSession
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, Level, acting
from app.permissions.decide import actor_of
from tests.journeys.desk import said
from tests.people import PASSWORD
from tests.promises.firm import Records
from tests.screens.conftest import Gallery

pytestmark = [pytest.mark.portable("what the browser keeps")]
Tab = Callable[[str], Page]


@pytest.fixture
def tab(gallery: Gallery) -> Tab:
    return lambda path: gallery.hang(Level.USER, "en", path)


@atomic
def _end_sessions() -> None:
    db.session.query(UserSession).delete()


def _typed(page: Page) -> None:
    page.fill("#first_name", "Irène")
    page.fill("#last_name", "Łuczak")
    page.get_by_role("combobox", name="Accounts").fill("wlasne")
    page.locator(".k-look [role=option]").first.click()
    expect(page.locator(".k-picked")).to_have_count(1)


def _brought_back(page: Page) -> None:
    language = page.locator("html").get_attribute("lang") or "en"  # whoever signs in again reads their own
    expect(page.get_by_text(said("You typed something here that was not saved:", language))).to_be_visible()
    page.get_by_role("button", name=said("Bring it back", language)).click()
    expect(page.locator("[data-say]")).to_have_text(said("What you typed is back in the form.", language))
    expect(page.locator("#first_name")).to_have_value("Irène")
    expect(page.locator("#last_name")).to_have_value("Łuczak")
    expect(page.locator(".k-picked")).to_contain_text("Wlasnezubr SARL")


def test_what_was_typed_survives_a_session_that_expired(tab: Tab, bare_app: Flask, firm: Records) -> None:
    page = tab("/contactview/add")
    _typed(page)
    with bare_app.app_context():
        _end_sessions()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/login/**")
    page.fill("#username", "jean")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    tab("/contactview/add")
    _brought_back(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Irène Łuczak")
    tab("/contactview/add")
    assert page.get_by_text(said("You typed something here that was not saved:", "fr")).count() == 0


def test_what_was_typed_survives_a_lost_connection(tab: Tab) -> None:
    page = tab("/contactview/add")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _typed(page)
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="There is no connection, so nothing was sent.")).to_be_focused()
    expect(page.locator("#first_name")).to_have_value("Irène")
    page.goto(page.url.replace("/contactview/add", "/today/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    page.context.set_offline(False)
    tab("/contactview/add")
    _brought_back(page)
    page.context.clear_cookies()


def test_a_draft_is_thrown_away_when_one_says_so_or_signs_out(tab: Tab) -> None:
    page = tab("/contactview/add")
    _typed(page)
    page = tab("/today/")
    tab("/contactview/add")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#first_name")).to_be_focused()
    page.reload()
    assert page.get_by_text("You typed something here").count() == 0
    page.fill("#first_name", "X")
    page.locator(".k-me summary").click()
    page.get_by_role("link", name="Sign out").click()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kurier-draft')).length") == 0


def _colleague(firm: Records) -> Actor:
    from app.models import User

    return actor_of(db.session.get_one(User, firm.people[Level.ADMINISTRATOR]), db.session())


def test_two_who_edit_are_told_before_one_overwrites_the_other(tab: Tab, bare_app: Flask, firm: Records) -> None:
    key = firm.keys["Contact"]["own"]
    page = tab(f"/contactview/edit/{key}")
    page.fill("#job", "Buyer")
    with bare_app.app_context(), acting(SYSTEM):
        records.update(db.session.get_one(Contact, key), {"job": "Head of purchasing"}, actor=_colleague(firm))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("Somebody else changed this record while you write: Ada Nowak: changed (Job).")).to_be_visible()
    page.keyboard.press("Control+Enter")
    summary = page.get_by_role("alert").filter(has_text="Not saved")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Somebody else changed this record meanwhile.")
    expect(summary).to_contain_text("Job is now saved as: Head of purchasing")
    expect(page.locator("#job")).to_have_value("Buyer")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ewa")
    expect(page.locator("main")).to_contain_text("Buyer")


def test_who_comes_back_to_a_record_hears_what_others_did(tab: Tab, bare_app: Flask, firm: Records) -> None:
    key = firm.keys["Contact"]["own"]
    page = tab(f"/contactview/show/{key}")
    with bare_app.app_context(), acting(SYSTEM):
        records.update(db.session.get_one(Contact, key), {"job": "Head of purchasing"}, actor=_colleague(firm))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    told = page.locator("[data-watched]")
    expect(told).to_contain_text("Ada Nowak: changed (Job).")
    assert told.get_attribute("role") == "status"
    told.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Head of purchasing")
    expect(page.locator("[data-watched]")).to_be_empty()
