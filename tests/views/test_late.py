"""Late opportunities: of whoever asks, on all pages, however they are found."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.models import Opportunity, Task
from app.operations import opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from app.views import paging
from tests.people import Cast

pytestmark = [pytest.mark.both("each database finds them in its own way"), pytest.mark.feature("C31")]
Client = Callable[..., FlaskClient]
URL = "/opportunityview/list/?late=1&psize_OpportunityView=5&_oc_OpportunityView=title&_od_OpportunityView=asc"


@atomic
def _many(cast: Cast) -> dict[str, set[str]]:
    """Late ones of three owners, with several late tasks each; and others with a task that is no reason. Titles by who sees them."""
    now = clock.now()
    seen: dict[str, set[str]] = {"anna": set(), "tom": set(), "nobody": set()}
    for n in range(24):
        who = list(seen)[n % 3]
        owner, team = {"anna": (cast.anna, cast.north), "tom": (cast.tom, cast.south), "nobody": (None, cast.north)}[who]
        item = records.create(Opportunity, {"title": f"Shelf {n:02}", "account": cast.terminals.account, "owner": owner, "team": team}, actor=SYSTEM)
        due = {"title": "Call", "assignee": owner, "team": team, "opportunity": item}
        is_late = n % 4 != 3
        for days in (2, 3):
            records.create(Task, {**due, "due_at": now - timedelta(days=days if is_late else -days)}, actor=SYSTEM)
        if not is_late:
            records.create(Task, {**due, "due_at": now - timedelta(days=9), "status": "done"}, actor=SYSTEM)
        if n == 8:
            opportunities.put_on_standby(item, now + timedelta(days=2), actor=SYSTEM)
        elif is_late:
            seen[who].add(item.title)
    return seen


def _all_pages(client: FlaskClient, url: str) -> list[str]:
    titles: list[str] = []
    following: str | None = url
    while following:
        page = client.get(following).text
        titles += re.findall(r'rowheader" title="([^"]*)"', page)
        found = re.search(r'rel="next" href="([^"]*)"', page)
        following = unescape(found[1]) if found else None
        assert len(titles) < 60
    return titles


@pytest.mark.parametrize("parts", [16, 0])
@pytest.mark.parametrize("cap", [1_000, 4])
def test_everybody_reads_their_late_ones_once_and_in_order(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch, cap: int, parts: int) -> None:
    """With few late ones, and with more than one counts; by few ways, and by many."""
    monkeypatch.setattr(paging, "COUNT_CAP", cap)
    monkeypatch.setattr(paging, "MOST_PARTS", parts)
    seen = _many(cast)
    of_all, of_north = seen["anna"] | seen["tom"] | seen["nobody"], seen["anna"] | seen["nobody"]
    assert len(of_all) == 17 and len(seen["tom"]) == 6
    for reader, titles in ((cast.ada, of_all), (cast.claire, of_north), (cast.anna, of_north), (cast.tom, seen["tom"])):
        assert _all_pages(client_of(reader, "en"), URL) == sorted(titles), reader.username
    for reader, titles in ((cast.anna, of_north), (cast.claire, seen["nobody"]), (cast.tom, seen["tom"])):
        assert _all_pages(client_of(reader, "en"), URL + "&mine=1") == sorted(titles), f"one's own, of {reader.username}"
    assert _all_pages(client_of(cast.ada, "en"), URL + "&_flt_2_title=Shelf 1") == sorted(title for title in of_all if title.startswith("Shelf 1"))
    told = client_of(cast.ada, "en").get("/opportunityview/export.csv?late=1").text
    assert {title for title in of_all if title in told} == of_all and "Shelf 03" not in told


@pytest.mark.parametrize("parts", [16, 0])
def test_so_many_are_counted_once(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    monkeypatch.setattr(paging, "MOST_PARTS", parts)
    seen = _many(cast)
    for reader, count in ((cast.ada, 17), (cast.claire, 17 - len(seen["tom"]))):
        page = client_of(reader, "en").get(URL).text
        assert f"1 to 5 of {count}" in page or f"{count} records" in page, reader.username


def test_what_many_may_see_is_counted_by_what_each_may_see(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late task that the reader may not see makes nothing late for them."""
    monkeypatch.setattr(paging, "MOST_PARTS", 0)
    item = records.create(Opportunity, {"title": "Hers", "account": cast.terminals.account, "owner": cast.anna, "team": cast.north}, actor=SYSTEM)
    due = {"title": "Call", "opportunity": item, "assignee": cast.tom, "team": cast.south, "due_at": clock.now() - timedelta(days=2)}
    records.create(Task, due, actor=SYSTEM)
    assert 'rowheader" title="Hers"' in client_of(cast.ada, "en").get(URL).text
    page = client_of(cast.claire, "en").get(URL).text
    assert 'rowheader" title="Hers"' not in page and "1 to" not in page
