"""What programs and gateways do to a mail on its way changes nothing of its meaning. Every mail here is constructed."""

import base64
from email.message import EmailMessage

import pytest

from app.inbound.mime.charsets import decode
from app.inbound.mime.directory import Directory
from app.inbound.mime.flowed import unflowed
from app.inbound.mime.forwards import find_forward
from app.inbound.mime.html import to_text
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand

FIRM = Directory(
    users={"anna@firm.example": "anna@firm.example"}, crm_addresses={"crm@firm.example": "public"}, domains=frozenset({"firm.example"})
)
WORDS = "D'accord pour nous."
QUOTE = "> Bonjour,\n> voici notre offre.\n"


def _mail(
    text: str, *, html: str = "", sender: str = "Luc Petit <luc@client.example>", subject: str = "Offre", headers: tuple[tuple[str, str], ...] = ()
) -> bytes:
    message = EmailMessage()
    for name, value in (("From", sender), ("To", "crm@firm.example"), ("Subject", subject), ("Message-ID", "<way@client.example>"), *headers):
        message[name] = value
    message["Date"] = "Fri, 20 Nov 2026 09:12:00 +0100"
    message.set_content(html or text, subtype="html" if html else "plain", cte="quoted-printable")
    return message.as_bytes()


def _understood(raw: bytes) -> Understanding:
    return understand(read(raw), FIRM)


@pytest.mark.parametrize("below", [
    f"Anna Nowak <anna@firm.example> igorleak hau idatzi du (2026 aza. 3, ar. (14:02)):\n\n{QUOTE}",
    "Pada tanggal Sel, 3 Nov 2026 pukul 14.02 Anna Nowak <anna@firm.example>\nmenulis:\n\nHello,\nour offer.\n",
    "Anna Nowak <anna@firm.example> 2026-11-03 14:02 esan zuen hau:\n\nBonjour,\nvoici notre offre.\n",
    f"Anna Nowak <anna@firm.example>, 3 Kas 2026 Sal, 14:02 tarihinde şunu\nyazdı:\n\n{QUOTE}",
    f"---- Użytkownik Anna Nowak napisał ----\n{QUOTE}",
    "##- Please type your reply above this line -##\n\nBonjour, votre demande 12.\n",
    "--- Prosimy odpowiadać powyżej tej linii ---\n\nDzień dobry.\n",
    "Provenance : Courrier pour Windows\n", "Outlook für iOS beziehen\n", "Uzyskaj program Outlook dla systemu Android\n",
    "De informatie in dit bericht is vertrouwelijk en bestemd voor de geadresseerde. Ontvangt u dit ten onrechte, verwijder het dan.\n",
    "Це повідомлення є конфіденційним і призначене для адресата. Якщо ви отримали його помилково, видаліть його.\n",
    "Jan Kowalski\nPrezes Zarządu\ntel. 601 234 567\n",
])  # fmt: skip
def test_what_stands_below_the_words_is_folded(below: str) -> None:
    parted = split_quotes(f"{WORDS}\n\n{below}", None)
    assert parted.written == WORDS
    assert parted.quoted.split() == below.split()


@pytest.mark.parametrize("banner", [
    "CAUTION: This email originated from outside of the organization. Do not click links.",
    "You don't often get email from luc@client.example. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>",
    "Vous n’obtenez pas souvent d’e-mail à partir de luc@client.example. Découvrez pourquoi cela est important",
    "UWAGA: Ta wiadomość pochodzi spoza organizacji. Nie klikaj w linki.", "[EXTERNAL]",
])  # fmt: skip
def test_a_warning_of_the_mail_server_is_folded(banner: str) -> None:
    parted = split_quotes(f"{banner}\n\n{WORDS}\n", None)
    assert (parted.written, parted.quoted) == (WORDS, banner)


