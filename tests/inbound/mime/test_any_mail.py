"""Readers of whole mails answer whatever stands in them: forms, feet, calendars, results of servers, complaints, absences."""

import re
from datetime import UTC, date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.inbound.mime.attachments import part
from app.inbound.mime.authentication import authenticate, server_of
from app.inbound.mime.automatic import auto_reply_sign, back_on, calendar_method, list_sign
from app.inbound.mime.customers import possible_customers
from app.inbound.mime.feedback import find_feedback
from app.inbound.mime.forms import find_form, found_fields
from app.inbound.mime.mail import Mail
from app.inbound.mime.meetings import MAX_EVENTS, meetings_of
from app.inbound.mime.people import externals, named_like
from app.inbound.mime.read import read
from app.inbound.mime.signatures import read_signature
from app.inbound.mime.understand import understand
from tests.inbound.mime.samples import FIRM

FEW = settings(max_examples=80)
TODAY = date(2026, 11, 20)


def soup(*pieces: str) -> st.SearchStrategy[str]:
    """Pieces that mean something to the reader, in any order, with anything between them."""
    return st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=12)), max_size=40).map("".join)


FORMS = soup(
    "Name: ", "Imię i nazwisko: ", "Nom : ", "E-mail", "*Téléphone*", "Message:", "Consent", "\n", "\n\n", "jan@klient.example", "+48 600 100 200",
    "<tr><td>", "</td><td>", "</td></tr>", "<strong>", "</strong><br>", "<table>", "&nbsp;", "--- \n", "> ", "\u202e", "\x00",
)
FEET = soup(
    "-- \n", "Regards,\n", "Cordialement,\n", "Pozdrawiam\n", "Jan Kowalski\n", "tel. ", "+48 22 123 45 67", "NIP ", "526-10-40-828", "SIRET ",
    "732 829 320 00074", "REGON ", "VAT FR", "www.klient.example", "ul. Prosta 1\n00-001 Warszawa\n", "Sp. z o.o.", "S.A.S. ", "\n", " | ", "99999",
)
CALENDARS = soup(
    "BEGIN:VCALENDAR\n", "METHOD:REQUEST\n", "BEGIN:VEVENT\n", "UID:a\n", "DTSTART:20261126T140000\n", "DTSTART;TZID=Nowhere/At all:99991231T240000\n",
    "DTEND;VALUE=DATE:00010101\n", "RRULE:FREQ=SECONDLY;COUNT=99999999\n", "DURATION:-P99999999W\n", "ATTENDEE;CN=\"x:mailto:a@b.example\n",
    "ORGANIZER:mailto:\n", "RECURRENCE-ID:20261126\n", "SEQUENCE:x\n", "END:VEVENT\n", "END:VCALENDAR\n", "BEGIN:VTIMEZONE\nTZID:x\n", " ", "\r\n",
)
RESULTS = soup(
    "mx.firm.example", "; ", "dmarc=pass", " header.from=firm.example", "dkim=pass", " header.d=", "(", ")", "\"", "\\", "spf=fail", " reason=", "=", "/1",
)
COMPLAINTS = soup(
    "Feedback-Type: abuse\n", "Original-Rcpt-To: ", "<a@b.example>", "Version: 1\n", "\n", "\n\n", " redacted", "User-Agent:", "\u0130", ":", "\x00",
)
ABSENCES = soup(
    "Automatic reply", "Absence du bureau", "Poza biurem", "I will be back on ", "de retour le ", "wracam ", "31 February", "29 lutego", "20 novembre 99999",
    "0 0 0", "\n", ".", "2026-11-30",
)
HEADERS = ("Auto-Submitted", "Precedence", "List-Id", "List-Unsubscribe", "X-Loop", "In-Reply-To", "Reply-To", "Return-Path", "Delivered-To")


def mail_of(text: str = "", **more: object) -> Mail:
    raw = f"From: Jan <jan@klient.example>\nTo: crm@firm.example\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    return read(raw.encode("utf-8", "replace")) if not more else Mail(text=text, **more)  # type: ignore[arg-type]


