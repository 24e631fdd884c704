"""Part what the writer of a mail wrote from what the mail only carries along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise
from operator import itemgetter

from app.inbound.mime.announcements import announcement
from app.inbound.mime.attributions import Attribution, find_attributions
from app.inbound.mime.closings import asks_above, is_banner, is_device_note, legal_start, signature_start
from app.inbound.mime.forward_labels import Field
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.header_lines import Block, is_header
from app.inbound.mime.html_lines import HtmlLine, read_html
from app.inbound.mime.limits import MAX_TEXT
from app.inbound.mime.plain_lines import Line, analysed, split_lines, trimmed, unify
from app.support.text import fold

_RUN = 4
_FEW_BLANKS = 12
_LONG_WORD = 100  # longer ones are not remembered


@dataclass(frozen=True, slots=True)
class Quoted:
    """Every line of a mail is in one of the two: ``written`` by its writer, or ``quoted``.

    Quotes that the writer's answers stand between stay in ``written``, or the answers would
    make no sense; signature, notes of devices and legal notices go to ``quoted``.
    """

    written: str
    quoted: str


def split_quotes(text: str, html: str | None) -> Quoted:
    """Part ``text``; ``html`` helps where its program marked the quote, or is all there is."""
    is_small = len(text) + len(html or "") <= MAX_TEXT
    return _remembered(text, html) if is_small else _split_quotes(text, html)


def _split_quotes(text: str, html: str | None) -> Quoted:
    marked = read_html(html, only_marked=bool(text.strip())) if html else []
    if not text.strip() and marked:
        lines = [line.plain for line in marked]
        return _parted(lines, _Split(lines, _marked_as_quoted(marked)).kept(), "")
    text = unify(text)
    beginning = analysed(text)
    lines = split_lines(beginning)
    return _parted(lines, _Split(lines, _carried_over(lines, marked)).kept(), text[len(beginning) :])


_remembered = lru_cache(maxsize=8)(_split_quotes)  # one mail is asked about by several readers


def _parted(lines: Sequence[Line], kept: list[bool], tail: str) -> Quoted:
    written = [line.raw for line, is_kept in zip(lines, kept, strict=True) if is_kept]
    quoted = [line.raw for line, is_kept in zip(lines, kept, strict=True) if not is_kept]
    if tail:
        (written if kept and kept[-1] else quoted).append(tail)
    return Quoted(_edged(written), _edged(quoted))


def _edged(lines: list[str]) -> str:
    first = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    return trimmed(lines[first:]).rstrip()


class _Split:
    """One reading of the lines; each step takes away what it recognises."""

    def __init__(self, lines: Sequence[Line], quoted: Sequence[bool]) -> None:
        self.lines = lines
        self.keep = [not one for one in quoted]
        self.is_code = _inside_fences(lines)
        self.found: list[Attribution] = []

    def kept(self) -> list[bool]:
        self._drop_banner()
        self._drop_from_block()
        self._drop_endings()
        seen, has_words = 0, False
        for one in self._attributions():
            has_words = has_words or self._has_words(seen, one.start)
            seen = one.start
            self._drop_attributed(one, has_words)
        self._drop_leading_quote()
        self._drop_trailing_quote()
        self._drop_endings()
        self._drop_lone_quote()
        return self.keep

    def _drop(self, start: int, end: int) -> None:
        for at in range(start, end):
            self.keep[at] = False

    def _has_words(self, start: int, end: int) -> bool:
        """Whether the writer's own words are kept in this range."""
        return any(self._is_own(at) for at in range(start, end))

    def _is_own(self, at: int) -> bool:
        return self.keep[at] and not self.lines[at].depth and bool(self.lines[at].text)

    def _drop_banner(self) -> None:
        """The warnings that mail servers put on top, where words follow."""
        at = 0
        while (start := self._next_own(at)) is not None:
            end = next((below for below in range(start, len(self.lines)) if not self.lines[below].text), len(self.lines))
            paragraph = " ".join(line.text for line in self.lines[start:end])
            if not is_banner(paragraph) or self._next_own(end) is None:
                return
            self._drop(start, end)
            at = end

    def _next_own(self, start: int) -> int | None:
        return next((at for at in range(start, len(self.lines)) if self._is_own(at)), None)

    def _drop_from_block(self) -> None:
        """Everything from the headers of another mail on, or from the line that announces it."""
        size = len(self.lines)
        for at, line in enumerate(self.lines):
            if line.depth == 0 and line.text and not self.is_code[at] and self._announces(at):
                self._drop(at, size)
                size = at
                break
        self._drop_block(size)

    def _announces(self, at: int) -> bool:
        text = self.lines[at].text
        if text[0] in "-_*=—#":
            return announcement(text) != "" or (asks_above(text) and self._has_words(0, at))
        if text[-1] not in ":：" or len(text) > 80 or announcement(text) != "forward":
            return False
        below = next((line for line in self.lines[at + 1 : at + 4] if line.text), None)
        return below is not None and (below.depth > 0 or is_header(below.text))

    def _drop_block(self, before: int) -> None:
        start = 0
        while (block := find_block(self.lines, start)) is not None and block.start < before:
            is_outside = not block.depth or (block.announces and self._is_unquoted(block.end))
            if is_outside and not self.is_code[block.start] and self._is_boundary(block):
                self._drop(block.start, len(self.lines))
                return
            start = block.end

    def _is_unquoted(self, start: int) -> bool:
        """Whether the first words from ``start`` on carry no mark: only the headers above them do."""
        first = next((line for line in self.lines[start:] if line.text), None)
        return first is not None and not first.depth

    def _is_boundary(self, block: Block) -> bool:
        if block.announces:
            return True
        sender = block.sender
        is_dated = Field.DATE in block.headers and (block.date is not None or bool(sender and sender.address))
        return is_dated or (self._has_words(0, block.start) and bool(sender and sender.address))

    def _attributions(self) -> list[Attribution]:
        self.found = find_attributions(self.lines)
        return [
            one
            for one in self.found
            if self.keep[one.start] and not self.lines[one.start].depth and not self.is_code[one.start]
        ]

    def _drop_attributed(self, one: Attribution, has_before: bool) -> None:
        """The attribution always goes; the quote stays where answers stand between its parts."""
        if not self.keep[one.start]:
            return
        self._drop(one.start, one.end)
        begin, size = one.end, len(self.lines)
        end = self._quote_end(begin)
        if end == begin:
            if has_before:
                self._drop(begin, size)
        elif not self._has_words(end, size):
            self._drop(begin, size)
        elif not has_before and not any(self.lines[at].depth and self.keep[at] for at in range(end, size)):
            self._drop(begin, end)

    def _quote_end(self, start: int) -> int:
        """The line behind the quote that starts at ``start``; ``start`` if none is marked there."""
        end = at = start
        while at < len(self.lines) and (self.lines[at].depth or not self.lines[at].text or not self.keep[at]):
            at += 1
            if self.lines[at - 1].depth or not self.keep[at - 1]:
                end = at
        return end

    def _drop_leading_quote(self) -> None:
        """A quote that names its author inside its marks, where all answers stand below it."""
        start = next((at for at, line in enumerate(self.lines) if self.keep[at] and line.text), None)
        if start is None or not self.lines[start].depth or not any(one.start == start for one in self.found):
            return
        end = self._quote_end(start)
        if not any(self.lines[at].depth and self.keep[at] for at in range(end, len(self.lines))):
            self._drop(start, end)

    def _drop_trailing_quote(self) -> None:
        last = max(filter(self._is_own, range(len(self.lines))), default=-1)
        if last >= 0:
            self._drop(last + 1, len(self.lines))

    def _drop_lone_quote(self) -> None:
        """Where nobody wrote anything, a quote that tells its origin is no words of the writer."""
        if not any(self.keep) or self._has_words(0, len(self.lines)):
            return
        if self.found or find_block(self.lines) is not None:
            self._drop(0, len(self.lines))

    def _drop_endings(self) -> None:
        """Signature, notes of devices and legal notices below the last words."""
        for _ in range(4):
            at = [index for index, is_kept in enumerate(self.keep) if is_kept and not self.is_code[index]]
            shown = [self.lines[index] for index in at]
            start = _first(legal_start(shown), signature_start(shown))
            notes = _trailing_notes(shown[:start])
            if start is None and notes is None:
                return
            for index in at[_first(notes, start) :]:
                self.keep[index] = False


