"""Notes that name colleagues and ask them to act: who is told, who sees it, and how whoever asked learns that it is done."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.mentions import mentioned
from app.domain.messages import State
from app.domain.tasks import TaskStatus
from app.extensions import db
from app.models import Informed, OutgoingMail, Task, TimelineEntry
from app.operations import records, tasks
from app.operations.telling import tell
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
NAMES = {"anna": "a", "anna wisniewska": "A", "north": "N", "jean lefevre": "J"}


@pytest.mark.parametrize(("text", "found"), [
    ("@Anna Wiśniewska, please", ["A"]), ("@anna!", ["a"]), ("see @NORTH and @jean lefevre.", ["N", "J"]), ("write to x@north.example", []),
    ("@annabel", []), ("@Anna @anna", ["a"]), ("(@Jean Lefèvre)", ["J"]), ("@", []), ("@@anna", []),
])  # fmt: skip
def test_whom_a_text_names(text: str, found: list[str]) -> None:
    assert mentioned(text, NAMES) == found


def _mails(event: str) -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.event == event).order_by(OutgoingMail.id)))


@pytest.mark.feature("B11", "B16", "B10")
def test_who_is_named_is_told_once_and_seen_by_fills(cast: Cast, client_of: Client) -> None:
    anna = client_of(cast.anna, "en")
    url, page = f"/opportunityview/note/{cast.terminals.id}", f"/opportunityview/show/{cast.terminals.id}"
    answer = anna.post(url, data={"kind": "note", "body": "@Claire Morel and @Tom Baker: the price is set"}, follow_redirects=True)
    said = answer.get_data(as_text=True)
    assert "Informed: Claire Morel (not seen yet)" in said
    assert "Tom Baker may not see this and was not informed." in said, "the writer learns who was not told"
    (mail,) = _mails("notice:informed")
    entry = db.session.scalars(select(TimelineEntry).where(TimelineEntry.author_id == cast.anna.id)).one()
    assert (mail.to_user_id, mail.language) == (cast.claire.id, "fr")
    assert mail.subject.startswith("Anna Wiśniewska vous mentionne") and "the price is set" in mail.text
    (link,) = re.findall(r"http://[^/\s]+(/opportunityview\S+)", mail.text)
    assert link == f"{page}#e{entry.id}"
    claire = client_of(cast.claire, "en")
    assert f'id="e{entry.id}"' in claire.get(link).get_data(as_text=True), "the link opens it"
    assert "the price is set" in claire.get("/colleagues/").get_data(as_text=True)
    shown = claire.get(page).get_data(as_text=True)
    assert f'action="/mentions/seen/{entry.id}"' in shown and f'id="e{entry.id}"' in shown
    assert claire.post(f"/mentions/seen/{entry.id}").status_code == 302
    assert "Informed: Claire Morel (seen" in anna.get(page).get_data(as_text=True)
    assert f"/mentions/seen/{entry.id}" not in claire.get("/colleagues/").get_data(as_text=True)
    assert client_of(cast.tom).post(f"/mentions/seen/{entry.id}").status_code == 404


@pytest.mark.feature("B16")
def test_the_answer_to_the_mail_joins_the_history(cast: Cast) -> None:
    """For whoever never opens Kurier."""
    tell(cast.terminals, "@Claire Morel: may we give 5 %?", actor=actor(cast.anna))
    (mail,) = _mails("notice:informed")
    assert "Votre réponse à cet e-mail rejoint l’historique." in mail.text
    box = make_mailbox(is_trusted=True)
    message = deliver(box, note(sender=cast.claire.email, to=mail.headers["Reply-To"], subject=f"Re: {mail.subject}", text="Yes, but no more.\n"))
    assert (message.state, message.opportunity_id) == (State.ATTACHED, cast.terminals.id)
    entry = db.session.get_one(TimelineEntry, message.entry_id)
    assert "Yes, but no more." in entry.body


@pytest.mark.feature("B11", "B16")
def test_a_team_is_all_of_its_people_but_the_writer(cast: Cast) -> None:
    entry = tell(cast.terminals, "@North: we deliver on Monday", actor=actor(cast.anna))
    told = set(db.session.scalars(select(Informed.user_id).where(Informed.entry_id == entry.id)))
    assert told == {cast.claire.id}, "Jean may not see what is Anna's"
    assert entry.params["left_out"] == [str(cast.jean)]
    records.update(cast.terminals, {"co_owners": [cast.jean]}, actor=SYSTEM)
    entry = tell(cast.terminals, "@North, @Claire Morel and @claire: on Tuesday", actor=actor(cast.anna))
    assert set(db.session.scalars(select(Informed.user_id).where(Informed.entry_id == entry.id))) == {cast.claire.id, cast.jean.id}
    assert [mail.to_user_id for mail in _mails("notice:informed")].count(cast.claire.id) == 2, "one mail for each note, however often it names her"


def test_suggestions_name_people_and_teams(cast: Cast, client_of: Client) -> None:
    anna = client_of(cast.anna, "en")
    assert [each["name"] for each in anna.get("/mentions/?q=lef").get_json()] == ["Jean Lefèvre"]
    assert {"Jean Lefèvre", "Claire Morel", "North", "South"} <= {each["name"] for each in anna.get("/mentions/").get_json()}
    assert all(each["id"] for each in anna.get("/mentions/?people=1").get_json())
    assert client_of(None).get("/mentions/?q=a").status_code in (302, 401)


@pytest.mark.feature("B13", "B14")
def test_an_instruction_is_a_task_whose_author_sees_it_done(cast: Cast, client_of: Client) -> None:
    claire, day = client_of(cast.claire, "en"), clock.now() + timedelta(days=3)
    form = {"kind": "note", "body": "Send the drawings\nto the architect", "ask": str(cast.anna.id), "ask_by": f"{day:%Y-%m-%d}"}
    said = claire.post(f"/opportunityview/note/{cast.terminals.id}", data=form, follow_redirects=True).get_data(as_text=True)
    assert "Asked of Anna Wiśniewska by" in said
    task = db.session.scalars(select(Task)).one()
    assert (task.title, task.assignee_id, task.author_id) == ("Send the drawings", cast.anna.id, cast.claire.id)
    assert task.entry is not None and task.opportunity_id == cast.terminals.id
    assert "Send the drawings" in claire.get("/colleagues/").get_data(as_text=True)
    assert "Send the drawings" in client_of(cast.anna).get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    tasks.finish(task, actor=actor(cast.anna))
    (mail,) = _mails("notice:task_done")
    assert mail.to_user_id == cast.claire.id and f"/taskview/show/{task.id}" in mail.text
    assert "Anna Wiśniewska did it" in claire.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)


@pytest.mark.feature("B13")
def test_nobody_is_asked_about_what_they_may_not_see(cast: Cast, client_of: Client) -> None:
    form = {"kind": "note", "body": "Call them", "ask": str(cast.tom.id)}
    answer = client_of(cast.anna, "en").post(f"/opportunityview/note/{cast.terminals.id}", data=form)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Tom Baker may not see this record" in said and "Call them" in said
    assert db.session.scalars(select(Task)).first() is None
    for wrong, words in (({"ask": "987654"}, "Choose a person"), ({"ask": str(cast.claire.id), "ask_by": "2020-01-01"}, "This day is past")):
        answer = client_of(cast.anna, "en").post(f"/opportunityview/note/{cast.terminals.id}", data=form | wrong)
        assert answer.status_code == 409 and words in answer.get_data(as_text=True)


@pytest.mark.feature("B14")
def test_done_on_the_form_is_done_as_well(cast: Cast) -> None:
    task = records.create(Task, {"title": "Call", "assignee": cast.anna, "opportunity": cast.terminals}, actor=actor(cast.claire))
    records.update(task, {"status": TaskStatus.DONE}, actor=actor(cast.anna))
    assert task.done_at is not None and [mail.to_user_id for mail in _mails("notice:task_done")] == [cast.claire.id]
    records.update(task, {"status": TaskStatus.TODO}, actor=actor(cast.anna))
    assert task.done_at is None
    own = records.create(Task, {"title": "Mine"}, actor=actor(cast.anna))
    tasks.finish(own, actor=actor(cast.anna))
    assert len(_mails("notice:task_done")) == 1, "nobody is told of what they did themselves"
