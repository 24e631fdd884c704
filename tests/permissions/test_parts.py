"""A list begins at the nearest rows of each part of what its reader may see: the same rows as by the rule alone, from indexes."""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, or_, select, text, true

from app.domain.opportunities import Status
from app.domain.rights import Action, Privacy
from app.extensions import db
from app.models import Firm, Opportunity, Privilege, User
from app.operations import deputies, records
from app.operations.profiles import change_role
from app.operations.statistics import count_anew
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, Level, acting
from app.permissions.scope import Way, mine, rows, ways
from app.support import clock
from app.views import paging
from tests.people import Cast, make_user
from tests.permissions.test_engine import actor, change, person, profile, role

pytestmark = pytest.mark.both("each database has its own way through parts that stand one after the other")

TABLE: Any = Opportunity.__table__
KEYS_AND_ROWS = 2  # sorted of what was found in parts: the keys, and the rows of a page


def _fill(cast: Cast, people: list[User], count: int) -> None:
    """Opportunities of anybody and nobody, of any team and none; many with the same moment and amount, some with several people."""
    chance = random.Random(20261122)
    like = {column.name: getattr(cast.renewal, column.name) for column in TABLE.columns if column.name not in ("id", "public_ref")}
    teams, now = [cast.north.id, cast.south.id, None], clock.now()
    with db.engine.execution_options(writes=True).begin() as connection:
        made = [
            {
                **like, "public_ref": f"part{number:05}", "title": f"Part {number % 40:03}", "owner_id": chance.choice([*(each.id for each in people), None]),
                "team_id": chance.choice(teams), "last_activity_at": now - timedelta(minutes=chance.randrange(count // 3)),
                "amount": chance.choice([None, Decimal(number % 7)]), "status": chance.choice([Status.TODO, Status.WON]),
            }
            for number in range(count)
        ]
        connection.execute(TABLE.insert(), made)
        connection.execute(text("ANALYZE"))


@atomic
def _share(people: list[User], *, actor: Actor) -> None:
    chance = random.Random(7)
    for item in db.session.scalars(select(Opportunity).order_by(Opportunity.id).limit(60)):
        if chance.random() < 0.4:
            item.co_owners = [chance.choice(people)]


def _readers(cast: Cast) -> Iterator[tuple[str, Actor]]:
    """One after the other, each with another way to come to rows."""
    yield "a salesperson", actor(cast.anna)
    yield "a manager", actor(cast.claire)
    change(db.session.get_one(Firm, 1), privacy=Privacy.TEAM)
    yield "a salesperson who sees the team", actor(cast.anna)
    change(db.session.get_one(Firm, 1), privacy=Privacy.OWN)
    records.create(
        Privilege, {"for_team": cast.north, "team": cast.south, "record_type": "Opportunity", "may_write": False}, actor=SYSTEM
    )
    yield "with a privilege", actor(cast.anna)
    yield "a manager with a privilege", actor(cast.claire)
    today = clock.now().date()
    deputies.name_deputy(cast.tom, cast.jean, today, today, actor=actor(cast.ada))
    yield "a deputy", actor(cast.jean)
    hugo, after_sales = person("Hugo", "After-sales", []), profile("after_sales")
    change(after_sales, actions={**after_sales.actions, "Opportunity": {"read": "below"}})
    change_role(role("User"), {"above": role("After-sales")}, actor=SYSTEM)
    yield "above another role", actor(hugo)
    yield "of no team", actor(make_user("Nora", "Lone", Level.USER, "en", []))


def _walked(column: str, direction: str, *conditions: Any, way: Way | None = None, seen: list[Way] | None = None) -> list[list[int]]:
    """The keys of all pages from the first to the last, and of those on the way back."""
    query, place, found = db.session.query(Opportunity).filter(*conditions), paging.Place(column, direction), []
    for is_back in (False, True):
        while True:
            page = paging.turn(query, Opportunity, place, 9, way=way, seen=seen)
            found.append([item.id for item in page])
            if not (place.previous if is_back else place.next):
                break
            edge = page[0 if is_back else -1]
            place = paging.Place(column, direction, is_back=is_back, value=getattr(edge, column), key=edge.id)
        if not place.previous:
            break
        place = paging.Place(column, direction, is_back=True, value=getattr(page[0], column), key=page[0].id)
    return found


def test_the_nearest_rows_of_each_part_are_those_of_the_rule(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(cast, [cast.anna, cast.jean, cast.claire, cast.tom], 240)
    _share([cast.anna, cast.jean, cast.tom], actor=SYSTEM)
    most, taken = paging.MOST_PARTS, 0
    for name, reader in _readers(cast):
        with acting(reader):
            parts, own = [part for way in ways(Opportunity, reader) for part in way.parts], mine(Opportunity, reader)
            with acting(SYSTEM):
                by_rule = set(db.session.scalars(select(Opportunity.id).where(rows(Opportunity, reader, Action.READ))))
                assert set(db.session.scalars(select(Opportunity.id).where(or_(*parts)))) == by_rule, name
            for column in ("last_activity_at", "amount"):
                for direction, conditions in (("desc", ()), ("asc", (Opportunity.status == Status.TODO,))):
                    monkeypatch.setattr(paging, "MOST_PARTS", most)
                    taken += bool(paging._seen(Opportunity, column, ways(Opportunity, reader)))
                    in_parts = _walked(column, direction, *conditions)
                    own_in_parts = _walked(column, direction, *conditions, own, seen=ways(Opportunity, reader, is_mine=True))
                    monkeypatch.setattr(paging, "MOST_PARTS", 0)
                    assert in_parts == _walked(column, direction, *conditions), (name, column, direction)
                    wanted = by_rule if not conditions else None
                    assert wanted is None or {key for page in in_parts for key in page} == wanted, (name, column)
                    assert own_in_parts == _walked(column, direction, *conditions, own), (name, column)
    assert taken == 14, "seven readers see by several ways, in the order that an index keeps"


def test_few_rows_are_counted_and_sorted_by_one_statement(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(cast, [cast.anna, cast.jean, cast.claire, cast.tom], 240)

    def first(column: str, direction: str, condition: Any, *, by_one: bool) -> tuple[int, list[int], str, str]:
        place, query = paging.Place(column, direction), db.session.query(Opportunity).filter(condition)
        count, found = paging.page(query, Opportunity, place, 9) if by_one else (0, paging.turn(query, Opportunity, place, 9))
        count = count if by_one else paging.capped_count(query, Opportunity, paging.Place(column, direction), 9, 9)
        return count, [item.id for item in found], place.next, place.previous

    taken, asked = 0, (("desc", true()), ("asc", Opportunity.status == Status.TODO), ("asc", Opportunity.id < 0))
    for name, reader in _readers(cast):
        for (cap, few), column in itertools.product(((20, 25), (1_000, 3_000)), ("title", "amount", "created_at")):
            monkeypatch.setattr(paging, "COUNT_CAP", cap)
            monkeypatch.setattr(paging, "FEW", few)
            with acting(reader):
                for direction, condition in asked:
                    found = first(column, direction, condition, by_one=True)
                    assert found == first(column, direction, condition, by_one=False), (name, column, direction)
                    seen = ways(Opportunity, reader)
                    taken += bool(found[2]) and paging._are_sorted(paging.Place(column, direction), seen, paging._seen(Opportunity, column, seen))
    assert taken > 50


def test_what_is_seen_by_many_ways_is_the_same_in_the_order_of_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, on the first page and on others."""
    _fill(cast, [cast.anna, cast.jean, cast.claire, cast.tom], 240)
    _share([cast.anna, cast.jean, cast.tom], actor=SYSTEM)
    monkeypatch.setattr(paging, "MOST_PARTS", 0)
    compared = 0
    for name, reader in _readers(cast):
        for cap, column, direction in itertools.product((20, 1_000), ("last_activity_at", "amount", "created_at"), ("desc", "asc")):
            monkeypatch.setattr(paging, "COUNT_CAP", cap)
            with acting(reader):
                query, edge = db.session.query(Opportunity).filter(Opportunity.status == Status.TODO), None
                for _ in range(3):
                    here, there = (paging.Place(column, direction, value=getattr(edge, column, None), key=getattr(edge, "id", None)) for _ in "ab")
                    count, found = paging.page(query, Opportunity, here, 9, asked=paging.Asked(narrows=True))
                    assert [each.id for each in found] == [each.id for each in paging.turn(query, Opportunity, there, 9)], (name, column)
                    assert count == paging.capped_count(query, Opportunity, there, 9, 9) and here == there, (name, column)
                    compared += len(found)
                    if not here.next:
                        break
                    edge = found[-1]
    assert compared > 1_000


def _plan_of_the_list(client: FlaskClient, asked_for: str = "") -> str:
    """What EXPLAIN says of the statement that brings the rows of the list."""
    asked: list[tuple[str, Any]] = []

    def hear(connection: object, cursor: object, statement: str, parameters: object, *more: object) -> None:
        if "ORDER BY opportunity." in statement and "opportunity.title" in statement:
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", hear)
    first = client.get(f"/opportunityview/list/{asked_for}")
    event.remove(db.engine, "before_cursor_execute", hear)
    assert first.status_code == 200 and len(asked) == 1
    is_postgres = db.engine.dialect.name == "postgresql"
    with db.engine.connect() as connection:
        if is_postgres:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # six thousand rows it would read whole, rightly
        lines = connection.exec_driver_sql(f"{'EXPLAIN' if is_postgres else 'EXPLAIN QUERY PLAN'} {asked[0][0]}", asked[0][1])
        return "\n".join(str(line[-1]) for line in lines)


def test_whoever_sees_much_by_many_ways_meets_it_in_the_order_of_all(
    cast: Cast, client_of: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite would find all of them by their owners and teams, and sort them for one page."""
    _fill(cast, [cast.anna, cast.jean, cast.tom], 3000)
    titles = re.compile('rowheader" title="([^"]*)"')
    in_parts = titles.findall(client_of(cast.claire).get("/opportunityview/list/").text)
    monkeypatch.setattr(paging, "MOST_PARTS", 3)
    if db.engine.dialect.name == "sqlite":
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("DELETE FROM sqlite_stat1"))  # it knows no sizes, as on the first day
        plan = _plan_of_the_list(client_of(cast.claire))
        assert "ix_opportunity_last_activity_at" in plan and "MULTI-INDEX OR" not in plan, plan
    assert titles.findall(client_of(cast.claire).get("/opportunityview/list/").text) == in_parts and len(in_parts) == 25


def test_the_first_page_of_a_manager_comes_from_indexes(cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    """With many rows: each part in the order of its index, and nothing but what was found there is sorted, first as keys."""
    _fill(cast, [cast.anna, cast.jean, cast.tom], 6000)
    plan = _plan_of_the_list(client_of(cast.claire))
    is_postgres = db.engine.dialect.name == "postgresql"
    assert "ix_opportunity_of_owner" in plan and "ix_opportunity_of_team" in plan, plan
    assert ("Seq Scan on opportunity" if is_postgres else "SCAN opportunity") not in plan, plan
    assert plan.count("Sort Key" if is_postgres else "TEMP B-TREE FOR ORDER BY") == KEYS_AND_ROWS, plan


OPEN = "_any_1=_flt_0_status%3Dtodo%7C_flt_0_status%3Dstandby"


def test_alternatives_come_one_by_one_from_an_index_however_many_fit(cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    """Half of all rows are open: nobody waits until they are sorted."""
    _fill(cast, [cast.anna, cast.jean, cast.tom], 6000)
    count_anew()
    plan = _plan_of_the_list(client_of(cast.ada), f"?{OPEN}")
    assert "ix_opportunity_of_status" in plan, plan
    is_postgres = db.engine.dialect.name == "postgresql"
    assert plan.count("Sort Key" if is_postgres else "TEMP B-TREE FOR ORDER BY") == KEYS_AND_ROWS, plan


def test_alternatives_are_the_rows_of_the_condition_in_its_order(cast: Cast) -> None:
    _fill(cast, [cast.anna, cast.jean, cast.claire, cast.tom], 240)
    db.session.rollback()  # it sees what another connection wrote
    alternatives = tuple(Opportunity.status == each for each in (Status.TODO, Status.WON))
    way = Way(or_(*alternatives), alternatives, "status")
    for reader in (actor(cast.ada), actor(cast.claire)):
        with acting(reader):
            for direction in ("asc", "desc"):
                found = [_walked("last_activity_at", direction, way.whole, way=each) for each in (way, None)]
                assert found[0] == found[1] and sum(map(len, found[0])) > 100


@pytest.mark.parametrize("order", ["", "&_oc_OpportunityView=amount&_od_OpportunityView=desc", "&_oc_OpportunityView=status&_od_OpportunityView=asc"])
def test_what_most_rows_have_is_met_in_the_order_of_the_list(
    cast: Cast, client_of: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    """The page is the same whether the rows are met or sorted; SQLite would always sort them."""
    _fill(cast, [cast.anna, cast.jean, cast.tom], 3000)
    count_anew()
    titles = re.compile('rowheader" title="([^"]*)"')
    found = [titles.findall(client_of(cast.ada).get(f"/opportunityview/list/?{OPEN}{order}").text)]
    monkeypatch.setattr(paging, "FEW", 500)
    found.append(titles.findall(client_of(cast.ada).get(f"/opportunityview/list/?{OPEN}{order}").text))
    assert found[0] == found[1] and len(found[0]) == 25
    if db.engine.dialect.name == "sqlite":
        plan = _plan_of_the_list(client_of(cast.ada), f"?{OPEN}{order}")
        assert plan.count("TEMP B-TREE FOR ORDER BY") == (0 if "amount" in order else KEYS_AND_ROWS), plan
        assert "amount" in order or "LIST SUBQUERY" in plan, "at most what was found in the two parts is sorted"
