"""Why a mail came back, and whether its address is lost: a table of refusals, one per cause."""

import time

import pytest

from app.domain.bounces import CAUSES, LASTING, Cause
from app.inbound.mime.bounces import Bounce, find_bounce
from app.inbound.mime.read import read
from app.inbound.mime.refusals import Stage, cause_of, stage_of

AT_RECIPIENT = "(in reply to RCPT TO command)"
AFTER_CONTENT = "(in reply to end of DATA command)"


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.1.1", "", Cause.NO_MAILBOX),
        ("5.1.1", "550 5.1.1 <hugo@shop.example>: inactive email address", Cause.NO_MAILBOX),
        ("5.1.2", "", Cause.NO_DOMAIN),
        ("5.1.3", "", Cause.MISWRITTEN),
        ("5.1.6", "", Cause.MOVED),
        ("5.0.0", f"550 No such user here {AT_RECIPIENT}", Cause.NO_MAILBOX),
        ("5.2.1", f"550 5.2.1 <x@y.example>... User unknown {AT_RECIPIENT}", Cause.NO_MAILBOX),
        ("5.4.1", "550 5.4.1 [x@y.example]: Recipient address rejected: Access denied", Cause.NO_MAILBOX),
        (None, "Le destinataire est inconnu", Cause.NO_MAILBOX),
        (None, "L’adresse que vous avez saisie est introuvable.", Cause.NO_MAILBOX),
        (None, "Nie ma takiego użytkownika", Cause.NO_MAILBOX),
        (None, "Skrzynka tego odbiorcy nie istnieje", Cause.NO_MAILBOX),
        (None, "Empfänger unbekannt", Cause.NO_MAILBOX),
        (None, "El usuario no existe", Cause.NO_MAILBOX),
        (None, "Indirizzo inesistente", Cause.NO_MAILBOX),
        (None, "Пользователь не найден", Cause.NO_MAILBOX),
        ("5.4.4", "Host or domain name not found", Cause.NO_DOMAIN),
        ("5.0.0", "Sorry, I couldn't find any host named y.example.", Cause.NO_DOMAIN),
        ("5.0.0", "Le domaine est inconnu", Cause.NO_DOMAIN),
        ("5.0.0", "554 y.example does not accept mail (null MX)", Cause.NO_DOMAIN),
        ("4.4.3", "Host or domain name not found. Name service error", Cause.BUSY),
        ("5.2.2", "", Cause.FULL),
        ("5.1.1", "552 5.2.2 Over quota", Cause.FULL),
        ("5.0.0", "Skrzynka odbiorcy jest pełna", Cause.FULL),
        ("5.0.0", "Sa boîte aux lettres est pleine", Cause.FULL),
        ("5.2.1", "550 5.2.1 The account is disabled", Cause.DISABLED),
        ("5.3.4", "552 Message too large", Cause.TOO_LARGE),
        ("5.7.1", "554 5.7.1 Message looks like spam", Cause.SPAM),
        ("5.7.1", f"550 5.7.1 Recipient address rejected: user unknown {AT_RECIPIENT}", Cause.REFUSED),
        ("5.1.1", "550 5.1.1 192.0.2.7 has sent to too many recipients this hour", Cause.BUSY),
        ("5.1.8", "553 5.1.8 Domain of sender address does not exist", Cause.REFUSED),
        ("5.1.7", "550 5.1.7 No such domain", Cause.REFUSED),
        ("4.7.1", "451 4.7.1 Greylisted, try again later", Cause.BUSY),
        ("4.4.7", "550 4.4.7 Message expired", Cause.BUSY),
        ("5.3.0", "554 5.3.0 Mailer error", Cause.FAULT),
        ("5.0.0", f"550 User unknown {AFTER_CONTENT}", Cause.UNCLEAR),
        ("5.0.0", "550 User unknown", Cause.UNCLEAR),
        (None, "Sorry.", Cause.UNCLEAR),
    ],
)
def test_cause(status: str | None, words: str, cause: Cause) -> None:
    found = cause_of(status, words, stage=stage_of(words), is_quoted=words[:1] in ("4", "5"))
    assert found is cause


def test_every_cause_has_its_words() -> None:
    assert set(CAUSES) == set(Cause)
    assert set(CAUSES) > LASTING


def test_the_name_of_an_address_is_no_diagnosis() -> None:
    words = f"550 <user-unknown@mailbox-full.example>: please see https://help.example/mailbox-full {AT_RECIPIENT}"
    assert cause_of("5.0.0", words, stage=stage_of(words), is_quoted=True) is Cause.UNCLEAR


