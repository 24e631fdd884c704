"""The operator's page: what to do, rows entered, corrected and found again, warnings and doubles, several orders."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.domain.orders import STANDARD, Checking, RowState, Seat
from app.extensions import db
from app.models import ProspectRow, User
from app.operations import order_rows, orders, records, verification
from app.permissions.actor import SYSTEM, acting
from tests.orders.office import FIRM, Office, acts, enter, make_order, row_of, seat
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


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


@pytest.mark.parametrize(("typed", "said"), [
    ("LT119511515", "another country"), ("de 811569869", "another country"), ("PL8567346216", "check digit"), ("856734621", "check digit"),
    ("PL8567346215", ""),
])
def test_a_number_of_another_country_is_named_as_one(office: Office, client_of: Client, typed: str, said: str) -> None:
    odd = client_of(office.beata, "en").post(f"/my-order/check?order={office.order.id}", data={"nip": typed, "name": "UAB Mėsa"}).get_json()["odd"]
    assert said in odd.get("nip", "") and bool(odd) is bool(said)


@pytest.mark.feature("E3")
def test_a_page_a_check_and_a_row_ask_few_things_however_many_rows_there_are(office: Office, client_of: Client, statements: list[str]) -> None:
    """What two hundred operators do at once: each statement more is one more for all of them."""
    client, asked = client_of(office.beata, "pl"), f"?order={office.order.id}"
    for number in range(3):
        said = {"name": f"Zakład {number}", "nip": f"700000000{number}", "phone": f"25 555 02 6{number}", "source1": "KRS", "go": "next"}
        heard = []
        for path in ("", "check", "save"):
            statements.clear()
            address = f"/my-order/{path}{asked}"
            assert (client.post(address, data=said) if path else client.get(address)).status_code in (200, 302)
            heard.append(len([each for each in statements if not each.startswith("BEGIN")]))
        few = [count <= most for count, most in zip(heard, (5, 3, 10), strict=True)]
        assert all(few) or number == 0, heard  # at first what the person may is read


def test_what_a_process_draws_once_is_drawn_once_for_each_language(office: Office, client_of: Client) -> None:
    words = {"pl": "Skróty klawiszowe", "fr": "Raccourcis clavier", "en": "Keyboard shortcuts"}
    for language in ("pl", "fr", "en", "pl"):
        page = client_of(office.beata, language).get("/my-order/").text
        assert f'<h2 id="keys-title">{words[language]}</h2>' in page and page.count('<dialog id="find"') == page.count('<template id="kept"') == 1


def test_whoever_has_the_same_row_before_them_is_named_and_what_they_change_is_told(office: Office, client_of: Client) -> None:
    row = enter(office)
    beata, renata, marek = (client_of(each, "en") for each in (office.beata, office.renata, office.marek))
    asked = {}
    for who, client, page in (("beata", beata, "/my-order/row"), ("renata", renata, "/my-order/row"), ("marek", marek, "/verify/row")):
        found = re.search(r'data-watch="([^"]+)"', client.get(f"{page}/{row.id}").text)
        assert found is not None
        asked[who] = html.unescape(found[1])
    assert beata.get(asked["beata"]).get_json() == {"text": "", "here": ""}
    assert "Beata Kania" in renata.get(asked["renata"]).get_json()["here"]
    assert renata.post(f"/my-order/change/{row.id}", data={**FIRM, "city": "Mordy", "version": row_of(row.id).version}).status_code == 302
    heard = beata.get(asked["beata"]).get_json()
    assert heard["text"] == "Renata Górska: row changed." and "Renata Górska" in heard["here"]
    assert "Beata Kania" in marek.get(asked["marek"]).get_json()["here"]
    assert client_of(office.oskar, "en").get(asked["beata"]).status_code == 404
    assert "data-watch" not in beata.get("/my-order/").text, "a new row is nobody else's"


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


def test_an_objection_is_noted_from_the_row(office: Office, client_of: Client) -> None:
    row = enter(office)
    client = client_of(office.beata, "en")
    client.post(f"/my-order/objection/{row.id}")
    answer = client.post(f"/my-order/save?order={office.order.id}", data=FIRM)
    assert answer.status_code == 409 and "objected to being contacted" in answer.text


@pytest.mark.feature("E11")
def test_without_verification_a_row_is_entered_and_never_called_verified(office: Office, client_of: Client) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    client = client_of(office.beata, "en")
    answer = client.post(f"/my-order/save?order={office.order.id}", data={**FIRM, "go": "next"})
    assert "Row 1 is saved: Entered" in client.get(answer.location).text
    assert "Verified" not in client.get(f"/my-order/row/{db.session.query(ProspectRow).one().id}").text
