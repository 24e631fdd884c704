"""Blocks of headers written into a text: who sent the mail below them, to whom, when, about what."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.inbound.mime.announcements import BOLD, RULE, announcement
from app.inbound.mime.forward_labels import (
    FORWARD_STEMS,
    LABELS,
    LONGEST_LABEL,
    MESSAGE_STEMS,
    Field,
)
from app.inbound.mime.mail import Address
from app.inbound.mime.plain_lines import Line
from app.inbound.mime.shown_addresses import read_addresses
from app.inbound.mime.shown_dates import read_date
from app.support.text import fold

_MOST_LINES = 60
_WIDTH = 64  # gateways break lines a little behind it
_LIST_MARKS = BOLD + "-•·"
_COLON = re.compile("[:：]")
_RULED_WORDS = re.compile(r"[-_=*~—–―]{3,60}[^-_=*~—–―]{3,80}[-_=*~—–―]{3,60}$")
_PEOPLE = frozenset({Field.FROM, Field.TO, Field.CC})
_PARTS = (Field.FROM, Field.TO, Field.CC, Field.DATE, Field.SUBJECT)


@dataclass(slots=True)
class Header:
    fields: frozenset[Field]
    label: str
    value: str


@dataclass(slots=True)
class Block:
    """Headers in ``lines[start:end]``; ``start`` is that of the delimiter above, if there is one.

    ``announces`` is "forward", "original" or "" for what the delimiter says; ``is_guess`` tells
    that no label was known and that the values alone said what they are.
    """

    start: int
    end: int
    depth: int
    headers: dict[Field, str] = field(default_factory=dict)
    announces: str = ""
    language: str = ""
    is_guess: bool = False

    @property
    def sender(self) -> Address | None:
        return next(iter(read_addresses(self.headers.get(Field.FROM, ""))), None)

    def people(self, which: Field) -> tuple[Address, ...]:
        return read_addresses(self.headers.get(which, ""))

    @property
    def date(self) -> datetime | None:
        return read_date(self.headers.get(Field.DATE, ""), self.language)

    @property
    def subject(self) -> str:
        return " ".join(self.headers.get(Field.SUBJECT, "").split())


def find_block(lines: Sequence[Line], start: int = 0) -> Block | None:
    """The first block in ``lines`` from ``start``, with the delimiter line above it."""
    for at in range(start, len(lines)):
        text = lines[at].text
        if ":" in text or "：" in text:
            block = _read_glued(lines, at) or _read_block(lines, at) or _unlabelled(lines, at)
            if block:
                _take_delimiter(lines, block, start)
                return block
        elif text and announcement(text) == "forward" and (block := _read_bare(lines, at + 1)):
            block.start, block.announces = at, "forward"
            return block
    return None


def read_header(text: str) -> Header | None:
    """``Label: value`` with a known label, in bold or not."""
    colon = _COLON.search(text, 0, LONGEST_LABEL + 8)
    if colon is None:
        return None
    label = fold(text[: colon.start()].strip(_LIST_MARKS))
    meanings = LABELS.get(label)
    if not meanings or not label:
        return None
    return Header(frozenset(meanings), label, text[colon.end() :].lstrip(BOLD).rstrip(" \t|"))


def is_header(text: str) -> bool:
    return read_header(text) is not None


def _read_block(lines: Sequence[Line], at: int) -> Block | None:
    first = read_header(lines[at].text)
    if first is None:
        return None
    found, end = _gather(lines, at, first)
    return _block(found, at, end, lines[at].depth)


def _gather(lines: Sequence[Line], at: int, first: Header) -> tuple[list[Header], int]:
    """The headers from line ``at`` on, folded values joined, and the line behind them."""
    found, seen, end, index = [first], set(_only(first)), at + 1, at + 1
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
            is_repeated = bool(_only(header)) and _only(header) <= seen
            if is_repeated or (index > end and not _goes_on(seen, is_spaced)):
                break
            is_spaced = is_spaced or index > end
            found.append(header)
            seen |= _only(header)
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


def _only(header: Header) -> frozenset[Field]:
    return header.fields if len(header.fields) == 1 and Field.OTHER not in header.fields else frozenset()


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
        return bool(value) and _is_broken(lines, index) and _is_new_header(below, seen)
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


def _block(found: list[Header], start: int, end: int, depth: int) -> Block | None:
    language = _language(found)
    headers: dict[Field, str] = {}
    for header in found:
        meaning = _meaning(header, language, headers)
        if meaning is not Field.OTHER and meaning not in headers:
            headers[meaning] = header.value.strip()
    if not headers.get(Field.FROM) or len(headers.keys() & {Field.DATE, Field.SUBJECT, Field.TO}) < 1:
        return None
    return Block(start, end, depth, headers, language=language)


def _language(found: list[Header]) -> str:
    votes = Counter(
        language for header in found for languages in LABELS[header.label].values() for language in languages
    )
    return votes.most_common(1)[0][0] if votes else ""


def _meaning(header: Header, language: str, taken: dict[Field, str]) -> Field:
    meanings = LABELS[header.label]
    fitting = [one for one, languages in meanings.items() if language in languages and one not in taken]
    return (fitting or [one for one in meanings if one not in taken] or [Field.OTHER])[0]


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


def _read_glued(lines: Sequence[Line], at: int) -> Block | None:
    """Headers that a program ran together on one line, as Yahoo does and as flattened HTML is.

    A gateway may have broken that line: it goes on until the subject is there.
    """
    text, end = lines[at].text, at + 1
    found = _read_run(lines, at, text, end)
    if "@" not in text and not _behind_rule(text):
        return found
    is_run = found is not None or len(_glued_headers(text[_behind_rule(text) :])) > 1
    while (found is None or Field.SUBJECT not in found.headers) and end < min(len(lines), at + 5) and _is_broken(lines, end, is_run=is_run):
        text, end = f"{text} {lines[end].text}", end + 1
        longer = _read_run(lines, at, text, end)
        if longer and Field.SUBJECT in longer.headers:
            return longer
    return found


def _is_broken(lines: Sequence[Line], at: int, *, is_run: bool = False) -> bool:
    """Whether line ``at`` goes on what stands above it: its first word did not fit there.

    A new header does so only in a run of headers that stand one behind the other.
    """
    text = lines[at].text
    return bool(text) and (is_run or not is_header(text)) and len(lines[at - 1].raw.rstrip()) + len(text.split(None, 1)[0]) >= _WIDTH


def _behind_rule(text: str) -> int:
    rules = list(RULE.finditer(text[:200]))
    return rules[-1].end() if rules else 0


def _read_run(lines: Sequence[Line], at: int, text: str, end: int) -> Block | None:
    """The headers that stand one behind the other in ``text``, which are the lines from ``at`` to ``end``."""
    if text.count("@") < 1 or len(text) > 8192 or len(_COLON.findall(text)) < 3:
        return None
    begin = _behind_rule(text)
    found = _glued_headers(text[begin:])
    if len(found) < 3 or len({one for header in found for one in _only(header)}) < 2:
        return None
    if not begin and LABELS[found[0].label].keys() == {Field.OTHER}:
        return None
    block = _block(found, at, end, lines[at].depth)
    if block and begin:
        block.announces = announcement(text[:begin].strip())
    return block


def _glued_headers(text: str) -> list[Header]:
    """Cut ``text`` at every known label; it must begin with one."""
    cuts: list[tuple[int, int, str]] = []
    for colon in list(_COLON.finditer(text))[:40]:
        if cut := _label_before(text, colon.start(), cuts[-1][1] if cuts else 0):
            cuts.append((cut[0], colon.end(), cut[1]))
    if not cuts or text[: cuts[0][0]].strip(BOLD):
        return []
    cuts = sorted(cuts + _bare_labels(text, cuts))
    ends = [cut[0] for cut in cuts[1:]] + [len(text)]
    return [
        Header(frozenset(LABELS[label]), label, text[begin:end].strip(BOLD))
        for (_, begin, label), end in zip(cuts, ends, strict=True)
    ]


def _label_before(text: str, end: int, floor: int) -> tuple[int, str] | None:
    """The longest known label that ends at ``end`` and starts with a capital."""
    stop = len(text[:end].rstrip())
    for begin in range(max(floor, stop - LONGEST_LABEL), stop):
        if text[begin].isspace() or text[begin].islower():
            continue
        label = fold(text[begin:stop].strip("*"))
        is_apart = begin == 0 or not text[begin - 1].islower()
        if label in LABELS and is_apart and (len(label) > 2 or begin == 0 or text[begin - 1] in " >*])"):
            return begin, label
    return None


def _bare_labels(text: str, cuts: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Labels without a colon, glued to what stands before them ("…>Dw Jan", "CETAssunto Oferta")."""
    taken = {meaning for _, _, label in cuts for meaning in LABELS[label] if len(LABELS[label]) == 1}
    found = []
    for match in re.finditer(r"(?:(?<=>)|(?<=[A-Z0-9]))([A-ZÀ-ŽА-Я][a-zà-žа-я]{1,11}) (?=\S)", text):
        label = fold(match.group(1))
        meanings = LABELS.get(label, {})
        is_new = len(meanings) == 1 and not taken & meanings.keys()
        if is_new and all(match.start() != cut[0] for cut in cuts):
            found.append((match.start(), match.end(), label))
    return found


