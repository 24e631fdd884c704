"""Results: what was won, lost and cancelled; every figure leads to a list of as many; nobody is told the figures of others."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.results import Span, months_before, months_of
from app.extensions import db
from app.models import Campaign, Opportunity, Profile
from app.operations import opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast, make_opportunity
from tests.views.test_custom_fields import define, save

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


@pytest.fixture
def closed(cast: Cast) -> Cast:
    """Jean won two (one long ago), lost one; Anna cancelled one; Tom won one."""
    opportunities.win(cast.traceability, amount=Decimal(5000), actor=SYSTEM)
    opportunities.lose(cast.labellers, reason="Prix", actor=SYSTEM)
    opportunities.cancel(cast.terminals, reason="Brak budżetu", actor=SYSTEM)
    opportunities.win(cast.renewal, amount=Decimal(900), actor=SYSTEM)
    _age(cast.traceability, began=40)
    return cast


@atomic
def _age(item: Opportunity, began: int) -> None:
    item.created_at = clock.now() - timedelta(days=began)
    db.session.flush()


def rows(page: str) -> dict[str, list[str]]:
    """Label of each row of the table → its cells."""
    found = {}
    for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', page, re.DOTALL):
        cells = [unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL)]
        found[cells[0]] = cells[1:]
    return found


def behind(client: FlaskClient, page: str) -> list[tuple[int, int]]:
    """Of each figure that leads somewhere: the figure, and how many the list behind it has."""
    pairs = []
    for address, figure in re.findall(r'<td role="cell" class="k-num"[^>]*><a href="([^"]*)"[^>]*>(\d+)</a>', page):
        listed = client.get(unescape(address))
        assert listed.status_code == 200, address
        pairs.append((int(figure), len(set(re.findall(r'href="/opportunityview/show/(\d+)"', listed.text)))))
    return pairs


@pytest.mark.feature("C42")
def test_the_figures_of_the_firm_and_the_lists_behind_them(closed: Cast, client_of: Client) -> None:
    ada = client_of(closed.ada, "en")
    page = ada.get("/results/").text
    assert rows(page)["Total"] == ["3", "1", "1", "75%", "€12,900", "13"]
    pairs = behind(ada, page)
    assert pairs and all(figure == listed for figure, listed in pairs), pairs
    assert "The same as a table" in page and "k-chart" in page
    bars = re.findall(r'<a href="([^"]*counted=1[^"]*)" aria-label="[^"]*Won, 3"', page)
    assert bars, "the bars lead to the same lists"


@pytest.mark.feature("C43")
@pytest.mark.parametrize("by", ["person", "pipeline", "month", "cohort", "campaign", "reason", "competitor"])
def test_told_apart_in_every_way(closed: Cast, client_of: Client, statements: list[str], by: str) -> None:
    fair = records.create(Campaign, {"name": "Targi", "cost": 1000}, actor=SYSTEM)
    records.update(closed.traceability, {"campaign": fair}, actor=SYSTEM)
    for number, item in enumerate((closed.renewal, closed.labellers, closed.scales)):
        records.update(item, {"campaign": records.create(Campaign, {"name": f"Mailing {number}"}, actor=SYSTEM)}, actor=SYSTEM)
    ada = client_of(closed.ada, "en")
    url = f"/results/?by={by}"
    page = ada.get(url).text
    pairs = behind(ada, page)
    assert pairs and all(figure == listed for figure, listed in pairs), pairs
    statements.clear()
    ada.get(url)
    assert len(statements) <= 10
    if by == "person":
        assert rows(page)["Jean Lefèvre"][:3] == ["2", "1", "0"]
    if by == "campaign":
        assert rows(page)["Targi"] == ["1", "0", "0", "100%", "€5,000", "40", "400%"]


@pytest.mark.feature("C17", "C43")
def test_by_a_category_of_the_firm(closed: Cast, client_of: Client) -> None:
    ada = client_of(closed.ada, "en")
    market = define(ada, "Market", "choice", choice_lines="Dairy\nMeat")
    dairy, meat = market.choices
    for item, choice in ((closed.traceability, dairy), (closed.renewal, dairy), (closed.labellers, meat)):
        assert save(ada, item, x_market=[str(choice.id)]).status_code == 302
    page = ada.get("/results/?by=x_market").text
    found = rows(page)
    assert (found["Dairy"][:3], found["Meat"][:3]) == (["2", "0", "0"], ["0", "1", "0"])
    (chart,) = re.findall(r'<ul class="k k-chart">.*?</ul>', page, re.DOTALL)
    assert re.findall(r'<a href="[^"]+" aria-label="([^"]*)"', chart) == ["Dairy: Won, 2", "Meat: Lost, 1"], "and so does the chart"
    pairs = behind(ada, page)
    assert pairs and all(figure == listed for figure, listed in pairs), pairs


@pytest.mark.feature("C42", "C43")
def test_nobody_is_told_the_figures_of_others(closed: Cast, client_of: Client) -> None:
    seller = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    seen = {**seller.actions, "Opportunity": {**seller.actions["Opportunity"], "read": "all"}}
    records.update(seller, {"actions": seen}, actor=SYSTEM)
    jean, claire, tom = client_of(closed.jean, "en"), client_of(closed.claire, "en"), client_of(closed.tom, "en")
    assert "Stone renewal" in jean.get("/opportunityview/list/").text, "Jean may read what colleagues sell"
    own = jean.get("/results/?by=person").text
    assert rows(own).keys() == {"Jean Lefèvre", "Total"} and "Your own figures." in own
    assert all(figure == listed for figure, listed in behind(jean, own))
    team = claire.get("/results/?by=person").text
    assert rows(team).keys() == {"Jean Lefèvre", "Anna Wiśniewska", "Total"}
    assert all(figure == listed for figure, listed in behind(claire, team))
    assert rows(tom.get("/results/?by=person").text)["Total"][:3] == ["1", "0", "0"]
    records.update(seller, {"fields": {**seller.fields, "Opportunity": {"amount": "hidden"}}}, actor=SYSTEM)
    assert "5,000" not in jean.get("/results/").text and "Amount won" not in jean.get("/results/").text


def test_times_that_are_asked_for(cast: Cast, client_of: Client) -> None:
    make_opportunity("Open", cast.marie, cast.jean)
    for span in (*Span, "nonsense"):
        assert client_of(cast.ada, "pl").get(f"/results/?span={span}&by=x_nothing").status_code == 200


@pytest.mark.parametrize(("span", "first", "end"), [
    (Span.MONTH, date(2026, 2, 1), date(2026, 3, 1)), (Span.QUARTER, date(2026, 1, 1), date(2026, 4, 1)),
    (Span.YEAR, date(2026, 1, 1), date(2027, 1, 1)), (Span.LAST_YEAR, date(2025, 1, 1), date(2026, 1, 1)),
    (Span.TWELVE, date(2025, 3, 1), date(2026, 3, 1)),
])
def test_months(span: Span, first: date, end: date) -> None:
    found = months_of(span, date(2026, 2, 14))
    assert (found[0], found[-1]) == (first, end)
    assert all(later > earlier for earlier, later in zip(found, found[1:], strict=False))


def test_quarters_end_where_they_do() -> None:
    assert [months_of(Span.QUARTER, date(2026, month, 9))[0].month for month in (1, 3, 4, 6, 10, 12)] == [1, 1, 4, 4, 10, 10]


@pytest.mark.parametrize(("span", "today", "earlier"), [
    (Span.MONTH, date(2026, 11, 24), (date(2026, 10, 1), date(2026, 10, 25))),  # the first 24 days of both
    (Span.MONTH, date(2026, 3, 31), (date(2026, 2, 1), date(2026, 3, 1))),  # February is over sooner
    (Span.QUARTER, date(2026, 11, 24), (date(2026, 7, 1), date(2026, 8, 25))),
    (Span.LAST_YEAR, date(2026, 11, 24), (date(2024, 1, 1), date(2025, 1, 1))),
])  # fmt: skip
def test_a_time_is_compared_with_as_many_days_before(span: Span, today: date, earlier: tuple[date, date]) -> None:
    assert months_before(months_of(span, today), today) == earlier


@pytest.mark.feature("C42")
def test_the_figures_above_say_how_it_was_before(closed: Cast, client_of: Client) -> None:
    """Two were won this month, one the month before: three figures lead to their lists, and say the difference."""
    _close_earlier(closed.renewal)
    page = client_of(closed.ada, "en").get("/results/?span=month").text
    shown = [" ".join(unescape(re.sub("<[^>]*>", " ", each)).split()) for each in re.findall(r"<dt>.*?</dd>", page, re.DOTALL)]
    assert shown[0] == "Won €12,000 2 opportunities · 1 before"
    assert shown[1].endswith("1 opportunity · 0 before")
    assert shown[3] == "Won of those decided 67% 2 of 3 · 100% before"


@atomic
def _close_earlier(item: Opportunity) -> None:
    """On the first day of the last month."""
    first = clock.now().replace(day=1, hour=12)
    item.closed_at = (first - timedelta(days=1)).replace(day=1)
    db.session.flush()
