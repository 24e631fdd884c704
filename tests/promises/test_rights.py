"""Who may open which door: every address of the program × every level × own, a colleague's, another team's, no record.

What is expected follows from ``permissions/rights``; an address that nobody thought of is tried all the same.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.cli.setup import bring_up
from app.extensions import db
from app.permissions.actor import Level
from app.permissions.rights import Reach
from tests.promises.doors import LEVELS, PUBLIC, Door, doors_of
from tests.promises.firm import Records, fingerprint, within
from tests.visitor import open_session

pytestmark = [pytest.mark.database]  # some thousands of requests, on a machine that does other things too
Visit = Callable[[Level], FlaskClient]
# Every level meets SQLite, as reader and as writer. On PostgreSQL a stranger is turned away before anything is asked, and the
# others meet it as one of the two: the rules are one program's, the statements are those of all levels.
ONCE = pytest.mark.portable("a level more asks with the same statements")
READERS = [pytest.param(level, marks=ONCE if level in (Level.NOBODY, Level.USER) else ()) for level in LEVELS]
WRITERS = [pytest.param(level, marks=ONCE if level in (Level.NOBODY, Level.TEAM_MANAGER) else ()) for level in LEVELS]


@pytest.fixture
def visit(bare_app: Flask, firm: Records) -> Visit:
    """A client signed in as somebody of that level. Each request has a session of its own, as in life."""
    bare_app.config["WTF_CSRF_ENABLED"] = False
    bare_app.testing = False

    def sign_in(level: Level) -> FlaskClient:
        client = bare_app.test_client()
        if level in firm.people:
            with bare_app.app_context():
                key = open_session(firm.people[level])
            with client.session_transaction() as session:
                session["sid"] = key
                session["_user_id"], session["_fresh"], session["locale"] = str(firm.people[level]), True, "en"
        return client

    return sign_in


def _doors(app: Flask, firm: Records) -> list[Door]:
    with app.app_context():
        return list(doors_of(app, firm))


def _state(app: Flask) -> dict[str, int]:
    with app.app_context():
        return fingerprint()


def _is_sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and "/login/" in answer.headers["Location"]


def _text_of(answer: TestResponse) -> str:
    """What a person can read in it; a workbook is unpacked."""
    if answer.data[:2] != b"PK":
        return answer.data.decode("utf-8", "replace")
    with ZipFile(BytesIO(answer.data)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def _wrong(door: Door, level: Level, answer: TestResponse, firm: Records) -> str | None:
    """What is wrong with this answer, if anything."""
    status = answer.status_code
    if status >= 500:
        return "crashes"
    said = f"{answer.headers} {_text_of(answer)}"
    leaked = [owner for owner, word in firm.words_hidden_from(level).items() if word in said]
    if leaked:
        return f"shows what belongs to {leaked}"
    if door.endpoint in PUBLIC:
        return None
    if level is Level.NOBODY:
        return None if _is_sent_to_sign_in(answer) or status in (401, 403, 404) else "lets a stranger in"
    how_far = door.reach(level)
    if how_far is Reach.NONE:
        return None if status in (403, 404) else "the level has no such right"
    if door.owner is None:
        return None if status not in (401, 403) and not _is_sent_to_sign_in(answer) else "refuses what the level may do"
    if door.owner == "nobody" or door.owner not in within(level, door.read_reach(level)):
        return None if status == 404 else "what may not be seen must be 404"
    if door.owner not in within(level, how_far):
        return None if status == 403 or door.refuses_in_words(answer) else "what may only be read must be 403"
    return None if status in (200, 302, 409) and not _is_sent_to_sign_in(answer) else "refuses what the level may do"


def _report(wrong: dict[str, int]) -> str:
    return f"{len(wrong)} wrong answers:\n" + "\n".join(f"{status}  {what}" for what, status in sorted(wrong.items()))


@pytest.mark.feature("C7", "X1")
@pytest.mark.parametrize("level", READERS, ids=str)
def test_reading_shows_what_is_in_reach_and_changes_nothing(level: Level, bare_app: Flask, firm: Records, visit: Visit) -> None:
    client, wrong, before = visit(level), {}, _state(bare_app)
    doors = [door for door in _doors(bare_app, firm) if door.method == "GET"]
    for door in doors:
        answer = client.get(door.url)
        if problem := _wrong(door, level, answer, firm):
            wrong[f"{door} {problem}"] = answer.status_code
    after = _state(bare_app)
    assert not wrong, _report(wrong)
    assert [name for name in after if after[name] != before[name]] == [], "GET changed something"
    assert len(doors) > 150


@pytest.mark.feature("C7", "X1")
@pytest.mark.parametrize("level", WRITERS, ids=str)
def test_a_refused_write_changes_nothing(level: Level, bare_app: Flask, firm: Records, visit: Visit) -> None:
    """First every door that must stay shut, then the ones that open, those that delete last."""
    client, wrong, before = visit(level), {}, _state(bare_app)
    doors = [door for door in _doors(bare_app, firm) if door.method == "POST" and door.endpoint not in PUBLIC]
    shut = [door for door in doors if not door.opens_for(level)]
    for door in shut:
        answer = client.post(door.url, data=door.form)
        if problem := _wrong(door, level, answer, firm):
            wrong[f"{door} {problem}"] = answer.status_code
    after = _state(bare_app)
    assert not wrong, _report(wrong)
    assert [name for name in after if after[name] != before[name]] == [], "a refused write changed something"
    opening = [door for door in doors if door.opens_for(level) and not door.changes_eyes]
    for door in sorted(opening, key=lambda door: door.destroys):
        answer = client.post(door.url, data=door.form)
        if answer.status_code >= 500 or (answer.status_code == 403 and not door.destroys):
            wrong[f"{door} does not work"] = answer.status_code
    assert not wrong, _report(wrong)
    assert len(doors) > 150


@pytest.mark.portable("the program refuses before the database is asked")
@pytest.mark.parametrize("level", [Level.NOBODY, Level.USER, Level.ADMINISTRATOR], ids=str)
def test_no_write_without_the_token_of_the_page(level: Level, bare_app: Flask, firm: Records, visit: Visit) -> None:
    bare_app.config["WTF_CSRF_ENABLED"] = True
    client, before = visit(level), _state(bare_app)
    doors = [door for door in _doors(bare_app, firm) if door.method == "POST" and not door.is_csrf_exempt]
    answers = {door.url: client.post(door.url, data=door.form).status_code for door in doors}
    assert {url: status for url, status in answers.items() if status not in (400, 404)} == {}
    assert list(answers.values()).count(400) > 100
    assert _state(bare_app) == before


@pytest.mark.portable("looks at the addresses of the program")
def test_what_fab_brings_and_nobody_asked_for_has_no_address(bare_app: Flask) -> None:
    rules = {str(rule) for rule in bare_app.url_map.iter_rules()}
    unwanted = (
        "/api/v1/security", "/api/v1/menu", "/api/v1/_openapi", "/swagger", "/groups", "/userstats", "/permissions", "/viewmenus",
        "/userinfoedit", "/resetpassword", "/registeruser",
    )
    assert [rule for rule in rules if rule.startswith(unwanted)] == []
    assert [rule for rule in rules if "/download/<string:filename>" in rule] == []
    assert [str(r) for r in bare_app.url_map.iter_rules() if "/delete/" in str(r) or "/action/" in str(r) if "GET" in (r.methods or ())] == []


# ---- one door at a time: the paths on which the framework itself does not ask


def _add_page(client: FlaskClient, firm: Records, whose: str) -> TestResponse:
    return client.get(f"/taskview/add?_flt_0_opportunity={firm.keys['Opportunity'][whose]}")


def test_nothing_is_attached_to_what_one_may_not_see(firm: Records, visit: Visit, bare_app: Flask) -> None:
    client, before = visit(Level.USER), _state(bare_app)
    hidden = firm.keys["Opportunity"]["other"]
    assert client.post(f"/taskview/add?_flt_0_opportunity={hidden}", data={"title": "mine"}).status_code == 404
    answer = client.post("/taskview/add", data={"title": "mine", "opportunity": hidden})
    assert answer.status_code == 200 and "does not exist any more" in answer.get_data(as_text=True)
    own = firm.keys["Task"]["own"]
    client.post(f"/taskview/edit/{own}", data={"title": "mine", "opportunity": hidden})
    assert _state(bare_app)["task"] == before["task"]


def test_pick_lists_and_look_ups_offer_what_one_may_see(firm: Records, visit: Visit) -> None:
    client, hidden = visit(Level.USER), firm.words_hidden_from(Level.USER)["other"]
    for page in ("/taskview/add", f"/taskview/edit/{firm.keys['Task']['own']}", "/taskview/list/"):
        assert hidden not in client.get(page).get_data(as_text=True)
    for view in ("taskview", "timelineview"):
        answer = client.get(f"/{view}/lookup/opportunity?q={hidden}")
        assert answer.status_code == 404 or answer.get_json() == []
    assert client.get(f"/taskview/lookup/opportunity?q={firm.words_hidden_from(Level.NOBODY)['own']}").get_json()


def test_a_list_cannot_be_asked_what_it_does_not_show(firm: Records, visit: Visit) -> None:
    """Sorting or filtering by a hidden column would answer questions about it."""
    client = visit(Level.USER)
    plain = client.get("/opportunityview/list/").get_data(as_text=True)
    for asked in ("_oc_OpportunityView=owner.password&_od_OpportunityView=asc", "_flt_0_owner.password=pbkdf2", "_flt_0_version=99",
                  "_flt_0_contacts.last_name=x", "_flt_0_search_text=x"):
        answer = client.get(f"/opportunityview/list/?{asked}")
        assert answer.status_code == 200
        assert _rows(answer.get_data(as_text=True)) == _rows(plain), asked


def test_a_page_is_never_larger_than_agreed(firm: Records, visit: Visit) -> None:
    answer = visit(Level.ADMINISTRATOR).get("/auditview/list/?psize_AuditView=100000")
    assert answer.status_code == 200
    assert _rows(answer.get_data(as_text=True)) <= 200


def _rows(page: str) -> int:
    return page.count("<tr")


PAGES = ["page_{v}=-1", "page_{v}=x", "page_{v}=99999999999999999999", "psize_{v}=-5", "psize_{v}=x", "_oc_{v}=nothing&_od_{v}=asc",
         "_flt_0_nothing=1", "archived=x"]
VALUES = ["", "99999999999999999999", "%00", "2026-11-20"]


def _nonsense(app: Flask, firm: Records) -> Iterator[str]:
    with app.app_context():
        lists = [view for view in app.appbuilder.baseviews if hasattr(view, "search_columns")]  # type: ignore[attr-defined]
    for view in lists:
        here = f"{view.route_base}/list/?"
        yield from (here + text.format(v=type(view).__name__) for text in PAGES)
        yield from (f"{here}_flt_0_{column}=x" for column in view.search_columns)
        yield from (here + "&".join(f"_flt_0_{column}={value}" for column in view.search_columns) for value in VALUES)
        yield from (f"{view.route_base}/{page}?_flt_9_{view.search_columns[-1]}=x" for page in ("list/", "add", "export.xlsx"))
    yield from (f"/{noun.lower()}view/show/{firm.keys[noun]['own']}?older={10**20}&kind=x" for noun in ("Opportunity", "Account"))
    yield from (f"/today/?item={item}" for item in (f"o{10**20}", "o0", "t²", "x1", "o"))
    for base in ("/opportunityview/show", "/attachmentview/download", "/taskview/edit", "/users/show"):
        yield from (f"{base}/{typed}" for typed in (10**20, 2**31, "²", "-1", "1e3", "%00"))


def test_nonsense_in_the_address_never_crashes(bare_app: Flask, firm: Records, visit: Visit) -> None:
    client = visit(Level.ADMINISTRATOR)
    crashed = [url for url in _nonsense(bare_app, firm) if client.get(url).status_code >= 500]
    assert crashed == [], "\n".join(crashed)


def test_a_filter_finds_what_it_asks_for(firm: Records, visit: Visit) -> None:
    """Amounts as the reader writes them, moments of the reader's day; what was left open asks for nothing."""
    client, key = visit(Level.ADMINISTRATOR), firm.keys["Opportunity"]["own"]
    client.post(f"/opportunityview/win/{key}", data={"amount": "4321.50"})
    word = firm.words_hidden_from(Level.NOBODY)["own"]

    def found(asked: str) -> bool:
        answer = client.get(f"/opportunityview/list/?{asked}")
        assert answer.status_code == 200, asked
        return f"/show/{key}" in answer.get_data(as_text=True)

    assert found("_flt_0_amount=4321.5") and found("_flt_0_amount=4,321.50") and not found("_flt_0_amount=4321")
    assert found("_flt_1_created_at=2020-01-01T00:00") and not found("_flt_1_created_at=2999-01-01T00:00")
    assert not found("_flt_0_starred=y") and found(f"_flt_0_starred=&_flt_0_amount=&_flt_0_title={word} szansa")


