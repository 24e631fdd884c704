"""What the leaves of a message give: its text, its files, the messages inside it, its reports."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from html import escape

from app.inbound.mime import structure
from app.inbound.mime.charsets import tidy
from app.inbound.mime.filenames import safe_name
from app.inbound.mime.flowed import unflowed
from app.inbound.mime.headers import clean_address
from app.inbound.mime.html import to_text
from app.inbound.mime.limits import MAX_PARTS, Oddities, cut
from app.inbound.mime.mail import Mail, Part
from app.inbound.mime.ordinary import Ordinary
from app.inbound.mime.parse import message_of
from app.inbound.mime.structure import MESSAGE_TYPES, REPORT_TYPES, Budget, Leaf
from app.inbound.mime.tnef import Tnef, Unreadable, read_tnef

TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})

ReadNested = Callable[[Message, Budget, int], Mail | None]


@dataclass(slots=True)
class Gathered:
    text: str = ""
    html: str | None = None
    attachments: list[Part] = field(default_factory=list)
    nested: list[Mail] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)
    calendar: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Texts:
    """The versions of one piece of text: those of one multipart/alternative, or one leaf."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


def part(name: str, kind: str, content: bytes, *, is_inline: bool = False, content_id: str = "") -> Part:
    return Part(
        name=safe_name(name, kind),
        type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        is_inline=is_inline,
        content_id=content_id or None,
        content=content,
    )


def gather(
    nodes: Sequence[Leaf],
    budget: Budget,
    *,
    depth: int,
    answers: Ordinary | None,
    read_nested: ReadNested,
) -> Gathered:
    """Sort the leaves. ``answers`` of mail-parser spare decoding them again; ``read_nested`` reads inside."""
    found = Gathered()
    is_report = any(leaf.type in REPORT_TYPES for leaf in nodes)
    pieces: dict[int, _Texts] = {}
    for position, leaf in enumerate(nodes):
        if leaf.is_text and leaf.type != "text/enriched":
            text = tidy(answers.texts.get(position, "")) if answers else structure.text(leaf, budget.oddities)
            if leaf.type == "text/plain" and (flow := structure.flow(leaf)):
                text = unflowed(text, is_joined=flow == "joined")
            piece = pieces.setdefault(leaf.alternative or -1 - position, _Texts())
            (piece.html if leaf.type == "text/html" else piece.plain).append(text)
        elif leaf.type in MESSAGE_TYPES:
            _take_message(leaf, found, budget, depth, read_nested, is_report=is_report)
        else:
            content = answers.files[position] if answers else structure.content(leaf.part)
            _take_file(leaf, content, found, budget, depth, read_nested)
    _join(pieces, found)
    _mark_inline(found)
    return found


def _join(pieces: dict[int, _Texts], found: Gathered) -> None:
    texts: list[str] = []
    pages: list[str] = []
    has_html = any(each.html for each in pieces.values())
    for each in pieces.values():
        plain = "\n".join(each.plain)
        page = "\n".join(each.html)
        if not plain.strip() and page:
            plain = to_text(page)
        if plain.strip():
            texts.append(plain.strip("\n"))
        if has_html and (page or plain.strip()):
            pages.append(page or f"<pre>{escape(plain)}</pre>")
    if not found.text:
        found.text = "\n\n".join(texts) if len(texts) > 1 else "".join(texts)
    if pages:
        found.html = "\n".join(pages)


def _mark_inline(found: Gathered) -> None:
    """A file is inline when the HTML shows it, whatever its disposition claims."""
    if not found.html:
        return
    for index, each in enumerate(found.attachments):
        if each.content_id and not each.is_inline and f"cid:{each.content_id}" in found.html:
            found.attachments[index] = Part(
                each.name, each.type, each.size, each.sha256, True, each.content_id, each.content
            )


def _take_message(
    leaf: Leaf, found: Gathered, budget: Budget, depth: int, read_nested: ReadNested, *, is_report: bool
) -> None:
    payload = leaf.part.get_payload()
    inside = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inside, Message):
        # Encoded in base64 against RFC 2046, as some gateways do.
        inside = message_of(cut(structure.content(leaf.part), budget.oddities))
    nested = read_nested(inside, budget, depth + 1)
    if nested is None:
        return
    found.nested.append(nested)
    if is_report:
        # The message that came back is evidence, not a file that somebody sent.
        return
    name = leaf.name or (nested.subject or "message") + ".eml"
    found.attachments.append(part(name, leaf.type, structure.as_bytes(inside)))


def _take_file(
    leaf: Leaf, content: bytes, found: Gathered, budget: Budget, depth: int, read_nested: ReadNested
) -> None:
    name = leaf.name.lower()
    if leaf.type in REPORT_TYPES:
        found.reports.append(part(leaf.name, leaf.type, content))
        return
    is_tnef = leaf.type in TNEF_TYPES or name == "winmail.dat"
    if is_tnef and _take_tnef(content, found, budget.oddities):
        return
    if name.endswith(".eml") and leaf.type not in CALENDAR_TYPES:
        nested = _nested_file(content, budget, depth, read_nested)
        if nested:
            found.nested.append(nested)
    if leaf.type in CALENDAR_TYPES:
        found.calendar.append(tidy(content[:65536].decode("utf-8", "replace")))
    if not content and not leaf.name:
        return
    kind = "text/plain" if leaf.type == "text/enriched" else leaf.type
    is_shown = leaf.disposition == "inline" or bool(leaf.content_id and leaf.disposition != "attachment")
    is_inline = is_shown and kind.startswith("image/")
    found.attachments.append(part(leaf.name, kind, content, is_inline=is_inline, content_id=leaf.content_id))


def _nested_file(content: bytes, budget: Budget, depth: int, read_nested: ReadNested) -> Mail | None:
    try:
        inside = message_of(cut(content, budget.oddities))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, KeyError):
        return None
    return read_nested(inside, budget, depth + 1) if inside.get("from") else None


def _take_tnef(content: bytes, found: Gathered, oddities: Oddities) -> bool:
    try:
        tnef = read_tnef(content)
    except Unreadable:
        oddities.add("attachment_unreadable")
        return False
    for each in tnef.files[:MAX_PARTS]:
        found.attachments.append(part(each.name, each.type, each.content, content_id=each.content_id))
    found.nested.extend(_tnef_mail(each) for each in tnef.messages)
    found.text = found.text or tidy(tnef.text)
    found.html = found.html or tidy(tnef.html) or None
    return True


def _tnef_mail(tnef: Tnef) -> Mail:
    """An Outlook message inside winmail.dat, as far as it can be told without its directory."""
    return Mail(
        subject=tidy(tnef.subject)[:1000],
        author=clean_address(*tnef.sender),
        date=tnef.sent_at,
        text=tidy(tnef.text) or to_text(tidy(tnef.html)),
        html=tidy(tnef.html) or None,
        attachments=tuple(part(each.name, each.type, each.content) for each in tnef.files),
    )
