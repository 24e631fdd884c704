"""Work that moves from one person to others, and back; people who leave; deputies who come and go by the calendar."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.errors import DomainError, Forbidden
from app.domain.messages import State
from app.extensions import db
from app.models import (
    Account,
    Contact,
    CrmAddress,
    Deputy,
    Handover,
    Opportunity,
    OutgoingMail,
    Successor,
    Task,
    User,
    WorkMove,
)
from app.operations import deputies, records, work_moves
from app.permissions.actor import SYSTEM, acting
from app.queries.summary import mine as morning
from app.queries.summary import subscriptions
from app.support import clock
from app.support.clock import frozen
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor, make_opportunity

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _held(user: User) -> dict[str, int]:
    return {
        model.__name__: db.session.scalar(select(func.count(model.id)).where(column == user.id)) or 0
        for model, column in ((Opportunity, Opportunity.owner_id), (Account, Account.owner_id), (Contact, Contact.owner_id), (Task, Task.assignee_id))
    }


def _move(client: FlaskClient, giver: User, to: str, **form: str) -> str:
    answer = client.post(f"/work/move/{giver.id}", data={"to": to, **form})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


@pytest.mark.feature("A11", "C7")
def test_a_manager_moves_the_work_of_a_member_and_takes_it_back(cast: Cast, client_of: Client) -> None:
    records.create(Task, {"title": "Rappeler Gaëlle", "assignee": cast.jean}, actor=actor(cast.jean))
    before, claire = _held(cast.jean), client_of(cast.claire, "en")
    page = claire.get(f"/work/person/{cast.jean.id}?to=u{cast.anna.id}").get_data(as_text=True)
    assert "Jean Lefèvre → Anna Wiśniewska" in page and "Move 7 records" in page, "two open opportunities, two accounts, two contacts, a task"
    assert "Tom Baker" not in page.partition("Deputies")[0], "only within the own teams"
    moved = _move(claire, cast.jean, f"u{cast.anna.id}", note="Jean is in Lille from Monday on")
    assert "7 records moved." in claire.get(moved).get_data(as_text=True)
    assert _held(cast.jean) == {"Opportunity": 1, "Account": 0, "Contact": 0, "Task": 0}, "what is won stays with whom won it"
    shown = client_of(cast.anna, "en").get(f"/opportunityview/show/{cast.labellers.id}").get_data(as_text=True)
    assert "Handed over from Jean Lefèvre to Anna Wiśniewska by Claire Morel: Jean is in Lille from Monday on" in shown
    records.update(cast.traceability, {"owner": cast.claire}, actor=actor(cast.claire))
    back = claire.post(moved.replace("moved", "back"))
    assert "6 records moved." in claire.get(back.location).get_data(as_text=True)
    db.session.expire_all()
    assert _held(cast.jean) == before | {"Opportunity": before["Opportunity"] - 1}
    assert cast.traceability.owner_id == cast.claire.id, "what was moved on since stays where it is"
    again = claire.post(moved.replace("moved", "back"), follow_redirects=True).get_data(as_text=True)
    assert "given back already" in again


@pytest.mark.feature("A11", "C7")
def test_nobody_moves_work_beyond_the_own_teams(cast: Cast, client_of: Client) -> None:
    claire, anna = client_of(cast.claire, "en"), client_of(cast.anna, "en")
    assert claire.get(f"/work/person/{cast.tom.id}").status_code == 404
    assert claire.post(f"/work/move/{cast.tom.id}", data={"to": f"u{cast.anna.id}"}).status_code == 404
    assert claire.post(f"/work/move/{cast.anna.id}", data={"to": f"u{cast.tom.id}"}).status_code == 409
    assert claire.post(f"/work/leave/{cast.anna.id}", data={"to": "stays"}).status_code == 403
    assert anna.get(f"/work/person/{cast.jean.id}").status_code == 404
    assert anna.post(f"/work/move/{cast.anna.id}", data={"to": f"u{cast.jean.id}"}).status_code == 403
    with pytest.raises(Forbidden):
        work_moves.start_move(cast.anna, cast.tom, actor=actor(cast.claire))
    assert db.session.scalars(select(WorkMove)).first() is None


@pytest.mark.feature("A11")
def test_many_records_move_in_portions_to_a_team(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_moves, "PORTION", 3)
    for number in range(7):
        make_opportunity(f"Szansa {number}", cast.piotr, cast.anna)
    move = work_moves.start_move(cast.anna, cast.north, kinds=["Opportunity"], actor=actor(cast.ada))
    portions = 0
    while work_moves.go_on(move.id):
        portions += 1
    assert (portions, move.done, move.total) == (3, 8, 8)
    assert _held(cast.anna)["Opportunity"] == 0
    assert db.session.scalar(select(func.count(Handover.id)).where(Handover.move_id == move.id)) == 8
    with frozen(clock.now() + timedelta(days=2)), pytest.raises(DomainError, match="within a day"):
        work_moves.give_back(move, actor=actor(cast.ada))


@pytest.mark.feature("A11", "E16")
def test_who_leaves_is_asked_where_the_work_goes(cast: Cast, client_of: Client) -> None:
    ada = client_of(cast.ada, "en")
    refused = ada.post(f"/users/delete/{cast.jean.id}", follow_redirects=True).get_data(as_text=True)
    assert "Jean Lefèvre still has open work (6)" in refused
    assert cast.jean.active
    answer = ada.post(f"/work/leave/{cast.jean.id}", data={"to": f"u{cast.anna.id}"}, follow_redirects=True)
    assert "6 records moved." in answer.get_data(as_text=True)
    db.session.expire_all()
    assert not cast.jean.active and cast.labellers.owner_id == cast.anna.id
    assert cast.jean.id not in {each.user_id for each in subscriptions()}, "no summary any more"


@pytest.mark.feature("A11")
def test_mail_to_the_address_of_who_left_comes_to_the_successor(cast: Cast) -> None:
    address = cast.crm(cast.jean)
    deputies.leave(cast.jean, cast.anna, actor=actor(cast.ada))
    assert db.session.scalars(select(Successor.to_user_id)).one() == cast.anna.id
    mailbox = make_mailbox()
    message = deliver(mailbox, note("nouveau@laiterie.example", address, subject="Devis"))
    assert (message.reason, message.acting_user_id) == ("stranger_to_secret", cast.anna.id)
    own = deliver(mailbox, note(cast.jean.email, "prospect@client.example", envelope=address))
    assert (own.reason, own.acting_user_id) == ("inactive_user", cast.anna.id)
    deputies.leave(cast.jean, cast.north, actor=actor(cast.ada))
    other = deliver(mailbox, note("autre@laiterie.example", address, subject="Devis 2"))
    assert (other.acting_user_id, other.team_id) == (None, cast.north.id)


@pytest.mark.feature("A11")
def test_a_deputy_works_in_place_of_somebody_and_it_ends_by_itself(cast: Cast, client_of: Client) -> None:
    today = clock.now().date()
    tom, anna, deal = client_of(cast.tom, "en"), client_of(cast.anna, "en"), cast.terminals
    assert tom.get(f"/opportunityview/show/{deal.id}").status_code == 404
    waiting = deliver(make_mailbox(), note("ktos@nieznany.example", cast.crm(cast.anna), subject="Pytanie o wagi"))
    assert waiting.state is State.HELD and "Pytanie o wagi" not in tom.get("/incomingmail/").get_data(as_text=True)
    form = {"deputy": str(cast.tom.id), "first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    assert anna.post(f"/work/deputy/{cast.anna.id}", data=form).status_code == 302
    with frozen(clock.now() + timedelta(days=1)):
        assert tom.get(f"/opportunityview/show/{deal.id}").status_code == 200
        assert tom.post(f"/opportunityview/star/{deal.id}").status_code == 302
        day = tom.get("/today/").get_data(as_text=True)
        assert deal.title in day and "of Anna Wiśniewska" in day and "Pytanie o wagi" in day
        assert "Pytanie o wagi" in tom.get("/incomingmail/").get_data(as_text=True)
        assert deal.title in {line.title for line in morning(cast.tom, clock.now().date()).to_do.lines}
        assert tom.get(f"/opportunityview/show/{cast.labellers.id}").status_code == 404, "Jean's are not Anna's"
    with frozen(clock.now() + timedelta(days=5)):
        assert tom.get(f"/opportunityview/show/{deal.id}").status_code == 404
        assert deal.title not in tom.get("/today/").get_data(as_text=True)


@pytest.mark.feature("A11")
def test_deputies_are_named_by_oneself_or_the_own_manager_for_days_that_make_sense(cast: Cast, client_of: Client) -> None:
    day = clock.now().date()
    for first, last in ((day, day - timedelta(days=1)), (date(2020, 1, 1), date(2020, 1, 9)), (day, day + timedelta(days=400))):
        with pytest.raises(DomainError):
            deputies.name_deputy(cast.anna, cast.jean, first, last, actor=actor(cast.anna))
    with pytest.raises(Forbidden):
        deputies.name_deputy(cast.anna, cast.jean, day, day, actor=actor(cast.jean))
    found = deputies.name_deputy(cast.anna, cast.jean, day - timedelta(days=1), day + timedelta(days=1), actor=actor(cast.claire))
    assert cast.anna.id in actor(cast.jean).stands_in_for
    assert client_of(cast.tom, "en").post(f"/work/undeputy/{found.id}").status_code == 404
    assert client_of(cast.anna, "en").post(f"/work/undeputy/{found.id}").status_code == 302
    assert not actor(cast.jean).stands_in_for
    assert db.session.scalars(select(Deputy.archived_at)).one() is not None


def test_a_deputy_sees_no_secret_address_and_no_mail_to_the_person(cast: Cast) -> None:
    day = clock.now().date()
    deputies.name_deputy(cast.anna, cast.jean, day - timedelta(days=1), day + timedelta(days=1), actor=SYSTEM)
    secret = cast.crm(cast.anna)
    with acting(actor(cast.jean)):
        assert secret not in set(db.session.scalars(select(CrmAddress.address)))
        assert {mail.to_user_id for mail in db.session.scalars(select(OutgoingMail))} <= {cast.jean.id}
