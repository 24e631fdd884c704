"""Teaching a form: from a message that came in, from a pasted sample; testing, editing, switching off; who may."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import FormLayout, IncomingMessage, Opportunity
from app.operations.form_layouts import teach_layout
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
SALES = "sales@crm.grandouest.example"
TEXT = "Qui êtes-vous : Lucie Besnard\nVous joindre : lucie@besnard.example\nRappel : 06 12 34 56 78\nJeton : 8f31\nBesoin : Deux trieuses\n"
MEANINGS = ["name", "email", "phone", "ignore", "message"]
LABELS = ["Qui êtes-vous", "Vous joindre", "Rappel", "Jeton", "Besoin"]
CHOSEN = {"name": "Site", "sender": "site@atelier-web.example", "subject": "", "label": [*LABELS, ""], "meaning": [*MEANINGS, "text"]}


@pytest.fixture
def ada(cast: Cast, client_of: Clients) -> FlaskClient:
    return client_of(cast.ada)


@pytest.fixture
def ignored(cast: Cast) -> IncomingMessage:
    """A notification that nobody taught: a machine's mail."""
    raw = note("Site <site@atelier-web.example>", SALES, envelope=SALES, subject="Trieuses", text=TEXT, headers="Auto-Submitted: auto-generated")
    message = deliver(make_mailbox(is_trusted=False), raw)
    assert message.state.value == "ignored"
    return message


def layouts() -> list[FormLayout]:
    return list(db.session.scalars(select(FormLayout)))


