"""From a mailbox as it is set up to the source that reads it, and what a test of it finds."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import current_app

from app.domain.errors import DomainError
from app.inbound.mime.mail import Mail
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

LOOKED_AT = 20


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
    return [*found, trust_in_mailbox([read(header) for header in headers], mailbox.authserv_id, mailbox.is_trusted)]


def trust_in_folder(is_trusted: bool) -> Finding:
    """How colleagues are recognised in a folder of this machine."""
    if is_trusted:
        return Finding(
            Severity.OK,
            "trusted",
            N_("This mailbox is trusted: whoever writes from a colleague’s address is believed."),
        )
    return Finding(
        Severity.WARNING,
        "untrusted_folder",
        N_(
            "Colleagues are recognised by their secret addresses only. Mark the folder as trusted if only your own programs put mail there."
        ),
    )


def trust_in_mailbox(mails: Sequence[Mail], authserv_id: str | None, is_trusted: bool) -> Finding:
    """How colleagues will be recognised here, judged by the last ``mails`` (their headers are enough), newest first."""
    if is_trusted:
        return trust_in_folder(is_trusted)
    if not mails:
        return Finding(
            Severity.WARNING,
            "no_messages",
            N_(
                "There is no message yet to judge by. Until the server’s own results are seen, colleagues are recognised by their secret addresses."
            ),
        )
    servers = [_server_named(mail) for mail in mails]
    own = (authserv_id or "").strip().lower().rstrip(".")
    if own:
        vouched = sum(own in names for names in servers)
        if vouched:
            return Finding(
                Severity.OK,
                "results_found",
                N_(
                    "%(vouched)s of the last %(count)s messages carry results of %(server)s: colleagues are recognised by them, or by their secret addresses."
                ),
                vouched=vouched,
                count=len(mails),
                server=own,
            )
    topmost = Counter(names[0] for names in servers if names)
    if not topmost:
        return Finding(
            Severity.WARNING,
            "no_results",
            N_(
                "None of the last %(count)s messages carries Authentication-Results: colleagues are recognised by their secret addresses only."
            ),
            count=len(mails),
        )
    name, often = topmost.most_common(1)[0]
    if own:
        return Finding(
            Severity.WARNING,
            "other_results",
            N_(
                "None of the last %(count)s messages carries results of %(server)s; %(often)s carry those of %(other)s. Is that your mail server?"
            ),
            count=len(mails),
            server=own,
            often=often,
            other=name,
        )
    return Finding(
        Severity.WARNING,
        "results_unnamed",
        N_(
            "%(often)s of the last %(count)s messages carry results of %(other)s. If that is your own mail server, type its name above to have it believed."
        ),
        count=len(mails),
        often=often,
        other=name,
    )


def _server_named(mail: Mail) -> list[str]:
    """The authserv-ids of ``mail``, topmost first (RFC 8601)."""
    words = (value.split(";", 1)[0].split("(", 1)[0].split() for value in mail.authentication_results)
    return [found[0].lower().rstrip(".") for found in words if found]
