"""An administrator looks with the eyes of somebody else: reads what they read, changes nothing, and the audit knows."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.errors import Forbidden
from app.extensions import db, store
from app.models import Attachment, AuditLine, Opportunity, User
from app.operations import records, users
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.views import viewing
from tests.people import Cast, actor

pytestmark = pytest.mark.database
BANNER = "You see what Anna Wiśniewska sees. Nothing can be changed."


def look(client: FlaskClient, user: User) -> Any:
    return client.post(f"/users/action/view_as/{user.id}")


def page(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def lines(*actions: str) -> list[tuple[str, str, int | None]]:
    found = db.session.scalars(select(AuditLine).where(AuditLine.action.in_(actions)).order_by(AuditLine.id))
    return [(line.action, line.actor_name, line.subject_id) for line in found]


@atomic
def _kept_file(cast: Cast, *, actor: Actor = SYSTEM) -> Attachment:
    """A file in the history of an opportunity of Anna's."""
    content = b"the offer itself"
    entry = write_note(cast.terminals, "With a file", actor=actor)
    found = Attachment(entry_id=entry.id, sha256=store().put(content), size=len(content), name="offer.pdf", content_type="application/pdf")
    db.session.add(found)
    db.session.flush()
    return found


@pytest.fixture
def ada(cast: Cast, client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(cast.ada, "en")


@pytest.mark.feature("E31", "C3")
def test_an_administrator_sees_what_the_person_sees(cast: Cast, ada: FlaskClient) -> None:
    foreign, own = f"/opportunityview/show/{cast.traceability.id}", f"/opportunityview/show/{cast.terminals.id}"
    assert ada.get(foreign).status_code == 200
    assert look(ada, cast.anna).headers["Location"].endswith("/today/")
    for path in ("/today/", "/opportunityview/list/", own, "/board/", "/summary/"):
        assert BANNER in page(ada, path), path
    assert ada.get(foreign).status_code == 404 and "Traçabilité" not in page(ada, "/opportunityview/list/")
    assert ada.get("/users/list/").status_code == 403 and ">Audit<" not in page(ada, "/today/")
    assert ada.post("/view-as/stop").status_code == 302
    assert BANNER not in page(ada, "/today/") and ada.get(foreign).status_code == 200
    assert lines("view_as", "end_view_as") == [("view_as", "Ada Nowak", cast.anna.id), ("end_view_as", "Ada Nowak", cast.anna.id)]


def test_whoever_looks_changes_nothing(cast: Cast, ada: FlaskClient) -> None:
    look(ada, cast.anna)
    key = cast.terminals.id
    for path in (f"/opportunityview/edit/{key}", f"/opportunityview/win/{key}", "/opportunityview/add", f"/opportunityview/note/{key}", "/me/habits",
                 f"/users/action/view_as/{cast.tom.id}"):
        answer = ada.post(path, data={"title": "x", "body": "x"})
        assert answer.status_code == 403 and "nothing can be changed" in answer.get_data(as_text=True), path
    ada.get("/lang/fr")
    db.session.expire_all()
    assert db.session.get_one(Opportunity, key).title == "Terminale do magazynu" and db.session.get_one(User, cast.anna.id).language == "pl"
    assert {name for _, name, _ in lines("refuse")} == {"Ada Nowak"}
    found = db.session.scalars(select(AuditLine).where(AuditLine.action == "refuse")).first()
    assert found is not None and found.after["looked as"] == "Anna Wiśniewska"


def test_no_file_leaves_in_their_name(cast: Cast, ada: FlaskClient) -> None:
    """Exports, files of the history and whole messages; with the administrator's own eyes all of them come."""
    kept = _kept_file(cast)
    paths = ("/opportunityview/export.xlsx", "/opportunityview/export.csv", f"/attachmentview/download/{kept.id}")
    assert [ada.get(path).status_code for path in paths] == [200] * 3
    look(ada, cast.anna)
    for path in paths:
        answer = ada.get(path)
        assert answer.status_code == 403 and "files and exports stay here" in answer.get_data(as_text=True), path
        assert "Content-Disposition" not in answer.headers and b"the offer itself" not in answer.data
    assert [name for _, name, _ in lines("refuse")] == ["Ada Nowak"] * 3 and len(lines("export")) == 2
    ada.post("/view-as/stop")
    assert ada.get(paths[0]).status_code == 200


def test_no_operation_writes_for_whoever_looks(cast: Cast, app: Any) -> None:
    """The second line, for a way that nobody thought of."""
    with app.test_request_context():
        g.viewer = actor(cast.ada)
        looking = viewing.looking(actor(cast.anna))
    with pytest.raises(Forbidden):
        records.update(cast.terminals, {"title": "x"}, actor=looking)


@pytest.mark.parametrize("path", ["/me/", "/second-factor/", "/resetmypassword/form", "/tokens/"])
def test_what_is_theirs_alone_stays_shut(cast: Cast, ada: FlaskClient, path: str) -> None:
    assert ada.get(path).status_code == 200
    look(ada, cast.anna)
    assert ada.get(path).status_code == 403


def test_only_an_administrator_looks(cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    for user in (cast.claire, cast.anna):
        client = client_of(user, "en")
        assert look(client, cast.jean).status_code in (403, 404)
        assert "Jean Lefèvre sees" not in page(client, "/today/")
    assert lines("view_as") == []


def test_it_ends_with_the_session(cast: Cast, ada: FlaskClient) -> None:
    look(ada, cast.anna)
    assert ada.get("/logout/").status_code == 302
    assert ada.get("/today/").status_code == 302
    assert lines("view_as", "end_view_as", "signed_out") == [
        ("view_as", "Ada Nowak", cast.anna.id), ("end_view_as", "Ada Nowak", cast.anna.id), ("signed_out", "Ada Nowak", cast.ada.id)
    ]


def test_it_ends_when_the_person_is_switched_off(cast: Cast, ada: FlaskClient) -> None:
    look(ada, cast.anna)
    users.update_user(cast.anna, {"active": False}, actor=SYSTEM)
    assert BANNER not in page(ada, "/today/") and ada.get(f"/opportunityview/show/{cast.traceability.id}").status_code == 200
    assert [line[0] for line in lines("view_as", "end_view_as")] == ["view_as", "end_view_as"]


def test_there_is_nothing_to_see_with_ones_own_eyes_or_with_none(cast: Cast, ada: FlaskClient) -> None:
    users.update_user(cast.tom, {"active": False}, actor=SYSTEM)
    for user in (cast.ada, cast.tom):
        look(ada, user)
        assert "Nothing can be changed" not in page(ada, "/today/")
    assert lines("view_as") == []
