"""With the right to write, each datum of a record is edited on its form; without it, it is text."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.languages import Language
from app.extensions import db
from app.models import (
    Account,
    AccountType,
    AuditLine,
    Campaign,
    Contact,
    Engagement,
    Opportunity,
    Pipeline,
    Profile,
    Record,
    Tag,
    Task,
    User,
)
from app.operations import records
from app.permissions.actor import SYSTEM
from app.permissions.fields import FIELDS, governing
from tests.browsing import sent_by
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.feature("A22")]
# What pages show and no form changes, each with what changes it.
ELSEWHERE = {
    "Opportunity": {"status", "closed_at", "close_reason", "competitor", "remind_at",  # the buttons: win, lose, cancel, reopen, standby
                    "renewal_of",  # the button: renew
                    "pipeline",  # goes with the step
                    "source", "created_at", "last_activity_at", "step_entered_at", "days_in_step"},  # facts of the program
    "Account": {"created_at"}, "Contact": {"name", "created_at"}, "Task": {"author", "done_at", "created_at"},
    "Engagement": {"last_activity_at", "created_at"}, "Campaign": {"created_at"}, "Objective": {"created_at"},
    "Order": {"state", "closed_at",  # the buttons: close, reopen
              "last_number", "created_at"},
}
LINES = {"addresses": "address_lines", "phones": "phone_lines"}
FORMS = ("AccountView", "ContactView", "OpportunityView", "TaskView", "EngagementView", "CampaignView", "ObjectiveView", "OrderView")


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def view_of(app: Flask, endpoint: str) -> Any:
    return next(view for view in app.appbuilder.baseviews if view.endpoint == endpoint)  # type: ignore[attr-defined]


@pytest.mark.parametrize("endpoint", FORMS)
def test_every_datum_that_is_shown_has_a_field_on_the_form(app: Flask, endpoint: str) -> None:
    view = view_of(app, endpoint)
    noun = view.datamodel.obj.__name__
    shown = {LINES.get(name, name) for name in (*view.show_columns, *view.export_columns)}
    lines = {"address_lines", "phone_lines", "address", "phone"} if noun == "Contact" else set()
    assert shown - set(view.edit_columns) - ELSEWHERE[noun] - lines == set()
    assert set(FIELDS.get(noun, ())) - {governing(noun, name) for name in view.edit_columns} - ELSEWHERE[noun] == set()


def _new_values(cast: Cast, pipeline: Pipeline) -> dict[type[Record], dict[str, Any]]:
    account, contact = cast.katarzyna.accounts[0], cast.katarzyna
    campaign = records.create(Campaign, {"name": "Targi"}, actor=SYSTEM).id
    tags = [records.create(Tag, {"name": "VIP"}, actor=SYSTEM).id]
    return {
        Account: {
            "name": "Jesion i Syn", "country": "PL", "siren": "732829320", "siret": "73282932000074", "nip": "8567346215", "regon": "192598184",
            "vat_number": "PL8567346215", "email": "biuro@jesion.example", "phone": "+48855550101", "website": "https://jesion.example",
            "street": "Polna 7", "postcode": "15-001", "city": "Białystok", "language": "fr", "team": cast.north.id, "remarks": "Woli telefon.", "tags": tags,
            "type": records.create(AccountType, {"code": "dealer", "label_en": "Dealer", "label_fr": "Revendeur", "label_pl": "Dealer"}, actor=SYSTEM).id,
        },
        Engagement: {
            "name": "Serwis wag", "account": account.id, "state": "dormant", "lead_contact": contact.id, "contacts": [contact.id], "team": cast.north.id,
            "prospect_until": "2027-02-03", "remarks": "Raz w roku.",
        },
        Contact: {
            "title": "mrs", "first_name": "Kasia", "last_name": "Dudek-Lis", "job": "Kierownik", "department": "Zakupy",
            "accounts": [account.id], "address_lines": "kasia@jesion.example", "phone_lines": "+48855550102", "language": "en",
            "team": cast.north.id, "remarks": "W piątki nie ma jej.", "tags": tags, "campaigns": [campaign],
        },
        Opportunity: {
            "title": "Terminale 2027", "account": account.id, "contacts": [contact.id], "step": pipeline.steps[1].id, "amount": "91250.5",
            "currency": "EUR", "probability": "35", "expected_close_on": "2027-02-03", "starred": "y", "team": cast.north.id,
            "description": "Dwadzieścia sztuk.", "tags": tags, "campaign": campaign,
        },
        Task: {
            "title": "Zadzwonić", "description": "O montaż.", "due_at": "2027-01-04T09:30", "remind_at": "2027-01-04T09:00",
            "assignee": cast.anna.id, "team": cast.north.id, "opportunity": cast.terminals.id, "contact": contact.id, "account": account.id,
            "status": "doing",
        },
    }


@pytest.mark.parametrize("model", [Account, Contact, Opportunity, Task, Engagement])
def test_whoever_may_write_changes_each_field(app: Flask, cast: Cast, client_of: Any, model: type[Record]) -> None:
    task = records.create(Task, {"title": "Old", "assignee": cast.anna, "author": cast.anna}, actor=SYSTEM)
    items: dict[type[Record], Record] = {
        Account: cast.katarzyna.accounts[0], Contact: cast.katarzyna, Opportunity: cast.terminals, Task: task,
        Engagement: records.create(Engagement, {"name": "Old", "account": cast.katarzyna.accounts[0], "owner": cast.anna}, actor=SYSTEM),
    }
    pipeline = db.session.scalars(select(Pipeline)).first()
    assert pipeline is not None
    new, endpoint, client = _new_values(cast, pipeline)[model], f"{model.__name__}View", client_of(cast.anna, "en")
    whose = {"owner", "co_owners"}  # has tests of its own
    assert set(view_of(app, endpoint).edit_columns) - whose - set(new) == set(), "a field that this test forgets"
    path = f"/{endpoint.lower()}/edit/{items[model].id}"
    saved = client.post(path, data={**sent_by(page(client, path)), **new})
    assert saved.status_code == 302, page_errors(saved)
    after = sent_by(page(client, path))
    for name, value in new.items():
        wanted = [str(each) for each in value] if isinstance(value, list) else [str(value)]
        found = [str(each) for each in after.get(name, [])]
        assert [each.rstrip("0") if name in ("amount", "probability") else each for each in found] == wanted, name


def page_errors(answer: Any) -> str:
    text: str = answer.get_data(as_text=True)
    return text[text.find("k-errs") : text.find("k-errs") + 800]


@pytest.mark.parametrize("noun", ["Account", "Contact"])
def test_whoever_may_only_read_has_text(cast: Cast, client_of: Any, noun: str) -> None:
    account, contact = cast.katarzyna.accounts[0], cast.katarzyna
    records.update(account, {"remarks": "Woli telefon.", "city": "Białystok", "language": Language.PL}, actor=SYSTEM)
    records.update(contact, {"remarks": "Woli telefon.", "job": "Białystok", "language": Language.PL}, actor=SYSTEM)
    key, tom = (account if noun == "Account" else contact).id, client_of(cast.tom, "en")
    path = f"/{noun.lower()}view/"
    shown = page(tom, f"{path}show/{key}")
    assert "Woli telefon." in shown and "Białystok" in shown
    assert f"{path}edit/{key}" not in shown and "data-form" not in shown
    assert tom.get(f"{path}edit/{key}").status_code == 403
    assert tom.post(f"{path}edit/{key}", data={"remarks": "mine"}).status_code == 403


VALUES = {
    "Opportunity": {"amount": "86,400", "probability": "35", "expected_close_on": "Feb 3, 2027", "description": "Dwadzieścia sztuk."},
    "Account": {"street": "Polna 7", "phone": "+48855550101", "remarks": "Woli telefon.", "nip": "8567346215"},
    "Contact": {"job": "Kierownik", "department": "Zakupy", "addresses": "k.dudek@jesion.example", "remarks": "W piątki nie."},
}
CONTROLS = {"addresses": "address_lines", "phones": "phone_lines"}


@pytest.mark.feature("A24")
@pytest.mark.parametrize("noun", list(VALUES))
def test_a_field_that_may_only_be_read_is_text_on_the_form(cast: Cast, client_of: Any, noun: str) -> None:
    import datetime as dt

    account = cast.katarzyna.accounts[0]
    item: Any = {"Opportunity": cast.terminals, "Account": account, "Contact": cast.katarzyna}[noun]
    stored = {"expected_close_on": dt.date(2027, 2, 3), "amount": 86400}
    records.update(item, {name: stored.get(name, value) for name, value in VALUES[noun].items() if name != "addresses"}, actor=SYSTEM)
    seller = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(seller, {"fields": {**seller.fields, noun: dict.fromkeys(VALUES[noun], "read")}}, actor=SYSTEM)
    client, path = client_of(cast.anna, "en"), f"/{noun.lower()}view/edit/{item.id}"
    form = page(client, path)
    assert "Only to be read" in form
    for name, text in VALUES[noun].items():
        control = CONTROLS.get(name, name)
        assert f'name="{control}"' not in form, name
        assert text in form[form.index("Only to be read"):], name
        assert client.post(path, data={**sent_by(form), control: "x"}).status_code == 403, name
    refused = db.session.scalars(select(AuditLine.after).where(AuditLine.action == "refuse_field", AuditLine.actor_id == cast.anna.id)).all()
    assert [CONTROLS.get(each["field"], each["field"]) for each in refused] == [CONTROLS.get(name, name) for name in VALUES[noun]]
    assert "Only to be read" not in page(client_of(cast.ada, "en"), path)
    ada: User = cast.ada
    assert all(f'name="{CONTROLS.get(name, name)}"' in page(client_of(ada, "en"), path) for name in VALUES[noun])