def test_nonsense_in_a_small_form_never_crashes(firm: Records, visit: Visit) -> None:
    client, key = visit(Level.ADMINISTRATOR), firm.keys["Opportunity"]["own"]
    big = "9" * 20
    posts: list[tuple[str, dict[str, Any]]] = [
        (f"/opportunityview/move/{key}/{big}", {}), (f"/opportunityview/call/{key}", {"body": "x", "task": big}),
        (f"/opportunityview/standby/{key}", {"until": "0001-01-01"}), (f"/opportunityview/win/{key}", {"amount": "NaN"}),
        ("/taskview/add", {"title": "x", "opportunity": big, "account": "²"}), ("/opportunityview/action_post", {"action": "archive", "rowid": big}),
        (f"/opportunityview/note/{key}", {"body": "\x00", "kind": "x"}), (f"/opportunityview/edit/{key}", {"title": "x", "version": big}),
        ("/opportunityview/add", {"title": "x" * 5000, "amount": "1e30", "currency": "EUROS", "probability": "1000"}),
        (f"/incomingmail/attach/{firm.keys['IncomingMessage']['own']}", {"opportunity": big}),
        ("/me/summary", {"edition": "x", "send_at": "25:99"}), ("/me/habits", {"language": "x", "time_zone": "../etc/passwd"}),
    ]
    crashed = [f"{path} {form}" for path, form in posts if client.post(path, data=form).status_code >= 500]
    assert crashed == []


