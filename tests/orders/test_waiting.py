"""What stands below an operator's order in the menu while it waits, orders searched to be linked, and lists on a telephone."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.operations import order_rows, verification
from app.permissions.actor import acting
from tests.orders.office import FIRM, Office, acts, make_order

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


@pytest.mark.feature("E6", "E12")
def test_the_menu_of_an_operator_counts_what_waits_and_leads_there(office: Office, client_of: Client) -> None:
    client, beata, marek = client_of(office.beata, "en"), acts(office.beata), acts(office.marek)
    assert "/my-order/waiting/" not in client.get("/my-order/").text
    assert client.get("/my-order/waiting/rejected").location == "/my-order/"
    with acting(beata):
        row = order_rows.enter_row(office.order, FIRM, actor=beata)
        order_rows.enter_row(office.order, {"name": "Masarnia Wieś"}, actor=beata)
    with acting(marek):
        verification.judge(row, [{"field": "nip", "problem": "Zły", "suggested": ""}], actor=marek)
        order_rows.say(row, "Skąd ten NIP?", actor=marek)
    page = client.get("/my-order/").text
    assert 'To correct</span><span class="k-count k-bad">1<' in page and 'Comments</span><span class="k-count">1<' in page
    assert 'Prospect rows</span><span class="k-count">2<' in page
    assert client.get("/my-order/waiting/rejected").location == f"/my-order/row/{row.id}"
    assert client.get("/my-order/waiting/comments").location == f"/my-order/row/{row.id}#comments"
    assert client.get("/my-order/waiting/other").status_code == 404
    assert "/my-order/waiting/" not in client_of(office.oskar, "en").get("/my-order/").text


@pytest.mark.feature("E18")
def test_an_order_to_link_is_searched_among_those_in_reach(office: Office, client_of: Client) -> None:
    near, far = make_order(office.zofia, name="firmy mięsne pomorskie"), make_order(office.oskar, name="firmy mięsne obce")
    client = client_of(office.zofia, "en")
    page = client.get(f"/orderview/show/{office.order.id}").text
    assert f'data-look="/orderview/others/{office.order.id}"' in page and near.name not in page
    assert client.get(f"/orderview/others/{office.order.id}?q=POMORSKIE miesne").get_json() == [{"id": near.id, "text": near.name}]
    assert far.id not in [each["id"] for each in client.get(f"/orderview/others/{office.order.id}?q=").get_json()]
    assert client.get(f"/orderview/others/{far.id}?q=").status_code == 404
    assert client_of(office.beata, "en").get(f"/orderview/others/{office.order.id}?q=").status_code in (403, 404)


def menu(page: str) -> str:
    return page[page.index("<nav") : page.index("</nav>")]


@pytest.mark.feature("E6", "E7")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_whoever_enters_nothing_has_comments_below_verification_and_no_order_of_their_own(office: Office, client_of: Client, language: str) -> None:
    beata, marek = acts(office.beata), acts(office.marek)
    with acting(beata):
        row = order_rows.enter_row(office.order, FIRM, actor=beata)
    with acting(marek):
        verification.judge(row, [{"field": "nip", "problem": "Zły", "suggested": ""}], actor=marek)
    with acting(beata):
        order_rows.say(row, "Skąd wiadomo?", actor=beata)
    verifier, principal = client_of(office.marek, language), client_of(office.zofia, language)
    page = menu(verifier.get("/verify/").text)
    assert 'href="/my-order/"' not in page and page.count('href="/my-order/waiting/comments"') == 1
    assert verifier.get("/my-order/waiting/comments").location == f"/verify/row/{row.id}#comments"
    for client in (client_of(office.beata, language), principal):
        assert 'href="/my-order/"' in menu(client.get("/my-order/").text)
    with acting(marek):
        order_rows.say(row, "Z KRS.", actor=marek)
    assert menu(principal.get("/orders/").text).count('href="/my-order/waiting/comments"') == 0
    assert menu(client_of(office.beata, language).get("/my-order/").text).count('href="/my-order/waiting/comments"') == 1
