"""Facts that mail states: offered beside what is known, accepted or dismissed by a person, never written over it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, cast, inspect, literal, null, select, union_all

from app.domain.errors import DomainError
from app.domain.proposals import (
    LONGEST_LINE,
    LONGEST_VALUE,
    OF_CONTACT,
    Detail,
    Fact,
    ProposalState,
    address_parts,
    sign_of,
)
from app.extensions import db
from app.models import Account, Contact, ContactPhone, IncomingMessage, Proposal
from app.operations import records
from app.operations.contacts import phone, update_contact
from app.operations.group import keep, later, once
from app.operations.transaction import atomic, record
from app.operations.written import new_only
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.secrets import reference
from app.support.text import shorten, storable

Subject = Contact | Account
Known = set[tuple[Detail, str]]
_TABLE: Any = Proposal.__table__
_PROPOSAL = _TABLE.insert()
_CONTACTS: Any = bindparam("contacts", expanding=True)
_ACCOUNTS: Any = bindparam("accounts", expanding=True)
_HELD = union_all(
    select(ContactPhone.contact_id, cast(null(), Integer).label("account_id"), literal(Detail.PHONE.value).label("detail"), ContactPhone.number)
    .where(ContactPhone.contact_id.in_(_CONTACTS)),
    select(Proposal.contact_id, cast(null(), Integer), _TABLE.c.detail, Proposal.value).where(Proposal.contact_id.in_(_CONTACTS)),
    select(cast(null(), Integer), Proposal.account_id, _TABLE.c.detail, Proposal.value).where(Proposal.account_id.in_(_ACCOUNTS)),
)  # fmt: skip
_COLUMNS = {Detail.JOB: "job", Detail.COMPANY: "name"}  # the others are named like their detail


def _column(detail: Detail) -> str:
    return _COLUMNS.get(detail, detail.value)


def known_value(subject: Subject, detail: Detail) -> str:
    """What the record says now, in the form of a proposal's value; telephones one a line."""
    if detail is Detail.PHONE:
        return "\n".join(each.number for each in subject.phones) if isinstance(subject, Contact) else ""
    if detail is Detail.ADDRESS:
        assert isinstance(subject, Account)
        return "\n".join(part or "" for part in (subject.street, subject.postcode, subject.city)).strip("\n")
    return getattr(subject, _column(detail)) or ""


def _usable(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if 0 < len(fact.value) <= LONGEST_VALUE]


def _signed(fact: Fact) -> tuple[Detail, str]:
    return fact.detail, sign_of(fact.detail, fact.value)


def _assign(subject: Subject, detail: Detail, value: str) -> dict[str, Any]:
    """The columns that ``value`` sets; telephones are lines of their own."""
    if detail is Detail.ADDRESS:
        return dict(zip(("street", "postcode", "city"), address_parts(value), strict=True))
    column = inspect(type(subject)).columns[_column(detail)]
    return {_column(detail): value[: column.type.length]}


# ---- within the transaction that files a message


def fill(subject: Subject, facts: Sequence[Fact]) -> list[Fact]:
    """Give the empty fields of ``subject``, which a message makes just now and nobody has seen, what it states; returns what was taken."""
    taken = []
    for fact in _usable(facts):
        is_contact = isinstance(subject, Contact)
        if (fact.detail in OF_CONTACT) is not is_contact or fact.detail is Detail.COMPANY:
            continue
        if isinstance(subject, Contact) and fact.detail is Detail.PHONE:
            number, kind = phone(fact.value, None)
            if all(each.number != number for each in subject.phones):
                subject.phones.append(ContactPhone(number=number, kind=kind, position=len(subject.phones)))
        elif not known_value(subject, fact.detail):
            for name, value in _assign(subject, fact.detail, fact.value).items():
                setattr(subject, name, value)
        else:
            continue
        taken.append(fact)
    return taken


def accept_by_nobody(subject: Subject, facts: Sequence[Fact], message: IncomingMessage, *, actor: Actor) -> None:
    """Remember that ``message`` filled ``subject``, which it made, with ``facts``."""
    phones = [each.number for each in subject.phones] if isinstance(subject, Contact) else []
    keep(_key(subject), {*map(_signed, facts), *((Detail.PHONE, sign_of(Detail.PHONE, each)) for each in phones)})
    later(_PROPOSAL, *(
        {**_proposal(subject, fact, message, actor), "state": ProposalState.ACCEPTED, "decided_at": clock.now()} for fact in facts
    ))  # fmt: skip


def offer(contact: Contact, facts: Sequence[Fact], message: IncomingMessage, *, actor: Actor) -> None:
    """Propose what ``message`` states about ``contact`` and its account and is neither known nor decided yet."""
    facts = _usable(facts)
    account = _account_of(contact) if any(fact.detail not in OF_CONTACT for fact in facts) else None
    new = []
    for fact in facts:
        subject = contact if fact.detail in OF_CONTACT else account
        if subject is None or _signed(fact) in (held := _held(subject)) or _says(subject, fact):
            continue
        held.add(_signed(fact))
        new.append(_proposal(subject, fact, message, actor))
    if new:
        later(new_only(db.engine.dialect.name, _TABLE), *new)


def look_up_proposals(contacts: Sequence[Contact]) -> None:
    """Ask at once for all that was ever proposed for ``contacts`` and their accounts, and their telephones: for the rest of the running group."""
    subjects: list[Subject] = [*contacts, *(account for contact in contacts for account in contact.accounts)]
    for subject, held in _held_by(subjects).items():
        keep(_key(subject), held)


def _key(subject: Subject) -> tuple[str, type[Subject], int]:
    return "held", type(subject), subject.id


