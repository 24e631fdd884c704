"""Rows of an order in and out of Excel: understood, checked as if typed, taken back, and out again with every attribute of the order."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from openpyxl import load_workbook

from app.domain.custom_fields import FieldKind
from app.domain.imports import ImportState
from app.domain.orders import STANDARD, Checking, OrderLinkKind, RowState
from app.extensions import db
from app.models import ProspectRow
from app.operations import order_attributes, order_rows, orders, records, verification
from app.operations.suppressions import suppress
from app.permissions.actor import SYSTEM, acting
from app.views.row_words import attribute_label
from tests.orders.office import FIRM, Office, acts, make_order
from tests.people import Cast
from tests.views.test_imports import finish, give, workbook

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
HEAD = ["Nazwa firmy", "NIP", "Kod pocztowy", "Miejscowość", "Tel. stac.", "Poziom zatrudnienia", "Województwo", "Źródło danych 1"]
ROW = ["Zakład Mięsny Podlasek", "856-734-62-15", "08-110", "Siedlce", "25 555 02 60", "10-49", "woj. Mazowieckie", "KRS"]


def bring(client: FlaskClient, office: Office, *rows: Any, head: Any = HEAD, **told: Any) -> str:
    """Import ``rows`` into the order; returns the address of the import."""
    where = give(client, f"ProspectRow-{office.order.id}", workbook(head, *rows))
    if told:
        client.post(f"{where}/columns", data=told)
    client.post(f"{where}/run")
    return where


def rows_of(office: Office) -> list[ProspectRow]:
    db.session.expire_all()
    return db.session.query(ProspectRow).filter_by(order_id=office.order.id).order_by(ProspectRow.number).all()


@pytest.mark.feature("C34", "C35")
def test_a_file_becomes_rows_as_if_they_were_typed(office: Office, client_of: Client) -> None:
    client = client_of(office.beata, "en")
    where = bring(client, office, ROW, ["Masarnia Łoś", None, 8110, None, None, 12, None, None])
    page = client.get(where).text
    assert "Done: 2 of 2 rows." in page and "Rows of “firmy mięsne mazowieckie”" in page
    first, second = rows_of(office)
    assert (first.nip, first.phone, first.headcount, first.voivodeship) == ("8567346215", "+48255550260", "10-49", "mazowieckie")
    assert (first.number, first.state, first.operator_id, first.source1_by_id) == (1, RowState.SUBMITTED, office.beata.id, office.beata.id)
    assert (first.source1_on, first.entered_at is not None, first.owner_id) == (first.created_at.date(), True, None)
    assert (second.number, second.postcode, second.headcount) == (2, "08-110", "10-49")
    with acting(acts(office.beata)):
        assert order_rows.enter_row(office.order, {"name": "Trzecia"}, actor=acts(office.beata)).number == 3
    assert "Masarnia Łoś" in client.get("/search/?q=masarnia").text


def test_what_is_there_is_left_alone_filled_or_changed(office: Office, client_of: Client) -> None:
    other = make_order(office.zofia, name="wcześniejsze")
    orders.link_orders(other, office.order, OrderLinkKind.CONTINUES, actor=SYSTEM)
    zofia = acts(office.zofia)
    with acting(zofia):
        order_rows.enter_row(other, {"name": "Stara", "nip": "5260250274"}, actor=zofia)
    for who in ("beata", "oskar"):
        person = acts(getattr(office, who))
        with acting(person):
            order_rows.enter_row(office.order, {**FIRM, "nip": "8567346215" if who == "beata" else "1234563218", "phone": None}, actor=person)
    client = client_of(office.beata, "en")
    head = ["Firma", "NIP", "Miejscowość", "Adres e-mail"]
    bring(client, office, ["Podlasek", "8567346215", "Radom", "biuro@podlasek.example"], ["Oskara", "1234563218", "x"], ["Nasza", "5260250274"],
          ["Nowa", "7740001454"], ["Nowa raz jeszcze", "774 000 14 54", "Płock", None], head=head)
    run = finish()
    assert run.counts == {"updated": 2, "skipped": 2, "created": 1}
    found = {row.name: (row.city, row.email) for row in rows_of(office)}
    assert found["Zakład Mięsny Podlasek"] in [("Siedlce", "biuro@podlasek.example"), ("Siedlce", None)] and found["Nowa"] == ("Płock", None)


def test_what_lacks_something_stays_a_draft_and_what_is_wrong_comes_back(office: Office, client_of: Client, cast: Cast) -> None:
    records.update(office.order, {"required": ["name", "nip"]}, actor=SYSTEM)
    suppress({"email": "nie@dzwon.example"}, "PL", actor=SYSTEM)
    client = client_of(office.zofia, "en")
    head = ["Firma", "NIP", "E-mail", "Liczba pracowników", "Operator"]
    where = bring(client, office, ["Bez numeru", None, None, None, "Beata Kania"], [None, "8567346215"], ["Sprzeciw", "1", "nie@dzwon.example"],
                  ["Dużo", "2", None, "wielu", None], ["Czyja", "3", None, None, cast.anna.username], head=head)
    assert finish().counts == {"created": 1, "refused": 4}
    (draft,) = rows_of(office)
    assert (draft.state, draft.operator_id, draft.number) == (RowState.DRAFT, office.beata.id, 1)
    sheet = load_workbook(BytesIO(client.get(f"{where}/refused.xlsx").data)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    said = [row[-1] for row in cells]
    assert said == [
        "Reason", "“Company” is empty, and a record needs it.",
        "Whoever has this E-mail objected to being contacted: it may not be collected again. Leave it out.",
        "“wielu” is not one of the values of “Number of employees”.",
        f"“{cast.anna.username}” has no open place in this order from which you may have rows entered."]
    cells[1][0], cells[2][2], cells[3][3], cells[4][4] = "Znana", None, 300, "oskar"
    client.post(give(client, f"ProspectRow-{office.order.id}", workbook(*cells), "mended.xlsx") + "/run")
    assert finish().counts == {"created": 4} and [row.headcount for row in rows_of(office)][3] == "250-"


def test_an_import_of_rows_is_taken_back_with_its_changes(office: Office, client_of: Client) -> None:
    beata = acts(office.beata)
    with acting(beata):
        kept = order_rows.enter_row(office.order, FIRM, hand_in=False, actor=beata)
    client = client_of(office.beata, "en")
    where = bring(client, office, [None, "8567346215", None, None, None, "1-9", None, None], [*ROW[:1], "5260250274", *ROW[2:4], None, *ROW[5:]], **{
        f"column-{place}": name for place, name in enumerate(("name", "nip", "postcode", "city", "phone", "headcount", "voivodeship", "source1"))
    }, duplicates="update", key="nip")
    assert finish().counts == {"refused": 1, "created": 1}
    where = bring(client, office, ["Podlasek", "8567346215"], ["Inna", "7740001454"], head=["Firma", "NIP"], duplicates="update", key="nip",
                  **{"column-0": "name", "column-1": "nip"})
    assert finish().counts == {"updated": 1, "created": 1} and (kept.name, kept.state) == ("Podlasek", RowState.SUBMITTED)
    client.post(f"{where}/undo")
    assert finish().counts == {"undone": 2}
    db.session.expire_all()
    assert (kept.name, kept.state, kept.entered_at) == ("Zakład Mięsny Podlasek", RowState.DRAFT, None) and len(rows_of(office)) == 2


@pytest.mark.feature("E5", "E12")
def test_a_rejected_row_that_comes_back_corrected_in_its_file_is_right_again(office: Office, client_of: Client) -> None:
    """The list of what is to be corrected is taken out, mended in Excel and brought in again: it waits for the verifier, and nothing is wrong with it."""
    beata, marek = acts(office.beata), acts(office.marek)
    with acting(beata):
        row = order_rows.enter_row(office.order, FIRM, actor=beata)
        order_rows.enter_row(office.order, {"name": "Dobra", "nip": "5260250274"}, actor=beata)
    with acting(marek):
        verification.judge(row, [{"field": "city", "problem": "Siedziba jest w Radomiu", "suggested": "Radom"}], actor=marek)
    client = client_of(office.zofia, "en")
    content = client.get(f"/prospectrowview/export.xlsx?_flt_0_order={office.order.id}&_flt_0_state=rejected&whole=1").data
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    names, *cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert len(cells) == 1
    cells[0][names.index("City")] = "Radom"
    bring(client, office, *cells, head=names, duplicates="update", key="nip",
          **{f"column-{names.index(label)}": name for name, label in (("name", "Company"), ("nip", "NIP"), ("city", "City"))})
    assert finish().counts == {"updated": 1}
    db.session.expire_all()
    assert (row.city, row.state, row.name, row.source1_by_id) == ("Radom", RowState.CORRECTED, FIRM["name"], office.beata.id)
    page = client_of(office.beata, "en").get(f"/my-order/row/{row.id}").text
    assert "Rejected" not in page and "k-error" not in page and "1 rejected" not in page
    with acting(marek):
        verification.judge(row, [], actor=marek)
    assert (row.state, row.findings) == (RowState.VERIFIED, [])


def test_a_closed_order_takes_nothing_in_and_gives_nothing_back(office: Office, client_of: Client) -> None:
    client = client_of(office.beata, "en")
    first = bring(client, office, ROW)
    waiting = give(client, f"ProspectRow-{office.order.id}", workbook(["Firma", "NIP"], ["Później", "5260250274"]))
    with acting(acts(office.kamil)):
        orders.close_order(office.order, actor=acts(office.kamil))
    said = "This order is finally closed. A coordinator or its principal can reopen it."
    client.post(f"{waiting}/run")
    assert finish().counts == {"refused": 1} and said in client.get(waiting).text
    assert said in client.get(client.post(f"{first}/undo").location).text and len(rows_of(office)) == 1
    answer = client.post("/imports/new", data={"of": f"ProspectRow-{office.order.id}", "file": (BytesIO(b"a;b"), "x.csv")}, content_type="multipart/form-data")
    assert answer.status_code == 409 and said in answer.text
    assert client.post("/imports/new", data={"of": "ProspectRow-x", "file": (BytesIO(b"a;b"), "x.csv")}).status_code == 409


def test_two_who_import_one_list_in_double_entry_are_compared(office: Office, client_of: Client) -> None:
    records.update(office.order, {"checking": Checking.DOUBLE}, actor=SYSTEM)
    for who in ("beata", "oskar"):
        bring(client_of(getattr(office, who), "en"), office, ROW)
        assert finish().counts == {"created": 1}
    assert {row.state for row in rows_of(office)} == {RowState.VERIFIED}


@pytest.mark.feature("E2")
@pytest.mark.parametrize("language", ["en", "fr", "pl"])
def test_an_order_comes_out_whole_and_is_read_again(office: Office, client_of: Client, language: str) -> None:
    own = order_attributes.add_attribute(office.order, "Uboje dziennie", FieldKind.WHOLE, actor=SYSTEM)
    order_attributes.add_attribute(make_order(office.zofia, name="meble"), "Drewno", FieldKind.TEXT, actor=SYSTEM)
    client = client_of(office.zofia, language)
    bring(client, office, [*ROW[:2], "01-234", *ROW[3:], 120], head=[*HEAD, "Uboje dziennie"])
    with acting(acts(office.zofia)):
        order_rows.enter_row(office.order, {"name": "=1+1", "nip": "0123456789"}, actor=acts(office.zofia))
    page = client.get(f"/orderview/show/{office.order.id}").text
    address = f"/prospectrowview/export.xlsx?_flt_0_order={office.order.id}&whole=1"
    assert address.replace("&", "&amp;") in page
    content = client.get(address).data
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None and not sheet.merged_cells.ranges
    names, *cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(names) == len({*names}) and "Uboje dziennie" in names and "Drewno" not in names and len(names) == 21 + 4 + 1 + 7 + 3
    with force_locale(language):
        assert {str(attribute_label(name)) for name in STANDARD} <= {*names} and len(STANDARD) == 21
    found = dict(zip(names, cells[-1 if cells[0][0] == 2 else 0], strict=True))
    assert {"8567346215", "01-234", 120, "Oferta maszyn", "KRS"} <= {*found.values()}
    other = {cell.value: cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert other["=1+1"] == "s" == other["0123456789"] and other[120] == "n"
    again = give(client, f"ProspectRow-{office.order.id}", content)
    assert client.get(again).status_code == 200, "no column is asked"
    client.post(f"{again}/run")
    run = finish()
    assert run.state is ImportState.DONE and run.counts == {"unchanged": 2}, own.code


@pytest.mark.feature("E29")
def test_nobody_brings_rows_into_the_order_of_others(office: Office, client_of: Client, cast: Cast) -> None:
    other = make_order(cast.anna, name="meble śląskie")
    page = client_of(office.beata, "en").get("/imports/new").text
    assert office.order.name in page and other.name not in page
    answer = client_of(office.beata, "en").post("/imports/new", data={"of": f"ProspectRow-{other.id}", "file": (BytesIO(b"a;b"), "x.csv")})
    assert answer.status_code == 409 and "Choose the prospecting order" in answer.text
    assert client_of(office.marek, "en").get(f"/prospectrowview/export.xlsx?_flt_0_order={office.order.id}&whole=1").status_code in (302, 403)
