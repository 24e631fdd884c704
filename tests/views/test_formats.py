"""Values as people read them, in their language."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from app.domain.opportunities import Status
from app.support import clock
from app.views import formats


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
