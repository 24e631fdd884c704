"""The tree of a message: which leaves are text, which are files, which are whole messages.

It stands on the compat32 message object of the standard library, which errs on no input.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value, unquote

from app.inbound.mime.charsets import decode
from app.inbound.mime.headers import decoded
from app.inbound.mime.limits import MAX_DEPTH, MAX_PARAMETERS, MAX_PARTS, MAX_TEXT_BYTES, Oddities

_UUENCODE = frozenset(("x-uuencode", "uuencode", "uue", "x-uue"))
REPORT_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/feedback-report",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "text/rfc822-headers",
        "message/global-headers",
    }
)
MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
_PARAMETER = re.compile(r'\s*;\s*([\w-]+)=("[^"]*"|[\w!#$%&\'+.^`{|}~/:-]+)\s*(?=;|$)')
_FEW = 10
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(slots=True)
class Leaf:
    """A node that holds content. ``alternative`` numbers the multipart/alternative around it, 0: none."""

    part: Message
    type: str
    disposition: str
    name: str
    content_id: str
    alternative: int = 0

    @property
    def is_text(self) -> bool:
        """Whether a mail program shows it as the text of the message."""
        if self.type not in ("text/plain", "text/html", "text/enriched"):
            return False
        return self.disposition != "attachment" and not self.name


@dataclass(slots=True)
class Budget:
    """What is left of the parts that one delivered message may hold, nested messages included."""

    oddities: Oddities
    parts: int = MAX_PARTS
    alternatives: int = 0
    leaves: list[Leaf] = field(default_factory=list)


def parameters(part: Message, header: str) -> dict[str, str]:
    """Return the parameters of a MIME header, decoded; the parser is quadratic, so the header is cut."""
    raw = str(part.get(header, ""))[:MAX_PARAMETERS]
    if ";" not in raw:
        return {}
    if (simple := _simple_parameters(raw)) is not None:
        return simple
    probe = Message()
    probe["content-type"] = raw
    found: dict[str, str] = {}
    try:
        params = probe.get_params(unquote=True) or []
    except (ValueError, LookupError, UnicodeError, TypeError):
        return {}
    for name, value in params[1:50]:
        try:
            text = collapse_rfc2231_value(value)
        except (ValueError, LookupError, UnicodeError, TypeError):
            text = value[2] if isinstance(value, tuple) else str(value)
        found.setdefault(name.lower(), decoded(unquote(text)))
    return found


def _simple_parameters(raw: str) -> dict[str, str] | None:
    """The parameters of a header without escapes, continuations or foreign letters; None if it has any."""
    behind = raw.index(";")
    if not raw.isascii() or "\\" in raw or "*" in raw or "=?" in raw or raw.count(";") > _FEW:
        return None
    found: dict[str, str] = {}
    while parameter := _PARAMETER.match(raw, behind):
        found.setdefault(parameter[1].lower(), decoded(parameter[2].strip('"')))
        behind = parameter.end()
    return found if behind == len(raw) else None


def content_type(part: Message) -> str:
    raw = str(part.get("content-type", ""))[:MAX_PARAMETERS].split(";", 1)[0].strip().lower()
    raw = "".join(raw.split())
    if _TOKEN.fullmatch(raw):
        return raw
    if raw in ("text", "html", "plain"):
        return "text/html" if raw == "html" else "text/plain"
    return part.get_default_type() if not raw else "text/plain"


def leaf(part: Message, kind: str, alternative: int) -> Leaf:
    disposition = str(part.get("content-disposition", ""))[:MAX_PARAMETERS]
    name = ""
    if disposition or ";" in str(part.get("content-type", "")):
        name = parameters(part, "content-disposition").get("filename", "")
        name = name or parameters(part, "content-type").get("name", "")
    content_id = decoded(str(part.get("content-id", ""))[:998]).strip("<> ")
    return Leaf(
        part=part,
        type=kind,
        disposition=disposition.split(";", 1)[0].strip().lower(),
        name=name,
        content_id=content_id,
        alternative=alternative,
    )


def leaves(message: Message, budget: Budget, *, depth: int = 0, alternative: int = 0) -> Iterator[Leaf]:
    """Yield the leaves in their order. A message/rfc822 counts as a leaf: its inside is not walked."""
    if budget.parts <= 0:
        budget.oddities.add("too_many_parts", limit=MAX_PARTS)
        return
    budget.parts -= 1
    kind = content_type(message)
    children = message.get_payload()
    if isinstance(children, list) and kind.startswith("multipart/"):
        if depth >= MAX_DEPTH:
            budget.oddities.add("too_deep", limit=MAX_DEPTH)
            return
        if kind == "multipart/alternative" and not alternative:
            budget.alternatives += 1
            alternative = budget.alternatives
        for child in children:
            if isinstance(child, Message):
                yield from leaves(child, budget, depth=depth + 1, alternative=alternative)
        return
    if kind.startswith("multipart/"):
        # No boundary inside: what is there is still text to somebody.
        budget.oddities.add("structure_damaged")
        kind = "text/plain"
    yield leaf(message, kind, alternative)


def content(part: Message) -> bytes:
    """Return the bytes of a leaf after its transfer encoding, whatever state they are in."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"".join(as_bytes(child) for child in payload if isinstance(child, Message))
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    if encoding in _UUENCODE:
        return _uudecoded(str(payload or "").encode("utf-8", "surrogateescape"))
    if encoding == "base64":
        try:
            return binascii.a2b_base64(str(payload or "").encode("ascii", "surrogateescape"))
        except (binascii.Error, ValueError):
            pass  # what is not padded right, the message object repairs
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError, TypeError, AssertionError):
        found = None
    if isinstance(found, bytes):
        return found
    return str(payload or "").encode("utf-8", "surrogateescape")


