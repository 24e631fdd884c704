"""The second of the two transactions: a message, its contact, its opportunity, its history, all together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, union
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.engagements import LIVE
from app.domain.files import File
from app.domain.languages import CURRENCIES
from app.domain.opportunities import Source, Status
from app.domain.timeline import Kind, Origin
from app.extensions import db
from app.models import (
    Account,
    Attachment,
    Contact,
    ContactAddress,
    Engagement,
    IncomingMessage,
    MessageReference,
    Opportunity,
    Pipeline,
    TimelineEntry,
    User,
)
from app.models.contacts import contact_account
from app.models.engagements import engagement_contact
from app.models.opportunities import opportunity_contact
from app.models.pouring import keys_for
from app.operations.group import current, keep, later, once, write_now
from app.operations.opportunities import first_step, leave_suspects, wake
from app.operations.people import account_types
from app.operations.timeline import state_fact, touch
from app.operations.users import the_firm
from app.operations.written import new_only, write
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support import clock
from app.support.text import shorten, storable

MAX_BODY = 512 * 1024
MOST_ENTRIES = 200  # of a thread
MOST = 20  # open opportunities of a customer, the most recently active


# Statements of the path that every mail takes, made once: making one takes longer than running it.
_CONTACTS_OF = (
    select(ContactAddress.address, Contact)
    .join(Contact, Contact.id == ContactAddress.contact_id)
    .where(ContactAddress.address.in_(bindparam("addresses", expanding=True)))
    .options(joinedload(Contact.addresses))
)
_OPEN = (
    select(Opportunity)
    .where(
        Opportunity.status.in_([Status.TODO, Status.STANDBY]), Opportunity.archived_at.is_(None),
        Opportunity.id.in_(
            select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.contact_id.in_(bindparam("contacts", expanding=True)))
        ),
    )
    .order_by(Opportunity.last_activity_at.desc(), Opportunity.id.desc())
    .limit(MOST)
)  # fmt: skip
_RANKED = (
    select(
        opportunity_contact.c.contact_id, Opportunity.id,
        func.row_number().over(
            partition_by=opportunity_contact.c.contact_id, order_by=(Opportunity.last_activity_at.desc(), Opportunity.id.desc())
        ).label("place"),
    )
    .join(Opportunity, Opportunity.id == opportunity_contact.c.opportunity_id)
    .where(
        opportunity_contact.c.contact_id.in_(bindparam("contacts", expanding=True)),
        Opportunity.status.in_([Status.TODO, Status.STANDBY]), Opportunity.archived_at.is_(None),
    )
    .subquery()
)  # fmt: skip
_OPEN_OF_EACH = select(_RANKED.c.contact_id, Opportunity).join(_RANKED, _RANKED.c.id == Opportunity.id).where(_RANKED.c.place <= MOST)
_ACCOUNTS_OF_EACH = (
    select(contact_account.c.contact_id, Account)
    .join(Account, Account.id == contact_account.c.account_id)
    .where(contact_account.c.contact_id.in_(bindparam("contacts", expanding=True)))
    .order_by(Account.id)
)
_ENGAGED_EACH = union(
    select(Engagement.lead_contact_id.label("contact_id"), Engagement.id).where(Engagement.lead_contact_id.in_(bindparam("contacts", expanding=True))),
    select(engagement_contact.c.contact_id, engagement_contact.c.engagement_id)
    .where(engagement_contact.c.contact_id.in_(bindparam("contacts", expanding=True))),
).subquery()  # fmt: skip
_LIVE_OF_EACH = (
    select(_ENGAGED_EACH.c.contact_id, Engagement)
    .join(_ENGAGED_EACH, _ENGAGED_EACH.c.id == Engagement.id)
    .where(Engagement.state.in_(LIVE), Engagement.archived_at.is_(None))
    .order_by(Engagement.last_activity_at.desc(), Engagement.id.desc())
)
_ENGAGED = (
    select(Engagement)
    .where(
        Engagement.state.in_(LIVE), Engagement.archived_at.is_(None),
        or_(
            Engagement.lead_contact_id == bindparam("contact"),
            Engagement.id.in_(select(engagement_contact.c.engagement_id).where(engagement_contact.c.contact_id == bindparam("contact"))),
        ),
    )
    .order_by(Engagement.last_activity_at.desc(), Engagement.id.desc())
    .limit(MOST)
)  # fmt: skip
_ANY_OPPORTUNITY = select(opportunity_contact.c.opportunity_id).where(opportunity_contact.c.contact_id == bindparam("contact")).limit(1)
_ENTRIES = (
    select(MessageReference.header_id, TimelineEntry)
    .join(MessageReference, MessageReference.entry_id == TimelineEntry.id)
    .where(MessageReference.header_id.in_(bindparam("ids", expanding=True)))
    .options(
        joinedload(TimelineEntry.opportunity), joinedload(TimelineEntry.engagement),
        *(defer(text) for text in (TimelineEntry.body, TimelineEntry.note, TimelineEntry.quoted, TimelineEntry.html)),
    )
    .order_by(TimelineEntry.id.desc())
    .limit(MOST_ENTRIES)
)
_LINES = (
    select(MessageReference.header_id, TimelineEntry.id, TimelineEntry.occurred_at, Opportunity, Engagement)
    .select_from(MessageReference)
    .join(TimelineEntry, MessageReference.entry_id == TimelineEntry.id)
    .join(Opportunity, Opportunity.id == TimelineEntry.opportunity_id, isouter=True)
    .join(Engagement, Engagement.id == TimelineEntry.engagement_id, isouter=True)
    .where(MessageReference.header_id.in_(bindparam("ids", expanding=True)))
    .order_by(TimelineEntry.id.desc())
    .limit(bindparam("most"))
)
_ENTRY, _FILE, _REFERENCE = (model.__table__.insert() for model in (TimelineEntry, Attachment, MessageReference))


@dataclass(frozen=True)
class Line:
    """A line of history, as far as the answers to it ask: where it lies, and when that was."""

    entry_id: int
    occurred_at: datetime
    place: Opportunity | Engagement | None


@dataclass(frozen=True)
class Letter:
    """What goes into history."""

    kind: Kind
    occurred_at: datetime
    subject: str
    body: str
    note: str = ""
    quoted: str = ""
    html: str | None = None
    files: Sequence[File] = ()
    thread: Sequence[str] = ()  # Message-IDs of the thread, the message's own first
    language: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def look_up_people(addresses: Sequence[str]) -> list[Contact]:
    """Ask at once for the contacts of all ``addresses``, their accounts and what is going on with them: for the rest of the running group."""
    if not addresses:
        return []
    found = dict(db.session.execute(_CONTACTS_OF, {"addresses": list(addresses)}).unique().all())
    for address in addresses:
        keep(("contact", address), found.get(address))
    contacts = list(dict.fromkeys(found.values()))
    opportunities, accounts = _of_each(_OPEN_OF_EACH, contacts), _of_each(_ACCOUNTS_OF_EACH, contacts)
    for each in contacts:
        keep(("open", each.id), opportunities[each.id])
        set_committed_value(each, "accounts", accounts[each.id])
    for contact_id, engagements in _of_each(_LIVE_OF_EACH, [each for each in contacts if not opportunities[each.id]]).items():
        keep(("engaged", contact_id), engagements[:MOST])
    return contacts


def _of_each(statement: Any, contacts: Sequence[Contact]) -> dict[int, list[Any]]:
    """What ``statement`` gives for each of them."""
    found = {contact.id: list[Any]() for contact in contacts}
    if found:
        for contact_id, record in db.session.execute(statement, {"contacts": list(found)}):
            found[contact_id].append(record)
    return found


def look_up_users(user_ids: Sequence[int]) -> None:
    """Ask for all these users at once: for the rest of the running group."""
    if not user_ids:
        return
    for user in db.session.scalars(select(User).where(User.id.in_(user_ids))):
        keep(("user", user.id), user)


def _currency(owner_id: int | None) -> str:
    """The currency of the owner's country, where one is usual; else that of the firm."""
    owner = once(("user", owner_id), lambda: db.session.get(User, owner_id)) if owner_id else None
    return CURRENCIES.get(owner.country if owner else "") or once("firm", the_firm).currency


