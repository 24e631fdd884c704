"""What mail-parser says of an ordinary message: the customer's choice for headers, bodies and files.

It is asked about a message of at most one level of surprise: each leaf is plain text, HTML or a named
file, no header that matters is repeated, nothing is damaged. Anything else is read from the tree.
"""

import binascii
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from mailparser import MailParser

from app.inbound.mime.headers import Fields
from app.inbound.mime.limits import MAX_ORDINARY
from app.inbound.mime.structure import Leaf

_MIME = ("content-type", "content-transfer-encoding", "content-disposition")
_ASKED = ("from", "to", "cc", "reply-to", "subject")
_ONCE = (*_ASKED, "date")
_SIGNS = "¹³¿±¶¼"
_MISREAD = re.compile(f"[A-Za-z][{_SIGNS}][a-z]")
_C1_CONTROLS = re.compile("[\x80-\x9f]")
# Charsets written in ASCII bytes, which it takes for the text itself when no transfer encoding is named, and
# those of two or four bytes a letter, which it does not read.
_UNUSUAL = re.compile("iso-2022|hz-gb|utf-?7|unicode|utf-?16|utf-?32|ucs-?[24]", re.IGNORECASE)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]+")
_TRANSFER = frozenset(("", "7bit", "8bit", "binary", "quoted-printable", "base64"))  # of two bytes uuencode makes 45

# It reports each unknown subtype on the root logger's stderr.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


class _Parser(MailParser):
    """mail-parser without its summary: two dictionaries of all headers and parts, which nobody here reads."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:
        return {}


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The answers of mail-parser: mailboxes by header name, texts and files by position of the leaf."""

    subject: str
    mailboxes: dict[str, list[tuple[str, str]]]
    texts: dict[int, str]
    files: dict[int, bytes]


def ordinary(message: Message, found: Fields, leaves: Sequence[Leaf]) -> Ordinary | None:
    """Return mail-parser's reading of ``message``, or None when the tree must be read instead."""
    if not all(len(found.get(name, ())) <= 1 for name in _ONCE) or not _is_simple(message, leaves):
        return None
    probe = Message()
    for name in (*_ASKED, *_MIME):
        if name in found:
            probe[name] = found[name][0]
    # The payload is shared, not copied: the bytes are parsed once.
    probe._payload = message._payload  # type: ignore[attr-defined]
    try:
        return _answers(_Parser(probe), leaves)
    except Exception:  # noqa: BLE001 - whatever goes wrong in it, the message is read without it
        return None


def _is_simple(message: Message, leaves: Sequence[Leaf]) -> bool:
    if message.defects or not leaves:
        return False
    if sum(len(each.part.get_payload()) for each in leaves) > MAX_ORDINARY:
        return False  # it holds each file several times over
    return all(
        not each.part.defects
        and not each.part.is_multipart()
        and str(each.part.get("content-transfer-encoding", "")).strip().lower() in _TRANSFER
        and (each.type in ("text/plain", "text/html") if each.is_text else bool(each.name))
        and not _UNUSUAL.search(str(each.part.get("content-type", "")))
        for each in leaves
    )


def _is_misread(text: str) -> bool:
    """Whether a sign stands inside a word. Every mail is asked: most have none of them, which is seen much sooner."""
    return any(sign in text for sign in _SIGNS) and _MISREAD.search(text) is not None


def _answers(parser: MailParser, leaves: Sequence[Leaf]) -> Ordinary | None:
    if parser.defects_categories:
        return None
    plain, html = iter(parser.text_plain), iter(parser.text_html)
    files = iter(parser.attachments)
    texts: dict[int, str] = {}
    contents: dict[int, bytes] = {}
    counts = [0, 0, 0]
    for position, each in enumerate(leaves):
        if not each.is_text:
            contents[position] = _file(next(files))
            counts[2] += 1
        elif each.part.get_payload():
            text = next(html if each.type == "text/html" else plain)
            if not text.isascii() and (_C1_CONTROLS.search(text) or "\ufffd" in text or _is_misread(text)):
                return None
            texts[position] = text
            counts[each.type == "text/html"] += 1
    if counts != [len(parser.text_plain), len(parser.text_html), len(parser.attachments)]:
        return None
    boxes = {"from": parser.from_, "to": parser.to, "cc": parser.cc, "reply-to": parser.reply_to}
    return Ordinary(str(parser.subject or ""), boxes, texts, contents)


def _file(attachment: dict[str, str]) -> bytes:
    payload = attachment["payload"]
    try:
        return binascii.a2b_base64(payload)  # passes over line ends
    except (binascii.Error, ValueError):
        pass
    payload = _NOT_BASE64.sub("", payload)
    try:
        return binascii.a2b_base64(payload + "=" * (-len(payload) % 4))
    except binascii.Error as error:
        raise ValueError("attachment is not base64") from error
