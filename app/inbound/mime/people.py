"""Who outside the firm a message is about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.proposals import Detail, Fact
from app.inbound.mime.directory import Directory, is_free_mail, is_machine
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.signatures import NOTHING, read_signature
from app.support.text import fold

_ROLES = frozenset(
    [
        "info", "contact", "sales", "office", "biuro", "sekretariat", "accueil", "commercial", "ventes",
        "achats", "kontakt", "hello", "bonjour", "admin", "support", "service", "zakupy", "handlowy",
        "comptabilite", "compta", "accounting", "purchasing", "direction", "secretariat", "mail", "poczta",
        "sklep",
    ]
)
_DIGITS = re.compile(r"\d+")
_PLAIN = re.compile(r"[^a-z0-9]")
_LAST_LINES = 40


@dataclass(frozen=True, slots=True)
class Contact:
    """The external person. ``facts`` are what they say of themselves; ``company_domain`` is None for free-mail."""

    name: str
    address: str
    phone: str | None = None
    company: str | None = None
    company_domain: str | None = None
    is_confirmed: bool = True
    facts: tuple[Fact, ...] = ()


def contact(
    person: Address, *, text: str, directory: Directory, html: str | None = None, is_confirmed: bool = True
) -> Contact:
    """Return ``person`` with what the signature in ``text``, their own words, tells about them."""
    found = NOTHING
    if text.strip():
        found = read_signature(text, html=html, region=directory.region, person=person, is_ours=directory.is_ours)
    domain = None if is_free_mail(person.domain) else person.domain
    return Contact(
        name=person.name or found.name or name_of(person),
        address=person.address,
        phone=found.first(Detail.PHONE),
        company=found.first(Detail.COMPANY) or (named_like(domain, text) if domain else None),
        company_domain=domain,
        is_confirmed=is_confirmed,
        facts=found.facts,
    )


def typed_facts(phone: str | None, typed: str | None) -> tuple[Fact, ...]:
    """What the field for a telephone in a web form states, if it holds one: ``phone`` in E.164."""
    return (Fact(Detail.PHONE, phone, typed or phone),) if phone and phone.startswith("+") else ()


def named_like(domain: str, text: str) -> str | None:
    """The line among the last ones of ``text`` that says the name in ``domain``: Wędzarnia Narew of wedzarnia-narew.pl."""
    labels = {label.replace("-", "") for label in domain.split(".")[:-1] if len(label) > 3}
    for line in reversed(text.strip().split("\n")[-_LAST_LINES:]):
        shown = line.strip(" *|,;")
        if 3 < len(shown) <= 60 and "@" not in shown and "." not in shown and _PLAIN.sub("", fold(shown)) in labels:
            return shown
    return None


def name_of(person: Address) -> str:
    """Guess a name from the local part: ``jean.dupont`` is Jean Dupont; an office has none."""
    local = _DIGITS.sub("", person.local_part.partition("+")[0])
    words = [word for word in re.split(r"[._-]+", local) if word]
    if not words or words[0] in _ROLES:
        return ""
    return " ".join(word.capitalize() for word in words)[:200]


def externals(mailboxes: Iterable[Address], directory: Directory, mail: Mail) -> tuple[Address, ...]:
    """Return the people outside the firm among ``mailboxes``, each once, lists and machines left out."""
    lists = _list_addresses(mail)
    found = {
        each.address: each
        for each in mailboxes
        if each.address and directory.is_external_person(each) and each.address not in lists
    }
    return tuple(found.values())


def _list_addresses(mail: Mail) -> frozenset[str]:
    posts = " ".join(mail.headers.get("list-post", ())).lower()
    return frozenset(re.findall(r"mailto:([^\s<>?,]{3,254})", posts))


def writer(mail: Mail, directory: Directory) -> Address | None:
    """Return who really wrote: Reply-To counts only for no-reply senders and lists that rewrite From."""
    author = mail.author
    is_rewritten = author is not None and bool(
        mail.headers.keys() & {"list-id", "x-original-from", "x-original-sender", "x-google-original-from"}
        and (directory.crm_address(author.address) or " via " in author.name)
    )
    if author is not None and not is_rewritten and not is_machine(author.address):
        return author
    for candidate in _originals(mail) if is_rewritten else mail.reply_to:
        if directory.is_external_person(candidate):
            return candidate
    return author


def _originals(mail: Mail) -> Sequence[Address]:
    found: list[Address] = []
    for name in ("x-original-from", "x-google-original-from", "x-original-sender"):
        for value in mail.headers.get(name, ()):
            match = re.search(r"([^<>]{0,200})<?\b([^\s<>@]{1,64}@[^\s<>]{1,253})>?", value)
            if match:
                found.append(Address(match[1].strip(" \"'"), match[2].lower()))
    return [*found, *mail.reply_to]
