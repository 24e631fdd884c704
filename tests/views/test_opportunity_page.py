"""The page of one opportunity: what it says, what can be done on it, and by whom."""

import re
from io import BytesIO

import pytest

from app.domain.messages import State
from app.domain.opportunities import Status
from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.models import Attachment, IncomingMessage, Opportunity, Task, TimelineEntry
from app.operations import opportunities, records
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import acting
from app.queries.timeline import history_of
from tests.browsing import Person, Sign
from tests.people import Cast, actor

POSTS = ("note", "call", "standby", "win", "lose", "cancel", "reopen", "star", "take")


def _page(cast: Cast, act: str = "show") -> str:
    return f"/opportunityview/{act}/{cast.terminals.id}"


@atomic
def _mail(cast: Cast, body: str = "Prosimy o cenę przy 30 sztukach.", quoted: str = "> Dzień dobry") -> TimelineEntry:
    item = cast.terminals
    message = IncomingMessage(
        key=body, subject="Odp.: Oferta", sender_address="k.dudek@jesion.example", state=State.ATTACHED, reason="only_open",
        reason_params={"opportunity": item.title, "contact": "Katarzyna Dudek"}, opportunity_id=item.id,
    )
    db.session.add(message)
    db.session.flush()
    entry = TimelineEntry(
        kind=Kind.EMAIL_IN, origin=Origin.AUTOMATIC, subject="Odp.: Oferta", body=body, quoted=quoted, note="Zobacz proszę",
        opportunity_id=item.id, contact_id=cast.katarzyna.id, message_id=message.id,
    )
    db.session.add(entry)
    return entry


@pytest.mark.feature("C21")
@pytest.mark.parametrize("language", ["fr", "pl", "en"])
def test_the_page_tells_the_whole_story(cast: Cast, client_of: Sign, language: str) -> None:
    anna = actor(cast.anna)
    opportunities.move(cast.terminals, cast.terminals.pipeline.steps[1], actor=anna)
    write_note(cast.terminals, "<b>zła</b> & ważna", actor=anna)
    _mail(cast)
    page = Person(client_of(cast.anna, language)).get(_page(cast)).text
    assert f'<html lang="{language}"' in page
    assert "&lt;b&gt;zła&lt;/b&gt; &amp; ważna" in page
    assert "Prosimy o cenę przy 30 sztukach." in page
    assert "Zobacz proszę" in page
    assert page.index("Prosimy o cenę") < page.index("<details class=\"k-fold mt-2\">") < page.index("&gt; Dzień dobry")
    old, new = {"fr": ("Découverte", "Qualification"), "pl": ("Rozpoznanie", "Kwalifikacja"), "en": ("Discovery", "Qualification")}[language]
    assert old in page
    assert page.count(new) >= 2  # among the steps and in the line of history
    assert "Katarzyna Dudek" in page
    assert "Hurtownia Jesion" in page


@pytest.mark.feature("C21")
def test_history_is_in_order_and_filtered_by_kind(cast: Cast, client_of: Sign) -> None:
    anna, person = actor(cast.anna), Person(client_of(cast.anna))
    write_note(cast.terminals, "First thing", actor=anna)
    write_note(cast.terminals, "Second thing", kind=Kind.CALL, actor=anna)
    every = person.get(_page(cast)).text
    assert every.index("Second thing") < every.index("First thing")
    calls = person.get(_page(cast) + "?kind=call").text
    assert "Second thing" in calls
    assert "First thing" not in calls
    assert person.get(_page(cast) + "?kind=nonsense&older=x").status_code == 200


def test_long_history_comes_in_pages_that_miss_nothing(cast: Cast) -> None:
    anna = actor(cast.anna)
    for number in range(7):
        write_note(cast.terminals, f"Entry {number}", actor=anna)
    with acting(anna):
        seen, edge = [], None
        while True:
            part = history_of(cast.terminals, kind=Kind.NOTE, older_than=edge, limit=3)
            seen += [e.body for e in part.entries]
            edge = part.older_than
            if edge is None:
                break
    assert seen == [f"Entry {n}" for n in reversed(range(7))]
    assert part.counts[Kind.NOTE] == 7


