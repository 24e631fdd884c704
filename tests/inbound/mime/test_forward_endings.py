"""Where a forwarded mail begins and ends, however rare the program. Every mail here is constructed."""

import pytest

from app.inbound.mime.forwards import Forward, find_forward
from app.inbound.mime.mail import Address
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.shown_dates import read_date
from app.inbound.mime.understand import Kind
from tests.inbound.mime.test_on_the_way import WORDS, _mail, _understood

ANNE = Address("Anne Roy", "anne.roy@client.example")
SUBJECT = "Fwd: Demande"
HEAD = "Date: Tue, 3 Nov 2026 10:12:00 +0100\nFrom: Anne Roy <anne.roy@client.example>\nTo: Anna Nowak <anna@firm.example>\nSubject: Demande\n\n"
HTML_ASTERISKS = "<div>*Nom :* Anne Roy</div><div>*E-mail :* anne.roy@client.example</div><div>*Message :* Un devis svp</div>"
BODY = "Bonjour,\n\nun devis svp.\n\nAnne"


def _forwarded(text: str) -> Forward:
    found = find_forward(text=text, html=None, subject=SUBJECT, nested=())
    assert found is not None
    return found


@pytest.mark.parametrize(("opening", "closing"), [
    ("----- Forwarded message from Anne Roy <anne.roy@client.example> -----\n\n", "\n----- End forwarded message -----\n"),
    ("----- Message transféré de Anne Roy <anne.roy@client.example> -----\n", "\n----- Fin du message transféré -----\n"),
    ("----- Przekazana wiadomość -----\n", "\n----- Koniec przekazanej wiadomości -----"),
    ("-------- Weitergeleitete Nachricht --------\n", "\n-------- Ende der weitergeleiteten Nachricht --------\n"),
    ("This is a forwarded message\n", "===8<===========End of original message text===========\n"),
])  # fmt: skip
@pytest.mark.parametrize("below", ["", "\n-- \nAnna Nowak\nFirm\n"])
def test_a_line_that_closes_a_forward_is_no_part_of_it(opening: str, closing: str, below: str) -> None:
    found = _forwarded(f"Do wyceny\n\n{opening}{HEAD}{BODY}\n{closing}{below}")
    assert (found.sender, found.text) == (ANNE, BODY)
    assert split_quotes(found.note, None).written == "Do wyceny"


@pytest.mark.parametrize("rule", ["-----------------------------------------", "\n-------------------------------------------------------\n"])
def test_a_rule_that_nothing_follows_is_no_part_of_it(rule: str) -> None:
    assert _forwarded(f"----------  Przekazana wiadomość  ----------\n\n{HEAD}{BODY}\n{rule}").text == BODY


def test_the_end_of_an_inner_forward_does_not_end_the_outer_one() -> None:
    inner = f"----- Forwarded message -----\n{HEAD}{BODY}\n----- End forwarded message -----"
    found = _forwarded(f"----- Forwarded message -----\n{HEAD}voir\n\n{inner}\n\net plus bas\n----- End forwarded message -----\n")
    assert found.text.startswith("voir") and found.text.endswith("et plus bas")


@pytest.mark.parametrize("rule", ["--------------------", "=" * 40])
def test_a_rule_inside_a_forward_is_no_end(rule: str) -> None:
    body = f"Bonjour,\n{rule}\nprix : 40\n{rule}\nAnne"
    assert _forwarded(f"---------- Forwarded message ---------\n{HEAD}{body}\n").text == body


def test_a_forward_without_headers_ends_where_the_program_says() -> None:
    text = (
        "-------- Пересылаемое сообщение --------\n03.11.2026, 10:12, \"Anne Roy\" <anne.roy@client.example>:\n\n"
        f"{BODY}\n-------- Конец пересылаемого сообщения --------\n"
    )  # fmt: skip
    assert (_forwarded(text).sender, _forwarded(text).text) == (ANNE, BODY)


