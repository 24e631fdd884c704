"""Signing in, from the first wrong password to the last session; through HTTP, as a browser without a screen does it."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.domain.languages import Language
from app.extensions import db
from app.models import AuditLine, Firm, RecoveryCode, Role, SecondFactor, User, UserSession
from app.operations import keys, second_factor, users
from app.operations.api_tokens import create_token
from app.permissions.actor import SYSTEM
from app.queries.sessions import factor_of
from app.signin.attempts import ACCOUNT, FACTOR, NETWORK, TooManyAttempts, attempts, network_key
from app.support import clock
from config import Settings
from tests.people import PASSWORD, Cast, actor
from tests.servers.redis import Redis
from tests.visitor import Visitor

pytestmark = pytest.mark.database
_MINUTE = timedelta(minutes=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture
def browser_of(app: Flask, cast: Cast) -> Callable[..., FlaskClient]:
    """A browser that nobody is signed in with yet, at an address of the network."""
    app.config["WTF_CSRF_ENABLED"] = False
    cast.anna.language = Language.EN  # the sentences are looked for in English
    db.session.commit()

    def make(address: str = "192.0.2.7") -> FlaskClient:
        client = Visitor(app, app.response_class, use_cookies=True)
        client.environ_base = {**client.environ_base, "REMOTE_ADDR": address, "HTTP_USER_AGENT": FIREFOX, "HTTP_ACCEPT_LANGUAGE": "en"}
        return client

    return make


@pytest.fixture(autouse=True)
def _no_burst_limit(app: Flask) -> None:
    """The brake on bursts counts by the clock on the wall; the lock-out is what is looked at here."""
    app.appbuilder.sm.limiter.enabled = False  # type: ignore[attr-defined]


def _sign_in(client: FlaskClient, name: str = "anna", password: str = PASSWORD) -> int:
    return client.post("/login/", data={"username": name, "password": password}).status_code


def _is_in(client: FlaskClient) -> bool:
    return client.get("/me/").status_code == 200


def _actions(action: str) -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


def _with_factor(user: User) -> tuple[pyotp.TOTP, list[str]]:
    second_factor.start_factor(user, actor=actor(user))
    factor = factor_of(user)
    assert factor is not None
    totp = pyotp.TOTP(second_factor.secret_of(factor))
    with clock.frozen(clock.now() - 10 * _MINUTE):
        codes = second_factor.confirm_factor(user, totp.at(clock.now()), actor=actor(user))
    return totp, codes


# ---- the password


@pytest.mark.feature("A1")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [("elevenchars", "at least 12 characters"), ("Password2026!", "first that somebody would try"), ("annawisniewska", "first that"),
     ("azertyuiop123", "first that"), ("grandouest2026", "first that")],
)
def test_a_password_that_is_guessed_is_refused_on_the_form_in_words(
    password: str, sentence: str, cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    client, before = client_of(cast.ada), cast.anna.password
    page = client.get(f"/users/edit/{cast.anna.id}").get_data(as_text=True)
    assert "Three or four words that do not belong together" in page
    fields = {
        "first_name": "Anna", "last_name": "Wiśniewska", "username": "anna", "email": "anna@grandouest.example", "language": "pl",
        "roles": [role.id for role in cast.anna.roles], "country": "PL", "time_zone": "Europe/Warsaw", "active": "y", "password": password,
    }  # fmt: skip
    answer = client.post(f"/users/edit/{cast.anna.id}", data=fields)
    assert sentence in answer.get_data(as_text=True)
    db.session.refresh(cast.anna)
    assert cast.anna.password == before


@pytest.mark.feature("A1")
def test_ones_own_password_needs_the_present_one_and_ends_the_other_sessions(browser_of: Callable[..., FlaskClient]) -> None:
    here, there = browser_of(), browser_of()
    assert (_sign_in(here), _sign_in(there)) == (302, 302)
    new = "zielony rower pod mostem"
    wrong = here.post("/resetmypassword/form", data={"present": "not it at all", "password": new, "conf_password": new})
    assert "This is not your present password." in wrong.get_data(as_text=True)
    assert _is_in(there)
    here.post("/resetmypassword/form", data={"present": PASSWORD, "password": new, "conf_password": new})
    assert (_is_in(here), _is_in(there)) == (True, False)
    assert _sign_in(there, password=new) == 302
    assert _is_in(there)


@pytest.mark.feature("A1")
def test_tokens_end_with_the_password_unless_one_says_otherwise(
    app: Flask, browser_of: Callable[..., FlaskClient], cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    def opens(token: str) -> bool:
        program = Visitor(app, app.response_class, use_cookies=False)
        return bool(program.get("/api/v1/account/", headers={"Authorization": f"Bearer {token}"}).status_code == 200)

    def token() -> str:
        return create_token(cast.anna, "Export", {"*": "read"}, 30, actor=actor(cast.anna))

    here, first, second = browser_of(), "zielony rower pod mostem", "trzy lampy nad kanapą"
    assert _sign_in(here) == 302
    assert "Revoke my tokens for programs too" in here.get("/resetmypassword/form").get_data(as_text=True)
    kept = token()
    assert opens(kept)
    here.post("/resetmypassword/form", data={"present": PASSWORD, "password": first, "conf_password": first})
    assert opens(kept), "unticked"
    here.post("/resetmypassword/form", data={"present": first, "password": second, "conf_password": second, "tokens": "y"})
    assert not opens(kept)
    for change in ({"password": "cztery koty na dachu"}, {"active": False}):
        made = token()
        users.update_user(cast.anna, change, actor=SYSTEM)
        users.update_user(cast.anna, {"active": True}, actor=SYSTEM)
        assert not opens(made), change


# ---- the lock


@pytest.mark.feature("A1")
def test_an_account_is_locked_for_the_right_password_too_and_an_administrator_unlocks_it(
    browser_of: Callable[..., FlaskClient], cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    for number in range(ACCOUNT.count):
        assert _sign_in(browser_of(f"192.0.2.{number}"), ("anna", "anna@grandouest.example")[number % 2], "wrong") == 302
    answer = browser_of("198.51.100.1").post("/login/", data={"username": "anna", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(ACCOUNT.seconds))
    assert "locked for 15 minutes" in answer.get_data(as_text=True)
    assert _sign_in(browser_of(), "jean") == 302
    assert len(_actions("lock_sign_in")) == 1
    assert len(_actions("refuse_sign_in")) == ACCOUNT.count
    client_of(cast.ada).post(f"/users/action/unlock_sign_in/{cast.anna.id}")
    again = browser_of()
    assert _sign_in(again) == 302
    assert _is_in(again)
    assert [line.actor_name for line in _actions("unlock_sign_in")] == ["Ada Nowak"]


def test_a_name_that_nobody_has_is_locked_in_the_same_words(browser_of: Callable[..., FlaskClient]) -> None:
    for number in range(ACCOUNT.count):
        _sign_in(browser_of(f"192.0.2.{number}"), "nobody", "wrong")
    answer = browser_of("198.51.100.1").post("/login/", data={"username": "Nobody", "password": "wrong"})
    assert answer.status_code == 429
    assert "locked for 15 minutes" in answer.get_data(as_text=True)


def test_a_network_that_guesses_at_many_accounts_is_shut_out_alone(browser_of: Callable[..., FlaskClient]) -> None:
    for number in range(NETWORK.count):
        attempts().begin(network_key(f"2001:db8::{number:x}"), NETWORK)
    answer = browser_of("2001:db8::ffff").post("/login/", data={"username": "anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert "from your network" in answer.get_data(as_text=True)
    assert _sign_in(browser_of("2001:db8:0:1::1")) == 302


def test_with_redis_processes_count_together_and_without_it_each_alone(settings: Settings) -> None:
    with Redis() as redis:
        apps = [create_app(replace(settings, redis_url=redis.url)) for _ in range(2)]
        def used_up(app: Flask) -> int:
            with app.app_context():
                for number in range(ACCOUNT.count + 1):
                    try:
                        attempts().begin("user:1", ACCOUNT)
                    except TooManyAttempts:
                        return number
            return -1

        assert used_up(apps[0]) == ACCOUNT.count
        assert used_up(apps[1]) == 0
        assert 0 < redis.client().ttl("kurier:try:user:1") <= ACCOUNT.seconds
    assert used_up(apps[1]) == ACCOUNT.count


# ---- the second factor


@pytest.mark.feature("A1")
def test_a_second_factor_from_the_picture_to_the_sign_in(browser_of: Callable[..., FlaskClient], cast: Cast) -> None:
    here = browser_of()
    _sign_in(here)
    here.post("/second-factor/start")
    page = here.get("/second-factor/").get_data(as_text=True)
    assert "<svg" in page and 'href="otpauth://totp/' in page, "a telephone cannot scan its own screen"
    assert "Use a passkey instead" not in page
    factor = factor_of(cast.anna)
    assert factor is not None
    totp = pyotp.TOTP(second_factor.secret_of(factor))
    assert totp.secret not in factor.secret_sealed
    assert here.post("/second-factor/confirm", data={"code": "000000"}).status_code == 409
    used = totp.now()
    shown = here.post("/second-factor/confirm", data={"code": used}).get_data(as_text=True)
    assert re.search(r'data-copy="((?:[a-z0-9]{4}-){3}[a-z0-9]{4}\s?){10}"', shown), "all of them at once"
    code = shown.split('id="recovery-codes"', 1)[1].split("<code>", 1)[1].split("</code>", 1)[0]
    assert db.session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.code_hash.contains(code[:4]))).all() == []
    assert code not in here.get("/second-factor/").get_data(as_text=True)

    there = browser_of()
    answer = there.post("/login/", data={"username": "anna", "password": PASSWORD})
    assert answer.location.endswith("/login/second/")
    assert not _is_in(there)
    assert "not right" in there.post("/login/second/", data={"code": used}).get_data(as_text=True)
    assert there.post("/login/second/", data={"code": totp.at(time.time() + 30)}).status_code == 302
    assert _is_in(there)
    for expected in (True, False):
        lost = browser_of()
        _sign_in(lost)
        lost.post("/login/second/", data={"code": code.upper()})
        assert _is_in(lost) is expected
    assert [len(_actions(name)) for name in ("set_up_factor", "use_recovery_code", "refuse_factor")] == [1, 1, 2]


def test_codes_cannot_be_guessed_and_the_page_opens_after_the_password_only(browser_of: Callable[..., FlaskClient], cast: Cast) -> None:
    totp, _ = _with_factor(cast.anna)
    stranger = browser_of()
    assert stranger.post("/login/second/", data={"code": totp.now()}).location.endswith("/login/")
    _sign_in(stranger)
    for _ in range(FACTOR.count):
        assert stranger.post("/login/second/", data={"code": "123456"}).status_code == 200
    answer = stranger.post("/login/second/", data={"code": totp.now()})
    assert answer.status_code == 429
    assert "Too many wrong codes" in answer.get_data(as_text=True)
    assert not _is_in(stranger)
    assert len(_actions("lock_sign_in")) == 1


def test_a_password_changed_meanwhile_ends_a_half_sign_in(browser_of: Callable[..., FlaskClient], cast: Cast) -> None:
    totp, _ = _with_factor(cast.anna)
    stranger = browser_of()
    _sign_in(stranger)
    users.change_password(cast.anna, "zielony rower pod mostem", actor=actor(cast.anna))
    stranger.post("/login/second/", data={"code": totp.now()})
    assert not _is_in(stranger)


@pytest.mark.feature("A1")
def test_a_role_of_which_it_is_demanded_opens_nothing_else_first(
    browser_of: Callable[..., FlaskClient], cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    early, role = browser_of(), db.session.scalars(select(Role).where(Role.name == "User")).one()
    _sign_in(early)
    firm = db.session.get_one(Firm, 1)
    ada = client_of(cast.ada)
    page = ada.get("/firmview/edit/1").get_data(as_text=True)
    assert "Second factor demanded of" in page
    fields = {"name": firm.name, "country": "FR", "currency": "EUR", "domain_lines": "grandouest.example", "version": firm.version,
              "address_pattern": firm.address_pattern, "sender_address": firm.sender_address, "factor_roles": role.id}  # fmt: skip
    assert ada.post("/firmview/edit/1", data=fields).status_code == 302
    late = browser_of()
    _sign_in(late)
    for client in (early, late):
        assert client.get("/today/").location.endswith("/second-factor/")
        assert client.get("/opportunityview/export.xlsx").location.endswith("/second-factor/")
    assert ada.get("/users/list/").status_code == 200
    late.post("/second-factor/start")
    factor = factor_of(cast.anna)
    assert factor is not None
    late.post("/second-factor/confirm", data={"code": pyotp.TOTP(second_factor.secret_of(factor)).now()})
    assert late.get("/today/").status_code == 200


@pytest.mark.feature("A1")
def test_an_administrator_resets_a_lost_one_and_nobody_else(
    browser_of: Callable[..., FlaskClient], cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    here = browser_of()
    _sign_in(here)
    _with_factor(cast.anna)
    client_of(cast.claire).post(f"/users/action/reset_factor/{cast.anna.id}")
    assert factor_of(cast.anna) is not None
    client_of(cast.ada).post(f"/users/action/reset_factor/{cast.anna.id}")
    assert db.session.scalars(select(SecondFactor)).all() == []
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert not _is_in(here)
    assert [line.actor_name for line in _actions("remove_factor")] == ["Ada Nowak"]


def test_its_secret_takes_part_in_the_change_of_keys(cast: Cast) -> None:
    totp, _ = _with_factor(cast.anna)
    factor = factor_of(cast.anna)
    assert factor is not None
    before = factor.secret_sealed
    if "sqlite" not in str(db.engine.url):
        pytest.skip("where several machines share the database the key is given to them first")
    assert keys.rotate(actor=SYSTEM).lost == []
    db.session.expire_all()
    factor = factor_of(cast.anna)
    assert factor is not None
    assert factor.secret_sealed != before
    assert second_factor.secret_of(factor) == totp.secret


# ---- sessions


@pytest.mark.feature("A1")
def test_sessions_are_listed_and_ended_one_by_one_or_all(browser_of: Callable[..., FlaskClient], cast: Cast) -> None:
    here, second, third, jean = (browser_of() for _ in range(4))
    for client in (here, second, third):
        _sign_in(client)
    _sign_in(jean, "jean")
    page = here.get("/me/").get_data(as_text=True)
    assert page.count("Firefox, Windows") >= 3
    ids: dict[int, list[int]] = {cast.anna.id: [], cast.jean.id: []}
    for one in db.session.scalars(select(UserSession).order_by(UserSession.id)):
        ids[one.user_id].append(one.id)
    assert here.post("/me/sessions", data={"session": ids[cast.jean.id][0]}).status_code == 409
    assert _is_in(jean)
    here.post("/me/sessions", data={"session": ids[cast.anna.id][1]})
    assert [_is_in(client) for client in (here, second, third)] == [True, False, True]
    here.post("/me/sessions", data={"session": "others"})
    assert [_is_in(client) for client in (here, second, third, jean)] == [True, False, False, True]


@pytest.mark.feature("A1")
def test_nobody_stays_in_who_was_switched_off_or_signed_out(browser_of: Callable[..., FlaskClient], cast: Cast) -> None:
    here, there = browser_of(), browser_of()
    _sign_in(here)
    stolen = here.get_cookie("session")
    assert stolen is not None
    here.get("/logout/")
    there.set_cookie("session", stolen.value)
    assert not _is_in(there)
    _sign_in(here)
    users.switch_off(cast.anna, actor=actor(cast.ada))
    assert not _is_in(here)
    users.update_user(cast.anna, {"active": True}, actor=actor(cast.ada))
    assert not _is_in(here)


def test_a_cookie_from_before_the_sign_in_is_worth_nothing(browser_of: Callable[..., FlaskClient]) -> None:
    here = browser_of()
    with here.session_transaction() as session:
        session["planted"], session["sid"] = "x", "known to somebody else"
    _sign_in(here)
    with here.session_transaction() as session:
        assert "planted" not in session
        first = session["sid"]
    assert first != "known to somebody else"
    here.get("/logout/")
    _sign_in(here)
    with here.session_transaction() as session:
        assert session["sid"] != first


def test_a_session_ends_when_it_is_not_used(browser_of: Callable[..., FlaskClient]) -> None:
    here = browser_of()
    _sign_in(here)
    now = clock.now()
    for days, expected in ((6, True), (12, True), (20, False)):
        with clock.frozen(now + days * 24 * 60 * _MINUTE):
            assert _is_in(here) is expected
    with clock.frozen(now):
        _sign_in(here)
    for days in range(0, 30, 5):
        with clock.frozen(now + days * 24 * 60 * _MINUTE):
            assert _is_in(here)
    with clock.frozen(now + 31 * 24 * 60 * _MINUTE):
        assert not _is_in(here)


@pytest.mark.feature("A2")
def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings, cast: Cast) -> None:
    app = create_app(replace(settings, is_https=True))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login/", data={"username": "anna", "password": PASSWORD}, base_url="https://crm.example")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-kurier="))
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    plain = client.get("/opportunityview/list/?q=1", base_url="http://crm.example")
    assert (plain.status_code, plain.location) == (308, "https://crm.example/opportunityview/list/?q=1")
    assert "Set-Cookie" not in plain.headers
