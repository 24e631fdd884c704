"""Links of the morning email: what they do is asked first, done once, and with the rights of that moment."""

import logging
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain.deeds import Deed, MailLink, moment_of, read_link
from app.domain.opportunities import Status
from app.domain.summaries import Subject
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import AuditLine, Opportunity, Task, TimelineEntry, User
from app.models.summaries import Edition
from app.operations import records
from app.operations.users import update_user
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.browsing import Sign
from tests.people import Cast
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY

LINK = re.compile(r"http://[^/\s]+(/a/[a-z0-9.-]+)")
LATER = HALF_PAST_SEVEN + timedelta(hours=1)
pytestmark = pytest.mark.database


def links_of(user: User, edition: Edition = Edition.MINE) -> dict[str, dict[Deed, str]]:
    """Title → deed → path, of the mail that goes out at half past seven."""
    with acting(SYSTEM), clock.frozen(HALF_PAST_SEVEN):
        subscription = queries.subscription_of(user, edition)
        assert subscription is not None
        mail = outbound.prepare(subscription, TUESDAY).mail
    assert mail is not None
    found: dict[str, dict[Deed, str]] = {}
    title = ""
    for line in mail.text.splitlines():
        if numbered := re.match(r"\d+\. (.+)", line):
            title = numbered[1]
        if path := LINK.search(line):
            link = read_link(path[1].removeprefix("/a/"), _key())
            assert link is not None
            found.setdefault(title, {})[link.deed] = path[1]
    assert set(LINK.findall(mail.html)) == {path for each in found.values() for path in each.values()}
    return found


def _key() -> str:
    from flask import current_app

    return str(current_app.config["SECRET_KEY"])


def read(model: type, title: str) -> Opportunity | Task:
    with acting(SYSTEM):
        db.session.rollback()
        item: Opportunity | Task = db.session.scalars(select(model).where(model.title == title)).one()  # type: ignore[attr-defined]
        return item


