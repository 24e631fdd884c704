"""Forms of the usual programs, field by field; and what is no form."""

from time import process_time

import pytest

from app.domain.form_fields import Meaning
from app.inbound.mime.form_labels import bare_label, meaning_of
from app.inbound.mime.form_layouts import Layout
from app.inbound.mime.forms import find_form, found_fields, number_of
from app.inbound.mime.read import read
from app.inbound.mime.understand import understand
from tests.inbound.mime import form_samples_html
from tests.inbound.mime.form_samples import NO_FORMS, Sample
from tests.inbound.mime.form_samples import SAMPLES as IN_TEXT
from tests.inbound.mime.samples import FIRM, mail

SAMPLES = [*IN_TEXT, *form_samples_html.SAMPLES]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.program)
def test_a_form_gives_its_fields(sample: Sample) -> None:
    letter = read(sample.raw())
    form = find_form(letter, FIRM)
    assert form is not None and form.person is not None
    assert (form.person.name, form.person.address) == (sample.name, sample.email)
    given = {each.meaning: each.value for each in found_fields(letter)}
    assert given.get(Meaning.MESSAGE, "") == sample.message
    assert (form.phone, form.company, form.consent) == (sample.phone, sample.company, sample.consent)
    assert form.subject == (sample.subject or sample.title)
    others = {each.label: each.value for each in found_fields(letter) if each.meaning is Meaning.TEXT}
    assert {name: value for name, value in others.items() if name in sample.others} == sample.others
    assert [name for name in others if name in sample.others] == list(sample.others)
    assert set(others) - set(sample.others) <= {"Powered by"}
    assert understand(letter, FIRM).kind == "form"


def test_there_are_enough_samples() -> None:
    assert len(SAMPLES) >= 40 and len({each.program for each in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("name", NO_FORMS)
def test_an_ordinary_mail_is_no_form(name: str) -> None:
    sender, headers, body = NO_FORMS[name]
    more = {line.partition(": ")[0].replace("-", "_"): line.partition(": ")[2] for line in headers.splitlines()}
    assert find_form(mail(From=sender, body=body, **more), FIRM) is None


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("* Votre nom (obligatoire) :", Meaning.LAST_NAME), ("Your E-mail*", Meaning.EMAIL), ("Q3. What is your phone number?", Meaning.PHONE),
        ("Nazwa firmy (opcjonalnie)", Meaning.COMPANY), ("Jakie jest Twoje imię i nazwisko?", Meaning.NAME), ("your-message", Meaning.MESSAGE),
        ("I agree to the terms of use", Meaning.CONSENT), ("Delivery date", None), ("", None),
    ],
)
def test_what_labels_mean(label: str, meaning: Meaning | None) -> None:
    assert meaning_of(label) is meaning


def test_a_telephone_of_the_region_becomes_international() -> None:
    assert (number_of("06 12 34 56 78", "FR"), number_of("601 234 567", "PL")) == ("+33612345678", "+48601234567")
    assert number_of("ask at the desk", "FR") == "ask at the desk" and number_of("", "FR") is None


HOSTILE = {
    "colons": "a:" * 200_000 + " form submission x@y.example",
    "lines": "Name: x\n" * 50_000,
    "brackets": "form submission x@y.example\n" + ("(" * 150 + " required " + ":\n") * 2_000,
    "blanks": "contact form x@y.example " + " " * 400_000 + "=",
    "cells": "<table>" + "<tr><td>contact form</td><td>x@y.example</td><td>" * 300 + "a<br>" * 50_000,
    "rows": "<table>" + "<tr><td>E-mail</td><td>x@y.example</td></tr>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_a_blink(name: str) -> None:
    body = HOSTILE[name]
    kind = "text/html" if body.startswith("<") else "text/plain"
    letter = mail(From="wordpress@site.example", Content_Type=f"{kind}; charset=utf-8", body=body)
    meanings = {f"label {number}": Meaning.TEXT for number in range(80)}
    before = process_time()
    find_form(letter, FIRM)
    found_fields(letter, meanings)
    assert process_time() - before < 2


def test_a_taught_layout_reads_labels_of_any_shape() -> None:
    meanings = {bare_label(name): meaning for name, meaning in {
        "Qui": Meaning.NAME, "Où vous écrire": Meaning.EMAIL, "Ce que vous cherchez": Meaning.MESSAGE, "Jeton": Meaning.IGNORE}.items()}
    layout = Layout(7, "Site", "site.example", "", meanings)
    directory = type(FIRM)(users=FIRM.users, crm_addresses=FIRM.crm_addresses, domains=FIRM.domains, form_layouts=(layout,))
    for body in (
        "Qui : Luc Roy\nOù vous écrire : luc@roy.example\nJeton : 1\nCe que vous cherchez : T4\nE-mail : rien",
        "Qui\nLuc Roy\n\nOù vous écrire\nluc@roy.example\n\nJeton\n1\n\nCe que vous cherchez\nT4\nE-mail : rien",
        "Qui Luc Roy\nOù vous écrire luc@roy.example\nJeton 1\nCe que vous cherchez\nT4\nE-mail : rien",
    ):
        form = find_form(mail(From="robot@forms.site.example", body=body), directory)
        assert form is not None and form.person is not None and form.layout == 7
        assert (form.person.name, form.person.address, form.message) == ("Luc Roy", "luc@roy.example", "T4\nE-mail : rien")
        assert "Jeton" not in form.fields
    assert find_form(mail(From="robot@forms.site.example", body="Bonjour, à demain."), directory) is None
    assert find_form(mail(From="robot@othersite.example", body="Qui : L\nOù vous écrire : luc@roy.example"), directory) is None


FORWARDED_NOTICES = {
    "fr": (
        "Tr: Nouveau message depuis le formulaire de contact",
        "Pour toi !\n\n---------- Message transféré ---------\nDe : Site web <wordpress@atelier-brume.example>\n"
        "Date : ven. 20 nov. 2026 à 09:12\nObjet : Nouveau message depuis le formulaire de contact\nÀ : <contact@firm.example>\n\n\n"
        "Nom : Aurélie Tanguy\nE-mail : aurelie@conserverie-tanguy.example\nTéléphone : 02 98 11 22 33\nSociété : Conserverie Tanguy\n"
        "Message : Pouvez-vous nous rappeler au sujet des étiqueteuses ?\n",
        "aurelie@conserverie-tanguy.example", "Conserverie Tanguy",
    ),
    "pl": (
        "PD: Nowa wiadomość z formularza kontaktowego",
        "Dla Ciebie.\n\n---------- Forwarded message ---------\nOd: Strona WWW <noreply@drukarnia-wisla.example>\n"
        "Date: pt., 20 lis 2026 o 09:12\nSubject: Nowa wiadomość z formularza kontaktowego\nTo: <biuro@firm.example>\n\n\n"
        "Imię i nazwisko: Zofia Malec\nAdres e-mail: zofia@malec-meble.example\nTelefon: 22 555 12 34\nFirma: Malec Meble\n"
        "Wiadomość: Proszę o ofertę na drukarki etykiet.\n",
        "zofia@malec-meble.example", "Malec Meble",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", FORWARDED_NOTICES)
def test_the_visitor_counts_when_a_colleague_forwards_a_notification(language: str) -> None:
    subject, body, address, company = FORWARDED_NOTICES[language]
    found = understand(mail(From="Anna <anna@firm.example>", Subject=subject, body=body), FIRM)
    assert (found.kind, found.reason) == ("forward", "forward_certain")
    assert found.contact is not None
    assert (found.contact.address, found.contact.company, found.contact.is_confirmed) == (address, company, True)
    assert not found.candidates
