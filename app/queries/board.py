"""One pipeline as a board: what stands in each step, and the first cards of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, func, select, true, union_all
from sqlalchemy.orm import contains_eager, joinedload

from app.domain.opportunities import OPEN, Status
from app.extensions import db
from app.models import Opportunity, Pipeline, Step, Task, Team, User, board_total
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.permissions.scope import beside_holders, by_holders, rows
from app.queries.people import known_people, known_teams, people_by_name, teams_by_name
from app.queries.today import next_tasks
from app.support import clock
from app.support.money import Money, total

CARDS = 50  # of one step, until somebody asks for more
MOST_CARDS = 500
NOBODY = 0  # in ``Filters.owner_id``: what nobody has taken
_DAY = 86_400


@dataclass(frozen=True)
class Filters:
    """What the board leaves on itself. ``statuses`` is never empty."""

    owner_id: int | None = None
    team_id: int | None = None
    is_starred: bool = False
    statuses: tuple[Status, ...] = tuple(sorted(OPEN))

    def condition(self, pipeline: Pipeline) -> ColumnElement[bool]:
        """Everything but the status."""
        found = (Opportunity.pipeline_id == pipeline.id) & Opportunity.archived_at.is_(None) & self.of_holders(Opportunity)
        return found & Opportunity.starred.is_(True) if self.is_starred else found

    def of_holders(self, columns: Any) -> ColumnElement[bool]:
        """Whose they are, by the ``columns`` for owner and team."""
        found: ColumnElement[bool] = true()
        if self.owner_id is not None:
            found &= columns.owner_id == self.owner_id if self.owner_id != NOBODY else columns.owner_id.is_(None)
        return found & (columns.team_id == self.team_id) if self.team_id is not None else found


@dataclass(frozen=True)
class Lane:
    """One step. ``cards`` are the first ones: starred before others, what moved last on top; the figures are whole."""

    step: Step
    count: int
    sums: tuple[Money, ...]
    forecast: tuple[Money, ...]  # each amount by its probability, or by that of the step
    average_days: int | None
    cards: list[Opportunity]


@dataclass(frozen=True)
class Board:
    """``movable`` holds the keys of the cards that the acting person may move."""

    lanes: list[Lane]
    tasks: dict[int, Task]  # opportunity → its earliest open task
    movable: frozenset[int]

    @property
    def count(self) -> int:
        return sum(lane.count for lane in self.lanes)

    @property
    def sums(self) -> tuple[Money, ...]:
        return total(money for lane in self.lanes for money in lane.sums)

    @property
    def forecast(self) -> tuple[Money, ...]:
        return total(money for lane in self.lanes for money in lane.forecast)


@dataclass
class _Figures:
    """The sums of one step while they are added up."""

    count: int = 0
    entered: int = 0  # seconds since 1970, of all together
    sums: list[Money] = field(default_factory=list)
    forecast: list[Money] = field(default_factory=list)

    def average_days(self, at: datetime) -> int | None:
        return int((at.timestamp() - self.entered / self.count) // _DAY) if self.count else None


def pipelines_with_steps() -> list[Pipeline]:
    """Those that are in use and have a step, each with all its steps, archived ones too."""
    query = select(Pipeline).join(Pipeline.steps).where(Pipeline.archived_at.is_(None)).options(contains_eager(Pipeline.steps))
    return list(db.session.scalars(query.order_by(Pipeline.position, Pipeline.id, Step.position, Step.id)).unique())


def people_and_teams(most: int) -> tuple[list[User], list[Team]]:
    """Whom the board can be narrowed to: of the people one more than ``most``, where they are more."""
    return people_by_name(*known_people(), limit=most + 1), teams_by_name(*known_teams())


def board_of(pipeline: Pipeline, filters: Filters, wanted: Mapping[int, int]) -> Board:
    """``pipeline`` as the acting person may see it; ``wanted``: step → how many cards, where not ``CARDS``."""
    figures = _figures(pipeline, filters)
    steps = [step for step in pipeline.steps if step.archived_at is None or step.id in figures]
    limits = {step.id: min(max(wanted.get(step.id, CARDS), CARDS), MOST_CARDS) for step in steps if step.id in figures}
    cards = _cards(pipeline, filters, limits)
    shown = [card.id for lane in cards.values() for card in lane]
    at = clock.now()
    lanes = []
    for step in steps:
        of_step = figures.get(step.id, _Figures())
        lanes.append(Lane(
            step, of_step.count, total(of_step.sums), total(of_step.forecast), of_step.average_days(at), cards.get(step.id, [])
        ))
    return Board(lanes, next_tasks(shown), _movable(shown))


def _figures(pipeline: Pipeline, filters: Filters) -> dict[int, _Figures]:
    """Of the kept lines; where only starred ones are asked for, the index ``ix_opportunity_board`` holds all that is read."""
    rows_of = _counted(pipeline, filters) if filters.is_starred else _kept(pipeline, filters)
    percent = {step.id: step.probability for step in pipeline.steps}
    found: dict[int, _Figures] = {}
    for step_id, currency, count, amounts, weighted, unweighted, entered in rows_of:
        of_step = found.setdefault(step_id, _Figures())
        of_step.count += int(count)
        of_step.entered += int(entered)
        if amounts is not None:
            of_step.sums.append(Money(amounts, currency))
            likely = ((weighted or 0) + (unweighted or 0) * percent[step_id]) / 100
            of_step.forecast.append(Money(Decimal(round(likely)), currency))
    return found


def _kept(pipeline: Pipeline, filters: Filters) -> Iterator[tuple[Any, ...]]:
    """What ``_counted`` gives, a step perhaps in two parts: the lines that the database keeps, and what they do not say, which is little."""
    line = board_total.c
    sums = [func.sum(line[name]) for name in ("opportunities", "priced", "cents", "weighted", "unweighted", "entered")]
    actor = current_actor()
    query = select(line.step_id, line.currency, *sums).where(
        line.pipeline_id == pipeline.id, line.status.in_(filters.statuses), filters.of_holders(line), by_holders(line, Opportunity, actor)
    )
    for step_id, currency, count, priced, cents, weighted, unweighted, entered in db.session.execute(query.group_by(line.step_id, line.currency)):
        if count:
            yield step_id, currency, count, Decimal(cents) / 100 if priced else None, Decimal(weighted), Decimal(unweighted) / 100, entered
    beside = beside_holders(Opportunity, actor)
    if beside is not None:
        yield from _counted(pipeline, filters, beside)


def _counted(pipeline: Pipeline, filters: Filters, *only: ColumnElement[bool]) -> Iterable[Any]:
    amount, probability = Opportunity.amount, Opportunity.probability
    query = select(
        Opportunity.step_id, Opportunity.currency, func.count(), func.sum(amount), func.sum(amount * probability),
        func.sum(case((probability.is_(None), amount))), func.sum(cast(extract("epoch", Opportunity.step_entered_at), BigInteger)),
    ).where(filters.condition(pipeline), Opportunity.status.in_(filters.statuses), *only).group_by(Opportunity.step_id, Opportunity.currency)
    return db.session.execute(query)


def _cards(pipeline: Pipeline, filters: Filters, limits: Mapping[int, int]) -> dict[int, list[Opportunity]]:
    """Step → its first cards. One walk along the index for each step and status, all in one statement."""
    order = (Opportunity.starred.desc(), Opportunity.last_activity_at.desc(), Opportunity.id.desc())
    walks = [
        select(Opportunity.id).where(filters.condition(pipeline), Opportunity.step_id == step_id, Opportunity.status == status)
        .order_by(*order).limit(limit).subquery()
        for step_id, limit in limits.items() for status in filters.statuses
    ]
    if not walks:
        return {}
    keys = union_all(*(select(walk.c.id) for walk in walks))
    query = select(Opportunity).where(Opportunity.id.in_(keys)).options(joinedload(Opportunity.account), joinedload(Opportunity.owner))
    found: dict[int, list[Opportunity]] = {}
    for card in db.session.scalars(query.order_by(*order)):
        lane = found.setdefault(card.step_id, [])
        if len(lane) < limits[card.step_id]:
            lane.append(card)
    return found


def _movable(keys: Iterable[int]) -> frozenset[int]:
    known: list[Any] = list(keys)
    if not known:
        return frozenset()
    query = select(Opportunity.id).where(
        Opportunity.id.in_(known), Opportunity.status.in_(OPEN), rows(Opportunity, current_actor(), Action.WRITE)
    )
    return frozenset(db.session.scalars(query))
