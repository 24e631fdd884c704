"""The page of the day."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.tasks import TaskStatus
from app.domain.timeline import Kind
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Appointment, IncomingMessage, Opportunity, Task, TimelineEntry
from app.operations import opportunities, records
from app.operations.booking import book_meeting
from app.operations.reminders import wake_if_due
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.queries.numbers import MANY
from app.queries.timeline import last_entry
from app.queries.today import Counts, count_of, number_of, today_of
from app.support import clock
from app.support.clock import frozen
from tests.browsing import Person, Sign
from tests.people import Cast, actor, make_opportunity

WARSAW = ZoneInfo("Europe/Warsaw")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=WARSAW)


@atomic
def _hold(cast: Cast) -> IncomingMessage:
    message = IncomingMessage(key="held", subject="Pytanie o cenę", sender_address="ktos@gdzies.example", state=State.HELD,
                              reason="no_external", acting_user_id=cast.anna.id)
    db.session.add(message)
    return message


def _task(cast: Cast, title: str, due: datetime | None, **more: object) -> Task:
    return records.create(Task, {"title": title, "due_at": due, **more}, actor=actor(cast.anna))


def _free(cast: Cast) -> Opportunity:
    return records.create(Opportunity, {"title": "Nobody's", "team": cast.north}, actor=SYSTEM)


@atomic
def _entry(cast: Cast, kind: Kind, at: datetime) -> TimelineEntry:
    entry = TimelineEntry(kind=kind, occurred_at=at, author=cast.anna, opportunity=cast.terminals, body="Said.")
    db.session.add(entry)
    return entry


def _full_day(cast: Cast) -> None:
    anna = actor(cast.anna)
    _task(cast, "Sunday's", MONDAY - timedelta(days=1), opportunity=cast.terminals)
    _task(cast, "This evening's", MONDAY + timedelta(hours=15))
    _task(cast, "Tomorrow's", MONDAY + timedelta(hours=16, minutes=1))
    _task(cast, "Reminded", None, remind_at=MONDAY - timedelta(minutes=1))
    done = _task(cast, "Finished", MONDAY)
    records.update(done, {"status": TaskStatus.DONE, "done_at": MONDAY}, actor=anna)
    woken = make_opportunity("Woken", cast.piotr, cast.anna)
    opportunities.put_on_standby(woken, MONDAY - timedelta(minutes=5), actor=anna)
    opportunities.wake(woken)
    put_off = make_opportunity("Put off", cast.piotr, cast.anna)
    opportunities.put_on_standby(put_off, MONDAY + timedelta(days=9), actor=anna)
    won = make_opportunity("Won today", cast.piotr, cast.anna)
    opportunities.win(won, actor=anna)
    records.archive(make_opportunity("Put away", cast.piotr, cast.anna), actor=anna)
    _free(cast)
    _hold(cast)


@pytest.fixture
def monday(cast: Cast) -> Cast:
    with frozen(MONDAY - timedelta(hours=2)):
        _full_day(cast)
    return cast


@pytest.mark.feature("C20")
def test_each_thing_is_in_one_group_and_counted(monday: Cast) -> None:
    with acting(actor(monday.anna)):
        today = today_of(monday.anna, MONDAY)
    names = {group: [str(one) for one in getattr(today, group)] for group in
             ("overdue", "due", "woken", "to_do", "unassigned", "held", "done")}
    assert names == {
        "overdue": ["Sunday's"], "due": ["Reminded", "This evening's"], "woken": ["Woken"],
        "to_do": ["Terminale do magazynu"], "unassigned": ["Nobody's"], "held": ["Pytanie o cenę"],
        "done": ["Finished", "Put off", "Won today"],
    }
    assert today.counts == Counts(overdue=1, due=2, woken=1, to_do=1, unassigned=1, untaken=0, held=1, alerts=0)
    assert today.day == MONDAY.date()


@pytest.mark.feature("C20")
def test_the_page_lists_what_is_to_process_each_group_with_its_count(monday: Cast, client_of: Sign) -> None:
    with frozen(MONDAY):
        page = Person(client_of(monday.anna, "en")).get("/today/").text
    groups = dict(re.findall(r'<section aria-labelledby="group-(\w+)">(.*?)</section>', page, re.DOTALL))
    counts = {name: int(re.findall(r'k-count">(\d+)<', group)[0]) for name, group in groups.items()}
    assert counts == {"overdue": 1, "due": 2, "woken": 1, "todo": 1, "free": 1, "held": 1, "done": 3}
    assert "Woken" in groups["woken"] and "Terminale do magazynu" in groups["todo"] and "7 things to do" in page
    assert not any("Put off" in group for name, group in groups.items() if name != "done"), "what sleeps is not to process"


def test_the_day_is_that_of_the_persons_time_zone(cast: Cast) -> None:
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday 0:30 in Warsaw
    _task(cast, "Tuesday noon", datetime(2026, 11, 24, 11, tzinfo=UTC))
    with acting(actor(cast.anna)):
        assert [t.title for t in today_of(cast.anna, late_evening).due] == ["Tuesday noon"]
        assert today_of(cast.anna, late_evening).day.isoformat() == "2026-11-24"


def test_a_manager_decides_what_is_held_for_the_team_and_nobody(cast: Cast) -> None:
    held = _hold(cast)
    assert _held_of(cast.jean) == _held_of(cast.claire) == []
    _give(held, None, cast.north.id)
    assert _held_of(cast.claire) == ["Pytanie o cenę"]
    assert _held_of(cast.anna) == _held_of(cast.ada) == []
    _give(held, None, None)
    assert _held_of(cast.ada) == ["Pytanie o cenę"]


@atomic
def _give(message: IncomingMessage, user_id: int | None, team_id: int | None) -> None:
    message.acting_user_id, message.team_id = user_id, team_id


def _held_of(user: object) -> list[str]:
    with acting(actor(user)):
        return [str(m) for m in today_of(user, clock.now()).held]


def test_the_number_on_the_menu_costs_one_statement(monday: Cast, statements: list[str]) -> None:
    anna = actor(monday.anna)
    assert monday.anna.time_zone == "Europe/Warsaw"
    with acting(anna):
        statements.clear()
        assert count_of(monday.anna, anna, MONDAY) == 7
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_the_number_on_the_menu_that_is_kept_follows_the_hours(monday: Cast) -> None:
    """A statement that is made once for a person counts at each moment what waits then, in their zone."""
    kept = select(number_of(monday.anna, actor(monday.anna)))
    told = []
    for days in (0, 1, 2, 0):
        with frozen(MONDAY + timedelta(days=days)), acting(actor(monday.anna)):
            told.append((db.session.scalar(kept), count_of(monday.anna, actor(monday.anna), clock.now())))
    assert [by_kept for by_kept, _ in told] == [anew for _, anew in told]
    assert len({by_kept for by_kept, _ in told}) > 1 and told[0] == told[3]


def test_the_number_on_the_menu_counts_no_further_than_it_says(cast: Cast, client_of: Sign) -> None:
    @atomic
    def add_many() -> None:
        for number in range(MANY + 5):
            _task(cast, f"Late {number}", clock.now() - timedelta(days=2))

    add_many()
    with acting(actor(cast.anna)):
        assert count_of(cast.anna, actor(cast.anna), clock.now()) < MANY + 5
        assert today_of(cast.anna, clock.now()).counts.overdue == MANY + 5
    assert ">99+<" in client_of(cast.anna, "en").get("/opportunityview/list/").get_data(as_text=True)


@pytest.mark.feature("C20", "C23")
def test_the_menu_and_the_page_say_the_same_number_with_the_alerts(cast: Cast, client_of: Sign) -> None:
    _task(cast, "Late", clock.now() - timedelta(days=9))
    _free(cast)
    compute_alerts()
    anna = client_of(cast.anna, "en")
    there, elsewhere = (anna.get(path).get_data(as_text=True) for path in ("/today/", "/opportunityview/list/"))
    beside = {name: [re.findall(rf'href="/{name}/".*?k-count">(\d+)<', page, re.DOTALL)[0] for page in (there, elsewhere)] for name in ("today", "alerts")}
    total = re.findall(r"(\d+) things to do", there)[0]
    assert beside["today"] == [total, total] and int(beside["alerts"][0]) > 0 and len({*beside["alerts"]}) == 1


@pytest.mark.feature("C20")
@pytest.mark.parametrize("language", ["fr", "pl", "en"])
def test_the_start_page_leads_to_the_day(cast: Cast, client_of: Sign, language: str) -> None:
    anna = Person(client_of(cast.anna, language))
    assert anna.get("/").location.endswith("/today/")
    page = anna.get("/today/")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert "Terminale do magazynu" in page.text
    assert "Stone renewal" not in page.text


def test_strangers_are_sent_to_sign_in(app: object, cast: Cast, client_of: Sign) -> None:
    stranger = Person(client_of(None))
    assert "/login" in stranger.get("/").location
    assert "/login" in stranger.get("/today/").location


def test_the_chosen_thing_stands_in_the_panel(monday: Cast, client_of: Sign) -> None:
    anna = Person(client_of(monday.anna))
    task = db.session.query(Task).filter_by(title="Sunday's").one()
    page = anna.get(f"/today/?item=t{task.id}").text
    assert 'id="chosen"' in page
    assert f'action="/opportunityview/call/{monday.terminals.id}"' in page
    for nonsense in ("o999999", "t0", "x1", "o", "o1;drop", f"o{monday.renewal.id}"):
        answer = anna.get("/today/", query_string={"item": nonsense})
        assert answer.status_code == 200
        assert "Stone renewal" not in answer.text


def test_what_was_last_said_is_no_appointment_to_come(cast: Cast) -> None:
    with frozen(MONDAY):
        said = _entry(cast, Kind.CALL, MONDAY - timedelta(hours=1))
        _entry(cast, Kind.MEETING, MONDAY + timedelta(days=7))
        assert last_entry(cast.terminals) == said
    with frozen(MONDAY + timedelta(days=8)):
        assert last_entry(cast.terminals) != said


@pytest.mark.feature("C20")
def test_a_call_with_its_next_step_goes_on_to_the_next_thing(monday: Cast, client_of: Sign) -> None:
    anna, item = Person(client_of(monday.anna)), monday.terminals.id
    task = db.session.query(Task).filter_by(title="Sunday's").one().id
    following = f"o{monday.terminals.id}"
    answer = anna.post(f"/opportunityview/call/{item}", body="Zarząd się zgodził.", next="call", next_on="2099-01-05", task=task,
                       back="today", item=f"t{task}", following=following)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/today/?item={following}")
    entry = db.session.query(TimelineEntry).filter_by(opportunity_id=item, kind=Kind.CALL).one()
    assert entry.body == "Zarząd się zgodził."
    assert db.session.get(Task, task).status is TaskStatus.DONE
    planned = db.session.query(Task).filter_by(opportunity_id=item, status=TaskStatus.TODO).one()
    assert planned.due_at == datetime(2099, 1, 5, 8, tzinfo=UTC)  # nine o'clock in Warsaw
    assert "Katarzyna Dudek" in planned.title


def test_a_refused_call_loses_nothing_typed(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    answer = anna.post(f"/opportunityview/call/{cast.terminals.id}", body="Długa & ważna rozmowa", next="call", next_on="2020-01-05",
                       back="today", item=f"o{cast.terminals.id}")
    assert answer.status_code == 409
    assert "Długa &amp; ważna rozmowa</textarea>" in answer.text
    assert 'value="2020-01-05"' in answer.text
    assert 'role="alert"' in answer.text
    assert db.session.query(TimelineEntry).filter_by(kind=Kind.CALL).count() == 0
    assert db.session.query(Task).count() == 0


@pytest.mark.feature("C23")
def test_standby_until_monday_nine_wakes_at_nine_in_my_time_zone(cast: Cast, client_of: Sign) -> None:
    anna, item = Person(client_of(cast.anna)), cast.terminals.id
    answer = anna.post(f"/opportunityview/standby/{item}", until="2099-11-23T09:00", back="today")
    assert answer.location.endswith("/today/")
    nine = datetime(2099, 11, 23, 9, tzinfo=WARSAW)
    assert db.session.get(Opportunity, item).remind_at == nine
    assert "1" not in _woken_and_to_do(cast)
    with frozen(nine - timedelta(seconds=1)), acting(SYSTEM):
        assert not wake_if_due(item, actor=SYSTEM)
    with frozen(nine), acting(SYSTEM):
        assert wake_if_due(item, actor=SYSTEM)
    with acting(actor(cast.anna)):
        assert [o.id for o in today_of(cast.anna, nine).woken] == [item]
    assert db.session.get(Opportunity, item).status is Status.TODO


def _woken_and_to_do(cast: Cast) -> list[str]:
    with acting(actor(cast.anna)):
        today = today_of(cast.anna, clock.now())
    return [str(o) for o in (*today.woken, *today.to_do)]


def test_what_nobody_owns_can_be_taken(cast: Cast, client_of: Sign) -> None:
    free = _free(cast).id
    assert Person(client_of(cast.tom)).post(f"/opportunityview/take/{free}").status_code == 404
    assert Person(client_of(cast.jean)).post(f"/opportunityview/take/{free}", back="today").status_code == 302
    assert db.session.get(Opportunity, free).owner_id == cast.jean.id


@pytest.mark.feature("C20")
def test_an_empty_day_says_what_comes_next(cast: Cast, client_of: Sign) -> None:
    opportunities.put_on_standby(cast.terminals, clock.now() + timedelta(days=9), actor=actor(cast.anna))
    with clock.frozen(clock.now() + timedelta(days=2)):
        page = Person(client_of(cast.anna, "en")).get("/today/").text
        assert "Nothing waits for you today. The next thing: Terminale do magazynu" in page
        records.create(Task, {"title": "Call Katarzyna", "due_at": clock.now() + timedelta(days=3), "opportunity": cast.terminals}, actor=actor(cast.anna))
        page = Person(client_of(cast.anna, "en")).get("/today/").text
        assert "The next thing: Call Katarzyna" in page
        assert re.search(r'href="/taskview/show/\d+">Call Katarzyna<', page)
    records.archive(cast.terminals, actor=SYSTEM)
    for task in db.session.query(Task).all():
        records.archive(task, actor=SYSTEM)
    page = Person(client_of(cast.anna, "en")).get("/today/").text
    assert "nothing is planned" in page


@pytest.mark.feature("C20")
def test_a_held_message_is_decided_in_place(monday: Cast, client_of: Sign) -> None:
    anna = Person(client_of(monday.anna, "en"))
    message = db.session.query(IncomingMessage).one()
    _suggest(message, monday.terminals)
    page = anna.get(f"/today/?item=m{message.id}").text
    for words in ("Pytanie o cenę", "Attach to Terminale do magazynu", 'data-key="a"', 'data-key="c"', 'data-key="d"'):
        assert words in page
    answer = anna.post(f"/incomingmail/ignore/{message.id}", back="today", item=f"m{message.id}", following=f"o{monday.terminals.id}")
    assert answer.location.endswith(f"/today/?item=o{monday.terminals.id}")
    assert db.session.get(IncomingMessage, message.id).state is State.IGNORED
    assert f"item=m{message.id}" not in anna.get("/today/").text


@atomic
def _suggest(message: IncomingMessage, item: Opportunity) -> None:
    message.candidates = {"opportunities": [item.id]}


def test_a_refused_decision_comes_back_to_the_same_message(monday: Cast, client_of: Sign) -> None:
    anna, message = Person(client_of(monday.anna, "en")), db.session.query(IncomingMessage).one()
    answer = anna.post(f"/incomingmail/create/{message.id}", back="today", item=f"m{message.id}", following="", name="X", address="nonsense")
    assert answer.location.endswith(f"/today/?item=m{message.id}")
    assert "Type the e-mail address in full" in anna.get(answer.location).text


@pytest.mark.feature("C20")
def test_a_meeting_is_closed_in_place_with_what_came_of_it(cast: Cast, client_of: Sign) -> None:
    with frozen(MONDAY):
        meeting = _meeting(cast, MONDAY + timedelta(hours=2))
        anna = Person(client_of(cast.anna, "en"))
        page = anna.get(f"/today/?item=e{meeting.id}").text
        assert f'action="/appointmentview/done/{meeting.entry_id}"' in page
        assert f'href="/appointmentview/edit/{meeting.entry_id}"' in page
        answer = anna.post(f"/appointmentview/done/{meeting.entry_id}", body="Biorą dwadzieścia.", next="offer", next_on="2026-11-30",
                           back="today", item=f"e{meeting.id}", following=f"o{cast.terminals.id}")
        assert answer.location.endswith(f"/today/?item=o{cast.terminals.id}")
        assert [each.body for each in db.session.query(TimelineEntry).filter_by(opportunity_id=cast.terminals.id, kind=Kind.NOTE)] == ["Biorą dwadzieścia."]
        assert db.session.query(TimelineEntry).filter_by(code="meeting_done").count() == 1
        assert db.session.query(Task).one().title == "Send an offer: Katarzyna Dudek"
        page = anna.get("/today/").text
        assert "Done today" in page
        assert f"item=e{meeting.id}" not in page


def test_a_meeting_is_closed_once_and_a_refusal_loses_nothing_typed(cast: Cast, client_of: Sign) -> None:
    with frozen(MONDAY):
        meeting = _meeting(cast, MONDAY + timedelta(hours=2))
        anna, done = Person(client_of(cast.anna, "en")), f"/appointmentview/done/{meeting.entry_id}"
        refused = anna.post(done, body="Długa rozmowa", next="call", next_on="2020-01-05", back="today", item=f"e{meeting.id}")
        assert refused.status_code == 409
        assert "Długa rozmowa</textarea>" in refused.text
        assert db.session.query(TimelineEntry).filter_by(kind=Kind.NOTE).count() == 0
        assert anna.post(done, back="today").status_code == 302
        again = anna.post(done, back="today")
        assert again.status_code == 409
        assert "Somebody said already that this meeting took place." in again.text
        assert Person(client_of(cast.tom)).post(done).status_code == 404


def _meeting(cast: Cast, at: datetime) -> Appointment:
    return book_meeting(cast.terminals, cast.anna, at, minutes=60, about="Prezentacja", actor=actor(cast.anna))
