"""The public web form: what a visitor of any site sends becomes an opportunity, once, and robots do not."""

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.messages import State
from app.extensions import db, store
from app.inbound.mime.read import read
from app.models import Delivery, IncomingMessage, Opportunity, TimelineEntry, WebForm
from app.operations import records, web_forms
from app.permissions.actor import SYSTEM
from tests.people import Cast
from tests.visitor import Visitor

SITE = "https://www.grandouest.example"
LUCIE = {
    "name": "Lucie Arzel",
    "email": "Lucie.Arzel@trieux.example",
    "phone": "+33 2 96 55 01 42",
    "company": "Cidrerie du Trieux",
    "message": "Bonjour,\nnous cherchons un tri optique.",
    "Surface": "120 m²",
}


@pytest.fixture
def form(cast: Cast) -> WebForm:
    return records.create(WebForm, {"name": "Être rappelé", "language": "fr", "team": cast.north}, actor=SYSTEM)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A visitor with CSRF armed."""
    app.config["WTF_CSRF_ENABLED"] = True
    return Visitor(app, app.response_class, use_cookies=True)


def send(visitor: FlaskClient, form: WebForm, fields: dict[str, str], **more: Any) -> Any:
    return visitor.post(
        f"/f/{form.token}",
        data=fields,
        headers={"Origin": SITE, "Referer": f"{SITE}/contact", **more.pop("headers", {})},
        **more,
    )


def messages() -> list[IncomingMessage]:
    return list(db.session.scalars(select(IncomingMessage).order_by(IncomingMessage.id)))


@pytest.mark.feature("C41", "X5")
def test_a_form_of_another_site_becomes_an_opportunity(visitor: FlaskClient, form: WebForm, cast: Cast) -> None:
    answer = send(visitor, form, LUCIE)
    assert (answer.status_code, answer.location) == (303, f"/f/{form.token}/thanks")
    (message,) = messages()
    assert (message.state, message.reason, message.sender_address) == (
        State.CREATED,
        "new_from_form",
        "lucie.arzel@trieux.example",
    )
    opportunity = message.opportunity
    assert opportunity is not None and opportunity.account is not None and message.entry is not None
    assert opportunity.source.value == "web_form" and opportunity.team == cast.north
    assert (str(opportunity.contacts[0]), opportunity.account.name) == ("Lucie Arzel", "Cidrerie du Trieux")
    assert "tri optique" in message.entry.body
    thanks = visitor.get(answer.location)
    assert thanks.status_code == 200 and 'lang="fr"' in thanks.text


@pytest.mark.feature("C41", "X5")
def test_a_form_of_a_contact_with_a_live_opportunity_is_a_line_of_its_history(
    visitor: FlaskClient, form: WebForm, cast: Cast
) -> None:
    before = len(db.session.scalars(select(Opportunity)).all())
    assert send(visitor, form, {"email": "k.dudek@jesion.example", "message": "Czekam na ofertę"}).status_code == 303
    (message,) = messages()
    assert (message.state, message.opportunity) == (State.ATTACHED, cast.terminals)
    assert len(db.session.scalars(select(Opportunity)).all()) == before


@pytest.mark.feature("C41")
def test_what_is_kept_of_a_submission(visitor: FlaskClient, form: WebForm) -> None:
    web_forms.update_form(form, {"consent_text": "J’accepte d’être rappelé."}, actor=SYSTEM)
    web_forms.update_form(form, {"consent_text": "J’accepte d’être rappelé une fois."}, actor=SYSTEM)
    assert (
        send(
            visitor,
            form,
            {**LUCIE, "consent": "1", "consent_version": "1"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
        ).status_code
        == 303
    )
    raw = store().get(db.session.scalars(select(Delivery)).one().raw_sha256)
    assert b"203.0.113" not in raw
    mail = read(raw)
    assert mail.author is not None
    assert (mail.author.name, mail.author.address, mail.subject) == (
        "Lucie Arzel",
        "lucie.arzel@trieux.example",
        "Être rappelé",
    )
    assert re.search(r"^[^:\n]+: Lucie Arzel$", mail.text, re.MULTILINE)
    assert "Surface: 120 m²" in mail.text
    (part,) = mail.attachments
    facts = json.loads(part.content)
    assert facts["consent"]["version"] == 1 and facts["consent"]["is_given"] and "text" not in facts["consent"]
    assert facts["known"]["company"] == "Cidrerie du Trieux" and facts["fields"]["Surface"] == "120 m²"


@pytest.mark.feature("C41")
@pytest.mark.parametrize("fields", [LUCIE, {"email": "no address", "message": "BUY"}])
def test_a_robot_is_thanked_and_ignored(visitor: FlaskClient, form: WebForm, fields: dict[str, str]) -> None:
    assert send(visitor, form, {**fields, "fax_number": "555"}).status_code == 303
    (message,) = messages()
    assert (message.state, message.reason, message.opportunity_id) == (State.IGNORED, "robot", None)
    assert not db.session.scalars(select(TimelineEntry).where(TimelineEntry.message_id == message.id)).all()


@pytest.mark.feature("C41", "X5")
def test_a_double_click_is_one_submission(visitor: FlaskClient, form: WebForm) -> None:
    for _ in range(2):
        assert send(visitor, form, LUCIE).status_code == 303
        assert send(visitor, form, {**LUCIE, "nonce": "abc"}).status_code == 303
    assert len(db.session.scalars(select(Delivery)).all()) == 2
    send(visitor, form, {**LUCIE, "nonce": "abc", "message": "one thing more"})
    assert len(db.session.scalars(select(Delivery)).all()) == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Zofia", "message": "Dzień dobry"}, "Type your e-mail address"),
        ({"name": "Zofia", "email": "zofia@"}, "Type the e-mail address in full"),
        ({"name": "Zofia", "email": "z@rawa.example", "message": "x" * 20_001}, "Shorten your message"),
        ({"name": "Zofia" * 120, "email": "z@rawa.example"}, "Shorten this answer"),
    ],
)
def test_unusable_input_is_shown_again(
    visitor: FlaskClient, form: WebForm, fields: dict[str, str], sentence: str
) -> None:
    records.update(form, {"language": "en"}, actor=SYSTEM)
    answer = send(visitor, form, {**fields, "Surface <b>": "12 & 13"})
    assert answer.status_code == 422
    assert (
        sentence in answer.text
        and "Zofia" in answer.text
        and "Surface &lt;b&gt;" in answer.text
        and "12 &amp; 13" in answer.text
    )
    assert not db.session.scalars(select(Delivery)).all()


def test_consent_must_be_given(visitor: FlaskClient, form: WebForm) -> None:
    records.update(form, {"language": "en", "consent_text": "You may call me."}, actor=SYSTEM)
    answer = send(visitor, form, LUCIE)
    assert answer.status_code == 422 and "Tick this box" in answer.text
    assert send(visitor, form, {**LUCIE, "consent": "1"}).status_code == 303


def test_the_form_can_be_linked(visitor: FlaskClient, form: WebForm) -> None:
    page = visitor.get(f"/f/{form.token}")
    assert page.status_code == 200 and 'lang="fr"' in page.text and "Set-Cookie" not in page.headers
    records.update(form, {"language": None}, actor=SYSTEM)
    assert 'lang="pl"' in visitor.get(f"/f/{form.token}", headers={"Accept-Language": "pl,en;q=0.5"}).text
    assert 'lang="en"' in visitor.get(f"/f/{form.token}", headers={"Accept-Language": "de"}).text


def test_an_own_page_of_thanks(visitor: FlaskClient, form: WebForm) -> None:
    records.update(form, {"thanks_url": f"{SITE}/merci"}, actor=SYSTEM)
    assert SITE in visitor.get(f"/f/{form.token}").headers["Content-Security-Policy"]
    assert send(visitor, form, LUCIE).location == f"{SITE}/merci"


def test_what_is_no_form(visitor: FlaskClient, form: WebForm) -> None:
    assert visitor.get("/f/nosuchform").status_code == 404
    assert visitor.post("/f/nosuchform", data=LUCIE).status_code == 404
    assert visitor.delete(f"/f/{form.token}").status_code == 405
    records.update(form, {"is_active": False}, actor=SYSTEM)
    assert send(visitor, form, LUCIE).status_code == 404


def test_size_files_and_rate(visitor: FlaskClient, form: WebForm) -> None:
    records.update(form, {"language": "en"}, actor=SYSTEM)
    large = send(visitor, form, {**LUCIE, "message": "x" * 300_000})
    assert large.status_code == 413 and "more than the form takes" in large.text
    with_file = visitor.post(
        f"/f/{form.token}", data={**LUCIE, "plan": (io.BytesIO(b"x"), "plan.pdf")}, content_type="multipart/form-data"
    )
    assert with_file.status_code == 422 and "takes no files" in with_file.text
    multipart = visitor.post(f"/f/{form.token}", data=LUCIE, content_type="multipart/form-data")
    assert multipart.status_code == 303
    answers = [send(visitor, form, {**LUCIE, "message": f"typed at length {number}"}) for number in range(24)]  # a minute may turn once
    refused = [each for each in answers if each.status_code == 429]
    assert answers[0].status_code == 303 and refused
    assert all("typed at length" in each.text for each in refused)


def test_what_cannot_be_kept_is_not_thanked_for(visitor: FlaskClient, form: WebForm, full_disk: None) -> None:
    answer = send(visitor, form, LUCIE)
    assert answer.status_code == 503 and 'role="alert"' in answer.text
    for typed in ("Lucie Arzel", "nous cherchons un tri optique.", "120 m²"):
        assert typed in answer.text
    assert not db.session.scalars(select(Delivery)).all()


def test_header_injection_and_odd_bytes(visitor: FlaskClient, form: WebForm) -> None:
    odd = {
        "name": "Eve\r\nBcc: all@firm.example\x00",
        "email": "eve@evil.example",
        "subject": "a\nb: c",
        "message": "\ud800 \x00 ok",
        "": "no name",
    }
    assert send(visitor, form, {k: v.encode("utf-8", "replace").decode() for k, v in odd.items()}).status_code == 303
    mail = read(store().get(db.session.scalars(select(Delivery)).one().raw_sha256))
    assert mail.author is not None
    assert not mail.cc and [each.address for each in mail.to] == [f"form-{form.token}@localhost"]
    assert mail.author.address == "eve@evil.example"
