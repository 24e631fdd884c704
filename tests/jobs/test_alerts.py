"""Alerts raised and closed by the job: each rule once for each subject, gone with its cause, never twice, never half."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.domain.alerts import AlertState, Rule
from app.domain.messages import State
from app.extensions import db
from app.jobs import alerts as job
from app.jobs.alerts import compute_alerts
from app.models import Account, Alert, AlertRun, AlertSetting, IncomingMessage, Mailbox, Opportunity, Task
from app.models.contacts import Validity
from app.models.mailboxes import MailboxKind
from app.operations import alerts, opportunities, records
from app.operations.contacts import update_contact
from app.operations.reminders import wake_if_due
from app.operations.tasks import finish
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from tests.children import in_child
from tests.jobs.test_crash import die_at
from tests.people import Cast, actor, make_contact, make_opportunity

pytestmark = pytest.mark.database
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=UTC)


def live(rule: Rule | None = None) -> list[Alert]:
    db.session.rollback()
    found = db.session.query(Alert).filter(Alert.ended_at.is_(None)).order_by(Alert.id)
    return [each for each in found if rule in (None, each.rule)]


@atomic
def ago(item: Any, days: float, *columns: str) -> None:
    """The columns of ``item`` say that it was so many days ago."""
    for column in columns:
        setattr(item, column, clock.now() - timedelta(days=days))


@atomic
def added(item: Any) -> Any:
    db.session.add(item)
    return item


# ---- the rules


@pytest.mark.feature("C44")
def test_too_long_in_its_step_the_manager_hears_of_it_later(cast: Cast) -> None:
    days = cast.terminals.step.max_days
    ago(cast.terminals, days + 1, "step_entered_at")
    compute_alerts()
    (found,) = live(Rule.STAGNANT)
    assert (found.opportunity_id, found.user_id, found.team_id) == (cast.terminals.id, cast.anna.id, None)
    with clock.frozen(clock.now() + timedelta(days=days)):
        compute_alerts()
    assert {each.opportunity_id: each.team_id for each in live(Rule.STAGNANT)}[cast.terminals.id] == cast.north.id


def test_an_opportunity_left_alone_is_told_once_and_no_longer_when_somebody_cares(cast: Cast) -> None:
    ago(cast.terminals, 8, "last_activity_at")
    assert compute_alerts() >= 1
    (found,) = live(Rule.UNTOUCHED)
    assert (found.opportunity_id, found.user_id, found.state) == (cast.terminals.id, cast.anna.id, AlertState.OPEN)
    assert compute_alerts() == 0
    assert len(live(Rule.UNTOUCHED)) == 1
    write_note(cast.terminals, "Zadzwoniłam.", actor=actor(cast.anna))
    compute_alerts()
    assert live(Rule.UNTOUCHED) == []
    db.session.refresh(found)
    assert found.state is AlertState.AUTO_CLOSED


def test_a_planned_task_is_enough_until_its_day_is_over(cast: Cast) -> None:
    with clock.frozen(WEDNESDAY):
        ago(cast.terminals, 30, "last_activity_at")
        records.create(Task, {"title": "Oferta", "opportunity": cast.terminals, "due_at": WEDNESDAY + timedelta(hours=2)}, actor=actor(cast.anna))
        compute_alerts()
        assert cast.terminals.id not in [each.opportunity_id for each in live(Rule.UNTOUCHED)]
    with clock.frozen(WEDNESDAY + timedelta(hours=3)):
        compute_alerts()
        assert cast.terminals.id in [each.opportunity_id for each in live(Rule.UNTOUCHED)]


def test_days_without_work_do_not_count(cast: Cast) -> None:
    thursday = datetime(2026, 11, 19, 10, tzinfo=UTC)
    for item in (cast.terminals, cast.traceability, cast.labellers, cast.renewal):
        ago(item, 0, "last_activity_at")
    with clock.frozen(thursday):
        ago(cast.terminals, 0, "last_activity_at")
    with clock.frozen(thursday + timedelta(days=4, minutes=1)):  # Monday: two working days later
        compute_alerts()
        assert live(Rule.UNTOUCHED) == []
    with clock.frozen(thursday + timedelta(days=5, minutes=1)):
        compute_alerts()
        assert [each.opportunity_id for each in live(Rule.UNTOUCHED)] == [cast.terminals.id]


@pytest.mark.feature("C23")
def test_a_reminder_that_nobody_heeded(cast: Cast) -> None:
    with clock.frozen(WEDNESDAY):
        opportunities.put_on_standby(cast.terminals, WEDNESDAY + timedelta(hours=1), actor=actor(cast.anna))
    with clock.frozen(WEDNESDAY + timedelta(hours=1)):
        assert wake_if_due(cast.terminals.id, actor=SYSTEM)
        compute_alerts()
        assert live(Rule.WOKEN) == []
    with clock.frozen(WEDNESDAY + timedelta(days=3)):
        compute_alerts()
        (found,) = live(Rule.WOKEN)
        assert (found.user_id, found.team_id) == (cast.anna.id, cast.north.id)
        opportunities.put_on_standby(cast.terminals, WEDNESDAY + timedelta(days=9), actor=actor(cast.anna))
        compute_alerts()
        assert live(Rule.WOKEN) == []


@pytest.mark.feature("B23")
def test_what_nobody_has_goes_to_the_managers_of_its_team_after_working_hours(cast: Cast) -> None:
    with clock.frozen(WEDNESDAY):
        item = records.create(Opportunity, {"title": "Nobody's", "team": cast.north}, actor=SYSTEM)
    with clock.frozen(WEDNESDAY + timedelta(hours=3, minutes=50)):
        compute_alerts()
        assert live(Rule.UNASSIGNED) == []
    with clock.frozen(WEDNESDAY + timedelta(hours=4, minutes=1)):
        compute_alerts()
        (found,) = live(Rule.UNASSIGNED)
        assert (found.opportunity_id, found.user_id, found.team_id) == (item.id, None, cast.north.id)


@pytest.mark.feature("B14", "B23")
def test_a_late_task_is_told_to_who_does_it_and_to_who_asked(cast: Cast) -> None:
    task = records.create(Task, {"title": "Umowa", "assignee": cast.anna, "due_at": clock.now() - timedelta(days=4)}, actor=actor(cast.claire))
    compute_alerts()
    (found,) = live(Rule.LATE_TASK)
    assert (found.task_id, found.user_id, found.author_id) == (task.id, cast.anna.id, cast.claire.id)
    finish(task, actor=actor(cast.anna))
    compute_alerts()
    assert live(Rule.LATE_TASK) == []


@pytest.mark.feature("D15")
def test_an_address_that_does_not_work(cast: Cast) -> None:
    @atomic
    def bounce() -> None:
        cast.katarzyna.addresses[0].validity, cast.katarzyna.addresses[0].checked_at = Validity.BOUNCED, clock.now()

    bounce()
    compute_alerts()
    (found,) = live(Rule.BAD_ADDRESS)
    assert (found.contact_id, found.user_id) == (cast.katarzyna.id, cast.anna.id)
    update_contact(cast.katarzyna, {"address_lines": "katarzyna@jesion.example"}, actor=actor(cast.anna))
    compute_alerts()
    assert live(Rule.BAD_ADDRESS) == []


def test_an_account_entered_twice_is_told_to_the_owner_of_the_older(cast: Cast) -> None:
    compute_alerts()
    first = records.create(Account, {"name": "Jarzębina", "nip": "8567346215", "owner": cast.jean}, actor=SYSTEM)
    second = records.create(Account, {"name": "Zakłady Jarzębina", "nip": "8567346215", "owner": cast.tom}, actor=SYSTEM)
    compute_alerts()
    (found,) = live(Rule.DOUBLE_ACCOUNT)
    assert (found.account_id, found.other_id, found.user_id) == (second.id, first.id, cast.jean.id)
    alerts.dismiss(found, "Dwie różne firmy", actor=actor(cast.jean))
    assert compute_alerts() == 0
    records.update(first, {"nip": None}, actor=SYSTEM)
    compute_alerts()
    assert live(Rule.DOUBLE_ACCOUNT) == []
    records.update(first, {"nip": "8567346215"}, actor=SYSTEM)
    assert compute_alerts() == 1


def test_a_contact_of_the_same_name_and_telephone(cast: Cast) -> None:
    again = make_contact("Piotr Rawa", "piotr.rawa@poczta.example", None, cast.jean)
    for contact in (cast.piotr, again):
        update_contact(contact, {"phone_lines": "+48 601 222 333"}, actor=SYSTEM)
    compute_alerts()
    (found,) = live(Rule.DOUBLE_CONTACT)
    assert (found.contact_id, found.other_id, found.user_id) == (again.id, cast.piotr.id, cast.anna.id)


def test_a_mailbox_that_fails_is_told_to_administrators(cast: Cast) -> None:
    box = records.create(Mailbox, {"name": "inbox", "kind": MailboxKind.FOLDER, "path": "/nowhere"}, actor=SYSTEM)
    compute_alerts()
    assert live(Rule.MAILBOX) == []
    ago(box, 0.1, "failing_since")
    compute_alerts()
    (found,) = live(Rule.MAILBOX)
    assert (found.mailbox_id, found.user_id, found.team_id) == (box.id, None, None)
    with acting(actor(cast.claire)):
        assert db.session.query(Alert).filter_by(rule=Rule.MAILBOX).all() == []

    @atomic
    def works() -> None:
        box.failing_since, box.last_success_at = None, clock.now()

    works()
    compute_alerts()
    assert live(Rule.MAILBOX) == []


def test_a_message_held_over_a_working_day(cast: Cast) -> None:
    message = added(IncomingMessage(
        key="held", subject="Pytanie", sender_address="ktos@gdzies.example", state=State.HELD, reason="no_external", acting_user_id=cast.anna.id,
        received_at=clock.now() - timedelta(days=7),
    ))
    compute_alerts()
    (found,) = live(Rule.HELD)
    assert (found.message_id, found.user_id, found.team_id) == (message.id, cast.anna.id, cast.north.id)

    @atomic
    def decide() -> None:
        message.state = State.IGNORED

    decide()
    compute_alerts()
    assert live(Rule.HELD) == []


# ---- when they are computed


def test_a_threshold_holds_from_the_next_run_on(cast: Cast) -> None:
    ago(cast.terminals, 9, "last_activity_at")
    compute_alerts()
    assert len(live(Rule.UNTOUCHED)) == 1
    setting = db.session.query(AlertSetting).filter_by(rule=Rule.UNTOUCHED).one()
    records.update(setting, {"threshold": 30}, actor=actor(cast.ada))
    compute_alerts()
    assert live(Rule.UNTOUCHED) == []
    records.update(setting, {"threshold": 2}, actor=actor(cast.ada))
    assert compute_alerts() >= 1
    records.update(setting, {"is_active": False}, actor=actor(cast.ada))
    compute_alerts()
    assert live(Rule.UNTOUCHED) == []


def test_another_owner_gets_the_alert(cast: Cast) -> None:
    ago(cast.terminals, 40, "step_entered_at")
    compute_alerts()
    records.update(cast.terminals, {"owner": cast.jean}, actor=SYSTEM)
    compute_alerts()
    (found,) = live(Rule.STAGNANT)
    assert found.user_id == cast.jean.id


@pytest.mark.feature("B21")
def test_two_workers_at_the_same_moment_make_no_doubles(cast: Cast, app: Flask) -> None:
    for number in range(40):
        ago(make_opportunity(f"Deal {number}", cast.katarzyna, cast.anna), 60, "last_activity_at", "step_entered_at")
    db.session.remove()
    together, at = threading.Barrier(2), clock.now()
    raised: list[int] = []

    def work() -> None:
        with app.app_context(), acting(SYSTEM):
            together.wait()
            raised.append(alerts.compute_window("opportunity", 1, 1_000, at, actor=SYSTEM))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert sorted(raised) == [0, len(live())]
    assert len({(each.rule, each.opportunity_id) for each in live()}) == len(live()) >= 80


def test_the_database_itself_refuses_a_second_live_alert(cast: Cast) -> None:
    ago(cast.terminals, 60, "step_entered_at")
    compute_alerts()
    (found,) = live(Rule.STAGNANT)
    again = Alert(rule=found.rule, opportunity_id=found.opportunity_id, since=found.since)
    db.session.add(again)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_while_one_computes_another_does_nothing(cast: Cast) -> None:
    ago(cast.terminals, 60, "step_entered_at")
    assert alerts.lease_run("somebody else", actor=SYSTEM)
    assert compute_alerts() == 0
    with clock.frozen(clock.now() + alerts.LEASE + timedelta(seconds=1)):  # it died
        assert compute_alerts() >= 1


@pytest.mark.both("each dies elsewhere in its transaction")
@pytest.mark.parametrize("where", ["_raised", "compute_window", "finish_run"])
def test_a_killed_run_leaves_nothing_half_and_the_next_goes_on(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setattr(alerts, "WINDOW", 10)
    for number in range(30):
        ago(make_opportunity(f"Deal {number}", cast.katarzyna, cast.anna), 60, "last_activity_at", "step_entered_at")
    times = {"_raised": 6, "compute_window": 2, "finish_run": 1}[where]

    def killed() -> None:
        die_at("operations/alerts.py", where, "return", times)
        compute_alerts()

    assert in_child(app, killed) == 9
    by_window = {(each.opportunity_id or 0) // 10 for each in live(Rule.STAGNANT)}
    for window in by_window:  # a window is whole or not there at all
        count = sum(1 for each in live(Rule.STAGNANT) if (each.opportunity_id or 0) // 10 == window)
        assert count == sum(1 for each in live(Rule.UNTOUCHED) if (each.opportunity_id or 0) // 10 == window)
    with clock.frozen(clock.now() + alerts.LEASE + timedelta(seconds=1)):
        compute_alerts()
    assert len(live(Rule.STAGNANT)) == len(live(Rule.UNTOUCHED)) == 30
    assert db.session.get_one(AlertRun, 1).leased_by is None


def test_nothing_is_computed_in_a_request() -> None:
    """The pass is called by the clock alone."""
    from tests.promises.sources import calls, modules

    callers = {path for path, tree in modules().items() for name, _ in calls(tree) if name.rpartition(".")[2] in ("compute_window", "compute_changes")}
    assert callers == {"app/jobs/alerts.py"}
    assert job.compute_alerts is compute_alerts


def test_after_a_pass_that_raised_many_the_database_knows_how_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL would count them some minutes later; the pass over what changed comes before, and would read them all."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is told each hour")
    monkeypatch.setattr(job, "MANY", 1)
    ago(cast.terminals, cast.terminals.step.max_days + 1, "step_entered_at")
    assert compute_alerts() >= 1
    known = db.session.connection().exec_driver_sql("SELECT reltuples FROM pg_class WHERE relname = 'alert'").scalar()
    assert known == len(db.session.query(Alert).all())


def test_no_statement_is_translated_into_machine_code_or_shared_among_processes(cast: Cast) -> None:
    """Of a million alerts the number in the menu took PostgreSQL ten seconds, nearly all of it for the translation."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no such thing")
    db.session.rollback()
    assert db.session.connection().exec_driver_sql("SHOW jit").scalar() == "off"
    assert db.session.connection().exec_driver_sql("SHOW max_parallel_workers_per_gather").scalar() == "0"
