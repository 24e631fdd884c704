"""The figures that the database keeps are those that a count gives, whatever was done to the opportunities."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.extensions import db
from app.models import Opportunity, Pipeline, board_total
from app.models.board_totals import BOARD, GROUPED
from app.operations import kept_totals, opportunities, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.queries import board
from tests import triggers
from tests.people import Cast, actor

pytestmark = pytest.mark.database
Numbers = dict[int, tuple[Any, ...]]


def _numbers(pipeline: Pipeline, lines: Any) -> Numbers:
    found: dict[tuple[int, str], tuple[Any, ...]] = {}
    for step_id, currency, count, *others in lines:
        figures = (count, *(round(Decimal(each or 0), 2) for each in others))
        found[step_id, currency] = tuple(map(sum, zip(figures, found.get((step_id, currency), (0,) * 5), strict=True)))
    return found  # type: ignore[return-value]


def _both(pipeline_id: int, **narrowed: Any) -> tuple[Numbers, Numbers]:
    """What is kept, and what a count gives, each as the acting person may know it."""
    db.session.expire_all()
    pipeline, filters = db.session.get_one(Pipeline, pipeline_id), board.Filters(**narrowed)
    return _numbers(pipeline, board._kept(pipeline, filters)), _numbers(pipeline, board._counted(pipeline, filters))


@atomic
def _by_one_statement(cast: Cast, *, actor: Actor) -> None:
    """As the filing of mail and moves of many rows write: past the ORM."""
    table, at = Opportunity.__table__, datetime(2026, 11, 1, 8, 30, 15, 250_000, tzinfo=UTC)
    like = cast.terminals
    fields = {"pipeline_id": like.pipeline_id, "step_id": like.step_id, "step_entered_at": at, "last_activity_at": at}
    db.session.connection().execute(table.insert(), [
        {**fields, "title": f"Row {n}", "public_ref": f"row{n:07}", "search_text": "", "amount": Decimal("10.10") * n if n % 3 else None,
         "probability": Decimal("12.5") if n % 2 else None, "currency": "PLN" if n % 5 else "EUR"} for n in range(40)
    ])  # fmt: skip
    db.session.connection().execute(update(table).where(table.c.title == "Row 7").values(archived_at=at))
    db.session.connection().execute(table.delete().where(table.c.title.in_(["Row 7", "Row 8"])))


def test_what_is_kept_is_what_is_there(cast: Cast) -> None:
    who, pipeline_id = actor(cast.ada), cast.terminals.pipeline_id
    with acting(who):
        kept, counted = _both(pipeline_id)
        assert kept == counted and kept
        _by_one_statement(cast, actor=SYSTEM)
        opportunities.move(cast.terminals, cast.terminals.pipeline.steps[2], actor=who)
        records.update(cast.terminals, {"amount": Decimal("99.99"), "probability": Decimal("33.33"), "currency": "EUR"}, actor=who)
        opportunities.win(cast.renewal, actor=who)
        records.create(Opportunity, {"title": "One more", "owner": cast.anna}, actor=who)
        kept, counted = _both(pipeline_id)
        assert kept == counted and sum(line[0] for line in kept.values()) > 38
        for _ in range(2):
            lines = db.session.scalar(select(func.count()).select_from(board_total)) or 0
            records.archive(db.session.get_one(Opportunity, cast.terminals.id), actor=who)
            records.restore(db.session.get_one(Opportunity, cast.terminals.id), actor=who)
        assert lines > 3 and _both(pipeline_id)[0] == _both(pipeline_id)[1]


def test_lines_are_folded_and_say_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_totals, "MANY", 1)
    with acting(actor(cast.ada)):
        _by_one_statement(cast, actor=SYSTEM)
        before = _both(cast.terminals.pipeline_id)[0]
        kept_totals.fold(BOARD)
        lines = db.session.execute(select(*(board_total.c[name] for name in GROUPED))).all()
        assert len(lines) == len(set(lines)) and _both(cast.terminals.pipeline_id) == (before, before)


def test_a_table_that_lost_its_triggers_is_counted_anew(cast: Cast) -> None:
    """As after a migration that makes the table of opportunities anew."""
    key = cast.terminals.pipeline_id
    triggers.lose("board_total_in", "opportunity")
    with acting(actor(cast.ada)):
        _by_one_statement(cast, actor=SYSTEM)
        kept, counted = _both(key)
        assert kept != counted
        kept_totals.stand(BOARD)
        _by_archive(cast)
        kept, counted = _both(key)
        assert kept == counted


def _by_archive(cast: Cast) -> None:
    for each in db.session.scalars(select(Opportunity).where(Opportunity.title.in_(["Row 1", "Row 2"]))):
        records.archive(each, actor=actor(cast.ada))


def test_who_sees_a_part_gets_the_figures_of_that_part(cast: Cast) -> None:
    with acting(actor(cast.anna)):
        part = board.board_of(board.pipelines_with_steps()[0], board.Filters(), {})
    with acting(actor(cast.ada)):
        whole = board.board_of(board.pipelines_with_steps()[0], board.Filters(), {})
        of_anna = board.board_of(board.pipelines_with_steps()[0], board.Filters(owner_id=cast.anna.id), {})
    assert 0 < part.count < whole.count and of_anna.count <= part.count


def test_whoever_looks_meets_the_figures_of_what_they_see(cast: Cast) -> None:
    """Their own, what nobody of their teams took, their teams', and what they are also responsible for."""
    pipeline_id = cast.terminals.pipeline_id
    _by_one_statement(cast, actor=SYSTEM)
    records.update(cast.renewal, {"co_owners": [cast.jean, cast.anna]}, actor=SYSTEM)
    records.update(cast.labellers, {"owner": None, "team": cast.north}, actor=SYSTEM)
    seen = {}
    for who in (cast.ada, cast.anna, cast.jean, cast.claire, cast.tom):
        with acting(actor(who)):
            for narrowed in ({}, {"owner_id": cast.jean.id}, {"owner_id": board.NOBODY}, {"team_id": cast.north.id}):
                kept, counted = _both(pipeline_id, **narrowed)
                assert kept == counted, (who, narrowed)
                seen[who.username, *narrowed] = sum(line[0] for line in kept.values())
    assert seen["ada",] > seen["anna",] > 0 and len(set(seen.values())) > 3, seen
