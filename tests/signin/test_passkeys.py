"""Passkeys in a real browser with an authenticator of Chromium's own, and what comes of answers that prove nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.languages import Language
from app.extensions import db
from app.models import ApiToken, AuditLine, Passkey, RecoveryCode, User
from app.operations import passkeys, second_factor, users
from app.permissions.actor import SYSTEM
from app.queries.sessions import FRESH
from app.signin import passkeys as checked
from tests.journeys.desk import Desk as Window
from tests.people import PASSWORD, Cast, actor
from tests.servers.browser import Browser
from tests.servers.pages import served
from tests.visitor import Visitor

pytestmark = [pytest.mark.database]
AUTHENTICATOR = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
                 "automaticPresenceSimulation": True}  # fmt: skip


@pytest.fixture
def address(app: Flask, cast: Cast) -> Iterator[str]:
    """The pages under a name: browsers keep no passkeys for bare addresses."""
    users.set_habits(cast.anna, Language.EN, "Europe/Warsaw", actor=SYSTEM)
    app.appbuilder.sm.limiter.enabled = False  # type: ignore[attr-defined]
    with served(app, "localhost") as url:
        yield url


def _lines(action: str) -> list[AuditLine]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


def _press(window: Window, name: str) -> None:
    with window.page.expect_navigation():
        window.page.get_by_role("button", name=name, exact=True).click()


def _fits(window: Window) -> bool:
    return bool(window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.feature("A1", "A2")
def test_anna_signs_in_with_a_passkey_instead_of_her_password_and_after_it(address: str, app: Flask, cast: Cast, browser: Browser) -> None:
    window = Window(browser.page(width=390, height=844), address)
    page = window.page
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    key = authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.url.endswith("/login/passkey/") else None)
    window.sign_in("anna")
    window.open("/passkeys/")
    window.check_access()
    page.fill("#name", "My telephone")
    _press(window, "Add a passkey")
    code = page.locator("#recovery-codes code").first.inner_text()
    assert "My telephone" in window.text() and page.locator("#recovery-codes code").count() == 10 and _fits(window)
    window.check_access()

    window.open("/logout/")
    window.open("/login/")
    window.check_access()
    _press(window, "Sign in with a passkey")
    assert page.url.endswith("/today/")

    window.open("/logout/")
    window.sign_in("anna")
    assert page.url.endswith("/login/second/") and _fits(window)
    window.check_access()
    _press(window, "Use a passkey")
    assert page.url.endswith("/today/")
    assert [line.after["with"] for line in _lines("signed_in")] == ["password", "passkey", "passkey"]

    window.open("/logout/")
    authenticator.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    window.open("/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_selector("text=The browser gave no passkey")
    window.sign_in("anna")
    page.fill("#code", code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/today/")

    _replayed(app, parse_qs(sent[0])["credential"][0])
    window.open("/passkeys/")
    page.get_by_role("button", name="Remove").click()
    with page.expect_navigation():
        page.locator("#ask [data-yes]").click()
    assert "You have no passkey yet" in window.text()
    window.open("/logout/")
    window.sign_in("anna")
    assert page.url.endswith("/today/")
    db.session.rollback()
    assert db.session.scalars(select(RecoveryCode)).all() == []

    window.open("/tokens/")
    window.check_access()
    page.fill("#name", "Export")
    page.select_option("#scope-1", "read")
    _press(window, "Make the token")
    assert page.inner_text("#token").startswith("kurier_") and _fits(window)
    window.check_access()


def _replayed(app: Flask, credential: str) -> None:
    """An answer of before fits no new question, and none at all."""
    app.config["WTF_CSRF_ENABLED"] = False
    thief = Visitor(app, app.response_class, use_cookies=True)
    for asks in (False, True):
        if asks:
            assert thief.post("/login/passkey/options").status_code == 200
        thief.post("/login/passkey/", data={"credential": credential})
        assert thief.get("/me/").status_code == 302
    assert _lines("refuse_factor")[-1].subject_name == "Anna Wiśniewska"
    app.config["WTF_CSRF_ENABLED"] = True


def _key_of(user: User, name: str = "key") -> Passkey:
    passkeys.add_passkey(user, name, name, "x", 0, actor=actor(user))
    return db.session.scalars(select(Passkey).where(Passkey.name == name)).one()


@pytest.fixture
def named(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], url="https://crm.firm.example")


@pytest.mark.parametrize("credential", ["", "x", "[]", '{"id": 7}', '{"id": "key"}', '{"id": "key", "rawId": "key", "type": "public-key", "response": {}}',
                                        '{"id": "' + "A" * 30_000 + '"}', '{"id": "a key that nobody has"}', "\x00"])  # fmt: skip
def test_nonsense_proves_nothing(credential: str, named: None, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    _key_of(cast.anna)
    stranger = client_of(None)
    stranger.post("/login/passkey/options")
    assert stranger.post("/login/passkey/", data={"credential": credential}).headers["Location"].endswith("/login/")
    assert stranger.get("/me/").status_code == 302
    mine = client_of(cast.jean)
    mine.post("/passkeys/new")
    assert mine.post("/passkeys/add", data={"credential": credential, "name": "x"}).status_code == 409


def test_a_session_of_before_adds_and_removes_nothing(
    named: None, cast: Cast, client_of: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, client = _key_of(cast.jean), client_of(cast.jean, "en")
    monkeypatch.setattr("app.queries.sessions.FRESH", FRESH - timedelta(days=40_000))  # as if the session had begun long ago
    assert client.post("/passkeys/new").status_code == 409
    made = client.post("/tokens/create", data={"name": "x", "days": "30", "scope-*": "read"})
    assert made.status_code == 409 and db.session.scalars(select(ApiToken)).all() == []
    assert "Sign out and in again first" in client.post("/passkeys/remove", data={"passkey": str(key.id)}).get_data(as_text=True)
    assert len(db.session.scalars(select(Passkey)).all()) == 1


def test_nobody_removes_the_key_of_somebody_else(named: None, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    key = _key_of(cast.anna)
    for user in (cast.jean, cast.ada):
        assert client_of(user).post("/passkeys/remove", data={"passkey": str(key.id)}).status_code in (404, 409)
    assert len(db.session.scalars(select(Passkey)).all()) == 1


def test_an_administrator_resets_passkeys_with_the_second_factor(named: None, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    _key_of(cast.anna)
    browser = client_of(None)
    assert browser.post("/login/", data={"username": "anna", "password": PASSWORD}).headers["Location"].endswith("/login/second/")
    second_factor.remove_factor(cast.anna, actor=actor(cast.ada))
    assert db.session.scalars(select(Passkey)).all() == [] == db.session.scalars(select(RecoveryCode)).all()
    assert browser.post("/login/", data={"username": "anna", "password": PASSWORD}).headers["Location"].endswith("/")
    assert browser.get("/me/").status_code == 200


def test_a_key_of_somebody_else_is_no_second_factor(named: None, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    """Whoever knows Anna's password and has a passkey of their own."""
    _key_of(cast.anna, "anna")
    _key_of(cast.tom, "toms")
    browser = client_of(None)
    browser.post("/login/", data={"username": "anna", "password": PASSWORD})
    options: Any = browser.post("/login/passkey/options").get_json()
    assert [each["id"] for each in options["allowCredentials"]] == ["anna"]
    answer = browser.post("/login/passkey/", data={"credential": '{"id": "toms"}'})
    assert answer.headers["Location"].endswith("/login/second/") and browser.get("/me/").status_code == 302


def test_where_passkeys_are_impossible_the_page_says_so(cast: Cast, client_of: Callable[..., FlaskClient], app: Flask) -> None:
    for url, is_possible in (("http://127.0.0.1:8000", False), ("http://crm.firm.example", False), ("http://localhost:8000", True),
                             ("https://[2001:db8::1]", False), ("https://crm.firm.example", True)):
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], url=url)
        assert checked.is_possible() is is_possible
        assert ("Passkeys need an address" in client_of(cast.ada, "en").get("/passkeys/").get_data(as_text=True)) is not is_possible
        assert ("Sign in with a passkey" in client_of(None).get("/login/").get_data(as_text=True)) is is_possible
