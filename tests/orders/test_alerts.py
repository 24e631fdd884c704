"""Alerts about orders and rows: raised and closed by the clock, told to those who can act, settled by what they offer."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.alerts import MANY_WAIT, AlertState, Rule
from app.domain.orders import Checking, RowState, Seat
from app.extensions import db
from app.jobs.alerts import compute_alerts
from app.models import Alert, Order, OrderAssignment, OutgoingMail, ProspectRow, RowMessage, User
from app.operations import order_rows, orders, records, teams, verification
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.queries.alerts import SHOWN, found, keys_of
from app.support import clock
from tests.orders.office import FIRM, Office, acts, make_office, make_order
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def office(cast: Cast) -> Office:
    with clock.frozen(MONDAY):
        return make_office()


def enter(office: Office, who: str = "beata", **more: object) -> ProspectRow:
    person = acts(getattr(office, who))
    with acting(person):
        return order_rows.enter_row(office.order, FIRM | more, actor=person)


def reject(office: Office, row: ProspectRow) -> None:
    marek = acts(office.marek)
    with acting(marek):
        verification.judge(row, [{"field": "nip", "problem": "Nie ten", "suggested": ""}], actor=marek)


def live(rule: Rule) -> list[Alert]:
    db.session.rollback()
    return db.session.query(Alert).filter(Alert.ended_at.is_(None), Alert.rule == rule).all()


def hears(user: User, rule: Rule) -> bool:
    db.session.rollback()
    with acting(acts(user)):
        return rule in [each.rule for each in found(db.session.scalars(keys_of(acts(user), SHOWN)))]


@pytest.mark.feature("E12")
def test_a_rejected_row_left_alone_is_told_to_operator_and_supervisor(office: Office) -> None:
    with clock.frozen(MONDAY):
        row = enter(office)
        reject(office, row)
        compute_alerts()
        assert live(Rule.REJECTED_ROW) == []
    with clock.frozen(MONDAY + timedelta(days=1, minutes=1)):
        compute_alerts()
        (found,) = live(Rule.REJECTED_ROW)
        assert (found.row_id, found.user_id, found.author_id) == (row.id, office.beata.id, office.renata.id)
        told = [name for name in ("beata", "oskar", "renata", "marek", "zofia") if hears(getattr(office, name), Rule.REJECTED_ROW)]
        assert told == ["beata", "renata"]
        with acting(acts(office.beata)):
            order_rows.save_row(row, {"nip": "5260250274"}, actor=acts(office.beata))
        compute_alerts()
        assert live(Rule.REJECTED_ROW) == []


def test_a_rejected_row_asks_nobody_to_act_once_its_order_is_closed(office: Office) -> None:
    with clock.frozen(MONDAY):
        reject(office, enter(office))
    with clock.frozen(MONDAY + timedelta(days=2)):
        compute_alerts()
        assert len(live(Rule.REJECTED_ROW)) == 1
        orders.close_place(db.session.query(OrderAssignment).filter_by(user_id=office.beata.id).one(), actor=SYSTEM)
        compute_alerts()
        assert live(Rule.REJECTED_ROW) == []


@pytest.mark.feature("E5")
def test_rows_that_wait_too_long_are_told_to_verifier_and_coordinator(office: Office) -> None:
    with clock.frozen(MONDAY):
        row = enter(office)
    with clock.frozen(MONDAY + timedelta(days=1, hours=23)):
        compute_alerts()
        assert live(Rule.ROWS_WAIT) == []
    with clock.frozen(MONDAY + timedelta(days=2, minutes=1)):
        compute_alerts()
        (found,) = live(Rule.ROWS_WAIT)
        assert (found.order_id, found.user_id, found.author_id, found.since) == (office.order.id, office.kamil.id, office.marek.id, MONDAY)
        assert [hears(getattr(office, name), Rule.ROWS_WAIT) for name in ("marek", "kamil", "beata")] == [True, True, False]
        with acting(acts(office.marek)):
            verification.judge(row, [], actor=acts(office.marek))
        compute_alerts()
        assert live(Rule.ROWS_WAIT) == []


@atomic
def _pile(order: Order, count: int) -> None:
    db.session.add_all(ProspectRow(order_id=order.id, number=number, name=f"Firma {number}", state=RowState.SUBMITTED, entered_at=clock.now(), is_drawn=True)
                       for number in range(1, count + 1))


def test_too_many_rows_that_wait_are_told_at_once_and_a_sample_settles_it(office: Office, client_of: Client) -> None:
    _pile(office.order, MANY_WAIT)
    compute_alerts()
    assert live(Rule.ROWS_WAIT) == []
    with acting(acts(office.beata)):
        records.update(office.order, {"last_number": MANY_WAIT}, actor=SYSTEM)
    enter(office)
    compute_alerts()
    (found,) = live(Rule.ROWS_WAIT)
    kamil = client_of(office.kamil, "en")
    page = kamil.get(f"/alerts/?item=x{found.id}").text
    assert "Verify a sample only" in page and "Add a verifier" in page
    assert "Verify a sample only" not in client_of(office.marek, "en").get(f"/alerts/?item=x{found.id}").text
    assert "Take a batch" in client_of(office.marek, "en").get(f"/alerts/?item=x{found.id}").text
    assert kamil.post(f"/alerts/remedy/{found.id}", data={"remedy": "sample"}).status_code == 302
    db.session.expire_all()
    states = [row.state for row in db.session.query(ProspectRow)]
    assert (states.count(RowState.SUBMITTED), states.count(RowState.ENTERED)) == (20, 181)
    assert db.session.get_one(Order, office.order.id).checking is Checking.SAMPLE
    assert live(Rule.ROWS_WAIT) == []


@pytest.mark.feature("E20")
def test_an_order_behind_its_pace_or_past_its_day_is_told_to_those_who_steer(office: Office) -> None:
    with clock.frozen(MONDAY):
        records.update(office.order, {"starts_on": date(2026, 11, 23), "due_on": date(2026, 12, 2), "target": 10}, actor=SYSTEM)
        compute_alerts()
        assert live(Rule.ORDER_LATE) == []
    with clock.frozen(MONDAY + timedelta(days=5)):  # half of ten days are over: four rows of five are near enough
        for number in range(3):
            enter(office, nip=f"{number:010}", phone=None, name=f"Firma {number}")
        compute_alerts()
        (found,) = live(Rule.ORDER_LATE)
        assert (found.order_id, found.user_id) == (office.order.id, office.kamil.id)
        heard = [name for name in ("renata", "kamil", "zofia", "beata", "marek") if hears(getattr(office, name), Rule.ORDER_LATE)]
        assert heard == ["renata", "kamil", "zofia"]
        enter(office, nip="5260250274", phone=None)
        compute_alerts()
        assert live(Rule.ORDER_LATE) == []
    with clock.frozen(MONDAY + timedelta(days=10)):
        compute_alerts()
        (found,) = live(Rule.ORDER_LATE)
        assert found.since == datetime(2026, 12, 2, tzinfo=UTC)
        records.update(office.order, {"due_on": date(2026, 12, 24), "target": None}, actor=SYSTEM)
        compute_alerts()
        assert live(Rule.ORDER_LATE) == []


@pytest.mark.feature("E28")
def test_an_order_that_supervisors_closed_and_the_coordinator_did_not(office: Office, cast: Cast) -> None:
    alone = make_order(cast.anna, name="Anny")
    with clock.frozen(MONDAY + timedelta(hours=1)):
        place = db.session.query(OrderAssignment).filter_by(user_id=office.renata.id).one()
        orders.close_place(place, actor=SYSTEM)
        compute_alerts()
        assert live(Rule.ORDER_LEFT) == []
    with clock.frozen(MONDAY + timedelta(days=1, hours=2)):
        compute_alerts()
        (found,) = live(Rule.ORDER_LEFT)
        assert found.order_id == office.order.id != alone.id and hears(office.kamil, Rule.ORDER_LEFT) and not hears(office.renata, Rule.ORDER_LEFT)
        orders.close_order(office.order, actor=SYSTEM)
        compute_alerts()
        assert live(Rule.ORDER_LEFT) == []


def test_the_remedies_of_orders_act_and_settle(office: Office, client_of: Client, cast: Cast) -> None:
    with clock.frozen(MONDAY):
        row = enter(office)
        reject(office, row)
        records.update(office.order, {"due_on": date(2026, 11, 23), "target": None}, actor=SYSTEM)
    with clock.frozen(MONDAY + timedelta(days=3)):
        compute_alerts()
        (rejected,), (late,) = live(Rule.REJECTED_ROW), live(Rule.ORDER_LATE)
        beata, kamil = client_of(office.beata, "en"), client_of(office.kamil, "en")
        page = beata.get(f"/alerts/?item=x{rejected.id}").text
        assert f"/my-order/row/{row.id}#f-nip" in page and "Correct NIP" in page and "rejected on" in page
        assert beata.get(f"/alerts/?item=x{late.id}").text.count("its last day is over") == 0
        assert beata.post(f"/alerts/remedy/{late.id}", data={"remedy": "move_date"}).status_code == 404
        beata.post(f"/alerts/remedy/{rejected.id}", data={"remedy": "ask", "text": "Skąd NIP?"})
        assert db.session.query(RowMessage).one().to_user_id == office.marek.id
        db.session.refresh(rejected)
        assert (rejected.state, rejected.ended_at) == (AlertState.RESOLVED, None)
        assert "its last day is over" in kamil.get(f"/alerts/?item=x{late.id}").text
        assert kamil.post(f"/alerts/remedy/{late.id}", data={"remedy": "move_date", "until": "2026-12-24T09:00"}).status_code == 302
        db.session.expire_all()
        assert db.session.get_one(Order, office.order.id).due_on == date(2026, 12, 24) and late.ended_at is not None
    with clock.frozen(MONDAY + timedelta(days=40)):
        compute_alerts()
        (late,) = live(Rule.ORDER_LATE)
        renata = client_of(office.renata, "en")
        assert renata.post(f"/alerts/remedy/{late.id}", data={"remedy": "add_operator", "to": ""}).status_code == 409
        assert renata.post(f"/alerts/remedy/{late.id}", data={"remedy": "add_operator", "to": str(cast.jean.id)}).status_code == 403
        assert db.session.query(OrderAssignment).filter_by(user_id=cast.jean.id).count() == 0, "not an operator of hers"
        assert "Add an operator" not in renata.get(f"/alerts/?item=x{late.id}").text, "both of hers are there already"
        teams.found({"name": "Śląsk", "members": [cast.jean, office.renata], "managers": [office.renata]}, actor=SYSTEM)
        page = renata.get(f"/alerts/?item=x{late.id}").text
        assert re.findall(r'<option value="(\d+)"', re.findall(r'<select[^>]*name="to"[^>]*>.*?</select>', page, re.DOTALL)[0]) == [str(cast.jean.id)]
        assert renata.post(f"/alerts/remedy/{late.id}", data={"remedy": "add_operator", "to": str(cast.jean.id)}).status_code == 302
        made = db.session.query(OrderAssignment).filter_by(user_id=cast.jean.id, seat=Seat.OPERATOR).one()
        assert made.order_id == office.order.id
        assert db.session.query(OutgoingMail).filter_by(event="notice:order", to_user_id=cast.jean.id).count() == 1
