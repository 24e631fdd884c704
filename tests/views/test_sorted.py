"""Lists in the order of a text: a letter with a mark stands beside the one without, capitals or not, on each database."""

import csv
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import inspect, select, text

from app.extensions import db
from app.models import (
    Account,
    Campaign,
    Competitor,
    Contact,
    Engagement,
    FormLayout,
    ListView,
    Mailbox,
    MailTemplate,
    Opportunity,
    Order,
    Profile,
    ProspectRow,
    Role,
    Tag,
    Task,
    Team,
    User,
    WebForm,
)
from app.models.base import ordered_by
from app.models.mailboxes import MailboxKind
from app.operations import records
from app.operations.forgetting import NOTHING
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.queries.people import names_of_teams, people_by_name
from app.support.text import fold
from app.views import paging
from tests.api.conftest import Program, program_of
from tests.browsing import pages_from, titles_of, way
from tests.people import Cast, actor
from tests.views.test_hidden_fields import rule

__all__ = ["program_of"]
pytestmark = pytest.mark.both("each database sorts and compares text in its own way")

Client = Callable[..., FlaskClient]
NAMES = ("Zenon", "Łódź", "Élan", "żak", "Abc", "Lublin", "elan", "Œuvre", "abc", "ELAN", "Zażółć", "eland", "Émile")


def walked(client: FlaskClient, url: str) -> list[list[str]]:
    """Of each page of a list, what its rows say that stands among ``NAMES``; rows of orders are called by their numbers."""
    pages, page = [], client.get(url).text
    while True:
        rows = re.findall(r'<tr role="row".*?</tr>', page, re.DOTALL)
        pages.append([found for row in rows for found in [next((each for each in re.split("[<>\"]", unescape(row)) if each in NAMES), None)] if found])
        if (further := way(page, "next")) is None:
            return pages
        page = client.get(further).text


def in_order(names: Any) -> list[str]:
    return sorted(names, key=fold)


def _deal(name: str, cast: Cast) -> Opportunity:
    return Opportunity(title=name, owner_id=cast.anna.id, pipeline_id=cast.terminals.pipeline_id, step_id=cast.terminals.step_id)


def _row(name: str, cast: Cast) -> ProspectRow:
    order = db.session.query(Order).first() or Order(name="Zakłady")
    return ProspectRow(order=order, number=db.session.query(ProspectRow).count() + 1, name=name)


MAKE: dict[str, tuple[str, str, Callable[[str, Cast], Any]]] = {
    "OpportunityView": ("/opportunityview", "title", _deal),
    "AccountView": ("/accountview", "name", lambda name, cast: Account(name=name, owner_id=cast.anna.id)),
    "EngagementView": ("/engagementview", "name", lambda name, cast: Engagement(name=name, owner_id=cast.anna.id)),
    "TaskView": ("/taskview", "title", lambda name, cast: Task(title=name, assignee_id=cast.ada.id)),
    "OrderView": ("/orderview", "name", lambda name, cast: Order(name=name)),
    "ProspectRowView": ("/prospectrowview", "name", _row),
    "CampaignView": ("/campaignview", "name", lambda name, cast: Campaign(name=name)),
    "CompetitorView": ("/competitorview", "name", lambda name, cast: Competitor(name=name)),
    "TeamView": ("/teamview", "name", lambda name, cast: Team(name=name)),
    "MailTemplateView": ("/mailtemplateview", "name", lambda name, cast: MailTemplate(name=name, is_shared=True)),
    "FormLayoutView": ("/formlayoutview", "name", lambda name, cast: FormLayout(name=name, sender="forms.example")),
    "MailboxView": ("/mailboxview", "name", lambda name, cast: Mailbox(name=name, kind=MailboxKind.FOLDER, path=f"/mail/{name}")),
    "WebFormView": ("/webformview", "name", lambda name, cast: WebForm(name=name)),
    "ProfileView": ("/profileview", "name", lambda name, cast: Profile(name=name)),
    "RoleView": ("/roles", "name", lambda name, cast: Role(name=name)),
}
SMALL = {"CampaignView", "CompetitorView", "TeamView", "MailTemplateView", "FormLayoutView", "MailboxView", "WebFormView", "ProfileView", "RoleView"}


