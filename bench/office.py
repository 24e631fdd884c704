"""One process on one database, as a web server is. Reads commands from standard input, answers on standard output."""

import gzip
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urljoin

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import create_app
from app.cli.built import build
from app.cli.setup import bring_up
from app.domain.rights import EVERY_ROW, NO_RULES, Action, Scope
from app.extensions import db
from app.models import Opportunity, User
from app.operations.sign_in import begin_session
from app.permissions import row_security
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import actor_of
from app.views import doors
from app.views.paging import ARGUMENT, Place
from bench import crowd, ground, plans, staff
from bench.serving import serve
from config import load

VIEW = "OpportunityView"
PAGES = (
    "list, first page", "list, deep page", "search, rare word", "search, common word", "board", "record", "today", "stagnating", "activity", "saved view",
    "results, months", "results, people", "results, campaigns", "results, reasons", "results, cohorts", "colleagues by name",
    "my late ones", "late ones of all",
)
# What a saved view asks: an alternative, and an order of its own.
SAVED: dict[str, Any] = {"_any_1": "_flt_0_status=todo|_flt_0_status=standby", f"_oc_{VIEW}": "amount", f"_od_{VIEW}": "desc"}


class Unchecked(Actor):
    """Whoever it is meets no row and no field that is not for them; the pages that open to them stay the same."""

    def scope(self, record_type: str, action: Action) -> Scope:
        return EVERY_ROW if super().scope(record_type, action) else super().scope(record_type, action)

    def rules(self, record_type: str) -> Any:
        return NO_RULES


class Office:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._heard: list[plans.Statement] = []
        self._clients: dict[int, FlaskClient] = {}
        self._actors: dict[int, Actor] = {}
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._hear)

    def _hear(self, connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        self._heard.append(plans.Statement(statement, parameters))

    def lay(self) -> dict[str, Any]:
        with self._app.app_context(), acting(SYSTEM):
            build()
            bring_up()
            ground.lay()
            staff.lay()
        return {}

    def populate(self, contacts: int) -> dict[str, Any]:
        started = time.perf_counter()
        with self._app.app_context(), acting(SYSTEM):
            crowd.populate(contacts, staff.staff())
        return {"seconds": time.perf_counter() - started}

    def people(self) -> dict[str, Any]:
        """The key of each reader, and the addresses of the pages as they are asked for."""
        with self._app.test_request_context(), acting(SYSTEM):
            return {reach: {"user": user.id, "pages": dict(zip(PAGES, addresses(user), strict=True))} for reach, user in staff.readers()}

    def visit(self, user: int, address: str, is_checked: bool = True) -> dict[str, Any]:
        """One page as ``user`` gets it."""
        client = self._client(user)
        self._heard.clear()
        with _checks(self._app, self._actor(user), is_checked):
            started = time.perf_counter()
            response = client.get(address)
            seconds = time.perf_counter() - started
        return {"milliseconds": seconds * 1000, "statements": len(self._heard), "status": response.status_code, "size": len(response.data)}

    def statements(self, user: int, address: str, is_checked: bool = True) -> dict[str, Any]:
        """What the page asks, and which tables some statement of it reads from end to end."""
        self.visit(user, address, is_checked)
        heard = list(self._heard)
        with self._app.app_context():
            scans = plans.scans(db.engine, heard)
        return {"statements": [each.text for each in heard], "scans": scans}

    def weigh(self, user: int, address: str) -> dict[str, Any]:
        """The bytes of a page with everything that it fetches, compressed as a server in front does, and the number of requests."""
        client, sizes = self._client(user), {}
        waiting = [address]
        while waiting:
            url = waiting.pop()
            if url in sizes:
                continue
            response = client.get(url)
            assert response.status_code == 200, (url, response.status)
            sizes[url] = len(response.data if url.endswith(".woff2") else gzip.compress(response.data, 6))
            waiting += [urljoin(url, each) for each in _fetched(response.mimetype or "", response.data)]
        return {"requests": len(sizes), "bytes": sum(sizes.values()), "page": sizes[address], "parts": sizes}

    def _actor(self, user: int) -> Actor:
        if user not in self._actors:
            with self._app.app_context(), acting(SYSTEM):
                found = actor_of(db.session.get_one(User, user), db.session())
            self._actors[user] = Unchecked(**vars(found))
        return self._actors[user]

    def _client(self, user: int) -> FlaskClient:
        if user not in self._clients:
            with self._app.app_context(), acting(SYSTEM):
                key = begin_session(db.session.get_one(User, user), "bench", "", "password", actor=SYSTEM)
            client = self._clients[user] = self._app.test_client()
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"], session["locale"], session["sid"] = str(user), True, "en", key
        return self._clients[user]


@contextmanager
def _checks(app: Flask, actor: Actor, is_on: bool) -> Iterator[None]:
    """Off: no statement carries criteria, nobody asks who may what. Only this process can do so."""
    if is_on:
        yield
        return
    event.remove(Session, "do_orm_execute", row_security._narrow)
    try:
        with mock.patch.object(doors, "actor_of", return_value=actor):
            yield
    finally:
        event.listen(Session, "do_orm_execute", row_security._narrow)


def addresses(user: User) -> list[str]:
    """In the order of ``PAGES``: a deep page begins at the middle of all opportunities, the record is one of the user's."""
    first = url_for(f"{VIEW}.list")
    keys = select(Opportunity.id).order_by(Opportunity.id.desc())
    last = db.session.scalars(keys.limit(1)).one()
    middle = db.session.scalars(select(Opportunity).where(Opportunity.id > last // 2).order_by(Opportunity.id).limit(1)).one()
    own = db.session.scalars(keys.where(Opportunity.owner_id == user.id).limit(1)).first() or last
    token = Place("last_activity_at", "desc").token(middle, at=last // 2)
    found = [url_for("SearchView.list", q=word) for word in (crowd.RARE, crowd.COMMON)]
    return [first, f"{first}?{ARGUMENT}{VIEW}={token}", *found, url_for("BoardView.list"), url_for(f"{VIEW}.show", pk=own),
            url_for("TodayView.list"), url_for(f"{VIEW}.list", stagnant=1), url_for("ActivityView.list"), url_for(f"{VIEW}.list", **SAVED),
            *(url_for("ResultsView.list", by=way) for way in ("month", "person", "campaign", "reason", "cohort")), url_for("MentionView.list", q="person 5"),
            url_for(f"{VIEW}.list", mine=1, late=1), url_for(f"{VIEW}.list", late=1)]


def _fetched(kind: str, content: bytes) -> list[str]:
    """What a browser asks for when it reads this."""
    text = content.decode(errors="replace")
    if kind == "text/html":
        return [*re.findall(r'<(?:script|img)[^>]* src="([^"#]+)"', text), *re.findall(r'<link[^>]* href="([^"]+)"', text), *_sprites(text)]
    if kind == "text/css":
        return [each for each in re.findall(r'url\("?([^")]+)"?\)', text) if not each.startswith("data:")]
    return re.findall(r'^(?:import|export)[^;]*? from "([^"]+)"', text, re.MULTILINE) if kind.endswith("javascript") else []


def _sprites(text: str) -> list[str]:
    return list(set(re.findall(r'<use href="([^"#]+)#', text)))


if __name__ == "__main__":
    serve(Office(create_app(load())))
