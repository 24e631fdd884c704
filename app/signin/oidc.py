"""Signing in at a provider by OpenID Connect: the authorization code flow with PKCE, state and nonce.

The protocol is Authlib's, signatures are joserfc's, the network is ``transport``: no redirects, https, addresses of the
internet unless a setting says otherwise. Keys and addresses are asked anew at each sign-in, so a provider may change them.
"""

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.domain.errors import DomainError
from app.domain.providers import is_https
from app.models import IdentityProvider
from app.operations.sealing import unsealed
from app.signin import transport
from app.support import clock
from app.support.i18n import N_
from app.support.tls import trusting

# Signed with a key that only the provider has: never "none", never with our own secret (HS256).
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY: Final = 60
SCOPES: Final = "openid email profile"
NOT_PROVEN: Final = N_("%(host)s did not prove who you are (%(answer)s). Sign in once more; if it happens again, tell an administrator.")
NO_ISSUER: Final = N_("The issuer is an address that begins with https://, as the provider names it.")


@dataclass(frozen=True)
class Places:
    """What the provider says of itself (OpenID Connect Discovery 1.0)."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    posts_secret: bool


@dataclass(frozen=True)
class RelyingParty:
    """This program at one provider; free of the session."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    claim: str

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).hostname or ""

    def places(self) -> Places:
        """Raises ``DomainError`` when the provider is away, or is another one than it should be."""
        if not is_https(self.issuer):
            raise DomainError("issuer", NO_ISSUER)
        said = self._asked(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self.issuer:
            raise DomainError("other_issuer", N_("%(host)s calls itself %(answer)s. Type exactly that as the issuer, if you trust it."),
                              host=self.host, answer=str(said.get("issuer") or "?")[:200])  # fmt: skip
        authorization, token, keys, userinfo = (
            url if isinstance(url := said.get(name), str) and is_https(url) else ""
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        )
        if not (authorization and token and keys):
            raise self._strange()
        ways = said.get("token_endpoint_auth_methods_supported")
        is_posted = isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways
        return Places(authorization, token, keys, userinfo, is_posted)

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the person is sent to sign in."""
        return str(prepare_grant_uri(
            self.places().authorization, self.client_id, "code", redirect_uri=redirect_uri, scope=SCOPES, state=state, nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
        ))  # fmt: skip

    def claims(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """Who signed in there, as a checked ID token says; raises ``DomainError``."""
        places = self.places()
        given = self._exchanged(places, code, redirect_uri, verifier)
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str):
            raise self._strange()
        claims = self._checked(token, access if isinstance(access, str) else None, self._asked(places.keys), nonce)
        if self.claim in claims or not places.userinfo or not isinstance(access, str):
            return claims
        more = self._asked(places.userinfo, {"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, 5.3.2
            raise self._not_proven("userinfo")
        return {**more, **claims}

    def _checked(self, token: str, access: str | None, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """OpenID Connect Core 1.0, 3.1.3.7."""
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            options: Any = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}}
            claims = CodeIDToken(
                decoded.claims, decoded.header, options, {"nonce": nonce, "client_id": self.client_id, "access_token": access}
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._not_proven(getattr(error, "claim", "") or getattr(error, "error", "") or type(error).__name__) from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise self._not_proven("sub")
        return dict(claims)

    def _exchanged(self, places: Places, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        headers, more = {}, {}
        if self.secret and not places.posts_secret:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            more = {"client_id": self.client_id, "client_secret": self.secret or ""}
        form = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier, **more)
        answer = self._spoken(lambda **how: transport.post(places.token, form, headers=headers, **how))
        found = _object(answer)
        if answer.status != 200 or found is None:
            said = (found or {}).get("error_description") or (found or {}).get("error") or answer.status
            raise DomainError("code_refused", N_("%(host)s refuses the sign-in: %(answer)s."), host=self.host, answer=str(said)[:200])
        return found

    def _asked(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        answer = self._spoken(lambda **how: transport.get(url, headers=headers or {}, **how))
        found = _object(answer)
        if answer.status != 200 or found is None:
            raise self._strange()
        return found

    def _spoken(self, ask: Any) -> transport.Answer:
        settings = current_app.config["SETTINGS"]
        try:
            answer: transport.Answer = ask(trusted=trusting(settings.ca_file), may_be_private=settings.allows_private_providers)
        except transport.PrivateAddress as error:
            raise DomainError("provider_private", N_(
                "%(host)s lies in your own network. To allow that, set KURIER_PRIVATE_PROVIDERS to 1 and start Kurier again."
            ), host=self.host) from error  # fmt: skip
        except (OSError, http.client.HTTPException) as error:
            said = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else getattr(error, "strerror", None)
            raise DomainError("provider_unreachable", N_("%(host)s cannot be reached (%(answer)s). Try again later, or sign in with your password."),
                              host=self.host, answer=str(said or type(error).__name__)[:200]) from error  # fmt: skip
        return answer

    def _strange(self) -> DomainError:
        return DomainError("provider_strange", N_("%(host)s does not answer as a provider of OpenID Connect does. Check the issuer."), host=self.host)

    def _not_proven(self, because: str) -> DomainError:
        return DomainError("not_proven", NOT_PROVEN, host=self.host, answer=because[:60])


def _object(answer: transport.Answer) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def party_of(provider: IdentityProvider) -> RelyingParty:
    """This program at ``provider``; raises ``DomainError`` when its secret cannot be opened."""
    try:
        secret = unsealed(provider.client_secret_sealed) if provider.client_secret_sealed else None
    except ValueError as error:
        raise DomainError("sealed", N_("The client secret of %(provider)s was kept under another key. Type it again."),
                          provider=provider.name) from error  # fmt: skip
    return RelyingParty(provider.issuer, provider.client_id, secret, provider.claim)
