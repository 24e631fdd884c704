"""The only module that talks to the mail server we send through."""

import os
import smtplib
import ssl
from contextlib import suppress
from email import policy
from email.charset import QP, Charset
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.utils import formataddr
from pathlib import Path
from types import TracebackType

import flask_mail
from flask import current_app

from app.domain.errors import DomainError
from app.extensions import store
from app.models.mailboxes import SignIn
from app.operations.mailboxes import is_loopback
from app.operations.outbox import Letter
from app.queries.mailboxes import mailbox_named
from app.signin.tokens import access_token
from app.support.tls import trusting

TIMEOUT = 30.0
# RFC 5322, 2.1.1: 998 octets at most. A long address in List-Unsubscribe would be folded into encoded words, which no program follows.
LINES = policy.SMTP.clone(max_line_length=990)
_ENVELOPE = {"From", "Cc", "To"}
_SETTING_WRONG = {454, 530, 534, 535, 538}  # signing in: the administrator can put it right


class NotDelivered(Exception):
    """The mail did not go out. ``is_permanent``: the server will never take it."""

    def __init__(self, sentence: str, *, is_permanent: bool = False) -> None:
        super().__init__(sentence)
        self.sentence, self.is_permanent = sentence, is_permanent


class _Message(flask_mail.Message):
    """Flask-Mail's, with lines that every server takes (RFC 5322, 2.1.1: at most 998 octets), and a To of one's own."""

    shown_to: str | None = None
    calendar_method: str = "REQUEST"

    def _message(self) -> MIMEBase:
        composed = super()._message()
        composed.policy = LINES
        if self.shown_to:
            composed.replace_header("To", self.shown_to)
        for part in composed.walk():
            if part.get_content_type() == "text/calendar":  # RFC 6047, 2.4: what it wants stands in both
                part.set_param("method", self.calendar_method)
        return composed

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        encoding = Charset("utf-8")
        encoding.body_encoding = QP
        return MIMEText(text or "", subtype, encoding)  # type: ignore[arg-type]


class _Connection(flask_mail.Connection):
    """Flask-Mail's, with a time-out on every command, certificates checked, and a farewell that may fail."""

    def __enter__(self) -> "_Connection":
        self.host = self.configure_host()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.host is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.host.quit()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        mail = self.mail
        host: smtplib.SMTP
        if mail.use_ssl:
            host = smtplib.SMTP_SSL(mail.server, mail.port, timeout=TIMEOUT, context=_trusted())
        else:
            host = smtplib.SMTP(mail.server, mail.port, timeout=TIMEOUT)
        try:
            if mail.use_tls:
                host.starttls(context=_trusted())
            if name := current_app.config["SETTINGS"].smtp_mailbox:
                _sign_in_as(host, name)
            elif mail.username and mail.password:
                host.login(mail.username, mail.password)
        except BaseException:
            host.close()
            raise
        return host


def _trusted() -> ssl.SSLContext:
    return trusting(current_app.config["SETTINGS"].ca_file)


def _sign_in_as(host: smtplib.SMTP, name: str) -> None:
    """Sign in with the grant of the mailbox called ``name`` (SASL XOAUTH2 or RFC 7628); raises ``NotDelivered``."""
    mailbox = mailbox_named(name)
    if mailbox is None or mailbox.sign_in is SignIn.PASSWORD:
        raise NotDelivered(f"SMTP_MAILBOX: no mailbox named {name} signs in at a provider.")
    if not isinstance(host.sock, ssl.SSLSocket) and not is_loopback(current_app.config["SETTINGS"].smtp_host):
        raise NotDelivered("Without encryption the sign-in would travel in the open: set SMTP_SECURITY to starttls or tls.")
    host.ehlo_or_helo_if_needed()
    offered = host.esmtp_features.get("auth", "").upper().split()
    mechanism = "OAUTHBEARER" if "OAUTHBEARER" in offered else "XOAUTH2"
    username, mailbox_id = mailbox.username or "", mailbox.id
    try:
        token = access_token(mailbox_id)
        try:
            _present(host, mechanism, username, token)
        except smtplib.SMTPAuthenticationError:  # withdrawn before its time: a new one is tried once
            _present(host, mechanism, username, access_token(mailbox_id, token))
    except DomainError as refusal:
        raise NotDelivered(str(refusal)) from refusal


