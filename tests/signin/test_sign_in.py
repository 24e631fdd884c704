"""Signing in at a provider by the pages, and reading a mailbox of Dovecot with what it gave."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.inbound.connections import findings_about
from app.models import AuditLine, Grant, IncomingMessage, Mailbox, OutgoingMail
from app.operations import polling
from app.permissions.actor import SYSTEM
from app.signin.tokens import access_token
from app.support import clock
from tests.jobs.test_poller import eventually, polling_thread
from tests.people import Cast
from tests.servers.dovecot import Account
from tests.signin.conftest import Desk

pytestmark = pytest.mark.database
MAIL = b"From: Jean <jean@grandouest.example>\r\nTo: somebody@customer.example\r\nSubject: Offer\r\nMessage-ID: <o@x.example>\r\n\r\nOffer\r\n"


def codes(mailbox: Mailbox) -> list[str]:
    return [finding.code for finding in findings_about(mailbox)]


def renewals(desk: Desk) -> int:
    return sum(asked["grant_type"] == "refresh_token" for asked in desk.provider.requests)


@pytest.mark.feature("X2")
def test_an_administrator_signs_in_and_mail_flows(desk: Desk, token_account: Account, app: Flask) -> None:
    before = desk.client.get(desk.page).text
    assert "Nobody has signed in for this mailbox yet" in before and "http://127.0.0.1:8000/sign-in/back" in before
    assert "not_signed_in" in codes(desk.mailbox)
    address = desk.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["login_hint"] == token_account.user and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/back" and asked["scope"] == desk.provider.scopes
    after = desk.come_back(desk.agree(address)).text
    assert "Signed in by Ada" in after
    assert codes(desk.mailbox)[0] == "signed_in"

    with polling_thread(app):
        eventually(lambda: read(desk).last_success_at)
        token_account.deliver(MAIL)
        eventually(lambda: read(desk).last_message_at and db.session.scalar(select(IncomingMessage.id)))
    assert [message.subject for message in db.session.scalars(select(IncomingMessage))] == ["Offer"]


def read(desk: Desk) -> Mailbox:
    """The mailbox as its reader left it."""
    db.session.rollback()
    assert desk.mailbox.last_error is None, desk.mailbox.last_error_params
    return desk.mailbox


def test_a_token_is_renewed_before_it_ends_and_no_earlier(desk: Desk) -> None:
    desk.sign_in()
    first, version = access_token(desk.mailbox.id), desk.mailbox.version
    assert access_token(desk.mailbox.id) == first and renewals(desk) == 0
    with clock.frozen(clock.now() + timedelta(minutes=56)):
        second = access_token(desk.mailbox.id)
        assert second != first and access_token(desk.mailbox.id) == second
        assert codes(desk.mailbox)[0] == "signed_in"
    assert renewals(desk) == 1
    db.session.expire_all()
    assert desk.mailbox.version == version


def test_a_token_that_the_server_refuses_is_renewed_at_once(desk: Desk) -> None:
    desk.sign_in()
    desk.provider.withdraw_access()
    assert codes(desk.mailbox)[0] == "signed_in" and renewals(desk) == 1


def test_another_account_than_that_of_the_mailbox_is_said_in_words(desk: Desk) -> None:
    desk.provider.username = "somebody.else@mail.test"
    desk.sign_in()
    assert codes(desk.mailbox) == ["token_refused"]


@pytest.mark.feature("X2")
def test_a_revoked_grant_asks_to_sign_in_again(desk: Desk, cast: Cast) -> None:
    desk.sign_in()
    desk.provider.revoke()
    for _ in range(2):
        (finding,) = findings_about(desk.mailbox)
        assert finding.code == "sign_in_ended" and "Sign in again" in str(finding) and "revoked" in str(finding)
    assert renewals(desk) == 1  # a provider that said no is not asked again
    page = desk.client.get(desk.page).text
    assert "Sign in again with localhost" in page and "The grant was revoked" in page
    (mail,) = db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "notice:sign_in_ended"))
    assert mail.to_address == cast.ada.email and "cannot read the mailbox Sales" in mail.subject
    assert f"/mailboxview/show/{desk.mailbox.id}" in mail.text
    desk.sign_in()
    assert codes(desk.mailbox)[0] == "signed_in"


def test_a_provider_that_is_away_stops_nothing_while_the_token_lasts(desk: Desk) -> None:
    desk.sign_in()
    first = access_token(desk.mailbox.id)
    desk.provider.is_away = True
    with clock.frozen(clock.now() + timedelta(minutes=57)):
        assert access_token(desk.mailbox.id) == first
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert codes(desk.mailbox) == ["provider_away"]
        desk.provider.is_away = False
        assert codes(desk.mailbox)[0] == "signed_in"
    assert desk.grant.ended_at is None


def test_one_asks_the_provider_and_the_others_wait(desk: Desk, app: Flask) -> None:
    """The provider takes each refresh token once: two who ask with the same one would end the grant."""
    desk.sign_in()
    mailbox_id, first = desk.mailbox.id, access_token(desk.mailbox.id)
    desk.provider.holds.clear()
    found: list[str] = []

    def ask() -> None:
        with app.app_context():
            found.append(access_token(mailbox_id, first))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    eventually(lambda: desk.grant.renewing_until is not None)
    desk.provider.holds.set()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4 and len(set(found)) == 1 and found[0] != first and renewals(desk) == 1


def test_one_that_died_while_asking_is_followed_by_the_next(desk: Desk) -> None:
    from app.operations import grants

    desk.sign_in()
    first = access_token(desk.mailbox.id)
    assert isinstance(grants.take(desk.mailbox.id, refused=first, actor=SYSTEM), grants.Renew)  # and here it dies
    assert isinstance(grants.take(desk.mailbox.id, refused=first, actor=SYSTEM), grants.Wait)
    with clock.frozen(clock.now() + grants.LEASE + timedelta(seconds=1)):
        assert access_token(desk.mailbox.id, first) != first


def test_other_settings_make_the_grant_forgotten(desk: Desk) -> None:
    """A token of one server is never sent to another."""
    desk.sign_in()
    form = {"name": "Sales", "kind": "imap", "host": "localhost", "port": str(desk.mailbox.port), "security": "none"}
    more = {"username": desk.mailbox.username, "folder": "INBOX", "is_active": "y", "version": desk.mailbox.version}
    renamed = {**form, **more, **desk.provider.settings(), "host": "127.0.0.1", "name": "Desk", "client_secret": ""}
    assert desk.client.post(f"/mailboxview/edit/{desk.mailbox.id}", data=renamed).status_code == 302
    assert desk.grant and desk.mailbox.name == "Desk"
    moved = {**form, **more, **desk.provider.settings(), "version": desk.mailbox.version}
    tested = desk.client.post(f"/mailboxview/edit/{desk.mailbox.id}", data={**moved, "test": "1"})
    assert "Save the mailbox first" in tested.text
    assert desk.client.post(f"/mailboxview/edit/{desk.mailbox.id}", data=moved).status_code == 302
    assert db.session.scalars(select(Grant)).all() == []


# ---- the way there and back


def test_nobody_else_brings_an_answer_back(desk: Desk, cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    address = desk.agree(desk.begin())
    parts = urlsplit(address)
    assert client_of(cast.anna).get(f"{parts.path}?{parts.query}").status_code == 403
    assert client_of(None).get(f"{parts.path}?{parts.query}").status_code == 302
    stranger = client_of(cast.ada).get(f"{parts.path}?{parts.query}", follow_redirects=True)
    assert "was not begun in this browser" in stranger.text
    forged = desk.come_back(address.replace("state=", "state=x"))
    assert "was not begun in this browser" in forged.text
    assert db.session.scalars(select(Grant)).all() == []
    assert "Signed in by Ada" in desk.come_back(address).text
    assert "was not begun in this browser" in desk.come_back(address).text  # once


def test_an_old_answer_and_a_changed_mailbox_are_refused(desk: Desk) -> None:
    address = desk.agree(desk.begin())
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert "more than ten minutes ago" in desk.come_back(address).text
    address = desk.agree(desk.begin())
    from app.operations import mailboxes

    mailboxes.update_mailbox(desk.mailbox, {"name": "Other"}, actor=SYSTEM)
    assert "were changed meanwhile" in desk.come_back(address).text
    assert db.session.scalars(select(Grant)).all() == []


def test_what_the_provider_refuses_is_said(desk: Desk) -> None:
    desk.provider.says_no = True
    assert "The person said no" in desk.sign_in().text
    desk.provider.says_no, desk.provider.gives_refresh = False, False
    assert "no lasting permission" in desk.sign_in().text
    desk.provider.new()
    stolen = desk.agree(desk.begin().replace("code_challenge=", "code_challenge=x"))
    assert "The code is not good" in desk.come_back(stolen).text  # PKCE: not by the one who asked
    desk.provider.client_secret += "x"
    assert "Check the client ID" in desk.sign_in().text
    assert db.session.scalars(select(Grant)).all() == []


def test_the_token_address_is_never_left_for_another(desk: Desk) -> None:
    desk.provider.redirects_to = f"{desk.provider.url}/elsewhere"
    assert "does not answer as a token address does" in desk.sign_in().text
    assert desk.provider.requests == []


# ---- what is kept, and where it must not stand


def test_no_token_in_the_clear(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.sign_in()
    findings_about(desk.mailbox)
    desk.provider.withdraw_access()
    findings_about(desk.mailbox)
    desk.provider.revoke()
    findings_about(desk.mailbox)
    polling.note_failure(desk.mailbox.id, "x", {}, actor=SYSTEM)
    db.session.rollback()
    tables = [table for model in (Grant, Mailbox, AuditLine, OutgoingMail) for table in [model.__table__]]
    kept = " ".join(str(row) for table in tables for row in db.session.execute(table.select()))
    pages = desk.client.get(desk.page).text + desk.client.get(f"/mailboxview/edit/{desk.mailbox.id}").text
    secrets = [*desk.provider.given[1:], desk.provider.client_secret]  # the first is the code, used up
    assert len(secrets) >= 4
    for text in (kept, pages, caplog.text):
        assert text and not any(secret in text for secret in secrets)