@pytest.mark.parametrize("text", [
    "Our warehouse is outside Paris, please deliver there.\n\nWhen can you come?",
    "Nasz zewnętrzny dostawca przesłał ofertę.\n\nCzy mogą Państwo ją poprawić?",
    "Potrzebujemy:\n- regałów nad tą linią produkcyjną\n- drabin\n\nCzy to możliwe?",
    "Merci de contacter :\n\nPaul Martin\nDirecteur technique\n06 12 34 56 78",
    "Uczestnicy spotkania:\n\nJan Kowalski\nDyrektor handlowy\nEwa Lis\n\nPasuje?",
    "Ce projet est confidentiel. Merci de ne pas diffuser ce message.\n\nQuel délai ?",
])  # fmt: skip
def test_words_that_only_sound_so_stay(text: str) -> None:
    assert split_quotes(text, None).written == text


def test_paragraphs_are_joined_again() -> None:
    flowed = (
        "Nous avons besoin de deux convoyeurs de six mètres pour notre nouvel \natelier.\n\nLuc \nPetit Froid\n"
        "From: Jean Dupont [mailto:jean.dupont@atelier-dupont.example] \nSent: today\n> Une citation assez longue pour être coupée au bord droit de "
        "\n> la page\n-- \nLuc"
    )
    assert unflowed(flowed, is_joined=False) == (
        "Nous avons besoin de deux convoyeurs de six mètres pour notre nouvel atelier.\n\nLuc \nPetit Froid\n"
        "From: Jean Dupont [mailto:jean.dupont@atelier-dupont.example] \nSent: today\n"
        "> Une citation assez longue pour être coupée au bord droit de la page\n-- \nLuc"
    )
    assert unflowed("Une ligne que le programme a coupée au milieu de son dernier mo \nt", is_joined=True).endswith("mot")


def test_a_flowed_mail_is_read_joined() -> None:
    raw = _mail("Le mar. 3 nov. 2026 à 14:02, Anna Nowak de la firme <anna@firm.example> \na écrit :\n> Bonjour\n\nEntendu.")
    assert "<anna@firm.example> a écrit" in read(raw.replace(b'charset="utf-8"', b'charset="utf-8"; format=flowed')).text


def test_two_bytes_a_letter() -> None:
    text = "Zażółć gęślą jaźń, l’œuvre."
    head = b"From: luc@client.example\nTo: crm@firm.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16\n"
    raw = head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(text.encode("utf-16"))
    assert read(raw).text == text
    assert decode(b"plain words", "utf-16")[0] == "plain words"


@pytest.mark.parametrize(("page", "declared"), [("cp1250", "iso-8859-1"), ("cp1250", "windows-1252"), ("iso-8859-2", "iso-8859-1")])
def test_polish_that_says_it_is_western(page: str, declared: str) -> None:
    text = "Wysłano zapytanie, więc proszę o ofertę na ściągacze, może dziś; też śruby i gałki."
    assert decode(text.encode(page), declared)[0] == text


@pytest.mark.parametrize("text", ["Le cœur : l'œillet de 3 m³ est cassé à l'arrivée.", "Tolérance a±b et c±d déjà notée à l'étude.", "Größe ±5 mm, ¿cuándo?"])
def test_western_text_stays_western(text: str) -> None:
    assert decode(text.encode("cp1252"), "windows-1252")[0] == text


def test_line_ends_that_a_browser_keeps() -> None:
    assert to_text("<div style='white-space: pre-wrap'>Od: Jan\nDo: Anna\n\n<b>Temat</b>: x</div>\n<p>a\n b</p>") == "Od: Jan\nDo: Anna\n\nTemat: x\n\na b"
    assert to_text("<div style='white-space: normal'>a\n b</div>") == "a b"


def test_answers_between_plain_blocks_of_quotes() -> None:
    html = (
        "<p>Réponses :</p><p>Le 03/11/2026 à 14:02, Anna Nowak a écrit :</p><blockquote><p>Quel volume ?</p></blockquote>"
        "<p>800 pièces.</p><blockquote><p>Quelle date ?</p></blockquote><p>Février.</p>"
    )
    found = _understood(_mail("", html=html, subject="Re: Offre"))
    assert "800 pièces." in found.written and "Février." in found.written
    emphasis = "<p>La norme EN 12345:2026 dit :</p><blockquote>Charge 500 kg.</blockquote><p>Est-ce respecté ?</p>"
    assert "500 kg" in _understood(_mail("", html=emphasis)).written


