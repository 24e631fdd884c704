import pytest

from app.inbound.mime.directory import Directory
from app.inbound.mime.read import read
from app.inbound.mime.understand import REASONS, understand
from app.support.seal import Seal
from tests.inbound.mime.samples import FIRM, mail, sample, understood


@pytest.mark.parametrize(
    ("name", "kind", "contact", "language"),
    [
        ("bcc_fr", "bcc", "helene.marchand@client.example", "fr"),
        ("forward_pl", "forward", "jan.kowalski@klient.example", "pl"),
        ("forward_attached_en", "forward", "mary.stone@buyer.example", None),
        ("reply_fr", "reply", "helene.marchand@client.example", "fr"),
        ("bounce_en", "bounce", None, None),
        ("absence_pl", "auto_reply", "jan.kowalski@klient.example", None),
        ("newsletter_fr", "list", None, None),
        ("form_fr", "form", "luc.durand@prospect.example", "fr"),
        ("invitation_en", "calendar", "mary.stone@buyer.example", None),
        ("inbound_pl_windows1250", "inbound", "zbigniew@klient.example", "pl"),
        ("inbound_html_en", "inbound", "mary.stone@buyer.example", "en"),
        ("group_en", "inbound", "mary.stone@buyer.example", "en"),
    ],
)
def test_kind_contact_and_language(name: str, kind: str, contact: str | None, language: str | None) -> None:
    found = understood(name)
    assert found.kind == kind
    assert (found.contact.address if found.contact else None) == contact
    if language:
        assert found.language == language
    assert found.sentence


def test_bcc_names_the_address_and_the_participants() -> None:
    found = understood("bcc_fr")
    assert found.reason == "bcc_envelope"
    assert found.addressed == ("crm@firm.example",)
    assert found.user == "anna"
    assert [each.address for each in found.participants] == ["paul@client.example"]


def test_a_user_whose_server_hides_the_envelope() -> None:
    raw = sample("bcc_fr").split(b"\n", 3)[3]
    assert understand(read(raw), FIRM).reason == "bcc_hidden"


def test_forward_keeps_the_note_apart_and_the_files() -> None:
    found = understood("forward_attached_en")
    assert found.written == "Please call her today."
    assert found.forward is not None
    assert found.forward.text == "We would like to order two machines."
    assert [each.name for each in found.attachments] == ["Machine order.eml", "order.pdf"]
    assert found.contact is not None
    assert found.contact.is_confirmed


def test_forward_proposes_the_phone_of_the_customer() -> None:
    found = understand(read(sample("forward_pl")), FIRM)
    assert found.contact is not None
    assert (found.contact.name, found.contact.phone) == ("Jan Kowalski", "+48601234567")
    assert found.written == "Proszę o szybki kontakt."


def test_forward_without_a_block_waits_for_a_person() -> None:
    found = understand(
        mail(From="anna@firm.example", Subject="TR: offre", body="Voir jean@client.example"), FIRM
    )
    assert found.kind == "forward"
    assert found.reason == "forward_uncertain"
    assert found.contact is None


def test_reply_parts_the_quote() -> None:
    found = understood("reply_fr")
    assert "commander le matériel" in found.written
    assert "Vous trouverez" in found.quoted


def test_form_gives_person_and_fields() -> None:
    found = understood("form_fr")
    assert found.form is not None
    assert found.contact is not None
    assert (found.contact.name, found.contact.company) == ("Luc Durand", "Durand SARL")
    assert found.form.fields["Téléphone"] == "06 12 34 56 78"
    assert found.written == "Bonjour, pouvez-vous me rappeler ?\nObjet de ma demande : deux machines."


def test_bounce_outranks_the_automatic_mark() -> None:
    found = understood("bounce_en")
    assert found.bounce is not None
    assert (found.bounce.recipient, found.bounce.status, found.bounce.is_permanent) == (
        "gone@client.example",
        "5.1.1",
        True,
    )
    assert found.bounce.original_message_id == "offer-1@firm.example"


def test_our_own_mail_is_not_taken_in_again() -> None:
    assert understand(mail(From="crm@firm.example"), FIRM).kind == "own"
    ours = Seal("a key", "{}@crm.firm.example")
    signed = ours.message_id("word", "firm.example")
    assert understand(mail(Message_ID=f"<{signed}>"), Directory(seal=ours)).kind == "own"
    assert understand(mail(Message_ID=f"<{signed}>"), Directory(seal=Seal("another", ours.pattern))).kind != "own"


def test_a_group_named_by_an_administrator_is_no_list() -> None:
    listed = {"List_Id": "Team <team.groups.example>", "Precedence": "list"}
    assert understand(mail(**listed), FIRM).kind == "list"
    named = Directory(crm_addresses=FIRM.crm_addresses, groups={"team.groups.example": "crm@firm.example"})
    assert understand(mail(**listed), named).kind == "inbound"


def test_unsubscribe_alone_is_not_bulk() -> None:
    assert understand(mail(List_Unsubscribe="<https://x.example>"), FIRM).kind == "inbound"
    assert understand(mail(List_Unsubscribe="<https://x.example>", Precedence="bulk"), FIRM).kind == "list"


def test_a_localised_subject_alone_is_a_weak_sign() -> None:
    assert understand(mail(Subject="Réponse automatique à vos questions"), FIRM).kind == "inbound"
    away = mail(Subject="Réponse automatique : devis", body="Je suis absent, de retour le 3 mars.")
    assert understand(away, FIRM).kind == "auto_reply"


def test_reply_to_counts_only_for_machines() -> None:
    person = understand(mail(Reply_To="other@else.example"), FIRM)
    machine = understand(mail(From="no-reply@shop.example", Reply_To="other@else.example"), FIRM)
    assert person.contact is not None
    assert machine.contact is not None
    assert (person.contact.address, machine.contact.address) == ("mary@buyer.example", "other@else.example")


def test_free_mail_is_no_company() -> None:
    private = understand(mail(From="jean.dupont@gmail.com"), FIRM).contact
    firm = understand(mail(), FIRM).contact
    assert private is not None
    assert firm is not None
    assert (private.name, private.company_domain) == ("Jean Dupont", None)
    assert firm.company_domain == "buyer.example"


def test_forward_of_a_customer_is_their_own_mail() -> None:
    assert understand(mail(Subject="Fwd: plan", References="<a@b.example>"), FIRM).kind == "inbound"


def test_every_reason_has_a_sentence() -> None:
    filler = dict.fromkeys(("address", "recipient", "sender", "user", "person", "sign", "method", "type"), "x")
    assert all(sentence % filler for sentence in REASONS.values())
