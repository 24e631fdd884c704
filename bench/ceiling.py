"""The least that anybody must do with a mail: fetch, parse, clean, and two durable inserts. No CRM is faster."""

import email
import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import Any

import nh3
import psycopg

from app.inbound.sources.source import Position, Source

_TABLES = (
    "CREATE TABLE IF NOT EXISTS bench_delivery (id {key}, uid TEXT NOT NULL, sha256 TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS bench_message (id {key}, header_id TEXT, subject TEXT, sender TEXT, body TEXT, html TEXT)",
)
_KEYS = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}


def _connection(url: str, home: Path) -> Any:
    if url.startswith("postgresql"):
        return psycopg.connect(url)
    connection = sqlite3.connect(home / "ceiling.db", timeout=60)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _text(message: Message, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return ""


def drain(source: Source, url: str, home: Path) -> int:
    """Take all that ``source`` holds in the least time; returns how many. The source is not told."""
    dialect = "postgresql" if url.startswith("postgresql") else "sqlite"
    mark = "%s" if dialect == "postgresql" else "?"
    with closing(_connection(url, home)) as connection:
        for table in _TABLES:
            connection.execute(table.format(key=_KEYS[dialect]))
        connection.commit()
        return sum(_take(connection, mark, batch) for batch in source.fetch(Position(0, 0)))


def _take(connection: Any, mark: str, batch: Iterable[Any]) -> int:
    delivery = f"INSERT INTO bench_delivery (uid, sha256) VALUES ({mark}, {mark})"  # noqa: S608 - a constant
    letter = f"INSERT INTO bench_message (header_id, subject, sender, body, html) VALUES ({', '.join([mark] * 5)})"  # noqa: S608
    count = 0
    for fetched in batch:
        connection.execute(delivery, (fetched.uid, hashlib.sha256(fetched.raw).hexdigest()))
        connection.commit()
        message = email.message_from_bytes(fetched.raw)
        html = nh3.clean(_text(message, "text/html"))
        facts = [str(message[name] or "") for name in ("Message-ID", "Subject", "From")]
        connection.execute(letter, (*facts, _text(message, "text/plain"), html))
        connection.commit()
        count += 1
    return count
