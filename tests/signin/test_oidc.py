"""People sign in at a provider of the test's own; whoever lies, or repeats, stays out."""

import logging
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import AuditLine, Firm, Identity, IdentityProvider, Role, User
from app.operations import records, second_factor, users
from app.permissions.actor import SYSTEM
from app.queries.sessions import factor_of
from app.support import clock
from tests.journeys.desk import Desk as Window
from tests.people import Cast, actor
from tests.servers.browser import PATIENCE, Browser
from tests.servers.certificates import Authority
from tests.servers.oidc import OidcProvider, unsigned
from tests.servers.pages import served
from tests.visitor import Visitor

pytestmark = pytest.mark.database


@dataclass
class Door:
    """The page of signing in with the provider's button, a browser, and whoever sits at the provider."""

    app: Flask
    oidc: OidcProvider
    authority: Authority
    browser: FlaskClient

    def begin(self, browser: FlaskClient | None = None, target: str = "") -> str:
        """Press the button; the address of the provider's page."""
        page = (browser or self.browser).get(f"/login/{target}").get_data(as_text=True)
        found = re.search(r'href="(/login/with/\d+[^"]*)"[^>]*>.*?Sign in with Test', page)
        assert found is not None, page
        answer = (browser or self.browser).get(found[1].replace("&amp;", "&"))
        assert answer.status_code == 303, answer.headers
        return str(answer.headers["Location"])

    def agree(self, address: str) -> str:
        """Sign in there; where the browser is sent then."""
        page = urlopen(address, context=ssl.create_default_context(cafile=self.authority.certificate), timeout=60).read().decode()
        found = re.search('href="([^"]+)"', page)
        assert found is not None
        return found[1].replace("&amp;", "&")

    def come_back(self, address: str, browser: FlaskClient | None = None) -> TestResponse:
        parts = urlsplit(address)
        return (browser or self.browser).get(f"{parts.path}?{parts.query}")

    def sign_in(self) -> TestResponse:
        return self.come_back(self.agree(self.begin()))

    @property
    def is_in(self) -> bool:
        return self.browser.get("/me/").status_code == 200

    def said(self) -> str:
        """The message on the page that one lands on."""
        return self.browser.get("/login/").get_data(as_text=True)

    def setting(self, **values: Any) -> None:
        """The administrator changes the provider."""
        provider = db.session.scalars(select(IdentityProvider)).one()
        records.update(provider, values, actor=SYSTEM)


@pytest.fixture
def own_network(app: Flask, authority: Authority) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], ca_file=authority.certificate, allows_private_providers=True)


@pytest.fixture
def door(
    app: Flask, own_network: None, cast: Cast, oidc: OidcProvider, authority: Authority, client_of: Callable[..., FlaskClient]
) -> Door:
    assert client_of(cast.ada).post("/identityproviderview/add", data=oidc.settings()).status_code == 302
    browser = Visitor(app, app.response_class, use_cookies=True)
    browser.environ_base = {**browser.environ_base, "HTTP_ACCEPT_LANGUAGE": "en"}
    oidc.person = {"sub": "anna-at-provider", "email": "Anna@grandouest.example", "email_verified": True}
    return Door(app, oidc, authority, browser)


def _lines(action: str) -> list[AuditLine]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


# ---- the way in


