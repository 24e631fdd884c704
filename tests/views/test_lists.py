"""Lists: pages that follow one another by value and key, and counts that stop."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Contact, Opportunity, Task
from app.operations import records
from app.operations.contacts import create_contact, update_contact
from app.operations.people import Person, meet
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.support import clock
from app.views import paging
from tests.browsing import pages_from, titles_of, way
from tests.people import Cast, actor

pytestmark = pytest.mark.both("each database sorts and compares text in its own way")

Client = Callable[..., FlaskClient]


@atomic
def _many(cast: Cast, count: int, *, actor: Actor) -> None:
    for n in range(count):
        records.create(Opportunity, {
            "title": f"Shelf {n:03}", "account": cast.terminals.account, "amount": Decimal(n // 3) if n % 4 else None, "owner": cast.anna,
        }, actor=actor)  # fmt: skip


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("column", ["amount", "title", "status", "last_activity_at", "remind_at"])
@pytest.mark.feature("C26")
def test_every_row_stands_on_one_page_whichever_the_order(cast: Cast, client_of: Client, column: str, direction: str) -> None:
    """Many rows share a value, others have none: none is lost between two pages, and the way back leads through the same ones."""
    _many(cast, 12, actor=actor(cast.ada))
    pages = pages_from(client_of(cast.ada), f"/opportunityview/list/?_oc_OpportunityView={column}&_od_OpportunityView={direction}&psize_OpportunityView=5")
    everything = [title for each in pages for title in each]
    assert len(everything) == len(set(everything)) == db.session.query(Opportunity).count()


@pytest.mark.feature("C26")
def test_a_count_stops_and_says_so(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _many(cast, 30, actor=actor(cast.ada))
    monkeypatch.setattr(paging, "COUNT_CAP", 20)
    from app.views.opportunities import OpportunityView

    monkeypatch.setattr(OpportunityView, "count_cap", 20)
    page = client_of(cast.ada).get("/opportunityview/list/?_flt_2_title=Shelf").text
    assert "more than 20 records" in page and "1 to 25 of more than 20" in page


def test_a_place_that_no_page_of_ours_writes_is_refused(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna)
    for wrong in ("x", "ÿ", "W10", "bnVsbA", "WyJsYXN0X2FjdGl2aXR5X2F0IiwiZGVzYyIsMCwieCIsMSwwXQ"):
        assert client.get(f"/opportunityview/list/?from_OpportunityView={wrong}").status_code == 400, wrong


def test_another_order_begins_at_its_first_page(cast: Cast, client_of: Client) -> None:
    _many(cast, 12, actor=actor(cast.ada))
    client = client_of(cast.ada)
    page = client.get("/opportunityview/list/?_oc_OpportunityView=title&_od_OpportunityView=asc&psize_OpportunityView=5").text
    further = (way(page, "next") or "").replace("_oc_OpportunityView=title", "_oc_OpportunityView=amount")
    assert way(client.get(further).text, "prev") is None


LIST = "/opportunityview/list/"
OF = "of=OpportunityView"


def _heads(page: str) -> list[str]:
    return [re.sub("<[^>]*>", "", head).strip() for head in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)]


def test_a_person_chooses_the_columns_and_their_order(cast: Cast, client_of: Client) -> None:
    """By pressing buttons alone; what the export holds follows, and so does nobody else's list."""
    client = client_of(cast.tom)
    page = client.get(f"/lists/columns?{OF}").text
    order = re.findall(r'name="order" value="(\w+)"', page)
    assert order[0] == "title" and "currency" not in order
    moved = client.post(f"/lists/columns?{OF}", data={"order": order, "column": ["status", "source"], "up": "status"}).text
    assert re.findall(r'name="order" value="(\w+)"', moved)[1] == "status" and "Status is now number 2 of" in moved and "autofocus" in moved
    answer = client.post(f"/lists/columns?{OF}", data={"order": ["title", "source", "status"], "column": ["source", "status", "no such column"]})
    assert answer.status_code == 302
    assert [head for head in _heads(client.get(LIST).text) if head not in ("", "Edit")] == ["Title", "Source", "Status"]
    assert client.get("/opportunityview/export.csv").data.decode("utf-8-sig").split("\r\n")[0] == "Title;Source;Status"
    assert "Salesperson" in _heads(client_of(cast.ada).get(LIST).text) or "Amount" in client_of(cast.ada).get(LIST).text
    client.post(f"/lists/columns?{OF}", data={"reset": "y"})
    assert "Salesperson" in client.get(LIST).text


