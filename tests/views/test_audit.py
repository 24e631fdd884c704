"""The audit: what comes into it at the doors, how it is searched and taken away, and that nothing of it can be changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.jobs.keeping import forget_old_audit
from app.models import AuditLine, User
from app.operations import records
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast

pytestmark = pytest.mark.database


def _lines(action: str) -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


@pytest.mark.feature("C7")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_line SET actor_name = 'nobody'", "DELETE FROM audit_line", "DELETE FROM audit_line WHERE id = (SELECT min(id) FROM audit_line)",
     "TRUNCATE audit_line"],
)
def test_no_statement_changes_or_removes_a_line(statement: str, cast: Cast) -> None:
    if statement.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such statement")
    before = db.session.scalar(select(func.count(AuditLine.id)))
    db.session.rollback()  # what it has read, a TRUNCATE would wait for
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(statement))
    db.session.rollback()
    assert db.session.scalar(select(func.count(AuditLine.id))) == before


def test_no_object_of_a_line_can_be_written_back(cast: Cast) -> None:
    line = db.session.scalars(select(AuditLine).limit(1)).one()
    line.actor_name = "nobody"
    with pytest.raises(DBAPIError, match="only ever added"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.feature("C7")
def test_refusals_and_exports_are_on_record(cast: Cast, client_of: Callable[[User], FlaskClient]) -> None:
    anna = client_of(cast.anna)
    assert anna.get("/auditview/list/").status_code == 403
    assert anna.post(f"/accountview/delete/{cast.terminals.account_id}").status_code in (302, 403, 404)
    assert anna.get("/opportunityview/export.csv?_flt_2_title=Term").status_code == 200
    assert anna.get("/opportunityview/export.xlsx").status_code == 200
    refused = _lines("refuse")[0]
    assert (refused.actor_name, refused.after["asked"]) == ("Anna Wiśniewska", "GET /auditview/list/")
    assert [(line.actor_name, line.after["records"], line.after["filter"]) for line in _lines("export")] == [
        ("Anna Wiśniewska", "Opportunity", "_flt_2_title=Term"), ("Anna Wiśniewska", "Opportunity", ""),
    ]  # fmt: skip


@pytest.mark.feature("C7")
def test_it_is_searched_by_person_action_record_and_day_and_taken_away(cast: Cast, client_of: Callable[[User], FlaskClient]) -> None:
    ada = client_of(cast.ada)
    records.update(cast.terminals, {"title": "Terminals for Gdynia"}, actor=SYSTEM)
    page = ada.get("/auditview/list/").get_data(as_text=True)
    assert '<option value="signed_in">signed in</option>' in page
    found = ada.get("/auditview/export.csv?" + "&".join((
        f"{_filter(page, 'action')}=update", f"{_filter(page, 'subject_type')}=Opportunity", "_flt_2_subject_name=Gdynia",
        "_flt_2_actor_name=Kurier", "_flt_1_at=2020-01-01",
    ))).get_data(as_text=True)  # fmt: skip
    assert found.count("\n") == 2
    assert "Terminals for Gdynia" in found
    assert "Terminals for Gdynia" not in ada.get("/auditview/export.csv?_flt_1_at=2090-01-01").get_data(as_text=True)
    assert client_of(cast.claire).get("/auditview/export.csv").status_code == 403


def _filter(page: str, column: str) -> str:
    """The name of the choice of ``column`` as the page has it, whose usual comparison is "is"."""
    return page.split(f'id="s-{column}"', 1)[1].split('name="', 1)[1].split('"', 1)[0]


def _add(days: int, name: str) -> None:
    """A line of so many days ago."""
    connection, at = db.session.connection(), clock.now() - timedelta(days=days)
    line = {"at": at, "actor_name": name, "action": "update", "subject_type": "Account", "subject_name": "", "before": {}, "after": {}}
    connection.execute(AuditLine.__table__.insert(), line)
    db.session.commit()


def test_lines_go_by_age_alone(cast: Cast, client_of: Callable[[User], FlaskClient]) -> None:
    for days, name in ((31 * 12 + 2, "Ancient"), (31 * 12 - 9, "Recent")):
        _add(days, name)
    assert forget_old_audit() == 0  # kept for three years, unless the firm says otherwise
    ada = client_of(cast.ada)
    edit = {
        "name": "Grand Ouest", "country": "FR", "currency": "EUR", "address_pattern": "{}@crm.grandouest.example",
        "sender_address": "k@crm.grandouest.example", "domain_lines": "grandouest.example", "privacy": "own", "assigning": "everybody",
    }
    assert "12 to 240" in ada.post("/firmview/edit/1", data={**edit, "audit_months": "3"}).get_data(as_text=True)
    assert ada.post("/firmview/edit/1", data={**edit, "audit_months": "12"}).status_code == 302
    db.session.expire_all()
    assert forget_old_audit() == 1
    assert forget_old_audit() == 0
    names = set(db.session.scalars(select(AuditLine.actor_name)))
    assert "Recent" in names and "Ancient" not in names
    (line,) = _lines("forget_audit")
    assert line.after["lines"] == 1
    db.session.rollback()
    with db.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text("DELETE FROM audit_line WHERE actor_name = 'Recent'"))