def test_the_page_costs_the_same_whatever_its_history(cast: Cast, client_of: Sign, statements: list[str]) -> None:
    person = Person(client_of(cast.anna))

    def cost() -> int:
        person.get(_page(cast))
        statements.clear()
        assert person.get(_page(cast)).status_code == 200
        return len(statements)

    for number in range(2):
        _mail(cast, f"mail {number}")
    few = cost()
    for number in range(2, 12):
        _mail(cast, f"mail {number}")
    assert cost() == few


@pytest.mark.feature("C21")
def test_a_note_with_a_file_is_kept_and_the_file_comes_back(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    answer = anna.post(_page(cast, "note"), kind="meeting", body="Spotkanie w Białymstoku", files=(BytesIO(b"<script>1</script>"), "zdjęcie.html"))
    assert answer.status_code == 302
    entry = db.session.query(TimelineEntry).filter_by(kind=Kind.MEETING).one()
    assert (entry.body, entry.author_id, entry.account_id) == ("Spotkanie w Białymstoku", cast.anna.id, cast.terminals.account_id)
    file = db.session.query(Attachment).one().id
    got = anna.get(f"/attachmentview/download/{file}")
    assert got.data == b"<script>1</script>"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.mimetype == "application/octet-stream"
    assert Person(client_of(cast.tom)).get(f"/attachmentview/download/{file}").status_code == 404
    assert Person(client_of(cast.claire)).get(f"/attachmentview/download/{file}").status_code == 200
    assert anna.get("/attachmentview/download/nonsense").status_code == 404
    assert anna.get("/attachmentview/download/999999999999999").status_code == 404


def test_a_file_that_the_disk_has_no_room_for_is_refused_and_the_words_stay(cast: Cast, client_of: Sign, full_disk: None) -> None:
    answer = Person(client_of(cast.anna, "en")).post(_page(cast, "note"), body="Spotkanie w Białymstoku", files=(BytesIO(b"x" * 9000), "plan.pdf"))
    assert answer.status_code == 409
    assert "could not keep the file" in answer.text and "Spotkanie w Białymstoku" in answer.text
    assert db.session.query(TimelineEntry).filter_by(origin=Origin.MANUAL).count() == 0


def test_a_file_that_is_gone_is_not_found(cast: Cast, client_of: Sign) -> None:
    entry = write_note(cast.terminals, "with a file", actor=actor(cast.anna))

    @atomic
    def attach() -> Attachment:
        found = Attachment(entry_id=entry.id, sha256="0" * 64, size=1, name="a", content_type="text/plain")
        db.session.add(found)
        return found

    assert Person(client_of(cast.anna)).get(f"/attachmentview/download/{attach().id}").status_code == 404


def test_closing_and_reopening(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))

    def state() -> tuple[Status, str | None, str | None]:
        item = db.session.get(Opportunity, cast.terminals.id)
        return item.status, item.close_reason, item.competitor

    anna.post(_page(cast, "lose"), reason="Za drogo", competitor="Konkurent")
    assert state() == (Status.LOST, "Za drogo", "Konkurent")
    anna.post(_page(cast, "reopen"))
    assert state() == (Status.TODO, None, None)
    anna.post(_page(cast, "cancel"), reason="Projekt wstrzymany")
    assert state() == (Status.CANCELLED, "Projekt wstrzymany", None)
    anna.post(_page(cast, "reopen"))
    anna.post(_page(cast, "win"), amount="91 000,50")
    assert state() == (Status.WON, None, None)
    assert str(db.session.get(Opportunity, cast.terminals.id).amount) == "91000.50"


def test_steps_move_while_it_is_open(cast: Cast, client_of: Sign) -> None:
    anna, steps = Person(client_of(cast.anna)), [s.id for s in cast.terminals.pipeline.steps]
    assert anna.post(f"{_page(cast, 'move')}/{steps[3]}").status_code == 302
    assert db.session.get(Opportunity, cast.terminals.id).step_id == steps[3]
    assert anna.post(f"{_page(cast, 'move')}/999999").status_code == 404
    anna.post(_page(cast, "win"))
    assert anna.post(f"{_page(cast, 'move')}/{steps[0]}").status_code == 409
    assert f"{_page(cast, 'move')}/" not in anna.get(_page(cast)).text


