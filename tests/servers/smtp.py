"""A mail server that really receives: keeps every message with its envelope, refuses or hangs when told."""

import asyncio
import secrets
import ssl
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Received:
    """One accepted message."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> Message:
        return message_from_bytes(self.raw)

    @property
    def subject(self) -> str:
        """The subject in words, its encoding undone."""
        return str(make_header(decode_header(self.message.get("Subject", ""))))

    @property
    def text(self) -> str:
        """The part in plain text."""
        part = next(each for each in self.message.walk() if each.get_content_type() == "text/plain")
        return bytes(part.get_payload(decode=True)).decode(part.get_content_charset("utf-8"))


class _Session(SMTP):
    """Tells the server who is connected."""

    def connection_made(self, transport: Any) -> None:
        self.event_handler.talking.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.talking.discard(self)


class SmtpServer:
    """Listens on loopback within the test process. ``signed_in=True`` demands ``user`` and ``password``.

    ``owner_of`` names whose access token it is (None: a bad one); with it XOAUTH2 is demanded. ``tls`` begins with TLS.
    """

    user = "kurier"

    def __init__(
        self,
        *,
        signed_in: bool = False,
        owner_of: Callable[[str], str | None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.password = secrets.token_urlsafe(16)
        self._signed_in = signed_in or owner_of is not None
        self._owner_of, self._tls = owner_of, tls
        self._arrived = threading.Condition()
        self._messages: list[Received] = []
        self._refusals: dict[str | None, str] = {}
        self._flowing = threading.Event()
        self._flowing.set()
        self.talking: set[SMTP] = set()

    def __enter__(self) -> "SmtpServer":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="smtp")
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            self._loop.create_server(self._session, "127.0.0.1", 0, ssl=self._tls), self._loop
        ).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flowing.set()
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _shut(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _session(self) -> SMTP:
        return _Session(
            self,
            hostname="smtp.mail.test",
            enable_SMTPUTF8=True,
            auth_required=self._signed_in,
            auth_require_tls=False,
            authenticator=self._may_sign_in,
            auth_exclude_mechanism=("PLAIN", "LOGIN") if self._owner_of else ("XOAUTH2",),
        )

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802 - the name of the library
        """The token of the first answer; a bad one is told so in a challenge that the client ends with an empty line."""
        assert self._owner_of is not None
        said = b64decode(arguments[1]).decode()
        who, token, rest = said.split("\1", 2)
        username, token = who.removeprefix("user="), token.removeprefix("auth=Bearer ")
        if rest == "\1" and self._owner_of(token) == username:
            return AuthResult(success=True, auth_data=username)
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)

    def _may_sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, given: Any
    ) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and given == LoginPassword(
            self.user.encode(), self.password.encode()
        )
        return AuthResult(success=is_right, handled=is_right)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self._refusals:
            return self._refusals[address.lower()]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        while not self._flowing.is_set():
            await asyncio.sleep(0.01)
        if None in self._refusals:
            return self._refusals[None]
        content = envelope.original_content or b""
        with self._arrived:
            self._messages.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
            self._arrived.notify_all()
        return "250 OK"

    @property
    def messages(self) -> list[Received]:
        with self._arrived:
            return list(self._messages)

    def wait_for(self, count: int = 1, seconds: float = 60) -> list[Received]:
        """The messages once there are at least ``count``; AssertionError after ``seconds``."""
        return self.wait_until(lambda messages: len(messages) >= count, seconds)

    def wait_until(self, enough: Callable[[list[Received]], bool], seconds: float = 60) -> list[Received]:
        deadline = time.monotonic() + seconds
        with self._arrived:
            while not enough(self._messages):
                left = deadline - time.monotonic()
                assert left > 0, f"only {len(self._messages)} messages arrived"
                self._arrived.wait(left)
            return list(self._messages)

    def refuse(self, answer: str = "451 4.3.0 Try again later", *, recipient: str | None = None) -> None:
        """Answer so from now on: to ``recipient``, or to every message once its text was sent."""
        self._refusals[recipient.lower() if recipient else None] = answer

    @property
    def is_talking(self) -> bool:
        """Whether anybody is connected."""
        return bool(self.talking)

    def hang(self) -> None:
        """Stop answering after the text of a message, until ``recover()``."""
        self._flowing.clear()

    def recover(self) -> None:
        self._refusals.clear()
        self._flowing.set()

    def clear(self) -> None:
        """As new: no messages, no refusals."""
        self.recover()
        with self._arrived:
            self._messages.clear()
