"""Blocks of headers written into a text: who sent the mail below them, to whom, when, about what."""

import re
from collections.abc import Sequence

from app.inbound.mime.announcements import BOLD, RULE, announcement
from app.inbound.mime.forward_labels import FORWARD_STEMS, LABELS, LONGEST_LABEL, MESSAGE_STEMS, Field
from app.inbound.mime.glued_headers import read_glued
from app.inbound.mime.header_lines import (
    COLON,
    LIST_MARKS,
    Block,
    Header,
    block_of,
    is_broken,
    is_header,
    only,
    read_header,
)
from app.inbound.mime.plain_lines import Line
from app.inbound.mime.shown_addresses import read_addresses
from app.inbound.mime.shown_dates import read_date
from app.support.text import fold

_MOST_LINES = 60
_RULED_WORDS = re.compile(r"[-_=*~—–―]{3,60}[^-_=*~—–―]{3,80}[-_=*~—–―]{3,60}$")
_PEOPLE = frozenset({Field.FROM, Field.TO, Field.CC})
_PARTS = (Field.FROM, Field.TO, Field.CC, Field.DATE, Field.SUBJECT)


def find_block(lines: Sequence[Line], start: int = 0) -> Block | None:
    """The first block in ``lines`` from ``start``, with the delimiter line above it."""
    for at in range(start, len(lines)):
        text = lines[at].text
        if ":" in text or "：" in text:
            block = read_glued(lines, at) or _read_block(lines, at) or _unlabelled(lines, at)
            if block:
                _take_delimiter(lines, block, start)
                return block
        elif text and announcement(text) == "forward" and (block := _read_bare(lines, at + 1)):
            block.start, block.announces = at, "forward"
            return block
    return None


def _read_block(lines: Sequence[Line], at: int) -> Block | None:
    first = read_header(lines[at].text)
    if first is None:
        return None
    found, end = _gather(lines, at, first)
    return block_of(found, at, end, lines[at].depth)


def _gather(lines: Sequence[Line], at: int, first: Header) -> tuple[list[Header], int]:
    """The headers from line ``at`` on, folded values joined, and the line behind them."""
    found, seen, end, index = [first], set(only(first)), at + 1, at + 1
    stop = min(len(lines), at + _MOST_LINES)
    is_spaced = is_stacked = False
    while index < stop:
        line = lines[index]
        if not line.text:
            index += 1
            if index - end > (1 if seen.issuperset(_PARTS[:2]) and not is_spaced else 2):
                break
            continue
        header = read_header(line.text)
        if header:
            is_repeated = bool(only(header)) and only(header) <= seen
            if is_repeated or (index > end and not _goes_on(seen, is_spaced)):
                break
            is_spaced = is_spaced or index > end
            found.append(header)
            seen |= only(header)
        else:
            last = found[-1]
            if not last.value and (last is first or is_stacked) and (index == end or last is first or is_spaced):
                is_stacked, is_spaced = True, is_spaced or index > end  # Values stand below their labels.
            elif index > end or not _continues(lines, index, last, seen):
                break
            last.value += line.text if _is_cut(last.value) else " " + line.text
        index += 1
        end = index
    return found, end


def _goes_on(seen: set[Field], is_spaced: bool) -> bool:
    """Whether a header behind a blank line still belongs: only where all are written so."""
    return is_spaced or not seen.issuperset({Field.FROM, Field.SUBJECT})


def _is_cut(value: str) -> bool:
    """Whether ``value`` ends inside an address, which has no blanks."""
    opening = max(value.rfind("<"), value.rfind("["))
    return opening > max(value.rfind(">"), value.rfind(" "))


def _continues(lines: Sequence[Line], index: int, last: Header, seen: set[Field]) -> bool:
    """Whether the line, which has no label, is the rest of the value above it."""
    text, value = lines[index].text, last.value
    if last.fields & _PEOPLE and len(text) <= 400:
        if _continues_people(text, value) or (not value and "@" in text):
            return True
        below = lines[index + 1].text if index + 1 < len(lines) else ""
        return bool(value) and is_broken(lines, index) and _is_new_header(below, seen)
    following = [line.text for line in lines[index + 1 : index + 3]]
    is_followed = bool(following and following[0]) and any(_is_new_header(each, seen) for each in following)
    if Field.DATE in last.fields:
        return is_followed and read_date(f"{value} {text}") is not None
    if Field.SUBJECT not in last.fields:
        return False
    is_long = len(lines[index - 1].text) >= 60
    if value and lines[index].raw[:1] in (" ", "\t") and text[0].islower() and not any(following[:1]):
        return True  # folded as in a real header
    if is_followed and (is_long or Field.FROM in seen):
        return True
    return bool(value) and is_long and len(text) < 70 and not any(following[:1])


def _is_new_header(text: str, seen: set[Field]) -> bool:
    header = read_header(text)
    return header is not None and not header.fields <= seen


