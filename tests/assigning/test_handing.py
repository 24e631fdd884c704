"""Take, release, give: what moves, who is told, what the history says; and to whom the pick-lists let one give."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.errors import DomainError, Forbidden
from app.domain.rights import Assigning
from app.extensions import db
from app.models import Account, AuditLine, Firm, Opportunity, OutgoingMail, Profile, Task, User
from app.operations import handing, records, teams
from app.operations.assigning import people_on_offer, teams_on_offer
from app.permissions.actor import SYSTEM, Level
from app.permissions.rights import Action
from app.permissions.scope import rows
from app.queries.handovers import holdings_of
from app.support import clock
from tests.browsing import sent_by, tells
from tests.people import Cast, actor, make_account, make_opportunity, make_user

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _only_managers() -> None:
    records.update(db.session.get_one(Firm, 1), {"assigning": Assigning.MANAGERS}, actor=SYSTEM)


def _everybody() -> None:
    records.update(db.session.get_one(Firm, 1), {"assigning": Assigning.EVERYBODY}, actor=SYSTEM)


def _mails() -> list[tuple[str, str]]:
    query = select(OutgoingMail).where(OutgoingMail.event == "notice:handover").order_by(OutgoingMail.id)
    return [(mail.to_address.partition("@")[0], mail.text) for mail in db.session.scalars(query)]


def _list(client: FlaskClient, view: str) -> str:
    return client.get(f"/{view}/list/?mine=1&psize_{view}=100").get_data(as_text=True)


@pytest.mark.feature("A11")
def test_a_record_goes_to_a_person_with_words_that_stay(cast: Cast, client_of: Client) -> None:
    anna, deal = client_of(cast.anna, "en"), cast.terminals
    assert "Give to …" in anna.get(f"/opportunityview/show/{deal.id}").get_data(as_text=True)
    answer = anna.post(f"/opportunityview/give/{deal.id}", data={"to": f"u{cast.jean.id}", "note": "She asks for a price until Friday"})
    assert answer.location.endswith("/opportunityview/list/"), "it is not Anna's to see any more"
    db.session.refresh(deal)
    assert (deal.owner_id, deal.team_id) == (cast.jean.id, cast.north.id)
    page = client_of(cast.jean, "en").get(f"/opportunityview/show/{deal.id}").get_data(as_text=True)
    assert "Handed over by Anna Wiśniewska to Jean Lefèvre: She asks for a price until Friday" in page
    assert "Who held it" in page
    told = _mails()
    assert [name for name, _ in told] == ["jean"]
    assert "Anna Wiśniewska" in told[0][1] and "She asks for a price until Friday" in told[0][1]
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "give")).one()
    assert (line.actor_name, line.before["owner"], line.after["owner"]) == (str(cast.anna), str(cast.anna), str(cast.jean))


@pytest.mark.feature("A11")
def test_twenty_accounts_of_a_team_are_mine_for_each_member(cast: Cast, client_of: Client) -> None:
    accounts = [make_account(f"Brasserie {number:02}", cast.jean) for number in range(20)]
    client = client_of(cast.claire, "en")
    keys = [account.id for account in accounts]
    asked = client.post("/accountview/action_post", data={"action": "give_many", "rowid": keys}).get_data(as_text=True)
    assert "20 records" in asked and 'value="t' in asked
    given = client.post("/accountview/give_chosen", data={"rowid": keys, "to": f"t{cast.north.id}"}, follow_redirects=True)
    assert "Done: 20 of 20." in given.get_data(as_text=True)
    for member in (cast.anna, cast.jean, cast.claire):
        shown = _list(client_of(member, "en"), "accountview")
        assert all(account.name in shown for account in accounts), member
    assert "Brasserie 00" not in _list(client_of(cast.tom, "en"), "accountview")
    taken = client_of(cast.anna, "en").post(f"/accountview/take/{accounts[0].id}")
    assert taken.status_code == 302
    db.session.refresh(accounts[0])
    assert accounts[0].owner_id == cast.anna.id
    assert accounts[0].name not in _list(client_of(cast.jean, "en"), "accountview")
    assert [str(one.holder) for one in holdings_of(accounts[0])] == [str(cast.jean), "North", str(cast.anna)]


@pytest.mark.feature("A11")
def test_who_comes_second_hears_it(cast: Cast) -> None:
    free = make_opportunity("Libre", cast.gaelle, cast.jean)
    handing.give(free, cast.north, actor=actor(cast.jean))
    handing.take(free, actor=actor(cast.anna))
    with pytest.raises(DomainError) as refused:
        handing.take(free, actor=actor(cast.jean))
    assert (refused.value.code, refused.value.params) == ("taken", {"name": str(cast.anna)})
    with pytest.raises(Forbidden):
        handing.take(cast.renewal, actor=actor(cast.anna))


@pytest.mark.feature("A11")
def test_a_task_goes_back_to_the_team_and_somebody_takes_it(cast: Cast, client_of: Client) -> None:
    task = records.create(Task, {"title": "Zadzwonić do Jesionu", "assignee": cast.anna}, actor=actor(cast.anna))
    anna, jean = client_of(cast.anna, "en"), client_of(cast.jean, "en")
    assert jean.get(f"/taskview/show/{task.id}").status_code == 404
    assert anna.post(f"/taskview/release/{task.id}").status_code == 302
    db.session.refresh(task)
    assert (task.assignee_id, task.team_id) == (None, cast.north.id)
    assert "Zadzwonić do Jesionu" in _list(jean, "taskview")
    assert "Take it" in jean.get(f"/taskview/show/{task.id}").get_data(as_text=True)
    assert jean.post(f"/taskview/take/{task.id}").status_code == 302
    db.session.refresh(task)
    assert task.assignee_id == cast.jean.id
    lonely = make_opportunity("Sans équipe", cast.piotr, cast.ada)
    with pytest.raises(DomainError, match="belongs to no team"):
        handing.release(lonely, actor=actor(cast.ada))


def _offered(client: FlaskClient, path: str) -> set[str]:
    """The people and teams of the list on a page that gives something."""
    page = client.get(path).get_data(as_text=True)
    chosen = re.search(r'<select[^>]*(?:name="to"|name="assignee"|name="owner").*?</select>', page, re.DOTALL)
    assert chosen is not None, path
    return {" ".join(html.unescape(each).split()) for each in re.findall(r"<option[^>]*>([^<]*)", chosen[0])} - {""}


@pytest.mark.feature("C8")
@pytest.mark.parametrize(("language", "within", "anybody"), [
    ("fr", "Tous, au sein de leurs équipes", "Tous, à tout le monde"), ("pl", "Wszyscy, w swoich zespołach", "Wszyscy, każdemu"),
])
def test_in_a_new_firm_everybody_gives_within_their_own_teams(cast: Cast, client_of: Client, language: str, within: str, anybody: str) -> None:
    """A manager to the members of their team, a salesperson to colleagues; whoever is in no team to anybody; and tasks are asked of all."""
    claire, anna, ada = (client_of(user, language) for user in (cast.claire, cast.anna, cast.ada))
    own, all_of_them = {"Claire Morel", "Anna Wiśniewska", "Jean Lefèvre"}, {"Tom Baker", "Ada Nowak"}
    doors = {claire: f"/opportunityview/give/{cast.labellers.id}", anna: f"/opportunityview/give/{cast.terminals.id}"}
    for client, path in doors.items():
        offered = _offered(client, path)
        assert own | {"North"} <= offered and not offered & {*all_of_them, "South"}, path
        assert all_of_them <= _offered(client, "/taskview/add"), "a task is asked of anybody"
        assert client.post(path, data={"to": f"u{cast.tom.id}"}).status_code == 409
        assert client.post(path, data={"to": f"t{cast.south.id}"}).status_code == 409
    for user in (cast.claire, cast.anna):
        item = cast.labellers if user is cast.claire else cast.terminals
        for values in ({"owner": cast.tom}, {"co_owners": [cast.tom]}, {"team": cast.south}):
            with pytest.raises(Forbidden):
                records.update(item, values, actor=actor(user))
    assert claire.post(doors[claire], data={"to": f"u{cast.anna.id}"}).status_code == 302
    assert all_of_them <= _offered(ada, f"/opportunityview/give/{cast.terminals.id}")
    lena = make_user("Lena", "Lis", Level.USER, "pl", [])
    mine = make_opportunity("Telefon", cast.piotr, lena)
    assert own | all_of_them <= _offered(client_of(lena, language), f"/opportunityview/give/{mine.id}"), "the switchboard is in no team"

    assert within in ada.get("/firmview/show/1").get_data(as_text=True)
    form = sent_by(ada.get("/firmview/edit/1").get_data(as_text=True))
    assert anybody in ada.get("/firmview/edit/1").get_data(as_text=True)
    assert ada.post("/firmview/edit/1", data=form | {"assigning": "everybody"}).status_code == 302
    assert all_of_them <= _offered(anna, doors[anna])
    assert ada.post("/firmview/edit/1", data=sent_by(ada.get("/firmview/edit/1").get_data(as_text=True)) | {"assigning": "teams"}).status_code == 302
    assert not all_of_them & _offered(anna, doors[anna])


@pytest.mark.feature("C8")
def test_who_manages_the_team_above_gives_to_those_below_as_far_as_the_profile_reaches(cast: Cast) -> None:
    below = teams.found({"name": "North-East", "parent": cast.north, "members": [cast.tom]}, actor=SYSTEM)
    assert cast.tom not in people_on_offer(actor(cast.claire))
    profile = db.session.scalars(select(Profile).where(Profile.code == "team_manager")).one()
    records.update(profile, {"actions": {**profile.actions, "Opportunity": {**profile.actions["Opportunity"], "read": "tree", "write": "tree"}}}, actor=SYSTEM)
    people = people_on_offer(actor(cast.claire))
    assert cast.tom in people and cast.ada not in people and below in teams_on_offer(actor(cast.claire))


@pytest.mark.feature("C8")
def test_where_managers_give_pick_lists_hold_their_own_members(cast: Cast, client_of: Client) -> None:
    _only_managers()
    claire, anna = client_of(cast.claire, "en"), client_of(cast.anna, "en")
    forms = {
        "opportunityview": cast.labellers.id, "accountview": cast.gaelle.accounts[0].id, "contactview": cast.gaelle.id,
    }
    for view, key in forms.items():
        for url in (f"/{view}/edit/{key}", f"/{view}/add", f"/{view}/give/{key}"):
            page = claire.get(url).get_data(as_text=True)
            assert all(str(user) in page for user in (cast.claire, cast.anna, cast.jean)), url
            assert "Tom Baker" not in page and "Ada Nowak" not in page and "South" not in page, url
        for asked in ("owner?q=", "owner?q=baker", "owner?q=&teams=1"):  # where people are many, a search answers instead
            offered = {each["text"] for each in claire.get(f"/{view}/lookup/{asked}").get_json()}
            assert offered <= {str(each) for each in (cast.claire, cast.anna, cast.jean, cast.north)} and bool(offered) is ("baker" not in asked), asked
    for url in ("/taskview/add",):
        page = claire.get(url).get_data(as_text=True)
        assert "Jean Lefèvre" in page and "Tom Baker" not in page and "Ada Nowak" not in page, url
    own = anna.get(f"/opportunityview/edit/{cast.terminals.id}").get_data(as_text=True)
    assert "Anna Wiśniewska" in own and "Jean Lefèvre" not in own
    forged = claire.post(f"/opportunityview/give/{cast.labellers.id}", data={"to": f"u{cast.tom.id}"})
    assert forged.status_code == 409 and "Choose a person or a team" in forged.get_data(as_text=True)
    with pytest.raises(Forbidden):
        handing.give(cast.labellers, cast.tom, actor=actor(cast.claire))
    with pytest.raises(Forbidden):
        handing.give(cast.terminals, cast.jean, actor=actor(cast.anna))
    handing.give(cast.labellers, cast.anna, actor=actor(cast.claire))
    assert cast.labellers.owner_id == cast.anna.id


@pytest.mark.feature("C8")
def test_a_foreign_owner_stays_when_a_form_is_saved(cast: Cast, client_of: Client) -> None:
    """Whoever may not give to the present owner saves the other fields without taking the record from them."""
    _only_managers()
    handing.give(cast.terminals, cast.tom, actor=actor(cast.ada))
    records.update(cast.terminals, {"team": cast.north}, actor=SYSTEM)
    page = client_of(cast.claire, "en").get(f"/opportunityview/edit/{cast.terminals.id}").get_data(as_text=True)
    assert f'selected value="{cast.tom.id}"' in page or f'value="{cast.tom.id}" selected' in page


@pytest.mark.feature("A11")
def test_two_people_are_responsible(cast: Cast, client_of: Client) -> None:
    _everybody()
    deal, tom, anna = cast.renewal, client_of(cast.tom, "en"), client_of(cast.anna, "en")
    assert anna.get(f"/opportunityview/show/{deal.id}").status_code == 404
    records.update(deal, {"co_owners": [cast.anna]}, actor=actor(cast.tom))
    shown = anna.get(f"/opportunityview/show/{deal.id}").get_data(as_text=True)
    assert "Also responsible" in shown and "Also responsible now: Anna Wiśniewska" in shown
    assert anna.post(f"/opportunityview/star/{deal.id}").status_code == 302
    assert deal.title in _list(anna, "opportunityview") and deal.title in _list(tom, "opportunityview")
    assert deal.title in anna.get("/today/").get_data(as_text=True)
    assert deal.title in client_of(cast.claire, "en").get("/opportunityview/list/").get_data(as_text=True), "of a member of the team"
    assert [name for name, _ in _mails()] == ["anna"]
    records.update(deal, {"co_owners": []}, actor=actor(cast.tom))
    assert anna.get(f"/opportunityview/show/{deal.id}").status_code == 404


@pytest.mark.feature("A11")
def test_an_account_has_several_people(cast: Cast, client_of: Client) -> None:
    _everybody()
    account = cast.olivia.accounts[0]
    anna = client_of(cast.anna, "en")
    assert anna.get(f"/accountview/edit/{account.id}").status_code == 403
    records.update(account, {"co_owners": [cast.anna, cast.jean]}, actor=actor(cast.tom))
    assert anna.get(f"/accountview/edit/{account.id}").status_code == 200
    page = anna.get(f"/accountview/show/{account.id}").get_data(as_text=True)
    assert "Anna Wiśniewska, Jean Lefèvre" in page or "Jean Lefèvre, Anna Wiśniewska" in page
    assert account.name in _list(anna, "accountview")


def test_no_link_table_is_asked_without_such_rows(cast: Cast) -> None:
    """Most people are co-owners of nothing: their lists must not pay for it."""
    assert "opportunity_person" not in str(_narrowed(cast.anna))
    records.update(cast.renewal, {"co_owners": [cast.anna]}, actor=SYSTEM)
    assert "opportunity_person" in str(_narrowed(cast.anna))
    assert "account_person" not in str(_narrowed(cast.anna, Account))


def _narrowed(user: User, model: type = Opportunity) -> Any:
    return rows(model, actor(user), Action.WRITE)


@pytest.mark.feature("C8")
def test_many_records_go_only_where_one_would(cast: Cast, client_of: Client) -> None:
    """A forged key of another's record is 404, one that may only be read is left alone, and says so."""
    anna, mine, theirs = client_of(cast.anna, "en"), cast.katarzyna.accounts[0], cast.olivia.accounts[0]
    assert anna.post("/opportunityview/give_chosen", data={"rowid": [cast.renewal.id], "to": f"u{cast.jean.id}"}).status_code == 404
    assert anna.post("/accountview/action_post", data={"action": "give_many", "rowid": [theirs.id]}).status_code == 403
    page = anna.post("/accountview/give_chosen", data={"rowid": [mine.id, theirs.id], "to": f"u{cast.jean.id}"}, follow_redirects=True)
    assert "Done: 1 of 2." in page.get_data(as_text=True)
    db.session.expire_all()
    assert (mine.owner_id, theirs.owner_id) == (cast.jean.id, cast.tom.id)
    assert anna.post("/accountview/give_chosen", data={"rowid": [mine.id], "to": "u987654"}).status_code == 409


@pytest.mark.feature("C12")
def test_what_somebody_has_to_do_is_theirs_alone_to_know(cast: Cast, client_of: Client) -> None:
    """Figures of a colleague have no address: another key is 404, and a filter for them finds nothing."""
    anna, day = client_of(cast.anna, "en"), clock.now().date()
    for url in (f"/work/person/{cast.jean.id}", f"/users/show/{cast.jean.id}", f"/summary/{day}?edition=team"):
        assert anna.get(url).status_code in (403, 404), url
    for url in (f"/board/?owner={cast.jean.id}", f"/opportunityview/list/?_flt_0_owner={cast.jean.id}", "/summary/", "/today/"):
        page = anna.get(url).get_data(as_text=True)
        assert cast.labellers.title not in page and not tells(page.partition("<main")[2], 128_400), url
    claire = client_of(cast.claire, "en")
    assert claire.get(f"/work/person/{cast.tom.id}").status_code == 404, "nor a manager those of another team"
