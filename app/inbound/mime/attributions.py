"""Lines that say who wrote what is quoted below: "On Tue, 3 Nov 2026, Jane wrote:"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.inbound.mime.mail import Address
from app.inbound.mime.plain_lines import Line
from app.inbound.mime.shown_addresses import read_addresses
from app.inbound.mime.shown_dates import read_date
from app.support.text import fold

_MOST_LINES = 6
_LONGEST = 420
_VERBS = re.compile(
    r"(?:^|[^\w])(?:wrote|writes|said|a ecrit|ecrit|ecrivait|ecrivit|pisze|napisal|napisala|napisal\(a\)"
    r"|napisali|napisana|schrieb|schreibt|geschrieben|skrev"
    r"|skreiv|schreef|geschreven|escribio|ha escrito|escreveu|ha scritto|scrive|scriveva|va escriure|napsal"
    r"|napsala|napsal\(a\)"
    r"|napisao|napisala|je napisao/la|написал|написала|написал\(а\)|пишет|пише|написав|написала"
    r"|написав\(ла\)|kirjoitti|irta|a scris"
    r"|написа|menulis|da viet|yazd[iı]|kirjutas|rakstija|rase|εγραψε|napisal/a)(?=$|[^\w])"
    r"|写道|寫道|写到|のメール|のメッセージ|작성"
    r"|כתב|كتب"
)
_STARTS = re.compile(
    r"[-\"'(\s]{0,6}(?:on|at|in|le|el|il|em|am|op|den|pa|w dniu|dnia|dne|dna|de|du|o|u|am|vom|klo|tarihinde"
    r"|mon|tue|wed|thu|fri|sat|sun"
    r"|lun|mar|mer|jeu|ven|sam|dim|pon|wt|sr|czw|pt|sob|niedz|nd|mo|di|mi|do|fr|sa|so|2|в|у|от|"
    r"понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс|нд|a las|το|στις"
    r"|在)\b"
)
_DATE_FIRST = re.compile(
    r"[-\"'(\s]{0,4}(?:[^\W\d_]{2,14}[.,]{0,2}\s)?"
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.?\s[^\W\d_]{3,12}\.?,?\s)"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HINT = re.compile(r"[\d@]")
_MOMENTS = re.compile(
    r"\d{4},?|\d{1,2}[:.h]\d{2}(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?|[+-]\d{4}|\b(?:gmt|utc)[+-]\d\d?\b",
    re.IGNORECASE,
)
# What stands between the moment and the name.
_LEAD = re.compile(
    r"(?:.{0,40}\b(?:napisana przez|envoyé par|sent by|przez)\b|[\s,.:;-]+"
    r"|\b(?:użytkownik|uživatel|odesílatel|používateľ|пользователь|користувач|schreef|schrieb|skrev|heeft|har|hat"
    r"|klo|kl|à|o|om|um|at|alle ore|cet|cest|g\.|godz\.?|von|by|tarihinde|keltezéssel)\b)+",
    re.IGNORECASE,
)
_IN_QUOTES = re.compile(r"[\"„“”«‹'’ ,.]*(.*?)[\"„“”»›'’ ,.]*")
_ZONED = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:gmt|utc)[+-]\d\d?:?\d{0,2} \S")
_ZOHO = re.compile(r"-{3,}\s?(.{10,300}?)\s?-{3,}$")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Lines ``start`` to ``end`` (exclusive) that name the author of the quote below them."""

    start: int
    end: int
    text: str

    @property
    def author(self) -> Address | None:
        """Who is named by address; the name stands between the moment and the address."""
        found = next((one for one in read_addresses(_MOMENTS.sub("; ", self.text)) if one.address), None)
        return Address(_bare_name(found.name), found.address) if found else None

    @property
    def date(self) -> datetime | None:
        return read_date(self.text)


def _bare_name(name: str) -> str:
    lead = _LEAD.match(name)
    inner = _IN_QUOTES.fullmatch(name[lead.end() :] if lead else name)
    return inner[1] if inner else ""


