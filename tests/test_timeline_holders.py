"""Whose each line of history is, the database keeps as it is; and the feed that is found by it is the one that the rule leaves."""

import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from app.domain.errors import DomainError, Forbidden
from app.domain.rights import Action, Held, Scope
from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.jobs.kept_totals import fold_totals
from app.models import (
    Account,
    Appointment,
    Contact,
    Engagement,
    Opportunity,
    Team,
    TimelineEntry,
    User,
    timeline_handed,
    timeline_holder,
)
from app.models.accounts import account_person
from app.models.opportunities import opportunity_person
from app.models.timeline_holders import HOLDERS, Holds
from app.operations import kept_totals, merges, records
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions import scope
from app.permissions.actor import SYSTEM, Actor, acting
from app.queries import activity
from app.queries.activity import Feed
from app.support import clock
from tests import triggers
from tests.people import Cast, actor

pytestmark = [pytest.mark.database, pytest.mark.both("its triggers are written for each")]
STEPS = 70
SUBJECTS = (Opportunity, Engagement, Contact, Account)


def _kept() -> set[tuple[int, int, Any, int]]:
    db.session.expire_all()
    return {tuple(line) for line in db.session.connection().execute(select(timeline_holder))}


def _true() -> set[tuple[int, int, Any, int]]:
    """What the rule says, said once more, line by line."""
    connection, found = db.session.connection(), set()
    rows = {model: {row.id: row for row in connection.execute(select(model.__table__))} for model in SUBJECTS}
    also = {Opportunity: connection.execute(select(opportunity_person)).all(), Account: connection.execute(select(account_person)).all()}
    for entry in connection.execute(select(TimelineEntry.__table__).where(TimelineEntry.__table__.c.archived_at.is_(None))):
        places: list[tuple[Any, int | None]] = [(Opportunity, entry.opportunity_id), (Engagement, entry.engagement_id)]
        if not entry.opportunity_id and not entry.engagement_id:
            places = [(Contact, entry.contact_id), (Account, entry.account_id)]
        for model, key in places:
            if key is None:
                continue
            row = rows[model][key]
            held = [(Holds.PERSON, row.owner_id), (Holds.TEAM, row.team_id), (Holds.FREE, None if row.owner_id else row.team_id)]
            held += [(Holds.PERSON, user) for record, user in also.get(model, ()) if record == key]
            found |= {(int(holds), holder, entry.occurred_at, entry.id) for holds, holder in held if holder}
    return found


def _some(model: Any, chance: random.Random) -> Any:
    return db.session.get_one(model, chance.choice(db.session.scalars(select(model.id).order_by(model.id)).all()))


def _people(cast: Cast) -> tuple[User | None, ...]:
    return cast.anna, cast.jean, cast.claire, cast.tom, None


def _write(cast: Cast, chance: random.Random) -> None:
    who = chance.choice([SYSTEM, actor(cast.anna), actor(cast.tom), actor(cast.ada)])
    write_note(_some(chance.choice(SUBJECTS), chance), "A word", kind=chance.choice((Kind.NOTE, Kind.CALL)), actor=who)


@atomic
def _come_in(cast: Cast, chance: random.Random, *, actor: Actor = SYSTEM) -> None:
    """As mail is filed: several lines by one statement, on whatever they belong to."""
    def key(model: Any) -> int | None:
        return _some(model, chance).id if chance.random() < 0.5 else None

    db.session.execute(insert(TimelineEntry), [
        {"kind": Kind.EMAIL_IN, "origin": Origin.MANUAL, "opportunity_id": key(Opportunity), "engagement_id": key(Engagement),
         "contact_id": key(Contact), "account_id": key(Account), "occurred_at": clock.now() - timedelta(minutes=chance.randrange(900))}
        for _ in range(3)
    ])  # fmt: skip


def _hand(cast: Cast, chance: random.Random) -> None:
    item, owner = _some(chance.choice(SUBJECTS), chance), chance.choice(_people(cast))
    records.update(item, {"owner": owner, "team": chance.choice((None, cast.north, cast.south))}, actor=SYSTEM)


