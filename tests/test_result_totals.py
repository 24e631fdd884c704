"""The results that the database keeps are those that a count gives, whatever was done to the opportunities, and for whoever looks."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from app.domain.errors import DomainError
from app.domain.opportunities import Status
from app.domain.results import By, Line
from app.extensions import db
from app.models import Campaign, CloseReason, Competitor, Opportunity
from app.models.kept_totals import KeptTotals
from app.models.result_totals import COHORTS, RESULTS
from app.operations import kept_totals, opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.queries import results as asked
from app.support import clock
from tests import triggers
from tests.people import Cast, actor

pytestmark = pytest.mark.database
ZONES = ("Europe/Warsaw", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata")
WARM, STEPS = 16, 60
FIRST = datetime(2030, 1, 1, tzinfo=UTC)
KEPT = (*RESULTS, COHORTS)
REASONS, RIVALS, FAIRS = ("Prix", "Délai"), ("Solva", "Tarcza"), ("Salon", "Targi")


def _months(zone: str) -> list[datetime]:
    return [datetime(2030, month, 1, tzinfo=ZoneInfo(zone)) for month in range(1, 6)]


def _lines(found: Sequence[Line]) -> dict[Any, Any]:
    return {line.key: (dict(line.counts), dict(line.sums), line.days) for line in found}


def _agree(cast: Cast) -> int:
    """For each of them in a zone of their own, told apart in each way; how many there are in all."""
    total = 0
    for who, zones in ((cast.ada, ZONES), (cast.claire, ZONES[:1]), (cast.jean, ZONES[1:2]), (cast.anna, ZONES[2:3]), (cast.tom, ZONES[3:])):
        with acting(actor(who)):
            for zone in zones:
                months = _months(zone)
                part = [months[0] + timedelta(days=3), months[3] + timedelta(days=9)]  # times that begin and end within a month
                for by, marks in [*((by, months) for by in asked.KEPT), (By.PERSON, part), (By.PIPELINE, part)]:
                    kept = _lines(asked.results(by, marks))
                    rows: dict[Any, list[Any]] = {}
                    for row in asked._counted(by, marks, [(marks[0], marks[-1])]):
                        rows.setdefault(None if row[0] is None else str(row[0]), []).append(row)
                    assert kept == _lines([asked._line(key, group) for key, group in rows.items()]), (who, zone, by, marks)
                    total += sum(sum(counts.values()) for counts, _, _ in kept.values())
    return total


def _moment(chance: random.Random) -> datetime:
    """Often close to where a month ends somewhere."""
    if chance.random() < 0.5:
        return datetime(2030, chance.randrange(2, 5), 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(-40 * 60, 40 * 60))
    return FIRST + timedelta(minutes=chance.randrange(150 * 24 * 60))


@atomic
def _age(item: Opportunity, days: int, *, actor: Actor) -> None:
    item.created_at = clock.now() - timedelta(days=days)
    db.session.flush()


def _one(cast: Cast, chance: random.Random) -> None:
    owner = chance.choice((cast.anna, cast.jean, cast.tom, cast.claire, None))
    values = {"title": "Row", "owner": owner, "team": chance.choice((cast.north, cast.south)) if owner is None else None,
              "amount": Decimal(chance.randrange(100_000)) / 100 if chance.random() < 0.8 else None, "currency": chance.choice(("EUR", "PLN")),
              "campaign": chance.choice([None, *db.session.scalars(select(Campaign).order_by(Campaign.id))])}
    _age(records.create(Opportunity, values, actor=SYSTEM), chance.randrange(400), actor=SYSTEM)


def _close(cast: Cast, chance: random.Random) -> None:
    item = _some(chance)
    close = chance.choice(("win", "lose", "cancel"))
    more: dict[str, Any] = {} if close == "win" else {"reason": chance.choice((*REASONS, "Autre"))}
    if close == "lose":
        more["competitor"] = chance.choice((*RIVALS, ""))
    getattr(opportunities, close)(item, **more, actor=SYSTEM)


def _change(cast: Cast, chance: random.Random) -> None:
    what: dict[str, Any] = chance.choice((
        {"amount": Decimal(chance.randrange(10_000)) / 100}, {"amount": None}, {"currency": "PLN"}, {"owner": cast.tom},
        {"owner": cast.anna, "team": cast.north}, {"co_owners": [cast.jean, cast.tom]}, {"campaign": None},
    ))
    records.update(_some(chance), what, actor=SYSTEM)


def _put_away(cast: Cast, chance: random.Random) -> None:
    item = _some(chance)
    (records.restore if item.archived_at else records.archive)(item, actor=SYSTEM)


def _delete(cast: Cast, chance: random.Random) -> None:
    records.delete(_some(chance), actor=SYSTEM)


def _reopen(cast: Cast, chance: random.Random) -> None:
    opportunities.reopen(_some(chance), actor=SYSTEM)


@atomic
def _many(cast: Cast, chance: random.Random, *, actor: Actor = SYSTEM) -> None:
    """By one statement, past the ORM."""
    table = Opportunity.__table__
    chosen = table.c.id.in_([_some(chance).id for _ in range(3)])
    db.session.connection().execute(update(table).where(chosen, table.c.closed_at.is_not(None)).values(closed_at=_moment(chance), status=Status.LOST))


def _some(chance: random.Random) -> Opportunity:
    keys = db.session.scalars(select(Opportunity.id).order_by(Opportunity.id)).all()
    return db.session.get_one(Opportunity, chance.choice(keys))


DEEDS = (_one, _one, _close, _close, _close, _close, _change, _change, _put_away, _delete, _reopen, _many)


@pytest.mark.both("the same statements in another order")
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_was_done_what_is_kept_is_what_a_count_gives(cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance, found = random.Random(seed), []
    monkeypatch.setattr(kept_totals, "MANY", 5)
    with acting(SYSTEM):
        for model, field, names in ((CloseReason, "label_en", REASONS), (Competitor, "name", RIVALS), (Campaign, "name", FAIRS)):
            for name in names:
                records.create(model, {field: name}, actor=SYSTEM)
        for step in range(STEPS):
            with clock.frozen(_moment(chance)):
                try:
                    (chance.choice(DEEDS) if step >= WARM else _one if step % 2 else _close)(cast, chance)
                except DomainError:
                    db.session.rollback()
            if step % 20 == 19:
                db.session.expire_all()
                found.append(_agree(cast))
                for each in KEPT:
                    kept_totals.fold(each)
                assert _agree(cast) == found[-1]
        assert max(found) > 10, found
        for each in KEPT:
            lines = db.session.execute(select(*(each.table.c[name] for name in each.keys))).all()
            assert len(lines) - len(set(lines)) < max(5, len(set(lines)) // kept_totals.PART) and lines, each.table.name
            before = _rows_in(each)
            kept_totals.recount(each)
            assert before == _rows_in(each) > 0, each.table.name


def _rows_in(kept: KeptTotals) -> int:
    return db.session.scalar(select(func.sum(kept.table.c.opportunities))) or 0


def test_a_table_that_lost_its_triggers_is_counted_anew(cast: Cast) -> None:
    """As after a migration that makes the table of opportunities anew."""
    triggers.lose("result_total_changed", "opportunity")
    with acting(SYSTEM), clock.frozen(datetime(2030, 3, 15, 12, tzinfo=UTC)):
        opportunities.win(cast.terminals, actor=SYSTEM)
        assert asked.results(By.MONTH, _months("Europe/Paris")) == []
        kept_totals.stand(RESULTS[0])
        opportunities.win(cast.labellers, actor=SYSTEM)
        assert sum(line.count(Status.WON) for line in asked.results(By.MONTH, _months("Europe/Paris"))) == 2
