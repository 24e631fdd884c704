"""Find the mail that somebody forwarded: who wrote it, to whom, when and what.

Programs agree on little but structure: perhaps a line that announces a forwarded mail, then a
block of headers in the language of the program, then the mail. Nothing else names a sender.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.inbound.mime.announcements import RULE, announcement, ends_message
from app.inbound.mime.attributions import Attribution, find_attributions
from app.inbound.mime.forward_labels import Field
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.header_lines import Block
from app.inbound.mime.html_lines import read_html
from app.inbound.mime.limits import MAX_TEXT_LINES
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.plain_lines import Line, analysed, split_lines, trimmed, unquoted
from app.inbound.mime.subjects import bare, is_forward, is_reply

_DEEPEST = 10
_MARK = "\ufeff"  # Apple Mail puts one in front of a text that it quotes.
_RULES = frozenset(("--", "==", "__", "**", "~~", "——", "––"))
_LONG_RULE = 20
# "VS:" means "reply" in Finnish, but "forwarded" in Danish and Norwegian.
_EITHER_WAY = ("vs:", "vs :")


@dataclass(frozen=True, slots=True)
class Forward:
    """A forwarded mail; ``note`` is what stands around it, the forwarder's words and signature.

    ``is_certain`` is false if a person must confirm the sender. ``layout`` tells where it was
    found: "attachment", "headers", "html" or "attribution".
    """

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    note: str
    is_certain: bool
    layout: str


def find_forward(*, text: str, html: str | None, subject: str, nested: Sequence[Mail]) -> Forward | None:
    """The mail forwarded in a message with this content, or None; see `find_forward_chain`."""
    if is_reply(subject) and nested:
        nested = ()  # A reply with a mail attached answers its own correspondent.
    attached = next((mail for mail in nested if mail.author), None)
    if attached:
        return _attached(attached, text)
    in_text = _in_lines(split_lines(analysed(text)), subject, "headers")
    if html and (in_text is None or not in_text.is_certain):
        shown = read_html(html, with_links=True)[:MAX_TEXT_LINES]
        in_html = _in_lines([line.plain for line in shown], subject, "html")
        if in_html and (in_text is None or in_html.is_certain):
            return in_html
    return in_text


def find_forward_chain(*, text: str, html: str | None, subject: str, nested: Sequence[Mail]) -> tuple[Forward, ...]:
    """The forwarded mail and those forwarded inside it, outermost first.

    Mails that are merely quoted in it do not count: their author did not send what was forwarded.
    """
    first = find_forward(text=text, html=html, subject=subject, nested=nested)
    if first is None:
        return ()
    chain = [first]
    attached = next((mail for mail in nested if mail.author), None) if first.layout == "attachment" else None
    while len(chain) < _DEEPEST:
        inner = None
        if attached:
            inner = find_forward(
                text=attached.text, html=attached.html, subject=attached.subject, nested=attached.nested
            )
            attached = next((mail for mail in attached.nested if mail.author), None)
        elif chain[-1].text:
            last = chain[-1]
            inner = _in_lines(split_lines(last.text), last.subject, last.layout, is_inside=True)
        if inner is None:
            break
        chain.append(inner)
    return tuple(chain)


def _attached(mail: Mail, note: str) -> Forward:
    return Forward(
        mail.author, tuple(mail.to), tuple(mail.cc), mail.subject, mail.date, _content(mail), note.strip(),
        bool(mail.author and mail.author.address), "attachment",
    )  # fmt: skip


def _content(mail: Mail) -> str:
    if mail.text.strip() or not mail.html:
        return mail.text.strip()
    return trimmed([line.text for line in read_html(mail.html)])


def _in_lines(lines: list[Line], subject: str, layout: str, *, is_inside: bool = False) -> Forward | None:
    block = find_block(lines)
    says_forward = is_forward(subject)
    before = lines[: block.start] if block else lines
    quote = next(iter(find_attributions(before)), None)
    if block and quote and says_forward and _introduces(lines, quote, block):
        block.start, quote = quote.start if block.announces != "forward" else block.start, None
    if quote:
        return _quoted(lines, quote, subject) if says_forward else None
    if block is None or not _is_forwarded(block, subject, is_inside=is_inside):
        return None
    return _from_block(lines, block, layout, subject)


def _introduces(lines: list[Line], quote: Attribution, block: Block) -> bool:
    """Whether the line "On … wrote:" and the headers right below it speak of one mail."""
    if block.announces == "forward":
        return quote.end == block.start
    author, sender = quote.author, block.sender
    is_same = author is not None and sender is not None and bool(author.address) and author.address == sender.address
    return is_same and not any(line.text for line in lines[quote.end : block.start])


def _is_forwarded(block: Block, subject: str, *, is_inside: bool) -> bool:
    """Whether the block stands above a forwarded mail and not above one that was answered."""
    if block.announces == "forward" or is_forward(subject):
        return True
    if subject.lower().startswith(_EITHER_WAY):
        return block.language != "fi"
    if is_reply(subject) or is_inside or block.is_guess:
        return False
    sender = block.sender
    if sender is not None and sender.address:
        return True
    return bool(block.announces) or (block.date is not None and bool(block.subject))


def _from_block(lines: list[Line], block: Block, layout: str, subject: str) -> Forward:
    body, trailing = _split_body(lines, block)
    sender = block.sender
    is_certain = bool(sender and sender.address) and not block.is_guess
    if not (block.announces or is_forward(subject) or block.headers.keys() & {Field.DATE, Field.TO}):
        is_certain = False  # From and Subject alone are also what web forms send.
    note = trimmed([line.raw for line in lines[: block.start]])
    return Forward(
        sender, block.people(Field.TO), block.people(Field.CC), _subject(block, subject), block.date, body,
        "\n\n".join(part for part in (note.strip(), trailing.strip()) if part), is_certain, layout,
    )  # fmt: skip


def _subject(block: Block, subject: str) -> str:
    return block.subject if Field.SUBJECT in block.headers else bare(subject)


def _split_body(lines: list[Line], block: Block) -> tuple[str, str]:
    """The forwarded text, and what follows it where quote marks or a line of the program tell its end."""
    end = len(lines)
    first = next((line for line in lines[block.end :] if line.text), None)
    if first is not None and first.depth >= block.depth:  # else only the headers carry marks
        while lines[end - 1].depth < block.depth:
            end -= 1
    start = block.end
    while start < end and (not lines[start].text or (announcement(lines[start].text) and start + 1 < end)):
        start += 1
    below = end
    if block.announces:
        end, below = _closed(lines, start, end)
    depth = min((line.depth for line in lines[start:end] if line.text), default=0)
    body = [unquoted(line, depth) for line in lines[start:end]]
    return trimmed(body).strip().lstrip(_MARK), trimmed([line.raw for line in lines[below:]])


def _closed(lines: list[Line], start: int, end: int) -> tuple[int, int]:
    """Where the forwarded text ends and what stands around it goes on: a line that closes it is neither."""
    inner = 0
    for at in range(start, end):
        text = lines[at].text
        if text[:2] not in _RULES:
            continue
        if ends_message(text):
            if not inner:
                return at, at + 1
            inner -= 1
        elif announcement(text) == "forward":
            inner += 1
    last = next((at for at in range(end - 1, start, -1) if lines[at].text), start)
    is_drawn = len(lines[last].text) >= _LONG_RULE and RULE.fullmatch(lines[last].text)
    return (last, end) if is_drawn else (end, end)


def _quoted(lines: list[Line], quote: Attribution, subject: str) -> Forward | None:
    """A forward in the manner of a reply: the subject says forward, the text "On … wrote:"."""
    author = quote.author
    if author is None:
        return None
    end, rest = len(lines), len(lines)
    if any(announcement(line.text) == "forward" for line in lines[max(0, quote.start - 3) : quote.start]):
        end, rest = _closed(lines, quote.end, end)
    below = lines[quote.end : end]
    depth = min((line.depth for line in below if line.text), default=0)
    return Forward(
        author, (), (), bare(subject), quote.date, trimmed([unquoted(line, depth) for line in below]).strip(),
        trimmed([line.raw for line in (*lines[: quote.start], *lines[rest:])]).strip(), True, "attribution",
    )  # fmt: skip
