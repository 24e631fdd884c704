"""What people type or send to break a page."""

from collections.abc import Callable
from typing import Any

import pytest

from app.extensions import db
from app.models import User
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast

pytestmark = pytest.mark.both("values that one database takes and the other refuses")

Sign = Callable[..., Any]

FILE = """--b
Content-Type: text/plain

Hello
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''Oferta%20%C5%82%C3%B3d%C5%BA.pdf

x
--b--
"""


@pytest.mark.parametrize("amount", ["\N{SUPERSCRIPT TWO}", "NaN", "1e400"])
def test_an_amount_that_is_no_number_is_refused(cast: Cast, client_of: Sign, amount: str) -> None:
    answer = client_of(cast.anna).post(f"/opportunityview/win/{cast.terminals.id}", data={"amount": amount})
    assert answer.status_code == 409


@pytest.mark.parametrize("until", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_moment_that_another_time_zone_cannot_show_is_refused(cast: Cast, client_of: Sign, until: str) -> None:
    anna = client_of(cast.anna)
    assert anna.post(f"/opportunityview/standby/{cast.terminals.id}", data={"until": until}).status_code == 409
    answer = anna.post("/taskview/add", data={"title": "Later", "due_at": until.replace("T", " ") + ":00"})
    assert answer.status_code == 200  # the form again, not the saved task


@pytest.mark.parametrize("zone", ["Factory", "localtime"])
def test_a_zone_that_pages_cannot_draw_is_refused(cast: Cast, client_of: Sign, zone: str) -> None:
    assert client_of(cast.anna).post("/me/habits", data={"time_zone": zone, "language": "pl"}).status_code == 409
    assert db.session.get_one(User, cast.anna.id).time_zone != zone


def test_a_day_before_all_calendars_has_no_summary(cast: Cast, client_of: Sign) -> None:
    assert client_of(cast.anna).get("/summary/0001-01-01").status_code == 404


def test_a_file_with_a_polish_name_is_offered_under_it(cast: Cast, client_of: Sign) -> None:
    headers = "Content-Type: multipart/mixed; boundary=b"
    raw = note("k.dudek@jesion.example", "sales@crm.grandouest.example", text=FILE, headers=headers)
    message = deliver(make_mailbox(), raw.replace(b"Content-Type: text/plain; charset=utf-8\n", b"", 1))
    answer = client_of(cast.ada).get(f"/incomingmail/file/{message.id}/0")
    offered = answer.headers["Content-Disposition"]
    assert offered.isascii()  # servers refuse a header that is not
    assert "%C5%82" in offered