@pytest.mark.feature("C47")
def test_standby_from_the_mail(week: Cast, client_of: Sign, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path, visitor = links_of(week.anna)["Woken"][Deed.STANDBY], client_of(None)
    with clock.frozen(LATER):
        for _ in range(3):  # a scanner, an impatient one, and the person
            page = visitor.get(path)
            visitor.head(path)
        assert page.status_code == 200
        assert 'lang="pl"' in page.text
        assert "Woken" in page.text
        assert "Anna Wiśniewska" in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers
        assert read(Opportunity, "Woken").status is Status.TODO
        assert 'value="2026-11-25T09:00"' in page.text
        refused = visitor.post(path, data={"until": "2026-11-01"})
        assert refused.status_code == 409, "a day that is past can be put right on the spot"
        assert "2026-11-01" in refused.text
        done = visitor.post(path, data={"until": "2026-11-27"})
        assert done.status_code == 200
        item = read(Opportunity, "Woken")
        assert isinstance(item, Opportunity)
        assert (item.status, item.remind_at and item.remind_at.isoformat()) == (Status.STANDBY, "2026-11-27T08:00:00+00:00")
        for method in (visitor.get, visitor.post):
            again = method(path)
            assert again.status_code == 410
            assert "Woken" in again.text
        with acting(SYSTEM):
            line = db.session.scalars(select(AuditLine).where(AuditLine.action == "act_by_link")).one()
        assert (line.actor_id, line.subject_id, line.after) == (week.anna.id, item.id, {"deed": "standby"})
    assert path.rpartition("/")[2] not in caplog.text


def test_tasks_notes_and_alerts(week: Cast, client_of: Sign) -> None:
    visitor, links = client_of(None), links_of(week.anna)
    with clock.frozen(LATER):
        assert visitor.post(links["Overdue"][Deed.DONE]).status_code == 200
        assert visitor.post(links["Today"][Deed.STANDBY], data={"until": "2026-11-26T10:00"}).status_code == 200
        assert visitor.post(links["Begun on Monday"][Deed.NOTE], data={"text": "Oddzwoni w piątek"}).status_code == 200
    done, later = read(Task, "Overdue"), read(Task, "Today")
    assert done.status is TaskStatus.DONE
    assert isinstance(later, Task)
    assert later.due_at is not None
    assert later.due_at.isoformat() == "2026-11-26T09:00:00+00:00"
    with acting(SYSTEM):
        note = db.session.scalars(select(TimelineEntry).where(TimelineEntry.body == "Oddzwoni w piątek")).one()
        assert note.author_id == week.anna.id


def test_the_manager_assigns(week: Cast, client_of: Sign) -> None:
    path, visitor = links_of(week.claire, Edition.TEAM)["For nobody yet"][Deed.ASSIGN], client_of(None)
    with clock.frozen(LATER):
        page = visitor.get(path).text
        assert re.search(r"<option[^>]*>Jean Lefèvre<", page)
        assert visitor.post(path, data={"to": "987654"}).status_code == 409
        assert visitor.post(path, data={"to": str(week.jean.id)}).status_code == 200
    item = read(Opportunity, "For nobody yet")
    assert isinstance(item, Opportunity)
    assert item.owner_id == week.jean.id


def test_whoever_is_faster_takes_it(week: Cast, client_of: Sign) -> None:
    anna, jean = (links_of(each)["For nobody yet"][Deed.TAKE] for each in (week.anna, week.jean))
    visitor = client_of(None)
    with clock.frozen(LATER):
        assert visitor.post(anna).status_code == 200
        late = visitor.post(jean)
    assert late.status_code in (403, 404, 409)
    item = read(Opportunity, "For nobody yet")
    assert isinstance(item, Opportunity)
    assert item.owner_id == week.anna.id


def test_what_changed_meanwhile_is_left_alone(week: Cast, client_of: Sign) -> None:
    path, visitor = links_of(week.anna)["Woken"][Deed.STANDBY], client_of(None)
    with acting(SYSTEM):
        records.update(read(Opportunity, "Woken"), {"amount": 71}, actor=SYSTEM)
    with clock.frozen(LATER):
        for answer in (visitor.get(path), visitor.post(path, data={"until": "2026-11-27"})):
            assert answer.status_code == 409
            assert "<form" not in answer.text
    assert read(Opportunity, "Woken").status is Status.TODO


def test_the_day_after_it_works_no_more(week: Cast, client_of: Sign) -> None:
    path, visitor = links_of(week.anna)["Woken"][Deed.STANDBY], client_of(None)
    with clock.frozen(HALF_PAST_SEVEN + timedelta(days=1)):
        assert visitor.get(path).status_code == 410
        assert visitor.post(path, data={"until": "2026-11-27"}).status_code == 410
    assert read(Opportunity, "Woken").status is Status.TODO


def test_rights_are_those_of_the_moment(week: Cast, client_of: Sign) -> None:
    path, visitor = links_of(week.anna)["Begun on Monday"][Deed.NOTE], client_of(None)
    with acting(SYSTEM):
        other = links_of(week.anna)["Woken"][Deed.STANDBY]
        item = read(Opportunity, "Begun on Monday")
        records.update(item, {"owner": week.tom, "team": None}, actor=SYSTEM)
    with clock.frozen(LATER):
        for answer in (visitor.get(path), visitor.post(path, data={"text": "x"})):
            assert answer.status_code in (403, 404)
            assert "Begun on Monday" not in answer.text
        update_user(week.anna, {"active": False}, actor=SYSTEM)
        assert visitor.get(other).status_code == 404
        assert visitor.post(other, data={"until": "2026-11-27"}).status_code == 404
    assert read(Opportunity, "Woken").status is Status.TODO


def test_a_letter_of_it_changed(week: Cast, client_of: Sign) -> None:
    path, visitor = links_of(week.anna)["Woken"][Deed.STANDBY], client_of(None)
    word = path.removeprefix("/a/")
    forged = [word[:-1], word[:3] + ("1" if word[3] != "1" else "2") + word[4:], f"n{word[1:]}", "x", "so1-1-1-1.", word.replace(".", "-")]
    with clock.frozen(LATER):
        for each in forged:
            page = visitor.get(f"/a/{each}", headers={"Accept-Language": "fr"})
            assert page.status_code == 404, each
            assert 'lang="fr"' in page.text
            assert visitor.post(f"/a/{each}", data={"until": "2026-11-27"}).status_code == 404


@given(
    deed=st.sampled_from(Deed), subject=st.sampled_from([Subject.OPPORTUNITY, Subject.TASK, Subject.ALERT]),
    numbers=st.tuples(*[st.integers(0, 2**40)] * 3), minutes=st.integers(0, 2**26), hint=st.none() | st.integers(0, 2**50),
)
def test_a_link_says_what_it_was_made_of(deed: Deed, subject: Subject, numbers: tuple[int, int, int], minutes: int, hint: int | None) -> None:
    link = MailLink(deed, subject, *numbers, moment_of(minutes), hint=hint)
    assert read_link(link.token("k"), "k") == link
    assert read_link(link.token("k"), "another") is None
    assert re.fullmatch(r"[a-z0-9.-]{30,90}", link.token("k"))
