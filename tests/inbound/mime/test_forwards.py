"""A forwarded mail names its author whatever program forwarded it."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from app.inbound.mime.forwards import Forward, find_forward, find_forward_chain
from app.inbound.mime.html import to_text
from app.inbound.mime.mail import Address, Mail
from tests.inbound.mime.forward_samples import (
    ADDRESS,
    ATTRIBUTIONS,
    BODY,
    HTMLS,
    ME,
    NAME,
    QUOTED,
    SUBJECT,
    TEXTS,
    WHO,
)

NOTE = "Do obsługi, klient z targów."
MUTATIONS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "blanks that do not break": lambda text: re.sub(r"(?m)^([> ]*\w+) ?:", "\\1\u00a0:", text),
    "marks of direction": lambda text: text.replace(" <", " \u200e<"),
    "blanks at both ends": lambda text: "\n".join(f"  {line}  " for line in text.split("\n")),
    "mail program that marks links": lambda text: text.replace(f"<{ADDRESS}>", f"<{ADDRESS}<mailto:{ADDRESS}>>"),
    "capitals": lambda text: text.replace("From:", "FROM:").replace("Od:", "OD:").replace("De :", "DE :"),
    "name in quotes": lambda text: text.replace(WHO, f"'{NAME}' <{ADDRESS}>"),
}


def forward(text: str = "", html: str | None = None, subject: str = "") -> Forward | None:
    return find_forward(text=text, html=html, subject=subject, nested=())


def check(found: Forward | None, *, has_name: bool = True) -> None:
    assert found is not None
    assert found.sender == Address(NAME if has_name else "", ADDRESS)
    assert found.subject == SUBJECT
    assert found.date is not None
    assert f"{found.date:%Y-%m-%d %H:%M}" == "2026-11-03 10:12"
    assert "40 postes ?" in found.text
    assert found.text.endswith("Anna")


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("program", TEXTS)
def test_text_of_programs(program: str, mutation: str) -> None:
    prefix, headers = TEXTS[program]
    found = forward(MUTATIONS[mutation](f"{NOTE}\n\n{headers}{BODY}"), subject=prefix + SUBJECT)
    check(found)
    assert found is not None
    assert found.note == NOTE
    assert found.is_certain == (program != "unknown_language")
    assert [one.address or one.name for one in found.to] in (["marc@firm.example"], ["Marc"], ["Marc Petit"])


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("program", QUOTED)
def test_quoted_text_of_programs(program: str, mutation: str) -> None:
    prefix, headers = QUOTED[program]
    quoted = "\n".join(f"> {line}".rstrip() for line in (headers + BODY).split("\n"))
    found = forward(MUTATIONS[mutation](f"{NOTE}\n\n{quoted}\n\nMarc"), subject=prefix + SUBJECT)
    check(found, has_name=program != "laposte")
    assert found is not None
    assert found.note == f"{NOTE}\n\nMarc"
    assert found.is_certain


@pytest.mark.parametrize("program", HTMLS)
def test_html_of_programs(program: str) -> None:
    prefix, html = HTMLS[program]
    found = forward(html=html, subject=prefix + SUBJECT)
    check(found)
    assert found is not None
    assert found.note.startswith("Do obsługi")
    assert NAME not in found.note
    assert found.is_certain
    assert found.layout == "html"
    check(forward(to_text(html), html, prefix + SUBJECT))


@pytest.mark.parametrize("program", [*TEXTS, *QUOTED])
def test_program_without_subject_prefix(program: str) -> None:
    _, headers = (TEXTS | QUOTED)[program]
    if program != "unknown_language":
        check(forward(headers + BODY, subject="Klient z targów"), has_name=program != "laposte")


@pytest.mark.parametrize(
    "text",
    [
        f"Merci !\n\nLe mar. 3 nov. 2026 à 10:12, {WHO} a écrit :\n\n> Bonjour",
        f"Thanks\n\nFrom: {WHO}\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Marc\nSubject: Offer\n\nHello",
        (
            f"Thanks\n\nOn Tue, Nov 3, 2026, Marc <m@firm.example> wrote:\n> ---------- Forwarded message "
            f"---------\n> From: {WHO}\n"
            "> Date: Tue, Nov 3, 2026\n> Subject: Offer\n>\n> Hello"
        ),
    ],
)
def test_reply_is_no_forward(text: str) -> None:
    assert forward(text, subject="RE: Offer") is None


@pytest.mark.parametrize(
    "text",
    [
        "Write to anna@client.example, she asked for an offer.",
        "From: Warsaw\nTo: Paris\n\nThe flight is at nine.",
        "Do: zrobienia\nOd: jutra",
        "anna@client.example\nAnna Nowak\nTel. 601 234 567",
    ],
)
@pytest.mark.parametrize("subject", ["", "Fwd: Offer"])
def test_no_address_is_picked_from_the_body(text: str, subject: str) -> None:
    found = forward(text, subject=subject)
    assert found is None or not found.is_certain


def test_forward_written_like_a_reply() -> None:
    found = forward(f"FYI\n\nLe mar. 3 nov. 2026 à 10:12, {WHO} a écrit :\n\n> Bonjour\n>\n> Anna", subject="TR: Offre")
    assert found is not None
    assert found.sender == Address(NAME, ADDRESS)
    assert found.text == "Bonjour\n\nAnna"
    assert found.note == "FYI"
    assert found.layout == "attribution"


@pytest.mark.parametrize("attribution", [one for one in ATTRIBUTIONS if "@" in one])
def test_forward_below_any_attribution(attribution: str) -> None:
    found = forward(f"FYI\n\n{attribution}\n\nBonjour", subject="Fwd: Offre")
    assert found is not None
    assert found.sender is not None
    assert found.date is not None
    assert found.sender.address == "marc@firm.example"
    assert found.sender.name in ("Marc Petit", "Marc Petit with a long name")
    assert (found.subject, found.text, found.note) == ("Offre", "Bonjour", "FYI")
    assert found.date.date() == date(2026, 11, 3)


def test_name_without_address_is_uncertain_until_html_tells() -> None:
    prefix, html = HTMLS["linked_name"]
    text = f"From: {NAME}\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: Marc\nSubject: {SUBJECT}\n\n{BODY}"
    alone = forward(text, subject=prefix + SUBJECT)
    assert alone is not None
    assert alone.sender == Address(NAME, "")
    assert not alone.is_certain
    check(forward(text, html, prefix + SUBJECT))


@pytest.mark.parametrize("row", ["<tr><td>{} </td><td>{}</td></tr>", "<div>{} {}</div>"])
def test_labels_without_colons_below_an_announcement(row: str) -> None:
    values = {"Od": WHO.replace("<", "&lt;"), "Data": "3 listopada 2026 10:12", "Do": "adam@firm.example", "Temat": SUBJECT}
    rows = "".join(row.format(*pair) for pair in values.items())
    html = f"<p>{NOTE}</p><div>---------- Przekazana wiadomość ----------</div><table>{rows}</table><p>{BODY}</p>"
    found = forward(html=html, subject="PD: Oferta")
    check(found)
    assert found is not None
    assert (found.note, found.is_certain) == (NOTE, True)


def test_web_form_is_uncertain() -> None:
    found = forward(f"From: {WHO}\nSubject: Offer\n\nMessage: please call", subject="Contact form")
    assert found is not None
    assert not found.is_certain


def test_attached_message_comes_first() -> None:
    inner = Mail(author=Address("Piotr", "piotr@client.example"), subject="Oferta", text="Proszę o ofertę")
    text = f"FYI\n\nFrom: {WHO}\nDate: 3 Nov 2026\nSubject: x\n\nb"
    found = find_forward(text=text, html=None, subject="Fwd: x", nested=(inner,))
    assert found is not None
    assert found.sender == inner.author
    assert found.layout == "attachment"
    assert found.text == "Proszę o ofertę"


def test_chain_goes_inward() -> None:
    inner = TEXTS["gmail_pl"][1] + BODY
    outer = (
        f"---------- Forwarded message ---------\nFrom: {ME}\nDate: 4 Nov 2026 at 9:00\nSubject: Fwd: {SUBJECT}\n"
        f"To: x@firm.example\n\nSee below\n\n{inner}"
    )
    chain = find_forward_chain(text=outer, html=None, subject="Fwd: Fwd: x", nested=())
    assert [one.sender.address for one in chain if one.sender] == ["marc@firm.example", ADDRESS]
    assert chain[1].note == "See below"


def test_answered_mail_inside_a_forward_is_not_in_the_chain() -> None:
    thread = (
        f"{TEXTS['outlook_fr'][1]}{BODY}\n\nDe : {ME}\nEnvoyé : lundi 2 novembre 2026 09:00\nÀ : Anna\nObjet : "
        f"RE: offre\n\nBonjour Anna"
    )
    chain = find_forward_chain(text=thread, html=None, subject="TR: x", nested=())
    assert len(chain) == 1
    assert chain[0].sender == Address(NAME, ADDRESS)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "From: a\n",
        "From:",
        ">",
        "> ",
        "-",
        "- ",
        "<a@",
        "a@b.",
        "On 1 Jan 2026 10:10 ",
        "A: ",
        "\n",
        "*From:* x@y.pl ",
        "Le ",
        "[mailto:",
        "(",
        "1.",
        "2026 ",
    ],
)
def test_crafted_text_takes_linear_time(piece: str) -> None:
    text = piece * (512 * 1024 // len(piece))
    for crafted in (text, f"Fwd\n---------- Forwarded message ---------\nFrom: {text}", f"{text}\nwrote:"):
        find_forward(text=crafted, html=None, subject="Fwd: x", nested=())


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<blockquote>", "<table><tr><td>", "<p>From: a", "<", "&lt;", "<!--", "<a href=mailto:x>"],
)
def test_crafted_html_takes_linear_time(piece: str) -> None:
    find_forward(text="", html=piece * (1024 * 1024 // len(piece)), subject="Fwd: x", nested=())
