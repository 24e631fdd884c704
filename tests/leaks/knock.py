"""Knocking at every address: what came back, and what of it should not have come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from app.domain.rights import Action
from tests.leaks.marks import text_of
from tests.leaks.rules import Rule, noun_of, rule_of
from tests.leaks.world import Eyes, World
from tests.promises.firm import OWNERS

MISSING = 987654
BULK = (".action_post", ".give_chosen")  # the keys stand in the form
SKIPPED = {"AuthDBView.logout", "LocaleView.index", "static", "bootstrap.static", "appbuilder.static"}  # asking is the writing; files


@dataclass(frozen=True)
class Door:
    """One address with one method; ``owner``: whose record it names, "nobody" for a key without a row, None for no record."""

    endpoint: str
    method: str
    url: str
    rule: Rule
    owner: str | None
    form: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.method} {self.url} ({self.owner or '–'})"

    def is_open_to(self, eyes: Eyes) -> bool:
        """Whether the right that it asks for reaches this record."""
        rule = self.rule
        if rule.is_public or eyes.is_everything:
            return True
        if eyes.is_stranger or rule.is_administration:
            return False
        if rule.is_own:
            return True
        if rule.is_of_people:
            return self.is_visible_to(eyes)
        if not all(eyes.may(name, action) for name, action in rule.also):
            return False
        owners = eyes.owners(rule.record_type, rule.action)
        return bool(owners) if self.owner is None else self.owner in owners

    def asks_little_of(self, eyes: Eyes) -> bool:
        """Whether ``eyes`` have the right that it asks for with any record at all."""
        rule = self.rule
        if rule.is_own or rule.is_administration or rule.is_of_people or eyes.is_everything:
            return True
        return eyes.may(rule.record_type, rule.action) and all(eyes.may(*each) for each in rule.also)

    def is_visible_to(self, eyes: Eyes) -> bool:
        if self.rule.is_of_people and not eyes.is_everything:
            return self.owner in (("own", "team") if eyes.manages else ("own",))
        return self.owner is None or self.owner in eyes.owners(self.rule.record_type, Action.READ)


def doors_of(world: World) -> list[Door]:
    """Everything that can be asked for. An address that cannot be filled raises ``KeyError``."""
    with world.app.test_request_context():
        return list(_doors(world))


def _doors(world: World) -> Iterator[Door]:
    views = {view.endpoint: view for view in world.app.appbuilder.baseviews}  # type: ignore[attr-defined]
    for route in sorted(world.app.url_map.iter_rules(), key=str):
        view, name = views.get(route.endpoint.partition(".")[0]), route.endpoint.partition(".")[2]
        if route.endpoint in SKIPPED:
            continue
        for act in sorted(view.actions) if name in ("action", "action_post") and view is not None else [""]:
            rule = rule_of(route.endpoint, view, act)
            if rule is None:
                raise KeyError(f"a new route without a rule: {route.endpoint} {act} – say in tests/leaks/rules.py what it asks for")
            for method in sorted((route.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                yield from _with_keys(world, route, method, rule, view, act)


def _with_keys(world: World, route: Route, method: str, rule: Rule, view: Any, act: str) -> Iterator[Door]:
    keys = world.firm.keys
    for owner in (*OWNERS, "nobody") if rule.names else (None,):
        key = keys[rule.record_type].get(owner, MISSING) if owner else None
        form = dict(rule.form) | ({"rowid": key, "action": act, "to": f"u{world.jean}"} if route.endpoint.endswith(BULK) else {})
        for values in _values(world, route, view, key, act):
            url = route.build({name: values[name] for name in route.arguments}, append_unknown=False)
            assert url is not None, route
            yield Door(route.endpoint, method, url[1], rule, owner, form)


def _values(world: World, route: Route, view: Any, key: int | None, act: str) -> Iterator[dict[str, Any]]:
    known = {
        "pk": key, "name": act, "step": world.firm.keys["Step"]["own"], "number": 0, "token": world.firm.form_token, "given": "x",
        "day": "2026-11-20", "person": key, "move": MISSING, "change": MISSING, "run": MISSING, "deputy": MISSING, "order": MISSING,
        "what": "rejected",
    }
    if "column" not in route.arguments:
        yield known
        return
    related = [name for name in view.datamodel.list_properties if view.datamodel.is_relation(name)]
    yield from (known | {"column": name} for name in (related or ["nothing"]))


# ---- judging


def wrong_with(world: World, eyes: Eyes, door: Door, answer: TestResponse) -> list[str]:
    """What is wrong with ``answer``, in words that begin with the name of the door."""
    said = world.book.read_in(text_of(answer))
    told = sorted(str(mark) for mark in said if not eyes.may_know(mark))
    found = [f"tells {', '.join(told)}"] if told else []
    status = _status_wrong(eyes, door, answer)
    return [f"{eyes.name}: {door} {each} [{answer.status_code}]" for each in (*found, *([status] if status else []))]


def _status_wrong(eyes: Eyes, door: Door, answer: TestResponse) -> str | None:
    status = answer.status_code
    is_sent_away = status == 302 and "/login/" in answer.headers["Location"]
    if status >= 500:
        return "crashes"
    if door.rule.is_public:
        return None
    if eyes.is_stranger:
        return None if is_sent_away or status in (401, 403, 404) else "lets a stranger in"
    if not door.asks_little_of(eyes):
        return None if status in (403, 404) else "opens to whom no right opens it"
    if door.owner is not None and not door.is_visible_to(eyes):
        return None if status == 404 else "what may not be seen must be 404"
    if not door.is_open_to(eyes):
        return None if status == 403 or (door.rule.refuses_in_words and status in (302, 409)) else "what may only be read must be 403"
    return "refuses what is theirs" if status in (401, 403) or is_sent_away else None


def ask(world: World, eyes: Eyes, client: FlaskClient, door: Door) -> TestResponse:
    """Knock: at the API as a program with a token of the same person."""
    if door.url.startswith("/api/"):
        headers = {} if eyes.is_stranger else {"Authorization": f"Bearer {world.token}"}
        return world.app.test_client().open(door.url, method=door.method, json=door.form if door.method in ("POST", "PUT") else None, headers=headers)
    return client.open(door.url, method=door.method, data=door.form if door.method != "GET" else None)


def leaks(world: World, eyes: Eyes, client: FlaskClient, doors: Iterable[Door]) -> list[str]:
    """Everything wrong that knocking at ``doors`` brings to light. Doors that write must be shut to ``eyes``."""
    found: list[str] = []
    for door in doors:
        assert door.method == "GET" or not door.is_open_to(eyes), f"{door} would change something"
        if _is_worth_asking(door, eyes):
            found += wrong_with(world, eyes, door, ask(world, eyes, client, door))
    return found


def _is_worth_asking(door: Door, eyes: Eyes) -> bool:
    """Not with each key where no right opens the door with any: reach nests, so that whom it opens with a foreign record it opens with their own."""
    is_shut = eyes.is_stranger or not door.asks_little_of(eyes)
    return not is_shut or door.rule.is_public or door.owner in (None, "own")


def reading(doors: Iterable[Door]) -> list[Door]:
    return [door for door in doors if door.method == "GET"]


def shut_writes(doors: Iterable[Door], eyes: Eyes) -> list[Door]:
    """The doors that write and must not open."""
    return [door for door in doors if door.method != "GET" and not door.rule.is_public and not door.is_open_to(eyes)]


__all__ = ["Door", "ask", "doors_of", "leaks", "noun_of", "reading", "shut_writes", "wrong_with"]
