"""From a mailbox as it is set up to the source that reads it, and what a test of it finds."""

from functools import partial
from pathlib import Path

from flask import current_app

from app.domain.errors import DomainError
from app.inbound.first_look import first_look, trust_in_folder
from app.inbound.mime.read import read
from app.inbound.sources.folder import FolderSource
from app.inbound.sources.imap import ImapSource
from app.inbound.sources.imap_connection import Security, Server
from app.inbound.sources.source import Finding, Severity, Source, SourceError
from app.models import Mailbox
from app.models.mailboxes import MailboxKind, SignIn
from app.operations.sealing import unsealed
from app.signin.tokens import access_token
from app.support.i18n import N_

LOOKED_AT = 50


def source_of(mailbox: Mailbox) -> Source:
    """The source behind ``mailbox``, not yet opened. ``SourceError`` when its password cannot be unsealed."""
    if mailbox.kind is MailboxKind.FOLDER:
        return FolderSource(Path(mailbox.path or ""))
    return ImapSource(_server(mailbox))


def _server(mailbox: Mailbox) -> Server:
    is_by_password = mailbox.sign_in in (None, SignIn.PASSWORD)
    return Server(
        host=mailbox.host or "",
        port=mailbox.port,
        username=mailbox.username or "",
        password=_password(mailbox) if is_by_password else "",
        security=Security(mailbox.security.value),
        folder=mailbox.folder or "INBOX",
        certificate=current_app.config["SETTINGS"].ca_file,
        token=None if is_by_password else partial(_token, mailbox.id),
    )


def _password(mailbox: Mailbox) -> str:
    try:
        return unsealed(mailbox.password_sealed) if mailbox.password_sealed else ""
    except ValueError as error:
        raise SourceError(
            "sealed",
            N_("The password of %(mailbox)s was kept under another key. Type it again."),
            mailbox=mailbox.name,
        ) from error


def _token(mailbox_id: int | None, refused: str | None) -> str:
    if mailbox_id is None:
        raise SourceError("not_saved", N_("Save the mailbox first, then sign in at the provider on its page."))
    try:
        return access_token(mailbox_id, refused)
    except DomainError as error:
        raise SourceError(error.code, error.message, **error.params) from error


def findings_about(mailbox: Mailbox) -> list[Finding]:
    """Test the connection of ``mailbox``, saved or not, and look at its last messages. Nothing is written, nothing raised."""
    try:
        source = source_of(mailbox)
    except SourceError as error:
        return [error.finding()]
    found = source.check()
    if any(finding.severity is Severity.ERROR for finding in found):
        return found
    if not isinstance(source, ImapSource):
        return [*found, trust_in_folder(mailbox.is_trusted)]
    try:
        source.open()
        headers = source.latest_headers(LOOKED_AT)
    except SourceError as error:
        return [*found, error.finding()]
    finally:
        source.close()
    return [*found, *first_look([read(header) for header in headers], mailbox.authserv_id, mailbox.is_trusted)]
