"""Subjects, languages, authentication, HTML: small questions with tables of answers."""

import pytest

from app.inbound.mime.authentication import authenticate
from app.inbound.mime.bounces import judge
from app.inbound.mime.form_fields import read_rows
from app.inbound.mime.form_rows import text_rows
from app.inbound.mime.html import clean, to_text
from app.inbound.mime.language import detect
from app.inbound.mime.mail import Mail
from app.inbound.mime.read import read
from app.inbound.mime.subjects import bare, is_forward, is_reply


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "TR: x", "PD: x", "FW: RE: x", "Tr : x", "WG: x", "[ext] Fwd: x"]
)
def test_forward_prefixes(subject: str) -> None:
    assert is_forward(subject)
    assert bare(subject) == "x"


@pytest.mark.parametrize("subject", ["Re: x", "RE : x", "Odp: x", "AW: x", "Re[2]: x", "SV: TR: x", "Re:x"])
def test_reply_prefixes(subject: str) -> None:
    assert is_reply(subject)
    assert bare(subject) == "x"


@pytest.mark.parametrize("subject", ["Report: x", "Trend: x", "x", "", "Offer"])
def test_ordinary_subjects(subject: str) -> None:
    assert not is_forward(subject)
    assert not is_reply(subject)
    assert bare(subject) == subject


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, pourriez-vous nous envoyer votre tarif pour la nouvelle machine ? Merci.", "fr"),
        ("Dzień dobry, proszę o przesłanie oferty na nową maszynę do naszej firmy.", "pl"),
        ("Dzien dobry, prosze o przeslanie oferty na nowa maszyne, dziekuje i pozdrawiam.", "pl"),
        ("Hello, could you please send us your price list for the new machine? Thanks.", "en"),
        ("Sehr geehrte Damen und Herren, bitte senden Sie uns ein Angebot für die Maschine.", "other"),
        ("Buenos días, por favor envíenos una oferta para la nueva máquina, muchas gracias.", "other"),
        ("Здравствуйте, пришлите нам, пожалуйста, предложение на новую машину.", "other"),
        ("ok", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect(text) == language


def authenticated(*results: str, author: str = "mary@buyer.example") -> tuple[bool, str]:
    head = "".join(f"Authentication-Results: {result}\n" for result in results)
    verdict = authenticate(read(f"{head}From: {author}\nSubject: x\n\nhi".encode()), {"mx.firm.example"})
    return verdict.is_passed, verdict.ground


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ((), (False, "absent")),
        (("mx.firm.example; dmarc=pass header.from=buyer.example",), (True, "dmarc")),
        (("mx.firm.example; dkim=pass header.d=buyer.example",), (True, "dkim")),
        (("mx.firm.example; dkim=pass header.i=@buyer.example",), (True, "dkim")),
        (("mx.firm.example; dkim=pass header.d=evil.example",), (False, "failed")),
        (("mx.firm.example; dkim=pass header.d=example",), (False, "failed")),
        (("mx.firm.example; dmarc=pass header.from=evil.example",), (False, "failed")),
        (("mx.firm.example; dmarc=fail header.from=buyer.example; spf=pass",), (False, "failed")),
        (("mx.evil.example; dmarc=pass header.from=buyer.example",), (False, "absent")),
        (
            ("mx.firm.example; dmarc=fail", "mx.firm.example; dmarc=pass header.from=buyer.example"),
            (False, "failed"),
        ),
        (("mx.firm.example; none",), (False, "failed")),
    ],
)
def test_authentication(results: tuple[str, ...], verdict: tuple[bool, str]) -> None:
    assert authenticated(*results) == verdict


def test_two_authors_never_pass() -> None:
    two = "mary@buyer.example, boss@firm.example"
    assert authenticated("mx.firm.example; dmarc=pass header.from=buyer.example", author=two)[0] is False


def test_no_author_never_passes() -> None:
    assert not authenticate(Mail(), {"mx.firm.example"}).is_passed


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "permanent"),
    [
        ("failed", "5.1.1", "", True),
        ("failed", "5.1.10", "", True),
        ("failed", "5.0.0", "550 5.1.1 User unknown", True),
        ("failed", "5.4.4", "Host or domain name not found", True),
        ("failed", "5.2.2", "mailbox full", False),
        ("failed", "5.7.1", "blocked", False),
        ("failed", "5.1.1", "550 5.7.1 blacklisted", False),
        ("failed", "4.1.1", "", False),
        ("delayed", "5.1.1", "", False),
        ("failed", "5.0.0", "554 rejected", False),
    ],
)
def test_permanent_bounce(action: str, status: str, diagnostic: str, permanent: bool) -> None:
    assert judge("a@b.example", action, status, diagnostic).is_permanent is permanent


def test_cleaned_html_neither_runs_nor_calls_home() -> None:
    cleaned = clean(
        '<p onclick="x()">Hi <img src="https://track.example/p.gif"><img src="cid:logo@x">'
        '<script>alert(1)</script><style>p{}</style><a href="javascript:x()">l</a><a href="https://x.example">m</a></p>'
    )
    assert "cid:logo@x" in cleaned
    for evil in ("onclick", "track.example", "alert", "javascript", "p{}"):
        assert evil not in cleaned
    assert 'href="https://x.example"' in cleaned


@pytest.mark.parametrize(
    "html", ["<div>" * 40_000 + "deep", "<a " + " x" * 100_000 + ">wide", "<p>" + "x" * 1_100_000]
)
def test_html_that_would_hang_the_cleaner_is_refused(html: str) -> None:
    assert clean(html) == ""
    assert to_text(html).endswith(("deep", "wide", "xxx"))


def test_text_of_html_keeps_paragraphs() -> None:
    html = "<p>One<br>two</p><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table><pre> x\n y</pre>"
    assert to_text(html) == "One\ntwo\n\na b\nc\n\n x\n y"


def _fields(text: str) -> dict[str, str]:
    return {each.label: each.value for each in read_rows(text_rows(text))}


def test_fields_of_a_form_in_three_shapes() -> None:
    assert _fields("Imię: Jan\nE-mail: jan@x.example\nTreść wiadomości:\nDzień dobry\nUwaga: pilne") == {
        "Imię": "Jan",
        "E-mail": "jan@x.example",
        "Treść wiadomości": "Dzień dobry\nUwaga: pilne",
    }
    assert _fields("Name\nMary\nEmail\nmary@x.example") == {"Name": "Mary", "Email": "mary@x.example"}
    assert _fields("From: Mary <mary@x.example>\nSubject: Hi\n\nMessage Body:\nCall me") == {
        "From": "Mary <mary@x.example>",
        "Subject": "Hi",
        "Message Body": "Call me",
    }