@pytest.mark.parametrize(
    ("report", "stage"),
    [
        (AT_RECIPIENT, Stage.RECIPIENT),
        ("SMTP error from remote mail server after RCPT TO:<x@y.example>: 550", Stage.RECIPIENT),
        (AFTER_CONTENT, Stage.CONTENT),
        (">>> DATA\n<<< 550 Unknown user", Stage.CONTENT),
        (">>> DATA\n<<< 550 unknown user\n<<< 503 Valid RCPT command must precede DATA", Stage.RECIPIENT),
        ("SMTP error from remote mail server after MAIL FROM:<me@firm.example>: 550", Stage.SENDER),
        ("It did not work.", Stage.UNKNOWN),
    ],
)
def test_stage(report: str, stage: Stage) -> None:
    assert stage_of(report) is stage


def _told(*lines: str, subject: str = "failure notice", headers: str = "") -> Bounce:
    head = (
        f"{headers}Return-Path: <>\nFrom: MAILER-DAEMON@mx.firm.example\nTo: anna@firm.example\nSubject: {subject}\n"
        "Message-ID: <b1@mx.firm.example>\nDate: Fri, 20 Nov 2026 09:15:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    found = find_bounce(read((head + "\n".join(lines) + "\n").encode()))
    assert found is not None
    return found


def test_a_report_in_words_tells_its_recipients_apart() -> None:
    found = _told(
        "I wasn't able to deliver your message to the following addresses.",
        "",
        "<full@shop.example>:",
        "192.0.2.25 does not like recipient.",
        "Remote host said: 552 5.2.2 <full@shop.example>: Mailbox full",
        "",
        "<gone@shop.example>:",
        "192.0.2.25 does not like recipient.",
        "Remote host said: 550 5.1.1 <gone@shop.example>: User unknown",
        "",
        "--- Below this line is a copy of the message.",
        "",
        "To: other@shop.example",
    )
    assert [(each.recipient, each.cause, each.is_permanent) for each in (found, *found.others)] == [
        ("gone@shop.example", Cause.NO_MAILBOX, True),
        ("full@shop.example", Cause.FULL, False),
    ]


def test_the_recipient_is_found_in_the_header_of_exim() -> None:
    found = _told(
        "A message that you sent could not be delivered. This is a permanent error.",
        "  sales",
        "    SMTP error from remote mail server after RCPT TO:<gone@shop.example>:",
        "    550 User unknown",
        subject="Mail delivery failed: returning message to sender",
        headers="X-Failed-Recipients: gone@shop.example\n",
    )
    assert (found.recipient, found.status, found.is_permanent) == ("gone@shop.example", "5.0.0", True)


def test_a_warning_is_no_failure() -> None:
    found = _told("<gone@shop.example>: not found", "This is only a temporary failure report.", subject="Delivery status: delayed")
    assert (found.action, found.is_permanent) == ("delayed", False)


_REPORT = """Return-Path: <>
From: postmaster@mx.firm.example
To: anna@firm.example
Subject: Undeliverable
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain; charset=utf-8

%(told)s
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firm.example

%(block)s
--r
Content-Type: message/rfc822

From: anna@firm.example
To: gone@shop.example
Subject: Offer
Message-ID: <offer@firm.example>

Hello
--r--
"""


def _report(told: str, *block: str) -> Bounce:
    found = find_bounce(read((_REPORT % {"told": told, "block": "\n".join(block)}).encode()))
    assert found is not None
    return found


def test_who_reports_it_and_about_which_message() -> None:
    found = _report(
        "Failed.",
        "Final-Recipient: rfc822; gone@shop.example",
        "Action: failed",
        "Status: 5.1.1",
        "Remote-MTA: dns; mx.shop.example",
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
    )
    assert (found.reporter, found.original_message_id) == ("mx.shop.example", "offer@firm.example")
    assert found.diagnostic == "smtp; 550 5.1.1 User unknown"


def test_the_returned_message_names_the_recipient_that_the_report_forgot() -> None:
    assert _report("Failed.", "Action: failed", "Status: 5.1.1").recipient == "gone@shop.example"


def test_words_explain_a_code_that_says_nothing() -> None:
    found = _report("The address you entered couldn't be found.", "Final-Recipient: rfc822; gone@shop.example", "Action: failed", "Status: 5.0.0")
    assert (found.status, found.cause, found.is_permanent) == ("5.0.0", Cause.NO_MAILBOX, True)


def test_a_report_that_contradicts_itself_is_not_believed() -> None:
    found = _report("Rejected: not enough disk space", "Final-Recipient: rfc822; gone@shop.example", "Action: failed", "Status: 5.1.1")
    assert (found.cause, found.is_permanent) == (Cause.FULL, False)


@pytest.mark.parametrize("text", ["user " * 40_000, "a@a." * 20_000, "quota over exceeded " * 9_000, "<a@b.c> " * 9_000, "address\n" * 9_000])
def test_a_hostile_report_takes_no_time(text: str) -> None:
    start = time.process_time()
    _told(text, "550 user unknown")
    assert time.process_time() - start < 2
