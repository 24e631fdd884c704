"""Every address of the API × every level × own, a colleague's, another team's, no record: the answer that the rights say."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.domain.scopes import EVERYTHING
from app.extensions import db
from app.models import User
from app.operations import api_tokens
from app.permissions.actor import SYSTEM, Level, acting
from app.permissions.rights import Action, Reach, reach
from app.views.api.base import RecordApi
from tests.api.conftest import Program
from tests.people import actor
from tests.promises.firm import OWNERS, Records, fingerprint, within

pytestmark = pytest.mark.database
ACTIONS = {"get_list": Action.READ, "get": Action.READ, "post": Action.CREATE, "put": Action.WRITE, "delete": Action.DELETE,
           "take": Action.READ, "release": Action.WRITE, "give": Action.WRITE}
METHODS = {"get_list": "GET", "get": "GET", "post": "POST", "put": "PUT", "delete": "DELETE", "take": "POST", "release": "POST", "give": "POST"}
HANDING = ("take", "release", "give")
MISSING = 987654
LEVELS = (Level.USER, Level.TEAM_MANAGER, Level.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def _as_in_life(bare_app: Flask) -> None:
    """What goes wrong is an answer, no exception."""
    bare_app.testing = False


def _program(app: Flask, firm: Records, level: Level, power: str = "write") -> Program:
    with app.app_context(), acting(SYSTEM):
        user = db.session.get_one(User, firm.people[level])
        token = api_tokens.create_token(user, "t", {EVERYTHING: power}, 30, actor=actor(user))
        db.session.remove()
    return Program(app.test_client(use_cookies=False), token)


def _doors(app: Flask) -> Iterator[tuple[Any, str, Rule]]:
    views = {view.endpoint: view for view in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint.endswith(".delete"), str(rule))):
        view = views.get(rule.endpoint.partition(".")[0])
        if isinstance(view, RecordApi):
            yield view, rule.endpoint.partition(".")[2], rule


def test_nothing_of_the_api_stands_outside_the_matrix(bare_app: Flask, firm: Records) -> None:
    known = {str(rule) for _, name, rule in _doors(bare_app) if name in ACTIONS}
    assert {str(rule) for rule in bare_app.url_map.iter_rules() if str(rule).startswith("/api/")} == known
    assert len(known) == 26


@pytest.mark.feature("A9")
@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_the_api_opens_what_the_pages_open(level: Level, bare_app: Flask, firm: Records) -> None:
    program, wrong = _program(bare_app, firm, level), {}
    words = firm.words_hidden_from(level).values()
    for view, name, rule in _doors(bare_app):
        subject, action = view.class_permission_name, ACTIONS[name]
        for owner in (*OWNERS, "nobody") if "pk" in rule.arguments else ("",):
            key = firm.keys[subject].get(owner, MISSING) if owner else ""
            answer = program(METHODS[name], f"{view.resource_name}/{key}{f'/{name}' if name in HANDING else ''}", {})
            expected = _expected(level, subject, action, owner) | ({422} if name == "give" and action_is_theirs(level, subject, owner) else set())
            if answer.status_code not in expected or any(word in answer.text for word in words):
                wrong[f"{name} {subject} {owner}"] = (answer.status_code, expected)
    assert wrong == {}


def action_is_theirs(level: Level, subject: str, owner: str) -> bool:
    return owner in within(level, reach(level, subject, Action.WRITE))


def _expected(level: Level, subject: str, action: Action, owner: str) -> set[int]:
    how_far = reach(level, subject, action)
    if how_far is Reach.NONE:
        return {403}
    if not owner:
        return {200, 409, 422}  # a new record needs more than nothing
    if owner not in within(level, reach(level, subject, Action.READ)):
        return {404}
    return {200, 409} if owner in within(level, how_far) else {403}


@pytest.mark.feature("A9")
def test_a_token_that_reads_changes_nothing(bare_app: Flask, firm: Records) -> None:
    program = _program(bare_app, firm, Level.ADMINISTRATOR, "read")
    program("GET", "account/")  # its first use is noted
    with bare_app.app_context():
        before = fingerprint()
    for view, name, rule in _doors(bare_app):
        key = firm.keys[view.class_permission_name]["own"] if "pk" in rule.arguments else ""
        path = f"{view.resource_name}/{key}{f'/{name}' if name in HANDING else ''}"
        status = program(METHODS[name], path, {"name": "x", "title": "x"}).status_code
        assert status == (200 if METHODS[name] == "GET" else 403), rule
    with bare_app.app_context():
        assert fingerprint() == before
