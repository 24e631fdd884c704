"""Whether our own mail server vouches for the author's domain (RFC 8601)."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import authres

from app.inbound.mime.mail import Mail

MAX_RESULTS = 16_384
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Authentication:
    """The verdict and its ground: "dmarc", "dkim", or why there is no pass: "absent", "failed"."""

    is_passed: bool
    ground: str


def authenticate(mail: Mail, own_servers: Collection[str], own_domains: Collection[str] = ()) -> Authentication:
    """Judge the topmost Authentication-Results of one of ``own_servers`` (authserv-ids).

    Results of other servers are forgeable and not looked at; an absent header is not a pass. ``own_domains``
    are those whose signature also vouches for the domains below them.
    """
    servers = {normal_server(each) for each in own_servers} - {""}
    results = _topmost(mail, servers) if servers else None
    if mail.author is None or results is None:
        return Authentication(False, "absent")
    # Which of several authors the server judged is not known.
    if any(each.code == "several_authors" for each in mail.warnings):
        return Authentication(False, "failed")
    domain = mail.author.domain
    found = [(str(each.method).lower(), str(each.result).lower(), _properties(each)) for each in results.results]
    if any(method == "dmarc" and result in ("fail", "permerror") for method, result, _ in found):
        return Authentication(False, "failed")
    passed = [(method, values) for method, result, values in found if result == "pass"]
    if any(method == "dmarc" and values.get("header.from", "").strip("@") == domain for method, values in passed):
        return Authentication(True, "dmarc")
    if any(method == "dkim" and _is_aligned(domain, _signer(values), own_domains) for method, values in passed):
        return Authentication(True, "dkim")
    return Authentication(False, "failed")


def normal_server(name: str) -> str:
    """An authserv-id as it is compared."""
    return name.strip().strip('"').lower().rstrip(".")


def server_of(results: str) -> str:
    """The authserv-id that one Authentication-Results value begins with; empty where the server does not name itself."""
    head = results[:MAX_RESULTS].partition(";")[0]
    while (shorter := _COMMENT.sub(" ", head)) != head:
        head = shorter
    words = head.split()
    return "" if not words or "=" in words[0] or "(" in words[0] else normal_server(words[0])


def _topmost(mail: Mail, servers: Collection[str]) -> authres.AuthenticationResultsHeader | None:
    for value in mail.authentication_results:
        if server_of(value) not in servers:
            continue
        try:
            results = value[:MAX_RESULTS].partition(";")[2]
            return authres.AuthenticationResultsHeader.parse(f"Authentication-Results: ours;{results}")
        except (authres.AuthResError, ValueError, IndexError, RecursionError):
            return None
    return None


def _properties(result: authres.AuthenticationResult) -> dict[str, str]:
    """The properties by type and name; one that is given twice with two values counts as absent."""
    values: dict[str, str] = {}
    for each in result.properties:
        name, value = f"{each.type}.{each.name}".lower(), str(each.value or "").lower()
        values[name] = value if values.get(name, value) == value else ""
    return values


def _signer(values: dict[str, str]) -> str:
    return (values["header.d"] if "header.d" in values else values.get("header.i", "")).rpartition("@")[2]


def _is_aligned(author_domain: str, signed: str, own_domains: Collection[str]) -> bool:
    """The author's own domain signed; or one above it that is ours: any other could be a public one, such as co.uk."""
    if signed == author_domain:
        return bool(signed)
    is_ours = any(signed == ours or signed.endswith("." + ours) for ours in own_domains)
    return is_ours and author_domain.endswith("." + signed)
