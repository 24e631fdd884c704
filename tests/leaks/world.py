"""A firm whose every field carries a mark, and one person, Jean, who is given one role after the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Enum, String, inspect, select, update

from app.domain.messages import State
from app.domain.proposals import OF_CONTACT, Detail
from app.domain.rights import Action, FieldRule, Reach
from app.domain.scopes import EVERYTHING, LIVES, Power
from app.domain.timeline import Kind
from app.extensions import db, store
from app.models import (
    Account,
    Alert,
    Appointment,
    Attachment,
    AuditLine,
    Contact,
    ContactAddress,
    ContactPhone,
    CrmAddress,
    Delivery,
    Engagement,
    IncomingMessage,
    Mailbox,
    MailTemplate,
    Opportunity,
    Order,
    OutgoingMail,
    Profile,
    Proposal,
    ProspectRow,
    Role,
    SecondFactor,
    SenderRule,
    Task,
    TeamMembership,
    TimelineEntry,
    User,
    UserSession,
)
from app.operations import profiles, records, users
from app.operations.api_tokens import create_token
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Level, acting
from app.permissions.decide import actor_of
from app.permissions.fields import FIELDS, governing
from app.permissions.rights import MANAGING, PROFILES, Rights
from app.support import clock
from app.support.text import fold
from tests.leaks.marks import AMOUNTS, PERCENTS, SECRET, YEARS, Book, Mark
from tests.promises.firm import OWN, OWNERS, Records, make_firm
from tests.visitor import open_session

# Not words of a person, or words that decide something: marks would break them.
UNMARKED: Final = {
    "public_ref", "key", "raw_sha256", "sha256", "fingerprint", "code", "reason", "search_text", "mail_domain", "language", "time_zone",
    "sort_name", "sort_title", "sort_city", "sort_first_name", "sort_job",
    "event", "kind", "content_type", "content_id", "occurrence", "link", "error_reference", "leased_by", "status",
}
MARKED: Final[tuple[type[Any], ...]] = (
    Account, Contact, Engagement, Opportunity, Task, TimelineEntry, Attachment, IncomingMessage, Delivery, OutgoingMail, CrmAddress, SenderRule, Alert,
    MailTemplate, Order, ProspectRow,
)
# Types of which a person reads only the rows within reach; all others are read whole or not at all.
BY_ROW: Final = {
    "Opportunity", "Engagement", "Alert", "Task", "TimelineEntry", "Appointment", "Attachment", "IncomingMessage", "Delivery", "CrmAddress", "OutgoingMail",
    "SummarySubscription", "SummarySending", "MailTemplate", "Order", "OrderAssignment", "OrderLink", "ProspectRow", "RowVerification", "RowMessage",
    "Objective",
}
CHANGED_BY_ROW: Final = BY_ROW | {"Account", "Contact", "SenderRule"}
PERSONAL: Final = {"CrmAddress", "OutgoingMail", "SummarySubscription", "SummarySending", "MailTemplate"}  # no team shares them


@dataclass(frozen=True)
class Eyes:
    """What a role should see, told apart from the code that decides it: by the table of the ready-made profiles alone."""

    name: str
    rights: Mapping[str, Rights] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldRule]] = field(default_factory=dict)
    special: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # type → owners whose records a privilege lets it read
    manages: bool = False
    is_everything: bool = False
    is_stranger: bool = False

    def owners(self, record_type: str, action: Action) -> tuple[str, ...]:
        """Whose records of ``record_type`` it reaches."""
        if self.is_everything:
            return OWNERS
        special = self.special.get(record_type, ()) if action is Action.READ else ()
        return tuple(owner for owner in OWNERS if owner in special or owner in self._by_profile(record_type, action))

    def _by_profile(self, record_type: str, action: Action) -> tuple[str, ...]:
        far = self.rights.get(record_type, Rights()).of(action)
        if far is Reach.NONE:
            return ()
        by_row = BY_ROW if action is Action.READ else CHANGED_BY_ROW
        if far is Reach.ALL or record_type not in by_row:
            return () if record_type == "AuditLine" and far is not Reach.ALL else OWNERS
        near = far is Reach.MATES or (far in (Reach.TEAM, Reach.TREE) and self.manages)
        return ("own", "team") if near and record_type not in PERSONAL else ("own",)

    def may(self, record_type: str, action: Action) -> bool:
        return bool(self.owners(record_type, action))

    def may_know(self, mark: Mark) -> bool:
        if mark.owner == SECRET:
            return False
        if mark.owner not in self.owners(mark.record_type, Action.READ):
            return False
        rule = self.fields.get(mark.record_type, {}).get(governing(mark.record_type, mark.name), FieldRule.WRITE)
        return self.is_everything or rule is not FieldRule.HIDDEN


OWN_WORD: Final = "x_own_word"  # the field of the firm's own that carries marks
SPECIAL: Final = {"partner": {"Task": ("other",)}}  # the privilege of the firm of tests/promises
STRANGER: Final = Eyes("nobody signed in", is_stranger=True)
READER = Eyes("Reads all, changes own", {
    name: Rights(Reach.ALL, *([Reach.OWN] * 4)) for name in {each for ready in PROFILES.values() for each in ready.rights} - {"AuditLine"}
})
BLINKERED = Eyes(
    "Every field hidden", PROFILES["user"].rights,
    {name: dict.fromkeys((*FIELDS.get(name, ()), OWN_WORD), FieldRule.HIDDEN) for name in OWN["record_types"]},
)
ROLES: Final[dict[str, Eyes]] = {
    Level.ADMINISTRATOR.value: Eyes(Level.ADMINISTRATOR.value, is_everything=True),
    **{ready.name: Eyes(ready.name, ready.rights, ready.fields, SPECIAL.get(code, {}), manages=code == MANAGING) for code, ready in PROFILES.items()},
}
ALIKE: Final = ("Supervisor", "Principal")  # differ from an operator by their place in an order alone: tests/orders
EYES: Final = (STRANGER, *(eyes for name, eyes in ROLES.items() if name not in ALIKE), READER, BLINKERED)


@dataclass
class World:
    app: Flask
    firm: Records
    book: Book
    jean: int
    token: str  # of Jean's, for programs

    def client_of(self, eyes: Eyes) -> FlaskClient:
        """Jean with the rights of ``eyes`` and nothing else, signed in; or a stranger."""
        client = self.app.test_client()
        if eyes.is_stranger:
            return client
        with self.app.app_context(), acting(SYSTEM):
            become(self.jean, eyes)
            key = open_session(self.jean)
            db.session.remove()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["sid"], session["locale"] = str(self.jean), True, key, "en"
        return client


@atomic
def become(user_id: int, eyes: Eyes) -> None:
    user = db.session.get_one(User, user_id)
    role = db.session.scalars(select(Role).where(Role.name == eyes.name)).one()
    seat = db.session.scalars(select(TeamMembership).where(TeamMembership.user_id == user_id)).one()
    users.update_user(user, {"roles": [role]}, actor=SYSTEM)
    seat.is_manager = eyes.manages
    db.session.flush()


def make_world(app: Flask) -> World:
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = False
    with app.app_context(), acting(SYSTEM):
        firm, book = make_firm(), Book()
        mark_all(firm, book)
        for eyes in (READER, BLINKERED):
            _extra_role(eyes)
        jean = firm.people[Level.USER]
        person = db.session.get_one(User, jean)
        token = create_token(person, "all", {EVERYTHING: Power.WRITE.value}, LIVES[0], actor=actor_of(person, db.session()))
        db.session.remove()
    return World(app, firm, book, jean, token)


@atomic
def _extra_role(eyes: Eyes) -> None:
    actions = {name: {a.value: rights.of(a).name.lower() for a in Action if rights.of(a)} for name, rights in eyes.rights.items()}
    rules = {name: {each: rule.name.lower() for each, rule in found.items()} for name, found in eyes.fields.items()}
    profile = records.create(Profile, {"name": eyes.name, "actions": actions, "fields": rules}, actor=SYSTEM)
    profiles.make_role({"name": eyes.name, "profiles": [profile]}, actor=SYSTEM)


# ---- marking


@atomic
def mark_all(firm: Records, book: Book) -> None:
    db.session.execute(update(Opportunity).values(amount=None))  # sums are of marked amounts alone
    for model in MARKED:
        for owner, key in firm.keys[model.__name__].items():
            mark_row(model, key, owner, book)
    for owner in OWNERS:
        _mark_parts(firm, book, owner)
    _crossed(firm, book)
    _secrets(book)
    db.session.flush()
    _second_opportunity(firm)


def mark_row(model: type[Any], key: int, owner: str, book: Book, *, of: str = "", names: Mapping[str, str] | None = None) -> None:
    """Write a mark into every text of a row; ``of`` is the type that answers for it, ``names`` what it calls them."""
    table: Any = inspect(model).local_table
    values: dict[str, str] = {}
    for column in table.columns:
        is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
        if not is_text or column.name in UNMARKED or (column.type.length or 99) < 8:
            continue
        word = book.word(of or model.__name__, (names or {}).get(column.name, column.name), owner)
        values[column.name] = f"{word}@x.example" if column.name in ("address", "email", "sender_address", "to_address") else word
    if "html" in values:
        values["html"] = f"<p>{values['html']}</p>"
    db.session.execute(update(table).where(table.c.id == key).values(**values))
    db.session.expire_all()
    item = db.session.get_one(model, key)
    if hasattr(item, "search_text"):
        said = fold(" ".join(part for part in item.searched_parts() if part))
        db.session.execute(update(table).where(table.c.id == key).values(search_text=said))


def _mark_parts(firm: Records, book: Book, owner: str) -> None:
    """What hangs on a record, and what is no text."""
    keys = {name: found[owner] for name, found in firm.keys.items()}
    deal = db.session.get_one(Opportunity, keys["Opportunity"])
    user_id = keys["User"]
    table: Any = Opportunity.__table__
    db.session.execute(update(table).where(table.c.id == deal.id).values(
        amount=AMOUNTS[owner], probability=PERCENTS[owner], expected_close_on=date(YEARS[owner], 3, 17),
    ))
    contact = db.session.get_one(Contact, keys["Contact"])
    db.session.add(ContactPhone(contact_id=contact.id, number="+48855550142"))
    db.session.flush()
    db.session.expire_all()
    for model, rows in ((ContactAddress, contact.addresses), (ContactPhone, contact.phones)):
        field_name = "addresses" if model is ContactAddress else "phones"
        for row in rows:
            mark_row(model, row.id, owner, book, of="Contact", names={"address": field_name, "number": field_name})
    _search_again(contact)
    _proposals(book, keys, owner)
    entry = db.session.get_one(TimelineEntry, keys["TimelineEntry"])
    file = db.session.get_one(Attachment, keys["Attachment"])
    file.sha256 = store().put(book.word("Attachment", "content", owner).encode())
    day = clock.now().replace(hour=10, minute=0)
    meeting = Appointment(entry_id=entry.id, uid=f"u{entry.id}", starts_at=day, ends_at=day + timedelta(hours=1), host_id=user_id)
    db.session.add(meeting)
    db.session.flush()
    mark_row(Appointment, meeting.id, owner, book)
    raw = _letter(book, owner)
    for item in (db.session.get_one(IncomingMessage, keys["IncomingMessage"]), db.session.get_one(Delivery, keys["Delivery"])):
        item.raw_sha256, item.size = store().put(raw), len(raw)
    for model in (Opportunity, Engagement, Account, Contact, Task, ProspectRow):
        own = db.session.get_one(model, keys[model.__name__])
        records.update(own, {OWN_WORD: book.word(model.__name__, OWN_WORD, owner)}, actor=SYSTEM)
    firm.keys["AuditLine"][owner] = _audit(book, keys, owner)


def _crossed(firm: Records, book: Book) -> None:
    """Records of Jean's that hang on foreign ones: they are his to see, what they hang on is not."""
    keys = {name: found["other"] for name, found in firm.keys.items()}
    jean = firm.keys["User"]["own"]
    title, person = book.of("Opportunity", "title", "other"), book.of("Contact", "last_name", "other")
    where = {"opportunity_id": keys["Opportunity"], "contact_id": keys["Contact"], "account_id": keys["Account"]}
    now = clock.now()
    for late in (now - timedelta(days=1), now):
        db.session.add(Task(title="Zadanie", assignee_id=jean, author_id=jean, due_at=late, **where))
    entry = TimelineEntry(kind=Kind.MEETING, body="Notatka", subject="Spotkanie", author_id=jean, occurred_at=now, **where)
    db.session.add(entry)
    db.session.flush()
    db.session.add(Appointment(entry_id=entry.id, uid="crossed", starts_at=now, ends_at=now + timedelta(hours=1), host_id=jean))
    said = {"opportunity": title, "contact": person, "count": 2, "sender": "Jean"}
    for number, (state, reason) in enumerate(((State.ATTACHED, "only_open"), (State.ATTACHED, "most_recent"), (State.HELD, "not_authenticated"))):
        db.session.add(IncomingMessage(
            key=f"crossed{number}", subject="List", sender_address="a@x.example", state=state, reason=reason, reason_params=said,
            acting_user_id=jean, opportunity_id=keys["Opportunity"], contact_id=keys["Contact"], entry_id=entry.id if not number else None,
            candidates={"opportunities": [keys["Opportunity"]]},
        ))
    held = IncomingMessage(
        key="crossed", subject="List", sender_address="b@x.example", state=State.HELD, reason="stranger_to_secret",
        reason_params={"user": "Jean"}, acting_user_id=jean, candidates={"opportunities": [keys["Opportunity"]]},
    )
    db.session.add(held)
    db.session.flush()
    firm.keys["IncomingMessage"]["crossed"] = held.id


