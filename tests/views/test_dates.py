"""Days and hours as people type them, and the hint that says how."""

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from babel import Locale
from babel.dates import format_date
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Opportunity
from app.support.dates import counted, typed_day, typed_moment
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


@pytest.mark.parametrize(("form", "day", "words"), [
    ("long", date(2026, 12, 1), "1er décembre 2026"), ("medium", date(2026, 12, 1), "1er déc. 2026"), ("full", date(2026, 5, 1), "vendredi 1er mai 2026"),
    ("long", date(2026, 12, 11), "11 décembre 2026"), ("long", date(2026, 12, 2), "2 décembre 2026"), ("short", date(2026, 12, 1), "01/12/2026"),
])
def test_french_counts_the_first_of_a_month(form: str, day: date, words: str) -> None:
    assert counted(format_date(day, form, locale="fr"), Locale("fr")) == words
    assert counted(format_date(day, form, locale="pl"), Locale("pl")) == format_date(day, form, locale="pl")


def test_days_in_words_are_written_in_one_way() -> None:
    """Whoever takes the function of the library would write "1 décembre"."""
    astray = re.compile(r"from (?:flask_babel|babel\.dates) import [^\n(]*(?:\([^)]*)?\bformat_(?:date|datetime|skeleton)\b")
    found = [path.name for path in Path("app").rglob("*.py") if astray.search(path.read_text())]
    assert sorted(found) == ["goal_words.py", "words.py"], "goal_words writes months alone"


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
