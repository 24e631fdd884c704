"""Many operators in one order at the same moment: every row that was said to be kept is there, once, under a number of its own."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select

from app.domain.orders import RowState, Seat
from app.extensions import db
from app.models import Order, ProspectRow, Role, User
from app.operations import orders, users
from app.operations.sign_in import begin_session
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.queries.orders import progress_of
from app.support import clock
from tests.journeys.program import Kurier
from tests.orders.office import make_order
from tests.people import PASSWORD

pytestmark = pytest.mark.database
PEOPLE, ROWS = 24, 2
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Operator:
    """One person at the form, without a screen."""

    def __init__(self, kurier: Kurier, cookie: str) -> None:
        self._address, self._cookie = urlsplit(kurier.url), cookie

    def ask(self, path: str, **posted: str) -> tuple[int, str, str]:
        """Status, where it leads to, and the page."""
        connection = HTTPConnection(self._address.netloc, timeout=300)
        headers = {"Cookie": self._cookie, "Accept": "text/html", **({"Content-Type": "application/x-www-form-urlencoded"} if posted else {})}
        try:
            connection.request("POST" if posted else "GET", path, urlencode(posted) or None, headers)
            answer = connection.getresponse()
            for given in answer.headers.get_all("Set-Cookie") or ():
                self._cookie = given.split(";", 1)[0]  # the session, with what its forms are sealed with
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            connection.close()

    def token(self, page: str) -> str:
        found = _TOKEN.search(self.ask(page)[2])
        assert found is not None
        return found[1]


@atomic
def _hall(*, actor: Any = SYSTEM) -> tuple[int, list[int]]:
    """An order in which all of them sit; their keys."""
    role = db.session.scalars(select(Role).where(Role.name == "Operator")).one()
    people = [users.create_user({"first_name": "Operator", "last_name": str(n), "username": f"hala{n}", "email": f"hala{n}@hala.example", "password": PASSWORD,
                                 "roles": [role], "teams": [], "language": "pl", "country": "PL"}, actor=actor) for n in range(PEOPLE)]
    order = make_order(db.session.scalars(select(User).order_by(User.id).limit(1)).one(), name="hala")
    orders.assign_all(order, people, Seat.OPERATOR, quota=40, actor=actor)
    return order.id, [each.id for each in people]


def _cookie(app: Any, user_id: int) -> str:
    key = begin_session(db.session.get_one(User, user_id), "test", "", "password", actor=SYSTEM)
    signer = app.session_interface.get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': str(user_id), '_fresh': True, 'locale': 'pl', 'sid': key})}"


def _at_once(work: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result() for each in [pool.submit(one) for one in work]]


@pytest.mark.feature("E3")
def test_nothing_is_lost_or_doubled_while_many_enter_at_once(kurier: Kurier) -> None:
    order, keys = kurier.run(_hall, at=clock.now())
    people = [Operator(kurier, kurier.run(lambda key=key: _cookie(kurier._app, key), at=clock.now())) for key in keys]  # type: ignore[misc]
    page, together = f"/my-order/?order={order}", Barrier(PEOPLE)

    def enter(number: int) -> list[tuple[int, str]]:
        token, said = people[number].token(page), []
        together.wait()
        for row in range(ROWS):
            nip = f"{7_000_000_000 + number * 100 + row}"
            typed = {"csrf_token": token, "nip": nip, "name": f"Zakład {nip}", "remarks": f"od {number}", "go": "next"}
            said.append((people[number].ask(f"/my-order/save?order={order}", **typed)[0], nip))
        return said

    answers = [each for said in _at_once([lambda n=n: enter(n) for n in range(PEOPLE)]) for each in said]  # type: ignore[misc]
    assert {status for status, _ in answers} == {302}

    def kept() -> tuple[list[tuple[str | None, int, str | None]], int, int]:
        rows = [(row.nip, row.number, row.remarks) for row in db.session.scalars(select(ProspectRow).where(ProspectRow.order_id == order))]
        return rows, progress_of([order])[order].states[RowState.SUBMITTED], db.session.get_one(Order, order).last_number

    rows, counted, last = kurier.run(kept, at=clock.now())
    assert sorted(nip or "" for nip, _, _ in rows) == sorted(nip for _, nip in answers)
    assert sorted(number for _, number, _ in rows) == list(range(1, PEOPLE * ROWS + 1)) and counted == last == len(rows)
    assert all(remarks == f"od {(int(nip or 0) - 7_000_000_000) // 100}" for nip, _, remarks in rows)
    _one_of_those_who_change_it_wins(kurier, order, people[0])


def _one_of_those_who_change_it_wins(kurier: Kurier, order: int, person: Operator) -> None:
    """The others are told, and what they typed is on the page again."""
    wanted = select(ProspectRow.id).where(ProspectRow.order_id == order, ProspectRow.nip == "7000000000")
    key = kurier.run(lambda: db.session.scalars(wanted).one(), at=clock.now())
    token = person.token(f"/my-order/row/{key}")
    said = _at_once([
        lambda n=n: person.ask(f"/my-order/change/{key}", csrf_token=token, version="1", nip="7000000000", name=f"Nazwa {n}", go="stay") for n in range(6)  # type: ignore[misc]
    ])
    assert sorted(status for status, _, _ in said) == [302, 409, 409, 409, 409, 409]
    won = next(n for n, (status, _, _) in enumerate(said) if status == 302)
    assert kurier.run(lambda: db.session.get_one(ProspectRow, key).name, at=clock.now()) == f"Nazwa {won}"
    assert all(f"Nazwa {n}" in text for n, (status, _, text) in enumerate(said) if status == 409)
