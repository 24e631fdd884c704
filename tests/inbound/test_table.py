"""Who wrote × about whom × in which way: the outcome and the sentence of every cell, through a real mailbox."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from app.domain.messages import REASONS, State
from app.extensions import db
from app.inbound.pipeline import settle
from app.inbound.receive import receive
from app.inbound.sources.imap import ImapSource
from app.inbound.sources.imap_connection import Security, Server
from app.inbound.sources.source import Position
from app.models import Delivery, IncomingMessage, Mailbox, Opportunity, Role, User
from app.models.mailboxes import MailboxKind
from app.models.mailboxes import Security as MailboxSecurity
from app.operations import records, users
from app.operations.opportunities import win
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from tests.people import PASSWORD, Cast, make_account, make_contact, make_opportunity
from tests.servers.dovecot import Account

RECIPIENTS = ("unknown", "none", "one", "several", "closed", "colleague's")
WAYS = ("bcc", "forward", "reply", "direct")
SENDERS = ("user", "user at another's address", "stranger", "user without opportunities")
SALES = "sales@crm.grandouest.example"


@dataclass(frozen=True)
class Cell:
    sender: str
    recipient: str
    way: str

    @property
    def id(self) -> str:
        return f"{SENDERS.index(self.sender)}-{RECIPIENTS.index(self.recipient)}-{self.way}@cell.example"


CELLS = [Cell(*each) for each in product(SENDERS, RECIPIENTS, WAYS)]

# What a user's own mail gives. A mail to the CRM alone names no customer, whoever is meant.
USER = {
    ("unknown", "bcc"): "new_from_bcc", ("unknown", "forward"): "new_from_forward", ("unknown", "reply"): "new_from_bcc",
    ("none", "bcc"): "on_contact", ("none", "forward"): "new_from_forward", ("none", "reply"): "on_contact",
    ("one", "bcc"): "only_open", ("one", "forward"): "only_open", ("one", "reply"): "thread",
    ("several", "bcc"): "most_recent", ("several", "forward"): "most_recent", ("several", "reply"): "thread",
    ("closed", "bcc"): "on_contact_closed", ("closed", "forward"): "new_from_forward", ("closed", "reply"): "on_contact_closed",
    ("colleague's", "bcc"): "colleague", ("colleague's", "forward"): "colleague", ("colleague's", "reply"): "colleague",
}
# What is different of a user who may not make opportunities: nothing becomes theirs that they could not see.
BOOKKEEPER = {
    **dict.fromkeys([("unknown", "bcc"), ("unknown", "reply"), *((recipient, "forward") for recipient in ("unknown", "none", "closed"))], "no_right"),
    **dict.fromkeys(product(("one", "several"), ("bcc", "forward", "reply")), "colleague"),
}
# What the customer's own mail to the public address gives; BCC and forward by strangers reach a secret address.
CUSTOMER = {
    ("unknown", "direct"): "new_from_direct", ("unknown", "reply"): "new_from_direct",
    ("none", "direct"): "new_from_direct", ("none", "reply"): "new_from_direct",
    ("one", "direct"): "only_open", ("one", "reply"): "thread",
    ("several", "direct"): "most_recent", ("several", "reply"): "thread",
    ("closed", "direct"): "new_from_direct", ("closed", "reply"): "on_contact_closed",
    ("colleague's", "direct"): "only_open", ("colleague's", "reply"): "thread",
}
STATES = {
    "new_from_bcc": State.CREATED, "new_from_forward": State.CREATED, "new_from_direct": State.CREATED,
    "not_authenticated": State.HELD, "stranger_to_secret": State.HELD, "no_external": State.HELD, "no_right": State.HELD,
}


def expected(cell: Cell) -> str:
    if cell.sender == "user at another's address":
        return "not_authenticated"
    if cell.sender != "stranger":
        own = BOOKKEEPER if cell.sender == "user without opportunities" else {}
        return {**USER, **own}.get((cell.recipient, cell.way), "no_external")
    return CUSTOMER.get((cell.recipient, cell.way), "stranger_to_secret")


@dataclass
class Writer:
    """Writes the mails of the table, each cell about a customer of its own, so that no cell changes another."""

    cast: Cast
    zuza: User

    def customer(self, cell: Cell) -> tuple[str, str]:
        number = CELLS.index(cell)
        return f"Ewa Klient{number}", f"ewa{number}@customer{number}.example"

    def prepare_all(self) -> None:
        for cell in CELLS:
            self.prepare(cell)

    def prepare(self, cell: Cell) -> None:
        """Make what the CRM knows of the cell's customer beforehand."""
        if cell.recipient == "unknown":
            return
        name, address = self.customer(cell)
        owner = self.cast.tom if cell.recipient == "colleague's" else self.cast.anna
        contact = make_contact(name, address, make_account(f"Firma {name}", owner), owner)
        for number in range({"none": 0, "several": 2}.get(cell.recipient, 1)):
            opportunity = make_opportunity(f"Szansa {number} {name}", contact, owner)
            opportunity.last_activity_at = datetime(2026, 11, 1 + number, tzinfo=UTC)
            if cell.recipient == "closed":
                win(opportunity, actor=SYSTEM)

    def earlier(self, cell: Cell) -> tuple[bytes, str] | None:
        """For an answer: the mail that it answers and its envelope; after a win it is our thanks, on the contact."""
        if cell.way != "reply" or cell.recipient in ("unknown", "none") or cell.sender == "user at another's address":
            return None
        name, address = self.customer(cell)
        customer, message_id = f"{name} <{address}>", f"before-{cell.id}"
        if cell.recipient == "closed":
            return self._mail("anna@grandouest.example", customer, message_id, "Podziękowanie"), self.cast.crm(self.cast.anna)
        return self._mail(customer, SALES, message_id, "Pytanie"), SALES

    def mail(self, cell: Cell) -> tuple[bytes, str]:
        """The raw mail and the envelope recipient."""
        name, address = self.customer(cell)
        customer = f"{name} <{address}>"
        anna, secret = "Anna Wiśniewska <anna@grandouest.example>", self.cast.crm(self.cast.anna)
        if cell.sender == "user without opportunities":
            anna, secret = f"Zuza Kos <{self.zuza.email}>", self.cast.crm(self.zuza)
        if cell.sender == "stranger":
            if cell.way in ("direct", "reply"):
                return self._mail(customer, SALES, cell.id, "Zapytanie", answers=cell.way == "reply"), SALES
            anna = "Obcy <obcy@elsewhere.example>"
        to = secret if cell.sender != "user at another's address" else self.cast.crm(self.cast.jean)
        if cell.way == "direct":
            return self._mail(anna, to, cell.id, "Notatka"), to
        if cell.way == "forward":
            inner = (
                "Proszę zobaczyć.\n\n---------- Forwarded message ---------\n"
                f"Od: {customer}\nDate: czw., 19 lis 2026 o 10:00\nSubject: Zapytanie\nTo: <anna@grandouest.example>\n\n"
                "Dzień dobry, prosimy o ofertę.\n"
            )
            return self._mail(anna, to, cell.id, "Fwd: Zapytanie", text=inner), to
        return self._mail(anna, customer, cell.id, "Oferta", answers=cell.way == "reply"), to

    def _mail(self, sender: str, to: str, message_id: str, subject: str, *, text: str = "Dzień dobry,\n\nproszę o kontakt.\n", answers: bool = False) -> bytes:
        more = [f"In-Reply-To: <before-{message_id}>"] if answers else []
        lines = [f"From: {sender}", f"To: {to}", f"Subject: {'Re: ' if answers else ''}{subject}", f"Message-ID: <{message_id}>",
                 "Date: Fri, 20 Nov 2026 10:00:00 +0100", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", *more]
        return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n")).encode()


@pytest.mark.feature("X3", "X4", "C19", "C22", "C39")
def test_every_cell_of_the_table(cast: Cast, mail_account: Account) -> None:
    writer = Writer(cast, _bookkeeper())
    atomic(writer.prepare_all)()
    for cell in CELLS:
        if before := writer.earlier(cell):
            mail_account.deliver(before[0], [before[1]])
    for cell in CELLS:
        raw, envelope = writer.mail(cell)
        mail_account.deliver(raw, [envelope])
    _take_all(mail_account)
    found = {m.header_id: m for m in db.session.scalars(select(IncomingMessage))}
    wrong = {}
    for cell in CELLS:
        message, reason = found[cell.id], expected(cell)
        if (message.state, message.reason) != (STATES.get(reason, State.ATTACHED), reason):
            wrong[cell] = f"{message.state.value} {message.reason}, expected {reason}"
    assert not wrong, "\n".join(f"{cell}: {what}" for cell, what in wrong.items())
    for message in found.values():
        for language in ("fr", "pl", "en"):
            with force_locale(language):
                sentence = gettext(REASONS[message.reason or ""], **message.reason_params)
            assert "%(" not in sentence and "%" not in sentence, sentence
    nothing_twice = select(func.count()).select_from(Delivery).where(Delivery.state == State.RECEIVED)
    assert db.session.scalar(nothing_twice) == 0
    theirs = select(Opportunity).where(Opportunity.owner_id == cast.tom.id, Opportunity.title.like("Szansa%"))
    assert len(list(db.session.scalars(theirs))) == len(SENDERS) * len(WAYS), "mail of a colleague opened no second opportunity"
    assert db.session.query(Opportunity).filter_by(owner_id=writer.zuza.id).count() == 0


def _bookkeeper() -> User:
    role = db.session.query(Role).filter_by(name="Accounting").one()
    return users.create_user(
        {"first_name": "Zuza", "last_name": "Kos", "username": "zuza", "email": "zuza@grandouest.example", "password": PASSWORD, "roles": [role],
         "teams": [], "language": "pl", "country": "PL"}, actor=SYSTEM,
    )


def _take_all(account: Account) -> None:
    """Fetch the whole mailbox into the pipeline; nobody's word is believed in it."""
    server = Server("127.0.0.1", account.server.imap_port, account.user, account.password, security=Security.NONE)
    mailbox = records.create(
        Mailbox, {"name": "imap", "kind": MailboxKind.IMAP, "host": "127.0.0.1", "port": server.port, "username": account.user,
                  "security": MailboxSecurity.NONE}, actor=SYSTEM,
    )
    source = ImapSource(server)
    source.open()
    for batch in source.fetch(Position(0, 0)):
        for fetched in batch:
            settle(receive(mailbox.id, fetched))
    source.close()