@pytest.mark.parametrize(("act", "typed", "kept"), [
    ("note", {"body": "   ", "kind": "call"}, 'value="call"'),
    ("lose", {"reason": " ", "competitor": "Firma Ósma"}, 'value="Firma Ósma"'),
    ("standby", {"until": "2020-01-01T09:00"}, 'value="2020-01-01T09:00"'),
    ("standby", {"until": "kiedyś"}, 'value="kiedyś"'),
    ("win", {"amount": "dużo"}, 'value="dużo"'),
    ("win", {"amount": "-5"}, 'value="-5"'),
    ("win", {"amount": "99999999999999999"}, 'value="99999999999999999"'),
    ("reopen", {}, ""),
])
def test_a_refusal_says_why_and_loses_nothing(cast: Cast, client_of: Sign, act: str, typed: dict[str, str], kept: str) -> None:
    answer = Person(client_of(cast.anna)).post(_page(cast, act), **typed)
    assert answer.status_code == 409
    assert kept in answer.text
    assert re.search(r'<div role="alert"[^>]*><div class="k-note bad', answer.text)
    assert db.session.get(Opportunity, cast.terminals.id).status is Status.TODO


@pytest.mark.parametrize("act", POSTS)
def test_the_fixed_questions_of_every_act(cast: Cast, client_of: Sign, act: str) -> None:
    anna, tom, stranger = (Person(client_of(user)) for user in (cast.anna, cast.tom, None))
    assert tom.post(_page(cast, act), body="x").status_code == 404
    assert "/login" in stranger.post(_page(cast, act)).location
    for key in ("0", "-1", "abc", "9999999999999999999"):
        assert anna.post(f"/opportunityview/{act}/{key}").status_code == 404
    assert anna.get(_page(cast, act)).status_code == 405


def test_nothing_is_posted_without_its_token(cast: Cast, client_of: Sign) -> None:
    from flask import current_app

    anna = Person(client_of(cast.anna))
    current_app.config["WTF_CSRF_ENABLED"] = True
    for act in POSTS:
        assert anna.post(_page(cast, act), body="x", reason="x").status_code == 400
    assert db.session.query(TimelineEntry).filter_by(kind=Kind.NOTE).count() == 0


def test_a_way_back_never_leaves_the_program(cast: Cast, client_of: Sign) -> None:
    for back in ("https://evil.example", "//evil.example", "o1/../../x", "x1", "o99999999999999999999"):
        answer = Person(client_of(cast.anna)).post(_page(cast, "star"), back=back)
        assert answer.location.endswith(_page(cast))


def test_finishing_a_task_leads_back_to_its_opportunity(cast: Cast, client_of: Sign) -> None:
    task = records.create(Task, {"title": "Oddzwonić", "opportunity": cast.terminals}, actor=actor(cast.anna)).id
    anna = Person(client_of(cast.anna))
    assert f"/taskview/done/{task}?back=o{cast.terminals.id}" in anna.get(_page(cast)).text
    assert anna.post(f"/taskview/done/{task}?back=o{cast.terminals.id}").location.endswith(_page(cast))
    assert f"/taskview/done/{task}" not in anna.get(_page(cast)).text
    assert Person(client_of(cast.tom)).post(f"/taskview/done/{task}").status_code == 404


def test_another_teams_notes_on_a_shared_company_stay_theirs(cast: Cast, client_of: Sign) -> None:
    write_note(cast.terminals, "Only for North", actor=actor(cast.anna))
    company = f"/accountview/show/{cast.terminals.account_id}"
    assert "Only for North" in Person(client_of(cast.anna)).get(company).text
    page = Person(client_of(cast.tom)).get(company).text
    assert "Hurtownia Jesion" in page
    assert "Only for North" not in page
    assert "Terminale do magazynu" not in page


def test_the_page_of_a_closed_one_asks_ten_times_at_most(cast: Cast, client_of: Sign, statements: list[str]) -> None:
    """What nothing hangs on is not asked for: no hand-over, merge, tag, renewal or follow-up."""
    _mail(cast, "mail")
    opportunities.win(cast.terminals, actor=actor(cast.anna))
    person = Person(client_of(cast.anna))
    person.get(_page(cast))
    statements.clear()
    assert person.get(_page(cast)).status_code == 200
    assert len(statements) <= 10, "\n".join(statements)