@atomic
def fill(view: str, cast: Cast, *, actor: Actor) -> None:
    for name in NAMES:
        db.session.add(MAKE[view][2](name, cast))
        db.session.flush()


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("view", [*MAKE])
def test_every_list_by_a_name_is_walked_in_the_order_of_the_alphabet(cast: Cast, client_of: Client, view: str, direction: str) -> None:
    """Page by page, and back: three rows that differ in marks and capitals alone fall on two pages."""
    fill(view, cast, actor=SYSTEM)
    path, column, _ = MAKE[view]
    client, url = client_of(cast.ada, "en"), f"{path}/list/?_oc_{view}={column}&_od_{view}={direction}&psize_{view}=4"
    pages_from(client, url)
    pages = walked(client, url)
    seen = [name for page in pages for name in page]
    assert len(pages) > 3 and sorted(seen) == sorted(NAMES), "none is lost, none stands twice"
    turn = -1 if direction == "desc" else 1
    assert [fold(name) for name in seen] == sorted(map(fold, NAMES))[::turn]
    assert [name for name in seen if fold(name) == "elan"] == ["Élan", "elan", "ELAN"][::turn], "of the same name the older ones first"


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("view", [each for each in MAKE if each not in SMALL])
def test_what_leaves_the_program_stands_in_the_same_order(cast: Cast, client_of: Client, view: str, direction: str) -> None:
    fill(view, cast, actor=SYSTEM)
    path, column, _ = MAKE[view]
    client, asked = client_of(cast.ada, "en"), f"_oc_{view}={column}&_od_{view}={direction}"
    (listed,) = walked(client, f"{path}/list/?{asked}&psize_{view}=100")
    sheet = load_workbook(BytesIO(client.get(f"{path}/export.xlsx?{asked}").data)).active
    assert sheet is not None
    written = [*csv.reader(StringIO(client.get(f"{path}/export.csv?{asked}").data.decode("utf-8-sig")), delimiter=";")]
    for rows in ([[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)], written):
        found = [next(cell for cell in row if cell in NAMES) for row in rows if {*row} & {*NAMES}]
        assert found == listed and [*map(fold, found)] == sorted(map(fold, NAMES), reverse=direction == "desc")


@pytest.mark.parametrize(("view", "noun"), [("OpportunityView", "opportunity"), ("AccountView", "account"), ("TaskView", "task")])
def test_programs_read_page_by_page_in_the_same_order(cast: Cast, program_of: Callable[..., Program], view: str, noun: str) -> None:
    fill(view, cast, actor=SYSTEM)
    program, column = program_of(cast.ada), MAKE[view][1]
    for direction in ("asc", "desc"):
        found: list[str] = []
        for page in range(6):
            asked = f"(order_column:{column},order_direction:{direction},page:{page},page_size:4)"
            found += [row[column] for row in program("GET", f"{noun}/?q={asked}").get_json()["result"]]
        seen = [name for name in found if name in NAMES]
        assert sorted(seen) == sorted(NAMES) and [fold(name) for name in found] == sorted(map(fold, found), reverse=direction == "desc")
    assert program("GET", f"{noun}/?q=(order_column:sort_{column})").status_code == 422, "only by what it is called"


def test_contacts_for_programs_too(cast: Cast, program_of: Callable[..., Program]) -> None:
    @atomic
    def people(*, actor: Actor) -> None:
        db.session.add_all(Contact(first_name=name, last_name=name[::-1], job=name, owner_id=cast.anna.id) for name in NAMES)

    people(actor=SYSTEM)
    program = program_of(cast.ada)
    for column in ("last_name", "first_name", "job"):
        found = program("GET", f"contact/?q=(order_column:{column},order_direction:asc,page_size:100)").get_json()["result"]
        said = [fold(row[column]) for row in found if row[column]]
        assert said == sorted(said) and len(said) >= len(NAMES)


@pytest.mark.feature("C31")
def test_a_saved_view_keeps_its_order(cast: Cast, client_of: Client) -> None:
    """It names the column that people see, as before: views that were saved long ago sort by it."""
    fill("OpportunityView", cast, actor=SYSTEM)
    client = client_of(cast.ada, "en")
    order = "_oc_OpportunityView=title&_od_OpportunityView=desc"
    saved = client.post(f"/lists/save?of=OpportunityView&{order}", data={"name": "By title"}).location
    assert db.session.scalars(select(ListView).where(ListView.name == "By title")).one().asked["_oc_OpportunityView"] == "title"
    page = client.get(saved).text
    assert [*map(fold, titles_of(page))] == sorted(map(fold, titles_of(page)), reverse=True)
    assert 'aria-sort="descending"' in page