def _read_bare(lines: Sequence[Line], after: int) -> Block | None:
    """Headers whose labels have no colon ("Od Jan Nowak <…>"), right below the line that announces them."""
    at = next((at for at in range(after, min(after + 3, len(lines))) if lines[at].text), len(lines))
    found: list[Header] = []
    end = at
    while end < min(len(lines), at + 8) and (header := _bare_header(lines[end].text)):
        found.append(header)
        end += 1
    block = _block(found, at, end, lines[at].depth) if len(found) >= 3 else None
    return block if block and block.sender and block.sender.address else None


def _bare_header(text: str) -> Header | None:
    if is_header(text):
        return None
    words = text[: LONGEST_LABEL + 4].replace("|", " ").split()
    for count in (3, 2, 1):
        label = fold(" ".join(words[:count]).strip(_LIST_MARKS))
        if count <= len(words) and label in LABELS:
            value = text.replace("|", " ").split(None, count)
            return Header(frozenset(LABELS[label]), label, value[count].strip(BOLD) if len(value) > count else "")
    return None


_LONGEST_UNKNOWN = 40
_UNKNOWN = re.compile(r"\*?([^\W\d_][^:：@<>\n]{0,28}?)\s?\*?\s?[:：]\*?\s*(\S.*)$")


def _unlabelled(lines: Sequence[Line], at: int) -> Block | None:
    """A block with labels in a language that we do not know, told by its values and by a rule above."""
    text = lines[at].text
    if not _COLON.search(text, 0, _LONGEST_UNKNOWN) or not (found := _UNKNOWN.match(text[:1000])):
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
    if any(Field.FROM in each.fields for each in found) or len({one for each in found for one in _only(each)}) < 2:
        return None
    return _block([Header(frozenset({Field.FROM}), "from", value), *found], at, end, lines[at].depth)


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
