"""Two people on the page of one record hear of each other; with Redis, and without."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.support import clock
from app.views.presence import STAYS, Presence
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def test_who_is_on_the_same_page_is_named_until_they_go(cast: Cast, client_of: Client) -> None:
    anna, claire, tom = client_of(cast.anna), client_of(cast.claire), client_of(cast.tom)
    where = f"/opportunityview/changed/{cast.terminals.id}?since={clock.now():%Y-%m-%d}"
    assert anna.get(where).get_json()["here"] == ""
    said = claire.get(where).get_json()["here"]
    assert "Anna Wiśniewska" in said and "Claire" not in said
    assert "Claire Morel" in anna.get(where).get_json()["here"]
    assert tom.get(where).status_code == 404
    claire.get(where + "&gone=1")
    assert anna.get(where).get_json()["here"] == ""


@pytest.mark.parametrize("is_away", [False, True])
def test_whoever_gives_no_sign_is_gone(redis_url: str, is_away: bool) -> None:
    """Since when somebody is there stays what it was while they give signs; two processes know of each other by Redis alone."""
    url = "unix:///nowhere.sock" if is_away else redis_url
    one, other = Presence(url), Presence(url)
    at = clock.now().replace(microsecond=0)
    with clock.frozen(at):
        assert one.note("Opportunity:1", 7) == {}
        assert one.note("Opportunity:2", 8) == {}
    with clock.frozen(at + timedelta(seconds=60)):
        one.note("Opportunity:1", 7)
        assert other.note("Opportunity:1", 8) == ({} if is_away else {7: at})
        assert one.note("Opportunity:1", 9)[7] == at
    with clock.frozen(at + timedelta(seconds=61 + STAYS)):
        assert one.note("Opportunity:1", 10) == {}


def test_an_administrator_who_looks_with_other_eyes_is_not_there(cast: Cast, client_of: Client) -> None:
    anna, ada = client_of(cast.anna), client_of(cast.ada)
    ada.post(f"/users/action/view_as/{cast.claire.id}")
    where = f"/opportunityview/changed/{cast.terminals.id}"
    assert ada.get(where).status_code == 200
    assert anna.get(where).get_json()["here"] == ""
