"""What is said of a record beside the record itself: by the audit, by its history, by a change that is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.appointments import Standing
from app.domain.bounces import Cause
from app.domain.proposals import Detail
from app.domain.timeline import Kind
from app.extensions import db
from app.models import (
    Account,
    Appointment,
    AuditLine,
    BulkChange,
    Merge,
    Opportunity,
    Profile,
    Proposal,
    Role,
    Task,
    TimelineEntry,
    User,
)
from app.operations import bulk_changes, handing, merges, proposals, records
from app.operations.timeline import state_fact, write_note
from app.operations.transaction import atomic
from app.operations.users import update_user
from app.permissions.actor import SYSTEM, Level, acting
from app.support import clock
from tests.browsing import Person, tells
from tests.leaks.marks import text_of
from tests.people import Cast, actor, make_user
from tests.views.test_hidden_fields import rule

pytestmark = pytest.mark.database
Sign = Callable[..., FlaskClient]


def _officer(cast: Cast) -> User:
    """Who reads the audit, contacts and history, and no opportunity."""
    zoe = make_user("Zoe", "Reed", Level.USER, "en", [])
    update_user(zoe, {"roles": [db.session.scalars(select(Role).where(Role.name == "Data protection officer")).one()]}, actor=SYSTEM)
    return zoe


@pytest.mark.feature("A23")
def test_no_alternative_of_a_filter_asks_the_audit_for_a_name_that_it_may_not_tell(cast: Cast, client_of: Sign) -> None:
    """The reader could spell a title letter by letter: a line is there, or it is not."""
    records.update(cast.terminals, {"probability": 35}, actor=SYSTEM)
    client, known = client_of(_officer(cast), "en"), client_of(cast.ada, "en")
    for door in ("/auditview/list/", "/auditview/export.csv"):
        for asked in ("_flt_2_subject_name={}", "_any_1=_flt_2_subject_name%3D{}", "_any_1=_flt_2_subject_name%3D{}%7C_flt_2_subject_name%3Dzzz"):
            right, wrong = (client.get(f"{door}?{asked.format(word)}").text.count("Opportunity") for word in ("Terminale", "Terminalz"))
            assert right == wrong, (door, asked)
            right, wrong = (known.get(f"{door}?{asked.format(word)}").text.count("Opportunity") for word in ("Terminale", "Terminalz"))
            assert right > wrong, (door, asked)
    assert "Jesion" in client.get("/auditview/export.csv?_any_1=_flt_2_subject_name%3DJesion").text, "what may be told is found"


@pytest.mark.feature("A23")
def test_the_audit_tells_no_value_of_a_change_of_many_and_names_no_place_of_a_note(cast: Cast, client_of: Sign) -> None:
    change = bulk_changes.start_change(Opportunity, [cast.terminals.id], "probability", 87, actor=actor(cast.anna))
    while bulk_changes.go_on(change.id):
        pass
    write_note(cast.terminals, "Rozmowa", actor=actor(cast.anna))
    records.update(cast.katarzyna, {"job": "Prezes"}, actor=SYSTEM)
    zoe = _officer(cast)
    client, known = client_of(zoe, "en"), client_of(cast.ada, "en")
    pages = {reader: text_of(reader.get("/auditview/export.csv")) for reader in (client, known)}
    assert "probability: 87" in pages[known], pages[known][-3000:]
    assert cast.terminals.title in pages[known]
    assert "probability: 87" not in pages[client] and cast.terminals.title not in pages[client]
    assert "records: 1" in pages[client] and "job: Prezes" in pages[client]
    for line in db.session.scalars(select(AuditLine).where(AuditLine.action.in_(("bulk_change", "write_note")))):
        shown = text_of(client.get(f"/auditview/show/{line.id}"))
        assert not tells(shown.partition("<main")[2], 87) and cast.terminals.title not in shown


@pytest.mark.feature("A23")
def test_the_words_of_a_mail_go_with_the_hidden_value_that_stands_in_them(cast: Cast, client_of: Sign) -> None:
    proposal = _proposal(cast, "Dyrektor zakupów", "Katarzyna Dudek, Dyrektor zakupów")
    proposals.accept([proposal], actor=actor(cast.anna))
    zoe = _officer(cast)
    assert "Dyrektor" in text_of(client_of(zoe, "en").get("/auditview/export.csv"))
    officer = db.session.scalars(select(Profile).where(Profile.code == "data_protection_officer")).one()
    records.update(officer, {"fields": {"Contact": {"job": "hidden"}}}, actor=SYSTEM)
    assert "Dyrektor" not in text_of(client_of(zoe, "en").get("/auditview/export.csv"))


@atomic
def _proposal(cast: Cast, value: str, line: str) -> Proposal:
    made = Proposal(contact_id=cast.katarzyna.id, detail=Detail.JOB, value=value, line=line, seen_at=clock.now())
    db.session.add(made)
    return made


ADDRESS = "k.dudek@jesion.example"


@atomic
def _heard_of(cast: Cast) -> None:
    with acting(SYSTEM):
        state_fact(cast.katarzyna, "address_invalid", actor=SYSTEM, address=ADDRESS, cause=Cause.NO_MAILBOX)
        state_fact(cast.terminals, "letter_refused", actor=SYSTEM, letter="Oferta", address=ADDRESS)
        entry = TimelineEntry(kind=Kind.MEETING, occurred_at=clock.now(), author=cast.anna, opportunity=cast.terminals, contact=cast.katarzyna, subject="Pokaz")
        db.session.add(entry)
        db.session.flush()
        db.session.add(Appointment(
            entry_id=entry.id, uid="pokaz@jesion.example", starts_at=clock.now(), ends_at=clock.now(), host_id=cast.anna.id, standing=Standing.CONFIRMED,
            organizer_name="", organizer_address=ADDRESS, guests=[{"name": "", "address": ADDRESS, "answer": "none"}],
        ))


@pytest.mark.feature("A23")
def test_history_tells_no_hidden_address(cast: Cast, client_of: Sign) -> None:
    """A mail that came back, a letter that was refused, who was invited: the address of a person stands in all of them."""
    _heard_of(cast)
    anna = client_of(cast.anna, "en")
    token = _token(anna)
    doors: dict[str, dict[str, str]] = {
        f"/contactview/show/{cast.katarzyna.id}": {}, f"/opportunityview/show/{cast.terminals.id}": {}, "/activity/": {},
        "/api/v1/entry/": {"Authorization": f"Bearer {token}"},
    }
    assert [door for door, headers in doors.items() if ADDRESS not in text_of(anna.get(door, headers=headers))] == []
    rule("Contact", addresses="hidden")
    answers = {door: anna.get(door, headers=headers) for door, headers in doors.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [door for door, answer in answers.items() if ADDRESS in text_of(answer)] == []
    assert "Katarzyna Dudek came back" in answers[f"/contactview/show/{cast.katarzyna.id}"].text


def _token(client: FlaskClient) -> str:
    page = client.post("/tokens/create", data={"name": "t", "scope-*": "read", "days": "7"}).text
    return page.partition("kurier_")[1] + page.partition("kurier_")[2].partition("<")[0]


# ---- taken back after rights went


def test_a_change_of_many_sets_nothing_in_place_of_a_record_that_went_out_of_sight(cast: Cast) -> None:
    """Half way through, and on the way back: what it would be set to must still be theirs to see."""
    tasks = [records.create(Task, {"title": f"Zadanie {n}", "assignee": cast.anna, "opportunity": cast.terminals}, actor=SYSTEM) for n in range(2)]
    other = records.create(Opportunity, {"title": "Druga", "owner": cast.anna}, actor=SYSTEM)
    anna, keys, target, before = actor(cast.anna), [each.id for each in tasks], other.id, cast.terminals.id
    change = bulk_changes.start_change(Task, keys, "opportunity", other, actor=anna)
    assert _gone_on(change) == (2, 0) and _places(keys) == {target}
    _to_tom(before)
    back = bulk_changes.undo(db.session.get_one(BulkChange, change.id), actor=anna)
    assert _gone_on(back) == (0, 2) and _places(keys) == {target}
    third = bulk_changes.start_change(Task, keys, "opportunity", db.session.get_one(Opportunity, target), actor=anna)
    _to_tom(target)
    assert _gone_on(third) == (0, 2) and _places(keys) == {target}


def _to_tom(key: int) -> None:
    handing.give(db.session.get_one(Opportunity, key), db.session.scalars(select(User).where(User.username == "tom")).one(), actor=SYSTEM)
    db.session.expire_all()


def _gone_on(change: BulkChange) -> tuple[int, int]:
    """(done, refused), by a job: it begins with nothing that somebody else has read."""
    key = change.id
    db.session.remove()
    while bulk_changes.go_on(key):
        pass
    found = db.session.get_one(BulkChange, key)
    return found.done, found.refused


def _places(keys: list[int]) -> set[int | None]:
    return {db.session.get_one(Task, key).opportunity_id for key in keys}


def test_a_merge_is_not_taken_back_by_whoever_lost_the_record(cast: Cast, client_of: Sign) -> None:
    gone = records.create(Account, {"name": "Jesion sp. z o.o.", "owner": cast.anna}, actor=SYSTEM)
    kept = cast.katarzyna.accounts[0]
    merges.merge(kept, gone, {}, actor=actor(cast.anna))
    handing.give(kept, cast.tom, actor=SYSTEM)
    anna = Person(client_of(cast.anna, "en"))
    assert anna.post(f"/accountview/unmerge/{kept.id}").status_code == 403
    anna.post(f"/accountview/unmerge/{gone.id}")
    db.session.expire_all()
    assert gone.archived_at is not None and db.session.scalars(select(Merge)).one().undone_at is None


def test_an_import_that_is_taken_back_leaves_what_a_colleague_tied_to_it(cast: Cast, client_of: Sign) -> None:
    """A link is no new version of a record, and yet somebody made it."""
    from tests.views.test_imports import finish, give, workbook

    anna: Any = client_of(cast.anna, "en")
    where = give(anna, "Opportunity", workbook(["Title"], ["Linia A"], ["Linia B"], ["Linia C"]))
    finish()
    assert anna.post(f"{where}/run").status_code == 302
    finish()
    first, second, _ = db.session.scalars(select(Opportunity).where(Opportunity.title.like("Linia%")).order_by(Opportunity.title))
    records.update(first, {"contacts": [cast.katarzyna]}, actor=SYSTEM)
    records.update(second, {"co_owners": [cast.jean]}, actor=SYSTEM)
    assert anna.post(f"{where}/undo").status_code == 302
    finish()
    db.session.expire_all()
    assert [each.title for each in db.session.scalars(select(Opportunity).where(Opportunity.title.like("Linia%")).order_by(Opportunity.title))] == [
        "Linia A", "Linia B"]