def find_attributions(lines: Sequence[Line]) -> list[Attribution]:
    """All attributions in ``lines``, in order, none overlapping."""
    found: list[Attribution] = []
    floor = 0
    for at in range(len(lines)):
        if (one := _ending_at(lines, at, floor)) is not None:
            found.append(one)
            floor = one.end
    return found


def _ending_at(lines: Sequence[Line], at: int, floor: int) -> Attribution | None:
    last = lines[at].text
    if not last or len(last) > _LONGEST or not _may_end(last):
        return None
    window = lines[max(floor, at - _MOST_LINES) : at + 1]
    has_hint = any(_HINT.search(line.text[:_LONGEST]) for line in window)
    if not has_hint and not _is_followed_by_quote(lines, at):
        return None
    chosen: Attribution | None = None
    text = ""
    blanks = 0
    for start in range(at, max(floor, at - _MOST_LINES) - 1, -1):
        piece = lines[start].text
        if not piece:
            blanks += 1
            if blanks > 1:
                break
            continue
        text = f"{piece} {text}".strip()
        if len(text) > _LONGEST:
            break
        opens = _opens(piece)
        is_better = chosen is None or opens or (_is_whole(text) and not _is_whole(chosen.text))
        if is_better and (not blanks or opens) and _says_who(text, lines, at):
            chosen = Attribution(start, at + 1, text)
        if opens:
            break
    return chosen


def _is_whole(text: str) -> bool:
    """Whether ``text`` tells both when and by whom: a line that begins with the name opens nothing."""
    bare = fold(text)
    return "@" in bare and bool(_YEAR.search(bare) or _TIME.search(bare))


def _may_end(text: str) -> bool:
    return text.endswith((":", "：", "----", "wrote", "écrit")) or (text[0].isdigit() and bool(_ZONED.match(fold(text[:200]))))


def _opens(text: str) -> bool:
    """Whether an attribution could begin with this line: a date at its beginning."""
    bare = fold(text[:120])
    if not any(map(str.isdigit, bare)):
        return False
    has_moment = _YEAR.search(bare) or _TIME.search(bare)
    return bool(has_moment and _STARTS.match(bare)) or bool(_DATE_FIRST.match(bare))


def _says_who(text: str, lines: Sequence[Line], at: int) -> bool:
    bare = fold(text)
    has_verb = bool(_VERBS.search(bare))
    has_moment = bool(_YEAR.search(bare) or _TIME.search(bare) or read_date(bare))
    has_address = "@" in bare and "." in bare.rpartition("@")[2]
    if has_verb and not has_moment and bare.startswith("--") and bare.endswith("--"):
        return len(bare) < 160 and _is_followed_by_quote(lines, at)  # as Onet has it
    if zoho := _ZOHO.match(bare):
        return has_verb and has_moment and bool(zoho)
    if _ZONED.match(bare):
        return len(bare) < 160
    if not bare.endswith((":", "：")) and not (has_verb and has_moment and has_address):
        return False
    if has_verb and (has_moment or has_address):
        return _names_somebody(bare)
    if has_verb:
        return len(bare) < 100 and _is_followed_by_quote(lines, at)
    if not (has_address and has_moment) or len(bare) >= 200:
        return False
    return _opens(text) or _is_followed_by_quote(lines, at) or (_is_alone(lines, at) and _tells_moment(bare))


def _is_alone(lines: Sequence[Line], at: int) -> bool:
    """Whether the line is a paragraph of its own with something below."""
    is_open = at == 0 or not lines[at - 1].text
    return is_open and at + 2 < len(lines) and not lines[at + 1].text


def _tells_moment(bare: str) -> bool:
    """Whether day and time are told, as only a program does, in whatever language."""
    return bool(_YEAR.search(bare) and _TIME.search(bare))


def _is_followed_by_quote(lines: Sequence[Line], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 4] if line.raw.strip()), None)
    return following is not None and following.depth > lines[at].depth


def _names_somebody(bare: str) -> bool:
    """A sentence that ends in a colon is no attribution unless verb or moment stand at its edges."""
    return "@" in bare[-120:] or bool(_VERBS.search(bare[-60:])) or len(bare) < 160
