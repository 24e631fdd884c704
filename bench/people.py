"""Fifty people at work at once, beside one alone; and a thousand morning emails, composed and sent by one worker.

Each person asks for a page or does something every five seconds, as ``MIX`` says; two web processes answer, on loopback. As a process it works on
one database: ``python -m bench.people``.
"""

import itertools
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as hour
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from app import create_app
from app.extensions import db
from app.jobs.outbox import send
from app.jobs.summaries import send_due
from app.models import Opportunity, OutgoingMail, SummarySubscription, User
from app.models.outbox import OutgoingState
from app.models.summaries import Edition
from app.operations.sign_in import begin_session
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from bench.alerts import Clerk
from bench.office import PAGES, addresses
from bench.places import KEY, Place
from bench.serving import serve
from bench.staff import readers
from bench.tables import show
from config import load
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer

PEOPLE, PACE, SECONDS = 50, 5.0, 30.0
ALONE = 150  # requests of one person, one after the other
MOST_TIMES, LEAST_PER_SECOND = 4.0, 5.0
# What somebody does next, of a hundred times. A note is the page of the record, the form, and the page that follows.
MIX: Mapping[str, int] = {
    "today": 25, "record": 20, "list, first page": 15, "board": 10, "search, rare word": 8, "search, common word": 4, "list, deep page": 3, "activity": 5,
    "note": 10,
}
MORNING = datetime.combine(date(2026, 11, 24), hour(10), UTC)  # a Tuesday
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


class Firm(Clerk):
    """An office at whose desks people sit."""

    def desks(self, people: int) -> dict[str, Any]:
        """For each of as many salespeople with work of their own: the cookie that signs them in, and their pages."""
        with self._app.test_request_context(), acting(SYSTEM):
            owners = select(Opportunity.owner_id).where(Opportunity.owner_id.is_not(None)).distinct().order_by(Opportunity.owner_id)
            keys = list(db.session.scalars(owners.limit(people)))
            return {"desks": [self._desk(db.session.get_one(User, key)) for key in itertools.islice(itertools.cycle(keys), people)]}

    def reader(self, reach: str) -> dict[str, Any]:
        """The same of one who sees as far as ``reach`` says (bench/staff)."""
        with self._app.test_request_context(), acting(SYSTEM):
            return self._desk(dict(readers())[reach])

    def _desk(self, user: User) -> dict[str, Any]:
        key = begin_session(user, "bench", "", "password", actor=SYSTEM)
        values = {"_user_id": str(user.id), "_fresh": True, "locale": "en", "sid": key}
        signer: Any = self._app.session_interface
        cookie = signer.get_signing_serializer(self._app).dumps(values)
        pages = dict(zip(PAGES, addresses(user), strict=True))
        return {"cookie": f"{self._app.config['SESSION_COOKIE_NAME']}={cookie}", "pages": pages}

    def mornings(self, count: int) -> dict[str, Any]:
        """Seconds of composing as many summaries, and of handing them to a mail server; how many arrived there."""
        with self._app.app_context(), acting(SYSTEM), SmtpServer() as server:
            self._app.config["SETTINGS"] = replace(self._app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=server.port)
            mail = self._app.extensions["mail"]
            mail.server, mail.port = "127.0.0.1", server.port
            _subscribe(count)
            started = time.perf_counter()
            waiting = select(OutgoingMail.id).where(OutgoingMail.event == "summary", OutgoingMail.state == OutgoingState.PENDING)
            with clock.frozen(MORNING):
                composed = send_due()
                between = time.perf_counter()
                for key in db.session.scalars(waiting).all():
                    send(key)
                    db.session.rollback()
            ended = time.perf_counter()
            return {"composed": composed, "arrived": len(server.messages), "composing": between - started, "sending": ended - between}


@atomic
def _subscribe(count: int) -> None:
    for user in db.session.scalars(select(User).where(User.username.like("person%")).order_by(User.id).limit(count)):
        db.session.add(SummarySubscription(user_id=user.id, edition=Edition.MINE, created_at=datetime(2026, 1, 1, tzinfo=UTC)))


# ---- those who ask


