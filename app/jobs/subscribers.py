"""When X happened, Y follows: heard inside the transaction of X. After the commit the queue is poked."""

from flask import current_app

from app.domain.events import (
    AddressRenewed,
    BecameCoOwner,
    BulkStarted,
    ColleagueInformed,
    Event,
    GrantEnded,
    HandedOver,
    ImportStarted,
    LetterRefused,
    MailQueued,
    MailSettled,
    MeetingTold,
    NoticeAnswered,
    OrderAssigned,
    PasswordChosenAnew,
    PasswordForgotten,
    ReplayStarted,
    RowSaid,
    RowsHandedOver,
    SummaryAnswered,
    TaskDone,
    UserCreated,
    WorkMoved,
)
from app.extensions import db
from app.inbound.self_tests import note_return
from app.inbound.settling import settle_by_answer
from app.jobs.queue import BULK, IMPORT, PASSWORD, REPLAY, SEND, poke
from app.models import IncomingMessage, Mailbox, OutgoingMail, PasswordReset, Task, User, WorkMove
from app.operations.follow_ups import carry_on
from app.operations.grants import grant_of
from app.operations.letters import note_refused
from app.operations.transaction import after_commit, subscribe
from app.outbound import (
    answers,
    handover_notices,
    invitations,
    letter_notices,
    notices,
    order_notices,
    password_letters,
    told_notices,
)
from app.permissions.actor import SYSTEM, acting


@subscribe(UserCreated)
def _welcome(event: UserCreated) -> None:
    user = db.session.get(User, event.user_id)
    if user is not None and user.active:
        notices.welcome(user)


@subscribe(AddressRenewed)
def _tell_the_address(event: AddressRenewed) -> None:
    user = db.session.get(User, event.user_id)
    if user is not None and user.active:
        notices.new_address(user)


@subscribe(MailSettled)
def _explain(event: MailSettled) -> None:
    message = db.session.get(IncomingMessage, event.message_id)
    if message is None:
        return
    if message.reason == "selftest":
        note_return(message)
    notices.settled(message)


@subscribe(SummaryAnswered)
def _confirm(event: SummaryAnswered) -> None:
    with acting(SYSTEM):
        answers.tell(event)


@subscribe(NoticeAnswered)
def _decide_and_tell(event: NoticeAnswered) -> None:
    settled = settle_by_answer(event)
    with acting(SYSTEM):
        notices.notice_answered(event, settled.question)


@subscribe(GrantEnded)
def _ask_for_sign_in(event: GrantEnded) -> None:
    mailbox, grant = db.session.get(Mailbox, event.mailbox_id), grant_of(event.mailbox_id)
    if mailbox is not None and grant is not None:
        notices.sign_in_ended(mailbox, grant.ended_because or "?")


@subscribe(HandedOver)
def _tell_the_holder(event: HandedOver) -> None:
    with acting(SYSTEM):  # the mail, and perhaps the record, are not the giver's to see
        handover_notices.handed_over(event)


@subscribe(BecameCoOwner)
def _tell_the_co_owner(event: BecameCoOwner) -> None:
    with acting(SYSTEM):
        handover_notices.also_responsible(event)


@subscribe(WorkMoved)
def _tell_of_the_work(event: WorkMoved) -> None:
    with acting(SYSTEM):
        handover_notices.work_moved(db.session.get_one(WorkMove, event.move_id))


@subscribe(LetterRefused)
def _tell_the_writer(event: LetterRefused) -> None:
    with acting(SYSTEM):
        mail = db.session.get_one(OutgoingMail, event.outgoing_id)
        note_refused(mail, actor=SYSTEM)
        letter_notices.not_delivered(mail)


@subscribe(ColleagueInformed)
def _tell_the_colleague(event: ColleagueInformed) -> None:
    with acting(SYSTEM):
        told_notices.informed(event)


@subscribe(TaskDone)
def _tell_who_asked(event: TaskDone) -> None:
    with acting(SYSTEM):
        told_notices.done(event)
        carry_on(db.session.get_one(Task, event.task_id), actor=SYSTEM)


@subscribe(OrderAssigned)
def _tell_of_the_order(event: OrderAssigned) -> None:
    with acting(SYSTEM):
        order_notices.assigned(event)


@subscribe(RowSaid)
def _tell_what_was_said(event: RowSaid) -> None:
    with acting(SYSTEM):
        order_notices.said(event)


@subscribe(RowsHandedOver)
def _tell_of_the_rows(event: RowsHandedOver) -> None:
    with acting(SYSTEM):
        order_notices.rows_handed_over(event)


@subscribe(PasswordChosenAnew)
def _tell_of_the_password(event: PasswordChosenAnew) -> None:
    with acting(SYSTEM):
        password_letters.changed(db.session.get_one(PasswordReset, event.reset_id))


@subscribe(MeetingTold)
def _tell_the_guests(event: MeetingTold) -> None:
    with acting(SYSTEM):
        invitations.tell(event)


@after_commit
def _poke(events: list[Event]) -> None:
    url = current_app.config["SETTINGS"].redis_url
    for event in events:
        if isinstance(event, MailQueued):
            poke(url, SEND, event.outgoing_id)
        elif isinstance(event, PasswordForgotten):
            poke(url, PASSWORD, event.reset_id)
        elif isinstance(event, ReplayStarted):
            poke(url, REPLAY, event.replay_id)
        elif isinstance(event, BulkStarted):
            poke(url, BULK, event.change_id)
        elif isinstance(event, ImportStarted):
            poke(url, IMPORT, event.import_id)
