"""The foot of a mail proposes how to reach its writer; every mail here is constructed."""

import pytest

from app.inbound.mime.signatures import PostalAddress, Signature, read_signature

FRENCH = """Bonjour,

Merci de nous envoyer 40 postes avant le 12/11/2026.

{closer}

Jean Dupont
Directeur des achats
ACME Industries SAS
12 rue de la Paix
75002 Paris
Tél. : 01 23 45 67 89 | Mob. : 06 12 34 56 78
Fax : 01 23 45 67 90
www.acme-industries.example
SIRET 552 100 554 00013 - RCS Paris 552 100 554 - TVA FR83404833048
"""
POLISH = """Dzień dobry,

proszę o ofertę na numer 40 000.

{closer}
Anna Kowalska
Kierownik Działu Zakupów
Alfa Sp. z o.o.
ul. Prosta 51, 00-838 Warszawa
tel. 22 123 45 67, kom. +48 601 234 567
NIP: 526-025-02-74, REGON: 012100784, KRS: 0000123456
https://www.alfa.example/kontakt
"""
QUOTE = "\n{attribution}\n> Marc Petit\n> tel. 22 999 88 77\n> NIP 526-025-02-74\n"


def values(signature: Signature, *names: str) -> list[str | None]:
    return [found.value if (found := getattr(signature, name)) else None for name in names]


@pytest.mark.parametrize(
    "closer",
    ["Cordialement,", "Bien cordialement", "-- ", "Bonne journée,"],
)
@pytest.mark.parametrize(
    "quote",
    ["", QUOTE.format(attribution="Le 3 nov. 2026 à 10:12, Marc <m@firm.example> a écrit :")],
)
def test_french_signature(closer: str, quote: str) -> None:
    found = read_signature(FRENCH.format(closer=closer) + quote, region="FR")
    assert [phone.value for phone in found.phones] == ["+33123456789", "+33612345678"]
    assert found.phones[1].line == "Tél. : 01 23 45 67 89 | Mob. : 06 12 34 56 78"
    assert values(found, "name", "job", "company") == ["Jean Dupont", "Directeur des achats", "ACME Industries SAS"]
    assert values(found, "siren", "siret", "vat") == ["552100554", "55210055400013", "FR83404833048"]
    assert values(found, "website", "nip", "regon") == ["www.acme-industries.example", None, None]
    assert found.address == PostalAddress("12 rue de la Paix", "75002", "Paris", "12 rue de la Paix, 75002 Paris")


@pytest.mark.parametrize(
    "closer",
    ["Pozdrawiam", "Z poważaniem,", "-- \nPozdrawiam serdecznie", "--"],
)
@pytest.mark.parametrize(
    "quote",
    ["", QUOTE.format(attribution="W dniu 3.11.2026 o 10:12, Marc pisze:")],
)
def test_polish_signature(closer: str, quote: str) -> None:
    found = read_signature(POLISH.format(closer=closer) + quote, region="PL")
    assert [phone.value for phone in found.phones] == ["+48221234567", "+48601234567"]
    assert values(found, "name", "job", "company") == ["Anna Kowalska", "Kierownik Działu Zakupów", "Alfa Sp. z o.o."]
    assert values(found, "nip", "regon", "siren", "siret") == ["5260250274", "012100784", None, None]
    assert values(found, "website") == ["https://www.alfa.example/kontakt"]
    assert found.address is not None
    assert (found.address.street, found.address.city) == ("ul. Prosta 51", "Warszawa")


def test_one_line_signature() -> None:
    text = "OK.\n\nBest regards,\nJane Doe | Sales Manager | Widgets Ltd\n+44 20 7946 0958"
    found = read_signature(text, region=None)
    assert values(found, "name", "job", "company") == ["Jane Doe", "Sales Manager", "Widgets Ltd"]
    assert [phone.value for phone in found.phones] == ["+442079460958"]


def test_wrong_check_digits_are_no_proposal() -> None:
    found = read_signature("OK\n\n--\nAnna\nNIP 526-025-02-75\nREGON 012100785\nSIREN 552 100 555", region="PL")
    assert values(found, "nip", "regon", "siren") == [None, None, None]
    assert found.phones == ()


def test_polish_vat_number_gives_the_nip() -> None:
    found = read_signature("OK\n\n--\nAnna\nVAT: PL5260250274", region="PL")
    assert values(found, "vat", "nip") == ["PL5260250274", "5260250274"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Oui.",
        "Bonjour,\nle montant est de 1 234 567,00 EUR et la date le 12/11/2026.\nMerci,\nJean",
        "Le directeur est d'accord. Il viendra demain.\n\nCordialement,\nJean",
        "See https://www.linkedin.com/in/anna and https://calendly.com/anna\n\nThanks,\nAnna",
    ],
)
def test_nothing_certain_no_proposal(text: str) -> None:
    found = read_signature(text, region="FR")
    assert values(found, "job", "company", "website", "nip", "siren", "vat") == [None] * 6
    assert found.phones == ()
    assert found.address is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "+33 ",
        "a.",
        "www.",
        "rue ",
        "ul. ",
        "A ",
        "FR 1",
        "NIP ",
        "(0)",
        "Merci\n",
        "Merci\n+33 1 23 45 67 89\n",
        "Sp. z o.o. ",
    ],
)
def test_crafted_text_takes_linear_time(piece: str) -> None:
    read_signature(piece * (512 * 1024 // len(piece)), region="FR")


OUTLOOK_ANSWER = """Pani Anno,

dziękuję za porównanie.

Pozdrawiam
Katarzyna Dudek

Od: Anna Wiśniewska <anna@firma.example>
Wysłano: poniedziałek, 16 listopada 2026 11:02
Do: Katarzyna Dudek <k.dudek@jesion.example>
Temat: Porównanie terminali

Pozdrawiam
Anna Wiśniewska
Firma Sp. z o.o.
tel. 22 555 01 10
"""


def test_the_foot_of_a_quote_without_marks_is_not_the_writers() -> None:
    found = read_signature(OUTLOOK_ANSWER, region="PL")
    assert (list(found.phones), found.company) == ([], None)
    own, _, quoted = OUTLOOK_ANSWER.partition("Od:")
    attributed = own + "W dniu 16.11.2026 o 11:02, Anna Wiśniewska pisze:\n" + quoted.partition("terminali\n")[2]
    assert not read_signature(attributed, region="PL").phones