def _present(host: smtplib.SMTP, mechanism: str, username: str, token: str) -> None:
    end = "\1"
    if mechanism == "OAUTHBEARER":
        who = username.replace("=", "=3D").replace(",", "=2C")
        said = f"n,a={who},{end}auth=Bearer {token}{end}{end}"
        farewell = end
    else:
        said, farewell = f"user={username}{end}auth=Bearer {token}{end}{end}", ""
    # A refusal comes as a challenge (JSON); what is answered to it ends the exchange.
    host.auth(mechanism, lambda challenge=None: said if challenge is None else farewell)


def deliver(letter: Letter) -> None:
    """Hand ``letter`` to the mail server or, without one, to the folder ``outbox``; raises ``NotDelivered``."""
    message = compose_message(letter)
    settings = current_app.config["SETTINGS"]
    if not settings.smtp_host:
        _put(settings.home / "outbox", f"{letter.id:06d}-{letter.event.replace(':', '-')}.eml", message.as_bytes())
        return
    try:
        with _Connection(current_app.extensions["mail"]) as connection:
            connection.send(message, envelope_from=letter.sender_address)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, answer = max(refusal.recipients.values(), key=lambda each: each[0])
        raise _refused(code, answer, f"{settings.smtp_host} refuses {letter.to_address}") from refusal
    except smtplib.SMTPResponseException as refusal:
        raise _refused(refusal.smtp_code, refusal.smtp_error, f"{settings.smtp_host} refuses the mail") from refusal
    except flask_mail.BadHeaderError as refusal:
        raise NotDelivered("A header of the mail holds a line break.", is_permanent=True) from refusal
    except (smtplib.SMTPException, OSError) as failure:
        server = f"{settings.smtp_host}:{settings.smtp_port}"
        raise NotDelivered(f"{server} does not answer as it should: {failure}") from failure


def compose_message(letter: Letter) -> flask_mail.Message:
    """The message as it goes out, under the Message-ID that was stored beforehand."""
    headers = letter.headers
    copies: list[str | tuple[str, str]] = [each.strip() for each in headers.get("Cc", "").split(",") if each.strip()]
    hidden = headers.get("To")  # the recipient stands in the envelope alone
    message = _Message(
        subject=letter.subject,
        recipients=[] if hidden else [letter.to_address],
        bcc=[letter.to_address] if hidden else None,
        body=letter.text,
        html=letter.html,
        sender=headers.get("From") or formataddr((letter.firm_name, letter.sender_address)),
        cc=copies,
        date=letter.created_at.timestamp(),
        # Also when a program on the way gives it another Message-ID, we know it again when it comes back.
        extra_headers={"X-Loop": f"<{letter.header_id}>", **{name: value for name, value in headers.items() if name not in _ENVELOPE}},
    )
    message.shown_to = hidden
    if letter.calendar:
        message.alts["calendar"] = letter.calendar.replace("\r\n", "\n")
        message.calendar_method = "CANCEL" if "\nMETHOD:CANCEL" in message.alts["calendar"] else "REQUEST"
    for file in letter.files:
        message.attach(file.name, file.content_type, store().get(file.sha256))
    message.msgId = f"<{letter.header_id}>"
    return message


def _refused(code: int, answer: bytes | str, what: str) -> NotDelivered:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return NotDelivered(f"{what}: {code} {text}", is_permanent=code >= 500 and code not in _SETTING_WRONG)


def _put(folder: Path, name: str, raw: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    unfinished = folder / f".{name}.{os.getpid()}"
    unfinished.write_bytes(raw)
    unfinished.replace(folder / name)
