"""Dates as mail programs write them above quoted and forwarded messages, in many languages."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from app.support.text import fold

_LIMIT = 160
# Beginnings of month names, folded; the longest that fits wins.
_MONTHS = {
    1: "jaan јан jan sty led tammi gen ene ocak oca янв січ sij ian sau яну ιαν ינו בינו يناير",
    2: "vee феб feb fev lut uno unor helmi sub subat фев лют velj vas φεβ פבר בפבר فبراير",
    3: "marts мар mar maart mrt maa bre maerz brez maalis brezna бер mart ozu kov μαρ מרץ במרץ مارس",
    4: "апр apr avr abr kwi dub huhti nis кві tra bal απρ אפר באפר بريل",
    5: "мај may mai maj mag mei kve kvet touko mayis май мая тра svi geg μαι maig מאי במאי مايو",
    6: "juun юни јун jun juin giu cze cvn cerv cerven cervna kesa haz июн чер bir ιουν iun יונ ביונ يونيو",
    7: "juul юли јул jul juil lug lip cvc cervenec cervence heina tem июл лип srpnja lie ιουλ iul יול ביול يوليو",
    8: "авг aug avg aou ago sie srp srpna elo agu сер kol rugp αυγ אוג באוג غسطس",
    9: "сеп sep set wrz zar zari syys eyl сен вер ruj rugs szept σεπ ספט בספט سبتمبر",
    10: "окт oct okt out ott paz rij rijna loka eki жов spa spal οκτ אוק באוק كتوبر",
    11: "нов ное nov noi noie lis listopad marras kas ноя лис ноем stu lap νοε נוב בנוב نوفمبر",
    12: "det дец dec dez dic des gru pro joulu ara дек гру gruo δεκ דצמ בדצמ ديسمبر",
}
_STEMS = {fold(stem): month for month, stems in _MONTHS.items() for stem in stems.split()}
# Croatian names of months that mean another month in Polish or Czech.
_CROATIAN = {"lis": 10, "listopad": 10, "lip": 6, "srp": 7, "kol": 8}

_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2,
    "mez": 1, "mesz": 2, "sec": 1,
    "selc": 2, "eet": 2, "eest": 3, "oesz": 3, "oez": 2, "msk": 3, "trt": 3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./-])\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?!\d)")
_YEARS, _MONTHS_OF, _DAYS = map(fold, "년월일")  # folded, a Korean sign is several
_CJK = re.compile(rf"(\d{{4}})\s?(?:年|{_YEARS})\s?(\d{{1,2}})\s?(?:月|{_MONTHS_OF})\s?(\d{{1,2}})\s?(?:日|{_DAYS})")
_NUMBERED = re.compile(r"\b(\d{1,2}),? (?:thg|thang) (\d{1,2}),?(?: nam)? (\d{4})\b")  # "3 thg 11, 2026": the months have no names
_CLOCK = re.compile(
    r"(?:(?<![\d.:+-])|(?<=ב-))([01]?\d|2[0-4])\s?(?:[:h]"
    r"|\.(?=\d\d(?!\d)))\s?([0-5]\d)(?:[:.]([0-5]\d))?(?!\d)\s{0,2}(?:(a|p)\.?\s?m\b)?"
)
_AFTERNOON = tuple(map(fold, ("nachm", "下午", "오후")))
_BEHIND_CLOCK = re.compile(r"\s?(?:μ\.?μ|م\b)")  # Greek and Arabic: after noon
_OFFSET = re.compile(r"(?<!\d)(?:gmt|utc)?\s?([+-]\d{1,2}):?(\d{2})?(?!\d|[./-])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORDS = re.compile(r"[^\W\d_]+|\d+")


def read_date(shown: str, language: str = "") -> datetime | None:
    """The moment that ``shown`` names: aware where it tells its zone, naive otherwise.

    ``language`` is that of the labels around it, for 3/11/2026 and months such as "lis".
    """
    shown = shown[:_LIMIT].strip()
    try:
        if re.search(r"[+-]\d{4}\b", shown):
            return parsedate_to_datetime(shown)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass  # Not as RFC 5322 has it.
    return _read(fold(shown), language)


def _read(text: str, language: str) -> datetime | None:
    clocks = (one for one in _CLOCK.finditer(text) if not _is_day(text, one.start()))
    clock = next(clocks, None)
    without_clock = f"{text[: clock.start()]} | {text[clock.end() :]}" if clock else text
    is_american = bool(clock and clock.group(4)) and language in ("", "en")
    day = _day(without_clock, language, is_american=is_american)
    if day is None:
        return None
    hour, minute, second = _time(text, clock)
    try:
        moment = datetime(*day, tzinfo=UTC).replace(tzinfo=None) + timedelta(hours=hour, minutes=minute, seconds=second)
        zone = _zone(text[clock.end() if clock else len(text) :])
        return moment.replace(tzinfo=timezone(zone)) if zone is not None else moment
    except (ValueError, OverflowError):
        return None


def _is_day(text: str, position: int) -> bool:
    """Whether the digits there are a date and no time with dots: a year stands in them, or nowhere."""
    numeric = _NUMERIC.match(text, position)
    return numeric is not None and (_has_long_year(numeric) or not _YEAR.search(text))


def _has_long_year(numeric: re.Match[str]) -> bool:
    return len(numeric.group(1)) == 4 or len(numeric.group(4)) == 4


def _time(text: str, clock: re.Match[str] | None) -> tuple[int, int, int]:
    if clock is None:
        return 0, 0, 0
    hour, half = int(clock.group(1)), clock.group(4)
    afternoon = half == "p" or any(word in text for word in _AFTERNOON) or bool(_BEHIND_CLOCK.match(text, clock.end()))
    if hour < 12 and afternoon:
        hour += 12
    elif hour == 12 and half == "a":
        hour = 0
    return hour, int(clock.group(2)), int(clock.group(3) or 0)


def _zone(rest: str) -> timedelta | None:
    if offset := _OFFSET.search(rest):
        hours, minutes = int(offset.group(1)), int(offset.group(2) or 0)
        minutes = minutes if hours >= 0 else -minutes
        return timedelta(hours=hours, minutes=minutes) if abs(hours) <= 14 else None
    for word in _WORDS.findall(rest):
        if word in _ZONES:
            return timedelta(hours=_ZONES[word])
    return None


def _day(text: str, language: str, *, is_american: bool) -> tuple[int, int, int] | None:
    if cjk := _CJK.search(text):
        return int(cjk.group(1)), int(cjk.group(2)), int(cjk.group(3))
    if numbered := _NUMBERED.search(text):
        return int(numbered.group(3)), int(numbered.group(2)), int(numbered.group(1))
    numeric = _NUMERIC.search(text)
    is_doubtful = numeric is None or not _has_long_year(numeric)
    if is_doubtful and (named := _named_day(_WORDS.findall(text), language)):
        return named  # "2. november 2021 09.26.50": the time alone looks like a date.
    return _numeric_day(numeric, is_american=is_american) if numeric else None


def _numeric_day(found: re.Match[str], *, is_american: bool) -> tuple[int, int, int] | None:
    first, second, last = found.group(1), int(found.group(3)), found.group(4)
    if len(first) == 4:
        return int(first), second, int(last)
    if len(first) == 3:
        return None
    day, month = int(first), second
    if month > 12 or (is_american and day <= 12):
        day, month = month, day
    return int(last) + (2000 if len(last) == 2 else 0), month, day


def _named_day(words: list[str], language: str) -> tuple[int, int, int] | None:
    """Day, month and year around the month's name; "mar. 27 oct." is a Tuesday in October."""
    numbers = [(at, int(word)) for at, word in enumerate(words) if word.isdigit() and len(word) <= 4]
    year = next((number for _, number in numbers if 1970 <= number <= 2199), None)
    if year is None:
        return None
    best: tuple[tuple[int, int], int, int] | None = None
    for at, word in enumerate(words):
        month = _month(word, language)
        if month is None:
            continue
        before, gap = next(((n, at - p) for p, n in reversed(numbers) if at - 3 < p < at), (0, 0))
        after, distance = next(((n, p - at) for p, n in numbers if at < p <= at + 2), (0, 0))
        day, weight = (before, (2, -gap)) if 1 <= before <= 31 else (after, (1, -distance))
        if 1 <= day <= 31 and (best is None or weight > best[0]):
            best = weight, month, day
    return (year, best[1], best[2]) if best else None


def _month(word: str, language: str) -> int | None:
    if language in ("hr", "sl"):
        for stem, month in _CROATIAN.items():
            if word.startswith(stem) and (stem != "lis" or len(word) < 8 or word.startswith("listopad")):
                return month
    for length in range(min(len(word), 9), 2, -1):
        if found := _STEMS.get(word[:length]):
            return found
    return None
