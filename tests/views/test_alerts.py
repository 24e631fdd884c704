"""Alerts on the screens: on the page of the day, in their list, with what can be done about them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.alerts import AlertState, Remedy, Rule
from app.domain.opportunities import Status
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Account, Alert, AlertSetting, Opportunity, Task
from app.operations import records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.queries.today import today_of
from app.support import clock
from tests.browsing import Person, Sign
from tests.people import Cast, actor

pytestmark = pytest.mark.database
TOMORROW = "2099-01-05T09:00"


@atomic
def _long_ago(item: Opportunity, *columns: str, days: int = 40) -> None:
    for column in columns:
        setattr(item, column, clock.now() - timedelta(days=days))


def _alert(item: Opportunity, rule: Rule) -> Alert:
    return db.session.query(Alert).filter_by(opportunity_id=item.id, rule=rule, ended_at=None).one()


@pytest.fixture
def left_alone(cast: Cast) -> Cast:
    """Anna's opportunity that nobody touched for weeks."""
    _long_ago(cast.terminals, "last_activity_at", "step_entered_at")
    compute_alerts()
    return cast


@pytest.mark.feature("B20", "C20")
def test_an_alert_stands_on_the_page_of_the_day_and_is_taken_in_charge(left_alone: Cast, client_of: Sign) -> None:
    anna, claire = Person(client_of(left_alone.anna)), Person(client_of(left_alone.claire))
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    page = anna.get("/today/").text
    assert 'id="group-alerts"' in page
    assert f"/today/?item=x{alert.id}#chosen" in page
    assert f'action="/alerts/take/{alert.id}"' in anna.get(f"/today/?item=x{alert.id}").text
    assert anna.post(f"/alerts/take/{alert.id}", back="today", following="o1").location.endswith("/today/?item=o1")
    db.session.refresh(alert)
    assert (alert.state, alert.taken_by_id) == (AlertState.TAKEN, left_alone.anna.id)
    assert "Anna" in claire.get(f"/alerts/?item=x{alert.id}").text
    refused = claire.post(f"/alerts/take/{alert.id}")
    assert refused.status_code == 409
    assert "Anna" in refused.text
    with acting(actor(left_alone.claire)):
        assert alert.id not in [each.id for each in today_of(left_alone.claire, clock.now()).alerts]


def test_snoozed_and_dismissed_alerts_leave_the_day(left_alone: Cast, client_of: Sign) -> None:
    anna = Person(client_of(left_alone.anna))
    stagnant, untouched = _alert(left_alone.terminals, Rule.STAGNANT), _alert(left_alone.terminals, Rule.UNTOUCHED)
    assert anna.post(f"/alerts/snooze/{stagnant.id}", until="2001-01-01T09:00", back="today").status_code == 409
    assert anna.post(f"/alerts/dismiss/{untouched.id}", reason=" ", back="today").status_code == 409
    assert anna.post(f"/alerts/snooze/{stagnant.id}", until=TOMORROW, back="today").status_code == 302
    assert anna.post(f"/alerts/dismiss/{untouched.id}", reason="Klient czeka na budżet", back="today").status_code == 302
    assert 'id="group-alerts"' not in anna.get("/today/").text
    compute_alerts()
    assert 'id="group-alerts"' not in anna.get("/today/").text
    assert "Klient czeka na budżet" in anna.get("/alerts/?shown=over").text


@pytest.mark.feature("B22")
def test_a_remedy_acts_and_settles_with_one_click(left_alone: Cast, client_of: Sign) -> None:
    anna = Person(client_of(left_alone.anna))
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    page = anna.get(f"/today/?item=x{alert.id}").text
    assert page.count('name="remedy"') >= 4
    step = left_alone.terminals.step_id
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy=Remedy.MOVE.value, back="today").status_code == 302
    assert db.session.get_one(Opportunity, left_alone.terminals.id).step_id != step
    db.session.refresh(alert)
    assert alert.state is AlertState.RESOLVED
    assert alert.ended_at is not None
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy=Remedy.MOVE.value, back="today").status_code == 409


@pytest.mark.feature("B22")
def test_a_planned_task_keeps_the_alert_quiet_until_it_is_due(left_alone: Cast, client_of: Sign) -> None:
    anna = Person(client_of(left_alone.anna))
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy="plan", text="Zadzwonić", until=TOMORROW).status_code == 302
    task = db.session.query(Task).filter_by(opportunity_id=left_alone.terminals.id).one()
    db.session.refresh(alert)
    assert (alert.state, alert.ended_at, alert.until) == (AlertState.RESOLVED, None, task.due_at)
    compute_alerts()
    with clock.frozen(task.due_at + timedelta(minutes=1)):
        compute_alerts()
    db.session.refresh(alert)
    assert alert.state is AlertState.OPEN


def test_what_is_refused_keeps_what_was_typed(left_alone: Cast, client_of: Sign) -> None:
    anna = Person(client_of(left_alone.anna))
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    answer = anna.post(f"/alerts/remedy/{alert.id}", remedy="plan", text="Zadzwonić & zapytać", until="2001-01-01T09:00", back="today")
    assert answer.status_code == 409
    assert "Zadzwonić &amp; zapytać" in answer.text
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy="nonsense").status_code == 400
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy="archive", back="today").status_code == 409
    assert db.session.get_one(Opportunity, left_alone.terminals.id).status is Status.TODO