def _first(*places: int | None) -> int | None:
    return min((place for place in places if place is not None), default=None)


def _trailing_notes(lines: Sequence[Line]) -> int | None:
    """Where the notes of devices at the end of ``lines`` start; quotes may stand below them."""
    start = None
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].is_blank:
            continue
        if not is_device_note(lines[at]):
            break
        start = at
    return start


def _inside_fences(lines: Sequence[Line]) -> list[bool]:
    fences = [at for at, line in enumerate(lines) if not line.depth and line.text.startswith("```")]
    inside = [False] * len(lines)
    for opening, closing in list(pairwise(fences))[::2]:
        inside[opening : closing + 1] = [True] * (closing + 1 - opening)
    return inside


def _marked_as_quoted(lines: Sequence[HtmlLine]) -> list[bool]:
    """Which lines programs marked; text between the quotes inside a marked container is an answer."""
    quoted: list[bool] = []
    is_open = is_forward = saw_quote = False
    for line in lines:
        is_open = is_open or line.opens
        is_forward = is_forward or (line.is_marked and announcement(line.text) != "")
        saw_quote = saw_quote or (line.is_marked and line.depth > 0)
        is_answer = line.is_marked and line.depth == 0 and saw_quote and not is_forward
        quoted.append(is_open or line.is_signature or (line.is_marked and not is_answer))
    if all(is_quoted or not line.text for line, is_quoted in zip(lines, quoted, strict=True)):
        return [False] * len(quoted)  # Some write inside the container of a quote: the text must tell.
    return quoted


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(_each_run(words))