@dataclass
class Visitor:
    """One person at a browser without a screen."""

    port: int
    cookie: str
    pages: Mapping[str, str]
    chance: random.Random
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def act(self) -> None:
        (what,) = self.chance.choices(list(MIX), list(MIX.values()))
        if what != "note":
            self.ask("GET", self.pages[what])
            return
        token = _TOKEN.search(self.ask("GET", self.pages["record"]))
        if token is None:
            self.errors.append("no form")
            return
        address = self.pages["record"].replace("/show/", "/note/")
        self.ask("POST", address, urlencode({"csrf_token": token[1].decode(), "body": "Called; sends the order on Friday."}))
        self.ask("GET", self.pages["record"])

    def ask(self, method: str, address: str, body: str = "", usual: int = 0) -> bytes:
        headers = {"Cookie": self.cookie, "Accept": "text/html", "Accept-Encoding": "identity"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        try:
            connection.request(method, address, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self.errors.append(f"{method} {address}: {error}")
            return b""
        finally:
            connection.close()
        self.times.append(time.perf_counter() - started)
        if answer.status != (usual or (302 if method == "POST" else 200)):
            self.errors.append(f"{method} {address}: {answer.status}")
        for given in answer.headers.get_all("Set-Cookie") or ():
            if given.split("=", 1)[0] == self.cookie.split("=", 1)[0]:
                self.cookie = given.split(";", 1)[0]
        return content

    def stay(self, until: float, pace: float = PACE) -> None:
        """Something every ``pace`` seconds; the people do not begin together."""
        time.sleep(self.chance.random() * pace)
        while (began := time.perf_counter()) < until:
            self.act()
            time.sleep(max(0.0, pace - (time.perf_counter() - began)))


@dataclass(frozen=True)
class Web:
    """Two web processes as an installation would run them."""

    port: int
    process: int  # the one that began them

    def busy(self) -> float:
        """Seconds of processor time that they have taken."""
        begun = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return sum(sum(map(int, Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for each in begun) / os.sysconf("SC_CLK_TCK")


@contextmanager
def web(place: Place) -> Iterator[Web]:
    """They answer on loopback; ``Web`` says where."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "KURIER_HOME": str(place.home), "DATABASE_URL": place.url, "REDIS_URL": place.redis.url, "SECRET_KEY": KEY}
    command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--config", "app/cli/web.py", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port)
        yield Web(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
        try:
            connection.request("GET", "/login/")
            connection.getresponse().read()
            return
        except (OSError, HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def measure(around: Sequence[Place]) -> None:
    """One person alone, then all of them; on the largest of each database."""
    rows = []
    for place in largest(around):
        desks = place.process.ask("desks", people=PEOPLE)["desks"]
        with web(place) as served:
            visitors = [Visitor(served.port, each["cookie"], each["pages"], random.Random(number)) for number, each in enumerate(desks)]
            alone = _alone(visitors[0])
            _together(visitors)
        times = [each for visitor in visitors for each in visitor.times]
        errors = [each for visitor in visitors for each in visitor.errors]
        one, all_of_them = _p95(alone), _p95(times)
        rows.append([
            place.database, f"{place.contacts:,}", f"{one * 1000:.0f}", f"{len(times)}", f"{statistics.median(times) * 1000:.0f}", f"{all_of_them * 1000:.0f}",
            f"{all_of_them / one:.2f}", f"{len(errors)}",
        ])
        for error in errors[:5]:
            print(error)
    title = f"{PEOPLE} people, something every {PACE:.0f} s each for {SECONDS:.0f} s, two web processes (below {MOST_TIMES:.0f} times is well)"
    show(title, ["database", "contacts", "p95 alone, ms", "requests", "median", "p95", "times", "errors"], rows)
    show("What they do", ["what", "of a hundred"], [[what, str(share)] for what, share in MIX.items()])


def largest(around: Sequence[Place]) -> list[Place]:
    most = max(place.contacts for place in around)
    return [place for place in around if place.contacts == most]


def _alone(visitor: Visitor) -> list[float]:
    for _ in range(20):
        visitor.act()  # both processes have seen every page once
    visitor.times.clear()
    while len(visitor.times) < ALONE:
        visitor.act()
    times, visitor.times = visitor.times, []
    return times


def _together(visitors: Sequence[Visitor]) -> None:
    until = time.perf_counter() + SECONDS
    threads = [threading.Thread(target=visitor.stay, args=(until,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def measure_mornings(around: Sequence[Place], count: int = 1_000) -> None:
    """The summaries of a thousand people, one worker."""
    rows = []
    for place in largest(around):
        found = place.process.ask("mornings", count=count)
        seconds = found["composing"] + found["sending"]
        rows.append([
            place.database, f"{place.contacts:,}", f"{found['composed']:,}", f"{found['arrived']:,}", f"{found['composing']:.1f}", f"{found['sending']:.1f}",
            f"{found['arrived'] / seconds:.1f}",
        ])
    show(f"Morning emails by one worker ({LEAST_PER_SECOND:.0f} a second is well)",
         ["database", "contacts", "composed", "arrived", "s composing", "s sending", "a second"], rows)


if __name__ == "__main__":
    serve(Firm(create_app(load())))