# ---- the permissions of the database


@pytest.mark.feature("X1")
def test_no_permission_is_an_orphan(bare_app: Flask) -> None:
    """Every permission belongs to a page or an action, every page and every menu entry has its permission."""
    with bare_app.app_context():
        builder: Any = bare_app.appbuilder  # type: ignore[attr-defined]
        builder.sm.add_permission_view_menu("can_delete", "A page of an older version")
        bring_up()
        stored = {(p.permission.name, p.view_menu.name) for p in db.session.query(builder.sm.permissionview_model)}
        wanted = {(name, view.class_permission_name) for view in builder.baseviews for name in view.base_permissions}
        wanted |= {
            (view.get_action_permission_name(name), view.class_permission_name)
            for view in builder.baseviews for name in getattr(view, "actions", {})
        }
        menu = {entry.name for top in builder.menu.menu for entry in (top, *top.childs) if entry.name != "-"}
        wanted |= {("menu_access", name) for name in menu}
    assert stored - wanted == set(), "orphans"
    assert wanted - stored == set(), "missing"


@pytest.mark.portable("looks at the classes of the pages")
def test_declared_permissions_are_all_there_are(bare_app: Flask) -> None:
    """The framework adds the permissions of the list's buttons to a page that must only be read."""
    with bare_app.app_context():
        views = bare_app.appbuilder.baseviews  # type: ignore[attr-defined]
        grown = {v.endpoint: set(v.base_permissions) - set(d) for v in views if (d := type(v).base_permissions) and set(v.base_permissions) != set(d)}
    assert grown == {}


