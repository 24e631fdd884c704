"""A field that is hidden from somebody is in no door of theirs; one that they may only read cannot be sent."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditLine, Contact, CustomField, Opportunity, Profile, Role, User
from app.operations import records
from app.operations.contacts import update_contact
from app.operations.transaction import atomic
from app.operations.users import update_user
from app.permissions.actor import SYSTEM
from tests.browsing import sent_by
from tests.people import Cast

pytestmark = pytest.mark.database
Sign = Callable[[User | None], FlaskClient]
AMOUNT = ("86,400", "86400", "86 400", "86\u00a0400", "86\u202f400")
LABEL = "Amount"


@atomic
def rule(record_type: str, **rules: str) -> None:
    """In the profile of salespeople."""
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"fields": {**user.fields, record_type: rules}}, actor=SYSTEM)


def text_of(answer: Any) -> str:
    if answer.data[:2] != b"PK":
        return str(answer.get_data(as_text=True))
    with ZipFile(BytesIO(answer.data)) as packed:
        return " ".join(packed.read(name).decode() for name in packed.namelist())


def says(client: FlaskClient, path: str, *words: str) -> bool:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return any(word in text_of(answer) for word in words)


def english(client_of: Any, user: User) -> FlaskClient:
    return client_of(user, "en")


DOORS = ["/opportunityview/list/", "/opportunityview/show/{o}", "/opportunityview/edit/{o}", "/opportunityview/export.xlsx",
         "/opportunityview/export.csv", "/search/?q=terminale", "/contactview/show/{c}", "/accountview/show/{a}", "/today/?item=o{o}", "/summary/", "/board/"]


@pytest.mark.feature("A23")
def test_a_hidden_amount_is_in_no_door(cast: Cast, client_of: Any) -> None:
    deal, contact = cast.terminals, cast.katarzyna
    keys = {"o": deal.id, "c": contact.id, "a": contact.accounts[0].id}
    client = english(client_of, cast.anna)
    doors = [door.format(**keys) for door in DOORS]
    before = [door for door in doors if says(client, door, *AMOUNT)]
    assert len(before) >= 8, before
    rule("Opportunity", amount="hidden")
    assert [door for door in doors if says(client, door, *AMOUNT, f">{LABEL}<", "Final amount", ">PLN<")] == []
    other = english(client_of, cast.claire)
    assert says(other, doors[0], *AMOUNT), "the profile of the manager does not hide it"


@pytest.mark.feature("A23")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_telesales_see_the_margin_nowhere(cast: Cast, client_of: Any, language: str) -> None:
    """A field of the firm's own, which its administrator hides on the page of the profile: Anna is in telesales, Claire is not."""
    ada, label = client_of(cast.ada, "en"), "Marge Żubr"
    made = {"label_en": label, "label_fr": label, "label_pl": label, "kind": "text", "record_types": ["Opportunity"], "position": "1", "is_searched": "y"}
    assert ada.post("/customfieldview/add", data=made).status_code == 302
    name = f"x_{db.session.scalars(select(CustomField)).one().code}"
    records.update(cast.terminals, {name: "Wydra 4711"}, actor=SYSTEM)
    telesales = db.session.scalars(select(Role).where(Role.name == "Telesales")).one()
    update_user(cast.anna, {"roles": [telesales]}, actor=SYSTEM)
    client, key = client_of(cast.anna, language), cast.terminals.id
    client.post("/lists/columns?of=OpportunityView", data={"order": ["title", name], "column": ["title", name]})
    pages = [f"/opportunityview/{door}" for door in ("list/", f"show/{key}", f"edit/{key}", "export.xlsx", "export.csv")]
    doors = [*pages, "/search/?q=4711"]
    assert [door for door in pages if not says(client, door, "Wydra 4711")] == [] and says(client, doors[-1], cast.terminals.title)
    profile = telesales.profiles[0]
    path = f"/profileview/edit/{profile.id}"
    form = sent_by(ada.get(path).get_data(as_text=True))
    assert ada.post(path, data=form | {f"field-Opportunity-{name}": "hidden"}).status_code == 302
    assert [door for door in pages if says(client, door, "Wydra", label)] == [] and not says(client, doors[-1], cast.terminals.title)
    assert says(client_of(cast.claire, language), pages[1], "Wydra 4711")


