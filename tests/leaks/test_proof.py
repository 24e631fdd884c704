"""The leak test tested: with one check taken away it finds the hole and names the door; with all in place it finds none there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, true
from sqlalchemy.orm import Session

from app.models import (
    Alert,
    Attachment,
    CrmAddress,
    Delivery,
    IncomingMessage,
    Opportunity,
    OutgoingMail,
    Task,
    TimelineEntry,
)
from app.operations import timeline
from app.permissions import row_security, scope
from app.queries import lookups
from app.queries import summary as figures
from app.views import audit, board, field_rights, message_lines, paging, proposals
from app.views.api import base as api
from app.views.api import own_fields as own_api
from app.views.base import CrmView
from app.views.security import KurierSecurityManager
from tests.leaks.knock import Door, leaks, reading, shut_writes
from tests.leaks.marks import Book
from tests.leaks.questions import told_by_search
from tests.leaks.world import BLINKERED, READER, ROLES, Eyes, World

pytestmark = pytest.mark.timeout(400)  # as in test_leaks
Hole = Callable[[pytest.MonkeyPatch], None]
USER, TELESALES, PARTNER, OFFICER = ROLES["User"], ROLES["Telesales"], ROLES["Partner"], ROLES["Data protection officer"]


def _always(*_: Any, **__: Any) -> bool:
    return True


def rows_of(model: type[Any]) -> Hole:
    """The condition on the rows of one type says yes to every row."""
    return lambda patch: patch.setitem(scope.SCOPES, model, lambda *_: true())


def says_yes(module: Any, name: str) -> Hole:
    return lambda patch: patch.setattr(module, name, _always)


def instead(module: Any, name: str, other: Any) -> Hole:
    return lambda patch: patch.setattr(module, name, other)


def found_without_asking(self: Any, pk: Any, action: Any = None) -> Any:
    return self.datamodel.get(pk, self._base_filters)


@dataclass(frozen=True)
class Case:
    """With ``hole`` open, ``eyes`` must be caught at ``door``."""

    hole: Hole
    eyes: Eyes
    door: str


CASES = {
    "rows of opportunities, on their page": Case(rows_of(Opportunity), USER, "OpportunityView.show"),
    "rows of opportunities, in the list": Case(rows_of(Opportunity), USER, "OpportunityView.list"),
    "rows of opportunities, in the API": Case(rows_of(Opportunity), USER, "OpportunityApi.get_list"),
    "rows of opportunities, on the board": Case(rows_of(Opportunity), USER, "BoardView.list"),
    "rows of opportunities, on a contact": Case(rows_of(Opportunity), USER, "ContactView.show"),
    "rows of tasks": Case(rows_of(Task), USER, "TaskView.show"),
    "rows of the history": Case(rows_of(TimelineEntry), USER, "TimelineView.list"),
    "rows of alerts": Case(rows_of(Alert), USER, "AlertView.take"),
    "rows of attachments": Case(rows_of(Attachment), USER, "AttachmentView.download"),
    "rows of incoming mail": Case(rows_of(IncomingMessage), USER, "IncomingMessageView.raw"),
    "rows of deliveries": Case(rows_of(Delivery), USER, "IncomingMessageView.delivery_raw"),
    "rows of CRM addresses": Case(rows_of(CrmAddress), USER, "CrmAddressView.show"),
    "rows of sent mail": Case(rows_of(OutgoingMail), USER, "OutboxView.show"),
    "hidden columns of lists": Case(instead(field_rights, "_without", lambda *_: frozenset()), TELESALES, "OpportunityView.list"),
    "hidden columns of exports": Case(instead(field_rights, "_without", lambda *_: frozenset()), TELESALES, "OpportunityView.export_csv"),
    "hidden fields of forms": Case(instead(field_rights, "_without", lambda *_: frozenset()), TELESALES, "OpportunityView.edit"),
    "hidden fields of pages": Case(says_yes(field_rights, "is_shown"), BLINKERED, "ContactView.show"),
    "hidden fields of Today": Case(says_yes(field_rights, "is_shown"), TELESALES, "TodayView.list"),
    "hidden fields of the firm's own, on pages": Case(says_yes(field_rights, "is_shown"), BLINKERED, "AccountView.show"),
    "hidden fields of the firm's own, in lists": Case(instead(field_rights, "_without", lambda *_: frozenset()), BLINKERED, "TaskView.export_csv"),
    "hidden fields of the firm's own, in the API": Case(says_yes(own_api, "is_shown"), BLINKERED, "OpportunityApi.get_list"),
    "hidden sums of the board": Case(says_yes(board, "is_shown"), TELESALES, "BoardView.list"),
    "hidden fields of the summary": Case(says_yes(figures, "is_shown"), BLINKERED, "SummaryView.list"),
    "hidden fields of the API": Case(says_yes(api, "is_shown"), TELESALES, "OpportunityApi.get"),
    "hidden fields found in mail": Case(instead(proposals, "_told", lambda subject, found: found), BLINKERED, "AccountView.show"),
    "what the audit quotes": Case(instead(audit, "told", getattr), OFFICER, "AuditView.export_csv"),
    "names in the reason of a mail": Case(instead(message_lines, "_told", lambda m: m.reason_params), USER, "IncomingMessageView.list"),
    "which pages open": Case(says_yes(KurierSecurityManager, "_has_view_access"), PARTNER, "ContactView.list"),
    "the right on a record, at the door": Case(instead(CrmView, "found", found_without_asking), READER, "OpportunityView.edit"),
    "the right that an operation asks": Case(instead(timeline, "require", lambda *_: None), OFFICER, "ContactView.note"),
}


def _at(doors: list[Door], case: Case) -> list[Door]:
    here = [door for door in doors if door.endpoint == case.door]
    return reading(here) or shut_writes(here, case.eyes)[:2]


@pytest.mark.feature("X1")
@pytest.mark.parametrize("name", CASES)
def test_a_check_that_is_gone_is_missed_at_its_door(world: World, doors: list[Door], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    case = CASES[name]
    client, here = world.client_of(case.eyes), _at(doors, case)
    assert here and leaks(world, case.eyes, client, here) == []
    case.hole(monkeypatch)
    found = leaks(world, case.eyes, client, here)
    assert found and all(case.door in each for each in found)


@contextmanager
def _without_second_line() -> Iterator[None]:
    """Nor told where in a list to look, which follows from the same rule."""
    event.remove(Session, "do_orm_execute", row_security._narrow)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(paging, "ways", lambda model, actor: [])
            yield
    finally:
        event.listen(Session, "do_orm_execute", row_security._narrow)


@pytest.mark.parametrize("door", ["OpportunityView.list", "OpportunityView.show", "TaskView.export", "SearchView.list", "TodayView.list", "SummaryView.list"])
def test_the_second_line_is_missed_everywhere(world: World, doors: list[Door], door: str) -> None:
    client = world.client_of(USER)
    here = [each for each in reading(doors) if each.endpoint == door]
    with _without_second_line():
        found = leaks(world, USER, client, here) or told_by_search(world, USER, client)
    assert found and all(door in each for each in found)


def test_a_search_through_hidden_fields_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client_of(BLINKERED)
    monkeypatch.setattr(lookups, "_told", lambda row, hidden: row.search_text)
    found = told_by_search(world, BLINKERED, client)
    assert found and all("SearchView.list finds" in each for each in found)


WRITTEN = {
    "amount": ("123457", "9123457", "€123,457", "560000000", "12560000001", "78000000000", "978123456789"),
    "probability": ("37.25", "37,25", "37%", "37 %", "53.75", "53%", "71,25", "71 %"),
    "expected_close_on": ("2031-03-17", "17 March 2037", "March 17, 2043", "3/17/31", "3/17/43"),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRITTEN.items() for text in texts])
def test_a_number_is_read_however_it_is_written(name: str, text: str) -> None:
    assert [mark.name for mark in Book().read_in(f"<td>{text}</td>")] == [name]


def test_an_address_without_a_rule_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.leaks import rules

    monkeypatch.delitem(rules.SPECIAL, "OpportunityView.win")
    assert rules.without_a_rule(world.app) == ["OpportunityView.win"]
