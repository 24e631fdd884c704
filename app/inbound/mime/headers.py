"""Header fields as text, addresses, identifiers and dates, whatever their authors did to them."""

import base64
import binascii
import hashlib
import quopri
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from mailparser.utils import get_addresses

from app.inbound.mime.charsets import decode
from app.inbound.mime.limits import MAX_HEADER, MAX_HEADERS, MAX_RECIPIENTS, Oddities
from app.inbound.mime.mail import Address

Fields = Mapping[str, Sequence[str]]

MAX_ID = 255
MAX_REFERENCES = 32

_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_WORD = re.compile(r"=\?([\w.:*+/()-]{1,75})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_FIND_ADDRESS = re.compile(r"(?<![^\s<,;:\"(])[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_IDS = re.compile(r"<([^<>]{1,998})>")
_RECEIVED_FOR = re.compile(r"\bfor\s+<?([^\s<>;@]{1,64}@[^\s<>;]{1,253})>?", re.IGNORECASE)

# Most trustworthy first: who the server says that the message was delivered to.
_DELIVERED = (
    "x-gm-original-to",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
)


def fields(items: Iterable[tuple[str, object]], oddities: Oddities) -> Fields:
    """Return the raw values by lower-case name, in order, within the limits."""
    found: dict[str, list[str]] = {}
    lines = 0
    for name, value in items:
        raw = str(value)
        lines += 1 + raw.count("\n")
        if lines > MAX_HEADERS:
            oddities.add("too_many_headers", limit=MAX_HEADERS)
            if lines - raw.count("\n") > MAX_HEADERS:
                break
            raw = "\n".join(raw.split("\n")[: MAX_HEADERS - lines])
        if len(raw) > MAX_HEADER:
            oddities.add("header_too_long", limit=MAX_HEADER // 1024)
            raw = raw[:MAX_HEADER]
        found.setdefault(name.lower(), []).append(raw)
    return found


def first(found: Fields, name: str) -> str:
    values = found.get(name)
    return values[0] if values else ""


def unfolded(raw: str) -> str:
    """Return one header on one line, its encoded words left alone: decoding them would let an address write results."""
    return _SPACES.sub(" ", _CONTROLS.sub(" ", _FOLD.sub(" ", raw[:MAX_HEADER]))).strip()


def decoded(raw: str) -> str:
    """Return one header as readable text on one line (RFC 2047, tolerant of raw 8-bit text)."""
    raw = _FOLD.sub(" ", raw[:MAX_HEADER])
    if "=?" not in raw and raw.isascii():
        return _SPACES.sub(" ", _CONTROLS.sub(" ", raw)).strip()
    text: list[str] = []
    pending: list[bytes] = []
    charset = ""
    done = 0
    for match in _WORD.finditer(raw):
        between = raw[done : match.start()]
        same = pending and not between.strip() and match[1].lower() == charset
        if pending and not same:
            text.append(decode(b"".join(pending), charset)[0])
            pending = []
        if between.strip() or (between and not done):
            text.append(_eight_bit(between))
        charset = match[1].lower()
        pending.append(_word_bytes(match[2], match[3]))
        done = match.end()
    if pending:
        text.append(decode(b"".join(pending), charset)[0])
    text.append(_eight_bit(raw[done:]))
    return _SPACES.sub(" ", _CONTROLS.sub(" ", "".join(text))).strip()


def _eight_bit(raw: str) -> str:
    if raw.isascii():
        return raw
    return decode(_raw_bytes(raw), None)[0]


def _raw_bytes(raw: str) -> bytes:
    """The bytes that the parser of headers read; a stray half of a character becomes a question mark."""
    try:
        return raw.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return raw.encode("utf-8", "replace")


def _word_bytes(encoding: str, payload: str) -> bytes:
    content = _raw_bytes(payload)
    if encoding in "qQ":
        return quopri.decodestring(content, header=True)
    content = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    if len(content) % 4 == 1:
        content = content[:-1]
    try:
        return base64.b64decode(content + b"=" * (-len(content) % 4))
    except (binascii.Error, ValueError):
        return b""


def clean_address(name: str, address: str) -> Address | None:
    """Return the mailbox with a tidy name, None when ``address`` is none."""
    address = address.strip().strip("'")
    if len(address) > 254 or not _ADDRESS.fullmatch(address) or ".." in address or (not address.isascii() and _is_disguised(address)):
        return None
    address = address.lower()
    name = _SPACES.sub(" ", _CONTROLS.sub(" ", name)).strip().strip("\"'").strip()
    return Address("" if name.lower() == address else name[:200], address)


def _is_disguised(address: str) -> bool:
    """Whether ``address`` has signs that no address may have and that look like another's: the Kelvin sign, "ﬁ", what nobody sees."""
    plain = unicodedata.normalize("NFC", address.partition("@")[2])
    return (
        unicodedata.normalize("NFKC", address).isascii()
        or unicodedata.normalize("NFKC", plain) != plain
        or any(unicodedata.category(each) == "Cf" for each in address)
    )


def addresses(values: Sequence[str], oddities: Oddities) -> tuple[Address, ...]:
    """Return the mailboxes of every occurrence of an address header, each once."""
    found: dict[str, Address] = {}
    for value in values:
        for name, address in _pairs(value):
            mailbox = clean_address(name, address)
            if mailbox and mailbox.address not in found:
                if len(found) >= MAX_RECIPIENTS:
                    oddities.add("too_many_recipients", limit=MAX_RECIPIENTS)
                    return tuple(found.values())
                found[mailbox.address] = mailbox
    return tuple(found.values())


def _pairs(value: str) -> list[tuple[str, str]]:
    value = value.replace("\x00", "")
    try:
        pairs = get_addresses(_utf8(value), decode_names=True)
        if any("@" in address for _, address in pairs):
            return [(decoded(name), address) for name, address in pairs]
    except (ValueError, LookupError, RecursionError, TypeError, IndexError, AttributeError):
        pass
    try:
        pairs = [(decoded(name), address) for name, address in getaddresses([value])]
        if any("@" in address for _, address in pairs):
            return pairs
    except (ValueError, RecursionError, IndexError):
        pass
    # Beyond repair by the grammar: the addresses alone are still better than nothing.
    readable = decoded(value)
    return [("", address) for address in _FIND_ADDRESS.findall(readable)]


def _utf8(value: str) -> str:
    return value if value.isascii() else _eight_bit(value)


def envelope(found: Fields) -> tuple[str, ...]:
    """Return the addresses that the trace headers name, most trustworthy first, each once."""
    candidates: dict[str, None] = {}
    for name in _DELIVERED:
        for value in found.get(name, ())[:MAX_RECIPIENTS]:
            candidates.update(dict.fromkeys(_FIND_ADDRESS.findall(value.lower())))
    topmost = _RECEIVED_FOR.search(_FOLD.sub(" ", first(found, "received")[:4096]))
    if topmost:
        candidates[topmost[1].lower()] = None
    for name in ("resent-to", "resent-cc"):
        for value in found.get(name, ())[:MAX_RECIPIENTS]:
            candidates.update(dict.fromkeys(_FIND_ADDRESS.findall(value.lower())))
    return tuple(candidates)[:MAX_RECIPIENTS]


def message_id(raw: str) -> str | None:
    """Return the identifier without brackets, its domain in lower case; a long one is hashed."""
    ids = identifiers(raw)
    return ids[0] if ids else None


def identifiers(raw: str) -> tuple[str, ...]:
    """Return the identifiers of a Message-ID, In-Reply-To or References header, in its order."""
    raw = _CONTROLS.sub(" ", _utf8(raw))
    ids = _IDS.findall(raw)
    if not ids:
        ids = [word for word in raw.split() if "@" in word] or raw.split()[:1]
    normal = (_normal_id(identifier) for identifier in ids)
    return tuple(dict.fromkeys(identifier for identifier in normal if identifier))


def _normal_id(identifier: str) -> str:
    local, at, domain = _SPACES.sub("", identifier).strip("<>").rpartition("@")
    normal = local + at + domain.lower()
    if len(normal) > MAX_ID:
        digest = hashlib.sha256(normal.encode("utf-8", "replace")).hexdigest()
        normal = normal[: MAX_ID - 65] + "~" + digest
    return normal


def date(raw: str) -> datetime | None:
    """Return the moment with the offset that its author wrote; without an offset it is UTC."""
    try:
        moment = parsedate_to_datetime(decoded(raw[:200]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        moment.astimezone(UTC)
        return moment if 1970 <= moment.year <= 2199 else None
    except (ValueError, OverflowError):
        return None


