"""Forms of other programs that somebody taught, through the whole journey."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.errors import DomainError
from app.domain.opportunities import Source
from app.extensions import db
from app.inbound import decisions
from app.models import FormLayout, IncomingMessage, Opportunity, TimelineEntry
from app.models.crm_addresses import Policy
from app.operations import records
from app.operations.form_layouts import teach_layout
from app.permissions.actor import SYSTEM, acting
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

pytestmark = pytest.mark.database

LABELS = [["Votre nom", "name"], ["Courriel de contact", "email"], ["Rappel au", "phone"], ["Machine", "text"], ["Votre besoin", "message"],
          ["Jeton", "ignore"]]
FILLED = """Votre nom
Lucie Besnard

Courriel de contact
lucie@besnard.example

Rappel au 06 12 34 56 78
Machine : Trieuse T4
Jeton : 8f31
Votre besoin
Bonjour, deux trieuses.

E-mail : ne pas lire ceci
"""
SITE = "Site <site@atelier-web.example>"
SALES = "sales@crm.grandouest.example"


def teach(**more: Any) -> FormLayout:
    values = {"name": "Site de la firme", "sender": "site@atelier-web.example", "labels": LABELS, **more}
    return teach_layout(values, actor=SYSTEM)


def submission(sender: str = SITE, to: str = SALES, *, text: str = FILLED, subject: str = "Trieuses", headers: str = "") -> bytes:
    return note(sender, to, envelope=SALES, subject=subject, text=text, headers=headers)


def arrived(raw: bytes, **more: Any) -> IncomingMessage:
    return deliver(make_mailbox(is_trusted=False, **more), raw)


@pytest.mark.feature("X5")
def test_a_taught_form_becomes_an_opportunity_with_its_fields(cast: Cast) -> None:
    teach(team=cast.south, owner=cast.tom)
    message = arrived(submission())
    assert (message.kind, message.state.value, message.reason) == ("form", "created", "new_from_form")
    deal, entry = message.opportunity, message.entry
    assert deal is not None and entry is not None and message.contact is not None
    assert (deal.title, deal.source, deal.owner_id, deal.team_id) == ("Trieuses", Source.WEB_FORM, cast.tom.id, cast.south.id)
    assert (message.contact.name, message.contact.address) == ("Lucie Besnard", "lucie@besnard.example")
    assert [each.number for each in message.contact.phones] == ["+33612345678"]
    assert list(entry.params["fields"].items()) == [
        ("Votre nom", "Lucie Besnard"), ("Courriel de contact", "lucie@besnard.example"), ("Rappel au", "06 12 34 56 78"),
        ("Machine", "Trieuse T4"), ("Votre besoin", "Bonjour, deux trieuses.\n\nE-mail : ne pas lire ceci"),
    ]
    assert entry.body == "Bonjour, deux trieuses.\n\nE-mail : ne pas lire ceci"


MACHINE = "Auto-Submitted: auto-generated\nPrecedence: bulk\nList-Id: <forms.atelier-web.example>\nList-Unsubscribe: <https://x.example>"
GROUP = """Precedence: list
List-Id: Team <sales.crm.grandouest.example>
X-Original-Sender: site@atelier-web.example
X-Original-From: Site <site@atelier-web.example>"""


@pytest.mark.feature("X5")
@pytest.mark.parametrize(
    ("sender", "headers"), [(SITE, MACHINE), (f"'Site' via Sales <{SALES}>", GROUP), ("'Site' via Team <team@lists.example>", GROUP)],
    ids=["machine", "our group", "another group"],
)
def test_what_marks_machines_and_lists_does_not_hide_a_taught_form(cast: Cast, sender: str, headers: str) -> None:
    assert arrived(submission(sender, headers=headers)).kind != "form"
    teach()
    message = arrived(submission(sender, subject="Encore", headers=headers), name="second")
    assert (message.kind, message.state.value) == ("form", "created")


def test_first_and_last_names_stay_apart(cast: Cast) -> None:
    text = "Prénom : Anne\nNom : de La Tour\nE-mail : anne@latour.example\nMessage : Bonjour\n"
    contact = arrived(note("WordPress <wordpress@site.example>", SALES, envelope=SALES, text=text)).contact
    assert contact is not None and (contact.first_name, contact.last_name) == ("Anne", "de La Tour")


def test_replay_after_teaching_makes_the_opportunity(cast: Cast) -> None:
    message = arrived(submission(headers=MACHINE))
    assert message.state.value == "ignored"
    teach(team=cast.north)
    with acting(actor(cast.ada)):
        decisions.replay(message, actor=actor(cast.ada))
    assert message.state.value == "created" and message.opportunity is not None
    assert message.opportunity.team_id == cast.north.id


def test_a_known_contact_with_a_live_opportunity_gets_a_line_of_history(cast: Cast) -> None:
    teach()
    before = db.session.scalar(select(func.count(Opportunity.id)))
    message = arrived(submission(text=FILLED.replace("lucie@besnard.example", "k.dudek@jesion.example")))
    assert (message.state.value, message.reason, message.opportunity) == ("attached", "form_attached", cast.terminals)
    assert message.reason_params["contact"] == "Katarzyna Dudek"
    assert db.session.scalar(select(func.count(Opportunity.id))) == before


def test_only_what_was_taught_is_free_of_policy_and_rate(cast: Cast) -> None:
    records.update(cast.sales, {"policy": Policy.KNOWN}, actor=SYSTEM)
    mailbox = make_mailbox(is_trusted=False)

    def fates() -> set[tuple[str, str | None]]:
        found = [deliver(mailbox, submission(text=FILLED.replace("lucie@", f"lucie{n}@"), subject=f"n{n}")) for n in range(23)]
        return {(each.state.value, each.reason) for each in found if each}

    teach()
    assert fates() == {("created", "new_from_form")}
    for each in db.session.scalars(select(FormLayout)):
        records.update(each, {"is_active": False}, actor=SYSTEM)
    look_alike = "Nom : L\nE-mail : l{0}@besnard.example\nMessage : Bonjour"
    found = [
        deliver(mailbox, note("Site <wordpress@elsewhere.example>", SALES, envelope=SALES, subject=f"s{n}", text=look_alike.format(n)))
        for n in range(23)
    ]
    reasons = [each.reason for each in found if each]
    assert reasons[0] == "policy_known" and reasons[-1] == "rate"


def test_the_subject_and_the_labels_tell_forms_of_one_sender_apart(cast: Cast) -> None:
    teach(subject="trieuses", team=cast.north)
    teach(name="Recrutement", labels=[["Candidat", "name"], ["Adresse", "email"], ["Poste", "text"]], team=cast.south)
    jobs = arrived(submission(subject="Candidature", text="Candidat: Ana Roy\nAdresse: ana@roy.example\nPoste: Monteur\n"))
    sorters = arrived(submission(subject="Demande de TRIEUSES"), name="second")
    assert jobs.opportunity is not None and sorters.opportunity is not None
    assert (jobs.opportunity.team_id, sorters.opportunity.team_id) == (cast.south.id, cast.north.id)
    other = arrived(submission(subject="Mise à jour", text="Bonjour,\nnos tarifs changent.\n"), name="third")
    assert other.kind == "inbound"


def test_a_taught_sender_whose_site_has_new_labels_still_sends_forms(cast: Cast) -> None:
    teach()
    message = arrived(submission(text="Nom : Lucie Besnard\nE-mail : lucie@besnard.example\nMessage : Bonjour\n", headers=MACHINE))
    assert (message.kind, message.state.value) == ("form", "created")


def test_a_site_that_writes_in_the_name_of_a_colleague(cast: Cast) -> None:
    teach(sender="anna@grandouest.example")
    message = arrived(submission("Anna <anna@grandouest.example>"))
    assert (message.kind, message.state.value, message.acting_user_id) == ("form", "created", None)
    letter = arrived(note("Anna <anna@grandouest.example>", "p.rawa@rawa.example", envelope=cast.crm(cast.anna)), name="second")
    assert letter.kind == "bcc"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sender": "gmail.com"}, "shared_domain"),
        ({"sender": "grandouest.example"}, "own_domain"),
        ({"sender": "not a sender"}, "not_a_sender"),
        ({"labels": [["Nom", "name"], ["Prénom", "name"]]}, "meaning_twice"),
        ({"labels": [["Nom", "ignore"]]}, "no_labels"),
        ({"name": "Twin"}, "taught_already"),
    ],
)
def test_what_cannot_be_taught_says_why(cast: Cast, values: dict[str, Any], code: str) -> None:
    teach()
    with pytest.raises(DomainError) as refusal:
        teach(**{"name": "Another", **values})
    assert refusal.value.code == code


def test_a_mail_costs_no_statement_more_when_forms_are_taught(cast: Cast, statements: list[str]) -> None:
    mailbox = make_mailbox(is_trusted=False)
    letter = "Olivia <olivia@stone.example>"
    deliver(mailbox, note(letter, SALES, envelope=SALES))
    statements.clear()
    deliver(mailbox, note(letter, SALES, envelope=SALES))
    usual = len(statements)
    teach()
    deliver(mailbox, note(letter, SALES, envelope=SALES))  # the directory is read anew
    statements.clear()
    deliver(mailbox, note(letter, SALES, envelope=SALES))
    assert len(statements) == usual
    assert db.session.scalar(select(func.count(TimelineEntry.id))) >= 4
