"""Work waits in the real queue while its person is switched off or loses a right: it does nothing that they may not any more."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.messages import State
from app.domain.runs import RunState
from app.extensions import db
from app.inbound.receive import receive
from app.jobs.queue import MOVE, SETTLE, enqueue
from app.models import AuditLine, Delivery, Handover, Opportunity, OutgoingMail, Profile, Replay, User, WorkMove
from app.models.outbox import OutgoingState
from app.models.summaries import Edition
from app.operations import handing, records, replays, users, work_moves
from app.operations.transaction import atomic
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, Level
from app.queries import summary as queries
from app.support import clock
from tests.inbound.mailroom import Arrived, deliver, make_mailbox, note
from tests.jobs.test_queue import eventually, queue, state_of, working
from tests.people import Cast, actor, make_user
from tests.servers.smtp import SmtpServer
from tests.summary.week import TUESDAY, make_week, set_back

__all__ = ["queue"]
pytestmark = [pytest.mark.database, pytest.mark.feature("A1")]


def switch_off(user: User) -> None:
    users.switch_off(user, actor=SYSTEM)


def mail_about(title: str) -> OutgoingMail:
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.subject.contains(title))).one()


def audited(action: str) -> int:
    return db.session.scalar(select(func.count(AuditLine.id)).where(AuditLine.action == action)) or 0


def test_a_notice_does_not_reach_who_was_switched_off(app: Flask, queue: Any, cast: Cast, smtp: SmtpServer) -> None:
    handing.give(cast.labellers, cast.anna, actor=actor(cast.jean))
    mail_id = mail_about("Étiqueteuses 2027").id
    assert f"outbox-send-{mail_id}" in queue.job_ids, "it waits"
    switch_off(cast.anna)
    with working(app, smtp):
        eventually(lambda: state_of(mail_id) is OutgoingState.FAILED)
    assert not [each for each in smtp.messages if cast.anna.email in each.recipients]
    assert audited("withhold_mail") == 1


def test_a_notice_of_a_record_that_left_the_scope_is_not_sent(app: Flask, queue: Any, cast: Cast, smtp: SmtpServer) -> None:
    handing.give(cast.labellers, cast.anna, actor=actor(cast.jean))
    mail_id = mail_about("Étiqueteuses 2027").id
    assert f"outbox-send-{mail_id}" in queue.job_ids
    handing.give(cast.labellers, cast.tom, actor=SYSTEM)
    with working(app, smtp):
        eventually(lambda: state_of(mail_id) is OutgoingState.FAILED)
        eventually(lambda: any(cast.tom.email in each.recipients for each in smtp.messages) or not queue.job_ids)
    assert not [each for each in smtp.messages if cast.anna.email in each.recipients and "tiqueteuses" in str(each.message["Subject"])]


def test_a_summary_that_waits_tells_what_may_be_known_when_it_goes(app: Flask, queue: Any, cast: Cast, smtp: SmtpServer) -> None:
    set_back(cast)
    make_week(cast)
    subscription = queries.subscription_of(cast.claire, Edition.TEAM)
    assert subscription is not None
    amounts = "PLN"
    sending = outbound.send(subscription, TUESDAY, actor=SYSTEM)
    assert sending.outgoing is not None and amounts in sending.outgoing.text
    mail_id = sending.outgoing.id
    assert f"outbox-send-{mail_id}" in queue.job_ids
    for profile in db.session.scalars(select(Profile)):
        records.update(profile, {"fields": {**profile.fields, "Opportunity": {"amount": "hidden", "probability": "hidden"}}}, actor=SYSTEM)
    with working(app, smtp):
        eventually(lambda: state_of(mail_id) is not OutgoingState.PENDING and state_of(mail_id) is not OutgoingState.SENDING)
    assert state_of(mail_id) is OutgoingState.SENT
    (sent,) = [each.message for each in smtp.messages if cast.claire.email in each.recipients and "List-Unsubscribe" in each.message]
    texts = [part.get_payload(decode=True) for part in sent.walk() if not part.is_multipart()]
    assert len(texts) == 2 and not [each for each in texts if amounts.encode() in each], "neither as text nor as HTML"


def test_a_move_of_work_ends_with_the_rights_of_who_began_it(
    app: Flask, queue: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work_moves, "PORTION", 1)
    move = work_moves.start_move(cast.jean, cast.anna, actor=actor(cast.claire))
    assert work_moves.go_on(move.id) and move.done == 1
    key, left = move.id, _held(cast.jean)
    enqueue(queue.connection, MOVE, key)
    give_up_management(cast.claire)
    with working(app):
        eventually(lambda: db.session.get_one(WorkMove, key, populate_existing=True).state is RunState.FAILED)
    assert _held(cast.jean) == left, "not one more"
    assert audited("stop_work_move") == 1


def test_work_is_not_given_back_by_who_was_switched_off(app: Flask, queue: Any, cast: Cast) -> None:
    move = work_moves.start_move(cast.jean, cast.anna, actor=actor(cast.claire))
    while work_moves.go_on(move.id):
        pass
    back = work_moves.give_back(move, actor=actor(cast.claire))
    key, left = back.id, _held(cast.anna)
    enqueue(queue.connection, MOVE, key)
    switch_off(cast.claire)
    with working(app):
        eventually(lambda: db.session.get_one(WorkMove, key, populate_existing=True).state is RunState.FAILED)
    assert _held(cast.anna) == left
    assert db.session.scalar(select(func.count(Handover.id)).where(Handover.move_id == key)) == 0


def test_a_replay_ends_with_the_rights_of_who_began_it(app: Flask, queue: Any, cast: Cast) -> None:
    mailbox, second = make_mailbox(), make_user("Iga", "Lis", Level.ADMINISTRATOR, "pl", [])
    message = deliver(mailbox, note("stranger@x.example", "nobody@crm.grandouest.example", envelope="nobody@crm.grandouest.example"))
    wanted = replays.Range(clock.now().replace(year=2020), clock.now().replace(year=2030), (message.state,))
    began, key, state = message.updated_at, message.id, message.state
    assert state in replays.REPLAYABLE
    replay = replays.start_replay(mailbox, wanted, actor=actor(second)).id
    assert f"replays-go_on-{replay}" in queue.job_ids
    switch_off(second)
    with working(app):
        eventually(lambda: db.session.get_one(Replay, replay, populate_existing=True).state is RunState.FAILED)
    again = db.session.get_one(type(message), key, populate_existing=True)
    assert (again.updated_at, again.state) == (began, state)


def test_mail_of_who_was_switched_off_before_it_was_settled_waits_for_a_decision(app: Flask, queue: Any, cast: Cast) -> None:
    mailbox, before = make_mailbox(), db.session.scalar(select(func.count(Opportunity.id)))
    raw = note(cast.anna.email, "p.rawa@rawa.example", envelope=cast.crm(cast.anna), subject="Nowa oferta")
    key = receive(mailbox.id, Arrived(raw, "1"))
    enqueue(queue.connection, SETTLE, key)
    switch_off(cast.anna)
    with working(app):
        eventually(lambda: db.session.get_one(Delivery, key, populate_existing=True).state is State.HELD)
    message = db.session.get_one(Delivery, key).message
    assert message is not None and message.reason == "inactive_user"
    assert db.session.scalar(select(func.count(Opportunity.id))) == before


def _held(user: User) -> int:
    return db.session.scalar(select(func.count(Opportunity.id)).where(Opportunity.owner_id == user.id)) or 0


@atomic
def give_up_management(user: User) -> None:
    for seat in user.memberships:
        seat.is_manager = False
    db.session.flush()
    users.update_user(user, {"roles": [each for each in user.roles if each.name == "Team manager"], "language": "en"}, actor=SYSTEM)
