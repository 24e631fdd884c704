"""The servers of the tests: ours, real, and gone with the test run however it ends."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Error as BrowserError

from tests.servers.browser import Browser
from tests.servers.dovecot import Account
from tests.servers.postgres import Postgres
from tests.servers.process import Child, DidNotStart, free_port
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpServer

pytest_plugins = ["tests.servers.fixtures"]

_START_ALL = """
import subprocess, sys, time
from tests.servers.browser import Browser
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
with Postgres(), Redis(), Dovecot() as dovecot, Browser() as browser:
    reader = dovecot.account().client()
    browser.page()
    print("ready", flush=True)
    time.sleep(60)
"""


def _descendants(parent: int) -> set[int]:
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), set()).add(int(stat.parent.name))
    found: set[int] = set()
    left = [parent]
    while left:
        new = children.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def _is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_nothing_is_left_when_the_tests_are_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _START_ALL], stdout=subprocess.PIPE) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == b"ready\n"
            started = _descendants(run.pid)
        finally:
            os.kill(run.pid, signal.SIGKILL)
    assert len(started) > 10
    deadline = time.monotonic() + 60
    while (left := [pid for pid in started if _is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left, [Path(f"/proc/{pid}/cmdline").read_text() for pid in left]


def test_a_port_of_somebody_else_is_noticed(postgres: Postgres, tmp_path: Path) -> None:
    other = Child(["sleep", "30"], tmp_path / "log")
    try:
        assert not other.listens_on(postgres.port)
        assert not other.listens_on(free_port())
    finally:
        other.stop()


def test_a_server_that_ends_shows_its_log(tmp_path: Path) -> None:
    broken = Child(["sh", "-c", "echo the disk is full; exit 3"], tmp_path / "log")
    with pytest.raises(DidNotStart, match="the disk is full"):
        broken.wait_until(lambda: False)
    broken.stop()


def test_databases_are_copied_from_a_template(postgres: Postgres) -> None:
    template = postgres.create_database()
    with psycopg.connect(postgres.url(template)) as connection:
        connection.execute("CREATE TABLE fact AS SELECT 42 AS answer")
    with postgres.database(template=template) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM fact").fetchone() == (42,)
        connection.execute("DELETE FROM fact")
    with postgres.database(template=template) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM fact").fetchone() == (1,)
    postgres.drop_database(template)


def test_redis_keeps_its_data_across_a_crash_when_asked() -> None:
    with Redis(append_only=True) as server:
        with server.client() as client:
            client.set("job", "1")
        server.restart(kill=True)
        with server.client() as client:
            assert client.get("job") == b"1"


def test_the_envelope_recipient_is_seen_in_the_delivered_message(mail_account: Account) -> None:
    mail_account.deliver(
        b"To: client@firm.test\r\nSubject: Offer\r\n\r\nHello\r\n", to=["crm+k7@kurier.test"]
    )
    client = mail_account.client()
    client.select_folder("INBOX", readonly=True)
    raw = client.fetch(client.search(), ["BODY.PEEK[]"])[1][b"BODY[]"]
    client.logout()
    assert b"\r\nDelivered-To: crm+k7@kurier.test\r\n" in raw
    assert raw.endswith(b"To: client@firm.test\r\nSubject: Offer\r\n\r\nHello\r\n")


def test_mail_is_received_refused_and_left_hanging(smtp: SmtpServer) -> None:
    with smtplib.SMTP("127.0.0.1", smtp.port, timeout=5) as client:
        client.sendmail("kurier@firm.test", ["anna@firm.test"], b"Subject: Hello\r\n\r\n.dots\r\n")
        (received,) = smtp.wait_for(1)
        assert (received.sender, received.recipients) == ("kurier@firm.test", ("anna@firm.test",))
        assert received.raw == b"Subject: Hello\r\n\r\n.dots\r\n"
        smtp.refuse("550 5.1.1 Unknown", recipient="Jan@firm.test")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("kurier@firm.test", ["jan@firm.test"], b"Subject: Hello\r\n\r\n")
        smtp.refuse("451 4.3.0 Later")
        with pytest.raises(smtplib.SMTPDataError, match="Later"):
            client.sendmail("kurier@firm.test", ["anna@firm.test"], b"Subject: Hello\r\n\r\n")
    smtp.clear()
    smtp.hang()
    with (
        smtplib.SMTP("127.0.0.1", smtp.port, timeout=0.3) as silent,
        pytest.raises(smtplib.SMTPServerDisconnected),
    ):
        silent.sendmail("kurier@firm.test", ["anna@firm.test"], b"Subject: Hello\r\n\r\n")
    smtp.recover()


def test_the_browser_speaks_the_language_and_stays_on_loopback(browser: Browser) -> None:
    page = browser.page(language="pl")
    assert page.evaluate("navigator.language") == "pl-PL"
    with pytest.raises(BrowserError, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://mail.example.com/")
