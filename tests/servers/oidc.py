"""A provider of sign-ins (OpenID Connect) on loopback, with keys of its own; it can be told to lie."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.servers.certificates import Authority
from tests.servers.pages import say


def unsigned(claims: dict[str, Any]) -> str:
    """A token of the algorithm "none"."""
    parts = [json.dumps({"alg": "none", "typ": "JWT"}), json.dumps(claims)]
    return ".".join([base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts] + [""])


class OidcProvider:
    """``person`` are the claims of whoever sits at the browser. ``lies`` changes an ID token's claims, ``signs`` makes the token of them."""

    client_id = "kurier-at-test"

    def __init__(self, authority: Authority, folder: Path) -> None:
        self.client_secret = secrets.token_urlsafe(16)
        self.key, self.stranger = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        self._authority, self._folder = authority, folder
        self.new()

    def new(self) -> None:
        """As on the first day."""
        self.person: dict[str, Any] = {}
        self.lies: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.signs: Callable[[dict[str, Any]], str] = self.signed
        self.issuer = ""
        self.userinfo: dict[str, Any] = {}
        self.says_no = self.posts_secret = self.is_away = False
        self.begun: list[dict[str, str]] = []
        self.exchanges = 0
        self._codes: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "OidcProvider":
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._authority.server(self._folder, "oidc"))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._server.server_address[1]}"

    def settings(self) -> dict[str, str]:
        """What an administrator types into the form."""
        return {"name": "Sign in with Test", "issuer": self.url, "client_id": self.client_id, "client_secret": self.client_secret,
                "claim": "email", "is_active": "y"}  # fmt: skip

    # -- what happens at a provider

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def signed_by_a_stranger(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.stranger)

    def signed_with_the_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.client_secret), algorithms=["HS256"])

    def discovery(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "issuer": self.issuer or self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys", "userinfo_endpoint": f"{self.url}/userinfo",
        }  # fmt: skip
        return found | ({"token_endpoint_auth_methods_supported": ["client_secret_post"]} if self.posts_secret else {})

    def keys(self) -> dict[str, Any]:
        return {"keys": [{**self.key.as_dict(private=False), "kid": "one", "use": "sig", "alg": "RS256"}]}

    def agree(self, asked: dict[str, str]) -> str:
        """The person signs in; where their browser goes then."""
        self.begun.append(asked)
        answer = {"state": asked["state"]}
        if self.says_no:
            answer |= {"error": "access_denied", "error_description": "The person said no"}
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token address; a code is good once, with its verifier."""
        self.exchanges += 1
        posted = (asked.get("client_id", ""), asked.get("client_secret", ""))
        if authorization:
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            posted = (unquote(name), unquote(secret))
        if posted != (self.client_id, self.client_secret) or bool(authorization) is self.posts_secret:
            return 401, {"error": "invalid_client", "error_description": "Unknown client"}
        begun = self._codes.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if begun is None or begun["code_challenge"] != challenge or begun["redirect_uri"] != asked.get("redirect_uri"):
            return 400, {"error": "invalid_grant", "error_description": "The code is not good"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": begun["nonce"], **self.person}
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": self.signs(self.lies(claims))}


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass

    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.provider
        if provider.is_away:
            say(self, 503, "text/plain", "away")
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            target = escape(provider.agree(asked), quote=True)
            say(self, 200, "text/html", f'<!doctype html><title>Provider</title><a id="yes" href="{target}">Yes</a>')
        else:
            pages = {"/.well-known/openid-configuration": provider.discovery(), "/keys": provider.keys(), "/userinfo": provider.userinfo}
            say(self, 200 if parts.path in pages else 404, "application/json", json.dumps(pages.get(parts.path)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        status, answer = self.provider.token(asked, self.headers.get("Authorization", ""))
        say(self, status, "application/json", json.dumps(answer))
