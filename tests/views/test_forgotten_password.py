"""A forgotten password: the link goes to the mailbox of the account alone, works once and for an hour, and tells nobody who is known."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.languages import Language
from app.extensions import db
from app.jobs.keeping import forget_old_audit
from app.jobs.outbox import send
from app.jobs.passwords import tell
from app.models import AuditLine, Identity, IdentityProvider, OutgoingMail, PasswordReset, User, UserSession
from app.operations import records, second_factor
from app.operations.api_tokens import create_token
from app.operations.identities import create_provider
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.queries.password_resets import not_taken_up
from app.queries.sessions import factor_of
from app.signin.attempts import RESET, RESET_NETWORK
from app.support import clock
from tests.outbound.test_outbox import through
from tests.people import PASSWORD, Cast, actor
from tests.servers.smtp import SmtpServer
from tests.visitor import Visitor

pytestmark = [pytest.mark.database, pytest.mark.feature("A1")]
NEW = "zielony rower pod mostem"
Browser = Callable[[], FlaskClient]


@pytest.fixture
def browser(app: Flask, cast: Cast, smtp: SmtpServer) -> Browser:
    """A browser that nobody is signed in with, of a firm that sends mail."""
    through(app, smtp)
    app.config["WTF_CSRF_ENABLED"] = False
    app.appbuilder.sm.limiter.enabled = False  # type: ignore[attr-defined]
    cast.anna.language = Language.EN  # the sentences are looked for in English
    db.session.commit()

    def make() -> FlaskClient:
        client = Visitor(app, app.response_class, use_cookies=True)
        client.environ_base = {**client.environ_base, "REMOTE_ADDR": "192.0.2.31", "HTTP_ACCEPT_LANGUAGE": "en"}
        return client

    return make


def _ask(client: FlaskClient, name: str) -> str:
    return client.post("/password/forgotten", data={"name": name}, follow_redirects=True).text


def _work() -> None:
    """What the worker does with what was asked for."""
    for reset_id in not_taken_up(100):
        tell(reset_id)
    for outgoing_id in db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.event.in_(("password", "notice:password_changed")))).all():
        send(outgoing_id)
    db.session.expire_all()


def _link(smtp: SmtpServer) -> str:
    """The address of the page in the last mail, which its two parts agree on."""
    parts = [part.get_payload(decode=True).decode() for part in smtp.messages[-1].message.walk() if part.get_content_maintype() == "text"]  # type: ignore[union-attr]
    found = [re.findall(r"http://127\.0\.0\.1:8000(/password/new/[a-z2-7]{40})\b", part) for part in parts]
    assert len(found) == 2 and found[0] == found[1] and len(found[0]) == 1
    return str(found[0][0])


def _choose(client: FlaskClient, link: str, password: str = NEW) -> tuple[int, str]:
    answer = client.post(link, data={"password": password, "again": password})
    return answer.status_code, answer.text


def _sign_in(client: FlaskClient, password: str) -> str:
    return str(client.post("/login/", data={"username": "anna", "password": password}).headers["Location"])


@atomic
def _link_with(provider: IdentityProvider, *users: User) -> None:
    db.session.add_all(Identity(provider_id=provider.id, user_id=user.id, subject=user.username) for user in users)


def _directory(user: User) -> IdentityProvider:
    """Where ``user`` signs in from now on."""
    values = {"name": "Directory", "issuer": "https://id.example", "client_id": "x", "is_directory": True}
    provider = create_provider(values, actor=SYSTEM)
    _link_with(provider, user)
    return provider


def _lines(user: User) -> list[str]:
    found = select(AuditLine.action).where(AuditLine.subject_type == "User", AuditLine.subject_id == user.id)
    return [action for action in db.session.scalars(found.order_by(AuditLine.id)) if "password" in action or action == "revoke_token"]


def test_a_new_password_by_the_link_of_a_mail(browser: Browser, cast: Cast, smtp: SmtpServer) -> None:
    asking, signed_in = browser(), browser()
    _sign_in(signed_in, PASSWORD)
    create_token(cast.anna, "programme", {"Opportunity": "read"}, 30, actor=actor(cast.anna))
    assert 'href="/password/forgotten"' in asking.get("/login/").text
    assert "a mail is on its way" in _ask(asking, cast.anna.email.upper())
    _work()
    (mail,) = smtp.messages
    assert mail.recipients == (cast.anna.email,)
    link = _link(smtp)
    assert link.rpartition("/")[2] not in "".join(f"{kept.text}{kept.html}" for kept in db.session.scalars(select(OutgoingMail)))
    assert link.rpartition("/")[2] not in str(db.session.execute(select(PasswordReset.__table__)).all())

    assert asking.get(link).status_code == 200 == asking.get(link).status_code  # looking uses nothing up
    assert "first that somebody would try" in _choose(asking, link, "Password2026!")[1]
    assert "The two passwords differ." in asking.post(link, data={"password": NEW, "again": "another one"}).text
    assert _choose(asking, link)[0] == 302
    assert signed_in.get("/me/").status_code == 302, "still signed in there"
    assert _choose(asking, link, "czerwony dach nad rzeką")[0] == 410, "it works once"
    assert _lines(cast.anna) == ["ask_password", "change_password", "reset_password"]
    assert "/today/" in _sign_in(asking, NEW) or _sign_in(asking, NEW) == "/"
    _work()
    assert smtp.messages[-1].message["Subject"] == "Your password is new" and len(smtp.messages) == 2


def test_the_answer_is_the_same_whoever_is_asked_for(browser: Browser, cast: Cast, smtp: SmtpServer) -> None:
    cast.jean.active = False
    db.session.commit()
    answers = {_ask(browser(), name) for name in ("anna", "nobody-of-that-name", "jean", "a\x00b")}
    answers = {re.sub(r'nonce="[^"]+"|value="[^"]+"', "", page) for page in answers}
    assert len(answers) == 1
    _work()
    assert [mail.recipients for mail in smtp.messages] == [(cast.anna.email,)]
    assert db.session.scalar(select(func.count(PasswordReset.id))) == 4, "one row for each, so that it takes as long"


@pytest.mark.parametrize("what", ["an hour", "another password", "another address", "switched off", "made up"])
def test_a_link_that_is_good_no_more(what: str, browser: Browser, cast: Cast, smtp: SmtpServer) -> None:
    client = browser()
    _ask(client, "anna")
    _work()
    link, later, before = _link(smtp), timedelta(minutes=59), cast.anna.password
    if what == "an hour":
        later = timedelta(minutes=61)
    elif what == "another password":
        cast.anna.password = before = cast.jean.password
    elif what == "another address":
        cast.anna.email = "anna.w@grandouest.example"
    elif what == "switched off":
        cast.anna.active = False
    else:
        link = link[:-4] + "aaaa"
    db.session.commit()
    with clock.frozen(clock.now() + later):
        assert client.get(link).status_code == 410
        status, page = _choose(client, link)
    assert status == 410 and "Ask for a new link" in page
    db.session.refresh(cast.anna)
    assert cast.anna.password == before


def test_the_second_factor_is_asked_for_all_the_same(browser: Browser, cast: Cast, smtp: SmtpServer) -> None:
    second_factor.start_factor(cast.anna, actor=actor(cast.anna))
    factor = factor_of(cast.anna)
    assert factor is not None
    second_factor.confirm_factor(cast.anna, pyotp.TOTP(second_factor.secret_of(factor)).at(clock.now()), actor=actor(cast.anna))
    client = browser()
    _ask(client, "anna")
    _work()
    assert _choose(client, _link(smtp))[0] == 302
    assert _sign_in(client, NEW) == "/login/second/"
    assert db.session.scalar(select(func.count(UserSession.id)).where(UserSession.user_id == cast.anna.id)) == 0


def test_few_mails_an_hour_and_few_names_of_one_network(browser: Browser, cast: Cast, smtp: SmtpServer) -> None:
    client = browser()
    for name in ("anna", cast.anna.email) * RESET.count:
        assert "a mail is on its way" in _ask(client, name)  # in silence
    _work()
    assert len(smtp.messages) == RESET.count
    answers = [client.post("/password/forgotten", data={"name": f"n{number}"}) for number in range(RESET_NETWORK.count)]
    assert answers[0].status_code == 302 and answers[-1].status_code == 429 and answers[-1].headers["Retry-After"]


def test_where_it_is_of_no_use_it_is_not_offered(browser: Browser, app: Flask, cast: Cast, smtp: SmtpServer) -> None:
    provider = _directory(cast.anna)
    _ask(browser(), "anna")
    _work()
    assert b"keeps your password" in smtp.messages[-1].raw and b"/password/new" not in smtp.messages[-1].raw
    _link_with(provider, *db.session.scalars(select(User).where(User.active, User.id != cast.anna.id)).unique())
    client = browser()
    assert "/password/forgotten" not in client.get("/login/").text and client.get("/password/forgotten").status_code == 404
    records.update(provider, {"is_active": False}, actor=SYSTEM)
    assert client.get("/password/forgotten").status_code == 200
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="")
    assert "/password/forgotten" not in client.get("/login/").text and client.get("/password/forgotten").status_code == 404


def test_what_was_asked_for_is_forgotten_after_a_day(browser: Browser) -> None:
    _ask(browser(), "anna")
    forget_old_audit()
    assert db.session.scalar(select(func.count(PasswordReset.id))) == 1
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        forget_old_audit()
    assert db.session.scalar(select(func.count(PasswordReset.id))) == 0
