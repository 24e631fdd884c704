"""One request to a provider: https only, its certificate checked, never redirected, and not into the own network.

The address is resolved here and the connection goes to what was checked: a name that resolves to something else a
moment later (DNS rebinding) gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 10.0
WHOLE_TIME = 25.0
LARGEST_ANSWER = 100_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HEADERS = {"Accept": "application/json", "User-Agent": "Kurier", "Connection": "close"}


class PrivateAddress(OSError):
    """The name leads into a network of our own."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


class _Connection(http.client.HTTPSConnection):
    """Connects to addresses of the internet only, unless ``may_be_private``."""

    def __init__(self, host: str, port: int, trusted: ssl.SSLContext, may_be_private: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=trusted)
        self._trusted, self._may_be_private = trusted, may_be_private

    def connect(self) -> None:
        plain = self._first_that_answers(socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM))
        try:
            self.sock = self._trusted.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _first_that_answers(self, places: list[Any]) -> socket.socket:
        last: OSError = OSError("no address")
        for family, kind, protocol, _, address in places:
            if not (self._may_be_private or is_public(address[0])):
                last = PrivateAddress(f"{self.host} is {address[0]}")
                continue
            plain = socket.socket(family, kind, protocol)
            plain.settimeout(TIMEOUT)
            try:
                plain.connect(address)
            except OSError as error:
                plain.close()
                last = error
                continue
            return plain
        raise last


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the internet; an IPv4 address inside an IPv6 one is looked at itself."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast


def post(url: str, form: str, *, headers: Mapping[str, str] | None = None, trusted: ssl.SSLContext, may_be_private: bool) -> Answer:
    """The answer to ``form`` (urlencoded); raises ``OSError`` or ``http.client.HTTPException``. A redirect is just an answer."""
    return _ask("POST", url, form.encode(), {**HEADERS, **FORM, **(headers or {})}, trusted, may_be_private)


def get(url: str, *, headers: Mapping[str, str] | None = None, trusted: ssl.SSLContext, may_be_private: bool) -> Answer:
    """What stands at ``url``; raises as ``post`` does."""
    return _ask("GET", url, None, {**HEADERS, **(headers or {})}, trusted, may_be_private)


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str], trusted: ssl.SSLContext, may_be_private: bool) -> Answer:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Connection(parts.hostname, parts.port or 443, trusted, may_be_private)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, _read(answer).decode("utf-8", "replace"))
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse) -> bytes:
    """The body, within ``WHOLE_TIME`` however slowly it drips."""
    until, parts, size = time.monotonic() + WHOLE_TIME, [], 0
    while size < LARGEST_ANSWER and (part := answer.read1(LARGEST_ANSWER - size)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise TimeoutError("the answer never ends")
    return b"".join(parts)
