"""A provider of sign-ins (OAuth 2.0) on loopback: its page, its tokens, and what a mail server asks it about them.

The pages speak TLS under a certificate of an authority of their own; introspection (RFC 7662) is plain HTTP, for Dovecot.
"""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.servers.certificates import Authority
from tests.servers.pages import say


@dataclass
class Family:
    """What one yes of a person led to: tokens that live and end together."""

    username: str
    refresh: str
    is_revoked: bool = False
    access: dict[str, float] = field(default_factory=dict)


class Provider:
    """``username`` is who sits at the browser and says yes; ``life`` of an access token is in seconds."""

    client_id, scopes = "kurier-at-test", "mail offline_access"

    def __init__(self, authority: Authority, folder: Path) -> None:
        self.client_secret = secrets.token_urlsafe(16)
        self._authority, self._folder = authority, folder
        self.new()

    def new(self) -> None:
        """As on the first day."""
        self.username, self.life, self.is_away, self.rotates = "", 3600, False, True
        self.gives_refresh, self.redirects_to, self.says_no = True, "", False
        self.requests: list[dict[str, str]] = []
        self.given: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._families: list[Family] = []
        self._lock = threading.Lock()
        self.holds = threading.Event()
        self.holds.set()

    def __enter__(self) -> "Provider":
        self._secure = self._serve()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._authority.server(self._folder, "provider"))
        self._secure.socket = context.wrap_socket(self._secure.socket, server_side=True)
        self._plain = self._serve()
        for server in (self._secure, self._plain):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.holds.set()
        for server in (self._secure, self._plain):
            server.shutdown()
            server.server_close()

    def _serve(self) -> ThreadingHTTPServer:
        handler = type("Handler", (_Handler,), {"provider": self})
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)

    @property
    def url(self) -> str:
        return f"https://localhost:{self._secure.server_address[1]}"

    @property
    def introspection_url(self) -> str:
        return f"http://127.0.0.1:{self._plain.server_address[1]}/introspect"

    def settings(self) -> dict[str, str]:
        """What an administrator types into the form of a mailbox."""
        return {
            "sign_in": "other", "client_id": self.client_id, "client_secret": self.client_secret, "scopes": self.scopes,
            "authorization_url": f"{self.url}/authorize", "token_url": f"{self.url}/token",
        }  # fmt: skip

    # -- what happens at a provider

    def withdraw_access(self) -> None:
        """Every access token ends before its time; the grants go on."""
        for family in self._families:
            family.access.clear()

    def revoke(self) -> None:
        """Somebody takes back every permission."""
        for family in self._families:
            family.is_revoked = True
            family.access.clear()

    def active(self, token: str) -> str | None:
        """Whose token it is, while it is good."""
        found = [each.username for each in self._families if each.access.get(token, 0) > time.time()]
        return found[0] if found else None

    def agree(self, asked: dict[str, str]) -> str:
        """The person says yes to what the page asked; where their browser goes then."""
        answer = {"state": asked["state"]}
        if self.says_no:
            answer |= {"error": "access_denied", "error_description": "The person said no"}
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = asked
            self.given.append(code)
            answer["code"] = code
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer of the token address."""
        with self._lock:
            self.requests.append(asked)
            if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
                return 401, {"error": "invalid_client", "error_description": "Unknown client"}
            if asked.get("grant_type") == "authorization_code":
                return self._exchanged(asked)
            family = next((each for each in self._families if each.refresh == asked.get("refresh_token")), None)
            if family is None or family.is_revoked:
                return 400, {"error": "invalid_grant", "error_description": "The grant was revoked"}
            if self.rotates:
                family.refresh = secrets.token_urlsafe(24)
            return self._given(family)

    def _exchanged(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        begun = self._codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if begun is None or begun["code_challenge"] != challenge or begun["redirect_uri"] != asked.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "The code is not good"}
        family = Family(self.username, secrets.token_urlsafe(24))
        self._families.append(family)
        return self._given(family)

    def _given(self, family: Family) -> tuple[int, dict[str, Any]]:
        access = secrets.token_urlsafe(24)
        family.access[access] = time.time() + self.life
        self.given += [access, family.refresh]
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.life, "scope": "mail"}
        return 200, answer | ({"refresh_token": family.refresh} if self.gives_refresh else {})


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass

    def do_GET(self) -> None:
        """The page on which a person says yes."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        wanted = {"response_type": "code", "client_id": self.provider.client_id, "code_challenge_method": "S256"}
        if urlsplit(self.path).path != "/authorize" or not wanted.items() <= asked.items():
            say(self, 400, "text/plain", "bad request")
            return
        target = escape(self.provider.agree(asked), quote=True)
        say(self, 200, "text/html", f'<!doctype html><title>Provider</title><a id="yes" href="{target}">Yes</a>')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        path = urlsplit(self.path).path
        if path == "/introspect":
            username = self.provider.active(asked.get("token", ""))
            self._json(200, {"active": "true", "email": username} if username else {"active": "false"})
            return
        self.provider.holds.wait(60)
        if self.provider.redirects_to:
            self.send_response(307)
            self.send_header("Location", self.provider.redirects_to)
            self.end_headers()
        elif self.provider.is_away:
            self._json(503, {})
        else:
            self._json(*self.provider.token(asked))

    def _json(self, status: int, answer: dict[str, Any]) -> None:
        say(self, status, "application/json", json.dumps(answer))
