"""Mail that we send: once, in its reader's language, and again when the server was away."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.jobs.outbox import send
from app.models import OutgoingMail
from app.models.outbox import OutgoingState
from app.operations import outbox
from app.operations.transaction import atomic
from app.outbound import mailer
from app.permissions.actor import SYSTEM
from app.queries import due
from app.support import clock
from tests.servers.smtp import SmtpServer


@atomic
def a_mail(key: str = "occasion:1", **more: object) -> OutgoingMail:
    facts: dict[str, object] = {
        "key": key, "event": "notice", "to": "anna@grandouest.example", "language": "pl", "subject": "Zażółć gęślą jaźń",
        "text": "Dzień dobry\n" + "x" * 2000, "html": "<p>Dzień dobry</p>", **more,
    }  # fmt: skip
    return outbox.queue_mail(**facts)  # type: ignore[arg-type]


def through(app: Flask, smtp: SmtpServer, **more: object) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=smtp.port)
    state = app.extensions["mail"]
    state.server, state.port = "127.0.0.1", smtp.port


def state_of(outgoing_id: int) -> OutgoingMail:
    db.session.expire_all()
    return db.session.get_one(OutgoingMail, outgoing_id)


def test_a_mail_goes_out_once_under_its_own_message_id(app: Flask, smtp: SmtpServer) -> None:
    through(app, smtp)
    mail = a_mail(headers={"Auto-Submitted": "auto-generated", "Reply-To": "jean@grandouest.example"})
    again = a_mail(subject="Another one for the same occasion")
    assert again.id == mail.id
    header_id = mail.header_id
    send(mail.id)
    send(mail.id)
    (received,) = smtp.messages
    assert received.recipients == ("anna@grandouest.example",)
    assert received.message["Message-ID"] == f"<{header_id}>"
    assert received.message["Auto-Submitted"] == "auto-generated"
    assert received.message["Reply-To"] == "jean@grandouest.example"
    assert max(len(line) for line in received.raw.splitlines()) <= 998
    text = next(part for part in received.message.walk() if part.get_content_type() == "text/plain")
    assert text.get_payload(decode=True).decode("utf-8").startswith("Dzień dobry")  # type: ignore[union-attr]
    assert state_of(mail.id).state is OutgoingState.SENT


@pytest.mark.parametrize(
    ("answer", "state"),
    [("451 4.3.0 Try again later", OutgoingState.PENDING), ("554 5.7.1 Not here", OutgoingState.FAILED)],
)
def test_a_refusal_is_tried_again_or_given_up(app: Flask, smtp: SmtpServer, answer: str, state: OutgoingState) -> None:
    through(app, smtp)
    mail = a_mail()
    smtp.refuse(answer)
    send(mail.id)
    after = state_of(mail.id)
    assert after.state is state
    assert answer in (after.error or "")
    smtp.recover()
    send(mail.id)
    assert smtp.messages == []  # not due before the pause is over
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        send(mail.id)
    assert len(smtp.messages) == (1 if state is OutgoingState.PENDING else 0)


def test_an_unknown_recipient_is_permanent_and_named(app: Flask, smtp: SmtpServer) -> None:
    through(app, smtp)
    smtp.refuse("550 5.1.1 No such user", recipient="anna@grandouest.example")
    mail = a_mail()
    send(mail.id)
    after = state_of(mail.id)
    assert after.state is OutgoingState.FAILED
    assert after.error == "127.0.0.1 refuses anna@grandouest.example: 550 5.1.1 No such user"


def test_pauses_grow_until_the_mail_is_given_up(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp_host="127.0.0.1", smtp_port=1)
    app.extensions["mail"].port = 1
    mail, at, pauses = a_mail(), clock.now(), []
    while True:
        with clock.frozen(at):
            send(mail.id)
        now = state_of(mail.id)
        if now.state is OutgoingState.FAILED:
            break
        pauses.append(now.next_try_at - at)
        at = now.next_try_at
    assert pauses == sorted(pauses)
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=4)


def test_a_sender_that_died_leaves_the_mail_to_the_next(app: Flask, smtp: SmtpServer) -> None:
    through(app, smtp)
    mail = a_mail()
    header_id = mail.header_id
    assert outbox.claim(mail.id, actor=SYSTEM) is not None  # and here it dies
    send(mail.id)
    assert smtp.messages == []
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert due.outgoing(10) == [mail.id]
        send(mail.id)
    assert [each.message["Message-ID"] for each in smtp.messages] == [f"<{header_id}>"]


def test_a_server_that_falls_silent_is_left(app: Flask, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailer, "TIMEOUT", 0.2)
    through(app, smtp)
    mail = a_mail()
    smtp.hang()
    send(mail.id)
    assert state_of(mail.id).state is OutgoingState.PENDING
    smtp.recover()


def test_without_a_mail_server_the_mail_lies_in_a_folder(app: Flask) -> None:
    mail = a_mail()
    send(mail.id)
    folder: Path = app.config["SETTINGS"].home / "outbox"
    (file,) = folder.iterdir()
    assert file.name == f"{mail.id:06d}-notice.eml"
    assert b"anna@grandouest.example" in file.read_bytes()
    assert state_of(mail.id).state is OutgoingState.SENT
