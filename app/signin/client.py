"""What is said to a provider, and what its answers mean. The protocol itself is oauthlib's."""

import http.client
import secrets
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app
from oauthlib.oauth2 import InvalidGrantError, MissingTokenError, OAuth2Error, WebApplicationClient

from app.domain.errors import DomainError
from app.domain.providers import Provider
from app.models import Mailbox
from app.models.mailboxes import SignIn
from app.operations.grants import Tokens
from app.operations.mailboxes import provider_of
from app.operations.sealing import unsealed
from app.signin import transport
from app.support import clock
from app.support.i18n import N_
from app.support.tls import trusting

LIFE = timedelta(hours=1)
"""Of an access token whose provider does not say (RFC 6749, 5.1, recommends to say it)."""


class GrantRefused(DomainError):
    """The provider does not accept the code or the refresh token (any more)."""


@dataclass(frozen=True)
class Client:
    """This program at one provider, for one mailbox; free of the session."""

    provider: Provider
    client_id: str
    secret: str | None = field(repr=False)
    username: str
    may_be_private: bool

    @property
    def host(self) -> str:
        return urlsplit(self.provider.token_url).hostname or ""

    def address(self, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Where the administrator is sent to say yes (RFC 6749, 4.1.1, with RFC 7636)."""
        return str(
            WebApplicationClient(self.client_id).prepare_request_uri(
                self.provider.authorization_url, redirect_uri=redirect_uri, scope=list(self.provider.scopes), state=state,
                code_challenge=challenge, code_challenge_method="S256", login_hint=self.username, **self.provider.extras,
            )
        )  # fmt: skip

    def exchange(self, code: str, *, redirect_uri: str, verifier: str) -> Tokens:
        """The tokens for ``code``; raises ``DomainError``."""
        return self._tokens(
            WebApplicationClient(self.client_id).prepare_request_body(
                code=code, redirect_uri=redirect_uri, code_verifier=verifier, **self._proof()
            )
        )

    def renew(self, refresh_token: str) -> Tokens:
        """New tokens; raises ``GrantRefused`` when somebody must sign in again, ``DomainError`` when it may work later."""
        body = WebApplicationClient(self.client_id).prepare_refresh_body(
            refresh_token=refresh_token, client_id=self.client_id, **self._proof()
        )
        return self._tokens(body)

    def _proof(self) -> dict[str, str]:
        return {"client_secret": self.secret} if self.secret else {}

    def _tokens(self, form: str) -> Tokens:
        try:
            answer = transport.post(
                self.provider.token_url,
                form,
                trusted=trusting(current_app.config["SETTINGS"].ca_file),
                may_be_private=self.may_be_private,
            )
        except (OSError, http.client.HTTPException) as error:
            raise self._unreached(error) from error
        if answer.status >= 500 or answer.status == 429:
            raise DomainError(
                "provider_away", N_("%(host)s cannot answer at the moment (%(answer)s). Kurier tries again by itself."),
                host=self.host, answer=answer.status,
            )  # fmt: skip
        return self._understood(answer)

    def _understood(self, answer: transport.Answer) -> Tokens:
        try:
            found = WebApplicationClient(self.client_id).parse_request_body_response(answer.body)
            if answer.status != 200:
                raise ValueError(answer.status)  # a redirect, for one: nothing is sent to where it leads
            return Tokens(
                str(found["access_token"]),
                found.get("refresh_token") or None,
                clock.now() + timedelta(seconds=int(found.get("expires_in") or LIFE.total_seconds())),
            )
        except InvalidGrantError as refusal:
            raise GrantRefused("grant_refused", N_("%(host)s: %(answer)s"), host=self.host, answer=_words(refusal)) from None
        except MissingTokenError:
            raise self._strange() from None
        except OAuth2Error as refusal:
            raise DomainError(
                "provider_refused",
                N_("%(host)s refuses Kurier itself: %(answer)s. Check the client ID, its secret and the scopes."),
                host=self.host,
                answer=_words(refusal),
            ) from None
        except (ValueError, TypeError, AttributeError, OverflowError):
            raise self._strange() from None  # the cause might quote the answer with a token

    def _strange(self) -> DomainError:
        return DomainError(
            "provider_strange", N_("%(host)s does not answer as a token address does. Check the token address."), host=self.host
        )

    def _unreached(self, error: Exception) -> DomainError:
        if isinstance(error, transport.PrivateAddress):
            return DomainError(
                "provider_private",
                N_("%(host)s lies in your own network. To allow that, set KURIER_PRIVATE_PROVIDERS to 1 and start Kurier again."),
                host=self.host,
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return DomainError(
                "certificate",
                N_("The certificate of %(host)s is not to be trusted (%(answer)s). One of your own authority belongs into KURIER_CA_FILE."),
                host=self.host,
                answer=error.verify_message,
            )
        return DomainError(
            "provider_unreachable",
            N_("%(host)s cannot be reached (%(answer)s). Kurier tries again by itself."),
            host=self.host,
            answer=str(getattr(error, "strerror", None) or error or type(error).__name__)[:200],
        )


def client_of(mailbox: Mailbox) -> Client:
    """The client behind ``mailbox``; raises ``DomainError``."""
    try:
        secret = unsealed(mailbox.client_secret_sealed) if mailbox.client_secret_sealed else None
    except ValueError as error:
        raise DomainError(
            "sealed", N_("The client secret of %(mailbox)s was kept under another key. Type it again."), mailbox=mailbox.name
        ) from error
    allows_private = current_app.config["SETTINGS"].allows_private_providers and mailbox.sign_in is SignIn.OTHER
    return Client(provider_of(mailbox), mailbox.client_id or "", secret, mailbox.username or "", allows_private)


def new_verifier() -> tuple[str, str]:
    """A code verifier and its S256 challenge (RFC 7636, 4.1 and 4.2)."""
    client = WebApplicationClient("")
    verifier = secrets.token_urlsafe(64)
    return verifier, str(client.create_code_challenge(verifier, "S256"))


def _words(refusal: OAuth2Error) -> str:
    """The first line of what the provider says of it; its own reference numbers follow after that."""
    return f"{refusal.error or ''} {refusal.description or ''}".strip().partition("\n")[0].strip(". ")[:200]
