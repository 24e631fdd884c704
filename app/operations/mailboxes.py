"""Mailboxes: their passwords are sealed, their changes audited without them."""

import ipaddress
from typing import Any

from sqlalchemy import select

from app.domain import providers
from app.domain.errors import DomainError, Stale
from app.domain.providers import Provider
from app.extensions import db
from app.models import Delivery, Mailbox
from app.models.mailboxes import MailboxKind, Security, SignIn
from app.operations.grants import forget
from app.operations.sealing import sealed
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_
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
    "address",
    "is_tested",
    "is_active",
    "sign_in",
    "tenant",
    "client_id",
    "authorization_url",
    "token_url",
    "scopes",
)
SECRETS = ("password", "client_secret")
DEFAULTS = {"port": 993, "security": Security.TLS, "folder": "INBOX", "sign_in": SignIn.PASSWORD}
# Another one of these is another mailbox: reading starts from now again.
PLACE = ("kind", "path", "host", "port", "username", "folder")
# Another one of these needs another grant; the one for the old must not travel to a new server.
GRANTED = ("kind", "host", "username", "sign_in", "tenant", "client_id", "authorization_url", "token_url", "scopes")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def fill(mailbox: Mailbox, values: dict[str, Any]) -> dict[str, Any]:
    """Set ``values`` (``FIELDS``, and ``SECRETS`` in clear); returns what changed, as it was before."""
    before: dict[str, Any] = {}
    for name in FIELDS:
        if name not in values:
            continue
        value = values[name]
        if type(value) is str:  # not the member of an enum
            value = storable(value).strip() or None
        if value is None and name in DEFAULTS:
            value = DEFAULTS[name]
        if getattr(mailbox, name) != value:
            before[name] = getattr(mailbox, name)
            setattr(mailbox, name, value)
    for name in SECRETS:
        if values.get(name):
            before[name] = "kept"
            setattr(mailbox, f"{name}_sealed", sealed(values[name]))
    return before


def check(mailbox: Mailbox) -> None:
    """Refuse a mailbox that could not be read, or only with its password in the open."""
    if mailbox.address and ("@" not in mailbox.address or any(each.isspace() or each in ",;<>" for each in mailbox.address)):
        raise DomainError("address_impossible", N_("Type the whole e-mail address, such as crm@firm.example."))
    if mailbox.kind is MailboxKind.FOLDER:
        if not (mailbox.path or "").startswith("/"):
            raise DomainError("path_missing", N_("Type the whole path of the folder, such as /var/mail/crm."))
        return
    if mailbox.sign_in is not SignIn.PASSWORD:
        _check_provider(mailbox)
    elif not mailbox.host or not mailbox.username or not mailbox.password_sealed:
        raise DomainError("server_missing", N_("Type the server, the user name and the password of the mailbox."))
    if not 0 < mailbox.port < 65536:
        raise DomainError("port_impossible", N_("A port is a number from 1 to 65535, usually 993."))
    if mailbox.security is Security.NONE and not is_loopback(mailbox.host or ""):
        raise DomainError(
            "plain_text",
            N_(
                "Without encryption the password would travel in the open. Choose TLS or STARTTLS; none is for this machine only."
            ),
        )


def needs_another_grant(mailbox: Mailbox, other: Mailbox) -> bool:
    """Whether the grant of ``mailbox`` would be of no use, or in the wrong hands, with the settings of ``other``."""
    return any(getattr(mailbox, name) != getattr(other, name) for name in GRANTED)


def provider_of(mailbox: Mailbox) -> Provider:
    """Where the grant of ``mailbox`` comes from; raises ``DomainError`` for addresses that can be none."""
    match mailbox.sign_in:
        case SignIn.MICROSOFT:
            return providers.microsoft(mailbox.tenant)
        case SignIn.GOOGLE:
            return providers.GOOGLE
        case _:
            return providers.other(mailbox.authorization_url, mailbox.token_url, mailbox.scopes)


def _check_provider(mailbox: Mailbox) -> None:
    if not mailbox.host or not mailbox.username or not mailbox.client_id:
        raise DomainError(
            "client_missing", N_("Type the server, the user name, and the client ID that the provider gave to Kurier.")
        )
    provider_of(mailbox)


def _after(mailbox: Mailbox, names: Any) -> dict[str, Any]:
    return {name: "changed" if name in SECRETS else getattr(mailbox, name) for name in names}


@atomic
def create_mailbox(values: dict[str, Any], *, actor: Actor) -> Mailbox:
    """A new mailbox; it is read from now on, what lies there already stays unread."""
    require(actor, Action.CREATE, Mailbox)
    mailbox = Mailbox(
        kind=MailboxKind.IMAP, port=993, security=Security.TLS, folder="INBOX", is_active=True, sign_in=SignIn.PASSWORD, created_by_id=actor.id
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
    if any(name in before for name in GRANTED):
        forget(mailbox.id)
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
