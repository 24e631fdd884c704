"""Rows from the first key to the account: entered, judged, corrected, closed, converted, each within the place of a person."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.domain.errors import DomainError, Forbidden, Stale
from app.domain.orders import CallResult, Checking, OrderLinkKind, OrderState, RowState, Seat
from app.domain.row_checks import keys
from app.extensions import db
from app.models import Account, AuditLine, Contact, Opportunity, OrderAssignment, ProspectRow, RowMessage, Suppression
from app.operations import conversion, order_rows, orders, records, verification
from app.operations.conversion import Conversion
from app.operations.twins import differences
from app.permissions.actor import SYSTEM, acting
from app.queries import orders as asked
from app.queries.prospect_rows import doubles_of
from tests.orders.office import FIRM, Office, acts, make_order, seat
from tests.people import Cast

pytestmark = pytest.mark.database


def enter(office: Office, who: str = "beata", **more: object) -> ProspectRow:
    person = getattr(office, who)
    with acting(acts(person)):
        return order_rows.enter_row(office.order, FIRM | more, actor=acts(person))


def reach(user: Any, model: type = ProspectRow) -> set[int]:
    with acting(acts(user)):
        return {each.id for each in db.session.query(model)}


def place(office: Office, who: str) -> OrderAssignment:
    return db.session.query(OrderAssignment).filter_by(order_id=office.order.id, user_id=getattr(office, who).id).one()


def test_a_row_is_handed_in_rejected_corrected_and_verified(office: Office) -> None:
    row = enter(office)
    assert (row.state, row.number, row.source1_by_id) == (RowState.SUBMITTED, 1, office.beata.id)
    marek, beata = acts(office.marek), acts(office.beata)
    with acting(marek):
        assert verification.take_batch(office.order, actor=marek) == [row.id]
        verification.judge(row, [{"field": "nip", "problem": "Dwie cyfry przestawione", "suggested": "8567346216"}], actor=marek)
    assert row.state is RowState.REJECTED and row.findings[0]["field"] == "nip"
    with acting(beata):
        order_rows.save_row(row, {"nip": "8567346216"}, seen_version=row.version, actor=beata)
    assert row.state.value == "corrected"
    with acting(marek):
        verification.judge(row, [], actor=marek)
    assert row.state.value == "verified" and row.verified_at is not None and row.findings == []
    with acting(beata), pytest.raises(DomainError, match="verified"):
        order_rows.save_row(row, {"city": "Radom"}, actor=beata)


@pytest.mark.feature("E32")
def test_nobody_verifies_a_row_of_their_own(office: Office) -> None:
    zofia = acts(office.zofia)
    row = enter(office, "zofia")
    with acting(zofia), pytest.raises(Forbidden, match="Whoever entered"):
        verification.judge(row, [], actor=zofia)
    with acting(acts(office.beata)), pytest.raises(Forbidden):
        verification.judge(row, [], actor=acts(office.beata))


def test_an_administrator_alone_verifies_and_it_is_written_down(office: Office, cast: Cast) -> None:
    ada = acts(cast.ada)
    with acting(ada):
        row = order_rows.enter_row(office.order, FIRM, actor=ada)
        assert verification.judge(row, [], actor=ada).is_own


def test_two_people_never_write_over_each_other(office: Office) -> None:
    row, beata = enter(office), acts(office.beata)
    seen = row.version
    with acting(beata):
        order_rows.save_row(row, {"city": "Radom"}, seen_version=seen, actor=beata)
        with pytest.raises(Stale):
            order_rows.save_row(row, {"city": "Płock"}, seen_version=seen, actor=beata)
    assert row.city == "Radom"


def test_what_is_missing_is_named_and_a_draft_is_kept(office: Office) -> None:
    beata = acts(office.beata)
    with acting(beata):
        records.update(office.order, {"required": ["name", "nip"]}, actor=SYSTEM)
        with pytest.raises(order_rows.Incomplete) as refused:
            order_rows.enter_row(office.order, {"name": "Podlasek"}, actor=beata)
        assert refused.value.names == ["nip"]
        draft = order_rows.enter_row(office.order, {"name": "Podlasek"}, hand_in=False, actor=beata)
    assert draft.state is RowState.DRAFT


@pytest.mark.parametrize(("checking", "states"), [
    (Checking.NONE, {RowState.ENTERED}), (Checking.ALL, {RowState.SUBMITTED}), (Checking.SAMPLE, {RowState.ENTERED, RowState.SUBMITTED}),
])
def test_the_order_says_which_rows_are_verified(office: Office, checking: Checking, states: set[RowState]) -> None:
    records.update(office.order, {"checking": checking, "sample_percent": 25}, actor=SYSTEM)
    made = [enter(office, nip=f"{n:010}", phone=None, name=f"Firma {n}") for n in range(8)]
    assert {row.state for row in made} == states
    if checking is Checking.SAMPLE:
        assert sum(row.state is RowState.SUBMITTED for row in made) == 2


def test_each_place_reaches_its_rows(office: Office, cast: Cast) -> None:
    beatas, oskars = enter(office).id, enter(office, "oskar", nip="5260250274", phone=None).id
    other = make_order(cast.anna, name="firmy mięsne pomorskie")
    with acting(acts(cast.anna)):
        annas = order_rows.enter_row(other, FIRM, actor=acts(cast.anna)).id
    assert reach(office.beata) == {beatas} and reach(office.oskar) == {oskars}
    for name in ("renata", "marek", "zofia"):
        assert reach(getattr(office, name)) == {beatas, oskars}, name
    assert reach(office.kamil) == {beatas, oskars, annas} and reach(cast.anna) == {annas} and reach(cast.tom) == set()


def test_an_operator_who_moves_takes_the_rows_along(office: Office) -> None:
    row = enter(office).id
    second = seat(office.order, office.oskar, Seat.SUPERVISOR)
    kamil = acts(office.kamil)
    with acting(kamil):
        orders.move_place(place(office, "beata"), second, actor=kamil)
    assert reach(office.renata) == set() and reach(office.oskar) == {row}


def test_closing_flows_down_and_is_taken_back_level_by_level(office: Office) -> None:
    row, beata, kamil, renata = enter(office), acts(office.beata), acts(office.kamil), acts(office.renata)
    with acting(renata):
        found = asked.closing_of(office.order.id, asked.subtree(office.order.id, place(office, "beata").id))
        assert (found.operators, found.waiting) == (1, 1)
        assert orders.close_place(place(office, "beata"), actor=renata) == 1
    with acting(beata), pytest.raises(DomainError, match="closed for you"):
        order_rows.save_row(row, {"city": "Radom"}, actor=beata)
    enter(office, "oskar", nip="5260250274", phone=None)
    with acting(renata), pytest.raises(Forbidden):
        orders.close_order(office.order, actor=renata)
    with acting(kamil):
        whole = asked.closing_of(office.order.id)
        assert (whole.supervisors, whole.operators, whole.waiting) == (1, 1, 2)
        orders.close_order(office.order, actor=kamil)
        assert office.order.state is OrderState.CLOSED
        with pytest.raises(DomainError, match="finally closed"):
            order_rows.save_row(row, {"city": "Radom"}, actor=kamil)
        with pytest.raises(DomainError, match="finally closed"):
            orders.reopen_place(place(office, "beata"), actor=kamil)
        orders.reopen_order(office.order, actor=kamil)
        with pytest.raises(DomainError, match="closed for Renata"):
            orders.reopen_place(place(office, "beata"), actor=kamil)
        orders.reopen_place(place(office, "renata"), actor=kamil)
        orders.reopen_place(place(office, "beata"), actor=kamil)
    with acting(beata):
        order_rows.save_row(row, {"city": "Radom"}, actor=beata)


def test_doubles_are_shown_within_rights_and_counted_beyond(office: Office, cast: Cast) -> None:
    row, found = enter(office), keys(FIRM, ("nip", "phone"), "PL")
    records.create(Account, {"name": "Podlasek", "nip": "8567346215", "owner": cast.anna}, actor=SYSTEM)
    continued = make_order(office.zofia, name="mięso 2")
    orders.link_orders(office.order, continued, OrderLinkKind.CONTINUES, actor=SYSTEM)
    for who, where, rows, others, accounts in (
        (office.beata, office.order, [row], 0, 0), (office.oskar, office.order, [], 1, 0), (office.oskar, continued, [], 1, 0),
        (cast.ada, continued, [row], 0, 1),
    ):
        with acting(acts(who)):
            doubles = doubles_of(where.id, found, acts(who))
        assert (doubles.rows, doubles.others, len(doubles.accounts)) == (rows, others, accounts), who
    assert not doubles_of(office.order.id, keys({"nip": "1"}, ("nip",), "PL"), SYSTEM)


def test_question_and_answer_reach_the_other_side(office: Office) -> None:
    row, beata, marek = enter(office), acts(office.beata), acts(office.marek)
    with acting(beata):
        order_rows.say(row, "Skąd wziąć REGON?", actor=beata)
    with acting(marek):
        order_rows.say(row, "Z KRS.", actor=marek)
    assert [each.to_user_id for each in db.session.query(RowMessage).order_by(RowMessage.id)] == [office.marek.id, office.beata.id]
    with acting(marek):
        order_rows.see_messages(row, actor=marek)
    assert [each.seen_at is None for each in db.session.query(RowMessage).order_by(RowMessage.id)] == [False, True]


def test_double_entry_verifies_what_agrees_and_names_what_does_not(office: Office) -> None:
    records.update(office.order, {"checking": Checking.DOUBLE}, actor=SYSTEM)
    enter(office)
    second = enter(office, "oskar", nip="856-734-62-15", remarks="własnymi słowami")
    assert [row.state for row in db.session.query(ProspectRow)] == [RowState.VERIFIED] * 2
    third = enter(office, nip="5260250274", phone="221234567", city="Radom")
    fourth = enter(office, "oskar", nip="5260250274", phone="221234567", city="Płock")
    assert (third.state, fourth.state) == (RowState.SUBMITTED, RowState.SUBMITTED)
    assert differences(third, fourth) == ["city"] and second.twin_id is not None


def test_a_row_becomes_account_contact_and_opportunity(office: Office, cast: Cast) -> None:
    ada = acts(cast.ada)
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    row = enter(office, phone=None)
    with acting(ada):
        with pytest.raises(DomainError, match="Neither a telephone"):
            conversion.convert(row, Conversion(), actor=ada)
        account = conversion.convert(row, Conversion(person="Ewa Podlasek", title="Krajalnice", without_reach=True), actor=ada)
    assert (account.name, account.nip, account.type.code) == ("Zakład Mięsny Podlasek", "8567346215", "prospect")  # type: ignore[union-attr]
    assert row.state is RowState.CONVERTED
    assert db.session.get_one(Contact, row.contact_id).accounts == [account]
    assert db.session.get_one(Opportunity, row.opportunity_id).account == account
    again = enter(office, "oskar")
    with acting(ada):
        with pytest.raises(DomainError, match="like this one"):
            conversion.convert(again, Conversion(), actor=ada)
        assert conversion.convert(again, Conversion(account=account), actor=ada) == account


def test_rows_go_to_whoever_sells_and_are_converted_there(office: Office, cast: Cast) -> None:
    records.update(office.order, {"checking": Checking.NONE}, actor=SYSTEM)
    row, zofia, anna = enter(office), acts(office.zofia), acts(cast.anna)
    with acting(zofia):
        assert conversion.hand_over_all(office.order, cast.anna, actor=zofia) == 1
    assert reach(cast.anna) == {row.id}
    with acting(anna):
        assert conversion.convert(row, Conversion(), actor=anna).owner_id == cast.anna.id


def test_an_objection_is_kept_as_hashes_and_holds(office: Office) -> None:
    beata, row = acts(office.beata), enter(office, email="jan@podlasek.example")
    with acting(beata):
        order_rows.save_row(row, {"city": "Garwolin"}, actor=beata)
        order_rows.say(row, "Jan Kowalski prosi o telefon", actor=beata)
        order_rows.note_objection(row, actor=beata)
        assert (row.state, row.name, row.email, row.nip) == (RowState.DISCARDED, "", None, None)
        for same in ({"email": "JAN@podlasek.example"}, {"mobile": "+48 25 555 02 60"}, {"nip": "856-734-62-15"}):
            with pytest.raises(DomainError, match="objected"):
                order_rows.enter_row(office.order, {"name": "Podlasek", **same}, actor=beata)
    assert all(len(each.hash) == 64 and "podlasek" not in each.hash for each in db.session.query(Suppression))
    assert db.session.query(RowMessage).count() == 0
    lines = db.session.query(AuditLine).filter_by(subject_type="ProspectRow", subject_id=row.id).order_by(AuditLine.id).all()
    assert [(line.action, line.actor_name, line.subject_name) for line in lines] == [
        (action, str(office.beata), "#1") for action in ("enter_row", "save_row", "say_of_row", "note_objection")
    ]
    assert all(line.before == line.after == {} for line in lines)


def test_what_the_audit_says_of_a_row_goes_with_the_row_alone(office: Office) -> None:
    row = enter(office)
    line = AuditLine.__table__
    db.session.rollback()
    for told in ({"subject_name": "#1", "before": {}, "after": {}}, {"subject_name": "#1", "before": {}, "after": {}, "actor_name": "nobody"}):
        with db.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added"):
            connection.execute(line.update().where(line.c.subject_type == "ProspectRow", line.c.subject_id == row.id).values(told))


def test_a_lead_by_its_name_alone(cast: Cast) -> None:
    jean = acts(cast.jean)
    with acting(jean):
        first, second = (order_rows.quick_lead(name, actor=jean) for name in ("Garage Le Goff", "Boulangerie Morvan"))
        order_rows.log_call(first, CallResult.CALL_BACK, actor=jean)
    assert first.order_id == second.order_id and first.state is RowState.ENTERED and first.call_result is CallResult.CALL_BACK


def test_a_second_opinion_changes_nothing(office: Office) -> None:
    row, marek, zofia = enter(office), acts(office.marek), acts(office.zofia)
    with acting(marek):
        verification.judge(row, [], actor=marek)
    with acting(zofia):
        said = verification.give_second_opinion(row, [{"field": "city", "problem": "Nie tam"}], actor=zofia)
    assert said.is_second and row.state is RowState.VERIFIED
