"""Sending with the sign-in of a mailbox, through a mail server that takes tokens alone."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.jobs.outbox import send
from app.models.outbox import OutgoingState
from tests.outbound.test_outbox import a_mail, state_of, through
from tests.servers.certificates import Authority
from tests.servers.smtp import SmtpServer
from tests.signin.conftest import Desk

pytestmark = pytest.mark.database


@pytest.fixture
def token_smtp(desk: Desk, app: Flask) -> Iterator[SmtpServer]:
    with SmtpServer(owner_of=desk.provider.active) as server:
        through(app, server)
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_mailbox="Sales")
        yield server


def test_mail_goes_out_by_the_sign_in_of_a_mailbox(desk: Desk, token_smtp: SmtpServer) -> None:
    desk.sign_in()
    mail = a_mail()
    send(mail.id)
    assert state_of(mail.id).state is OutgoingState.SENT, state_of(mail.id).error
    desk.provider.withdraw_access()  # refused by a challenge: renewed, and tried once more
    again = a_mail("occasion:2")
    send(again.id)
    assert state_of(again.id).state is OutgoingState.SENT, state_of(again.id).error
    assert len(token_smtp.messages) == 2


def test_what_keeps_it_from_going_out_is_said(desk: Desk, token_smtp: SmtpServer, app: Flask) -> None:
    mails = [a_mail(f"occasion:{number}") for number in range(4)]
    send(mails[0].id)
    assert "Nobody has signed in for Sales yet" in (state_of(mails[0].id).error or "")
    desk.provider.username = "somebody.else@mail.test"
    desk.sign_in()
    send(mails[1].id)
    assert "535" in (state_of(mails[1].id).error or "")
    desk.provider.revoke()
    send(mails[2].id)
    assert "Sign in again" in (state_of(mails[2].id).error or "")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_mailbox="Nowhere")
    send(mails[3].id)
    assert "no mailbox named Nowhere" in (state_of(mails[3].id).error or "")
    assert {state_of(mail.id).state for mail in mails} == {OutgoingState.PENDING} and not token_smtp.messages


def test_a_server_of_ones_own_authority_is_trusted_when_told_so(app: Flask, authority: Authority, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.server(tmp_path, "smtp"))
    with SmtpServer(tls=context) as server:
        through(app, server)
        app.extensions["mail"].use_ssl = True
        refused, taken = a_mail("occasion:1"), a_mail("occasion:2")
        send(refused.id)
        assert "certificate verify failed" in (state_of(refused.id).error or "")
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], ca_file=authority.certificate)
        send(taken.id)
        assert state_of(taken.id).state is OutgoingState.SENT
