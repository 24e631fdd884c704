"""The prospecting orders of the demonstration: one in the middle of its life, one that is closed, a file of one salesperson, a template."""

from datetime import timedelta
from typing import Any

from app.cli.demo_orders import BAKERIES, BAKERY_ROWS, DAIRIES, DAIRY_ROWS, FOUND, MEAT, MEAT_ROWS, SAID, DemoRow
from app.cli.demo_stage import Stage, back_at, day_at, filled, numbers
from app.domain.events import OrderAssigned, RowSaid
from app.domain.orders import STANDARD, CallResult, Checking, LegalBasis, Seat
from app.models import Order, OrderAssignment, ProspectRow
from app.operations import order_rows, orders, records
from app.operations.conversion import Conversion, convert
from app.operations.transaction import untold
from app.operations.verification import judge
from app.permissions.actor import Actor

WRONG_NIP = "9990051234"
PLACES = (("jolanta", Seat.COORDINATOR, "tomasz", ""), ("marta", Seat.SUPERVISOR, "jolanta", ""), ("ewa", Seat.VERIFIER, "jolanta", ""),
          ("karol", Seat.OPERATOR, "jolanta", "marta"), ("iwona", Seat.OPERATOR, "jolanta", "marta"))  # who, as what, put there by whom, below whom
A_DAY = 10  # rows


def make_orders(stage: Stage) -> None:
    """All of them. Nobody gets a mail of what happened before anybody looked."""
    with untold(OrderAssigned, RowSaid):
        _make_bakeries(stage)
        _make_meat(stage)
        _make_dairies(stage)
        records.create(Order, {**{name: MEAT[name] for name in ("goal", "instructions", "required")}, "name": "Wzór: producenci żywności", "is_template": True,
                               "checking": Checking.SAMPLE, "sample_percent": 20}, actor=stage.actor("tomasz"))


def _seat_all(order: Order, stage: Stage) -> dict[str, OrderAssignment]:
    made: dict[str, OrderAssignment] = {}
    for name, seat, by, above in PLACES:
        quota = A_DAY if seat is Seat.OPERATOR else None
        made[name] = orders.assign(order, stage.users[name], seat, parent=made.get(above), quota=quota, actor=stage.actor(by))
    return made


def _make_meat(stage: Stage) -> None:
    with back_at("PL", 6, 8):
        values = {**MEAT, "checking": Checking.ALL, "legal_basis": LegalBasis.INTEREST, "columns": [*STANDARD, "person", *orders_own_attributes()],
                  "starts_on": day_at("PL", 0), "due_on": day_at("PL", 0) + timedelta(days=20)}
        order = records.create(Order, values, actor=stage.actor("tomasz"))
        _seat_all(order, stage)
    rows = _enter(stage, order, MEAT_ROWS)
    _verify(stage, rows, MEAT_ROWS)
    for word, name, text in SAID:
        with back_at("PL", 0, 8):
            order_rows.see_messages(rows[word], actor=stage.actor(name))
            order_rows.say(rows[word], text, actor=stage.actor(name))


def orders_own_attributes() -> list[str]:
    """Those of the firm's own that rows can have."""
    return [name for name in orders.attributes() if orders.is_own_attribute(name)]


def _make_bakeries(stage: Stage) -> None:
    with back_at("PL", 23, 8):
        values = {**BAKERIES, "checking": Checking.ALL, "starts_on": day_at("PL", 0), "due_on": day_at("PL", 0) + timedelta(days=12)}
        order = records.create(Order, values, actor=stage.actor("tomasz"))
        _seat_all(order, stage)
    _verify(stage, _enter(stage, order, BAKERY_ROWS), BAKERY_ROWS)
    with back_at("PL", 16, 15):
        orders.close_order(order, actor=stage.actor("jolanta"))


def _make_dairies(stage: Stage) -> None:
    with back_at("FR", 6, 9):
        yann = stage.actor("yann")
        order = records.create(Order, {**DAIRIES, "starts_on": day_at("FR", 0), "due_on": day_at("FR", 0) + timedelta(days=25)}, actor=yann)
        orders.assign(order, stage.users["nolwenn"], Seat.OPERATOR, quota=A_DAY, actor=yann)
    rows = _enter(stage, order, DAIRY_ROWS)
    for each in DAIRY_ROWS:
        result, _, sold = each.fate.partition(" ")
        if result not in list(CallResult):
            continue
        with back_at("FR", max(each.ago - 1, 0), 15):
            order_rows.log_call(rows[each.word], CallResult(result), actor=yann)
            if sold:
                convert(rows[each.word], Conversion(person="Maud Renault", title="Pesée et étiquetage de la cave"), actor=yann)


def _enter(stage: Stage, order: Order, rows: tuple[DemoRow, ...]) -> dict[str, ProspectRow]:
    """Each by its operator on its day; those that were left out, too."""
    actors: dict[str, Actor] = {name: stage.actor(name) for name in {each.operator for each in rows}}
    made = {}
    for number, each in enumerate(rows, start=1):
        with back_at(order.country, each.ago, each.hour):
            row = made[each.word] = order_rows.enter_row(order, _values(order, each, number), hand_in=each.fate != "draft", actor=actors[each.operator])
            if each.fate == "discarded":
                order_rows.discard_row(row, each.activity, actor=actors[each.operator])
    return made


def _values(order: Order, each: DemoRow, number: int) -> dict[str, Any]:
    known = numbers(order.country, number + 10 * order.id + 300)
    if each.fate == "rejected" and FOUND[each.word][0] == "nip":
        known["nip"] = WRONG_NIP
    is_whole = each.fate != "draft"
    return {**order.defaults, **filled(
        name=each.name, street=each.street, house=each.house, postcode=each.postcode, city=each.city, activity=each.activity, phone=each.phone,
        headcount=each.headcount, website=f"www.{each.word}.example", email=f"kontakt@{each.word}.example" if is_whole else "",
        nip=known.get("nip") if is_whole else "", siren=known.get("siren") if is_whole else "",
    )}


def _verify(stage: Stage, rows: dict[str, ProspectRow], table: tuple[DemoRow, ...]) -> None:
    """On the day after each was entered, what is not still waiting."""
    ewa, iwona = stage.actor("ewa"), stage.actor("iwona")
    for each in table:
        if each.fate not in ("verified", "rejected", "corrected"):
            continue
        row = rows[each.word]
        with back_at("PL", each.ago - 1, 14):
            field, problem, suggested = FOUND.get(each.word, ("", "", ""))
            judge(row, [{"field": field, "problem": problem, "suggested": suggested}] if field else [], actor=ewa)
        if each.fate == "corrected":
            with back_at("PL", 0, 8):
                order_rows.save_row(row, {field: suggested}, actor=iwona)
