"""The command field: a record by its words, a caller by the number on the display, and nothing of others."""

import pytest

from app.operations.contacts import update_contact
from app.permissions.actor import SYSTEM
from tests.browsing import Person, Sign
from tests.people import Cast


@pytest.mark.parametrize("typed", ["dudek", "KATARZYNA Dudek", "k.dudek@jesion"])
def test_a_contact_is_found_by_name_and_address(cast: Cast, client_of: Sign, typed: str) -> None:
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" in page


@pytest.mark.parametrize("typed", ["+48 85 555 01 42", "85 555 01 42", "0142", "855550142"])
def test_a_caller_is_found_by_number(cast: Cast, client_of: Sign, typed: str) -> None:
    update_contact(cast.katarzyna, {"phone_lines": "+48 85 555 01 42"}, actor=SYSTEM)
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" in page


def test_an_opportunity_of_others_is_not_found(cast: Cast, client_of: Sign) -> None:
    own = Person(client_of(cast.anna)).get("/search/", query_string={"q": "terminale"}).text
    assert f"/opportunityview/show/{cast.terminals.id}" in own
    others = Person(client_of(cast.tom)).get("/search/", query_string={"q": "terminale"}).text
    assert f"/opportunityview/show/{cast.terminals.id}" not in others


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "%", "x" * 5000, "1234"])
def test_whatever_is_typed_is_answered(cast: Cast, client_of: Sign, typed: str) -> None:
    assert Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).status_code == 200