def test_the_line_above_headers_of_the_same_person_is_no_quote() -> None:
    found = _forwarded(
        "Bitte prüfen\n\n3. Nov. 2026, 10:12 von anne.roy@client.example:\n\nDatum: 3. Nov. 2026, 10:12\n"
        f"Von: anne.roy@client.example\nAn: anna@firm.example\nBetreff: Demande\n\n{BODY}"
    )
    assert [each.address for each in found.to] == ["anna@firm.example"]
    assert (found.text, found.note) == (BODY, "Bitte prüfen")


def test_the_line_above_headers_of_somebody_else_stays_a_quote() -> None:
    found = _forwarded(
        "Am 3. Nov. 2026 um 10:12 schrieb Anne Roy <anne.roy@client.example>:\n\n"
        "Von: Eva Kern <eva@kern.example>\nDatum: 2. Nov. 2026, 10:12\nAn: anne.roy@client.example\nBetreff: Preis\n\nHallo"
    )
    assert found.sender == ANNE


def test_a_mark_that_nobody_sees_is_not_in_front_of_the_words() -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in f"{HEAD}\ufeff{BODY}".split("\n"))
    assert _forwarded(f"Begin forwarded message:\n\n{quoted}\n").text == BODY


@pytest.mark.parametrize("rows", [
    "From: sales@client.example [mailto:sales@client.example] On Behalf Of Anne\nRoy\nSent: Tuesday, November 3, 2026 10:12 AM\nTo: anna@firm.example\n"
    "Subject: Demande\n",
    "*From:* Sales <sales@client.example> *Sent:* Tuesday, November\n3, 2026 10:12 AM *To:* Anna Nowak-Lis <anna@firm.example>\n*Subject:* Demande\n",
])  # fmt: skip
def test_headers_that_a_gateway_broke(rows: str) -> None:
    found = _forwarded(f"FYI\n\n{rows}\n{BODY}")
    assert found.sender is not None and found.sender.address == "sales@client.example"
    assert [each.address for each in found.to] == ["anna@firm.example"]
    assert found.date is not None and (found.subject, found.text) == ("Demande", BODY)


@pytest.mark.parametrize("note", [
    "Skaffa Outlook för iOS<https://aka.ms/o0ukef>", "Az Android Outlook letöltése<https://aka.ms/AAb9ysg>", "Отримати Outlook для iOS<https://aka.ms/o0ukef>",
    "Získat Outlook pro Android <https://aka.ms/AAb9ysg>", "\u2063Pobierz BlueMail na Androida \u200b",
])  # fmt: skip
def test_an_offer_of_the_program_is_folded_in_any_language(note: str) -> None:
    parted = split_quotes(f"{WORDS}\n\n{note}\n", None)
    assert parted.written == WORDS
    assert parted.quoted.split() == note.split()


@pytest.mark.parametrize("text", [
    "Bonjour,\n\nOutlook ne marche pas sur mon iPhone.", "Dzień dobry,\n\nProszę zobaczyć https://client.example/android oraz cennik.",
    "Hello,\n\nour Android app: https://client.example/app",
])  # fmt: skip
def test_words_about_programs_stay(text: str) -> None:
    assert split_quotes(text, None).written == text


@pytest.mark.parametrize("shown", [
    "יום ג׳, 3 בנוב׳ 2026 ב-10:12", "2026년 11월 3일 (화) 오전 10:12", "Th 3, 3 thg 11, 2026 vào lúc 10:12", "3 tháng 11, 2026 10:12",
    "الثلاثاء، 3 نوفمبر 2026 في 10:12", "Τρίτη, 3 Νοεμβρίου 2026 10:12 πμ",
])  # fmt: skip
def test_days_of_more_languages(shown: str) -> None:
    found = read_date(shown)
    assert found is not None
    assert found.isoformat()[:16] == "2026-11-03T10:12"


@pytest.mark.parametrize(("shown", "month"), [
    ("2026년 11월 3일 (화) 오후 3:12", 11), ("Τρίτη, 3 Νοεμβρίου 2026 3:12 μμ", 11), ("3 Νοε 2026 3:12 μ.μ.", 11), ("الثلاثاء، 3 أكتوبر 2026 في 3:12 م", 10),
])  # fmt: skip
def test_afternoons_of_more_languages(shown: str, month: int) -> None:
    found = read_date(shown)
    assert found is not None
    assert (found.month, found.day, found.hour) == (month, 3, 15)