def _uudecoded(payload: bytes) -> bytes:
    """Bytes for what each line really holds; one that promises more gets no more (POSIX.1, uuencode)."""
    head, begin, body = payload.partition(b"begin ")
    if not begin or (head and not head.endswith(b"\n")):
        return payload
    found = bytearray()
    for line in body.split(b"\n")[1:]:
        line = line.rstrip(b"\r")
        if line == b"end":
            break
        try:
            found += binascii.a2b_uu(line)[: (len(line) + 2) // 4 * 3]  # blanks at the end of a line get lost on the way
        except binascii.Error:
            continue  # a damaged line; those behind it may be whole
    return bytes(found)


def as_bytes(message: Message) -> bytes:
    """Return a nested message as a file; one that cannot be written again gives its headers and text."""
    try:
        return message.as_bytes()
    except (ValueError, LookupError, UnicodeError, TypeError, KeyError, AttributeError, RecursionError):
        head = "".join(f"{name}: {value}\n" for name, value in message.raw_items())
        payload = message.get_payload()
        body = payload if isinstance(payload, str) else ""
        return (head + "\n" + body).encode("utf-8", "surrogateescape")


def flow(found: Leaf) -> str:
    """How the lines of a text are to be joined (RFC 3676): "", "spaced" or, where the blank at the end goes, "joined"."""
    declared = str(found.part.get("content-type", ""))[:MAX_PARAMETERS]
    if "flowed" not in declared.lower():
        return ""
    given = parameters(found.part, "content-type")
    if given.get("format", "").lower() != "flowed":
        return ""
    return "joined" if given.get("delsp", "").lower() == "yes" else "spaced"


def text(found: Leaf, oddities: Oddities) -> str:
    """Return the text of a leaf through the ladder of charsets, as far as anybody reads on."""
    charset = parameters(found.part, "content-type").get("charset")
    readable, assumed = decode(content(found.part)[:MAX_TEXT_BYTES], charset)
    if assumed:
        oddities.add("charset_guessed", charset=assumed)
    return readable
