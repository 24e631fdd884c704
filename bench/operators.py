"""Two hundred operators who type rows at once, beside one alone; and an order of a million rows beside one of ten thousand. On PostgreSQL.

Each operator saves a row every twenty seconds; while one types, the page asks twice what is odd. Two web processes answer,
on loopback. As a process it works on one database: ``python -m bench.operators``.
"""

import itertools
import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, insert, literal, select

from app import create_app
from app.domain.orders import Checking, RowState, Seat
from app.extensions import db
from app.models import Order, Profile, ProspectRow, User
from app.models.prospect_rows import row_key
from app.operations import orders, records
from app.operations.transaction import atomic, rights_changed
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from bench.people import _TOKEN, MOST_TIMES, Firm, Visitor, _p95, web
from bench.places import Place
from bench.serving import serve
from bench.tables import show
from config import load

OPERATORS, PACE, SECONDS = 200, 20.0, 80.0
BEFORE = 60.0  # seconds of work that are not counted: whoever is alone has begun, too, and each process makes once what each person may see
ALONE = 60  # rows of one operator, one after the other
FEW = 10_000  # rows of the small order
ROUNDS = 7
STEERS, LEADS = 0, 1  # numbers of the people who coordinate and supervise; those after them enter
PAGES = {
    "list, first page": "/prospectrowview/list/?_flt_0_order={order}", "list by state": "/prospectrowview/list/?_flt_0_order={order}&_flt_0_state=submitted",
    "list by NIP": "/prospectrowview/list/?_flt_0_order={order}&_flt_0_nip=5000000077", "order": "/orderview/show/{order}",
    "my order": "/my-order/?order={order}", "before closing": "/orderview/closing/{order}", "orders": "/orders/",
}


class Hall(Firm):
    """A hall of operators."""

    def seat(self, operators: int) -> dict[str, Any]:
        """An order in which all of them sit; the cookie of each."""
        with self._app.test_request_context(), acting(SYSTEM):
            people = list(db.session.scalars(select(User).where(User.username.like("person%")).order_by(User.id).limit(operators + 2)))
            order = _seat(people)
            return {"order": order.id, "cookies": [self._desk(user)["cookie"] for user in people[2:]]}

    def _desk(self, user: User) -> dict[str, Any]:
        """Signed in; the pages of sales are not asked for here."""
        client = self._client(user.id)
        name = self._app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        return {"cookie": f"{name}={cookie.value}"}

    def kept(self, order: int) -> dict[str, Any]:
        """What each row that was entered says now, by its NIP."""
        with self._app.app_context(), acting(SYSTEM):
            found = db.session.execute(select(ProspectRow.nip, ProspectRow.remarks).where(ProspectRow.order_id == order))
            return {"rows": [[nip, remarks] for nip, remarks in found]}

    def weigh_save(self, order: int) -> dict[str, Any]:
        """Milliseconds that this process computes for a row, by the test client, and its statements."""
        with self._app.app_context(), acting(SYSTEM):
            user = db.session.scalars(select(User.id).where(User.username == "person2")).one()
        client, page = self._client(user), f"/my-order/?order={order}"
        times, statements = [], 0
        for number in range(ROUNDS * 4):
            token = _TOKEN.search(client.get(page).data)
            assert token is not None
            self._heard.clear()
            began = time.process_time()
            answer = client.post(f"/my-order/save?order={order}", data={"csrf_token": token[1].decode(), **_company(900_000 + number)})
            times.append((time.process_time() - began) * 1000)
            assert answer.status_code == 302, answer.status
            statements = len(self._heard)
        return {"milliseconds": statistics.median(times), "statements": statements, "texts": [each.text for each in self._heard]}

    def fill_order(self, rows: int) -> dict[str, Any]:
        """An order with as many rows, of one operator; who coordinates it; seconds of writing them."""
        with self._app.app_context(), acting(SYSTEM):
            people = list(db.session.scalars(select(User).where(User.username.like("person%")).order_by(User.id).limit(3)))
            order, began = _seat(people), time.perf_counter()
            _fill(order.id, people[2].id, rows)
            made = {"order": order.id, "coordinator": people[STEERS].id}
            db.session.rollback()
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE prospect_row")
            return {**made, "seconds": time.perf_counter() - began}

    def close(self, order: int) -> dict[str, Any]:
        """Seconds of the final close."""
        with self._app.app_context(), acting(SYSTEM):
            item, began = db.session.get_one(Order, order), time.perf_counter()
            orders.close_order(item, actor=SYSTEM)
            return {"seconds": time.perf_counter() - began}