def _each_run(words: list[str]) -> Iterable[tuple[str, ...]]:
    """Every run of a few words, or all of them where they are fewer."""
    if len(words) < _RUN:
        return [tuple(words)] if words else []
    return zip(*(words[at:] for at in range(_RUN)), strict=False)


def _words(text: str) -> list[str]:
    written = text.split()
    is_ordinary = len(max(written, key=len, default="")) <= _LONG_WORD
    return list(chain.from_iterable(map(_remembered_words if is_ordinary else _words_in, written)))


def _words_in(written: str) -> Sequence[str]:
    """The words of what stands between two blanks."""
    words = fold(written).replace(">", " ").split()
    return [word for word in words if word[0].isalnum() or any(map(str.isalnum, word))]


_remembered_words = lru_cache(maxsize=16_384)(_words_in)  # a mail says each word several times: its text and its HTML say the same


def _carried_over(lines: Sequence[Line], marked: Sequence[HtmlLine]) -> list[bool]:
    """Which text lines the HTML says are quoted: told by runs of words, as lines break elsewhere."""
    flags = _marked_as_quoted(marked)
    if not any(flags):
        return [False] * len(lines)
    runs = [_runs(_words(line.text)) for line in lines]
    asked = set[tuple[str, ...]]().union(*runs)
    quoted: set[tuple[str, ...]] = set()
    written: set[tuple[str, ...]] = set()
    for is_quoted, group in groupby(zip(flags, marked, strict=True), key=itemgetter(0)):
        texts = [line.text for _, line in group if line.text]
        found = asked.intersection(_each_run(_words(" ".join(texts))))
        found.update(asked.intersection(tuple(_words(text)) for text in texts if text.count(" ") < _FEW_BLANKS))
        (quoted if is_quoted else written).update(found)
    return _follow(runs, quoted - written, written)


def _follow(
    lines: Sequence[set[tuple[str, ...]]], quoted: set[tuple[str, ...]], written: set[tuple[str, ...]]
) -> list[bool]:
    """Which lines are quoted, told by their runs; one that cannot tell goes with its neighbours if they agree."""
    result: list[bool] = []
    undecided: list[int] = []
    is_quoted = False
    for at, runs in enumerate(lines):
        if not runs <= quoted and not runs & written or not runs:
            undecided.append(at)
        else:
            is_quoted = not runs & written
            if not is_quoted:
                for before in undecided:
                    result[before] = False
            undecided.clear()
        result.append(is_quoted)
    return result
