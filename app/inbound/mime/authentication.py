"""Whether our own mail server vouches for the author's domain (RFC 8601)."""

from collections.abc import Collection
from dataclasses import dataclass

import authres

from app.inbound.mime.mail import Mail


@dataclass(frozen=True, slots=True)
class Authentication:
    """The verdict and its ground: "dmarc", "dkim", or why there is no pass: "absent", "failed"."""

    is_passed: bool
    ground: str


def authenticate(mail: Mail, own_servers: Collection[str]) -> Authentication:
    """Judge the topmost Authentication-Results of one of ``own_servers`` (authserv-ids, lower case).

    Results of other servers are forgeable and not looked at; an absent header is not a pass.
    """
    if mail.author is None or not own_servers:
        return Authentication(False, "absent")
    results = _topmost(mail, own_servers)
    if results is None:
        return Authentication(False, "absent")
    domain = mail.author.domain
    is_single = not any(each.code == "several_authors" for each in mail.warnings)
    for result in results.results if is_single else ():
        method = str(result.method).lower()
        if str(result.result).lower() != "pass":
            continue
        values = {f"{each.type}.{each.name}": str(each.value or "").lower() for each in result.properties}
        if method == "dmarc" and values.get("header.from", "").strip("@") == domain:
            return Authentication(True, "dmarc")
        signed = values.get("header.d") or values.get("header.i", "")
        if method == "dkim" and _is_aligned(domain, signed):
            return Authentication(True, "dkim")
    return Authentication(False, "failed")


def _topmost(mail: Mail, own_servers: Collection[str]) -> authres.AuthenticationResultsHeader | None:
    for value in mail.authentication_results:
        server = value.split(";", 1)[0].split("(", 1)[0].split()
        if not server or server[0].lower().rstrip(".") not in own_servers:
            continue
        try:
            return authres.AuthenticationResultsHeader.parse("Authentication-Results: " + value[:16_384])
        except (authres.AuthResError, ValueError, IndexError, RecursionError):
            return None
    return None


def _is_aligned(author_domain: str, signed: str) -> bool:
    """Relaxed alignment towards the parent only: a signature of the author's domain or of one above it."""
    signed = signed.rpartition("@")[2]
    return signed.count(".") >= 1 and (author_domain == signed or author_domain.endswith("." + signed))