def _proposal(subject: Subject, fact: Fact, message: IncomingMessage, actor: Actor) -> dict[str, Any]:
    is_contact = isinstance(subject, Contact)
    return {
        "contact_id": subject.id if is_contact else None, "account_id": None if is_contact else subject.id,
        **_origin(fact, message), **_defaults(actor),
    }  # fmt: skip


def _origin(fact: Fact, message: IncomingMessage) -> dict[str, Any]:
    return {
        "detail": fact.detail, "value": storable(fact.value), "line": shorten(storable(fact.line), LONGEST_LINE), "message_id": message.id,
        "seen_at": min(message.sent_at or message.received_at, message.received_at),
    }


def _defaults(actor: Actor) -> dict[str, Any]:
    now = clock.now()
    return {"public_ref": reference(), "created_at": now, "updated_at": now, "version": 1, "created_by_id": actor.id,
            "state": ProposalState.OPEN}


def _account_of(contact: Contact) -> Account | None:
    """The account that the signature speaks of: the only one, or that of the sender's mail domain."""
    found = list(contact.accounts)
    if len(found) > 1:
        domains = {each.address.rpartition("@")[2] for each in contact.addresses}
        found = [each for each in found if each.mail_domain in domains]
    return found[0] if len(found) == 1 else None


def _held(subject: Subject) -> Known:
    """The telephones of ``subject`` and all that was ever proposed for it."""
    return once(_key(subject), lambda: _held_by((subject,))[subject])


def _held_by(subjects: Sequence[Subject]) -> dict[Subject, Known]:
    contacts = {each.id: each for each in subjects if isinstance(each, Contact)}
    accounts = {each.id: each for each in subjects if isinstance(each, Account)}
    found: dict[Subject, Known] = {each: set() for each in subjects}
    if subjects:
        for contact_id, account_id, detail, value in db.session.execute(_HELD, {"contacts": list(contacts), "accounts": list(accounts)}):
            subject = contacts[contact_id] if account_id is None else accounts[account_id]
            found[subject].add((Detail(detail), sign_of(Detail(detail), value)))
    return found


def _says(subject: Subject, fact: Fact) -> bool:
    """Whether the record has that value already; telephones were compared before."""
    if fact.detail is Detail.PHONE:
        return False
    return sign_of(fact.detail, known_value(subject, fact.detail)) == sign_of(fact.detail, fact.value)


# ---- what a person decides


def _undecided(proposal: Proposal) -> None:
    if proposal.state is not ProposalState.OPEN:
        raise DomainError("decided", N_("This was accepted or dismissed already. The page shows what is so now."))


def _decide(proposal: Proposal, state: ProposalState, actor: Actor) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, actor.id, clock.now()


@atomic
def accept(proposals: Sequence[Proposal], *, seen_version: int | None = None, actor: Actor) -> None:
    """Write each of ``proposals``, all of one subject, into the record. ``seen_version`` is what the person saw of it.

    A field that holds one value takes the latest; what older mails said of it is dismissed.
    """
    if not proposals:
        return
    subject = proposals[0].subject
    require(actor, Action.WRITE, subject)
    if seen_version is not None and seen_version != subject.version:
        raise DomainError("stale", N_("Somebody else changed this record meanwhile. Look at what it says now, then accept once more."))
    done: set[Detail] = set()
    for proposal in sorted(sorted(proposals, key=lambda each: each.id), key=lambda each: each.seen_at, reverse=True):
        _undecided(proposal)
        if proposal.subject is not subject:
            raise DomainError("several_subjects", N_("These values belong to several records. Accept them record by record."))
        if proposal.detail in done:
            _decide(proposal, ProposalState.DISMISSED, actor)
            continue
        if proposal.detail is not Detail.PHONE:
            done.add(proposal.detail)
        _write(subject, proposal, actor)
    _supersede(subject, proposals, done, actor)


def _write(subject: Subject, proposal: Proposal, actor: Actor) -> None:
    before = known_value(subject, proposal.detail)
    if isinstance(subject, Contact):
        is_phone = proposal.detail is Detail.PHONE
        lines = "\n".join([*(each.number for each in subject.phones), proposal.value])
        update_contact(subject, {"phone_lines": lines} if is_phone else _assign(subject, proposal.detail, proposal.value), actor=actor)
    else:
        records.update(subject, _assign(subject, proposal.detail, proposal.value), actor=actor)
    _decide(proposal, ProposalState.ACCEPTED, actor)
    _note(actor, "accept_proposal", subject, proposal, before)


def _supersede(subject: Subject, accepted: Sequence[Proposal], details: set[Detail], actor: Actor) -> None:
    """Dismiss what earlier mails say of ``details``."""
    latest = {each.detail: each.seen_at for each in accepted if each.state is ProposalState.ACCEPTED}
    column = Proposal.contact_id if isinstance(subject, Contact) else Proposal.account_id
    for other in db.session.scalars(
        select(Proposal).where(column == subject.id, Proposal.state == ProposalState.OPEN, Proposal.detail.in_(details))
    ):
        if other.seen_at <= latest[other.detail]:
            _decide(other, ProposalState.DISMISSED, actor)


@atomic
def dismiss(proposals: Sequence[Proposal], *, actor: Actor) -> None:
    """Set ``proposals`` aside: the same value is never proposed again for its subject."""
    for proposal in proposals:
        require(actor, Action.WRITE, proposal.subject)
        _undecided(proposal)
        _decide(proposal, ProposalState.DISMISSED, actor)
        _note(actor, "dismiss_proposal", proposal.subject, proposal, known_value(proposal.subject, proposal.detail))


def _note(actor: Actor, action: str, subject: Subject, proposal: Proposal, before: str) -> None:
    name = proposal.detail.value
    record(actor, action, subject, before={name: before}, after={name: proposal.value, "line": proposal.line, "message": proposal.message_id})
