"""Tasks for programs: asked of oneself or of a colleague, found by day and state, finished."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.conftest import Program
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.feature("C51", "B14")]
Make = Callable[..., Program]


def result(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.get_json()["result"]
    return found


def test_a_task_is_made_found_finished_and_opened_again(program_of: Make, cast: Cast) -> None:
    anna = program_of(cast.anna)
    body = {"title": "Call Jesion", "due_at": "2026-11-23T09:00:00+01:00", "opportunity": cast.terminals.id}
    made = anna("POST", "task/", body)
    assert made.status_code == 201, made.text
    task = result(made)
    assert task["assignee"]["name"] == task["author"]["name"] == "Anna Wiśniewska"
    assert (task["status"], task["done_at"], task["opportunity"]["id"]) == ("todo", None, cast.terminals.id)
    assert task["account"]["id"] == cast.terminals.account_id, "that of the opportunity"
    found = anna("GET", "task/?q=(filters:!((col:status,opr:eq,value:todo)),order_column:due_at,order_direction:asc)").get_json()
    assert task["id"] in [each["id"] for each in found["result"]]
    done = result(anna("PUT", f"task/{task['id']}", {"status": "done", "version": task["version"]}))
    assert done["status"] == "done" and done["done_at"]
    assert anna("PUT", f"task/{task['id']}", {"title": "Late", "version": task["version"]}).status_code == 409, "it was changed since"
    assert result(anna("PUT", f"task/{task['id']}", {"status": "doing"}))["done_at"] is None
    assert anna("DELETE", f"task/{task['id']}").status_code == 200
    assert anna("GET", f"task/{task['id']}").status_code == 404


def test_nobody_learns_of_a_stranger_s_task_nor_hangs_one_on_a_stranger_s_record(program_of: Make, cast: Cast) -> None:
    anna, tom = program_of(cast.anna), program_of(cast.tom)
    key = result(anna("POST", "task/", {"title": "Call Jesion"}))["id"]
    assert tom("GET", f"task/{key}").status_code == tom("PUT", f"task/{key}", {"title": "mine"}).status_code == 404
    assert key not in [each["id"] for each in tom("GET", "task/").get_json()["result"]]
    refused = anna("POST", "task/", {"title": "Look", "opportunity": cast.renewal.id})
    assert (refused.status_code, refused.get_json()["field"]) == (422, "opportunity") and "Stone" not in refused.text


def test_what_is_no_task_is_refused_with_the_field(program_of: Make, cast: Cast) -> None:
    anna = program_of(cast.anna)
    for body, field in (({}, "title"), ({"title": "x", "due_at": "tomorrow"}, "due_at"), ({"title": "x", "status": "lost"}, "status"),
                        ({"title": "x", "author": cast.tom.id}, "author")):
        answer = anna("POST", "task/", body)
        assert (answer.status_code, answer.get_json()["field"]) == (422, field), body


def test_a_token_made_for_accounts_opens_no_tasks(program_of: Make, cast: Cast) -> None:
    program = program_of(cast.anna, Account="write")
    assert program("GET", "task/").status_code == program("POST", "task/", {"title": "x"}).status_code == 403
    assert program_of(cast.anna, Task="read")("GET", "task/").status_code == 200


def test_history_says_when_something_was(program_of: Make, cast: Cast) -> None:
    body = {"body": "We spoke.", "kind": "call", "opportunity": cast.terminals.id, "occurred_at": "2026-11-20T09:00:00+01:00"}
    made = program_of(cast.anna)("POST", "entry/", body)
    assert made.status_code == 201 and result(made)["occurred_at"].startswith("2026-11-20T08:00:00")