def may_begin(actor: Actor) -> bool:
    """Whether the opportunity of a mail can be ``actor``'s: nobody owns by mail what they may not make, or would never see."""
    return bool(is_allowed(actor, Action.CREATE, Opportunity) and actor.scope(Opportunity.__name__, Action.READ))


def begin(
    title: str, contact: Contact, *, source: Source, owner_id: int | None, team_id: int | None, pipeline_id: int | None,
    message: IncomingMessage, actor: Actor,
) -> Opportunity:
    """A new opportunity out of ``message``."""
    step = once(("step", pipeline_id), lambda: first_step(db.session.get(Pipeline, pipeline_id) if pipeline_id else None))
    opportunity = write(Opportunity, {
        "title": shorten(storable(title), 200) or contact.name, "account_id": contact.accounts[0].id if contact.accounts else None,
        "pipeline_id": step.pipeline_id, "step_id": step.id, "source": source, "owner_id": owner_id, "team_id": team_id,
        "currency": _currency(owner_id), "created_by_id": actor.id, "origin_message_id": message.id,
    })  # fmt: skip
    if contact.accounts and contact.accounts[0].type_id == account_types().get("suspect", 0):
        leave_suspects(contact.accounts[0])
    later(_link(), {"opportunity_id": opportunity.id, "contact_id": contact.id})
    set_committed_value(opportunity, "contacts", [contact])
    db.session.expire(contact, ["opportunities"])
    _note_open(opportunity, contact)
    state_fact(opportunity, "opportunity_from_mail", actor=actor)
    return opportunity


