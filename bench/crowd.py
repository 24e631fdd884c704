"""A firm's past, however large: contacts with accounts, opportunities and one filed message each, in statements over sets; and for people who look
at pages two more lines of history each.

The KNOWN contacts lie scattered among the others and are the same in every size, with all that hangs on them.

For mail that comes the indexes are made when two thirds of the rows are there, and the last third grows into them, in every size: what is made
whole has pages without room, and each of them would be split by the first mail that meets it. No firm's database is like that; a page that
grew is three quarters full. For pages that people look at, which write nothing, the indexes are made whole.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    true,
)

from app.domain.messages import State
from app.extensions import db
from app.models import (
    Account,
    AuditLine,
    Campaign,
    CloseReason,
    Competitor,
    Contact,
    ContactAddress,
    Delivery,
    IncomingMessage,
    Mailbox,
    MessageReference,
    Opportunity,
    Step,
    Task,
    TimelineEntry,
    User,
)
from app.models.contacts import contact_account
from app.models.opportunities import opportunity_contact
from app.models.timeline_holders import HOLDERS
from app.operations import kept_totals
from app.operations.statistics import count_anew
from app.support import clock
from app.support.text import fold
from bench.mails import FIRST, KNOWN, LAST, PER_ACCOUNT, USERS
from bench.staff import Staff

PAST = timedelta(days=730)
LATE, AHEAD = timedelta(days=1), timedelta(days=7)  # of the tasks
BODY = "Good morning, please find the offer for the terminals of your warehouse attached; we can show them next week. " * 4
COMMON, RARE = "terminals", "xylophone"  # words of titles
RARE_AT = 500  # which of the known has the rare one
# Different amounts, a prime, and a step from each to the next: what an opportunity is worth does not follow from whose it is,
# nor do those of the same people follow one another by it.
SUMS, SPREAD = 4_999, 7_919
CACHE_MB = 800  # for SQLite, while it is filled
SORTING_MB = 400  # for PostgreSQL, while it makes indexes
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # of public references, in the order of the database
_NUMBERED = (Account, Contact, ContactAddress, Opportunity, IncomingMessage, TimelineEntry, MessageReference, Delivery)
_WAYS: dict[str, Any] = {"campaign_id": Campaign, "reason_id": CloseReason, "competitor_id": Competitor}
_FILLED: tuple[Any, ...] = (*_NUMBERED, Task, AuditLine)
_numbers = Table("bench_number", MetaData(), Column("n", Integer, primary_key=True), prefixes=["TEMPORARY"])

Value = ColumnElement[Any]


def populate(contacts: int, staff: Staff | None = None) -> None:
    """Fill a laid database with ``contacts`` (no fewer than KNOWN) and as many messages, and let the planner count them.

    With a ``staff`` the records are theirs and their teams', one after the other.
    """
    steps = list(db.session.scalars(select(Step).order_by(Step.position)))
    assert steps, "lay comes first"
    mailbox_id = db.session.scalars(select(Mailbox.id).order_by(Mailbox.id)).first()
    names = {name: key for key, name in db.session.execute(select(User.id, User.username))}
    step_ids, pipeline_id = [step.id for step in steps if step.pipeline_id == steps[0].pipeline_id], steps[0].pipeline_id
    ways = {name: list(db.session.scalars(select(model.id).order_by(model.id))) for name, model in _WAYS.items()}
    db.session.rollback()
    db.engine.dispose()
    crowd = _Crowd(contacts, [names[each] for each in USERS], clock.now(), staff)

    def fill(crowd: _Crowd) -> None:
        _people(connection, crowd)
        _sales(connection, crowd, step_ids, pipeline_id, ways)
        _history(connection, crowd)
        if staff is not None:
            _deeds(connection, crowd)
            _plans(connection, crowd)  # of those who sell: mail that comes reads no task
        else:
            _traces(connection, crowd, mailbox_id)  # for mail that comes: no page of a person reads them
        _words(connection, crowd)

    with db.engine.execution_options(writes=True).connect() as connection:
        connection.detach()  # it ends with us: nobody else gets it with these settings
        _hurry(connection)
        with connection.begin():
            for ended in HOLDERS.not_keeping(connection.dialect.name):
                connection.exec_driver_sql(ended)
            for index in _indexes():
                index.drop(connection)
            _count_to(connection, contacts + KNOWN)
            fill(crowd if staff is not None else replace(crowd, thirds=(0, 2)))
            for index in _indexes():
                index.create(connection)
            if staff is None:
                fill(replace(crowd, thirds=(2, 3)))
        _settle(connection)
    count_anew()
    for kept in kept_totals.TOTALS:
        kept_totals.recount(kept)  # on PostgreSQL the filling goes past triggers
    kept_totals.stand(HOLDERS)
    os.sync()


def _indexes() -> list[Index]:
    """Of the large tables: made once and whole they take a part of the time that row by row they would."""
    return [index for model in _FILLED for index in sorted(model.__table__.indexes, key=lambda index: str(index.name))]


def _hurry(connection: Connection) -> None:
    """Nothing here must survive a crash, and every key fits by construction."""
    if connection.dialect.name == "postgresql":
        _on_postgresql("ALTER SYSTEM SET max_wal_size = '16GB'", "SELECT pg_reload_conf()")
        with connection.begin():
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.exec_driver_sql(f"SET maintenance_work_mem = '{SORTING_MB}MB'")
        return
    cursor = connection.connection.cursor()
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", f"cache_size=-{CACHE_MB * 1000}", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _settle(connection: Connection) -> None:
    """Statistics, and nothing left that the database would do later, during the measurement."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            for model in _NUMBERED:
                table = model.__table__
                sequence = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
        _on_postgresql("ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()", "VACUUM (ANALYZE)", "CHECKPOINT")
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _on_postgresql(*statements: str) -> None:
    """Run what no transaction may hold."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _count_to(connection: Connection, last: int) -> None:
    _numbers.create(connection)
    up = select(literal(0).label("n")).cte("up", recursive=True)
    up = up.union_all(select(up.c.n + 1).where(up.c.n < last - 1))
    connection.execute(insert(_numbers).from_select(["n"], select(up.c.n)))


@dataclass(frozen=True)
class _Crowd:
    """What the row ``n`` of each table holds, as SQL."""

    count: int
    owners: Sequence[int]
    now: datetime
    staff: Staff | None = None
    n: Value = _numbers.c.n
    thirds: tuple[int, int] = (0, 3)  # from which to which of the rows

    @property
    def place(self) -> Value:
        """Where the row stands among all of them by whatever does not rise with time: the last third lies between the others."""
        if self.staff is not None:
            return self.n
        third = self.count // 3
        return case((self.n < 2 * third, self.n // 2 * 3 + self.n % 2), (self.n < 3 * third, (self.n - 2 * third) * 3 + 2), else_=self.n)

    @property
    def met(self) -> "_Crowd":
        """Whom the message of the row is about: not one contact after the other, in the order in which they became known."""
        return self if self.staff is not None else replace(self, n=self.place)

    def holds(self, n: Value, rows: int) -> Value:
        """Whether the row ``n`` of as many ``rows`` is of the ``thirds``."""
        first, last = (rows if third == 3 else rows // 3 * third for third in self.thirds)
        return and_(n >= first, n < last)

    @property
    def number(self) -> Value:
        """Which ``Known`` the contact of the row is, or a number beyond them."""
        gap = self.count // KNOWN
        return case((and_(self.n % gap == 0, self.n < gap * KNOWN), self.n // gap), else_=KNOWN + self.place)

    @property
    def accounts(self) -> int:
        return -(-(self.count + KNOWN) // PER_ACCOUNT)

    @property
    def key(self) -> Value:
        return self.n + 1

    @property
    def account(self) -> Value:
        return self.number // PER_ACCOUNT + 1

    @property
    def opportunity(self) -> Value:
        """The key of the contact's opportunity; one in ten has none."""
        return case((self.number % 10 != 9, self.key))

    @property
    def owner(self) -> Value:
        return self.one_of(self.owners) if self.staff is None else self.staff.first_user + self._seat(self.number, self.staff)

    @property
    def team(self) -> Value:
        """The team of the owner."""
        if self.staff is None:
            return cast(null(), Integer)
        return self.staff.first_team + self._seat(self.number, self.staff) // self.staff.per_team

    def holders(self, number: Value) -> dict[str, Value]:
        """Owner and team of an account whose first contact has ``number``; four salespeople alone share all of them."""
        if self.staff is None:
            return {}
        seat = self._seat(number, self.staff)
        return {"owner_id": self.staff.first_user + seat, "team_id": self.staff.first_team + seat // self.staff.per_team}

    @staticmethod
    def _seat(number: Value, staff: Staff) -> Value:
        """Half of what is known belongs to one person: whose pages are compared has a full desk in every size."""
        return case((and_(number < KNOWN, number % 2 == 0), staff.full_desk), else_=number % staff.users)

    @property
    def title(self) -> Value:
        """The same word in all but one, which has a word of its own."""
        return _text(case((self.number == RARE_AT, RARE.capitalize()), else_=COMMON.capitalize()), " ", self.place)

    @property
    def address(self) -> Value:
        return _text("contact", self.number, "@customer", self.number // PER_ACCOUNT, ".example")

    @property
    def header_id(self) -> Value:
        return _text("past.", self.place, "@mail.customer", self.number // PER_ACCOUNT, ".example")

    @property
    def at(self) -> Value:
        """When the message of the row came: evenly over the past, the last one now."""
        seconds = int(PAST.total_seconds())
        ago = seconds - cast(self.n, BigInteger) * seconds // self.count
        if _is_postgresql():
            return literal(self.now, DateTime(timezone=True)) - ago * func.make_interval(0, 0, 0, 0, 0, 0, 1)
        return func.strftime("%Y-%m-%d %H:%M:%S.000000", self.now.strftime("%Y-%m-%d %H:%M:%S"), _text("-", ago, " seconds"))

    def one_of(self, values: Sequence[Any], by: int = 1) -> Value:
        """One after the other, each for ``by`` numbers."""
        return case({n: literal(each) for n, each in enumerate(values)}, value=self.number // by % len(values))

    def reference(self, of: int) -> Value:
        """A public reference: spread as evenly as random ones, and in an order in which its index is filled soon."""
        letters = []
        share, place = of, self.place if of == self.count else self.n
        for _ in range(3):
            share = max(1, share // len(_ALPHABET))
            letters.append(func.substr(_ALPHABET, place // share % len(_ALPHABET) + 1, 1))
        return _text(*letters, place)

    def digest(self) -> Value:
        """64 hexadecimal digits, rising too."""
        return _text(_hex(cast(self.n, BigInteger) * ((1 << 32) // self.count), 8), "0" * 56)

    @property
    def message_key(self) -> Value:
        """As the program makes it: it begins with the day."""
        seconds = int(PAST.total_seconds())
        day = (int(self.now.timestamp()) - seconds + cast(self.n, BigInteger) * seconds // self.count) // 86400
        return _text(_hex(day, 4), func.substr(self.digest(), 1, 60))


def _is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _hex(number: Value, digits: int) -> Value:
    return func.lpad(func.to_hex(number), digits, "0") if _is_postgresql() else func.printf(f"%0{digits}x", number)


def _text(*parts: Any) -> Value:
    joined: Value = literal("")
    for part in parts:
        joined = joined.concat(cast(part, String) if isinstance(part, ColumnElement) else literal(part))
    return joined


def _fill(connection: Connection, table: Any, columns: dict[str, Any], crowd: _Crowd, *, only: Value | None = None, rows: int = 0) -> None:
    """A row of ``table`` for each number, with the defaults of the model for all that is not named."""
    source = select(*(each if isinstance(each, ColumnElement) else literal(each) for each in columns.values()))
    source = source.select_from(_numbers).where(crowd.holds(_numbers.c.n, rows or crowd.count)).order_by(_numbers.c.n)
    if only is not None:
        source = source.where(only)
    connection.execute(insert(table).from_select(list(columns), source))


def _people(connection: Connection, crowd: _Crowd) -> None:
    n = crowd.n
    _fill(connection, Account.__table__, {
        "id": n + 1, "public_ref": crowd.reference(crowd.accounts), "name": _text("Customer ", n), "search_text": _text("customer ", n),
        "sort_name": _text("customer ", n),
        "mail_domain": _text("customer", n, ".example"), **crowd.holders(n * PER_ACCOUNT),
    }, crowd, rows=crowd.accounts)  # fmt: skip
    first, last = crowd.one_of(FIRST), crowd.one_of(LAST)
    folded = [crowd.one_of([fold(each) for each in names]) for names in (FIRST, LAST)]
    _fill(connection, Contact.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "first_name": first, "last_name": last, "owner_id": crowd.owner, "team_id": crowd.team,
        "search_text": _text(folded[0], " ", folded[1], " ", crowd.address), "sort_name": _text(folded[1], " ", folded[0]), "sort_first_name": folded[0],
    }, crowd)  # fmt: skip
    _fill(connection, ContactAddress.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "contact_id": crowd.key, "address": crowd.address,
    }, crowd)  # fmt: skip
    _fill(connection, contact_account, {"contact_id": crowd.key, "account_id": crowd.account}, crowd)


def _sales(connection: Connection, crowd: _Crowd, step_ids: Sequence[int], pipeline_id: int, ways: dict[str, list[int]]) -> None:
    """Of ten contacts six have an open opportunity, one that was won, one that was lost and one that was cancelled; one in three came by a campaign."""
    kind = crowd.number % 10
    is_closed = kind.in_([3, 6, 8])
    worth = {"campaign_id": crowd.number % 3 == 0, "reason_id": kind.in_([6, 8]), "competitor_id": kind == 6}
    _fill(connection, Opportunity.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "title": crowd.title, "sort_title": func.lower(crowd.title), "account_id": crowd.account,
        "pipeline_id": pipeline_id, "step_id": crowd.one_of(step_ids), "status": case({3: "won", 6: "lost", 8: "cancelled"}, value=kind, else_="todo"),
        **{name: case((worth[name], crowd.one_of(keys, by=10))) for name, keys in ways.items()}, "created_at": crowd.at,
        "closed_at": case((is_closed, crowd.at)), "amount": 1000 + crowd.number % SUMS * SPREAD % SUMS, "owner_id": crowd.owner,
        "team_id": crowd.team, "search_text": func.lower(crowd.title), "step_entered_at": crowd.at, "last_activity_at": crowd.at,
    }, crowd, only=crowd.opportunity.is_not(None))  # fmt: skip
    linked = {"opportunity_id": crowd.key, "contact_id": crowd.key}
    _fill(connection, opportunity_contact, linked, crowd, only=crowd.opportunity.is_not(None))


def _history(connection: Connection, crowd: _Crowd) -> None:
    met = crowd.met
    _fill(connection, IncomingMessage.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "key": crowd.message_key, "header_id": crowd.header_id,
        "fingerprint": crowd.digest(), "kind": "inbound", "subject": _text("Offer ", crowd.n), "sender_address": met.address,
        "received_at": crowd.at, "raw_sha256": crowd.digest(), "size": 40_000, "state": State.ATTACHED.value, "reason": "only_open",
        "acting_user_id": met.owner, "contact_id": met.key, "opportunity_id": met.opportunity, "entry_id": crowd.key,
    }, crowd)  # fmt: skip
    _fill(connection, TimelineEntry.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "kind": "email_in", "occurred_at": crowd.at,
        "subject": _text("Offer ", crowd.n), "body": BODY, "opportunity_id": met.opportunity, "account_id": met.account,
        "contact_id": met.key, "message_id": crowd.key,
    }, crowd)  # fmt: skip
    _fill(connection, MessageReference.__table__, {"id": crowd.key, "header_id": crowd.header_id, "entry_id": crowd.key}, crowd)


def _deeds(connection: Connection, crowd: _Crowd) -> None:
    """A call and a note about each contact, by whoever it belongs to."""
    for place, kind in enumerate(("call", "note"), start=1):
        _fill(connection, TimelineEntry.__table__, {
            "id": crowd.key + place * crowd.count, "public_ref": _text(crowd.reference(crowd.count), kind[0]), "kind": kind, "occurred_at": crowd.at,
            "body": "Called; the offer is with their management, more next week.", "opportunity_id": crowd.opportunity,
            "account_id": crowd.account, "contact_id": crowd.key, "author_id": crowd.owner,
        }, crowd)  # fmt: skip


def _plans(connection: Connection, crowd: _Crowd) -> None:
    """Of ten opportunities three have a task: one was due yesterday, two are due next week."""
    turn, late, ahead = crowd.number % 10, *(literal(crowd.now + by, Task.due_at.type) for by in (-LATE, AHEAD))
    _fill(connection, Task.__table__, {
        "public_ref": crowd.reference(crowd.count), "title": _text("Call ", crowd.n), "sort_title": _text("call ", crowd.n),
        "due_at": case((turn == 0, late), else_=ahead),
        "assignee_id": crowd.owner, "team_id": crowd.team, "opportunity_id": crowd.key,
    }, crowd, only=turn.in_([0, 1, 2]))  # fmt: skip


def _traces(connection: Connection, crowd: _Crowd, mailbox_id: int | None) -> None:
    _fill(connection, Delivery.__table__, {
        "id": crowd.key, "public_ref": crowd.reference(crowd.count), "mailbox_id": literal(mailbox_id), "folder": "/past", "uid": _text(crowd.n),
        "raw_sha256": crowd.digest(), "size": 40_000, "received_at": crowd.at, "next_try_at": crowd.at, "state": State.ATTACHED.value,
        "message_id": crowd.key,
    }, crowd)  # fmt: skip
    _fill(connection, AuditLine.__table__, {  # numbered by the database: laying the firm wrote some
        "at": crowd.at, "actor_name": "System", "action": "file_message", "subject_type": "IncomingMessage",
        "subject_id": crowd.key, "subject_name": _text("Offer ", crowd.n),
    }, crowd)  # fmt: skip


def _words(connection: Connection, crowd: _Crowd) -> None:
    """By which the program finds them: it keeps them itself for what it writes."""
    for model, rows in ((Account, crowd.accounts), (Contact, crowd.count), (Opportunity, crowd.count)):
        table = model.__table__
        plain = func.replace(func.replace(table.c.search_text, "@", " "), ".", " ")
        if _is_postgresql():
            split = func.unnest(func.string_to_array(plain, " ")).table_valued("value").render_derived().lateral()
        else:
            split = func.json_each(_text('["', func.replace(plain, " ", '","'), '"]')).table_valued("value")
        found = select(split.c.value, table.c.id).select_from(table).join(split, true()).where(crowd.holds(table.c.id - 1, rows))
        found = found.distinct().order_by(split.c.value, table.c.id)
        connection.execute(insert(model.WORDS).from_select(["word", "record_id"], found))