def test_headers_on_one_line_that_a_gateway_broke() -> None:
    text = (
        'Note.\n\n----- Przekazana wiadomość ----- Od: Jan Nowicki <jan@klient.example>Do:\n"anna@firm.example" <anna@firm.example>Wysłano: wtorek,'
        " 3 listopada 2026\n14:02:11 CETTemat: Zapytanie\n Dzień dobry"
    )
    found = find_forward(text=text, html=None, subject="Fwd: Zapytanie", nested=())
    assert found and found.sender and found.date
    assert (found.sender.address, found.subject, found.date.day, found.text, found.note) == (
        "jan@klient.example", "Zapytanie", 3, "Dzień dobry", "Note.",
    )  # fmt: skip


@pytest.mark.parametrize("subject", ["Zapytanie o wagi", "Zapytanie"])
def test_headers_on_one_line_that_a_gateway_broke_again_and_again(subject: str) -> None:
    text = (
        "  ----- Videresendt besked ----- Fra: Jan Nowicki de la Firma\n<jan.nowicki@klient-daleko.example>Til: Anna Wisniewska i inni\n"
        f"<anna@firm.example>Sendt: tirsdag den 3. november 2026 10.12.00\nCETEmne: {subject}\n Dobry"
    )
    found = find_forward(text=text, html=None, subject="Fwd: x", nested=())
    assert found and found.sender and (found.sender.address, found.subject, found.text) == ("jan.nowicki@klient-daleko.example", subject, "Dobry")


def test_headers_that_are_folded_and_dated_the_other_way_round() -> None:
    text = "De : Luc <luc@client.example>\nEnvoyé : mardi, novembre 3, 2026 2:02 PM\nÀ : Anna\nObjet : Devis pour\n deux convoyeurs\n\nBonjour"
    found = find_forward(text=text, html=None, subject="TR: Devis", nested=())
    assert found and found.date
    assert (found.subject, found.date.month, found.date.day, found.date.hour) == ("Devis pour deux convoyeurs", 11, 3, 14)


def test_the_note_above_a_forward_is_told_from_the_device_below_it() -> None:
    text = "Zajmij się tym.\n\nWysłane z iPhone’a\n\nPoczątek przekazanej wiadomości:\n\n> Od: Jan <jan@klient.example>\n> Temat: x\n> \n> Dzień dobry"
    found = _understood(_mail(text, sender="Anna <anna@firm.example>", subject="Fwd: x"))
    assert (found.kind, found.written, found.quoted) == (Kind.FORWARD, "Zajmij się tym.", "Wysłane z iPhone’a")


def test_an_own_answer_shows_by_name_whom_it_answers() -> None:
    text = (
        "-------- Przekazana wiadomość --------\nTemat: Re: x\nData: Tue, 3 Nov 2026 14:02:11 +0100\nNadawca: Anna <anna@firm.example>\n"
        "Adresat: Jan Nowicki <jan@klient.example>\n\nWysyłam.\n\nW dniu 2.11.2026 o 10:00, Jan Nowicki pisze:\n> Proszę o ofertę\n"
    )
    found = _understood(_mail(text, sender="Anna <anna@firm.example>", subject="Fwd: Re: x"))
    assert found.contact and (found.contact.address, found.contact.is_confirmed) == ("jan@klient.example", True)


@pytest.mark.parametrize(("mark", "number"), [("\u200e", "601 234 567"), ("", "601-234-567"), ("\u200b", "+48 601 234 567")])
def test_a_form_with_marks_that_nobody_sees(mark: str, number: str) -> None:
    text = f"{mark}Imię i nazwisko:{mark} Jan Kos\n{mark}E-mail: jan@kos.example\n{mark}Telefon: {number}\n{mark}Wiadomość:{mark} Proszę o ofertę.\n"
    found = _understood(_mail(text, sender="WordPress <wordpress@site.example>"))
    assert found.contact and (found.contact.name, found.contact.phone, found.written) == ("Jan Kos", "+48601234567", "Proszę o ofertę.")