def test_places_of_accounts_and_who_may_not_know_them(cast: Cast, client_of: Client) -> None:
    """A city is sorted as a name is; of whoever may not know addresses no order tells it, by neither column."""
    cities = {"Zenon": "Évreux", "Abc": "Łódź", "Lublin": "evry", "żak": "Lublin", "Élan": None, "elan": "Zamość"}

    @atomic
    def firms(*, actor: Actor) -> None:
        db.session.add_all(Account(name=name, city=city, owner_id=cast.anna.id) for name, city in cities.items())

    firms(actor=SYSTEM)
    client = client_of(cast.anna, "en")

    def listed(column: str, direction: str) -> list[str]:
        url = f"/accountview/list/?_oc_AccountView={column}&_od_AccountView={direction}&psize_AccountView=3"
        return [name for page in pages_from(client, url) for name in page if name in cities]

    assert [name for name in listed("city", "asc") if cities[name]] == ["Zenon", "Lublin", "Abc", "żak", "elan"]
    assert listed("city", "desc") == listed("city", "asc")[::-1]
    assert listed("sort_city", "desc") == listed("sort_city", "asc"), "no column of a list"
    rule("Account", street="hidden")
    for column in ("city", "sort_city"):
        assert listed(column, "asc") == listed(column, "desc")


def test_people_teams_and_tags_stand_in_order_where_one_chooses(cast: Cast, client_of: Client) -> None:
    @atomic
    def more(*, actor: Actor) -> None:
        db.session.add_all(Team(name=name) for name in NAMES)
        for number, name in enumerate(NAMES):
            first = "Ö" if number % 2 else "o"
            db.session.add(User(first_name=first, last_name=name, username=name, email=f"u{number}@sorted.example", active=True))
        db.session.add_all(Tag(name=name) for name in {fold(name): name for name in NAMES}.values())

    more(actor=SYSTEM)
    teams = [name for _, name in names_of_teams()]
    assert teams == in_order(teams) and {*NAMES} < {*teams}
    form = client_of(cast.ada, "en").get("/webformview/add").text
    offered = [name for name in re.findall(r"<option[^>]*>([^<]*)</option>", unescape(form)) if name in NAMES]
    assert [*map(fold, offered)] == sorted(map(fold, NAMES)), "a list to choose from that nothing else puts in order"
    people = people_by_name()
    said = [fold(f"{each.last_name} {each.first_name}") for each in people]
    assert said == sorted(said) and len(said) > len(NAMES)
    pages = walked(client_of(cast.ada, "en"), "/users/list/?_oc_UserDBModelView=username&_od_UserDBModelView=asc&psize_UserDBModelView=4")
    assert [fold(name) for page in pages for name in page] == sorted(map(fold, NAMES))
    tags = titles_of(client_of(cast.ada, "en").get("/tagview/list/?_oc_TagView=name&_od_TagView=asc&psize_TagView=100").text)
    assert tags == in_order(tags) and len(tags) == len({fold(name) for name in NAMES})


def test_the_order_follows_a_name_that_changes(cast: Cast) -> None:
    item = cast.terminals
    records.update(item, {"title": "Ćma  Łąka"}, actor=actor(cast.anna))
    assert item.sort_title == "cma laka"
    records.update(cast.anna, {"last_name": "Żak"}, actor=SYSTEM)
    records.update(cast.anna, {"first_name": "Ewa"}, actor=SYSTEM)
    assert cast.anna.sort_name == "zak ewa"
    assert NOTHING["sort_name"] == "", "of what is forgotten nothing is left"


def test_every_text_that_a_list_is_sorted_by_has_its_place_in_an_index(cast: Cast, client_of: Client, statements: list[str]) -> None:
    """One index of it, in place of that of the plain text: each mail writes to every index of opportunities."""
    for model in (Opportunity, Account, Engagement, ProspectRow, Order, Campaign):
        text_column, key = next(iter(model.FOLDED.items()))
        kept = {tuple(column.name for column in index.columns) for index in inspect(model).local_table.indexes}
        assert (key, "id") in kept and (text_column, "id") not in kept, model
    if db.engine.dialect.name == "sqlite":
        with db.session.no_autoflush:
            query = db.session.query(Opportunity.id).filter(Opportunity.archived_at.is_(None))
            place = paging.Place(ordered_by(Opportunity, "title"), "asc", value="lodz", key=3)
            for part in paging._parts(query, Opportunity, place):
                sql = str(part.limit(26).statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
                plan = " ".join(row[3] for row in db.session.connection().execute(text("EXPLAIN QUERY PLAN " + sql)))
                assert "ix_opportunity_by_title" in plan and "TEMP B-TREE" not in plan, plan
