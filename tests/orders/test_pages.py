"""The pages of orders by HTTP: first pages, entry, verification, closing, conversion, and how often they ask the database."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.custom_fields import FieldKind
from app.domain.orders import STANDARD, CallResult, Checking, OrderState, RowState, Seat
from app.extensions import db
from app.models import Account, Order, OrderAssignment, OutgoingMail, ProspectRow, RowMessage, User
from app.operations import order_attributes, order_rows, orders, records, users, verification
from app.permissions.actor import SYSTEM, acting
from tests.orders.office import FIRM, Office, acts, make_office, make_order, seat
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
MOST = 10


@pytest.fixture
def office(cast: Cast) -> Office:
    return make_office()


def enter(office: Office, who: str = "beata", **more: object) -> ProspectRow:
    person = getattr(office, who)
    with acting(acts(person)):
        return order_rows.enter_row(office.order, FIRM | more, actor=acts(person))


def row_of(pk: int) -> ProspectRow:
    db.session.expire_all()
    return db.session.get_one(ProspectRow, pk)


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


@pytest.mark.feature("E10", "E15")
def test_the_operator_reads_what_to_do_and_enters_a_row(office: Office, client_of: Client) -> None:
    client = client_of(office.beata, "en")
    page = client.get("/my-order/").text
    assert 'href="/verify/"' not in page and 'href="/verify/"' in client_of(office.marek, "en").get("/verify/").text
    for said in ("Zakłady z produkcją mięsa", "mazowieckie", "900 rows, 0 so far", "Renata Górska", "40 rows are left for today", "Oferta maszyn"):
        assert said in page, said
    names = re.findall(r'name="(\w+)"', page)
    assert [name for name in names if name in STANDARD] == [*STANDARD]
    answer = client.post(f"/my-order/save?order={office.order.id}", data={**FIRM, "source1_on": "23.11.2026", "go": "next"})
    assert answer.location == f"/my-order/?order={office.order.id}"
    row = db.session.query(ProspectRow).one()
    assert (row.state, str(row.source1_on), row.source1_by_id) == (RowState.SUBMITTED, "2026-11-23", office.beata.id)
    page = client.get(answer.location).text
    assert "Row 1 is saved: Sent for verification." in page and "39 rows are left for today" in page


def test_the_source_of_the_last_row_stands_there_again(office: Office, client_of: Client) -> None:
    def source(who: User) -> str:
        said = re.search(r'name="source1" value="([^"]*)"', client_of(who, "en").get("/my-order/").text)
        assert said is not None
        return said[1]

    records.update(office.order, {"defaults": {"source1": "www"}}, actor=SYSTEM)
    enter(office, source1="REGON", source2="KRS")
    assert (source(office.beata), source(office.oskar)) == ("REGON", "www")
    assert 'name="source2" value=""' in client_of(office.beata, "en").get("/my-order/").text


@pytest.mark.feature("E9")
def test_an_operator_has_own_rows_alone(office: Office, client_of: Client) -> None:
    mine, other = enter(office), enter(office, "oskar", name="Cudza", nip="", phone="25 555 02 61")
    client = client_of(office.beata, "en")
    page = client.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text
    assert mine.name in page and "Cudza" not in page and "Cudza" not in client.get("/search/?q=cudza").text
    assert client.get(f"/my-order/row/{other.id}").status_code == 404 == client.post(f"/my-order/discard/{other.id}").status_code
    assert "1 row so far" in client.get("/my-order/").text


@pytest.mark.feature("E5", "E10", "E32")
def test_an_operator_and_a_verifier_see_their_own_results(office: Office, client_of: Client, cast: Cast) -> None:
    first, second = enter(office), enter(office, name="Druga", nip="")
    enter(office, "oskar", name="Cudza", nip="", phone="25 555 02 61")
    with acting(acts(office.marek)):
        verification.judge(first, [], actor=acts(office.marek))
        verification.judge(second, [{"field": "city", "problem": "Nie tam"}], actor=acts(office.marek))
    client = client_of(office.beata, "en")
    assert 'href="/my-results/"' in client.get("/my-order/").text
    page = re.sub(r"<[^>]+>|\s+", " ", client.get("/my-results/").text)
    for said in ("Entered today 2", "1 of 2 verdicts , 50 %"):
        assert said.replace(" ", "") in page.replace(" ", ""), said
    assert re.search(r"firmy mięsne mazowieckie\s+1\s+0\s+1\s+1", page) and re.search(r"City\s+1", page)
    verifier = client_of(office.marek, "en").get("/my-results/").text
    assert "My verdicts" in verifier and "2" in verifier
    assert "nothing yet" in client_of(office.kamil, "en").get("/my-results/").text
    assert 'href="/my-results/"' not in client_of(cast.jean, "en").get("/today/").text + client_of(cast.ada, "en").get("/today/").text


@pytest.mark.feature("E15", "D2")
def test_odd_values_warn_in_words_and_are_saved(office: Office, client_of: Client) -> None:
    client = client_of(office.beata, "en")
    wrong = {"nip": "8567346216", "regon": "1", "postcode": "123", "email": "x", "phone": "1", "pkd": "??", "website": "x y", "name": "Podlasek"}
    odd = client.post(f"/my-order/check?order={office.order.id}", data=wrong).get_json()["odd"]
    assert set(odd) == set(wrong) - {"name"} and all(said.endswith("You can save.") for said in odd.values())
    assert client.post(f"/my-order/save?order={office.order.id}", data=wrong).status_code == 302
    page = client.get(f"/my-order/row/{db.session.query(ProspectRow).one().id}").text
    assert "The check digit of this NIP is wrong" in page


def test_doubles_while_typing_name_only_what_one_may_see(office: Office, client_of: Client) -> None:
    row = enter(office)
    asked = f"/my-order/check?order={office.order.id}"
    mine = client_of(office.beata, "en").post(asked, data={"nip": "856-734-62-15"}).get_json()["doubles"]
    assert mine == [{"text": "Row 1: Zakład Mięsny Podlasek", "url": f"/my-order/row/{row.id}"}]
    theirs = client_of(office.oskar, "en").post(asked, data={"nip": "8567346215"}).get_json()["doubles"]
    assert theirs == [{"text": "A colleague has entered this company already (1 row).", "url": None}]
    assert client_of(office.beata, "en").post(f"{asked}&row={row.id}", data={"nip": "8567346215"}).get_json()["doubles"] == []


@pytest.mark.feature("E12")
def test_a_rejected_row_stands_out_by_word_icon_colour_and_title(office: Office, client_of: Client) -> None:
    row, other, marek = enter(office), enter(office, nip="5260250274", phone=None), acts(office.marek)
    for each in (row, other):
        with acting(marek):
            verification.judge(each, [{"field": "nip", "problem": "Przestawione", "suggested": "8567346216"}], remark="W KRS jest inaczej", actor=marek)
    client = client_of(office.beata, "en")
    page = client.get(f"/my-order/row/{row.id}").text
    assert "<title>Row 1 to correct, 2 rejected: firmy mięsne mazowieckie" in page
    assert 'class="k-state wrong"' in page and "To correct" in page and "W KRS jest inaczej" in page and "Marek Lis" in page
    assert f'href="/my-order/row/{other.id}" data-key="f8"' in page and 'aria-invalid="true"' in page and 'data-put="nip"' in page
    answer = client.post(f"/my-order/change/{row.id}", data={**FIRM, "nip": "8567346216", "version": row_of(row.id).version, "go": "next"})
    assert row_of(row.id).state is RowState.CORRECTED and answer.location == f"/my-order/row/{other.id}"
    assert 'To correct</span><span class="k-count k-bad">1<' in client.get("/my-order/").text


def test_what_somebody_else_saved_is_not_overwritten(office: Office, client_of: Client) -> None:
    row = enter(office)
    version = row.version
    with acting(acts(office.renata)):
        order_rows.save_row(row, {"city": "Radom"}, actor=acts(office.renata))
    answer = client_of(office.beata, "en").post(f"/my-order/change/{row.id}", data={**FIRM, "city": "Płock", "version": version})
    assert answer.status_code == 409 and "Somebody else changed this record meanwhile" in answer.text and 'value="Płock"' in answer.text
    assert row_of(row.id).city == "Radom"


def test_a_closed_order_says_so_and_loses_nothing(office: Office, client_of: Client) -> None:
    orders.close_order(office.order, actor=SYSTEM)
    client = client_of(office.beata, "en")
    answer = client.post(f"/my-order/save?order={office.order.id}", data=FIRM)
    assert answer.status_code == 409 and "finally closed" in answer.text and 'value="8567346215"' in answer.text
    assert "Save and go on" not in client.get(f"/my-order/?order={office.order.id}").text


@pytest.mark.feature("E22")
def test_one_order_is_current_and_another_is_chosen(office: Office, client_of: Client) -> None:
    second = make_order(office.zofia, name="firmy mięsne pomorskie")
    seat(second, office.beata, Seat.OPERATOR)
    client = client_of(office.beata, "en")
    page = client.get("/my-order/").text
    assert "firmy mięsne mazowieckie</h1>" in page and f"/my-order/choose/{second.id}" in page
    client.post(f"/my-order/choose/{second.id}")
    assert "firmy mięsne pomorskie</h1>" in client.get("/my-order/").text


@pytest.mark.feature("C32")
def test_calls_go_on_to_rows_that_others_entered(office: Office, client_of: Client, cast: Cast) -> None:
    """Who steers calls all companies, who was given some calls those, and never lands on a row that is not theirs."""
    mine, other, hers = (enter(office, name=name, nip="", phone="") for name in ("Pierwsza", "Druga", "Trzecia"))
    for row in (mine, hers):
        records.update(row, {"owner_id": cast.jean.id}, actor=SYSTEM)
    principal = client_of(office.zofia, "en")
    assert f'href="/my-order/row/{mine.id}" data-key="f9"' in principal.get(f"/my-order/?order={office.order.id}").text
    salesperson = client_of(cast.jean, "en")
    page = salesperson.get(f"/my-order/row/{mine.id}").text
    assert "Row 1 of 2" in page and f"/my-order/row/{other.id}" not in page and f'href="/my-order/row/{hers.id}"' in page
    answer = salesperson.post(f"/my-order/call/{mine.id}", data={"result": "reached"})
    assert answer.location == f"/my-order/row/{hers.id}" and salesperson.get(answer.location).status_code == 200
    last = salesperson.post(f"/my-order/call/{hers.id}", data={"result": "no_answer"})
    assert last.location == f"/my-order/row/{hers.id}"
    assert principal.post(f"/my-order/call/{other.id}", data={"result": "reached"}).location == f"/my-order/row/{other.id}"


@pytest.mark.feature("C32")
def test_a_file_is_called_row_by_row(office: Office, client_of: Client) -> None:
    first, second = enter(office), enter(office, nip="5260250274", phone="221234567")
    client = client_of(office.beata, "en")
    assert 'href="tel:255550260"' in client.get(f"/my-order/row/{first.id}").text
    answer = client.post(f"/my-order/call/{first.id}", data={"result": "no_answer"})
    assert answer.location == f"/my-order/row/{second.id}"
    assert row_of(first.id).call_result is CallResult.NO_ANSWER
    assert client.post(f"/my-order/call/{second.id}", data={"result": "sings"}).status_code == 400


@pytest.mark.feature("D37")
def test_a_lead_needs_a_name_and_nothing_else(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.jean, "en")
    assert 'href="/my-order/lead"' in client.get("/today/").text  # one touch away on a telephone
    assert client.post("/my-order/lead", data={"name": " "}).status_code == 409
    answer = client.post("/my-order/lead", data={"name": "Garage Le Goff"})
    assert answer.status_code == 302 and "Garage Le Goff" in client.get(answer.location).text


@pytest.mark.feature("D38")
def test_a_lead_is_changed_left_out_or_turned_into_an_opportunity(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.jean, "en")
    first, second = (int(client.post("/my-order/lead", data={"name": name}).location.rpartition("/")[2]) for name in ("Garage Le Goff", "Scierie Gall"))
    client.post(f"/my-order/change/{first}", data={"name": "Garage Le Goff et fils", "phone": "02 61 91 10 24", "remarks": "Vu au salon", "version": 1})
    assert row_of(first).name == "Garage Le Goff et fils"
    client.post(f"/my-order/discard/{second}")
    answer = client.post(f"/prospectrowview/make/{first}", data={"person": "Ronan Le Goff", "title": "Pont élévateur"})
    page = client.get(answer.location).text
    assert "Pont élévateur" in page and "Vu au salon" in page
    entered = client.get(f"/prospectrowview/list/?_flt_0_order={row_of(first).order_id}&_flt_0_state=entered").text
    assert "Le Goff" not in entered and "Scierie Gall" not in entered


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


@pytest.mark.feature("E21", "E23", "E24", "E30")
def test_places_are_given_moved_and_closed_on_the_page_of_the_order(office: Office, client_of: Client, cast: Cast) -> None:
    principal = client_of(office.zofia, "en")
    principal.post(f"/orderview/assign/{office.order.id}", data={"seat": "operator", "user": [str(cast.jean.id), str(cast.tom.id)], "quota": "25"})
    found = {each.user_id: each for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id)}
    assert found[cast.jean.id].quota == 25 and found[cast.tom.id].seat is Seat.OPERATOR
    assert db.session.query(OutgoingMail).filter_by(event="notice:order", to_user_id=cast.jean.id).count() == 1
    renata = client_of(office.renata, "en")
    page = renata.get(f"/orderview/show/{office.order.id}").text
    assert "Beata Kania" in page and "<b>Jean" not in page
    mine = found[office.beata.id].id
    assert "1 operator" in renata.get(f"/orderview/closing/{office.order.id}?place={mine}").text
    renata.post(f"/orderview/close/{office.order.id}", data={"place": mine})
    assert client_of(office.beata, "en").post(f"/my-order/save?order={office.order.id}", data=FIRM).status_code == 409
    assert client_of(office.oskar, "en").post(f"/my-order/save?order={office.order.id}", data=FIRM).status_code == 302
    renata.post(f"/orderview/place/{office.order.id}", data={"place": mine, "what": "reopen"})
    assert client_of(office.beata, "en").post(f"/my-order/save?order={office.order.id}", data={**FIRM, "nip": ""}).status_code == 302
    assert renata.post(f"/orderview/close/{office.order.id}").status_code == 403
    renata.post(f"/orderview/assign/{office.order.id}", data={"seat": "operator", "user": [str(cast.claire.id), str(cast.anna.id)], "quota": "10"})
    above = found[office.renata.id].id
    mine = {each.user_id for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id, parent_id=above)}
    assert mine == {office.beata.id, office.oskar.id, cast.claire.id, cast.anna.id}


@pytest.mark.feature("E30")
def test_a_principal_gives_an_order_to_a_group_and_each_hears_of_it(office: Office, client_of: Client, cast: Cast) -> None:
    made = make_order(office.zofia, name="firmy mięsne śląskie")
    principal = client_of(office.zofia, "en")
    above = ""
    for place, user in (("coordinator", office.kamil), ("supervisor", office.renata), ("operator", office.oskar), ("verifier", office.marek)):
        principal.post(f"/orderview/assign/{made.id}", data={"seat": place, "user": str(user.id), "parent": above if place != "verifier" else ""})
        above = str(db.session.query(OrderAssignment).filter_by(order_id=made.id, user_id=user.id).one().id)
    found = {each.user_id: each for each in db.session.query(OrderAssignment).filter_by(order_id=made.id)}
    chain = [found[user.id].id for user in (office.zofia, office.kamil, office.renata)]
    assert [found[user.id].parent_id for user in (office.kamil, office.renata, office.oskar)] == chain
    told = {each.to_user_id for each in db.session.query(OutgoingMail).filter_by(event="notice:order")}
    assert {office.kamil.id, office.renata.id, office.oskar.id, office.marek.id} <= told
    page = principal.get(f"/orderview/show/{made.id}").text
    assert all(name in page for name in ("Kamil Duda", "Renata Górska", "Oskar Wilk", "Marek Lis"))


@pytest.mark.feature("E29")
def test_a_principal_does_everything_inside_an_own_order(office: Office, client_of: Client) -> None:
    theirs, mine = enter(office), f"/my-order/save?order={office.order.id}"
    zofia = client_of(office.zofia, "en")
    assert zofia.post(mine, data={"name": "Własny wiersz", "go": "next"}).status_code == 302
    assert zofia.post(f"/verify/judge/{theirs.id}", data={"verdict": "accept"}).status_code == 302
    assert row_of(theirs.id).state is RowState.VERIFIED
    zofia.post(f"/orderview/attribute/{office.order.id}", data={"label": "Uboje", "kind": "whole"})
    assert "Uboje" in zofia.get(f"/my-order/?order={office.order.id}").text
    zofia.post(f"/orderview/close/{office.order.id}")
    db.session.expire_all()
    assert db.session.get_one(Order, office.order.id).state is OrderState.CLOSED
    exported = zofia.get(f"/prospectrowview/export.csv?_flt_0_order={office.order.id}").text
    assert "Zakład Mięsny Podlasek" in exported and "Własny wiersz" in exported


@pytest.mark.feature("E19", "E28")
def test_the_final_close_counts_first_and_can_be_exported(office: Office, client_of: Client) -> None:
    enter(office)
    kamil = client_of(office.kamil, "en")
    page = kamil.get(f"/orderview/closing/{office.order.id}").text
    assert "1 supervisor" in page and "2 operators" in page and "1 row still to verify" in page
    kamil.post(f"/orderview/close/{office.order.id}")
    db.session.expire_all()
    assert db.session.get_one(Order, office.order.id).state is OrderState.CLOSED
    assert all(each.closed_at for each in db.session.query(OrderAssignment).filter_by(order_id=office.order.id))
    row, beata = db.session.query(ProspectRow).one(), client_of(office.beata, "en")
    assert beata.post(f"/my-order/change/{row.id}", data={**FIRM, "city": "Radom", "version": row.version}).status_code == 409
    assert row_of(row.id).city == "Siedlce" and "Save and go on" not in beata.get(f"/my-order/row/{row.id}").text
    assert client_of(office.marek, "en").post(f"/verify/judge/{row.id}", data={"verdict": "accept"}).status_code in (403, 409)
    assert row_of(row.id).state is RowState.SUBMITTED
    sheet = kamil.get(f"/prospectrowview/export.csv?_flt_0_order={office.order.id}").text
    assert "8567346215" in sheet and "Zakład Mięsny Podlasek" in sheet


@pytest.mark.feature("E29")
def test_another_principal_sees_nothing_of_it(office: Office, client_of: Client, cast: Cast) -> None:
    enter(office)
    other = client_of(cast.tom, "en")
    assert other.get(f"/orderview/show/{office.order.id}").status_code == 404
    assert "Podlasek" not in other.get("/prospectrowview/export.csv").text
    assert "Podlasek" not in other.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text


@pytest.mark.feature("D38")
def test_a_row_is_converted_with_its_match_shown(office: Office, client_of: Client, cast: Cast) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    row = enter(office)
    known = records.create(Account, {"name": "Podlasek S.A.", "nip": "8567346215", "owner": cast.anna}, actor=SYSTEM)
    zofia = client_of(office.zofia, "en")
    zofia.post(f"/orderview/hand-over/{office.order.id}", data={"user": cast.anna.id})
    anna = client_of(cast.anna, "en")
    page = anna.get(f"/prospectrowview/convert/{row.id}").text
    assert "There is 1 account like this" in page and "It is Podlasek S.A." in page
    answer = anna.post(f"/prospectrowview/make/{row.id}", data={"account": known.id, "person": "Ewa Lis", "title": "Krajalnice"})
    assert "/opportunityview/show/" in answer.location and row_of(row.id).account_id == known.id
    assert anna.post(f"/prospectrowview/make/{row.id}", data={"account": "other"}).status_code == 409
    assert "Podlasek" not in anna.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}&_flt_0_state=entered").text
    assert "firmy mięsne mazowieckie" in anna.get(answer.location).text, "where it comes from is in the history"


def test_an_objection_is_noted_from_the_row(office: Office, client_of: Client) -> None:
    row = enter(office)
    client = client_of(office.beata, "en")
    client.post(f"/my-order/objection/{row.id}")
    answer = client.post(f"/my-order/save?order={office.order.id}", data=FIRM)
    assert answer.status_code == 409 and "objected to being contacted" in answer.text


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


@pytest.mark.feature("E11")
def test_without_verification_a_row_is_entered_and_never_called_verified(office: Office, client_of: Client) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    client = client_of(office.beata, "en")
    answer = client.post(f"/my-order/save?order={office.order.id}", data={**FIRM, "go": "next"})
    assert "Row 1 is saved: Entered" in client.get(answer.location).text
    assert "Verified" not in client.get(f"/my-order/row/{db.session.query(ProspectRow).one().id}").text


@pytest.mark.feature("C33")
def test_a_conversion_says_what_is_missing(office: Office, client_of: Client, cast: Cast) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    row, client = enter(office, phone=None), client_of(cast.ada, "en")
    answer = client.post(f"/prospectrowview/make/{row.id}", data={})
    assert answer.status_code == 409 and "Neither a telephone number nor an e-mail address is known" in answer.text
    assert "/accountview/show/" in client.post(f"/prospectrowview/make/{row.id}", data={"without_reach": "1"}).location


@pytest.mark.feature("E20")
def test_the_progress_and_the_list_agree(office: Office, client_of: Client) -> None:
    for number in range(3):
        enter(office, nip=f"{number:010}", phone=None, name=f"Firma {number}")
    client = client_of(office.zofia, "en")
    assert "3 of 900" in client.get(f"/orderview/show/{office.order.id}").text
    page = client.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}&_flt_0_state=submitted").text
    assert all(f"Firma {number}" in page for number in range(3))


@pytest.mark.feature("E25", "E26", "E27")
def test_a_supervisor_has_what_was_given_a_coordinator_has_all(office: Office, client_of: Client, cast: Cast) -> None:
    second, other = make_order(office.zofia, name="firmy mięsne pomorskie"), make_order(cast.anna, name="meble śląskie")
    seat(second, office.renata, Seat.SUPERVISOR)
    renata, kamil = client_of(office.renata, "en"), client_of(office.kamil, "en")
    page = renata.get("/orders/").text
    assert "firmy mięsne mazowieckie" in page and "firmy mięsne pomorskie" in page and other.name not in page
    page = kamil.get("/orders/").text
    assert all(each.name in page for each in (office.order, second, other))
    enter(office)
    above = seat(office.order, cast.tom, Seat.SUPERVISOR)
    beata = db.session.query(OrderAssignment).filter_by(order_id=office.order.id, user_id=office.beata.id).one()
    kamil.post(f"/orderview/place/{office.order.id}", data={"place": beata.id, "what": "move", "parent": above.id, "quota": "40"})
    assert "Beata Kania" not in renata.get("/orders/").text
    assert "Podlasek" not in renata.get(f"/prospectrowview/list/?_flt_0_order={office.order.id}").text
    moved = db.session.query(ProspectRow).one()
    assert (moved.assignment_id, moved.operator_id) == (beata.id, office.beata.id)
    assert "1 of 900" in kamil.get("/orders/").text


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


@pytest.mark.feature("E21")
def test_people_are_listed_while_few_and_searched_for_where_many(office: Office, client_of: Client) -> None:
    client = client_of(office.zofia, "en")
    page = client.get(f"/orderview/show/{office.order.id}").text
    assert re.search(r'<select[^>]*name="user"[^>]*multiple', page)
    for number in range(25):
        users.create_user(
            {"first_name": "Jan", "last_name": f"Nowak{number}", "username": f"jan{number}", "email": f"jan{number}@zlecenia.example", "password": PASSWORD,
             "roles": [], "teams": [], "language": "pl", "country": "PL"}, actor=SYSTEM)
    page = client.get(f"/orderview/show/{office.order.id}").text
    asked = re.findall(r'data-look="([^"]+)" data-name="user" data-many', page)
    assert asked and "Nowak7" not in page
    assert [each["text"] for each in client.get(asked[0].replace("&amp;", "&") + "&q=nowak7").get_json()] == ["Jan Nowak7"]
