"""A connection to an IMAP server, with a plain sentence for each way in which it can fail."""

import imaplib
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from app.inbound.sources.source import SourceError
from app.support.i18n import N_
from app.support.tls import trusting

CONNECT_TIMEOUT = 15.0
READ_TIMEOUT = 60.0


class Security(StrEnum):
    """TLS from the first byte, TLS after STARTTLS, or none."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class Server:
    """Where a mailbox is. ``certificate`` is trusted besides the system's, for a CA of one's own.

    ``token`` gives an access token in place of the password; its argument is one that the server refused, or None.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    folder: str = "INBOX"
    certificate: Path | None = None
    allows_plain_text: bool = False
    connect_timeout: float = CONNECT_TIMEOUT
    read_timeout: float = READ_TIMEOUT
    token: Callable[[str | None], str] | None = field(default=None, repr=False)


class Connection(IMAPClient):  # imapclient ships no types
    """IMAPClient whose ``idle_check`` also sees what arrived in one packet with the server's go-ahead."""

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> Any:
        try:
            if self._imap.file.peek(1):
                return [(sock.fileno(), 0)]
        except (ssl.SSLWantReadError, BlockingIOError):
            pass
        return super()._poll_socket(sock, timeout)

    @property
    def has_news(self) -> bool:
        """Whether the server announced messages since the last ``forget_news``."""
        return "EXISTS" in self._imap.untagged_responses

    def forget_news(self) -> None:
        self._imap.untagged_responses.pop("EXISTS", None)


def connect(server: Server) -> Connection:
    """A signed-in connection; raises SourceError."""
    if server.security is Security.NONE and not (server.allows_plain_text or _is_loopback(server.host)):
        raise SourceError(
            "plain_text",
            N_(
                "Without encryption the password of %(username)s would travel in the open. Choose TLS or "
                "STARTTLS, or allow it for %(host)s in the settings of this mailbox."
            ),
            host=server.host,
            username=server.username,
        )
    with sentences(server):
        client = Connection(
            server.host,
            port=server.port,
            ssl=server.security is Security.TLS,
            ssl_context=_tls(server),
            timeout=SocketTimeout(server.connect_timeout, server.read_timeout),
        )
        try:
            client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if server.security is Security.STARTTLS:
                _start_tls(client, server)
            _sign_in(client, server)
        except BaseException:
            hang_up(client)
            raise
    return client


def hang_up(client: Connection) -> None:
    """Close at once, without a word to a server that may be gone."""
    with suppress(OSError):
        client.shutdown()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _tls(server: Server) -> ssl.SSLContext | None:
    if server.security is Security.NONE:
        return None
    return trusting(server.certificate)


def _start_tls(client: Connection, server: Server) -> None:
    try:
        client.starttls(_tls(server))
    except CapabilityError as error:
        raise SourceError(
            "no_starttls",
            N_("%(host)s does not offer STARTTLS on port %(port)s. Choose TLS, usually with port 993."),
            host=server.host,
            port=server.port,
        ) from error


def _sign_in(client: Connection, server: Server) -> None:
    if server.token is not None:
        _sign_in_by_token(client, server, server.token)
        return
    try:
        # PLAIN takes any character; LOGIN, as the library sends it, takes ASCII only.
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(server.username, server.password)
        else:
            client.login(server.username, server.password)
    except (LoginError, UnicodeEncodeError) as error:
        if "[PRIVACYREQUIRED]" in str(error) or client.has_capability("LOGINDISABLED"):
            raise SourceError(
                "encryption_required",
                N_("%(host)s takes passwords only over an encrypted connection. Choose TLS or STARTTLS."),
                host=server.host,
            ) from None
        if "[UNAVAILABLE]" in str(error) or "[LIMIT]" in str(error):
            raise _unavailable(server) from None
        raise SourceError(
            "wrong_password",
            N_(
                "%(host)s refused the user name %(username)s with this password. Type the password again; "
                "some providers want a password made for this program, or IMAP to be switched on first."
            ),
            host=server.host,
            username=server.username,
        ) from None  # the cause might quote the command with the password


def _unavailable(server: Server) -> SourceError:
    return SourceError(
        "unavailable",
        N_("%(host)s cannot sign anybody in at the moment. Kurier tries again by itself."),
        host=server.host,
    )


def _sign_in_by_token(client: Connection, server: Server, token: Callable[[str | None], str]) -> None:
    """Present the token; a refused one may have been withdrawn before its time, so a new one is tried once."""
    present = _mechanism(client, server)
    first = token(None)
    try:
        present(server.username, first)
    except (LoginError, UnicodeEncodeError):
        try:
            present(server.username, token(first))
        except (LoginError, UnicodeEncodeError) as error:
            if "[UNAVAILABLE]" in str(error) or "[LIMIT]" in str(error):
                raise _unavailable(server) from None
            raise SourceError(
                "token_refused",
                N_(
                    "%(host)s does not let %(username)s in, although the sign-in at the provider is good. Was it the account of "
                    "this mailbox, or one that may open it? Is IMAP switched on for it?"
                ),
                host=server.host,
                username=server.username,
            ) from None


def _mechanism(client: Connection, server: Server) -> Callable[[str, str], object]:
    if client.has_capability("AUTH=OAUTHBEARER"):  # RFC 7628
        return client.oauthbearer_login
    if client.has_capability("AUTH=XOAUTH2"):
        return client.oauth2_login
    raise SourceError(
        "no_oauth",
        N_("%(host)s takes no sign-in by a provider. Choose the password, or another server."),
        host=server.host,
    )


@contextmanager
def sentences(server: Server) -> Iterator[None]:
    """Turn what the network and the server say into a SourceError."""
    try:
        yield
    except SourceError:
        raise
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        code, sentence = _explain(error)
        raise SourceError(
            code, sentence, host=server.host, port=server.port, answer=_answer(error, server)
        ) from error


def _explain(error: Exception) -> tuple[str, str]:
    match error:
        case socket.gaierror() | UnicodeError():  # the latter: not even a possible name
            return "host_unknown", N_(
                "No server named %(host)s was found. Check its spelling and the network."
            )
        case ConnectionRefusedError():
            return "refused", N_(
                "%(host)s refuses connections on port %(port)s. Check the port and the firewall."
            )
        case ssl.SSLCertVerificationError():
            return "certificate", N_(
                "The certificate of %(host)s is not to be trusted (%(answer)s). Check the server’s name. The certificate "
                "of your own authority belongs into the file that KURIER_CA_FILE names."
            )
        case ssl.SSLError():
            return "tls", N_(
                "%(host)s does not speak TLS on port %(port)s. "
                "Port 993 goes with TLS, port 143 with STARTTLS."
            )
        case TimeoutError():
            return "timeout", N_(
                "%(host)s did not answer in time on port %(port)s. Kurier tries again by itself."
            )
        case imaplib.IMAP4.abort() | ConnectionError():
            return "connection_lost", N_("The connection to %(host)s was lost. Kurier tries again by itself.")
        case OSError():
            return "unreachable", N_("%(host)s cannot be reached on port %(port)s (%(answer)s).")
        case _:
            return "refused_command", N_("%(host)s refused a command: %(answer)s.")


def _answer(error: Exception, server: Server) -> str:
    said = getattr(error, "verify_message", None) or getattr(error, "strerror", None) or str(error)
    if server.password:
        said = said.replace(server.password, "…")
    return said.strip(". ")[:200]