def write_history(
    letter: Letter, contact: Contact | None, place: Opportunity | Engagement | None, *, message: IncomingMessage, author_id: int | None,
    actor: Actor,
) -> int:
    """Write the line of history of ``message``, with its files and its place in the thread; returns its key."""
    line = {
        "kind": letter.kind, "origin": Origin.MANUAL, "occurred_at": letter.occurred_at, "author_id": author_id, "created_by_id": actor.id,
        "subject": shorten(storable(letter.subject), 400), "body": storable(letter.body)[:MAX_BODY], "note": storable(letter.note)[:MAX_BODY],
        "quoted": storable(letter.quoted)[:MAX_BODY], "html": letter.html, "params": letter.facts, "message_id": message.id,
        "opportunity_id": place.id if isinstance(place, Opportunity) else None, "contact_id": contact.id if contact else None,
        "engagement_id": place.id if isinstance(place, Engagement) else None,
        "account_id": place.account_id if place else (contact.accounts[0].id if contact and contact.accounts else None),
    }  # fmt: skip
    entry_id = _write_entry(line)
    files = [
        {"entry_id": entry_id, "sha256": each.sha256, "size": each.size, "name": each.name[:200], "content_type": each.content_type[:120],
         "is_inline": each.is_inline, "content_id": (each.content_id or "")[:200] or None, "created_by_id": actor.id}
        for each in letter.files
    ]  # fmt: skip
    later(_FILE, *files)
    ids = list(dict.fromkeys(each[:400] for each in letter.thread if each))[:6]
    later(_REFERENCE, *({"header_id": each, "entry_id": entry_id} for each in ids))
    if (group := current()) is not None:
        for each in ids:
            if (lines := group.known.get(("thread", each))) is not None:
                lines.insert(0, Line(entry_id, letter.occurred_at, place))
    if place is not None:
        touch(place, letter.occurred_at if letter.occurred_at <= clock.now() else None)
    return entry_id


def _write_entry(line: dict[str, Any]) -> int:
    if reserved := once("entry keys", list[int]):
        later(_ENTRY, {"id": reserved[-1], **line})
        return reserved.pop()
    return int(db.session().connection().execute(_ENTRY, line).inserted_primary_key[0])


def reserve_entries(count: int) -> None:
    """Keys for so many lines of history of the running group, so that they can be written at once. SQLite has none without a row."""
    connection = db.session().connection()
    if connection.dialect.name == "postgresql":
        keep("entry keys", keys_for(_ENTRY.table, count, connection)[::-1])


