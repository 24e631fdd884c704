"""When the summary goes out: at its hour, once, on working days, if there is something to say."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.cli.summary import summary as command
from app.domain.errors import DomainError
from app.extensions import db
from app.jobs.outbox import send
from app.jobs.summaries import due_day, send_due
from app.models import OutgoingMail, SummarySending, SummarySubscription, User
from app.models.summaries import Edition
from app.operations import records
from app.operations.transaction import atomic
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.people import Cast
from tests.servers.smtp import SmtpServer
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY, at, set_back


def summaries() -> list[OutgoingMail]:
    db.session.rollback()  # what other sessions wrote
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "summary").order_by(OutgoingMail.id)))


def receivers() -> list[str]:
    return sorted(mail.to_address.partition("@")[0] for mail in summaries())


@atomic
def change(subscription: SummarySubscription, **values: object) -> None:
    for name, value in values.items():
        setattr(subscription, name, value)


@atomic
def change_user(user: User, **values: object) -> None:
    for name, value in values.items():
        setattr(user, name, value)


def anna_of(week: Cast) -> SummarySubscription:
    subscription = queries.subscription_of(week.anna, Edition.MINE)
    assert subscription is not None
    return subscription


@pytest.mark.feature("C47")
def test_at_half_past_seven_in_warsaw(week: Cast) -> None:
    subscription = anna_of(week)
    with clock.frozen(HALF_PAST_SEVEN - timedelta(seconds=1)):
        assert due_day(subscription) is None
        assert send_due() == 0
    with clock.frozen(HALF_PAST_SEVEN):
        assert due_day(subscription) == TUESDAY
        assert send_due() == 4  # Anna, Jean, Claire twice; Tom's clock in London shows half past six
    assert receivers() == ["anna", "claire", "claire", "jean"]
    with clock.frozen(HALF_PAST_SEVEN + timedelta(hours=1)):
        assert send_due() == 2  # Tom, and Ada, who has nothing to read
    assert receivers() == ["anna", "claire", "claire", "jean", "tom"]


@pytest.mark.feature("X6")
def test_a_worker_that_was_down_sends_it_once_when_back(week: Cast) -> None:
    with clock.frozen(at(24, 16, 5)):
        assert send_due() == 6
        assert send_due() == 0
    with clock.frozen(at(24, 23, 59)):
        assert send_due() == 0
    assert len(summaries()) == 5


def test_a_morning_that_was_slept_through_is_not_told_the_next_day(week: Cast) -> None:
    with clock.frozen(at(25, 7, 29)):
        assert send_due() == 0


@pytest.mark.feature("X6")
def test_two_workers_at_the_same_moment(app: Flask, week: Cast) -> None:
    start, counts = threading.Barrier(2), []

    def work() -> None:
        with app.app_context(), acting(SYSTEM), clock.frozen(HALF_PAST_SEVEN):
            start.wait()
            counts.append(send_due())
            db.session.remove()

    db.session.rollback()
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 4
    assert receivers() == ["anna", "claire", "claire", "jean"]
    assert db.session.scalar(select(func.count()).select_from(SummarySending)) == 4


def test_the_second_of_two_is_refused_by_the_database(week: Cast) -> None:
    subscription = anna_of(week)
    with clock.frozen(HALF_PAST_SEVEN):
        outbound.send(subscription, TUESDAY, actor=SYSTEM)
        with pytest.raises(DomainError) as refusal:
            outbound.send(subscription, TUESDAY, actor=SYSTEM)
    assert refusal.value.code == "already_sent"


@pytest.mark.feature("C47")
def test_an_empty_day_is_recorded_without_a_mail(cast: Cast) -> None:
    set_back(cast)
    for item in (cast.terminals,):
        records.archive(item, actor=SYSTEM)
    with clock.frozen(HALF_PAST_SEVEN):
        assert send_due() == 4
        assert "anna" not in receivers()
        sending = queries.sending_of(anna_of(cast).id, TUESDAY)
        assert sending is not None
        assert (sending.outgoing_id, sending.figures) == (None, {})
        assert send_due() == 0


@pytest.mark.feature("C47")
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(22, 12), []),  # Sunday
        (at(11, 12), ["tom"]),  # a holiday in France and in Poland
        (datetime(2026, 7, 14, 10, tzinfo=UTC), ["anna", "tom"]),  # in France alone
    ],
)
def test_none_on_a_free_day(week: Cast, moment: datetime, expected: list[str]) -> None:
    for subscription in db.session.scalars(select(SummarySubscription)):
        change(subscription, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    with clock.frozen(moment):
        send_due()
    assert receivers() == expected


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        # Clocks go forward on Sunday 28 March 2027: half past seven comes an hour earlier on Monday.
        (date(2027, 3, 26), datetime(2027, 3, 26, 6, 30, tzinfo=UTC), datetime(2027, 3, 26, 22, 59, tzinfo=UTC)),
        (date(2027, 3, 30), datetime(2027, 3, 30, 5, 30, tzinfo=UTC), datetime(2027, 3, 30, 21, 59, tzinfo=UTC)),
        # They go back on Sunday 25 October 2026.
        (date(2026, 10, 23), datetime(2026, 10, 23, 5, 30, tzinfo=UTC), datetime(2026, 10, 23, 21, 59, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 26, 6, 30, tzinfo=UTC), datetime(2026, 10, 26, 22, 59, tzinfo=UTC)),
    ],
)
def test_days_around_a_change_of_the_clocks(week: Cast, day: date, first: datetime, last: datetime) -> None:
    subscription = anna_of(week)
    change(subscription, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    for moment, due in ((first - timedelta(seconds=1), None), (first, day), (last, day)):
        with clock.frozen(moment):
            assert due_day(subscription) == due


def test_where_an_hour_comes_twice_it_is_sent_once(week: Cast) -> None:
    """In Cairo clocks go back at midnight between Thursday and Friday: 23:30 on Thursday comes twice."""
    subscription = anna_of(week)
    change_user(week.anna, time_zone="Africa/Cairo", country="EG")
    change(subscription, created_at=datetime(2026, 1, 1, tzinfo=UTC), send_at=time(23, 30))
    day = date(2026, 10, 29)
    with clock.frozen(datetime(2026, 10, 29, 20, 30, tzinfo=UTC)):
        assert due_day(subscription) == day
        outbound.send(subscription, day, actor=SYSTEM)
    with clock.frozen(datetime(2026, 10, 29, 21, 30, tzinfo=UTC)):
        assert due_day(subscription) == day
        with pytest.raises(DomainError):
            outbound.send(subscription, day, actor=SYSTEM)


def test_whoever_subscribes_in_the_afternoon_waits_for_tomorrow(week: Cast) -> None:
    subscription = anna_of(week)
    change(subscription, created_at=at(24, 9))
    with clock.frozen(at(24, 12)):
        assert due_day(subscription) is None
    with clock.frozen(at(25, 7, 30)):
        assert due_day(subscription) == date(2026, 11, 25)


def test_neither_to_the_unsubscribed_nor_to_those_who_left(week: Cast) -> None:
    change(anna_of(week), is_active=False)
    change_user(week.jean, active=False)
    with clock.frozen(HALF_PAST_SEVEN):
        send_due()
    assert receivers() == ["claire", "claire"]


def test_the_trouble_of_one_reader_is_not_that_of_the_others(week: Cast) -> None:
    change_user(week.jean, time_zone="Mars/Olympus")
    with clock.frozen(HALF_PAST_SEVEN):
        assert send_due() == 3
    assert receivers() == ["anna", "claire", "claire"]


@pytest.mark.feature("C47", "X6")
def test_it_arrives(app: Flask, week: Cast, smtp: SmtpServer) -> None:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=smtp.port)
    mail_settings = app.extensions["mail"]
    mail_settings.server, mail_settings.port = "127.0.0.1", smtp.port
    with clock.frozen(HALF_PAST_SEVEN):
        send_due()
        for mail in summaries():
            send(mail.id)
            send(mail.id)
    arrived = {received.recipients[0]: received.message for received in smtp.wait_for(4)}
    assert len(smtp.messages) == 4
    message = arrived["anna@grandouest.example"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/summary/stop/")
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()][-2:] == ["text/plain", "text/html"]


def test_by_hand(app: Flask, week: Cast) -> None:
    run = app.test_cli_runner()
    with clock.frozen(at(24, 6)):
        shown = run.invoke(command, ["send", "--to", "anna", "--dry-run"])
        assert shown.exit_code == 0, shown.output
        assert "Won on Monday" in shown.output
        assert not summaries()
        assert run.invoke(command, ["send", "--to", "anna"]).exit_code == 0
        refused = run.invoke(command, ["send", "--to", "anna@grandouest.example"])
        assert refused.exit_code == 1
        assert "already" in refused.output
        assert run.invoke(command, ["send", "--to", "anna", "--again"]).exit_code == 0
    assert receivers() == ["anna", "anna"]
    assert run.invoke(command, ["send", "--to", "nobody"]).exit_code == 1
    assert run.invoke(command, ["send", "--to", "anna", "--edition", "team"]).exit_code == 1