@pytest.mark.feature("C31")
def test_a_view_is_shared_with_the_team_and_each_sees_their_own_rows(cast: Cast, client_of: Client) -> None:
    claire, anna, tom = client_of(cast.claire), client_of(cast.anna), client_of(cast.tom)
    asked = "_flt_0_title=T&_oc_OpportunityView=title&_od_OpportunityView=asc"
    saved = claire.post(f"/lists/save?{OF}&{asked}", data={"name": "With a T", "share": str(cast.north.id)})
    assert saved.status_code == 302 and "_flt_0_title=T" in saved.location and "view=" in saved.location
    assert len(titles_of(claire.get(saved.location).text)) == 2
    assert "With a T" in anna.get(LIST).text and "With a T" not in tom.get(LIST).text
    assert titles_of(anna.get(saved.location).text) == ["Terminale do magazynu"]
    assert len(anna.get(saved.location.replace("list/", "export.csv")).data.decode().strip().split("\n")) == 2


def test_who_leads_nobody_shares_nothing_and_changes_only_their_own(cast: Cast, client_of: Client) -> None:
    anna, claire = client_of(cast.anna), client_of(cast.claire)
    for share in (str(cast.north.id), "all"):
        assert anna.post(f"/lists/save?{OF}", data={"name": "Mine", "share": share}).status_code in (403, 409)
    assert claire.post(f"/lists/save?{OF}", data={"name": "x", "share": str(cast.south.id)}).status_code in (403, 409)
    kept = claire.post(f"/lists/save?{OF}", data={"name": "Ours", "share": str(cast.north.id)}).location
    view = re.search(r"view=(\d+)", kept)
    assert view is not None
    assert anna.post(f"/lists/delete?{OF}&view={view[1]}").status_code == 404
    assert anna.post(f"/lists/save?{OF}&view={view[1]}", data={"name": "Taken", "what": "change"}).status_code == 302
    assert "Ours" in claire.get(LIST).text and "Taken" not in claire.get(LIST).text


def test_a_view_to_begin_with_is_renamed_and_deleted(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.tom)
    kept = client.post(f"/lists/save?{OF}&_flt_0_title=S", data={"name": "S only", "is_default": "y"}).location
    assert client.get(LIST).location == kept
    view = kept.partition("?")[2]
    assert client.post(f"/lists/save?{OF}&{view}", data={"name": "", "what": "change"}).status_code == 409
    client.post(f"/lists/save?{OF}&{view}", data={"name": "Stones", "what": "change"})
    page = client.get(LIST + "?view=0").text
    assert "Stones" in page and "S only" not in page
    assert client.post(f"/lists/delete?{OF}&{view}").status_code == 302
    assert client.get(LIST).status_code == 200


def _chips(page: str) -> list[str]:
    """What the filters above the list say, word for word."""
    found = re.findall(r'<span class="k-chip".*?<a class="k-chip-or"', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", " ", chip.partition(">")[2].rpartition("<")[0]).split()) for chip in found]


def _form(page: str) -> dict[str, str]:
    """What the open form of the filters carries hidden."""
    form = page[page.index('role="search"') :]
    return {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[: form.index("</form>")])}


