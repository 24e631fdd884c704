"""Lists: pages that follow one another by value and key, and counts that stop."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Opportunity
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.views import paging
from tests.people import Cast, actor

Client = Callable[..., FlaskClient]


@atomic
def _many(cast: Cast, count: int, *, actor: Actor) -> None:
    for n in range(count):
        records.create(Opportunity, {
            "title": f"Shelf {n:03}", "account": cast.terminals.account, "amount": Decimal(n // 3) if n % 4 else None, "owner": cast.anna,
        }, actor=actor)  # fmt: skip


def _titles(page: str) -> list[str]:
    return re.findall(r'rowheader" title="([^"]*)"', page)


def _way(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
    return unescape(found[1]) if found else None


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("column", ["amount", "title", "status", "last_activity_at", "remind_at"])
@pytest.mark.feature("C26")
def test_every_row_stands_on_one_page_whichever_the_order(cast: Cast, client_of: Client, column: str, direction: str) -> None:
    """Many rows share a value, others have none: none is lost between two pages, and the way back leads through the same ones."""
    _many(cast, 12, actor=actor(cast.ada))
    client = client_of(cast.ada)
    url: str | None = f"/opportunityview/list/?_oc_OpportunityView={column}&_od_OpportunityView={direction}&psize_OpportunityView=5"
    pages, page = [], ""
    while url:
        page = client.get(url).text
        pages.append(_titles(page))
        assert len(pages) < 20
        url = _way(page, "next")
    everything = [title for each in pages for title in each]
    assert len(everything) == len(set(everything)) == db.session.query(Opportunity).count()
    back = [_titles(page)]
    while (url := _way(page, "prev")) is not None:
        page = client.get(url).text
        back.insert(0, _titles(page))
    assert back == pages


@pytest.mark.feature("C26")
def test_a_count_stops_and_says_so(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _many(cast, 30, actor=actor(cast.ada))
    monkeypatch.setattr(paging, "COUNT_CAP", 20)
    from app.views.opportunities import OpportunityView

    monkeypatch.setattr(OpportunityView, "count_cap", 20)
    page = client_of(cast.ada).get("/opportunityview/list/?_flt_2_title=Shelf").text
    assert "more than 20 records" in page and "1 to 25 of more than 20" in page


def test_a_place_that_no_page_of_ours_writes_is_refused(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna)
    for wrong in ("x", "ÿ", "W10", "bnVsbA", "WyJsYXN0X2FjdGl2aXR5X2F0IiwiZGVzYyIsMCwieCIsMSwwXQ"):
        assert client.get(f"/opportunityview/list/?from_OpportunityView={wrong}").status_code == 400, wrong


def test_another_order_begins_at_its_first_page(cast: Cast, client_of: Client) -> None:
    _many(cast, 12, actor=actor(cast.ada))
    client = client_of(cast.ada)
    page = client.get("/opportunityview/list/?_oc_OpportunityView=title&_od_OpportunityView=asc&psize_OpportunityView=5").text
    further = (_way(page, "next") or "").replace("_oc_OpportunityView=title", "_oc_OpportunityView=amount")
    assert _way(client.get(further).text, "prev") is None
