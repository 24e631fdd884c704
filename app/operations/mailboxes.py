"""Mailboxes: their passwords are sealed, their changes audited without them."""

import ipaddress
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.domain.errors import DomainError, Stale
from app.extensions import db
from app.models import Delivery, Mailbox
from app.models.mailboxes import MailboxKind, Security
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_
from app.support.secrets import seal
from app.support.text import storable

FIELDS = (
    "name",
    "kind",
    "is_trusted",
    "authserv_id",
    "path",
    "host",
    "port",
    "security",
    "username",
    "folder",
    "move_to",
    "is_active",
)
# Another one of these is another mailbox: reading starts from now again.
PLACE = ("kind", "path", "host", "port", "username", "folder")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def sealed(password: str) -> str:
    """``password`` as the database and forms carry it."""
    return seal(current_app.config["SECRET_KEY"], password)


def fill(mailbox: Mailbox, values: dict[str, Any]) -> dict[str, Any]:
    """Set ``values`` (``FIELDS``, and ``password`` in clear); returns what changed, as it was before."""
    before: dict[str, Any] = {}
    for name in FIELDS:
        if name not in values:
            continue
        value = values[name]
        if type(value) is str:  # not the member of an enum
            value = storable(value).strip() or None
        if value is None and name in ("port", "security", "folder"):
            value = {"port": 993, "security": Security.TLS, "folder": "INBOX"}[name]
        if getattr(mailbox, name) != value:
            before[name] = getattr(mailbox, name)
            setattr(mailbox, name, value)
    if values.get("password"):
        before["password"] = "kept"
        mailbox.password_sealed = sealed(values["password"])
    return before


def check(mailbox: Mailbox) -> None:
    """Refuse a mailbox that could not be read, or only with its password in the open."""
    if mailbox.kind is MailboxKind.FOLDER:
        if not (mailbox.path or "").startswith("/"):
            raise DomainError("path_missing", N_("Type the whole path of the folder, such as /var/mail/crm."))
        return
    if not mailbox.host or not mailbox.username or not mailbox.password_sealed:
        raise DomainError("server_missing", N_("Type the server, the user name and the password of the mailbox."))
    if not 0 < mailbox.port < 65536:
        raise DomainError("port_impossible", N_("A port is a number from 1 to 65535, usually 993."))
    if mailbox.security is Security.NONE and not is_loopback(mailbox.host):
        raise DomainError(
            "plain_text",
            N_(
                "Without encryption the password would travel in the open. Choose TLS or STARTTLS; none is for this machine only."
            ),
        )


def _after(mailbox: Mailbox, names: Any) -> dict[str, Any]:
    return {name: "changed" if name == "password" else getattr(mailbox, name) for name in names}


@atomic
def create_mailbox(values: dict[str, Any], *, actor: Actor) -> Mailbox:
    """A new mailbox; it is read from now on, what lies there already stays unread."""
    require(actor, Action.CREATE, Mailbox)
    mailbox = Mailbox(
        kind=MailboxKind.IMAP, port=993, security=Security.TLS, folder="INBOX", is_active=True, created_by_id=actor.id
    )
    given = fill(mailbox, values)
    check(mailbox)
    db.session.add(mailbox)
    db.session.flush()
    record(actor, "create", mailbox, after=_after(mailbox, given))
    return mailbox


@atomic
def update_mailbox(
    mailbox: Mailbox, changes: dict[str, Any], *, seen_version: int | None = None, actor: Actor
) -> Mailbox:
    """Change ``mailbox``; at another place reading starts from now. Raises ``Stale`` for an older version."""
    require(actor, Action.WRITE, mailbox)
    if seen_version is not None and seen_version != mailbox.version:
        raise Stale
    with db.session.no_autoflush:
        before = fill(mailbox, changes)
        if not before:
            return mailbox
        check(mailbox)
    if any(name in before for name in PLACE):
        mailbox.uidvalidity, mailbox.last_uid = None, 0
    # Whoever reads it now lets go, so that no position of the old place is noted on the new one.
    mailbox.leased_by = mailbox.leased_until = None
    mailbox.failing_since = mailbox.last_error = mailbox.last_error_params = None
    db.session.flush()
    record(actor, "update", mailbox, before=before, after=_after(mailbox, before))
    return mailbox


@atomic
def switch(mailbox: Mailbox, *, is_active: bool, actor: Actor) -> None:
    """Begin or stop reading ``mailbox``; its position is kept, so nothing is missed in between."""
    update_mailbox(mailbox, {"is_active": is_active}, actor=actor)


@atomic
def delete_mailbox(mailbox: Mailbox, *, actor: Actor) -> None:
    """Remove ``mailbox``; refused once mail came from it."""
    require(actor, Action.DELETE, mailbox)
    if db.session.scalar(select(Delivery.id).where(Delivery.mailbox_id == mailbox.id).limit(1)):
        raise DomainError(
            "has_mail", N_("Mail came from this mailbox, so it cannot be deleted. Switch it off instead.")
        )
    record(actor, "delete", mailbox)
    db.session.delete(mailbox)
    db.session.flush()