@pytest.mark.feature("C31")
def test_conditions_are_joined_by_or_without_a_script(cast: Cast, client_of: Client) -> None:
    """By links and a form that is sent as it is: one of several values, or of several fields; kept in a view, exported exactly."""
    _many(cast, 9, actor=actor(cast.ada))
    client = client_of(cast.ada)
    page = client.get(LIST + "?_flt_2_title=Shelf").text
    beside = unescape(re.findall(r'class="k-chip-or" href="([^"]*)"', page)[0])
    opened = client.get(beside).text
    assert 'k-filter" open' in opened and "Show also what fits this, besides: Title contains Shelf" in opened
    sent = client.get(LIST, query_string={**_form(opened), "_flt_0_title": "Terminale", "_op_title": "0", "_flt_0_amount": ""})
    page = client.get(sent.location).text
    assert _chips(page) == ["Title contains Shelf or Title begins with Terminale"]
    assert set(titles_of(page)) == {*(f"Shelf {n:03}" for n in range(9)), "Terminale do magazynu"}
    narrowed = client.get(unescape(re.findall(r'href="([^"]*joins=and[^"]*)"', page)[0])).text
    sent = client.get(LIST, query_string={**_form(narrowed), "_flt_1_amount": "1"})
    page = client.get(sent.location).text
    assert len(_chips(page)) == 2 and set(titles_of(page)) == {"Shelf 006", "Shelf 007", "Terminale do magazynu"}
    rows = client.get(sent.location.replace("list/", "export.csv")).data.decode("utf-8-sig").strip().split("\r\n")[1:]
    assert sorted(row.partition(";")[0] for row in rows) == sorted(titles_of(page))
    saved = client.post(f"/lists/save?{OF}&{sent.location.partition('?')[2]}", data={"name": "Shelves or terminals"}).location
    assert titles_of(client.get(saved).text) == titles_of(page)
    fewer = client.get(unescape(re.findall(r'href="([^"]*)" aria-label="Remove the filter Title Shelf"', page)[0])).text
    assert "Title begins with Terminale" in " ".join(_chips(fewer)) and titles_of(fewer) == ["Terminale do magazynu"]


@pytest.mark.feature("C31")
def test_several_values_of_a_field_are_ticked_at_once(cast: Cast, client_of: Client) -> None:
    """Any of them; after a *not*, none of them."""
    _many(cast, 3, actor=actor(cast.ada))
    client = client_of(cast.ada)
    opened = client.get(LIST + "?_flt_0_status=won&joins=_flt_0_status").text
    assert 'type="checkbox" name="_flt_0_status" value="standby"' in opened
    sent = client.get(LIST, query_string={**_form(opened), "_flt_0_status": ["todo", "standby"]})
    page = client.get(sent.location).text
    assert _chips(page) == ["Status Won or Status To do or Status Standby"]
    assert len(titles_of(page)) == db.session.query(Opportunity).filter(Opportunity.status.in_(["won", "todo", "standby"])).count()
    none_of = client.get(LIST + "?_flt_1_status=todo&_flt_1_status=standby")
    assert _chips(client.get(none_of.location).text) == ["Status is not To do and Status is not Standby"]
    assert titles_of(client.get(none_of.location).text) == titles_of(client.get(LIST + "?_any_1=_flt_1_status%3Dtodo%26_flt_1_status%3Dstandby").text)


def test_an_alternative_that_no_page_of_ours_writes_is_refused(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada)
    for wrong in ("", "x", "a=b", "_flt_9_title=x", "_flt_9_amount=1", "_flt_0_title=x||", "_flt_2_amount=x", "_flt_0_title=x|" * 50):
        assert client.get(LIST, query_string={"_any_1": wrong}).status_code == 400, wrong


@atomic
def _meet(name: str, address: str, *, actor: Actor) -> None:
    meet(Person(name=name, address=address), owner_id=None, team_id=None, language="pl", actor=actor)