def _share(cast: Cast, chance: random.Random) -> None:
    people = [each for each in _people(cast) if each is not None and chance.random() < 0.4]
    records.update(_some(chance.choice((Opportunity, Account)), chance), {"co_owners": people}, actor=SYSTEM)


@atomic
def _change(cast: Cast, chance: random.Random, *, actor: Actor = SYSTEM) -> None:
    """Past the ORM, lines by the dozen."""
    entries, chosen = TimelineEntry.__table__, [_some(TimelineEntry, chance).id for _ in range(4)]
    values: dict[str, Any] = chance.choice((
        {"archived_at": clock.now()}, {"archived_at": None}, {"occurred_at": clock.now() - timedelta(hours=2)},
        {"opportunity_id": _some(Opportunity, chance).id}, {"opportunity_id": None}, {"contact_id": _some(Contact, chance).id},
    ))
    connection = db.session.connection()
    connection.execute(update(entries).where(entries.c.id.in_(chosen)).values(values))
    if chance.random() < 0.3:
        free = ~entries.c.id.in_(select(Appointment.entry_id).where(Appointment.entry_id.is_not(None)))
        connection.execute(delete(entries).where(entries.c.id.in_(chosen), free))
    table = Opportunity.__table__
    connection.execute(update(table).where(table.c.id.in_(select(table.c.id).limit(3))).values(owner_id=chance.choice((cast.tom.id, None))))


def _join(cast: Cast, chance: random.Random) -> None:
    model = chance.choice((Contact, Account))
    merges.merge(_some(model, chance), _some(model, chance), {}, actor=SYSTEM)


def _make(cast: Cast, chance: random.Random) -> None:
    model, name = chance.choice(((Opportunity, "title"), (Engagement, "name"), (Account, "name"), (Contact, "last_name")))
    records.create(model, {name: f"New {chance.random()}", "owner": chance.choice(_people(cast)), "team": cast.north}, actor=SYSTEM)


def _drop(cast: Cast, chance: random.Random) -> None:
    records.delete(_some(chance.choice(SUBJECTS), chance), actor=SYSTEM)


@atomic
def _dissolve(team: Team, *, actor: Actor) -> None:
    """The database itself takes it from the records that name it."""
    db.session.connection().execute(delete(Team.__table__).where(Team.__table__.c.id == team.id))


DEEDS = (_write, _write, _come_in, _come_in, _hand, _hand, _share, _share, _change, _change, _join, _make, _drop)


def _do_much(cast: Cast, chance: random.Random, steps: int = STEPS) -> Iterator[str]:
    began = clock.now() - timedelta(days=30)
    _make(cast, random.Random(3))
    records.create(Engagement, {"name": "Service", "owner": cast.jean, "team": cast.north}, actor=SYSTEM)
    for step in range(steps):
        deed = chance.choice(DEEDS)
        with clock.frozen(began + timedelta(hours=step)):
            try:
                deed(cast, chance)
            except (DomainError, Forbidden):
                db.session.rollback()
        yield deed.__name__


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_was_done_the_holders_kept_are_the_true_ones(cast: Cast, seed: int) -> None:
    met: set[int] = set()
    with acting(SYSTEM):
        for deed in _do_much(cast, random.Random(seed)):
            kept, true = _kept(), _true()
            assert kept == true, (deed, sorted(kept ^ true))
            met |= {line[0] for line in kept}
        assert met == {*Holds} and len(kept) > 60
        _dissolve(cast.north, actor=SYSTEM)
        assert len(kept) > len(_kept()) and _kept() == _true()
        kept = _kept()
        kept_totals.recount(HOLDERS)
        assert _kept() == kept


def _read(feed: Feed, who: Actor) -> list[int]:
    """Page by page."""
    found: list[int] = []
    older: int | None = None
    while True:
        page = activity.lately(feed, older_than=older, limit=7)
        found += [entry.id for entry in page.entries]
        older = page.older_than
        if older is None:
            return found


def _ruled(feed: Feed, who: Actor) -> list[int]:
    """All at once, by the rule alone."""
    keys = select(TimelineEntry.id).where(*feed.fits(TimelineEntry), TimelineEntry.archived_at.is_(None), TimelineEntry.occurred_at <= clock.now())
    return list(db.session.scalars(keys.order_by(TimelineEntry.occurred_at.desc(), TimelineEntry.id.desc())))