@pytest.mark.feature("A1", "A2")
def test_a_colleague_signs_in_by_a_verified_address_and_later_by_the_account_alone(door: Door, cast: Cast) -> None:
    address = door.begin(target="?next=/tokens/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/login/with/back" and asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid email profile" and len(asked["state"]) > 40 and asked["nonce"] != asked["state"]
    assert "code_verifier" not in asked
    back = door.come_back(door.agree(address))
    assert back.headers["Location"].endswith("/tokens/")
    assert door.is_in
    (link,) = db.session.scalars(select(Identity))
    assert (link.user_id, link.subject) == (cast.anna.id, "anna-at-provider")
    assert _lines("signed_in")[0].after["with"] == "Sign in with Test" and len(_lines("link_identity")) == 1
    door.browser.get("/logout/")
    assert not door.is_in
    door.oidc.person = {"sub": "anna-at-provider", "email": "anna.married@elsewhere.example", "email_verified": False}
    door.sign_in()
    assert door.is_in and len(_lines("link_identity")) == 1


def test_the_address_may_stand_in_the_userinfo(door: Door) -> None:
    person = door.oidc.person
    door.oidc.person, door.oidc.userinfo, door.oidc.posts_secret = {"sub": person["sub"]}, {**person, "sub": "somebody else"}, True
    door.sign_in()
    assert not door.is_in and "userinfo" in door.said()
    door.oidc.userinfo = person
    door.sign_in()
    assert door.is_in


LIES: dict[str, Callable[[OidcProvider], Any]] = {
    "nonce": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "nonce": "another"}),
    "no nonce": lambda oidc: setattr(oidc, "lies", lambda claims: {k: v for k, v in claims.items() if k != "nonce"}),
    "audience": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "aud": "another program"}),
    "party": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "aud": [claims["aud"], "other"], "azp": "other"}),
    "issuer": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "iss": "https://elsewhere.example"}),
    "expired": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "iat": claims["iat"] - 900, "exp": claims["exp"] - 900}),
    "no end": lambda oidc: setattr(oidc, "lies", lambda claims: {k: v for k, v in claims.items() if k != "exp"}),
    "no subject": lambda oidc: setattr(oidc, "lies", lambda claims: {k: v for k, v in claims.items() if k != "sub"}),
    "empty subject": lambda oidc: setattr(oidc, "lies", lambda claims: {**claims, "sub": ""}),
    "signature": lambda oidc: setattr(oidc, "signs", oidc.signed_by_a_stranger),
    "tampered": lambda oidc: setattr(oidc, "signs", lambda claims: _tampered(oidc.signed(claims))),
    "none": lambda oidc: setattr(oidc, "signs", unsigned),
    "our own secret": lambda oidc: setattr(oidc, "signs", oidc.signed_with_the_secret),
    "no token": lambda oidc: setattr(oidc, "signs", lambda claims: "x"),
}


def _tampered(token: str) -> str:
    head, payload, signature = token.split(".")
    return f"{head}.{payload[:-4]}AAAA.{signature}"


@pytest.mark.feature("A2")
def test_a_token_that_proves_nothing_lets_nobody_in(door: Door) -> None:
    person, let_in = door.oidc.person, []
    for lie, tell in LIES.items():
        door.oidc.new()
        door.oidc.person = person
        tell(door.oidc)
        door.sign_in()
        if door.is_in or "did not prove who you are" not in door.said():
            let_in.append(lie)
    assert let_in == []
    assert db.session.scalars(select(Identity)).all() == []
    assert [line.after["because"] for line in _lines("refuse_sign_in")] == ["not_proven"] * len(LIES)


def test_an_answer_is_good_once_and_in_its_own_browser(door: Door) -> None:
    address = door.agree(door.begin())
    stranger = Visitor(door.app, door.app.response_class, use_cookies=True)
    for browser, wrong in ((stranger, address), (door.browser, address.replace("state=", "state=x")), (door.browser, re.sub("state=[^&]*", "", address))):
        assert door.come_back(wrong, browser).headers["Location"].endswith("/login/")
    assert door.oidc.exchanges == 0
    door.come_back(address)
    assert door.is_in
    door.browser.get("/logout/")
    door.come_back(address)
    assert not door.is_in and "was not begun in this browser" in door.said()
    late = door.agree(door.begin())
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        door.come_back(late)
    assert not door.is_in
    mixed = door.agree(door.begin()) + "&iss=https%3A%2F%2Felsewhere.example"
    door.come_back(mixed)
    assert not door.is_in and door.oidc.exchanges == 1


def test_what_the_provider_refuses_is_said(door: Door) -> None:
    door.oidc.says_no = True
    door.sign_in()
    assert "The person said no" in door.said()
    door.oidc.says_no = False
    stolen = door.agree(door.begin().replace("code_challenge=", "code_challenge=x"))
    door.come_back(stolen)
    assert "The code is not good" in door.said()
    assert not door.is_in


# ---- who is let in


