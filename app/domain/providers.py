"""The providers that give grants for mailboxes, and where each is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.domain.errors import DomainError
from app.support.i18n import N_

ANY_ORGANISATION = "organizations"


@dataclass(frozen=True)
class Provider:
    """``extras`` are parameters of the authorization request that this provider wants before it gives a lasting grant."""

    authorization_url: str
    token_url: str
    scopes: tuple[str, ...]
    extras: Mapping[str, str] = field(default_factory=dict)


def origin(url: str) -> str:
    """Scheme, host and port of ``url``, as a content policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def microsoft(tenant: str | None) -> Provider:
    """Microsoft 365; raises ``DomainError`` when ``tenant`` can be no directory."""
    directory = tenant or ANY_ORGANISATION
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}", directory):
        raise DomainError("tenant_impossible", N_("The tenant is the directory (tenant) ID, or a domain such as firm.onmicrosoft.com."))
    place = f"https://login.microsoftonline.com/{directory}/oauth2/v2.0"
    return Provider(
        f"{place}/authorize",
        f"{place}/token",
        ("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access"),
    )


GOOGLE = Provider(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    ("https://mail.google.com/",),
    {"access_type": "offline", "prompt": "consent"},
)


def other(authorization_url: str | None, token_url: str | None, scopes: str | None) -> Provider:
    """A provider of one's own; raises ``DomainError`` for an address that is not https."""
    for url in (authorization_url, token_url):
        if not is_https(url or ""):
            raise DomainError(
                "provider_address", N_("Type both addresses of the provider. They begin with https:// and hold no user name.")
            )
    return Provider(authorization_url or "", token_url or "", tuple((scopes or "").split()))


def is_https(url: str) -> bool:
    """Whether ``url`` is an https address without a user name, fit for a header and a page."""
    try:
        parts = urlsplit(url)
        is_plain = url.isascii() and url.isprintable() and not set(url) & set(" \"'<>;,")
        return is_plain and parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:  # no port, or a broken IPv6 address
        return False