@pytest.mark.parametrize("label", ["จาก", "از", "De la parte de alguien"])
def test_above_labels_that_are_known_an_unknown_one_names_the_sender(label: str) -> None:
    above = f"{label}: Anne Roy <anne.roy@client.example>\nDate: Tue, Nov 3, 2026 at 10:12\nSubject: Demande\nTo: <anna@firm.example>\n\n"
    found = _forwarded(f"---------- Forwarded message ---------\n{above}\n{BODY}\n")
    assert (found.sender, found.subject, found.text, found.is_certain) == (ANNE, "Demande", BODY, True)


@pytest.mark.parametrize("first", ["Note: anne.roy@client.example, eva@client.example", "Note: call Anne", "Cc: Anne Roy <anne.roy@client.example>"])
def test_an_unknown_label_without_one_person_names_nobody(first: str) -> None:
    text = f"---------- Forwarded message ---------\n{first}\nDate: Tue, Nov 3, 2026 at 10:12\nSubject: Demande\nTo: <anna@firm.example>\n\n{BODY}"
    found = find_forward(text=text, html=None, subject=SUBJECT, nested=())
    assert found is None or found.sender is None or not found.is_certain


def test_a_warning_alone_above_a_forward_is_nobodys_words() -> None:
    warning = "[EXTERNAL] CAUTION: This email originated from outside of the organization. Do not click links."
    text = f"{warning}\n\n---------- Forwarded message ---------\n{HEAD}{BODY}"
    found = _understood(_mail(text, sender="Anna <anna@firm.example>", subject=SUBJECT))
    assert (found.kind, found.written, found.quoted) == (Kind.FORWARD, "", warning)


SITE = "Acme <site@firm.example>"
VISITOR = (("Reply-To", "Anne Roy <anne.roy@client.example>"),)


def test_a_site_that_names_its_visitor_without_labels_sends_a_form() -> None:
    found = _understood(_mail("Un message de :\nAnne Roy <anne.roy@client.example>\n\nUn devis svp", sender=SITE, headers=VISITOR))
    assert (found.kind, found.contact and found.contact.name, found.contact and found.contact.address) == (Kind.FORM, "Anne Roy", "anne.roy@client.example")
    assert "Un devis svp" in found.written


@pytest.mark.parametrize(("text", "headers"), [
    ("Un devis svp", VISITOR), ("Anne Roy <anne.roy@client.example>\nUn devis", (*VISITOR, ("List-Id", "<sales.firm.example>"))),
    ("Eva <eva@other.example>\nUn devis", VISITOR),
])  # fmt: skip
def test_an_answer_address_alone_makes_no_form(text: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert _understood(_mail(text, sender=SITE, headers=headers)).kind is not Kind.FORM


def test_asterisks_around_labels_are_no_part_of_values() -> None:
    html = f"<html><body>{HTML_ASTERISKS}</body></html>"
    found = _understood(_mail("", html=html, sender="WordPress <wordpress@firm.example>", subject="Contact"))
    assert (found.kind, found.contact and found.contact.name, found.written) == (Kind.FORM, "Anne Roy", "Un devis svp")


def test_bars_around_a_row_are_no_part_of_it() -> None:
    found = _understood(_mail("| Nom | Anne Roy |\n| E-mail | anne.roy@client.example |\n| Message | Un devis |", sender="WordPress <wordpress@firm.example>"))
    assert (found.contact and found.contact.name, found.written) == ("Anne Roy", "Un devis")


def test_a_question_for_the_name() -> None:
    text = "Jak się nazywasz?: Jan Wójcik\nTwój adres e-mail: jw@client.example\nTwoje pytanie: Ile kosztuje?"
    found = _understood(_mail(text, sender="WordPress <wordpress@firm.example>", subject="Kontakt"))
    assert found.contact is not None and found.contact.name == "Jan Wójcik"