def _readers(cast: Cast) -> list[Actor]:
    """People as they are; one who stands in for another; and some who read what is of a team and not theirs, of people of lower roles, of two teams."""
    jean, tom, south = actor(cast.jean), cast.tom.id, cast.south.id
    scopes = (
        Scope(teams=frozenset({south})), Scope(own=True, roles=frozenset({1})), Scope(own=True, teams=frozenset({south, cast.north.id})), Scope(own=True),
    )
    members = {south: frozenset({tom}), cast.north.id: frozenset({cast.anna.id, jean.id or 0})}
    held = [Held(scopes={("TimelineEntry", Action.READ): scope}, members=members, lower=frozenset({tom, cast.anna.id})) for scope in scopes]
    plain = [actor(user) for user in (cast.ada, cast.claire, cast.anna, cast.jean, cast.tom)]
    return [*plain, replace(jean, stands_in_for=frozenset({tom})), *(replace(jean, held=each) for each in held)]


@pytest.mark.parametrize("few", [16, 0])
def test_the_feed_is_what_the_rule_leaves_whoever_reads_and_asks(cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(scope, "FEW_PEOPLE", few)
    monkeypatch.setattr(activity, "_latest_within", activity._latest_within.__wrapped__)  # what was remembered is of another number
    with acting(SYSTEM):
        *_, _last = _do_much(cast, random.Random(7))
    feeds = (
        Feed(), Feed(kind=Kind.NOTE), Feed(person_id=cast.anna.id), Feed(person_id=cast.tom.id, kind=Kind.NOTE), Feed(team_id=cast.north.id),
        Feed(team_id=cast.south.id, person_id=cast.claire.id),
    )
    sizes = []
    for who in _readers(cast):
        with acting(who):
            for feed in feeds:
                assert _read(feed, who) == _ruled(feed, who), (who, feed)
            sizes.append(len(_ruled(Feed(), who)))
            newest = activity.newest_key()
            assert [entry.id for entry in activity.news(Feed(), newest - 20).entries] == [
                key for key in _ruled(Feed(), who) if key > newest - 20
            ]
    assert 0 not in sizes
    assert sizes[0] > sizes[1] > sizes[2] > 7, sizes


def test_holders_that_were_lost_are_kept_anew(cast: Cast) -> None:
    """As after a migration that makes a table anew."""
    triggers.lose("timeline_holder_opportunity", "opportunity")
    with acting(SYSTEM):
        write_note(cast.terminals, "A word", actor=SYSTEM)
        records.update(cast.terminals, {"owner": cast.tom}, actor=SYSTEM)
        assert _kept() != _true()
        kept_totals.stand(HOLDERS)
        assert _kept() == _true()
        records.update(cast.terminals, {"owner": cast.jean}, actor=SYSTEM)
        assert _kept() == _true()


def _a_line(item: int) -> Any:
    return insert(TimelineEntry.__table__).values(
        kind=Kind.NOTE, origin=Origin.MANUAL, opportunity_id=item, body="At once", occurred_at=clock.now(), public_ref="x" * 8,
        created_at=clock.now(), updated_at=clock.now(), params={}, note="", quoted="", version=1,
    )


@pytest.mark.parametrize("first", ["line", "owner"])
def test_a_line_that_was_added_while_its_record_changed_hands_gets_the_new_holder_in_the_end(cast: Cast, first: str) -> None:
    """Two transactions at once, neither of which sees what the other does, or waits for it."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time")
    item, tom = cast.terminals.id, cast.tom.id
    db.session.rollback()
    table, line = Opportunity.__table__, _a_line(item)
    owner = update(table).where(table.c.id == item).values(owner_id=tom)
    one, two = (line, owner) if first == "line" else (owner, line)
    with db.engine.connect() as connection, db.engine.connect() as other:
        connection.execute(one)
        other.execute(two)
        other.commit()
        connection.commit()
    with acting(SYSTEM):
        assert _kept() != _true()
        fold_totals()
        assert _kept() != _true()  # somebody may still be at work
        with clock.frozen(clock.now() + timedelta(hours=2)):
            fold_totals()
        assert _kept() == _true()
        assert not db.session.connection().execute(select(timeline_handed)).all()


@pytest.mark.parametrize("what", ["moment", "archived", "gone", "record"])
def test_what_is_kept_of_a_line_that_changed_while_its_record_changed_hands_goes_in_the_end(cast: Cast, what: str) -> None:
    """Nobody waits for anybody: who changes the line and writes to its record then would meet who hands the record over."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time")
    item, other, tom, entries, table = cast.terminals.id, cast.labellers.id, cast.tom.id, TimelineEntry.__table__, Opportunity.__table__
    db.session.rollback()
    with db.engine.begin() as connection:
        key = connection.execute(_a_line(item)).inserted_primary_key[0]
    changes: dict[str, Any] = {
        "moment": update(entries).values(occurred_at=clock.now() - timedelta(days=30)), "archived": update(entries).values(archived_at=clock.now()),
        "gone": delete(entries), "record": update(entries).values(opportunity_id=other),
    }
    with db.engine.connect() as connection, db.engine.connect() as hands:
        connection.execute(changes[what].where(entries.c.id == key))
        hands.execute(text("SET LOCAL lock_timeout = '30s'"))
        hands.execute(update(table).where(table.c.id == item).values(owner_id=tom))  # waits for nobody
        hands.commit()
        connection.execute(update(table).where(table.c.id == item).values(updated_at=clock.now()))
        connection.commit()
    with acting(SYSTEM):
        assert _kept() != _true()
        with clock.frozen(clock.now() + timedelta(hours=2)):
            fold_totals()
        assert _kept() == _true()


