"""What was done by answering the morning email is taken back by answering its confirmation: once, as it was, by nobody else."""

from typing import Any

import pytest

from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.inbound.mime.answer_parts import takes_back
from app.models import IncomingMessage, Mailbox, OutgoingMail, Task, TimelineEntry
from app.models.summaries import Edition
from app.operations import opportunities
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.inbound.mailroom import make_mailbox
from tests.people import Cast
from tests.summary.test_answers import PASS, answer_to, answered, deal, number_of, sent_to, told
from tests.summary.week import at

pytestmark = [pytest.mark.database, pytest.mark.feature("C47")]


@pytest.fixture
def box(week: Cast) -> Mailbox:
    return make_mailbox(is_trusted=False, authserv_id="mx.firm.example")


def put_off(week: Cast, box: Mailbox, text: str = "standby piątek") -> OutgoingMail:
    """The confirmation of an answer about one opportunity."""
    mail = sent_to(week.anna)
    answered(box, answer_to(mail, f"{number_of(mail, 'Begun on Monday')} {text}"))
    return told()[-1]


def undone(box: Mailbox, confirmation: OutgoingMail, text: str = "cofnij", number: int = 7, **more: Any) -> IncomingMessage:
    return answered(box, answer_to(confirmation, text, number=number, **more))


@pytest.mark.parametrize("text", ["cofnij", "Annule", "undo", "Cofnij to, pomyłka", "Oups, annule stp", "annule ça, erreur", "please undo that"])
def test_a_standby_is_taken_back(week: Cast, box: Mailbox, text: str) -> None:
    confirmation = put_off(week, box)
    item = deal("Begun on Monday")
    assert (item.status, item.remind_at) == (Status.STANDBY, at(27, 9)) and "„cofnij”" in confirmation.text
    message = undone(box, confirmation, text)
    assert (message.state, message.reason) == (State.ATTACHED, "answer_done")
    item = deal("Begun on Monday")
    assert (item.status, item.remind_at, item.woken_at) == (Status.TODO, None, None)
    last = told()[-1]
    assert last.to_user_id == week.anna.id and "Begun on Monday" in last.subject and "cofnij" not in last.text.partition("\n> ")[0]
    codes = [each.code for each in db.session.query(TimelineEntry).filter_by(opportunity_id=item.id).order_by(TimelineEntry.id)]
    assert codes[-2:] == ["put_on_standby", "standby_undone"]


def test_each_thing_is_as_it_was_before(week: Cast, box: Mailbox) -> None:
    """The day of a task, a sale, a task that was done; what was given away is out of reach, and that is said."""
    mail = sent_to(week.anna)
    number = {title: number_of(mail, title) for title in ("Begun on Monday", "Woken", "Overdue", "Today")}
    wanted = {"Woken": "przegrana: cena", "Begun on Monday": "dla Jeana", "Overdue": "zrobione", "Today": "jutro"}
    answered(box, answer_to(mail, "\n".join(f"{number[title]} {words}" for title, words in wanted.items())))
    tasks = {each.title: each for each in db.session.query(Task)}
    assert deal("Woken").status is Status.LOST and deal("Begun on Monday").owner_id == week.jean.id and tasks["Overdue"].status is TaskStatus.DONE
    due = tasks["Today"].due_at
    assert undone(box, told()[-1]).reason == "answer_done_many"
    tasks = {each.title: each for each in db.session.query(Task)}
    assert deal("Woken").status is Status.TODO
    assert deal("Begun on Monday").owner_id == week.jean.id and "nie masz już do tego dostępu" in told()[-1].text
    assert tasks["Overdue"].status is TaskStatus.TODO and tasks["Overdue"].done_at is None
    assert due is not None and tasks["Today"].due_at is not None and tasks["Today"].due_at < due


def test_a_manager_takes_back_whom_they_gave_it_to(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.claire, Edition.TEAM)
    claire: dict[str, Any] = {"sender": "Claire <claire@grandouest.example>"}
    answered(box, answer_to(mail, f"{number_of(mail, 'Stagnant')} pour Anna", **claire))
    assert deal("Stagnant").owner_id == week.anna.id
    assert "« annule »".replace(" ", "\u202f") in told()[-1].text
    assert undone(box, told()[-1], "Annule, je me suis trompée", **claire).reason == "answer_done"
    assert deal("Stagnant").owner_id == week.jean.id


def test_a_standby_that_was_longer_is_longer_again(week: Cast, box: Mailbox) -> None:
    mail = sent_to(week.anna)
    with clock.frozen(at(24, 7)):
        opportunities.put_on_standby(deal("Begun on Monday"), at(26, 9), actor=SYSTEM)
    answered(box, answer_to(mail, f"{number_of(mail, 'Begun on Monday')} standby piątek"))
    undone(box, told()[-1])
    assert (deal("Begun on Monday").status, deal("Begun on Monday").remind_at) == (Status.STANDBY, at(26, 9))


@pytest.mark.parametrize(("more", "reason"), [
    ({"proof": ""}, "not_authenticated"), ({"proof": PASS.replace("pass", "fail")}, "not_authenticated"),
    ({"sender": "Jean <jean@grandouest.example>"}, "answer_not_reader"),
])
def test_nobody_else_takes_it_back(week: Cast, box: Mailbox, more: dict[str, Any], reason: str) -> None:
    message = undone(box, put_off(week, box), **more)
    assert (message.state, message.reason) == (State.HELD, reason)
    assert deal("Begun on Monday").status is Status.STANDBY


def test_what_was_changed_meanwhile_stays(week: Cast, box: Mailbox) -> None:
    confirmation = put_off(week, box)
    with clock.frozen(at(24, 9)):
        opportunities.put_on_standby(deal("Begun on Monday"), at(30, 9), actor=SYSTEM)
    assert undone(box, confirmation).reason == "answer_refused"
    assert deal("Begun on Monday").remind_at == at(30, 9)


def test_twice_is_once(week: Cast, box: Mailbox) -> None:
    confirmation = put_off(week, box)
    assert undone(box, confirmation).reason == "answer_done"
    assert undone(box, confirmation, number=8).reason == "answer_refused"
    assert deal("Begun on Monday").status is Status.TODO


def test_the_word_alone_to_the_morning_email_itself_takes_nothing_back(week: Cast, box: Mailbox) -> None:
    put_off(week, box)
    mail = db.session.query(OutgoingMail).filter_by(event="summary").order_by(OutgoingMail.id).first()
    assert mail is not None
    assert undone(box, mail).reason == "answer_asked"
    assert deal("Begun on Monday").status is Status.STANDBY


def test_a_note_stays(week: Cast, box: Mailbox) -> None:
    confirmation = put_off(week, box, "notatka: oddzwoni")
    assert "cofnij" not in confirmation.text.partition("W dniu")[0].replace("> ", "")
    assert undone(box, confirmation).reason == "answer_refused"


@pytest.mark.parametrize("text", ["annule la 3", "cofnij 2", "undo the Dubois one and call Karim", "annule le rdv de vendredi", "", "merci", "non"])
def test_what_says_more_is_read_as_ever(text: str) -> None:
    assert not takes_back(text)
