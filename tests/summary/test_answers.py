"""Answering the morning email: done through the same door as all mail, once, by nobody but its reader, and told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.models import (
    AuditLine,
    CrmAddress,
    IncomingMessage,
    Mailbox,
    Opportunity,
    OutgoingMail,
    Task,
    TimelineEntry,
    User,
)
from app.models.summaries import Edition
from app.operations import opportunities
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock
from tests.inbound.mailroom import Arrived, deliver, make_mailbox
from tests.people import Cast
from tests.summary.week import HALF_PAST_SEVEN, TUESDAY, at

pytestmark = pytest.mark.database
PASS = "Authentication-Results: mx.firm.example; dmarc=pass header.from=grandouest.example"
LATER = at(24, 8, 20)


@pytest.fixture
def box(week: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False, authserv_id="mx.firm.example")


def sent_to(user: User, edition: Edition = Edition.MINE) -> OutgoingMail:
    """The morning email of Tuesday, as it was sent."""
    with acting(SYSTEM), clock.frozen(HALF_PAST_SEVEN):
        subscription = queries.subscription_of(user, edition)
        assert subscription is not None
        mail = outbound.send(subscription, TUESDAY, actor=SYSTEM).outgoing
        assert mail is not None
        return mail


def number_of(mail: OutgoingMail, title: str) -> int:
    return next(int(line.partition(".")[0]) for line in mail.text.splitlines() if line.partition(". ")[2] == title)


def answer_to(mail: OutgoingMail, text: str, *, sender: str = "Anna <anna@grandouest.example>", proof: str = PASS, to: str = "", number: int = 1) -> bytes:
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines()[:30])
    lines = [
        proof, f"From: {sender}", f"To: {to or mail.headers['Reply-To']}", f"Subject: Re: {mail.subject}", f"Message-ID: <a{number}@grandouest.example>",
        f"In-Reply-To: <{mail.header_id}>", "Date: Tue, 24 Nov 2026 08:15:00 +0100", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "",
        text, "", "-- ", "Anna Wiśniewska", "+48 600 000 000, standby 2030", "",
        "W dniu wt., 24 lis 2026 o 07:30 Grand Ouest <crm@grandouest.example> napisał(a):",
        "", quoted, "",
    ]
    return "\n".join(line for line in lines[:1] if line).encode() + ("\n" if proof else "").encode() + "\n".join(lines[1:]).encode()


def answered(box: Mailbox, raw: bytes) -> IncomingMessage:
    with clock.frozen(LATER):
        return deliver(box, raw)


def deal(title: str) -> Opportunity:
    with acting(SYSTEM):
        db.session.rollback()
        return db.session.scalars(select(Opportunity).where(Opportunity.title == title)).one()


def told() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == "answer").order_by(OutgoingMail.id)))


@pytest.mark.feature("C47")
def test_a_sale_closed_by_the_line_of_its_task_is_named_and_taken_back(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    answered(box, answer_to(mail, f"{number_of(mail, 'Today')} wygrana 12 000"))
    assert deal("Terminale do magazynu").status is Status.WON
    (said,) = told()
    text = said.text.replace("\u00a0", " ")
    assert "Terminale do magazynu: Zamknięta jako wygrana, kwota końcowa: 12 000 zł" in text
    assert f"/opportunityview/show/{week.terminals.id}" in text and "Otwórz ponownie: Terminale do magazynu" in text
    number = number_of(mail, "Terminale do magazynu")
    answered(box, answer_to(mail, f"przepraszam, pomyłka, cofnij {number}", number=2))
    assert deal("Terminale do magazynu").status is Status.TODO


@pytest.mark.feature("C47")
@pytest.mark.parametrize("text", ["Begun wygrana 500", "standby piątek"])
def test_a_mail_of_its_own_to_the_secret_address_asks_before_anything_is_done(week: Cast, box: Mailbox, text: str) -> None:
    """Of no customer, and not an answer: it means the lines of the last morning email."""
    sent_to(week.anna)
    raw = f"From: Anna <anna@grandouest.example>\nTo: {secret_of(week.anna)}\nSubject: Kurier\nMessage-ID: <own@grandouest.example>\n" \
        f"Date: Tue, 24 Nov 2026 08:15:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    message = answered(box, raw.encode())
    assert (message.state, message.reason) == (State.IGNORED, "answer_asked")
    assert deal("Begun on Monday").status is Status.TODO
    (said,) = told()
    assert said.to_user_id == week.anna.id and "/a/" in said.text and ": Begun on Monday" in said.text


def test_what_asks_for_nothing_waits_for_a_decision(week: Cast, box: Mailbox) -> None:
    sent_to(week.anna)
    raw = f"From: Anna <anna@grandouest.example>\nTo: {secret_of(week.anna)}\nSubject: Mama\nMessage-ID: <mum@grandouest.example>\n" \
        "Date: Tue, 24 Nov 2026 08:15:00 +0100\nContent-Type: text/plain; charset=utf-8\n\nObiad w niedzielę?\n"
    message = answered(box, raw.encode())
    assert (message.state, message.reason) == (State.HELD, "no_external") and told() == []


def secret_of(user: User) -> str:
    return db.session.scalars(select(CrmAddress.address).where(CrmAddress.user_id == user.id)).one()


@pytest.mark.feature("C47")
def test_several_things_by_their_numbers(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    woken, begun, overdue = (number_of(mail, title) for title in ("Woken", "Begun on Monday", "Overdue"))
    message = answered(box, answer_to(mail, f"Cześć,\n{begun} wygrana 1 200,50 zł\n{woken}. przełóż na 3 grudnia, o 14:30\n{overdue} zrobione"))
    assert (message.state, message.reason) == (State.ATTACHED, "answer_done_many")
    assert message.reason_params.items() >= {"sender": "Anna Wiśniewska", "day": "2026-11-24", "count": "3"}.items()
    won, later = deal("Begun on Monday"), deal("Woken")
    assert (won.status, str(won.amount)) == (Status.WON, "1200.50")
    assert (later.status, later.remind_at) == (Status.STANDBY, at(3, 14, 30).replace(month=12))
    assert db.session.scalars(select(Task).where(Task.title == "Overdue")).one().status is TaskStatus.DONE
    lines = list(db.session.scalars(select(AuditLine).where(AuditLine.action == "act_by_answer").order_by(AuditLine.id)))
    assert [(line.actor_id, line.after["message"]) for line in lines] == [(week.anna.id, message.id)] * 3
    (confirmation,) = told()
    assert confirmation.to_address == "anna@grandouest.example"
    assert confirmation.headers["Reply-To"] == mail.headers["Reply-To"]
    assert confirmation.headers["Auto-Submitted"] == "auto-generated"
    for title in ("Begun on Monday", "Woken", "Overdue"):
        assert title in confirmation.text
    assert f"/opportunityview/show/{won.id}" in confirmation.text
    assert "1200,5" in confirmation.text.replace("\N{NO-BREAK SPACE}", "")


def test_exactly_once_however_often_it_comes(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    raw = answer_to(mail, f"{number_of(mail, 'Woken')} notatka: oddzwoni")
    for uid in ("901", "902"):
        with clock.frozen(LATER):
            settle(receive(box.id, Arrived(raw, uid)))
            settle(receive(box.id, Arrived(raw, uid)))
    assert db.session.scalar(select(func.count()).select_from(TimelineEntry).where(TimelineEntry.body == "oddzwoni")) == 1
    assert len(told()) == 1


@pytest.mark.feature("C47", "X3")
@pytest.mark.parametrize("proof", ["", PASS.replace("pass", "fail"), PASS.replace("mx.firm", "mx.evil")])
def test_a_forged_sender_is_refused(week: Cast, box: Mailbox, proof: str) -> None:
    mail = sent_to(week.anna)
    message = answered(box, answer_to(mail, f"{number_of(mail, 'Woken')} standby piątek", proof=proof))
    assert (message.state, message.reason) == (State.HELD, "not_authenticated")
    assert deal("Woken").status is Status.TODO
    assert told() == []


@pytest.mark.parametrize(("sender", "proof"), [
    ("Jean <jean@grandouest.example>", PASS), ("Eve <eve@evil.example>", PASS.replace("grandouest", "evil")),
])
def test_somebody_else_is_not_its_reader(week: Cast, box: Mailbox, sender: str, proof: str) -> None:
    mail = sent_to(week.anna)
    message = answered(box, answer_to(mail, f"{number_of(mail, 'Woken')} standby piątek", sender=sender, proof=proof))
    assert (message.state, message.reason) == (State.HELD, "answer_not_reader")
    assert deal("Woken").status is Status.TODO
    assert told() == []


def test_a_forged_address_is_no_address_of_ours(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    forged = mail.headers["Reply-To"].replace("s-", "s-a", 1)
    raw = answer_to(mail, f"{number_of(mail, 'Woken')} standby piątek", to=forged).replace(f"In-Reply-To: <{mail.header_id}>\n".encode(), b"")
    assert answered(box, raw).state is State.HELD
    assert deal("Woken").status is Status.TODO


def test_to_the_secret_address_it_is_known_by_what_it_answers(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    message = answered(box, answer_to(mail, f"{number_of(mail, 'Woken')} standby piątek", proof="", to=week.crm(week.anna)))
    assert (message.state, message.reason) == (State.ATTACHED, "answer_done")
    assert deal("Woken").remind_at == at(27, 9)


@pytest.mark.feature("C47")
@pytest.mark.parametrize("text", ["standby piątek", "hm, zobaczymy", "{n} chyba wygrana", "{n} przegrana", "{n} standby"])
def test_unsure_asks_and_changes_nothing(week: Cast, box: Mailbox, text: str) -> None:
    mail = sent_to(week.anna)
    before = db.session.scalar(select(func.count()).select_from(TimelineEntry))
    message = answered(box, answer_to(mail, text.format(n=number_of(mail, "Woken"))))
    assert (message.state, message.reason) == (State.IGNORED, "answer_asked")
    assert db.session.scalar(select(func.count()).select_from(TimelineEntry)) == before
    assert deal("Woken").status is Status.TODO
    (question,) = told()
    assert ("/a/" in question.text) == ("zobaczymy" not in text)
    if text == "standby piątek":
        assert "Woken" in question.text
        assert "27 listopada" in question.text


def test_what_is_refused_is_told_and_the_rest_is_done(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    woken, begun = (number_of(mail, title) for title in ("Woken", "Begun on Monday"))
    with acting(SYSTEM):
        opportunities.win(deal("Begun on Monday"), actor=SYSTEM)
    message = answered(box, answer_to(mail, f"{begun} przegrana: cena\n{woken} notatka: dzwonił"))
    assert (message.state, message.reason) == (State.ATTACHED, "answer_done")
    assert deal("Begun on Monday").status is Status.WON
    (mixed,) = told()
    assert "Begun on Monday" in mixed.text
    assert "cena" in mixed.text


def test_rights_are_those_of_the_moment(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    number = number_of(mail, "Woken")
    with acting(SYSTEM):
        item = deal("Woken")
        from app.operations import records

        records.update(item, {"owner": week.tom, "team": None}, actor=SYSTEM)
    message = answered(box, answer_to(mail, f"{number} wygrana 5"))
    assert (message.state, message.reason) == (State.IGNORED, "answer_refused")
    assert deal("Woken").status is Status.TODO


def test_an_old_one_is_not_acted_upon_and_thanks_ask_for_nothing(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    assert answered(box, answer_to(mail, "Dzięki!", number=2)).reason == "answer_empty"
    assert told() == []
    with clock.frozen(LATER + timedelta(days=9)):
        assert deliver(box, answer_to(mail, f"{number_of(mail, 'Woken')} wygrana 5", number=3)).reason == "answer_late"
    assert deal("Woken").status is Status.TODO
    assert len(told()) == 1


def test_an_absence_note_asks_for_nothing(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    raw = answer_to(mail, f"{number_of(mail, 'Woken')} standby piątek").replace(b"MIME-Version", b"Auto-Submitted: auto-replied\nMIME-Version", 1)
    assert answered(box, raw).reason == "auto_reply"
    assert deal("Woken").status is Status.TODO


def test_the_manager_assigns_by_name(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.claire, Edition.TEAM)
    message = answered(box, answer_to(mail, "For nobody yet pour Jean", sender="Claire <claire@grandouest.example>"))
    assert (message.state, message.reason) == (State.ATTACHED, "answer_done")
    assert deal("For nobody yet").owner_id == week.jean.id
    (confirmation,) = told()
    assert "Jean Lefèvre" in confirmation.text