def add_contact(opportunity: Opportunity, contact: Contact) -> None:
    """Make ``contact`` one of the people of ``opportunity``."""
    if opportunity in _open_of(contact):
        return
    later(_link(), {"opportunity_id": opportunity.id, "contact_id": contact.id})
    db.session.expire(opportunity, ["contacts"])
    db.session.expire(contact, ["opportunities"])
    _note_open(opportunity, contact)


def _link() -> Any:
    """Who is there already stays."""
    return new_only(db.engine.dialect.name, opportunity_contact)


def join(engagement: Engagement, contact: Contact) -> None:
    """Make ``contact`` one of the people of ``engagement``."""
    values = {"engagement_id": engagement.id, "contact_id": contact.id}
    connection = db.session().connection()
    if connection.execute(new_only(connection.dialect.name, engagement_contact), values).rowcount:
        db.session.expire(engagement, ["contacts"])


def _note_open(opportunity: Opportunity, contact: Contact) -> None:
    """For the later messages of the running group."""
    if opportunity.is_open and opportunity.archived_at is None:
        _open_of(contact).append(opportunity)


def _open_of(contact: Contact) -> list[Opportunity]:
    """What the running group knows of the open ones; nothing where it did not ask."""
    group = current()
    found: list[Opportunity] = group.known.get(("open", contact.id), []) if group else []
    return found


def wake_by_answer(opportunity: Opportunity, *, actor: Actor) -> None:
    """The customer wrote: a standby ends."""
    if opportunity.status is Status.STANDBY:
        wake(opportunity, by_reply=True, actor=actor)


def open_opportunities(contact_ids: Sequence[int]) -> list[Opportunity]:
    """The open opportunities of these contacts, the most recently active first."""
    if not contact_ids:
        return []
    group = current()
    known = [group.known.get(("open", each)) for each in contact_ids] if group else [None]
    if any(each is None for each in known):
        write_now()
        return list(db.session.scalars(_OPEN, {"contacts": list(contact_ids)}))
    found = {each.id: each for opportunities in known for each in opportunities or () if each.is_open}
    return sorted(found.values(), key=lambda each: (each.last_activity_at, each.id), reverse=True)[:MOST]


def live_engagements(contact: Contact) -> list[Engagement]:
    """The live engagements of ``contact``, the most recently active first."""
    return once(("engaged", contact.id), lambda: list(db.session.scalars(_ENGAGED, {"contact": contact.id})))


def has_opportunity(contact: Contact) -> bool:
    """Whether there ever was one with ``contact``."""
    write_now(_link())
    return db.session.scalar(_ANY_OPPORTUNITY, {"contact": contact.id}) is not None


def look_up_threads(ids: Sequence[str]) -> None:
    """Ask for the lines of history of all these ids at once: for the rest of the running group."""
    asked = list(dict.fromkeys(ids))
    for each, lines in _lines_of(asked, MOST_ENTRIES * len(asked)).items():
        keep(("thread", each), lines)


def lines_of_thread(ids: Sequence[str]) -> list[Line]:
    """Those of the thread that ``ids`` (newest first) name, the lines of the newest id first."""
    group = current()
    if group is not None and all(("thread", each) in group.known for each in ids):
        found = {each: group.known["thread", each] for each in ids}
    else:
        _write_threads()
        found = _lines_of(ids, MOST_ENTRIES)
    return list(dict.fromkeys(line for each in ids for line in found[each]))


def _lines_of(ids: Sequence[str], most: int) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {each: [] for each in ids}
    if found:
        for each, entry_id, occurred_at, opportunity, engagement in db.session.execute(_LINES, {"ids": list(found), "most": most}):
            found[each].append(Line(entry_id, occurred_at, opportunity or engagement))
    return found


def entries_of_thread(ids: Sequence[str]) -> list[TimelineEntry]:
    """The entries themselves, in the order of ``lines_of_thread``."""
    found: dict[str, list[TimelineEntry]] = {each: [] for each in ids}
    if found:
        _write_threads()
        for each, entry in db.session.execute(_ENTRIES, {"ids": list(found)}):
            found[each].append(entry)
    return list(dict.fromkeys(entry for entries in found.values() for entry in entries))


def _write_threads() -> None:
    write_now(_ENTRY, _FILE, _REFERENCE)  # together: the others hang on the first