@atomic
def _seat(people: Sequence[User]) -> Order:
    """The first coordinates, the second supervises, the others enter; each has the profile that this asks for."""
    ready = {profile.code: profile for profile in db.session.scalars(select(Profile))}
    for number, user in enumerate(people):
        user.profiles = [ready["coordinator" if number == STEERS else "supervisor" if number == LEADS else "operator"]]
    rights_changed()
    order = records.create(Order, {"name": "Bench", "principal": None, "territory": ["PL-14"], "target": 1_000_000, "checking": Checking.ALL}, actor=SYSTEM)
    top = orders.assign(order, people[STEERS], Seat.COORDINATOR, actor=SYSTEM)
    above = orders.assign(order, people[LEADS], Seat.SUPERVISOR, parent=top, actor=SYSTEM)
    orders.assign_all(order, people[2:], Seat.OPERATOR, parent=above, quota=500, actor=SYSTEM)
    return order


@atomic
def _fill(order_id: int, operator_id: int, rows: int) -> None:
    number = func.generate_series(1, rows).column_valued("n")
    states = (RowState.VERIFIED.value, RowState.SUBMITTED.value, RowState.VERIFIED.value, RowState.REJECTED.value, RowState.VERIFIED.value)
    table, now = ProspectRow.__table__, literal(clock.now(), ProspectRow.created_at.type)
    values: dict[str, Any] = {
        "order_id": literal(order_id), "number": number, "operator_id": literal(operator_id), "name": func.concat("Firma ", number),
        "nip": func.concat(5_000_000_000 + number), "city": func.concat("Miasto ", number % 500),
        "state": func.split_part(",".join(states), ",", number % 5 + 1),
        "public_ref": func.substr(func.md5(func.concat(order_id, "/", number)), 1, 16), "search_text": func.concat("firma ", number),
        "sort_name": func.concat("firma ", number),
        "created_at": now, "updated_at": now, "entered_at": now, "version": literal(1), "is_drawn": literal(True),
        "findings": literal([], table.c.findings.type),
        "custom": literal({}, table.c.custom.type),
    }
    db.session.connection().execute(insert(table).from_select([*values], select(*values.values()), include_defaults=False))
    keys = select(func.concat("nip:", table.c.nip), table.c.id).where(table.c.order_id == order_id)
    db.session.connection().execute(insert(row_key).from_select(["key", "row_id"], keys))
    counter = Order.__table__
    db.session.connection().execute(counter.update().where(counter.c.id == order_id).values(last_number=rows))


def _company(number: int) -> dict[str, str]:
    return {
        "nip": f"{7_000_000_000 + number}", "name": f"Zakład {number:06d}", "postcode": "08-110", "city": "Siedlce", "email": f"biuro@zaklad{number}.example",
        "phone": f"+4825{number:07d}", "source1": "KRS", "remarks": f"Wiersz {number}", "go": "next",
    }


# ---- those who type


