"""The numbers of the menu ask the rule of a type once, or not at all where what is counted is one's own; they say the same as the rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.alerts import AlertState, Rule
from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.rights import Action, Held, Scope
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import Alert, IncomingMessage, Opportunity, Task, User
from app.operations.transaction import atomic
from app.permissions.actor import Actor, acting
from app.permissions.scope import reads_own
from app.queries import alerts, today
from app.queries.numbers import numbers
from app.support import clock
from tests.people import Cast, actor

pytestmark = pytest.mark.both("each database has its own way to what is counted")


@atomic
def _everywhere(cast: Cast) -> None:
    """Of each owner, or nobody, and of each team, or none: something to do, something late, something held, and an alert of each of them about each."""
    long_ago = clock.now() - timedelta(days=90)
    like = {"pipeline_id": cast.terminals.pipeline_id, "step_id": cast.terminals.step_id, "currency": "PLN", "account_id": cast.terminals.account_id}
    keys = [cast.anna.id, cast.jean.id, cast.tom.id, cast.claire.id, None]
    for owner in keys:
        for team in (cast.north.id, cast.south.id, None):
            item = Opportunity(title="Of somebody", owner_id=owner, team_id=team, status=Status.TODO, **like)
            late = Task(title="Late", assignee_id=owner, team_id=team, author_id=cast.ada.id, due_at=long_ago)
            done = Task(title="Done", assignee_id=owner, team_id=team, author_id=cast.ada.id, status=TaskStatus.DONE, done_at=clock.now())
            held = IncomingMessage(key=f"held {owner} {team}", state=State.HELD, reason="no_external", acting_user_id=owner, team_id=team, received_at=long_ago)
            db.session.add_all([item, late, done, held])
            db.session.flush()
            db.session.add_all([
                Alert(rule=Rule.STAGNANT, state=AlertState.OPEN, opportunity_id=item.id, user_id=cast.jean.id, author_id=cast.jean.id, team_id=cast.north.id,
                      since=long_ago),
                Alert(rule=Rule.LATE_TASK, state=AlertState.OPEN, task_id=late.id, user_id=None, author_id=cast.tom.id, team_id=team, since=long_ago),
            ])


def _readers(cast: Cast) -> list[tuple[User, Actor]]:
    """People as they are; one who stands in for another; and some who read what is of a team, but not what is theirs."""
    found = [(user, actor(user)) for user in (cast.ada, cast.anna, cast.jean, cast.tom, cast.claire)]
    found.append((cast.jean, replace(actor(cast.jean), stands_in_for=frozenset({cast.tom.id}))))
    kinds, south = ("Opportunity", "Task", "IncomingMessage", "Alert"), frozenset({cast.south.id})
    of_a_team = Held(scopes={(kind, Action.READ): Scope(teams=south) for kind in kinds}, members={cast.south.id: frozenset({cast.tom.id})})
    return [*found, *((user, replace(actor(user), held=of_a_team)) for user in (cast.jean, cast.tom, cast.claire))]


def test_what_is_counted_by_tables_is_what_the_rule_leaves(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _everywhere(cast)
    counted, by_rule = [], []
    for user, reader in _readers(cast):
        with acting(reader):
            counted.append(today.count_of(user, reader, clock.now()))
            with monkeypatch.context() as patch:
                patch.setattr(today, "_own_columns", lambda model, _: model)
                by_rule.append(today.count_of(user, reader, clock.now()))
    assert counted == by_rule and len(set(counted)) > 3, (counted, by_rule)
    jean, of_a_team = actor(cast.jean), _readers(cast)[-1][1]
    assert reads_own(Task, jean) and not reads_own(Task, of_a_team), "else nothing was compared"


GROUPS = ("overdue", "due", "woken", "to_do", "unassigned", "untaken", "held", "done")


def _day_of(user: User, limit: int) -> tuple[Any, ...]:
    """The keys in each group of the page of the day and of the morning email, their order, and how many there are."""
    page, morning = today.today_of(user, clock.now()), today.morning_of(user, clock.now(), limit, [])
    return *([(name, [each.id for each in getattr(day, name)]) for name in GROUPS] for day in (page, morning)), page.counts, morning.counts, morning.sums


@pytest.mark.parametrize("limit", [2, 200])
def test_the_day_that_is_found_by_tables_is_what_the_rule_leaves(cast: Cast, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """However many of each group are shown."""
    _everywhere(cast)
    monkeypatch.setattr(today, "LIMIT", limit)
    found = []
    for user, reader in _readers(cast):
        with acting(reader):
            found.append(_day_of(user, limit))
            with monkeypatch.context() as patch:
                patch.setattr(today, "_own_columns", lambda model, _: model)
                assert _day_of(user, limit) == found[-1], user
    shown = {name for page, *_ in found for name, keys in page if keys}
    assert shown >= {"overdue", "to_do", "unassigned", "untaken", "held", "done"}, shown


def test_the_number_of_alerts_is_that_of_the_alerts_that_are_shown(cast: Cast) -> None:
    """Each is counted once, by whatever ways it comes, and none about what somebody may not see."""
    _everywhere(cast)
    told = {}
    for user, reader in _readers(cast):
        with acting(reader):
            told[user.username, reader.held] = shown = len(db.session.scalars(alerts.keys_of(reader, alerts.MOST)).all())
            assert numbers({"alerts": alerts.count_of(reader)}) == {"alerts": shown}, user
            assert numbers({"alerts": alerts.count_of(reader, 2)}) == {"alerts": min(2, shown)}
    came = db.session.query(Alert).filter_by(user_id=cast.jean.id).count()
    assert 0 < told[cast.jean.username, actor(cast.jean).held] < came, "of what came to him there is some that he may not see"