def test_lines_that_are_no_longer_where_they_were_kept_leave_nothing_out_of_the_feed(cast: Cast) -> None:
    """As in the hour after two did something at once: the feed ends with the first line, and shows none twice."""
    with acting(SYSTEM):
        *_, _last = _do_much(cast, random.Random(7))
        lines = [line for line in sorted(_kept(), key=lambda line: line[2]) if line[:2] == (Holds.PERSON, cast.jean.id)]
        stale = [(*line[:2], clock.now() - timedelta(seconds=place), line[3]) for place, line in enumerate(lines[:12])]
        with db.engine.begin() as connection:
            db.session.rollback()
            connection.execute(insert(timeline_holder), [dict(zip(timeline_holder.c.keys(), line, strict=True)) for line in stale])
    who = actor(cast.jean)
    with acting(who):
        assert len(stale) > 7
        for feed in (Feed(), Feed(person_id=cast.jean.id), Feed(team_id=cast.north.id)):
            assert _read(feed, who) == _ruled(feed, who)


def test_what_is_forgotten_is_found_by_its_key(cast: Cast) -> None:
    """However much else is kept: each hand-over would pass all of it."""
    if db.engine.dialect.name == "postgresql":
        pytest.skip("it chooses by what there is; SQLite by the words alone")
    connection = db.session.connection()
    for name, body in connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'timeline_holder%'")).all():
        for deletion in (each for each in body.split("BEGIN", 1)[1].split(";") if each.strip().startswith("DELETE")):
            asked = "EXPLAIN QUERY PLAN " + re.sub(r"\b(NEW|OLD)\.\w+", "1", deletion)
            plan = [line[-1] for line in connection.exec_driver_sql(asked)]
            assert not [step for step in plan if step.startswith("SCAN timeline_")], (name, plan)


def test_triggers_are_made_anew_beside_whoever_writes(cast: Cast, app: Flask) -> None:
    """To one table and then to another: neither ends the other."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time")
    item, table = cast.terminals.id, Opportunity.__table__
    triggers.lose("timeline_holder_opportunity", "opportunity")

    def stand() -> None:
        with app.app_context(), acting(SYSTEM):
            kept_totals.stand(HOLDERS)

    with ThreadPoolExecutor(1) as other, db.engine.connect() as writing, db.engine.connect() as asking:
        writing.execute(update(table).where(table.c.id == item).values(updated_at=clock.now()))
        done = other.submit(stand)
        while not done.done() and not asking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            asking.rollback()
        asking.rollback()
        writing.execute(_a_line(item))
        writing.commit()
        done.result(timeout=60)
    with acting(SYSTEM):
        assert _kept() == _true()
