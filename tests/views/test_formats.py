"""Values as people read them, in their language."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale, get_babel, refresh

from app.domain.opportunities import Status
from app.support import clock
from app.views import formats
from app.views.days import format_date


@pytest.mark.parametrize(
    ("language", "amount", "shown"),
    [
        ("fr", "86400", "86\u202f400\xa0€"),
        ("pl", "86400", "86\xa0400\xa0€"),
        ("en", "86400", "€86,400"),
        ("fr", "1250.50", "1\u202f250,50\xa0€"),
        ("en", "1250.50", "€1,250.50"),
    ],
)
def test_an_amount_has_cents_only_when_there_are_some(app: Flask, language: str, amount: str, shown: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert formats.money(Decimal(amount), "EUR") == shown


def test_a_state_has_a_shape_and_a_word(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        shown = formats.present(Status.STANDBY)
    assert "#pause-circle-fill" in shown
    assert "Standby" in shown


def test_text_of_a_stranger_is_escaped(app: Flask) -> None:
    assert formats.paragraphs("<b>one</b>\ntwo\n\nthree") == "<p>&lt;b&gt;one&lt;/b&gt;<br>two</p><p>three</p>"


def test_a_moment_is_as_short_as_today_allows(app: Flask) -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    with app.test_request_context(), force_locale("en"), clock.frozen(noon):
        assert formats.moment(noon).startswith("today")
        assert formats.moment(noon.replace(day=23)).startswith("yesterday")
        assert formats.moment(noon.replace(day=3)).startswith("3 Nov,")
        assert formats.moment(noon.replace(year=2025)) == "24 Nov 2025"


def test_a_day_that_is_remembered_is_said_in_the_language_and_the_zone_of_each_reader(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    evening = datetime(2026, 11, 3, 22, 30, tzinfo=UTC)
    told = []
    for language, zone in (("en", "UTC"), ("fr", "UTC"), ("pl", "Asia/Tokyo"), ("fr", "Asia/Tokyo"), ("en", "UTC")):
        monkeypatch.setattr(get_babel(), "timezone_selector", lambda zone=zone: zone)
        refresh()
        with app.test_request_context(), force_locale(language), clock.frozen(datetime(2026, 12, 24, 12, 0, tzinfo=UTC)):
            told.append((formats.brief(evening), formats.moment(evening), formats.present(evening.date()), format_date(evening, "d MMMM")))
    assert told == [
        ("3 Nov", "3 Nov, 10:30\u202fPM", "Nov 3, 2026", "3 November"),
        ("3 nov.", "3 nov., 22\xa0h\xa030", "3 nov. 2026", "3 novembre"),
        ("4 lis", "4 lis, 7:30", "3 lis 2026", "4 listopada"),
        ("4 nov.", "4 nov., 7\xa0h\xa030", "3 nov. 2026", "4 novembre"),
        ("3 Nov", "3 Nov, 10:30\u202fPM", "Nov 3, 2026", "3 November"),
    ]