@pytest.mark.feature("A23")
def test_a_hidden_field_answers_no_question(cast: Cast, client_of: Any) -> None:
    """Neither sorting nor filtering nor searching by it tells anything."""
    rule("Opportunity", amount="hidden")
    client = english(client_of, cast.jean)
    plain = client.get("/opportunityview/list/").get_data(as_text=True).count("<tr")
    for asked in ("_flt_0_amount=128400", "_flt_1_amount=1000000", "_oc_OpportunityView=amount&_od_OpportunityView=asc", "_flt_0_currency=EUR",
                  "_any_1=_flt_0_amount%3D128400", "_any_1=_flt_1_amount%3D1000000%7C_flt_0_currency%3DEUR"):
        page = client.get(f"/opportunityview/list/?{asked}").get_data(as_text=True)
        assert page.count("<tr") == plain, asked
    known, either = (client.get(f"/opportunityview/list/?_any_1=_flt_0_title%3D{more}").get_data(as_text=True) for more in ("T", "T%7C_flt_0_amount%3D128400"))
    assert known.count("<tr") == either.count("<tr") < plain and "a field that you may not see" in either
    pages = [
        client.get(f"/opportunityview/list/?_oc_OpportunityView=amount&_od_OpportunityView={way}").get_data(as_text=True)
        for way in ("asc", "desc")
    ]
    orders = {page.index("Étiqueteuses") < page.index("Traçabilité") for page in pages}
    assert len(orders) == 1, "the order tells who has more"


@pytest.mark.feature("A23")
def test_a_hit_does_not_tell_a_hidden_field(cast: Cast, client_of: Any) -> None:
    client = english(client_of, cast.anna)
    contact = db.session.get_one(Contact, cast.katarzyna.id)
    update_contact(contact, {"phone_lines": "+48 85 555 01 42"}, actor=SYSTEM)
    asked = ("/search/?q=jesion.example", "/search/?q=855550142")
    assert all(says(client, path, "Dudek") for path in asked)
    rule("Contact", addresses="hidden", phones="hidden")
    assert not any(says(client, path, "Dudek") for path in asked)
    assert says(client, "/search/?q=katarzyna", "Dudek")
    hidden = ("k.dudek@jesion.example", "+48 85 555", "+48\u00a085\u00a0555")
    pages = ["/contactview/list/", f"/contactview/show/{contact.id}", "/contactview/export.xlsx", "/contactview/export.csv",
             f"/contactview/edit/{contact.id}", f"/opportunityview/show/{cast.terminals.id}", f"/today/?item=o{cast.terminals.id}", "/search/?q=katarzyna"]
    assert [page for page in pages if says(client, page, *hidden)] == []


@pytest.mark.feature("A24")
@pytest.mark.parametrize("kind", ["hidden", "read"])
def test_a_forged_value_is_refused_and_audited(cast: Cast, client_of: Any, kind: str) -> None:
    rule("Opportunity", amount=kind)
    key, version = cast.terminals.id, cast.terminals.version
    client = english(client_of, cast.anna)
    posts = [
        (f"/opportunityview/edit/{key}", {"title": "x", "step": str(cast.terminals.step_id), "amount": "1", "version": str(version)}),
        (f"/opportunityview/edit/{key}", {"title": "x", "currency": "EUR", "version": str(version)}),
        ("/opportunityview/add", {"title": "x", "amount": "1"}), (f"/opportunityview/win/{key}", {"amount": "86400"}),
    ]
    for path, form in posts:
        assert client.post(path, data=form).status_code == 403, (path, form)
    db.session.expire_all()
    deal = db.session.get_one(Opportunity, key)
    assert (deal.title, deal.version, int(deal.amount or 0)) == ("Terminale do magazynu", version, 86400)
    lines = list(db.session.scalars(select(AuditLine).where(AuditLine.action == "refuse_field").order_by(AuditLine.id)))
    assert [(line.actor_id, line.subject_type, line.subject_id) for line in lines] == [
        (cast.anna.id, "Opportunity", key), (cast.anna.id, "Opportunity", key), (cast.anna.id, "Opportunity", None),
        (cast.anna.id, "Opportunity", key),
    ]
    assert client.post(f"/opportunityview/win/{key}", data={}).status_code == 302
    assert client.post("/opportunityview/add", data={"title": "Without an amount"}).status_code == 302


@pytest.mark.feature("A24")
def test_a_read_only_field_is_text(cast: Cast, client_of: Any) -> None:
    rule("Opportunity", amount="read")
    client = english(client_of, cast.anna)
    assert says(client, f"/opportunityview/show/{cast.terminals.id}", *AMOUNT)
    assert not says(client, f"/opportunityview/edit/{cast.terminals.id}", 'name="amount"')


def test_a_change_of_rights_holds_from_the_next_request(cast: Cast, client_of: Any) -> None:
    client = english(client_of, cast.anna)
    path = f"/opportunityview/show/{cast.terminals.id}"
    assert client.get(path).status_code == 200
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"actions": {**user.actions, "Opportunity": {}}}, actor=SYSTEM)
    assert client.get(path).status_code in (403, 404) and client.get("/opportunityview/list/").status_code == 403
    assert ">Opportunities<" not in client.get("/today/").get_data(as_text=True)
