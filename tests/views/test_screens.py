"""What every page that FAB draws promises: our shell, native controls, look-ups within one's rights."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.operations import records
from app.permissions.actor import SYSTEM
from tests.people import Cast

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database


def test_pages_carry_no_inline_script_or_style(cast: Cast, client_of: Clients) -> None:
    client = client_of(cast.anna)
    for path in ("/opportunityview/list/", "/opportunityview/add", "/contactview/list/"):
        page = client.get(path).get_data(as_text=True)
        assert "style=" not in page
        assert "<script>" not in page
        assert "onclick" not in page
        assert "select2" not in page
        assert '<html lang="pl"' in page


def test_a_relation_to_a_growing_table_is_looked_up(cast: Cast, client_of: Clients) -> None:
    client = client_of(cast.anna)
    page = client.get("/opportunityview/add").get_data(as_text=True)
    assert 'data-look="/opportunityview/lookup/account"' in page
    assert str(cast.olivia) not in page


def _found(client: FlaskClient, view: str, column: str, asked: str) -> list[str]:
    answer = client.get(f"/{view}/lookup/{column}", query_string={"q": asked})
    return [row["text"] for row in answer.get_json()]


def test_a_look_up_folds_letters(cast: Cast, client_of: Clients) -> None:
    client = client_of(cast.anna)
    assert _found(client, "opportunityview", "contacts", str(cast.katarzyna).upper()) == [str(cast.katarzyna)]
    assert _found(client, "opportunityview", "contacts", "nobody of this name") == []


def test_a_look_up_keeps_to_ones_rights(cast: Cast, client_of: Clients) -> None:
    shown = set(_found(client_of(cast.tom), "taskview", "opportunity", ""))
    assert shown
    assert str(cast.terminals) not in shown


def test_only_look_up_fields_answer(cast: Cast, client_of: Clients) -> None:
    client = client_of(cast.anna)
    assert client.get("/opportunityview/lookup/step").status_code == 404
    assert client.get("/opportunityview/lookup/nothing").status_code == 404


def test_a_stranger_looks_nothing_up(cast: Cast, client_of: Clients) -> None:
    assert client_of(None).get("/opportunityview/lookup/account").status_code == 302


def test_a_chosen_filter_stands_above_the_list_and_can_be_taken_off(cast: Cast, client_of: Clients) -> None:
    page = client_of(cast.claire).get(
        "/opportunityview/list/?_flt_0_status=todo&_oc_OpportunityView=title&_od_OpportunityView=asc"
    )
    text = page.get_data(as_text=True)
    assert 'class="k-chip"' in text
    assert 'aria-sort="ascending"' in text


def test_the_error_summary_comes_first_and_names_the_field(cast: Cast, client_of: Clients) -> None:
    text = client_of(cast.anna).post("/opportunityview/add", data={"title": ""}).get_data(as_text=True)
    assert 'role="alert" tabindex="-1" data-focus' in text
    assert 'href="#title"' in text
    assert 'aria-describedby="title-error"' in text


def test_an_error_page_is_plain_and_leads_on(cast: Cast, client_of: Clients) -> None:
    answer = client_of(cast.anna).get("/no-such-page")
    assert answer.status_code == 404
    assert "btn-primary" in answer.get_data(as_text=True)


def test_an_address_leads_to_a_map(cast: Cast, client_of: Clients) -> None:
    account = cast.gaelle.accounts[0]
    page = f"/accountview/show/{account.id}"
    assert "openstreetmap" not in client_of(cast.jean).get(page).get_data(as_text=True)
    records.update(account, {"street": "4 rue du Port", "postcode": "35500", "city": "Vitré"}, actor=SYSTEM)
    shown = client_of(cast.jean).get(page).get_data(as_text=True)
    assert 'href="https://www.openstreetmap.org/search?query=4%20rue%20du%20Port%2C%2035500%20Vitr%C3%A9' in shown