@pytest.mark.parametrize("verified", [False, None, "false", "yes"])
def test_an_address_that_nobody_verified_matches_nobody(verified: Any, door: Door) -> None:
    door.oidc.person["email_verified"] = verified
    door.sign_in()
    assert not door.is_in and "has not verified your address" in door.said()
    door.setting(is_directory=True)
    door.sign_in()
    assert door.is_in


def test_a_verified_address_says_nothing_of_another_claim(door: Door) -> None:
    door.setting(claim="preferred_username")
    door.oidc.person |= {"email": "thief@elsewhere.example", "preferred_username": "anna@grandouest.example"}
    door.sign_in()
    assert not door.is_in


def test_a_second_account_does_not_take_over_the_place_of_the_first(door: Door) -> None:
    door.sign_in()
    door.browser.get("/logout/")
    door.oidc.person["sub"] = "somebody who got the address later"
    door.sign_in()
    assert not door.is_in and "Another account at" in door.said()


def test_somebody_switched_off_stays_out(door: Door, cast: Cast) -> None:
    users.switch_off(cast.anna, actor=SYSTEM)
    door.sign_in()
    assert not door.is_in and "switched off" in door.said()
    assert db.session.scalars(select(Identity)).all() == []
    users.update_user(db.session.get_one(User, cast.anna.id), {"active": True}, actor=SYSTEM)
    door.sign_in()
    assert door.is_in
    users.switch_off(db.session.get_one(User, cast.anna.id), actor=SYSTEM)
    assert not door.is_in
    door.sign_in()
    assert not door.is_in


def test_nobody_is_added_unless_the_firm_says_so_and_only_its_own_people(door: Door) -> None:
    door.oidc.person |= {"email": "ewa@grandouest.example", "given_name": "Ewa", "family_name": "Lis"}
    door.sign_in()
    assert not door.is_in and "nobody here has the address ewa@grandouest.example" in door.said()
    door.setting(creates_users=True)
    door.oidc.person["email"] = "ewa@elsewhere.example"
    door.sign_in()
    assert not door.is_in
    door.oidc.person["email"] = "ewa@grandouest.example"
    door.sign_in()
    assert door.is_in
    ewa = db.session.scalars(select(User).where(User.email == "ewa@grandouest.example")).one()
    assert (str(ewa), ewa.username, [role.name for role in ewa.roles]) == ("Ewa Lis", "ewa", ["User"])


def test_the_second_factor_is_ours_unless_the_provider_brings_it(door: Door, cast: Cast) -> None:
    firm = db.session.get_one(Firm, 1)
    role = db.session.scalars(select(Role).where(Role.name == "User")).one()
    records.update(firm, {"factor_role_ids": [role.id]}, actor=SYSTEM)
    assert door.sign_in().headers["Location"].endswith("/")
    assert door.browser.get("/me/").headers["Location"].endswith("/second-factor/")  # has none, and is asked for one
    door.browser.get("/logout/")
    second_factor.start_factor(cast.anna, actor=actor(cast.anna))
    factor = factor_of(cast.anna)
    assert factor is not None
    totp = pyotp.TOTP(second_factor.secret_of(factor))
    with clock.frozen(clock.now() - timedelta(minutes=10)):
        second_factor.confirm_factor(cast.anna, totp.at(clock.now()), actor=actor(cast.anna))
    assert door.sign_in().headers["Location"].endswith("/login/second/") and not door.is_in
    door.browser.post("/login/second/", data={"code": totp.at(clock.now())})
    assert door.is_in
    door.browser.get("/logout/")
    door.setting(brings_factor=True)
    door.sign_in()
    assert door.is_in


# ---- the administrator's page


