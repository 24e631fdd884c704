"""The kept numbers of rows are those that a count gives, whatever was done to the rows, and for whoever counts."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from app.domain.errors import Refusal
from app.domain.orders import COUNTED, CallResult, Seat
from app.extensions import db
from app.models import Order, OrderAssignment, ProspectRow, User, order_total
from app.models.order_totals import GROUPED, ORDER_ROWS
from app.operations import conversion, kept_totals, order_rows, orders, records, verification
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.queries import orders as asked
from app.queries.steering import today_of_places
from app.support import clock
from tests import triggers
from tests.orders.office import FIRM, Office, acts
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
STEPS = 60


def _counted(order_id: int) -> dict[Any, int]:
    found = db.session.execute(select(ProspectRow.state, func.count()).where(ProspectRow.order_id == order_id).group_by(ProspectRow.state))
    return {row[0]: row[1] for row in found}


def _agree(office: Office, *more: User) -> None:
    """For each of them, of the order and of each place."""
    for who in (office.zofia, office.kamil, office.renata, office.beata, office.oskar, office.marek, *more):
        with acting(acts(who)):
            db.session.expire_all()
            assert asked.progress_of([office.order.id])[office.order.id].states == _counted(office.order.id), who
            places = db.session.scalars(select(OrderAssignment.id).where(OrderAssignment.order_id == office.order.id)).all()
            of = dict(db.session.execute(select(ProspectRow.assignment_id, func.count()).where(ProspectRow.state.in_(COUNTED))
                                         .group_by(ProspectRow.assignment_id)).all())  # fmt: skip
            for key, numbers in today_of_places(places, clock.now()).items():
                assert numbers.counted == of.get(key, 0), (who, key)


def _enter(office: Office, chance: random.Random) -> None:
    who = acts(chance.choice((office.beata, office.oskar, office.zofia)))
    with acting(who):
        nip = str(chance.randrange(10**9, 10**10))
        order_rows.enter_row(office.order, {"name": f"Firma {nip}", "nip": nip}, hand_in=chance.random() < 0.8, actor=who)


def _change(office: Office, chance: random.Random) -> None:
    """Something that may be done to a row, by somebody who may; what the rules refuse changes nothing."""
    row = chance.choice(db.session.scalars(select(ProspectRow)).all())
    kamil, marek, zofia = acts(office.kamil), acts(office.marek), acts(office.zofia)
    what: Callable[[], object] = chance.choice([
        lambda: verification.judge(row, [{"field": "nip", "problem": "Zły", "suggested": ""}], actor=marek),
        lambda: verification.judge(row, [], actor=marek), lambda: verification.judge(row, [], actor=marek),
        lambda: order_rows.save_row(row, {"city": chance.choice(("Radom", "Płock"))}, actor=kamil), lambda: order_rows.discard_row(row, "dubel", actor=kamil),
        lambda: order_rows.bring_back(row, actor=kamil), lambda: order_rows.log_call(row, CallResult.NO_ANSWER, actor=kamil),
        lambda: order_rows.note_objection(row, actor=kamil), lambda: conversion.hand_over([row], office.zofia, actor=kamil),
        lambda: conversion.convert(row, conversion.Conversion(is_other=True, without_reach=True), actor=zofia),
    ])  # fmt: skip
    with acting(SYSTEM):
        try:
            what()
        except Refusal:
            db.session.rollback()


@atomic
def _by_one_statement(office: Office, *, actor: Any = SYSTEM) -> None:
    """As the import writes and takes back, past the ORM."""
    row = ProspectRow.__table__
    values = {"order_id": office.order.id, "operator_id": office.oskar.id, "name": "Z pliku", "search_text": "", "findings": [], "custom": {}}
    db.session.connection().execute(insert(row), [{**values, "number": 1000 + n, "public_ref": f"plik{n:06}", "state": "submitted"} for n in range(30)])
    db.session.connection().execute(row.update().where(row.c.number.between(1000, 1009)).values(state="verified", owner_id=office.zofia.id))
    db.session.connection().execute(row.delete().where(row.c.number.between(1005, 1019)))


@pytest.mark.both("the same statements in another order")
@pytest.mark.parametrize("seed", [7, 77])
def test_kept_numbers_are_those_that_a_count_gives(office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(kept_totals, "MANY", 1)
    with acting(SYSTEM):
        for _ in range(4):
            _enter(office, chance)
    for step in range(STEPS):
        with acting(SYSTEM):
            _enter(office, chance) if chance.random() < 0.4 else _change(office, chance)
        if step % 20 == 19:
            _agree(office, cast.ada)
            kept_totals.fold(ORDER_ROWS)
            _agree(office, cast.ada)
    with acting(SYSTEM):
        _by_one_statement(office)
        place = asked.seats_of(office.order.id, office.oskar.id)
        orders.take_place(db.session.get_one(OrderAssignment, next(key for key, seat, _ in place if seat is Seat.OPERATOR)), actor=SYSTEM)
    _agree(office, cast.ada)


def test_lines_are_folded_to_one_of_each_group(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_totals, "MANY", 1)
    with acting(SYSTEM):
        _by_one_statement(office)
        kept_totals.fold(ORDER_ROWS)
        lines = db.session.execute(select(*(order_total.c[name] for name in GROUPED))).all()
        assert len(lines) == len(set(lines)) == 2
    _agree(office)


def test_a_table_that_lost_its_triggers_is_counted_anew(office: Office) -> None:
    """As after a migration that makes the table of rows anew."""
    triggers.lose("order_total_in", "prospect_row")
    with acting(SYSTEM):
        _by_one_statement(office)
        assert asked.progress_of([office.order.id])[office.order.id].states != _counted(office.order.id)
        kept_totals.stand(ORDER_ROWS)
    _agree(office)


@pytest.mark.parametrize("typed", ["8567346215", "856-734-62-15", "PL 856 734 62 15"])
def test_a_number_is_found_however_it_was_typed(office: Office, client_of: Client, typed: str) -> None:
    """Also in an order in which it makes no doubles."""
    records.update(office.order, {"dedupe": ["email"]}, actor=SYSTEM)
    for nip in ("856 734 62 15", "8567346216", "7740001454"):
        with acting(acts(office.beata)):
            order_rows.enter_row(db.session.get_one(Order, office.order.id), FIRM | {"nip": nip, "name": f"Firma {nip}"}, actor=acts(office.beata))
    page = client_of(office.beata).get(f"/prospectrowview/list/?_flt_0_order={office.order.id}&_flt_0_nip={typed}").text
    assert "Firma 856 734 62 15" in page and "Firma 8567346216" not in page and "Firma 7740001454" not in page
    begins = client_of(office.beata).get(f"/prospectrowview/list/?_flt_0_order={office.order.id}&_flt_0_nip=856734").text
    assert "Firma 8567346216" in begins and "Firma 7740001454" not in begins