def _continues_people(text: str, value: str) -> bool:
    """Whether a list of people goes on in ``text``: it, or the person at its end, is unfinished."""
    is_open = any(value.count(pair[0]) > value.count(pair[1]) for pair in ("<>", "[]", "()"))
    if is_open or value.endswith((",", ";", ":")):
        return True
    if text.startswith(("<", "[mailto", "mailto:")) or (";" in text[-2:] and "@" in text):
        return True
    last = value[max(value.rfind(","), value.rfind(";")) + 1 :]
    return bool(value) and "@" not in last and "<" in text and "@" in text and len(text) <= 120


def _take_delimiter(lines: Sequence[Line], block: Block, floor: int) -> None:
    """Move ``block.start`` up over rules, blanks and the line that announces the block."""
    for index in range(block.start - 1, max(floor, block.start - 6) - 1, -1):
        text = lines[index].text
        if not text:
            continue
        says = announcement(text) or ("forward" if _says_forwarded(text) else "")
        if says == "dated":
            date = next(iter(re.findall(r"\d.*", text)), "")
            block.headers.setdefault(Field.DATE, date)
            says = "forward"
        if says:
            block.start, block.announces = index, says
            return
        if not _is_rule(text):
            return
        block.start = index
        if any(map(str.isalpha, text)):
            return


def _says_forwarded(text: str) -> bool:
    """Whether a short line right above headers announces them, without a rule or a colon."""
    if len(text) > 60 or text.endswith((".", "?", "!", ",", ";")):
        return False
    bare = fold(text)
    return any(word in bare for word in MESSAGE_STEMS) and any(stem in bare for stem in FORWARD_STEMS)


def _is_rule(text: str) -> bool:
    """A line drawn between mails, or words between two such lines that say something unknown."""
    if any(map(str.isalpha, text)):
        return bool(_RULED_WORDS.match(text))
    return len(text) >= 3 and not text.strip("-_=*~—–―+# ")


def _read_bare(lines: Sequence[Line], after: int) -> Block | None:
    """Headers whose labels have no colon ("Od Jan Nowak <…>"), right below the line that announces them."""
    at = next((at for at in range(after, min(after + 3, len(lines))) if lines[at].text), len(lines))
    found: list[Header] = []
    end = at
    while end < min(len(lines), at + 8) and (header := _bare_header(lines[end].text)):
        found.append(header)
        end += 1
    block = block_of(found, at, end, lines[at].depth) if len(found) >= 3 else None
    return block if block and block.sender and block.sender.address else None


def _bare_header(text: str) -> Header | None:
    if is_header(text):
        return None
    words = text[: LONGEST_LABEL + 4].replace("|", " ").split()
    for count in (3, 2, 1):
        label = fold(" ".join(words[:count]).strip(LIST_MARKS))
        if count <= len(words) and label in LABELS:
            value = text.replace("|", " ").split(None, count)
            return Header(frozenset(LABELS[label]), label, value[count].strip(BOLD) if len(value) > count else "")
    return None


_LONGEST_UNKNOWN = 40
_UNKNOWN = re.compile(r"\*?([^\W\d_][^:：@<>\n]{0,28}?)\s?\*?\s?[:：]\*?\s*(\S.*)$")


def _unlabelled(lines: Sequence[Line], at: int) -> Block | None:
    """A block with labels in a language that we do not know, told by its values and by a rule above."""
    text = lines[at].text
    if not COLON.search(text, 0, _LONGEST_UNKNOWN) or not (found := _UNKNOWN.match(text[:1000])):
        return None
    above = next((line.text for line in reversed(lines[max(0, at - 3) : at]) if line.text), "")
    if announcement(above) == "forward" and not is_header(text) and (block := _headed_block(lines, at, found.group(2))):
        return block
    return _guess_block(lines, at) if RULE.search(above) or announcement(above) else None


def _headed_block(lines: Sequence[Line], at: int, value: str) -> Block | None:
    """Headers that we know below one that we do not: right under the line that announces a forward it is the sender.

    Gmail writes so: only its first label is in the language of the program.
    """
    people = read_addresses(value) if "@" in value and at + 1 < len(lines) else ()
    first = read_header(lines[at + 1].text) if len(people) == 1 and people[0].address else None
    if first is None:
        return None
    found, end = _gather(lines, at + 1, first)
    if any(Field.FROM in each.fields for each in found) or len({one for each in found for one in only(each)}) < 2:
        return None
    return block_of([Header(frozenset({Field.FROM}), "from", value), *found], at, end, lines[at].depth)


def _guess_block(lines: Sequence[Line], at: int) -> Block | None:
    values: list[tuple[str, str]] = []
    end = at
    while end < min(len(lines), at + 10) and (match := _UNKNOWN.match(lines[end].text[:1000])):
        values.append((match.group(1), match.group(2)))
        end += 1
    headers: dict[Field, str] = {}
    for _, value in values:
        if "@" in value and any(one.address for one in read_addresses(value)):
            which = next((one for one in _PARTS[:3] if one not in headers), None)
        elif Field.DATE not in headers and read_date(value):
            which = Field.DATE
        else:
            which = Field.SUBJECT if Field.SUBJECT not in headers else None
        if which:
            headers[which] = value
    if not {Field.FROM, Field.DATE} <= headers.keys() or len(headers) < 3:
        return None
    return Block(at, end, lines[at].depth, headers, is_guess=True)
