"""Personal tokens: what opens with them, what does not, and what of them is kept."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Account, ApiToken, AuditLine, Opportunity, User
from app.operations import users
from app.permissions.actor import SYSTEM
from app.signin.attempts import NETWORK
from app.support import clock
from app.views.api.bearer import CALLS
from tests.api.conftest import Program
from tests.people import Cast
from tests.visitor import Visitor

pytestmark = pytest.mark.database
Make = Callable[..., Program]


def _lines(action: str) -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == action).order_by(AuditLine.id)))


def _the_token() -> ApiToken:
    return db.session.scalars(select(ApiToken)).one()


# ---- made on the page


@pytest.mark.feature("A2")
def test_a_person_makes_a_token_on_the_page_sees_it_once_and_revokes_it(client_of: Callable[..., FlaskClient], cast: Cast, app: Flask) -> None:
    client = client_of(cast.anna, "en")
    asked = {"name": "Accounts export", "days": "90", "scope-Account": "read", "scope-Opportunity": "write", "scope-User": "write"}
    made = client.post("/tokens/create", data=asked)
    page = made.get_data(as_text=True)
    text = page.split('id="token">')[1].split("<")[0]
    assert text.startswith("kurier_") and len(text) > 40 and made.headers["Cache-Control"] == "no-store"
    later = client.get("/tokens/").get_data(as_text=True)
    assert text not in later and "Accounts export" in later and "Accounts: read, Opportunities: read and change" in later
    assert "never used" in later
    assert _the_token().scopes == {"Account": "read", "Opportunity": "write"}
    program = Program(Visitor(app, app.response_class, use_cookies=False), text)
    assert program("GET", "account/").status_code == 200
    assert "last used" in client.get("/tokens/").get_data(as_text=True)
    client.post("/tokens/revoke", data={"token": str(_the_token().id)})
    assert program("GET", "account/").status_code == 401
    assert "Accounts export" not in client.get("/tokens/").get_data(as_text=True)
    assert [_lines(action)[0].actor_name for action in ("create_token", "revoke_token")] == ["Anna Wiśniewska"] * 2
    assert _lines("refuse_token")[0].after["because"] == "revoked"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [({"name": " "}, "Give the token a name"), ({"name": "x", "days": "366"}, "at most a year"),
     ({"name": "x", "days": "30"}, "at least one line"), ({"name": "x", "days": "30", "scope-Account": "everything"}, "at least one line")],
)
def test_what_makes_no_token_is_said_on_the_form(
    form: dict[str, str], sentence: str, client_of: Callable[..., FlaskClient], cast: Cast
) -> None:
    answer = client_of(cast.anna, "en").post("/tokens/create", data=form)
    assert answer.status_code == 409 and sentence in answer.get_data(as_text=True)
    assert db.session.scalars(select(ApiToken)).all() == []


def test_nobody_but_an_administrator_revokes_the_token_of_somebody_else(client_of: Callable[..., FlaskClient], program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna)
    assert client_of(cast.jean).post("/tokens/revoke", data={"token": str(_the_token().id)}).status_code == 404
    assert program("GET", "account/").status_code == 200
    manager, administrator = client_of(cast.claire), client_of(cast.ada)
    assert manager.post(f"/users/action/revoke_tokens/{cast.anna.id}").status_code in (403, 404)
    assert program("GET", "account/").status_code == 200
    administrator.post(f"/users/action/revoke_tokens/{cast.anna.id}")
    assert program("GET", "account/").status_code == 401
    assert _lines("revoke_token")[0].actor_name == "Ada Nowak"


# ---- what it opens


def test_it_opens_what_its_person_may_at_this_moment(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna)
    titles = {row["title"] for row in program("GET", "opportunity/").get_json()["result"]}
    assert titles == {"Terminale do magazynu"}
    foreign = cast.traceability.id
    assert [program(method, f"opportunity/{foreign}", {}).status_code for method in ("GET", "PUT", "DELETE")] == [404] * 3
    known = f"account/{db.session.scalars(select(Account.id).where(Account.name == 'Stone Ltd')).one()}"
    assert program("GET", known).status_code == 200
    assert [program(method, known, {"city": "York"}).status_code for method in ("PUT", "DELETE")] == [403] * 2
    assert _lines("refuse")[0].actor_name == "Anna Wiśniewska (Export)"
    cast.anna.roles = list(cast.ada.roles)
    users.update_user(cast.anna, {"roles": list(cast.ada.roles)}, actor=SYSTEM)
    db.session.commit()
    assert program("GET", f"opportunity/{foreign}").status_code == 200


def test_a_scope_that_lacks_is_403_and_a_sentence(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.tom, Account="read", Opportunity="write")
    assert program("GET", "account/").status_code == 200
    refused = program("POST", "account/", {"name": "New"})
    assert refused.status_code == 403 and refused.get_json()["message"] == "This token may not change: Accounts."
    assert program("GET", "contact/").status_code == 403
    assert len(_lines("refuse")) == 2
    shown = program("GET", f"opportunity/{cast.renewal.id}").get_json()["result"]
    assert shown["account"]["name"] == "Stone Ltd" and "name" not in shown["contacts"][0]  # its names are not this token's
    assert db.session.scalars(select(Account).where(Account.name == "New")).all() == []


def test_a_whole_life_of_an_opportunity(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna)
    account = program("POST", "account/", {"name": "Młyn Nowy", "country": "PL", "city": "Łódź"}).get_json()
    body = {"first_name": "Ewa", "last_name": "Lis", "accounts": [account["id"]], "addresses": ["ewa@mlyn.example"], "phones": ["85 555 01 42"]}
    contact = program("POST", "contact/", body)
    assert contact.status_code == 201 and contact.get_json()["result"]["phones"] == [{"number": "+48855550142", "kind": "fixed"}]
    wanted = {"title": "Waga", "account": account["id"], "contacts": [{"id": contact.get_json()["id"]}], "amount": "1250.50", "currency": "PLN",
              "expected_close_on": "2027-01-31", "starred": True}
    made = program("POST", "opportunity/", wanted).get_json()
    assert made["result"]["amount"] == "1250.50" and made["result"]["owner"] == {"id": cast.anna.id, "name": "Anna Wiśniewska"}
    path = f"opportunity/{made['id']}"
    changed = program("PUT", path, {"amount": 2000, "version": made["result"]["version"]})
    assert changed.status_code == 200 and changed.get_json()["result"]["amount"] == "2000.00"
    assert program("PUT", path, {"amount": 1, "version": made["result"]["version"]}).status_code == 409  # somebody was faster
    note = program("POST", "entry/", {"opportunity": made["id"], "kind": "call", "body": "Calls back on Monday"})
    assert note.status_code == 201
    asked = "?q=(filters:!((col:kind,opr:eq,value:call)))"
    assert [row["body"] for row in program("GET", f"entry/{asked}").get_json()["result"]] == ["Calls back on Monday"]
    found = program("GET", "opportunity/?q=(filters:!((col:title,opr:ct,value:wag)),order_column:amount,order_direction:desc)").get_json()
    assert (found["count"], found["result"][0]["title"]) == (1, "Waga")
    assert program("DELETE", path).status_code == 409  # history hangs on it
    assert _lines("create")[-1].actor_name == "Anna Wiśniewska (Export)"
    other = program("POST", "account/", {"name": "Gone tomorrow"}).get_json()["id"]
    assert program("DELETE", f"account/{other}").status_code == 200
    assert program("GET", f"account/{other}").status_code == 404
    assert program("PUT", f"entry/{note.get_json()['id']}", {"body": "x"}).status_code in (404, 405)


NONSENSE = [
    ("opportunity", {"title": "x" * 201}), ("opportunity", {"title": None}), ("opportunity", {}), ("opportunity", []), ("opportunity", "x"),
    ("opportunity", {"title": "x", "amount": "NaN"}), ("opportunity", {"title": "x", "amount": "1e30"}), ("opportunity", {"title": "x", "amount": True}),
    ("opportunity", {"title": "x", "probability": 5000}), ("opportunity", {"title": "x", "starred": None}),
    ("opportunity", {"title": "x", "contacts": 7}), ("opportunity", {"title": "x", "account": 10**20}), ("opportunity", {"title": "x", "account": "²"}),
    ("opportunity", {"title": "x", "owner": {"id": None}}), ("opportunity", {"title": "x", "expected_close_on": "soon"}),
    ("opportunity", {"title": "x", "status": "won"}), ("opportunity", {"title": "x", "owner_id": 1}), ("opportunity", {"title": "x", "id": 1}),
    ("contact", {"addresses": "x"}), ("contact", {"first_name": "x", "title": "king"}), ("account", {"name": "x", "country": "FRA"}),
    ("entry", {"body": "x"}), ("entry", {"body": "x", "kind": "system", "account": 1}), ("entry", {"body": 7, "account": 1}),
]  # fmt: skip


def test_nonsense_is_answered_in_a_sentence_and_changes_nothing(program_of: Make, cast: Cast) -> None:
    program, before = program_of(cast.ada), db.session.query(Opportunity).count()
    wrong = {}
    for path, body in NONSENSE:
        answer = program("POST", f"{path}/", body)
        if answer.status_code != 422 or not answer.get_json()["message"]:
            wrong[f"{path} {body}"[:90]] = answer.status_code
    for asked in ("?q=)", "?q=(filters:!((col:owner.password,opr:eq,value:x)))", "?q=(filters:!((col:amount,opr:gt,value:x)))",
                  "?q=(filters:!((col:status,opr:eq,value:x)))", "?q=(filters:!((col:title,opr:ct,value:7)))",
                  "?q=(filters:!((col:amount,opr:gt,value:1e99)))",
                  "?q=(filters:!((col:starred,opr:eq,value:x)))", "?q=(filters:!((col:amount)))", "?q=(filters:!((col:title,opr:ct,value:!(x))))",
                  "?q=(order_column:search_text)", "?q=(page:-5,page_size:99999)", "?q=(page:x)"):
        answer = program("GET", f"opportunity/{asked}")
        if answer.status_code >= 500 or len((answer.get_json() or {}).get("result", [])) > 100:
            wrong[asked] = answer.status_code
    for key in ("0", "99999999999999999999", "x", "%00"):
        if program("PUT", f"opportunity/{key}", {}).status_code != 404:
            wrong[key] = 0
    assert wrong == {}
    assert db.session.query(Opportunity).count() == before


# ---- what does not open


def test_without_a_token_there_is_nothing_not_even_for_a_cookie(client_of: Callable[..., FlaskClient], program_of: Make, cast: Cast) -> None:
    browser, program = client_of(cast.ada), program_of(cast.anna)
    for answer in (browser.get("/api/v1/account/"), browser.post("/api/v1/account/", json={"name": "forged"}),
                   browser.get(f"/api/v1/account/?token={program.token}&access_token={program.token}"),
                   browser.get("/api/v1/account/", headers={"Authorization": f"Basic {program.token}"}),
                   browser.get("/api/v1/nothing", headers={"Authorization": "Bearer x"})):
        assert answer.status_code == 401 and "token" in answer.get_json()["message"]
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Kurier"' and "Set-Cookie" not in answer.headers
    assert "Set-Cookie" not in program("GET", "account/").headers
    assert program.client.get("/me/", headers={"Authorization": f"Bearer {program.token}"}).status_code == 302  # pages know no tokens


def test_a_token_ends_with_its_last_day_and_with_its_person(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna, days=7)
    with clock.frozen(clock.now() + timedelta(days=7, seconds=1)):
        assert program("GET", "account/").status_code == 401
    assert program("GET", "account/").status_code == 200
    users.switch_off(db.session.get_one(User, cast.anna.id), actor=SYSTEM)
    assert program("GET", "account/").status_code == 401
    assert [line.after["because"] for line in _lines("refuse_token")] == ["run out", "revoked"]  # a person who is switched off has no tokens left


def test_guessing_is_braked_by_the_network_and_a_good_token_goes_on(program_of: Make, cast: Cast) -> None:
    good = program_of(cast.anna)
    wrong = Program(good.client, "kurier_guess")
    statuses = [wrong("GET", "account/").status_code for _ in range(NETWORK.count + 1)]
    assert statuses == [401] * NETWORK.count + [429]
    assert int(wrong("GET", "account/").headers["Retry-After"]) == NETWORK.seconds
    assert good("GET", "account/").status_code == 200


def test_a_program_that_asks_too_often_has_to_wait(program_of: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_of(cast.anna)
    monkeypatch.setattr("app.views.api.bearer.CALLS", type(CALLS)(3, 60, CALLS.message))
    assert [program("GET", "account/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_no_token_in_the_clear(program_of: Make, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    program = program_of(cast.anna)
    program("GET", "account/")
    kept = " ".join(str(row) for model in (ApiToken, AuditLine) for row in db.session.execute(model.__table__.select()))
    assert kept and program.token not in kept and program.token not in caplog.text


def test_another_network_is_in_the_audit(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna)
    for address in ("192.0.2.7", "192.0.2.7", "198.51.100.3"):
        program("GET", "account/", environ_overrides={"REMOTE_ADDR": address})
    assert [line.after["network"] for line in _lines("use_token")] == ["192.0.2.7", "198.51.100.3"]
