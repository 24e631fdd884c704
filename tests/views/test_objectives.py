"""Objectives: set on a screen, told on the page of results and in the morning e-mail by the same figures, to whom they are of."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.objectives import Every, Measure, period_around
from app.extensions import db
from app.models import Objective, SummarySubscription
from app.models.summaries import Edition
from app.operations import opportunities, records
from app.operations.booking import book_meeting
from app.operations.calls import log_call
from app.outbound.summary import prepare
from app.permissions.actor import SYSTEM, acting
from app.queries.objectives import running
from app.support.clock import frozen
from tests.browsing import Person
from tests.people import Cast, actor, make_opportunity

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
NOON = datetime(2037, 11, 17, 12, tzinfo=UTC)  # a Tuesday: 10 of the 20 working days that November has in Poland and in France are over


@pytest.fixture
def sold(cast: Cast) -> Iterator[Cast]:
    """Anna won 1,200 and made two calls this month; Jean won 900 in October and 5,000 this month."""
    with frozen(datetime(2037, 10, 20, 12, tzinfo=UTC)):
        opportunities.win(make_opportunity("October", cast.marie, cast.jean), amount=Decimal(900), actor=SYSTEM)
    with frozen(datetime(2037, 11, 16, 12, tzinfo=UTC)):
        opportunities.win(cast.traceability, amount=Decimal(5000), actor=SYSTEM)
        opportunities.win(cast.terminals, amount=Decimal(1200), actor=SYSTEM)
    with frozen(NOON):
        yield cast


def rows(page: str) -> dict[str, list[str]]:
    """Of the table of objectives: label → the other cells."""
    table = re.search(r'id="objectives".*?</table>', page, re.DOTALL)
    found = {}
    for row in re.findall(r'<tr role="row"><th scope="row".*?</tr>', table[0] if table else "", re.DOTALL):
        cells = [unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL)]
        found[cells[0]] = cells[1:]
    return found


def edition(cast: Cast, of: str, kind: Edition) -> SummarySubscription:
    user = getattr(cast, of)
    query = select(SummarySubscription).where(SummarySubscription.user_id == user.id, SummarySubscription.edition == kind)
    with acting(SYSTEM):
        return db.session.scalars(query).one()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html[html.index("<main"):html.index("</main>")])))


@pytest.mark.feature("C47", "C9", "C12")
def test_set_on_the_screen_and_told_everywhere_by_the_same_figures(sold: Cast, client_of: Client, statements: list[str]) -> None:
    log_call(sold.labellers, "Oddzwoni", actor=actor(sold.jean))
    claire = Person(client_of(sold.claire, "en"))
    assert claire.post("/objectiveview/add", owner=str(sold.anna.id), measure="won_amount", every="month", target="2000", currency="PLN",
                       starts_on="2037-11-01").status_code == 302
    for who in ({"owner": str(sold.jean.id), "target": "10"}, {"team": str(sold.north.id), "target": "20"}):
        assert claire.post("/objectiveview/add", measure="calls", every="month", currency="EUR", starts_on="2037-11-01", **who).status_code == 302
    assert claire.post("/objectiveview/add", team=str(sold.north.id), measure="won_count", every="quarter", target="4", currency="EUR",
                       starts_on="2037-10-01").status_code == 302
    page = rows(claire.get("/results/").text)
    assert page == {
        "North: Opportunities won, 4th quarter 2037": ["3 of 4", "on pace", "75%", "50%"],
        "North: Calls, November 2037": ["1 of 20", "behind", "5%", "50%"],
        "Anna Wiśniewska: Amount won, November 2037": ["PLN\N{NO-BREAK SPACE}1,200 of PLN\N{NO-BREAK SPACE}2,000", "on pace", "60%", "50%"],
        "Jean Lefèvre: Calls, November 2037": ["1 of 10", "behind", "10%", "50%"],
    }
    statements.clear()
    assert list(page) == list(rows(claire.get("/results/").text)), "the order stays"
    assert len(statements) <= 10
    summary = words(claire.get("/summary/?edition=team").text)
    with acting(SYSTEM):
        mail = prepare(edition(sold, "claire", Edition.TEAM), NOON.date()).mail
    assert mail is not None
    for label, cells in page.items():
        assert " ".join([label, *cells]).replace("\N{NO-BREAK SPACE}", " ") in summary
    french = mail.text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert "1 200 PLN " in french and "2 000 PLN" in french and "60 %" in french, "Claire reads French: the same figures"
    key = db.session.scalars(select(Objective.id).where(Objective.owner_id == sold.anna.id)).one()
    assert "PLN 1,200 of PLN 2,000" in words(claire.get(f"/objectiveview/show/{key}").text)


@pytest.mark.feature("C12", "C7", "C9")
def test_each_is_told_their_own_managers_their_teams(sold: Cast, client_of: Client) -> None:
    made = {
        name: records.create(Objective, {"measure": Measure.WON_COUNT, "target": 4, "starts_on": date(2037, 11, 1), **values}, actor=SYSTEM)
        for name, values in (("anna", {"owner": sold.anna}), ("jean", {"owner": sold.jean}), ("tom", {"owner": sold.tom}), ("north", {"team": sold.north}))
    }

    def seen(who: str) -> set[str]:
        client = client_of(getattr(sold, who), "en")
        listed = set(re.findall(r"/objectiveview/show/(\d+)", client.get("/objectiveview/list/").text))
        assert {str(each.id) for each in made.values() if client.get(f"/objectiveview/show/{each.id}").status_code == 200} == listed
        names = {name for name, each in made.items() if str(each.id) in listed}
        assert {label.split(":")[0] for label in rows(client.get("/results/").text)} == {str(made[name]) for name in names}
        return names

    assert (seen("jean"), seen("tom"), seen("claire"), seen("ada")) == ({"jean"}, {"tom"}, {"anna", "jean", "north"}, set(made))
    jean = Person(client_of(sold.jean, "en"))
    assert jean.get("/objectiveview/add").status_code == 403, "who has objectives does not set them"
    assert jean.post(f"/objectiveview/edit/{made['jean'].id}", target="1").status_code == 403
    with acting(SYSTEM):
        mine = prepare(edition(sold, "jean", Edition.MINE), NOON.date())
    assert [goal.name for goal in mine.summary.goals] == ["Jean Lefèvre"]
    claire = Person(client_of(sold.claire, "en"))
    assert claire.post("/objectiveview/add", owner=str(sold.tom.id), measure="calls", every="month", target="3", currency="EUR",
                       starts_on="2037-11-01").status_code != 302, "Tom is not of her team"
    assert claire.post(f"/objectiveview/edit/{made['tom'].id}", target="1").status_code == 404


def test_each_day_of_a_month_counts_once(sold: Cast) -> None:
    """Where the reader's month begins and ends, the days between are kept and the days at its edges are counted."""
    for at, amount in (
        (datetime(2037, 9, 30, 21, tzinfo=UTC), 1), (datetime(2037, 9, 30, 22, 30, tzinfo=UTC), 10), (datetime(2037, 10, 31, 12, tzinfo=UTC), 100),
        (datetime(2037, 10, 31, 23, 30, tzinfo=UTC), 1000), (datetime(2037, 11, 1, 12, tzinfo=UTC), 10_000),
    ):
        with frozen(at):
            deal = make_opportunity(f"Of {amount}", sold.marie, sold.anna)
            records.update(deal, {"co_owners": [sold.claire]}, actor=SYSTEM)
            opportunities.win(deal, amount=Decimal(amount), actor=SYSTEM)
    reached = {}
    for every in Every:
        values = {"owner": sold.anna, "measure": Measure.WON_AMOUNT, "every": every, "target": 10**6, "currency": "EUR", "starts_on": date(2037, 9, 1)}
        records.create(Objective, values, actor=SYSTEM)
        for who in ("anna", "claire"):
            user = getattr(sold, who)
            with acting(actor(user)):
                goals = running(user, NOON.date())
            reached[every, who] = next(goal.money[0].amount for goal in goals if goal.every is every and goal.money)
    month, quarter = Decimal(11_000), Decimal(11_110)
    assert reached == {(Every.MONTH, "anna"): month, (Every.MONTH, "claire"): month, (Every.QUARTER, "anna"): quarter, (Every.QUARTER, "claire"): quarter}


