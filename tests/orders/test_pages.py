"""The pages of orders by HTTP: first pages, verification, how orders are made, and how often they ask the database."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.custom_fields import FieldKind
from app.domain.orders import Checking, RowState
from app.extensions import db
from app.models import Order, OutgoingMail, ProspectRow, RowMessage, User
from app.operations import order_attributes, order_rows, verification
from app.permissions.actor import SYSTEM, acting
from tests.orders.office import FIRM, Office, acts, enter, make_order, row_of
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
MOST = 10


@pytest.mark.feature("E7", "E9")
@pytest.mark.parametrize(("who", "page", "said"), [
    ("beata", "/my-order/", "firmy mięsne mazowieckie"), ("renata", "/orders/", "My operators and orders"), ("kamil", "/orders/", "All orders"),
    ("zofia", "/orders/", "My orders"), ("marek", "/verify/", "Verification"),
])
def test_each_profile_lands_on_a_first_page_of_its_own(office: Office, client_of: Client, who: str, page: str, said: str) -> None:
    client = client_of(getattr(office, who), "en")
    answer = client.get("/")
    assert answer.location == page
    assert said in client.get(page).text


@pytest.mark.feature("E5", "E6", "E32")
def test_the_verifier_takes_a_batch_judges_fields_and_asks(office: Office, client_of: Client) -> None:
    first, second = enter(office), enter(office, "oskar", nip="5260250274", phone=None)
    client = client_of(office.marek, "en")
    assert "2 rows wait for verification" in client.get("/verify/").text
    answer = client.post(f"/verify/take/{office.order.id}")
    assert answer.location == f"/verify/row/{first.id}"
    page = client.get(answer.location).text
    assert "NIP is wrong" in page and "entered by Beata Kania" in page
    judge = f"/verify/judge/{first.id}"
    assert client.post(judge, data={"verdict": "reject"}).status_code == 409
    assert client.post(judge, data={"verdict": "accept", "wrong-nip": "1"}).status_code == 409
    answer = client.post(judge, data={"verdict": "reject", "wrong-nip": "1", "problem-nip": "Nie ten", "suggested-nip": "1", "version": first.version})
    assert answer.location == f"/verify/row/{second.id}" and row_of(first.id).findings == [{"field": "nip", "problem": "Nie ten", "suggested": "1"}]
    assert client.post(f"/verify/judge/{second.id}", data={"verdict": "accept"}).location == "/verify/"
    client.post(f"/my-order/say/{first.id}", data={"body": "Skąd ten NIP?", "back": "verify"})
    beata = client_of(office.beata, "en")
    assert "Skąd ten NIP?" in beata.get(f"/my-order/row/{first.id}").text
    beata.post(f"/my-order/say/{first.id}", data={"body": "Ze strony."})
    assert [each.to_user_id for each in db.session.query(RowMessage).order_by(RowMessage.id)] == [office.beata.id, office.marek.id]
    mails = {each.to_user_id for each in db.session.query(OutgoingMail).filter_by(event="notice:row")}
    assert mails == {office.beata.id, office.marek.id}
    assert "2 verdicts of yours" in client.get("/verify/").text
    quality = client_of(office.zofia, "en").get(f"/orderview/quality/{office.order.id}").text
    assert "50 %" in quality and "100 %" in quality and "Marek Lis" in quality


@pytest.mark.feature("E17", "E18")
def test_an_order_is_made_from_another_linked_and_given_attributes(office: Office, client_of: Client) -> None:
    client = client_of(office.zofia, "en")
    answer = client.post(f"/orderview/copy/{office.order.id}", data={"name": "firmy mięsne pomorskie"})
    made = db.session.query(Order).filter_by(name="firmy mięsne pomorskie").one()
    assert (made.territory, made.target, made.checking, made.last_number) == (["PL-14"], 900, Checking.ALL, 0)
    form = re.findall(r'name="(\w+)"', client.get(f"/orderview/edit/{made.id}").text)
    assert {"territory", "target", "starts_on", "due_on", "checking", "columns", "dedupe", "purpose", "keep_months"} <= {*form}
    assert answer.location == f"/orderview/show/{made.id}" and made.goal == office.order.goal and made.principal_id == office.zofia.id
    client.post(f"/orderview/link/{made.id}", data={"kind": "continues", "order": office.order.id})
    page = client.get(f"/orderview/show/{made.id}").text
    assert "continues" in page and "firmy mięsne mazowieckie" in page
    client.post(f"/orderview/attribute/{made.id}", data={"label": "Kontakt do działu zakupów", "kind": "text"})
    assert "Kontakt do działu zakupów" in client.get(f"/my-order/?order={made.id}").text
    assert "Kontakt do działu zakupów" not in client.get(f"/my-order/?order={office.order.id}").text
    enter(office)
    asked = client.post(f"/my-order/check?order={made.id}", data={"nip": "8567346215"}).get_json()["doubles"]
    assert asked[0]["text"].startswith("Row 1 of a linked order")


@pytest.mark.feature("E13", "E14")
def test_an_attribute_is_in_two_orders_and_absent_in_the_third(office: Office, client_of: Client) -> None:
    second, third = (make_order(office.zofia, name=name) for name in ("drugie", "trzecie"))
    for order in (office.order, second):
        order_attributes.add_attribute(order, "Kontakt do zakupów", FieldKind.TEXT, actor=SYSTEM)
    code = next(name for name in second.columns if name.startswith("x_"))
    client = client_of(office.zofia, "en")
    assert [code in client.get(f"/my-order/?order={order.id}").text for order in (office.order, second, third)] == [True, True, False]
    client.post(f"/my-order/save?order={second.id}", data={"name": "Podlasek", code: "Ewa, wew. 12", "go": "next"})
    assert getattr(db.session.query(ProspectRow).one(), code) == "Ewa, wew. 12"
    before = list(third.columns)
    assert client_of(office.beata, "en").post(f"/orderview/attribute/{third.id}", data={"label": "Moje", "kind": "text"}).status_code in (403, 404)
    db.session.expire_all()
    assert db.session.get_one(Order, third.id).columns == before


def test_the_record_of_processing_names_what_the_law_asks(office: Office, client_of: Client) -> None:
    page = client_of(office.zofia, "en").get(f"/orderview/register/{office.order.id}").text
    for said in ("Oferta maszyn", "Legitimate interest", "KRS", "Zofia Lis", "Technical measures"):
        assert said in page


@pytest.mark.feature("C14")
def test_one_search_finds_rows_accounts_and_opportunities(office: Office, client_of: Client, cast: Cast) -> None:
    enter(office, name="Hurtownia Dębowa")
    page = client_of(cast.ada, "en").get("/search/?q=hurtownia").text
    assert "Hurtownia Dębowa" in page and "Hurtownia Jesion" in page
    menu = client_of(cast.ada, "en").get("/today/").text
    assert all(f'href="/{place}/list/"' in menu for place in ("orderview", "opportunityview", "accountview"))


@pytest.mark.feature("E8", "E31")
def test_an_administrator_alone_enters_verifies_and_exports(office: Office, client_of: Client, cast: Cast) -> None:
    client = client_of(cast.ada, "en")
    client.post(f"/my-order/save?order={office.order.id}", data={**FIRM, "go": "next"})
    row = db.session.query(ProspectRow).one()
    assert "You entered this row yourself" in client.get(f"/verify/row/{row.id}").text
    client.post(f"/verify/judge/{row.id}", data={"verdict": "accept"})
    assert row_of(row.id).state is RowState.VERIFIED
    assert "8567346215" in client.get("/prospectrowview/export.csv").text


@pytest.mark.feature("E20")
def test_the_progress_and_the_list_agree(office: Office, client_of: Client) -> None:
    for number in range(3):
        enter(office, nip=f"{number:010}", phone=None, name=f"Firma {number}")
    client = client_of(office.zofia, "en")
    assert "3 of 900" in client.get(f"/orderview/show/{office.order.id}").text
    page = client.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}&_flt_0_state=submitted").text
    assert all(f"Firma {number}" in page for number in range(3))


@pytest.mark.parametrize("who", ["beata", "renata", "zofia", "marek"])
def test_pages_ask_at_most_ten_times(office: Office, client_of: Client, statements: list[str], who: str) -> None:
    rows = [enter(office, nip=f"{n:010}", phone=None, name=f"Firma {n}") for n in range(8)]
    marek = acts(office.marek)
    with acting(marek):
        verification.judge(rows[0], [{"field": "nip", "problem": "Nie ten"}], actor=marek)
    with acting(acts(office.beata)):
        order_rows.say(rows[0], "Skąd?", actor=acts(office.beata))
    pages = {
        "beata": ["/my-order/", f"/my-order/row/{rows[0].id}", "/prospectrowview/list/"], "renata": ["/orders/", f"/orderview/show/{office.order.id}"],
        "zofia": ["/orders/", "/orderview/list/", f"/orderview/show/{office.order.id}"], "marek": ["/verify/", f"/verify/row/{rows[1].id}"],
    }[who]
    client, asked = client_of(db.session.get_one(User, getattr(office, who).id)), {}
    for page in pages:
        assert client.get(page).status_code == 200, page
        statements.clear()
        client.get(page)
        asked[page] = list(statements)
    assert {page: (len(found), found) for page, found in asked.items() if len(found) > MOST} == {}
