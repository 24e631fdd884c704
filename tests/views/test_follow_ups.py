"""What is done once an opportunity is closed: a process gives its tasks one after the other, each with its day and its doer."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.follow_ups import Doer, RunState
from app.domain.opportunities import Status
from app.domain.tasks import OPEN, TaskStatus
from app.extensions import db
from app.models import FollowUp, FollowUpLine, FollowUpRun, Opportunity, Task
from app.operations import opportunities, records, tasks
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast, actor

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _process(cast: Cast, **more: object) -> FollowUp:
    process = records.create(FollowUp, {"label_en": "Delivery", "label_pl": "Dostawa", "status": Status.WON, **more}, actor=SYSTEM)
    plan = (
        ("Welcome call", "Rozmowa powitalna", 2, Doer.OWNER, None), ("Check the margin", "", 5, Doer.MANAGER, None),
        ("Invoice", "", 30, Doer.PERSON, cast.jean),
    )  # fmt: skip
    for number, (english, polish, days, doer, user) in enumerate(plan):
        records.create(FollowUpLine, {
            "label_en": english, "label_pl": polish, "follow_up": process, "position": number, "days": days, "doer": doer, "user": user,
        }, actor=SYSTEM)  # fmt: skip
    db.session.expire_all()
    return process


def _open(item: Opportunity) -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.opportunity_id == item.id, Task.status.in_(OPEN)).order_by(Task.id)))


@pytest.mark.feature("C49")
def test_after_winning_the_tasks_open_one_after_the_other(cast: Cast, client_of: Client) -> None:
    process, deal = _process(cast), cast.terminals
    anna, page = client_of(cast.anna, "en"), f"/opportunityview/show/{cast.terminals.id}"
    assert "Start the follow-up" not in anna.get(page).get_data(as_text=True), "not before it is closed"
    opportunities.win(deal, actor=actor(cast.anna))
    assert "Start the follow-up" in anna.get(page).get_data(as_text=True)
    assert anna.post(f"/opportunityview/follow_up/{deal.id}", data={"process": str(process.id)}).status_code == 302
    (first,) = _open(deal)
    zone = ZoneInfo(cast.anna.time_zone)
    today = clock.now().astimezone(zone).date()
    assert (first.title, first.assignee_id) == ("Rozmowa powitalna", cast.anna.id), "in the language of who does it"
    assert first.due_at is not None and first.due_at.astimezone(zone).date() == today + timedelta(days=2)
    assert "Welcome call" in anna.get(page).get_data(as_text=True) and "Task 1 of 3" in anna.get(page).get_data(as_text=True)
    tasks.finish(first, actor=actor(cast.anna))
    (second,) = _open(deal)
    assert (second.title, second.assignee_id) == ("Check the margin", cast.claire.id)
    records.update(second, {"status": TaskStatus.DONE}, actor=SYSTEM)
    (third,) = _open(deal)
    assert (third.title, third.assignee_id) == ("Invoice", cast.jean.id)
    tasks.finish(third, actor=actor(cast.jean))
    assert _open(deal) == [] and db.session.scalars(select(FollowUpRun)).one().state is RunState.DONE
    shown = anna.get(page).get_data(as_text=True)
    assert "The follow-up “Delivery” began" in shown and "The follow-up “Delivery” is done" in shown


@pytest.mark.feature("C49")
def test_it_is_stopped_and_only_one_runs(cast: Cast, client_of: Client) -> None:
    process, deal = _process(cast), cast.terminals
    opportunities.win(deal, actor=actor(cast.anna))
    anna, start, stop = client_of(cast.anna, "en"), f"/opportunityview/follow_up/{deal.id}", f"/opportunityview/stop_follow_up/{deal.id}"
    anna.post(start, data={"process": str(process.id)})
    again = anna.post(start, data={"process": str(process.id)})
    assert again.status_code == 409 and "at work already" in again.get_data(as_text=True)
    assert "Stop the follow-up" in anna.get(f"/opportunityview/show/{deal.id}").get_data(as_text=True)
    assert anna.post(stop).status_code == 302
    assert _open(deal) == [] and db.session.scalars(select(Task)).one().status is TaskStatus.CANCELLED
    assert anna.post(stop).status_code == 409
    assert client_of(cast.tom).post(start, data={"process": str(process.id)}).status_code == 404


@pytest.mark.feature("C49")
def test_each_way_of_closing_has_its_own(cast: Cast, client_of: Client) -> None:
    process = _process(cast, status=Status.LOST)
    opportunities.win(cast.terminals, actor=actor(cast.anna))
    anna, url = client_of(cast.anna, "en"), f"/opportunityview/follow_up/{cast.terminals.id}"
    for wrong, words in ((str(process.id), "not meant for"), ("", "Choose the process"), ("99999", "Choose the process")):
        answer = anna.post(url, data={"process": wrong})
        assert answer.status_code == 409 and words in answer.get_data(as_text=True)
    opportunities.reopen(cast.terminals, actor=actor(cast.anna))
    opportunities.lose(cast.terminals, reason="Price", actor=actor(cast.anna))
    assert anna.post(url, data={"process": str(process.id)}).status_code == 302 and len(_open(cast.terminals)) == 1


def test_administrators_lay_it_down(cast: Cast, client_of: Client) -> None:
    ada = client_of(cast.ada, "en")
    assert ada.post("/followupview/add", data={"label_en": "Care", "status": "cancelled", "position": "1"}).status_code == 302
    made = db.session.scalars(select(FollowUp)).one()
    line = {"label_en": "Ask why", "follow_up": str(made.id), "days": "3", "doer": "person", "position": "1"}
    assert "Choose the person who does this task" in ada.post("/followuplineview/add", data=line).get_data(as_text=True)
    assert client_of(cast.anna).get("/followupview/add").status_code == 403
