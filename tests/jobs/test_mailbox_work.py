"""What an administrator has done with a mailbox: counts, refused mail, self-tests, old mail, replays. With a real mail server."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.messages import State
from app.domain.runs import RunState
from app.extensions import db
from app.inbound import backfill, decisions
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.jobs import replays as replay_job
from app.jobs.outbox import send
from app.jobs.self_tests import look_after
from app.models import AuditLine, Delivery, IncomingMessage, Mailbox, OutgoingMail, Role, SelfTest, TimelineEntry
from app.operations import backfills, deliveries, polling, replays, self_tests, users
from app.operations.replays import Range
from app.permissions.actor import SYSTEM, Level
from app.queries.mailboxes import Tally, tallies, tally_of
from app.support import clock
from tests.inbound.mailroom import Arrived, make_mailbox, note
from tests.jobs.test_poller import a_mail, a_mailbox, count, eventually, fresh, polling_thread
from tests.people import Cast, actor, make_user
from tests.servers.dovecot import Account
from tests.servers.smtp import SmtpServer

ANNA = "Anna <anna@grandouest.example>"


def adds_up(mailbox: Mailbox) -> Tally:
    """The tally, after a look at the tables themselves: every message and every delivery without one is in it once."""
    db.session.rollback()
    tally = tally_of(mailbox)
    of_it = Delivery.mailbox_id == mailbox.id
    messages = db.session.scalar(select(func.count(Delivery.message_id.distinct())).where(of_it)) or 0
    unread = count(Delivery, of_it, Delivery.message_id.is_(None))
    assert tally.received == messages + unread
    assert tally.deliveries == count(Delivery, of_it)
    return tally


def states(tally: Tally) -> dict[str, int]:
    return {state.value: number for state, number in tally.states.items() if number}


@pytest.mark.feature("X2")
def test_the_counts_add_up_at_each_step(cast: Cast, app: Flask) -> None:
    one, two = make_mailbox("one"), make_mailbox("two")
    raw = note(ANNA, "k.dudek@jesion.example", envelope=cast.crm(cast.anna))
    stranger = note("Zofia <zofia@nowa.example>", "somebody@else.example")
    first = receive(one.id, Arrived(raw, "1"))  # killed here: it is kept and not filed
    assert states(adds_up(one)) == {"received": 1}
    receive(one.id, Arrived(raw, "1"))  # the source offers it again
    assert states(adds_up(one)) == {"received": 1}
    settle(first)
    assert states(adds_up(one)) == {"attached": 1}
    twin = receive(one.id, Arrived(raw, "2"))  # the same message once more
    assert states(adds_up(one)) == {"received": 1, "attached": 1}
    settle(twin)
    settle(receive(two.id, Arrived(raw, "1")))
    assert (states(adds_up(one)), adds_up(one).deliveries) == ({"attached": 1}, 2)
    assert states(adds_up(two)) == {"attached": 1}
    settle(receive(two.id, Arrived(stranger, "2")))
    assert states(adds_up(two)) == {"attached": 1, "held": 1}
    held = db.session.scalars(select(IncomingMessage).where(IncomingMessage.state == State.HELD)).one()
    decisions.ignore(held, actor=SYSTEM)
    assert states(adds_up(two)) == {"attached": 1, "ignored": 1}
    decisions.replay(held, actor=SYSTEM)
    assert states(adds_up(two)) == {"attached": 1, "held": 1}
    broken = receive(two.id, Arrived(b"From: a@b.example\n\nx", "3"))
    for attempt in range(deliveries.MAX_ATTEMPTS):
        assert states(adds_up(two)) == {"attached": 1, "held": 1, "received": 1}, attempt
        deliveries.note_failure(broken, "broken", "ref", actor=SYSTEM)
    assert states(adds_up(two)) == {"attached": 1, "held": 1, "failed": 1}
    assert set(tallies()) == {one.id, two.id}


def test_a_replayed_message_that_fails_again_is_counted_as_failed(cast: Cast) -> None:
    mailbox = make_mailbox()
    settle(key := receive(mailbox.id, Arrived(note("Zofia <zofia@nowa.example>", "somebody@else.example"), "1")))
    message = db.session.get_one(Delivery, key).message
    replays.start_replay(mailbox, a_range(), actor=SYSTEM)
    replays.take_portion(replays.running()[0], actor=SYSTEM)  # killed before it was settled
    assert states(adds_up(mailbox)) == {"received": 1} and deliveries.due() == [key]
    for _ in range(deliveries.MAX_ATTEMPTS):
        deliveries.note_failure(key, "broken", "ref", actor=SYSTEM)
    assert states(adds_up(mailbox)) == {"failed": 1}
    assert (message.state, message.reason) == (State.FAILED, "gave_up")


# ---- what the server does not give


def a_refused_one(account: Account, number: int) -> Path:
    """Delivers a message that the server may not read itself."""
    folder = account.server.folder / "mail" / account.user
    before = set(folder.glob("new/*"))
    account.deliver(a_mail(number))
    (made,) = set(folder.glob("new/*")) - before
    made.chmod(0)
    return made


@pytest.mark.feature("X2")
def test_what_the_server_does_not_give_is_seen_and_asked_for_again(app: Flask, cast: Cast, mail_account: Account, client_of: Any) -> None:
    mail_account.deliver(a_mail(1))
    path = a_refused_one(mail_account, 2)
    mail_account.deliver(a_mail(3))
    mailbox = a_mailbox(mail_account, move_to="Filed")
    with polling_thread(app):
        eventually(lambda: fresh(mailbox.id).last_uid >= 3)
        refused = db.session.scalars(select(Delivery).where(Delivery.raw_sha256 == "")).one()
        assert refused.state is State.FAILED and refused.error and refused.uid == "2"
        assert adds_up(mailbox).received == 3 and states(adds_up(mailbox))["failed"] == 1
        ada = client_of(cast.ada)
        page = ada.get(f"/incomingmail/?state=failed&mailbox={mailbox.id}").text
        assert "A message that the server did not give" in page and "mail behind it is read on" in page
        ada.post(f"/incomingmail/delivery/{refused.id}/ignore")  # set aside, then wanted after all
        assert states(adds_up(mailbox)).get("ignored") == 1
        (moved,) = path.parent.parent.glob(f"*/{path.name}*")
        moved.chmod(0o644)
        ada.post(f"/incomingmail/delivery/{refused.id}/replay")
        db.session.rollback()
        mail_account.deliver(a_mail(4))  # wakes the reader
        eventually(lambda: count(IncomingMessage, IncomingMessage.subject == "Offer 2"))
        eventually(lambda: not count(IncomingMessage, IncomingMessage.state == State.RECEIVED))
    assert count(Delivery) == count(IncomingMessage) == 4


# ---- self-tests


def its_test(mailbox: Mailbox) -> SelfTest:
    db.session.rollback()
    return db.session.scalars(select(SelfTest).where(SelfTest.mailbox_id == mailbox.id).order_by(SelfTest.id.desc()).limit(1)).one()


@pytest.fixture
def sending(app: Flask, smtp: SmtpServer) -> SmtpServer:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=smtp.port)
    app.extensions["mail"].port = smtp.port
    return smtp


@pytest.mark.feature("X2")
def test_a_self_test_comes_back(app: Flask, cast: Cast, mail_account: Account, sending: SmtpServer) -> None:
    mailbox = a_mailbox(mail_account, is_trusted=False)
    with polling_thread(app):
        look_after()  # the daily one
        test = its_test(mailbox)
        assert test.outgoing_id is not None
        send(test.outgoing_id)
        (sent,) = sending.wait_for(1)
        assert sent.recipients == (mail_account.user,) and mail_account.user not in sent.raw.decode()
        mail_account.deliver(sent.raw)
        eventually(lambda: its_test(mailbox).back_at)
    assert {"Delivered-To"} <= set(its_test(mailbox).headers)
    message = db.session.scalars(select(IncomingMessage)).one()
    assert (message.state, message.kind, message.reason) == (State.IGNORED, "own", "selftest")
    assert count(TimelineEntry, TimelineEntry.message_id == message.id) == 0
    before = count(SelfTest)
    look_after()  # once a day is enough
    assert count(SelfTest) == before
    with clock.frozen(clock.now() + timedelta(hours=25)):
        look_after()
    assert count(SelfTest) == before + 1


def test_a_self_test_that_stays_away_is_told_once(app: Flask, cast: Cast, mail_account: Account, sending: SmtpServer, client_of: Any) -> None:
    mailbox = a_mailbox(mail_account, is_tested=False)
    self_tests.begin_self_test(mailbox, actor=SYSTEM)
    look_after()
    told = OutgoingMail.event == "notice:selftest"
    assert count(OutgoingMail, told) == 0
    with clock.frozen(clock.now() + self_tests.PATIENCE + timedelta(minutes=1)):
        look_after()
        look_after()
        notice = db.session.scalars(select(OutgoingMail).where(told)).one()
        assert notice.to_user_id == cast.ada.id and mail_account.user in notice.text
        assert "Did not come back" in client_of(cast.ada).get(f"/mailboxview/show/{mailbox.id}").text


def test_another_s_token_is_no_return(app: Flask, cast: Cast) -> None:
    assert self_tests.marked(f"{self_tests.SUBJECT} {self_tests.mark_of('word')}") == "word"
    assert self_tests.marked(f"{self_tests.SUBJECT} word.aaaaaaaaaaaaaaaa") is None
    assert self_tests.marked("Offer") is None


# ---- old mail


@pytest.mark.feature("X2")
def test_old_mail_is_read_behind_the_live_mail_and_goes_on_after_a_kill(app: Flask, cast: Cast, mail_account: Account) -> None:
    for number in range(60):
        mail_account.deliver(a_mail(number))
    mailbox = a_mailbox(mail_account, uidvalidity=None)
    since = clock.now().date() - timedelta(days=2)
    with polling_thread(app):
        eventually(lambda: fresh(mailbox.id).last_success_at)
    assert count(Delivery) == 0
    run = backfill.begin(fresh(mailbox.id), since, actor=SYSTEM)
    assert (run.total, run.end_uid) == (60, 60)
    # A first poller did one portion and was killed: its process is no more, its lease lies there.
    assert backfills.lease_backfill(run.id, "elsewhere:1:x", actor=SYSTEM)
    backfills.advance_backfill(run.id, "elsewhere:1:x", last_uid=0, count=0, actor=SYSTEM)
    assert not backfills.lease_backfill(run.id, "me", actor=SYSTEM)
    with clock.frozen(clock.now() + polling.lease_time() + timedelta(seconds=1)):
        assert backfills.lease_backfill(run.id, "me", actor=SYSTEM)
    with pytest.raises(polling.LeaseLost):
        backfills.advance_backfill(run.id, "elsewhere:1:x", last_uid=50, count=50, actor=SYSTEM)
    release(run.id)
    with polling_thread(app):
        mail_account.deliver(a_mail(100))
        eventually(lambda: count(IncomingMessage, IncomingMessage.subject == "Offer 100"))
        eventually(lambda: fresh_run(run.id).state is RunState.DONE)
    assert fresh_run(run.id).done == 60
    assert count(Delivery) == count(IncomingMessage) == 61
    again = backfill.begin(fresh(mailbox.id), since, actor=SYSTEM)
    backfills.stop_backfill(fresh(mailbox.id), actor=SYSTEM)
    assert fresh_run(again.id).state is RunState.STOPPED and backfill.running_backfills() == []


@pytest.mark.feature("A1")
def test_old_mail_is_not_read_for_who_lost_the_right_while_it_waited(app: Flask, cast: Cast, mail_account: Account) -> None:
    for number in range(3):
        mail_account.deliver(a_mail(number))
    mailbox, second = a_mailbox(mail_account, uidvalidity=None), make_user("Iga", "Lis", Level.ADMINISTRATOR, "pl", [])
    with polling_thread(app):
        eventually(lambda: fresh(mailbox.id).last_success_at)
    run = backfill.begin(fresh(mailbox.id), clock.now().date() - timedelta(days=2), actor=actor(second)).id
    salesperson = db.session.scalars(select(Role).where(Role.name == Level.USER.value)).one()
    users.update_user(second, {"roles": [salesperson]}, actor=SYSTEM)
    with polling_thread(app):
        eventually(lambda: fresh_run(run).state is RunState.FAILED)
    assert (fresh_run(run).done, count(Delivery), count(IncomingMessage)) == (0, 0, 0)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "stop_backfill")).one()
    assert line.after == {"because": "forbidden", "messages": 0}


def fresh_run(key: int) -> Any:
    from app.models import Backfill

    db.session.rollback()
    return db.session.get_one(Backfill, key, populate_existing=True)


def release(key: int) -> None:
    """As if the holder had been seen to be dead."""
    assert backfills.lease_backfill(key, "gone", dead=("me",), actor=SYSTEM)
    with clock.frozen(clock.now() - timedelta(hours=1)):
        assert backfills.lease_backfill(key, "gone", actor=SYSTEM)


# ---- replays


def a_range(**more: Any) -> Range:
    now = datetime.now(UTC)
    return Range(**{"since": now - timedelta(days=1), "until": now + timedelta(days=1), "states": (State.HELD, State.FAILED), **more})


@pytest.mark.feature("X2")
def test_a_range_is_replayed_once(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "PORTION", 4)
    mailbox, other = make_mailbox("one"), make_mailbox("two")
    for number in range(10):
        raw = note(f"Zofia <zofia{number}@nowa.example>", "somebody@else.example")
        settle(receive(mailbox.id, Arrived(raw, str(number))))
        settle(receive(other.id, Arrived(note(f"Ewa <ewa{number}@nowa.example>", "somebody@else.example"), str(number))))
    assert states(adds_up(mailbox)) == {"held": 10}
    assert replays.count_range(mailbox, a_range()) == 10
    assert replays.count_range(mailbox, a_range(reason="rate")) == replays.count_range(mailbox, a_range(states=(State.IGNORED,))) == 0
    run = replays.start_replay(mailbox, a_range(), actor=SYSTEM)
    settle(receive(mailbox.id, Arrived(note("Late <late@nowa.example>", "somebody@else.example"), "late")))  # not in it
    assert len(replays.take_portion(run.id, actor=SYSTEM) or []) == 4  # killed here: what was taken is due
    assert states(adds_up(mailbox)) == {"received": 4, "held": 7}
    replay_job.go_on(run.id)
    for key in deliveries.due():
        settle(key)
    assert states(adds_up(mailbox)) == {"held": 11}
    assert (run.state, run.done) == (RunState.DONE, 10)
    moves = db.session.execute(select(IncomingMessage.version).where(IncomingMessage.deliveries.any(Delivery.mailbox_id == mailbox.id))).scalars()
    assert len(set(moves)) == 2, "each once, the late one not at all"
    assert replays.running() == []


def test_the_screen_counts_first(app: Flask, cast: Cast, client_of: Any) -> None:
    mailbox = make_mailbox()
    settle(receive(mailbox.id, Arrived(note("Zofia <zofia@nowa.example>", "somebody@else.example"), "1")))
    day = clock.now().date()
    form = {"since": (day - timedelta(days=1)).isoformat(), "until": (day + timedelta(days=1)).isoformat(), "states": "held failed", "reason": ""}
    ada = client_of(cast.ada)
    page = ada.get(f"/mailboxview/show/{mailbox.id}").text
    assert f"/incomingmail/?days=0&amp;state=held&amp;mailbox={mailbox.id}" in page and "in 1 delivery" in page
    assert "1 message fits." in ada.post(f"/mailboxview/replay/{mailbox.id}", data=form).text
    assert not replays.running()
    assert "The replay has begun." in ada.post(f"/mailboxview/replay/{mailbox.id}", data={**form, "confirmed": "1"}, follow_redirects=True).text
    assert len(replays.running()) == 1
    refused = ada.post(f"/mailboxview/replay/{mailbox.id}", data={**form, "confirmed": "1"}, follow_redirects=True)
    assert "runs already" in refused.text
    ada.post(f"/mailboxview/replay_stop/{mailbox.id}")
    assert not replays.running()
    assert "Choose a day." in ada.post(f"/mailboxview/backfill/{mailbox.id}", data={"since": "x"}, follow_redirects=True).text
    claire = client_of(cast.claire)
    assert "k-addup" not in claire.get(f"/mailboxview/show/{mailbox.id}").text
    for name in ("selftest", "backfill", "backfill_stop", "replay", "replay_stop"):
        assert claire.post(f"/mailboxview/{name}/{mailbox.id}", data=form).status_code in (302, 403)
    assert not replays.running()
    assert client_of(cast.anna).get(f"/incomingmail/?mailbox={mailbox.id}").status_code == 404


def test_the_command_line(app: Flask, cast: Cast) -> None:
    mailbox = make_mailbox()
    settle(receive(mailbox.id, Arrived(note("Zofia <zofia@nowa.example>", "somebody@else.example"), "1")))

    def crm(*arguments: str, **more: Any) -> Any:
        return app.test_cli_runner().invoke(args=["crm", "mailbox", *arguments], **more)

    counts = json.loads(crm("list", "--json").output)["messages"]
    assert counts["received"] == sum(counts["states"].values()) == counts["states"]["held"] == counts["deliveries"] == 1
    yesterday = (clock.now().date() - timedelta(days=1)).isoformat()
    asked = crm("replay", "inbox", "--from", yesterday, input="n\n")
    assert "1 messages fit" in asked.output and asked.exit_code == 1 and not replays.running()
    assert json.loads(crm("replay", "inbox", "--from", yesterday, "--yes", "--json").output)["total"] == 1
    assert "stopped" in crm("replay", "inbox", "--stop").output
    assert "not read yet" in crm("backfill", "inbox", "--since", yesterday).output
    assert "Type the e-mail address" in crm("selftest", "inbox").output