def test_people_stand_by_the_name_that_they_have(cast: Cast, client_of: Client) -> None:
    """A first name alone stands among the others, an accented letter beside the plain one, whoever has no name last; mail brings them so too."""
    for first, last in (("Zofia", "Ćwik"), ("Adam", "Czyż"), ("Celina", ""), ("Ewa", "Żak")):
        create_contact({"first_name": first, "last_name": last}, actor=SYSTEM)
    _meet("Cezary", "cezary@mlyn.example", actor=SYSTEM)
    create_contact({"address_lines": "czapla@mlyn.example"}, actor=SYSTEM)
    client = client_of(cast.ada)
    ours = [name for name in titles_of(client.get("/contactview/list/?psize_ContactView=100").text) if re.search("C|Ć|Żak|czapla", name)]
    expected = ["Celina", "Cezary", "Zofia Ćwik", "Adam Czyż", "Ewa Żak", "czapla@mlyn.example"]
    assert [name for name in ours if name in expected] == expected
    celina = db.session.query(Contact).filter_by(first_name="Celina").one()
    update_contact(celina, {"last_name": "Żuk"}, seen_version=None, actor=SYSTEM)
    assert titles_of(client.get("/contactview/list/?psize_ContactView=100").text)[-2:] == ["Celina Żuk", "czapla@mlyn.example"]


@pytest.mark.feature("C26")
def test_the_list_says_what_comes_next_and_what_is_starred(cast: Cast, client_of: Client) -> None:
    due = clock.now() - timedelta(days=3)
    records.create(Task, {"title": "Wysłać ofertę", "opportunity": cast.terminals, "assignee": cast.anna, "due_at": due}, actor=SYSTEM)
    anna = client_of(cast.anna, "en")
    page = anna.get(LIST).text
    assert re.search(r'c-next">.*?Wysłać ofertę.*?3 d late', page, re.DOTALL)
    address = unescape(re.findall(r'formaction="([^"]*)" name="starred" value="y"', page)[0])
    assert anna.post(address, data={"starred": "y"}).status_code == 302
    db.session.expire_all()
    assert cast.terminals.starred and 'aria-pressed="true"' in anna.get(LIST).text
    assert anna.post(address, data={}).status_code == 302
    db.session.expire_all()
    assert not cast.terminals.starred
    anna.post(f"/lists/columns?{OF}", data={"order": ["title", "next_step"], "column": ["next_step"]})
    told = anna.get("/opportunityview/export.csv").data.decode("utf-8-sig")
    assert "Title;Next step" in told and "Terminale do magazynu;Wysłać ofertę, 3 days late" in told


@pytest.mark.feature("C30")
def test_starred_ones_are_filtered_come_first_and_are_announced_in_text(cast: Cast, client_of: Client) -> None:
    records.update(cast.labellers, {"starred": True}, actor=SYSTEM)
    jean = client_of(cast.jean, "en")
    page = jean.get(LIST).text
    assert 'aria-label="Starred: Étiqueteuses 2027"' in page, "whoever does not see the star hears it"
    order = unescape(re.findall(r'class="c-star" aria-sort="none"><a class="k-sort" href="([^"]+)"', page)[0])

    def titles(address: str) -> list[str]:
        return re.findall(r'<th scope="row"[^>]* title="([^"]+)"', jean.get(address).text)

    others = {"Traçabilité ligne 3", "Balances 2025"}
    assert titles(order)[0] == "Étiqueteuses 2027" and set(titles(order)[1:]) == others, "one click, and they stand on top"
    up = unescape(re.findall(r'class="c-star" aria-sort="descending"><a class="k-sort" href="([^"]+)"', jean.get(order).text)[0])
    assert titles(up)[-1] == "Étiqueteuses 2027", "the next click turns it round"
    assert titles(f"{LIST}?_flt_0_starred=y") == ["Étiqueteuses 2027"]
    assert titles(f"{LIST}?_any_1=_flt_0_starred=y") == ["Étiqueteuses 2027"]