@FEW
@given(FORMS, FORMS)
def test_a_form_is_read_or_not(text: str, html: str) -> None:
    mail = mail_of(text, html=html, subject=text[:40])
    for field in found_fields(mail):
        assert field.label.strip()
    find_form(mail, FIRM)


@FEW
@given(FEET, st.one_of(st.none(), FEET), st.sampled_from(["PL", "FR", None]))
def test_a_foot_says_something_or_nothing(text: str, html: str | None, region: str | None) -> None:
    for fact in read_signature(text, html=html, region=region).facts:
        assert fact.value and len(fact.value) <= 500
    possible_customers(text, FIRM)
    named_like("klient.example", text)


@FEW
@given(st.lists(CALENDARS, max_size=3))
def test_a_calendar_gives_appointments_or_none(texts: list[str]) -> None:
    mail = mail_of("x", calendar=tuple(texts))
    assert len(meetings_of(mail, UTC)) <= MAX_EVENTS
    calendar_method(mail)


@FEW
@given(st.lists(RESULTS, max_size=3), st.booleans())
def test_results_of_servers_are_never_believed_by_accident(values: list[str], is_folded: bool) -> None:
    said = "\n\t" if is_folded else " "
    lines = "".join(f"Authentication-Results: {re.sub(r'[^ -~]', '', each)}{said}\n" for each in values)
    mail = read(f"{lines}From: Anna <anna@firm.example>\nTo: crm@firm.example\n\nx".encode())
    verdict = authenticate(mail, ["mx.firm.example"], ["firm.example"])
    assert not verdict.is_passed or any("pass" in each and "mx.firm.example" in each.lower() for each in values)
    assert not authenticate(mail, []).is_passed
    for each in values:
        server_of(each)


@FEW
@given(COMPLAINTS)
def test_a_complaint_is_understood_or_not(text: str) -> None:
    report = part("report", "message/feedback-report", text.encode("utf-8", "replace"))
    found = find_feedback(mail_of("x", reports=(report,), report_type="feedback-report"))
    assert found is not None and len(found.type) <= 40


@FEW
@given(ABSENCES, ABSENCES)
def test_a_day_of_return_is_none_that_has_passed(subject: str, text: str) -> None:
    mail = mail_of(text, subject=subject)
    auto_reply_sign(mail)
    day = back_on(mail, TODAY)
    assert day is None or TODAY <= day <= TODAY + timedelta(days=400)


@FEW
@given(st.lists(st.tuples(st.sampled_from(HEADERS), st.text(max_size=40)), max_size=8), st.one_of(FORMS, FEET, ABSENCES))
def test_every_mail_is_something(fields: list[tuple[str, str]], text: str) -> None:
    head = "".join(f"{name}: {value.splitlines()[0] if value.splitlines() else ''}\n" for name, value in fields)
    mail = read(f"{head}From: Jan <jan@klient.example>\nTo: crm@firm.example\n\n{text}".encode("utf-8", "surrogateescape"))
    found = understand(mail, FIRM)
    assert found.sentence
    assert list_sign(mail, FIRM) is None or found.kind.value
    assert all("@" in each.address for each in externals(mail.to, FIRM, mail))


@FEW
@given(
    st.sampled_from(["x-uuencode", "uue", "base64", "quoted-printable", "8bit", "binary", "nothing-known"]),
    st.sampled_from(["utf-8", "windows-1250", "utf-7", "utf-16", "x-unknown", ""]),
    st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda body: b"begin 644 x\n" + body + b"\nend\n")),
)
def test_every_encoding_gives_a_text(encoding: str, charset: str, body: bytes) -> None:
    head = f"From: Jan <jan@klient.example>\nTo: crm@firm.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    mail = read(head.encode() + body)
    mail.text.encode()
    assert "\x00" not in mail.text and understand(mail, FIRM).sentence