@pytest.mark.feature("D22")
def test_appointments_held_by_a_person_and_their_team(sold: Cast, client_of: Client) -> None:
    """The appointments of Anna and Jean count for the team, those to come for nobody yet."""
    for who in ({"owner": sold.anna}, {"team": sold.north}):
        records.create(Objective, {"measure": Measure.MEETINGS, "target": 20, "starts_on": date(2037, 9, 1), **who}, actor=SYSTEM)
    for user, day in ((sold.anna, 3), (sold.anna, 5), (sold.jean, 6), (sold.anna, 27)):
        with frozen(datetime(2037, 11, 2, 8, tzinfo=UTC)):
            book_meeting(sold.gaelle, user, datetime(2037, 11, day, 10, tzinfo=UTC), minutes=30, about="Wizyta", actor=SYSTEM)
    told = rows(client_of(sold.claire, "pl").get("/results/").text)
    assert [cells[0].split()[0] for cells in told.values()] == ["3", "2"]


def test_what_an_objective_must_be(sold: Cast, client_of: Client) -> None:
    ada = Person(client_of(sold.ada, "en"))
    form = {"measure": "calls", "every": "month", "target": "5", "currency": "EUR", "starts_on": "2037-11-01"}

    def refused(**fields: str) -> str:
        answer = ada.post("/objectiveview/add", **{**form, **fields})
        assert answer.status_code == 200, fields
        return words(answer.text)

    anna = str(sold.anna.id)
    assert "an objective is of one of them" in refused(owner=anna, team=str(sold.north.id))
    assert "whole numbers" in refused(owner=anna, target="2.5")
    assert "a number above zero" in refused(owner=anna, target="0")
    assert "before the first" in refused(owner=anna, ends_on="2037-10-01")
    assert ada.post("/objectiveview/add", **form, owner=anna, ends_on="2037-11-30").status_code == 302
    assert "in that time" in refused(owner=anna, starts_on="2037-11-20"), "the same month"
    assert ada.post("/objectiveview/add", **{**form, "starts_on": "2037-12-01"}, owner=anna).status_code == 302
    assert rows(ada.get("/results/").text).keys() == {"Anna Wiśniewska: Calls, November 2037"}, "that of December has not begun"


@pytest.mark.parametrize(("every", "day", "start", "end"), [
    (Every.MONTH, date(2037, 12, 31), date(2037, 12, 1), date(2038, 1, 1)), (Every.MONTH, date(2037, 1, 1), date(2037, 1, 1), date(2037, 2, 1)),
    (Every.QUARTER, date(2037, 11, 17), date(2037, 10, 1), date(2038, 1, 1)), (Every.QUARTER, date(2037, 3, 31), date(2037, 1, 1), date(2037, 4, 1)),
])
def test_periods(every: Every, day: date, start: date, end: date) -> None:
    assert period_around(every, day) == (start, end)