def shown(answer: Any) -> str:
    """What a person reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.feature("X5")
def test_a_message_teaches_and_is_filed_with_its_fields(ada: FlaskClient, cast: Cast, ignored: IncomingMessage) -> None:
    page = ada.get(f"/incomingmail/show/{ignored.id}")
    link = re.search(r'href="(/formlayoutview/add\?message=\d+)"', page.text)
    assert link and "Teach from this message" in page.text
    form = ada.get(link[1])
    assert form.status_code == 200 and 'value="site@atelier-web.example"' in form.text
    assert "Vous joindre" in form.text and "lucie@besnard.example" in form.text and 'name="replay"' in form.text

    seen = ada.post("/formlayoutview/add", data={**CHOSEN, "message": ignored.id, "preview": "1"})
    assert seen.status_code == 200 and not layouts()
    assert "It would make an opportunity." in seen.text and "+33" not in seen.text and "06 12 34 56 78" in seen.text
    assert "8f31" not in seen.text.partition('id="preview"')[2]

    saved = ada.post("/formlayoutview/add", data={**CHOSEN, "message": ignored.id, "replay": "1", "team": cast.north.id})
    assert saved.headers["Location"] == f"/incomingmail/show/{ignored.id}"
    (layout,) = layouts()
    assert (layout.taught_from_id, layout.created_by_id, layout.owner_id, layout.team_id) == (ignored.id, cast.ada.id, None, cast.north.id)
    assert layout.labels == [list(pair) for pair in zip(LABELS, MEANINGS, strict=True)]
    message = db.session.get_one(IncomingMessage, ignored.id)
    assert message.state.value == "created" and message.opportunity is not None and message.opportunity.team_id == cast.north.id
    history = shown(ada.get(f"/opportunityview/show/{message.opportunity_id}"))
    places = [history.index(f"{label} {value}") for label, value in (
        ("Qui êtes-vous", "Lucie Besnard"), ("Vous joindre", "lucie@besnard.example"), ("Rappel", "06 12 34 56 78"), ("Besoin", "Deux trieuses"))]
    assert places == sorted(places) and "8f31" not in history


@pytest.mark.feature("X5")
@pytest.mark.parametrize("way", ["pasted text", "pasted source", "file"])
def test_a_sample_teaches(ada: FlaskClient, way: str) -> None:
    assert ada.get("/formlayoutview/add").headers["Location"] == "/formlayoutview/teach"
    assert ada.get("/formlayoutview/teach").status_code == 200
    raw = note("Site <site@atelier-web.example>", SALES, subject="Trieuses", text=TEXT)
    ways: dict[str, dict[str, Any]] = {"pasted text": {"pasted": TEXT}, "pasted source": {"pasted": raw.decode()}, "file": {"file": (BytesIO(raw), "x.eml")}}
    form = ada.post("/formlayoutview/add", data={**ways[way], "read": "1"}, content_type="multipart/form-data")
    assert "Vous joindre" in form.text and ("site@atelier-web.example" in form.text) == (way != "pasted text")
    kept = re.search(r'name="kept" value="([^"]+)"', form.text)
    assert kept
    refused = ada.post("/formlayoutview/add", data={**CHOSEN, "kept": kept[1], "meaning": ["name", "name", *MEANINGS[2:], "text"]})
    assert refused.status_code == 200 and "is chosen for two labels" in refused.text and "Lucie Besnard" in refused.text and not layouts()
    assert ada.post("/formlayoutview/add", data={**CHOSEN, "kept": kept[1]}).status_code == 302
    assert [each.taught_from_id for each in layouts()] == [None]


def test_a_label_that_was_not_found_is_typed(ada: FlaskClient) -> None:
    text = "Visiteur Lucie Besnard\nVous joindre : lucie@besnard.example\n"
    data = {**CHOSEN, "pasted": text, "label": ["Vous joindre", "Visiteur"], "meaning": ["email", "name"], "preview": "1"}
    page = ada.post("/formlayoutview/add", data=data)
    assert "Contact Lucie Besnard E-mail lucie@besnard.example" in shown(page)


def test_a_known_contact_is_announced_as_history(ada: FlaskClient) -> None:
    page = ada.post("/formlayoutview/add", data={**CHOSEN, "pasted": TEXT.replace("lucie@besnard", "k.dudek@jesion"), "preview": "1"})
    assert "It would be added to the history of “Terminale do magazynu”" in page.text


def test_another_sample_tests_and_an_edit_changes(ada: FlaskClient, cast: Cast) -> None:
    values = {"name": "Site", "sender": "site@atelier-web.example", "labels": [[a, b] for a, b in zip(LABELS, MEANINGS, strict=True)]}
    pk = teach_layout(values, actor=SYSTEM).id
    assert "Test with another mail" in ada.get(f"/formlayoutview/show/{pk}").text
    other = note("Site <else@atelier-web.example>", SALES, text="Bonjour,\nrien à dire.\n").decode()
    tested = ada.post(f"/formlayoutview/test/{pk}", data={"pasted": other, "read": "1"})
    assert "not from site@atelier-web.example" in tested.text and "Too few of the labels" in tested.text and "not in this sample" in tested.text
    assert f'action="/formlayoutview/edit/{pk}"' in tested.text and 'value="Site"' in tested.text
    empty = ada.post(f"/formlayoutview/test/{pk}", data={"read": "1"}, follow_redirects=True)
    assert "Paste a mail of the form, or choose a file." in empty.text

    edit = ada.get(f"/formlayoutview/edit/{pk}")
    version = re.search(r'name="version" value="(\d+)"', edit.text)
    assert version and all(label in edit.text for label in LABELS)
    changed = {**CHOSEN, "name": "Site 2", "meaning": ["name", "email", "phone", "text", "message", "text"], "version": version[1], "is_active": "y"}
    assert ada.post(f"/formlayoutview/edit/{pk}", data=changed).status_code == 302
    stale = ada.post(f"/formlayoutview/edit/{pk}", data=changed | {"name": "Site 3"})
    assert stale.status_code == 200
    (layout,) = layouts()
    assert (layout.name, dict(layout.labels)["Jeton"]) == ("Site 2", "text")


def test_switched_off_and_deleted_it_reads_no_more(ada: FlaskClient, cast: Cast) -> None:
    values = {"name": "Site", "sender": "site@atelier-web.example", "labels": [[a, b] for a, b in zip(LABELS, MEANINGS, strict=True)]}
    pk = teach_layout(values, actor=SYSTEM).id
    mailbox = make_mailbox(is_trusted=False)

    def kind(number: int) -> str:
        message = deliver(mailbox, note("Site <site@atelier-web.example>", SALES, envelope=SALES, subject=f"n{number}", text=TEXT))
        assert message.kind
        return message.kind

    assert kind(1) == "form"
    ada.post(f"/formlayoutview/action/disable/{pk}")
    assert kind(2) != "form"
    ada.post(f"/formlayoutview/action/enable/{pk}")
    assert kind(3) == "form"
    ada.post(f"/formlayoutview/delete/{pk}")
    assert kind(4) != "form" and not layouts()


@pytest.mark.feature("X1")
def test_only_administrators_teach(cast: Cast, client_of: Clients, ignored: IncomingMessage) -> None:
    for user in (cast.claire, cast.anna):
        client = client_of(user)
        assert {client.get(f"/formlayoutview/{page}").status_code for page in ("add", "teach", "list/")} <= {302, 403, 404}
        client.post("/formlayoutview/add", data={**CHOSEN, "pasted": TEXT})
        assert "formlayoutview" not in client.get("/incomingmail/").text
    assert not layouts()
    assert client_of(None).get("/formlayoutview/teach").status_code == 302
    ada = client_of(cast.ada)
    assert ada.get("/formlayoutview/add?message=987654").status_code == 404
    assert ada.get("/formlayoutview/add", headers={"Accept-Language": "pl"}).status_code == 302


def test_hostile_samples_are_refused_or_read(ada: FlaskClient) -> None:
    large = ada.post("/formlayoutview/add", data={"pasted": "x" * 300_000, "read": "1"})
    assert "larger than 256 KB" in large.text
    assert ada.post("/formlayoutview/add", data={"kept": "§§", "name": "x"}).status_code == 200
    odd = ada.post("/formlayoutview/add", data={"pasted": "<script>alert(1)</script>: <b>\nName: <i>", "read": "1"})
    assert odd.status_code == 200 and "<script>alert" not in odd.text
    assert ada.post("/formlayoutview/add", data={**CHOSEN, "pasted": TEXT, "meaning": ["nonsense"] * 6, "preview": "1"}).status_code == 200
    assert db.session.scalar(select(Opportunity.id).where(Opportunity.title == "Site")) is None