def test_nobody_sees_an_alert_about_what_is_not_theirs(left_alone: Cast, client_of: Callable[..., object]) -> None:
    jean = Person(client_of(left_alone.jean))  # type: ignore[arg-type]
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    assert "Terminale" not in jean.get("/alerts/").text
    assert jean.post(f"/alerts/take/{alert.id}").status_code == 404
    assert jean.post(f"/alerts/remedy/{alert.id}", remedy="move").status_code == 404


# ---- every remedy does what its button says


def _late_task(cast: Cast) -> Task:
    due = clock.now() - timedelta(days=5)
    return records.create(Task, {"title": "Umowa", "assignee": cast.anna, "due_at": due}, actor=actor(cast.claire))


def _one(rule: Rule) -> Alert:
    compute_alerts()
    return db.session.query(Alert).filter_by(rule=rule, ended_at=None).one()


@pytest.mark.feature("B22", "B14")
@pytest.mark.parametrize(("remedy", "fields", "status"), [
    ("finish", {}, TaskStatus.DONE), ("drop", {}, TaskStatus.CANCELLED), ("reschedule", {"until": TOMORROW}, TaskStatus.TODO),
])
def test_remedies_of_a_late_task(cast: Cast, client_of: Sign, remedy: str, fields: dict[str, str], status: TaskStatus) -> None:
    task = _late_task(cast)
    alert = _one(Rule.LATE_TASK)
    assert Person(client_of(cast.anna)).post(f"/alerts/remedy/{alert.id}", remedy=remedy, **fields).status_code == 302
    db.session.refresh(task)
    assert task.status is status
    compute_alerts()
    assert db.session.query(Alert).filter_by(rule=Rule.LATE_TASK, ended_at=None).count() == 0


@pytest.mark.feature("B22")
@pytest.mark.parametrize(("remedy", "status"), [("standby", Status.STANDBY), ("lose", Status.LOST), ("cancel", Status.CANCELLED)])
def test_remedies_that_end_a_standstill(left_alone: Cast, client_of: Sign, remedy: str, status: Status) -> None:
    alert = _alert(left_alone.terminals, Rule.STAGNANT)
    answer = Person(client_of(left_alone.anna)).post(f"/alerts/remedy/{alert.id}", remedy=remedy, until=TOMORROW, text="Budżet")
    assert answer.status_code == 302
    assert db.session.get_one(Opportunity, left_alone.terminals.id).status is status
    compute_alerts()
    assert db.session.query(Alert).filter_by(opportunity_id=left_alone.terminals.id, ended_at=None).count() == 0


@pytest.mark.feature("B22", "C8")
def test_what_nobody_has_is_given_to_who_has_least_to_do(cast: Cast, client_of: Sign) -> None:
    item = records.create(Opportunity, {"title": "Nobody's", "team": cast.north}, actor=SYSTEM)
    _long_ago(item, "created_at")
    alert = _one(Rule.UNASSIGNED)
    claire = Person(client_of(cast.claire))
    page = claire.get(f"/today/?item=x{alert.id}").text
    suggested = re.search(r'value="u(\d+)" selected', page)
    assert suggested is not None
    assert int(suggested[1]) == cast.claire.id  # of the team, she has none herself
    assert claire.post(f"/alerts/remedy/{alert.id}", remedy="give", to=f"u{cast.jean.id}").status_code == 302
    assert db.session.get_one(Opportunity, item.id).owner_id == cast.jean.id
    compute_alerts()
    assert db.session.query(Alert).filter_by(rule=Rule.UNASSIGNED, ended_at=None).count() == 0


@pytest.mark.feature("B22")
def test_two_that_are_not_the_same_stay_so(cast: Cast, client_of: Sign) -> None:
    for name in ("Jarzębina", "Jarzębina bis"):
        records.create(Account, {"name": name, "nip": "8567346215", "owner": cast.anna}, actor=SYSTEM)
    alert = _one(Rule.DOUBLE_ACCOUNT)
    anna = Person(client_of(cast.anna, "en"))
    assert "perhaps the same as Jarzębina" in anna.get(f"/today/?item=x{alert.id}").text
    assert anna.post(f"/alerts/remedy/{alert.id}", remedy="not_double").status_code == 302
    db.session.refresh(alert)
    assert alert.state is AlertState.DISMISSED
    assert compute_alerts() == 0


def test_thresholds_are_set_by_the_administrator_alone(cast: Cast, client_of: Sign) -> None:
    setting = db.session.query(AlertSetting).filter_by(rule=Rule.UNTOUCHED).one()
    ada, anna = Person(client_of(cast.ada, "en")), Person(client_of(cast.anna))
    assert "working days" in ada.get("/alertsettingview/list/").text
    assert anna.get("/alertsettingview/list/").status_code == 403
    url = f"/alertsettingview/edit/{setting.id}"
    assert ada.post(url, threshold="5", is_active="y", version=str(setting.version)).status_code == 302
    db.session.refresh(setting)
    assert (setting.threshold, setting.is_mailed) == (5, False)
    assert ada.post(url, threshold="9999", is_active="y", version=str(setting.version)).status_code == 200
    db.session.refresh(setting)
    assert setting.threshold == 5