@dataclass
class Operator(Visitor):
    """One person at the form. ``saves``: when each began and its seconds; ``said``: NIP → the remarks that the program said it keeps."""

    order: int = 0
    first: int = 0
    saves: list[tuple[float, float]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    entered: int = 0

    def act(self) -> None:
        page = f"/my-order/?order={self.order}"
        token = _TOKEN.search(self.ask("GET", page))
        if token is None:
            self.errors.append("no form")
            return
        values = _company(self.first + self.entered) | {"csrf_token": token[1].decode()}
        for typed in ({"nip": values["nip"]}, {name: values[name] for name in ("nip", "name", "phone")}):
            self.ask("POST", f"/my-order/check?order={self.order}", urlencode({"csrf_token": values["csrf_token"], **typed}), usual=200)
        self.entered += 1
        self._save(f"/my-order/save?order={self.order}", values)

    def _save(self, address: str, values: dict[str, str]) -> None:
        wrong, began = len(self.errors), time.perf_counter()
        self.ask("POST", address, urlencode(values))
        self.saves.append((began, time.perf_counter() - began))
        if len(self.errors) == wrong:
            self.said[values["nip"]] = values["remarks"]


def measure(place: Place, rows: int) -> None:
    _measure_typing(place)
    _measure_sizes(place, rows)


def _measure_typing(place: Place) -> None:
    """One operator alone, then all of them in one order: what was accepted stands there, each row once."""
    given = place.process.ask("seat", operators=OPERATORS)
    weight = place.process.ask("weigh_save", order=given["order"])
    with web(place) as served:
        people = [Operator(served.port, cookie, {}, random.Random(number), order=given["order"], first=number * 1_000)
                  for number, cookie in enumerate(given["cookies"])]
        alone = _alone(people[0])
        since = time.perf_counter() + BEFORE
        threads = [threading.Thread(target=each.stay, args=(since + SECONDS, PACE)) for each in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kept = place.process.ask("kept", order=given["order"])["rows"]
    said = dict(itertools.chain.from_iterable(each.said.items() for each in people))
    there = {nip: remarks for nip, remarks in kept if int(nip) < 7_000_900_000}
    lost = sum(there.get(nip) != remarks for nip, remarks in said.items()) + len(there.keys() - said.keys())
    saves = [seconds for person in people for began, seconds in person.saves if began >= since]
    errors = [each for person in people for each in person.errors]
    one, all_of_them = _p95(alone), _p95(saves)
    show(f"{OPERATORS} operators in one order, a row every {PACE:.0f} s each for {SECONDS:.0f} s, two web processes (below {MOST_TIMES:.0f} times is well)",
         ["p95 of a save alone, ms", "saves", "median", "p95", "times", "lost or doubled", "errors", "ms computed for a save", "statements"],
         [[f"{one * 1000:.0f}", f"{len(saves)}", f"{statistics.median(saves) * 1000:.0f}", f"{all_of_them * 1000:.0f}", f"{all_of_them / one:.2f}", f"{lost}",
           f"{len(errors)}", f"{weight['milliseconds']:.1f}", f"{weight['statements']}"]])
    for error in errors[:5]:
        print(error)


def _alone(person: Operator) -> list[float]:
    for _ in range(10):
        person.act()
    person.saves.clear()
    while len(person.saves) < ALONE:
        person.act()
    saves, person.saves = person.saves, []
    return [seconds for _, seconds in saves]


def _measure_sizes(place: Place, rows: int) -> None:
    """The same pages of two orders in turns, and the final close."""
    sizes = (FEW, rows)
    filled = [place.process.ask("fill_order", rows=size) for size in sizes]
    lines = []
    for name, address in PAGES.items():
        found: list[list[dict[str, Any]]] = [[], []]
        for _ in range(ROUNDS):
            for made, order in zip(found, filled, strict=True):
                made.append(place.process.ask("visit", user=order["coordinator"], address=address.format(order=order["order"])))
        assert all(each["status"] == 200 for each in found[0] + found[1]), name
        few, many = (statistics.median(each["milliseconds"] for each in made[1:]) for made in found)
        lines.append([name, f"{few:.1f}", f"{many:.1f}", f"{many / few:.2f}", f"{found[1][-1]['statements']}"])
    few, many = (place.process.ask("close", order=order["order"])["seconds"] * 1000 for order in filled)
    lines.append(["final close", f"{few:.1f}", f"{many:.1f}", f"{many / few:.2f}", ""])
    show(f"An order of {rows:,} rows beside one of {FEW:,} (below 2 times is well; the count before closing in proportion)",
         ["page", f"ms of {FEW:,}", f"ms of {rows:,}", "times", "statements"], lines)


if __name__ == "__main__":
    serve(Hall(create_app(load())))
