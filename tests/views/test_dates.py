"""Days and hours as people type them, and the hint that says how."""

from collections.abc import Callable
from datetime import date, time

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Opportunity
from app.support.dates import typed_day, typed_moment
from tests.people import Cast

LIST = "/opportunityview/list/"


@pytest.mark.parametrize("text", ["3.12.2026", "03.12.2026", "3/12/2026", "3-12-2026", "3 12 2026", " 3. 12. 2026 ", "2026-12-03"])
def test_a_day_is_read_however_it_is_typed(text: str) -> None:
    assert typed_day(text) == date(2026, 12, 3)


@pytest.mark.parametrize(("text", "clocked"), [
    ("3.12.2026", None), ("3.12.2026 9:30", time(9, 30)), ("3/12/2026 à 9 h", time(9)), ("3/12/2026, 9h30", time(9, 30)),
    ("2026-12-03T09:30", time(9, 30)), ("2026-12-03", None), ("3-12-2026 17.05", time(17, 5)),
])
def test_a_day_and_an_hour_too(text: str, clocked: time | None) -> None:
    assert typed_moment(text) == (date(2026, 12, 3), clocked)


@pytest.mark.parametrize("text", ["", "tomorrow", "32.12.2026", "3.13.2026", "3.12.26", "3.12.2026 25:00", "3.12.2026 soon"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        typed_moment(text)


@pytest.mark.database
@pytest.mark.parametrize(("language", "example"), [("fr", "31/12/2026"), ("pl", "31.12.2026"), ("en", "31/12/2026")])
def test_a_field_says_how_and_takes_what_is_typed(cast: Cast, client_of: Callable[..., FlaskClient], language: str, example: str) -> None:
    client, item = client_of(cast.ada), cast.terminals
    with client.session_transaction() as session:
        session["locale"] = language
    where = f"/opportunityview/value/{item.id}?of=expected_close_on"
    form = client.get(where).text
    assert 'aria-describedby="expected_close_on-form"' in form and example in form
    assert client.post(where, data={"expected_close_on": example}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Opportunity, item.id).expected_close_on == date(2026, 12, 31)
    refused = client.post(where, data={"expected_close_on": "soon"}).text
    assert "expected_close_on-error" in refused and refused.count(example) >= 2
    found = client.get(LIST, query_string={"_flt_0_expected_close_on": example}).text
    assert item.title in found and f"/opportunityview/show/{item.id}" in found