def test_nobody_deletes_what_proves_something(bare_app: Flask, firm: Records, visit: Visit) -> None:
    """The audit, the firm, sent mail and the history stay, whoever asks."""
    client, before = visit(Level.ADMINISTRATOR), _state(bare_app)
    for view, noun in (("auditview", "AuditLine"), ("firmview", "Firm"), ("outboxview", "OutgoingMail"), ("timelineview", "TimelineEntry")):
        key = firm.keys[noun]["own"]
        for answer in (
            client.post(f"/{view}/delete/{key}"), client.post(f"/{view}/action/muldelete/{key}"),
            client.post(f"/{view}/action_post", data={"action": "muldelete", "rowid": key}),
        ):
            assert answer.status_code in (403, 404, 405)
    after = _state(bare_app)
    assert {name for name in after if after[name] != before[name]} == set()


@pytest.mark.portable("each of these pages is a door, and is opened there on both databases")
@pytest.mark.feature("X1")
def test_every_menu_entry_opens(bare_app: Flask, firm: Records, visit: Visit) -> None:
    for level in LEVELS:
        if level is Level.NOBODY:
            continue
        client = visit(level)
        with bare_app.test_request_context():
            builder: Any = bare_app.appbuilder  # type: ignore[attr-defined]
            role = builder.sm.find_role(level.value)
            allowed = {p.view_menu.name for p in role.permissions if p.permission.name == "menu_access"}
            entries = [e for top in builder.menu.menu for e in (top, *top.childs) if not e.childs and e.name != "-"]
            is_admin = level is Level.ADMINISTRATOR
            urls = {e.name: e.get_url() for e in entries if is_admin or e.name in allowed}
            db.session.remove()
        assert len(urls) >= 6
        assert {name: s for name, url in urls.items() if (s := client.get(url).status_code) != 200} == {}


@pytest.mark.portable("compares two tables of the program; the same code wrote the one")
def test_no_level_may_more_than_the_matrix_says(bare_app: Flask) -> None:
    """The roles in the database against the table in the program."""
    from app.operations.setup import ACTIONS, PAGES
    from app.permissions.rights import reach

    with bare_app.app_context():
        builder: Any = bare_app.appbuilder  # type: ignore[attr-defined]
        for level in (Level.USER, Level.TEAM_MANAGER):
            role = builder.sm.find_role(level.value)
            for p in role.permissions:
                name, subject = p.permission.name, p.view_menu.name
                if name == "menu_access" or subject in PAGES or subject in ("LocaleView", "ResetMyPasswordView"):
                    continue
                assert reach(level, subject, ACTIONS[name]) is not Reach.NONE, (level, name, subject)
