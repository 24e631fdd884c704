"""Rows are called one after the other, noted down as leads, and become accounts and opportunities."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.orders import CallResult, Checking
from app.models import Account
from app.operations import records
from app.permissions.actor import SYSTEM
from tests.orders.office import Office, enter, row_of
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


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


@pytest.mark.feature("C33")
def test_a_conversion_says_what_is_missing(office: Office, client_of: Client, cast: Cast) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    row, client = enter(office, phone=None), client_of(cast.ada, "en")
    answer = client.post(f"/prospectrowview/make/{row.id}", data={})
    assert answer.status_code == 409 and "Neither a telephone number nor an e-mail address is known" in answer.text
    assert "/accountview/show/" in client.post(f"/prospectrowview/make/{row.id}", data={"without_reach": "1"}).location
