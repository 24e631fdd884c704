"""A forward is about the customer in it; where that is not certain, people choose among candidates."""

import struct
from email.message import EmailMessage

import pytest

from app.inbound.mime.read import read
from app.inbound.mime.understand import Understanding, understand
from tests.inbound.mime.samples import FIRM, mail

ANNA = "Anna Nowak <anna@firm.example>"
JEAN = "Jean Dupont <jean.dupont@client.example>"


def forwarded(body: str, subject: str = "TR: Offre") -> Understanding:
    return understand(mail(From=ANNA, Subject=subject, body=body), FIRM)


def block(sender: str, to: str, text: str, *, cc: str = "") -> str:
    copies = f"Cc : {cc}\n" if cc else ""
    return f"De : {sender}\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : {to}\n{copies}Objet : Offre\n\n{text}"


def contact(found: Understanding) -> tuple[str, str, bool] | None:
    return (found.contact.name, found.contact.address, found.contact.is_confirmed) if found.contact else None


def test_own_sent_mail_is_about_whom_it_was_written_to_but_waits() -> None:
    found = forwarded(block(ANNA, JEAN, "Voici notre offre."))
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", False)
    assert [each.address for each in found.candidates] == ["jean.dupont@client.example"]


def test_own_answer_to_the_customer_who_is_quoted_below_is_certain() -> None:
    thread = block(ANNA, JEAN, "Voici notre offre.\n\n" + block(JEAN, ANNA, "Combien pour 40 postes ?"))
    found = forwarded(thread)
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", True)
    assert found.candidates == ()


def test_own_mail_to_two_customers_waits_with_both() -> None:
    found = forwarded(block(ANNA, f"{JEAN}; Eve Roy <eve@client.example>", "Voici."))
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", False)
    assert [each.address for each in found.candidates] == ["jean.dupont@client.example", "eve@client.example"]


@pytest.mark.parametrize(
    "signature",
    ["Jean Dupont\njean.dupont@client.example", "J. Dupont, jdupont@client.example", "dupont@client.example"],
)
def test_a_sender_shown_by_name_waits_with_the_address_that_is_made_of_it(signature: str) -> None:
    found = forwarded(block("Jean Dupont", "Anna Nowak", f"Copie à paul@client.example\n\n{signature}"))
    assert found.reason == "forward_uncertain"
    assert found.contact is not None
    assert found.contact.name == "Jean Dupont"
    assert found.contact.address in signature
    assert not found.contact.is_confirmed


def test_a_sender_shown_by_name_keeps_only_the_name_where_no_address_fits() -> None:
    found = forwarded(block("Jean Dupont", "Anna Nowak", "Écrivez à paul@client.example.", cc="Eve <eve@client.example>"))
    assert contact(found) == ("Jean Dupont", "", False)
    assert [(each.name, each.address) for each in found.candidates] == [("Jean Dupont", ""), ("Eve", "eve@client.example")]


def test_a_forward_without_headers_offers_the_addresses_in_it() -> None:
    found = forwarded("Voir paul@client.example, en copie anna@firm.example et no-reply@client.example")
    assert found.contact is None
    assert [each.address for each in found.candidates] == ["paul@client.example"]


def test_a_thread_of_customers_is_about_the_one_who_wrote_last() -> None:
    found = forwarded(block(JEAN, ANNA, "D'accord.\n\n" + block(ANNA, JEAN, "Voici.\n\n" + block(JEAN, ANNA, "Combien ?"))))
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", True)
    assert found.forward is not None
    assert found.forward.text.startswith("D'accord.")
    assert "Combien ?" in found.forward.text


def _customer() -> EmailMessage:
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = JEAN, ANNA, "Offre"
    inner["Date"] = "Tue, 03 Nov 2026 10:12:00 +0100"
    inner.set_content("Combien pour 40 postes ?")
    return inner


def _outer(subject: str = "TR: Offre") -> EmailMessage:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = ANNA, "crm@firm.example", subject
    outer.set_content("À traiter.")
    return outer


def _attached() -> EmailMessage:
    outer = _outer()
    outer.add_attachment(_customer())
    return outer


def _file(name: str, kind: str) -> EmailMessage:
    outer = _outer()
    main, _, sub = kind.partition("/")
    outer.add_attachment(_customer().as_bytes(), maintype=main, subtype=sub, filename=name)
    return outer


def _twice() -> EmailMessage:
    middle = EmailMessage()
    middle["From"], middle["To"], middle["Subject"] = "Ewa <ewa@firm.example>", ANNA, "TR: Offre"
    middle.set_content("Pour toi.")
    middle.add_attachment(_customer())
    outer = _outer("TR: TR: Offre")
    outer.add_attachment(middle)
    return outer


def _written_inside_attached() -> EmailMessage:
    middle = EmailMessage()
    middle["From"], middle["To"], middle["Subject"] = "Ewa <ewa@firm.example>", ANNA, "TR: Offre"
    middle.set_content("Pour toi.\n\n" + block(JEAN, ANNA, "Combien pour 40 postes ?"))
    outer = _outer("Fwd: TR: Offre")
    outer.add_attachment(middle)
    return outer


def _winmail() -> EmailMessage:
    """A winmail.dat that holds nothing but the text: subject and body as its attributes."""
    def attribute(level: int, name: int, kind: int, value: bytes) -> bytes:
        return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    text = block(JEAN, ANNA, "Combien pour 40 postes ?").encode("cp1252").replace(b"\n", b"\r\n") + b"\0"
    data = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x800C, 2, text)
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = ANNA, "crm@firm.example", "TR: Offre"
    outer.set_content("")
    outer.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return outer


@pytest.mark.parametrize(
    "outer",
    [
        pytest.param(_attached(), id="attached message"),
        pytest.param(_file("Offre.eml", "application/octet-stream"), id="file"),
        pytest.param(_file("OFFRE.EML", "application/x-unknown"), id="file in capitals"),
        pytest.param(_twice(), id="attached twice"),
        pytest.param(_written_inside_attached(), id="written inside an attached one"),
        pytest.param(_winmail(), id="winmail.dat"),
    ],
)
def test_a_mail_that_came_as_a_file(outer: EmailMessage) -> None:
    found = understand(read(outer.as_bytes()), FIRM)
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", True)
    assert found.forward is not None
    assert found.forward.text == "Combien pour 40 postes ?"
    assert f"{found.forward.date:%Y-%m-%d %H:%M}" == "2026-11-03 10:12"


def test_people_without_an_address_take_no_part() -> None:
    found = forwarded(block(JEAN, "Anna Nowak; Paul Roy", "Bonjour"))
    assert contact(found) == ("Jean Dupont", "jean.dupont@client.example", True)
    assert found.participants == ()
