"""Everybody begins where they chose to, as long as it is theirs to open."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.people import Cast

Client = Callable[..., FlaskClient]


@pytest.mark.feature("C18")
def test_a_person_begins_on_the_page_that_they_chose(cast: Cast, client_of: Client) -> None:
    """A page of the menu, a view of one's own; kept when one comes again, and nobody else's."""
    anna = client_of(cast.anna)
    assert anna.get("/").location == "/today/"
    offered = re.findall(r'<option value="([^"]*)"', anna.get("/me/").text.partition('name="start_page"')[2].partition("</select>")[0])
    assert offered[0] == "" and {"page:Board", "page:Opportunities"} <= set(offered) and "page:Firm" not in offered
    assert anna.post("/me/start", data={"start_page": "page:Board"}).status_code == 302
    assert anna.get("/").location == "/board/" and client_of(cast.anna).get("/").location == "/board/"
    assert client_of(cast.claire).get("/").location == "/today/"
    saved = anna.post("/lists/save?of=OpportunityView&_flt_2_title=T", data={"name": "With a T"}).location
    view = re.search(r"view=(\d+)", saved)
    assert view is not None
    anna.post("/me/start", data={"start_page": f"view:{view[1]}"})
    assert anna.get("/").location == saved
    anna.post(f"/lists/delete?of=OpportunityView&view={view[1]}")
    assert anna.get("/").location == "/today/", "the view is gone"


def test_nobody_begins_where_they_may_not_go(cast: Cast, client_of: Client) -> None:
    anna = client_of(cast.anna)
    for wrong in ("page:Firm", "page:", "view:999999", "https://elsewhere.example/", "x" * 300):
        assert anna.post("/me/start", data={"start_page": wrong}).status_code == 409, wrong
    assert anna.get("/").location == "/today/"