def _search_again(contact: Contact) -> None:
    db.session.expire_all()
    said = fold(" ".join(part for part in contact.searched_parts() if part))
    table: Any = Contact.__table__
    db.session.execute(update(table).where(table.c.id == contact.id).values(search_text=said))
    db.session.expire_all()


def _proposals(book: Book, keys: dict[str, int], owner: str) -> None:
    names = {"phone": "phones"}
    for detail in Detail:
        if detail is Detail.COMPANY:
            continue
        record_type = "Contact" if detail in OF_CONTACT else "Account"
        name = names.get(detail.value, detail.value) if record_type == "Contact" else {"address": "street"}.get(detail.value, detail.value)
        word = book.word(record_type, name, owner)
        db.session.add(Proposal(
            **{f"{record_type.lower()}_id": keys[record_type]}, detail=detail, value=word, line=f"{word}, as written",
            message_id=keys["IncomingMessage"], seen_at=clock.now(),
        ))


def _letter(book: Book, owner: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "somebody@x.example", book.word("IncomingMessage", "raw subject", owner)
    letter["Message-ID"] = f"<{owner}-raw@x.example>"
    letter.set_content(f"{book.word('IncomingMessage', 'raw text', owner)}\n")
    name, content = (book.word("IncomingMessage", f"raw file {part}", owner) for part in ("name", "content"))
    letter.add_attachment(content.encode(), "application", "octet-stream", filename=f"{name}.bin")
    return letter.as_bytes()


def _audit(book: Book, keys: dict[str, int], owner: str) -> int:
    """What the audit keeps of a change quotes the record. Returns the key of the line about the opportunity."""
    lines = []
    for name, columns in (("Opportunity", ("description",)), ("Account", ("remarks", "phone")), ("Contact", ("job", "remarks"))):
        quoted: dict[str, Any] = {column: book.of(name, column, owner) for column in columns}
        if name == "Opportunity":
            quoted |= {"amount": str(AMOUNTS[owner]), "probability": PERCENTS[owner]}
        title = {"Opportunity": "title", "Account": "name", "Contact": "last_name"}[name]
        lines.append(AuditLine(
            at=clock.now(), actor_name="Ada", action="update", subject_type=name, subject_id=keys[name],
            subject_name=book.of(name, title, owner), before=quoted, after=quoted,
        ))
    db.session.add_all(lines)
    db.session.flush()
    return lines[0].id


def _secrets(book: Book) -> None:
    """What is kept sealed or hashed stands on no page, not even an administrator's."""
    ada = db.session.scalars(select(User).where(User.username == "ada")).one()
    ada.password = book.word("User", "password", SECRET)
    db.session.add(SecondFactor(user_id=ada.id, secret_sealed=book.word("SecondFactor", "secret_sealed", SECRET)))
    far = datetime(2099, 1, 1, tzinfo=UTC)
    db.session.add(UserSession(user_id=ada.id, key_hash=book.word("UserSession", "key_hash", SECRET), created_at=far, last_seen_at=far))
    mailbox = db.session.scalars(select(Mailbox).limit(1)).one()
    for column in inspect(Mailbox).columns:
        if column.name.endswith("_sealed"):
            setattr(mailbox, column.key, book.word("Mailbox", column.name, SECRET))


def _second_opportunity(firm: Records) -> None:
    """Another of Jean's, of more money and less news: a list sorted by one or the other differs."""
    deal = db.session.get_one(Opportunity, firm.keys["Opportunity"]["own"])
    second = records.create(Opportunity, {"title": "Drugie", "owner": deal.owner, "amount": 100_000_000_000}, actor=SYSTEM)
    second.last_activity_at = clock.now() - timedelta(days=9)


def unknown_to(book: Book, eyes: Eyes) -> Iterable[tuple[str, Mark]]:
    """The marks that ``eyes`` may never read."""
    return ((word, mark) for word, mark in book.words.items() if not eyes.may_know(mark))