def test_a_provider_that_does_not_answer_as_one_is_not_saved(door: Door, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    client, form = client_of(cast.ada), {**door.oidc.settings(), "name": "Other"}
    for issuer, sentence in (
        ("http://localhost/", "begins with https://"), (f"{door.oidc.url}/tenant", "does not answer as a provider"),
        ("https://localhost:1/", "cannot be reached"), ("https://user@localhost/", "begins with https://"),
    ):
        assert sentence in client.post("/identityproviderview/add", data={**form, "issuer": issuer}).get_data(as_text=True)
    door.oidc.issuer = "https://elsewhere.example"
    assert "calls itself https://elsewhere.example" in client.post("/identityproviderview/add", data=form).get_data(as_text=True)
    door.oidc.issuer = ""
    door.app.config["SETTINGS"] = replace(door.app.config["SETTINGS"], allows_private_providers=False)
    assert "lies in your own network" in client.post("/identityproviderview/add", data=form).get_data(as_text=True)
    assert len(db.session.scalars(select(IdentityProvider)).all()) == 1
    answer = door.browser.get(f"/login/with/{db.session.scalars(select(IdentityProvider)).one().id}")
    assert answer.headers["Location"].endswith("/login/") and "lies in your own network" in door.said()


def test_only_an_administrator_sets_up_providers_and_another_issuer_forgets_the_links(
    door: Door, cast: Cast, client_of: Callable[..., FlaskClient]
) -> None:
    door.sign_in()
    provider = db.session.scalars(select(IdentityProvider)).one()
    assert client_of(cast.claire).get("/identityproviderview/list/").status_code == 403
    assert client_of(cast.claire).post(f"/identityproviderview/edit/{provider.id}", data=door.oidc.settings()).status_code in (403, 404)
    client = client_of(cast.ada)
    assert "login/with/back" in client.get("/identityproviderview/add").get_data(as_text=True)
    assert "anna-at-provider" in client.get("/identityview/list/").get_data(as_text=True)
    form = {**door.oidc.settings(), "client_secret": "", "version": provider.version}
    assert client.post(f"/identityproviderview/edit/{provider.id}", data={**form, "name": "Sign in with Test 2"}).status_code == 302
    assert len(db.session.scalars(select(Identity)).all()) == 1
    records.update(db.session.get_one(IdentityProvider, provider.id), {"is_active": False}, actor=SYSTEM)
    assert "Sign in with Test" not in door.browser.get("/login/").get_data(as_text=True)
    moved = {**form, "issuer": "https://moved.example", "version": db.session.get_one(IdentityProvider, provider.id).version}
    moved.pop("is_active")
    assert client.post(f"/identityproviderview/edit/{provider.id}", data=moved).status_code == 302
    assert db.session.scalars(select(Identity)).all() == []


def test_no_secret_in_the_clear(door: Door, cast: Cast, client_of: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = door.begin()
    door.come_back(door.agree(address))
    asked = parse_qs(urlsplit(address).query)
    kept = " ".join(str(row) for model in (IdentityProvider, Identity, AuditLine) for row in db.session.execute(model.__table__.select()))
    pages = client_of(cast.ada).get(f"/identityproviderview/edit/{db.session.scalars(select(IdentityProvider.id)).one()}").text
    cookies = str(door.browser._cookies)
    for text in (kept, pages, caplog.text, address):
        assert door.oidc.client_secret not in text
    assert asked["nonce"][0] not in cookies and "an access token" not in kept + caplog.text


# ---- in a browser


@pytest.mark.feature("A1", "A2")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_button_leads_to_the_provider_and_back(width: int, door: Door, cast: Cast, browser: Browser) -> None:
    """The policy of the page must let it go, and an administrator sets it up by keyboard and eye."""
    with served(door.app, "localhost") as url:
        context = browser.playwright.new_context(ignore_https_errors=True, viewport={"width": width, "height": 900}, locale="en-GB")
        context.set_default_timeout(PATIENCE)
        window = Window(context.new_page(), url)
        try:
            window.open("/login/?next=/tasks/")
            window.check_access()
            assert window.page.evaluate("document.documentElement.scrollWidth") <= width
            window.page.get_by_role("link", name="Sign in with Test").click()
            window.page.click("#yes")
            window.page.wait_for_url(f"{url}/**")
            window.open("/me/")
            assert "code=" not in window.page.url
            window.check_access()
            window.open("/logout/")
            window.sign_in("ada")
            for path in ("/identityproviderview/add", "/identityproviderview/list/", "/identityview/list/"):
                window.open(path)
                window.check_access()
                assert window.page.evaluate("document.documentElement.scrollWidth") <= width, path
        finally:
            context.close()