@pytest.mark.parametrize("text", [
    "Von: Jürgen Bauer <j@bauer.example>\nBetreff: Anfrage\n\nNachrichtentext:\nBitte ein Angebot.\n\n"
    "-- \nDiese E-Mail wurde von einem Kontaktformular gesendet\n",
    "Nombre: Jürgen Bauer\nCorreo electrónico: j@bauer.example\nTeléfono: +34 612 345 678\nMensaje: Bitte ein Angebot.\n",
])  # fmt: skip
def test_a_form_of_a_neighbouring_country(text: str) -> None:
    found = _understood(_mail(text, sender="WordPress <wordpress@site.example>"))
    assert found.contact and (found.contact.name, found.contact.address, found.written) == ("Jürgen Bauer", "j@bauer.example", "Bitte ein Angebot.")


def test_a_form_that_says_so_in_its_words_only() -> None:
    text = "Soumis le ven, 20/11/2026\n\nLes valeurs soumises sont :\n\nVotre nom: Luc Roy\nVotre courriel: luc@roy.example\nMessage:\nDeux cuves.\n"
    found = _understood(_mail(text, sender="Site <webmaster@site.example>"))
    assert found.contact and (found.kind, found.contact.address, found.written) == (Kind.FORM, "luc@roy.example", "Deux cuves.")


@pytest.mark.parametrize(("said", "is_permanent"), [
    ("550 Nie ma takiego uzytkownika (in reply to RCPT TO command)", True), ("552 Skrzynka odbiorcy jest pelna (in reply to RCPT TO command)", False),
    ("550 Recipient address rejected: User unknown in relay recipient table (in reply to RCPT TO command)", True),
])  # fmt: skip
def test_servers_that_answer_without_accents(said: str, is_permanent: bool) -> None:
    text = f"I'm sorry, your message could not be delivered.\n\n<luc@client.example>: host mx.client.example said: {said}"
    bounce = _understood(_mail(text, sender="Mail Delivery System <MAILER-DAEMON@mx.firm.example>", subject="Undelivered Mail")).bounce
    assert bounce and (bounce.recipient, bounce.is_permanent) == ("luc@client.example", is_permanent)


def test_a_delay_that_only_words_report() -> None:
    text = "A message that you sent has not yet been delivered to one or more of its\nrecipients:\n\n  luc@client.example\n"
    found = _understood(_mail(text, sender="Mail Delivery System <Mailer-Daemon@srv.example>", subject="Warning: message delayed 24 hours"))
    assert found.bounce and (found.kind, found.bounce.action, found.bounce.is_permanent) == (Kind.BOUNCE, "delayed", False)


@pytest.mark.parametrize(("subject", "body"), [
    ("Risposta automatica: Offerta", "Sono assente dall'ufficio fino al 30."), ("Automatische Antwort: Angebot", "Ich bin nicht im Büro."),
    ("Automatisch antwoord: Offerte", "Ik ben afwezig tot 30 november."),
])  # fmt: skip
def test_absence_in_other_languages(subject: str, body: str) -> None:
    assert _understood(_mail(body, subject=subject)).kind is Kind.AUTO_REPLY


def test_a_telephone_that_the_words_ask_to_call() -> None:
    contact = _understood(_mail("Dzień dobry,\nproszę o kontakt pod numerem 601 234 567.\n\nPozdrawiam\nLuc Petit\n")).contact
    assert contact and contact.phone == "+48601234567"


@pytest.mark.parametrize(("foot", "number"), [
    ("Tel: 02/41/22/33/44", "+33241223344"), ("0612345678", "+33612345678"), ("Commande\n4500123456", None), ("12/11/2026", None),
])  # fmt: skip
def test_telephones_with_strokes_or_alone(foot: str, number: str | None) -> None:
    contact = _understood(_mail(f"Bonjour,\n\nun devis SVP.\n\nCordialement,\nLuc Petit\n{foot}\n")).contact
    assert contact and contact.phone == number
