"""Headers that a program ran together on one line."""

import re
from collections.abc import Sequence

from app.inbound.mime.announcements import BOLD, RULE, announcement
from app.inbound.mime.forward_labels import LABELS, LONGEST_LABEL, Field
from app.inbound.mime.header_lines import COLON, Block, Header, block_of, is_broken, only
from app.inbound.mime.plain_lines import Line
from app.support.text import fold


def read_glued(lines: Sequence[Line], at: int) -> Block | None:
    """Headers that a program ran together on one line, as Yahoo does and as flattened HTML is.

    A gateway may have broken that line: it goes on until the subject is there.
    """
    text, end = lines[at].text, at + 1
    found = _read_run(lines, at, text, end)
    if "@" not in text and not _behind_rule(text):
        return found
    is_run = found is not None or len(_glued_headers(text[_behind_rule(text) :])) > 1
    while (found is None or Field.SUBJECT not in found.headers) and end < min(len(lines), at + 5) and is_broken(lines, end, is_run=is_run):
        text, end = f"{text} {lines[end].text}", end + 1
        longer = _read_run(lines, at, text, end)
        if longer and Field.SUBJECT in longer.headers:
            return longer
    return found


def _behind_rule(text: str) -> int:
    rules = list(RULE.finditer(text[:200]))
    return rules[-1].end() if rules else 0


def _read_run(lines: Sequence[Line], at: int, text: str, end: int) -> Block | None:
    """The headers that stand one behind the other in ``text``, which are the lines from ``at`` to ``end``."""
    if text.count("@") < 1 or len(text) > 8192 or len(COLON.findall(text)) < 3:
        return None
    begin = _behind_rule(text)
    found = _glued_headers(text[begin:])
    if len(found) < 3 or len({one for header in found for one in only(header)}) < 2:
        return None
    if not begin and LABELS[found[0].label].keys() == {Field.OTHER}:
        return None
    block = block_of(found, at, end, lines[at].depth)
    if block and begin:
        block.announces = announcement(text[:begin].strip())
    return block


def _glued_headers(text: str) -> list[Header]:
    """Cut ``text`` at every known label; it must begin with one."""
    cuts: list[tuple[int, int, str]] = []
    for colon in list(COLON.finditer(text))[:40]:
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
