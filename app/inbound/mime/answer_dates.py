"""Days and hours as people write them in French, Polish or English: named, relative, or in numbers."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.inbound.mime.answer_words import several
from app.support.dates import months_from

MORNING, NOON, AFTERNOON, EVENING = time(9), time(12), time(14), time(18)
FARTHEST = timedelta(days=366 * 5)


def _table(listed: Sequence[str]) -> dict[str, int]:
    return {word: number for number, words in enumerate(listed) for word in words.split()}


_WEEKDAYS = _table([
    "lundi monday mon poniedzialek poniedzialku poniedzialkiem pon", "mardi tuesday tue tues wtorek wtorku wtorkiem wt",
    "mercredi wednesday wed sroda srode srody sr", "jeudi thursday thu thur thurs czwartek czwartku czwartkiem czw",
    "vendredi friday fri piatek piatku piatkiem pt", "samedi saturday sat sobota sobote soboty sob", "dimanche sunday sun niedziela niedziele niedzieli niedz",
])
_MONTHS = _table([
    "", "janvier janv january jan styczen stycznia styczniu", "fevrier fevr fev february feb luty lutego lutym", "mars march marzec marca marcu",
    "avril avr april apr kwiecien kwietnia kwietniu", "mai may maj maja maju", "juin june jun czerwiec czerwca czerwcu",
    "juillet juil july jul lipiec lipca lipcu", "aout august aug sierpien sierpnia sierpniu", "septembre sept september sep wrzesien wrzesnia wrzesniu wrz",
    "octobre oct october pazdziernik pazdziernika pazdzierniku paz", "novembre nov november listopad listopada listopadzie lis",
    "decembre dec december grudzien grudnia grudniu gru",
])
_ONLY_WITH_A_DAY = several("may mai maj mars march jan jun lis sept mar")  # words of their own as well
_NUMBERS = {
    word: number for number, words in {
        1: "un une a an one jeden jedna jedno", 2: "deux two dwa dwie", 3: "trois three trzy", 4: "quatre four cztery", 5: "cinq five piec", 6: "six szesc",
        7: "sept seven siedem", 8: "huit eight osiem huitaine", 9: "neuf nine dziewiec", 10: "dix ten dziesiec dizaine", 12: "douze twelve dwanascie",
        14: "fourteen czternascie",
        15: "quinze fifteen pietnascie quinzaine", 30: "trente thirty trzydziesci",
    }.items() for word in words.split()
}
_DAYS = several("jour jours journee day days dzien dni dniach j")
_WEEKS = several("semaine semaines week weeks tydzien tygodnie tygodni tygodniach tyg sem wk wks")
_MONTH_UNITS = several("mois month months miesiac miesiace miesiecy miesiacach mies")
_YEARS = several("an ans annee year years rok lata lat")
_ABOUT = several("huitaine dizaine quinzaine")
_AFTER = several("dans ici za in within apres")
_BY = several("za o na")  # also without a number
_NEXT = several("prochain prochaine prochains przyszly przyszla przyszle przyszlym przyszlego nastepny nastepna nastepnym nastepnego next suivante")
_WEEK_OF = frozenset({*_WEEKS, "tygodniu", "tygodnia"})
_MONTH_OF = frozenset({*_MONTH_UNITS, "miesiacu", "miesiaca"})
_EARLY = several("debut poczatek poczatku poczatkiem early beginning start")
_MIDDLE = several("mi milieu polowa polowie polowy mid middle")
_LATE = several("fin koniec koncu konca koncem end late")
_AFTER_MONDAY = several("am pm at morning afternoon evening next")  # in French "mon" is "my"
_LINKS = several("de du d of the la le w we na pod z")
_HOURS = {"matin": MORNING, "matinee": MORNING, "rano": MORNING, "morning": MORNING, "midi": NOON,
          "aprem": AFTERNOON, "aprm": AFTERNOON, "poludnie": NOON, "poludniu": AFTERNOON, "noon": NOON,
          "popoludniu": AFTERNOON, "afternoon": AFTERNOON, "soir": EVENING, "wieczorem": EVENING, "wieczor": EVENING, "evening": EVENING}
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<day>\d{1,2})\s?(?:[./]\s?(?P<month>\d{1,2})(?:\s?[./-]\s?(?P<year>\d{4}|\d{2}))?|-(?P<mon>\d{1,2})-(?P<yr>\d{4}|\d{2})))(?![\d/-]|[.,]\d)\.?"
)
_CLOCK = re.compile(
    r"(?<![\d.:/-])(?:\b(?:a|o|at|godz|godzinie)\.? )?([01]?\d|2[0-3])(?: ?(?:h|:(?= ?[0-5]\d)) ?([0-5]\d)?(?![\d])| ?(am|pm)\b)(?: ?(am|pm)\b)?"
)
_AT = re.compile(r"\b(?:o|at|godz|godzinie)\.? ([01]?\d|2[0-3])(?:[.:]([0-5]\d))?(?![\d./:-])")


@dataclass(frozen=True, slots=True)
class When:
    """``until`` is local. ``rest`` is the text without the words of it; ``is_sure`` is false for two days, or one that is none."""

    until: datetime | None
    rest: str
    is_sure: bool = True


def find_when(folded: str, now: datetime, *, numbers: bool = True) -> When:
    """The moment that ``folded`` text names, for somebody whose clock shows ``now``; ``numbers``: also from 3/12 and 3.12."""
    reading = _Reading(folded, now)
    reading.hours()
    if numbers:
        reading.numeric()
    reading.worded()
    return reading.result()


def next_workday(day: date) -> date:
    """``day``, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


class _Reading:
    """The text, of which each step takes away what it understood."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text, self.now, self.today = text, now, now.date()
        self.days: list[date] = []
        self.hour: time | None = None
        self.weekday: int | None = None
        self.weekday_is_next = False
        self.is_week = False  # the day stands for its whole week
        self.is_sure = True

    def result(self) -> When:
        days = list(dict.fromkeys(self.days))
        if self.weekday is not None and not days:
            days = [self._next_weekday()]
        elif self.weekday is not None and self.is_week:
            days = [days[0] + timedelta(days=self.weekday - days[0].weekday()), *days[1:]]
        elif self.weekday is not None and days[0].weekday() != self.weekday:
            self.is_sure = False
        if not days:
            return When(self._today_at() if self.hour else None, self.text, self.is_sure)
        is_sure = self.is_sure and len(days) == 1 and days[0] - self.today < FARTHEST
        return When(datetime.combine(days[0], self.hour or MORNING), self.text, is_sure)

    def _today_at(self) -> datetime:
        assert self.hour is not None
        at = datetime.combine(self.today, self.hour)
        return at if at > self.now else at + timedelta(days=1)

    def _next_weekday(self) -> date:
        assert self.weekday is not None
        ahead = (self.weekday - self.today.weekday() - 1) % 7 + 1
        if self.weekday_is_next and self.today.weekday() + ahead < 7:
            ahead += 7
        return self.today + timedelta(days=ahead)

    def _cut(self, start: int, end: int) -> None:
        self.text = f"{self.text[:start]} {self.text[end:]}"

    def hours(self) -> None:
        for pattern in (_CLOCK, _AT):
            found = pattern.search(self.text)
            if found and self.hour is None:
                hour, half = int(found[1]), next((each for each in found.groups()[2:] if each), "")
                hour = hour % 12 + 12 if half == "pm" else 0 if half == "am" and hour == 12 else hour
                if hour < 24:
                    self.hour = time(hour, int(found[2] or 0))
                    self._cut(*found.span())

    def numeric(self) -> None:
        while found := _NUMERIC.search(self.text):
            year, month = found["y"] or found["year"] or found["yr"], found["m"] or found["month"] or found["mon"]
            self._add(int(found["d"] or found["day"]), int(month), int(year) + (2000 if len(year) == 2 else 0) if year else None)
            self._cut(*found.span())

    def _add(self, day: int, month: int, year: int | None = None) -> None:
        """Without a year: the next such day."""
        try:
            found = date(year or self.today.year, month, day)
            if year is None and found < self.today:
                found = date(self.today.year + 1, month, day)
        except ValueError:
            self.is_sure = False
            return
        self.days.append(found)

    # ---- words

    def worded(self) -> None:
        words, at, kept = re.findall(r"\w+|[^\w\s]", self.text), 0, list[str]()
        while at < len(words):
            taken = next((count for step in self._STEPS if (count := step(self, words, at))), 0)
            if not taken:
                kept.append(words[at])
            at += taken or 1
        self.text = " ".join(kept)

    def _named(self, words: Sequence[str], at: int) -> int:
        """Today, tomorrow, the day after."""
        here = tuple(words[at : at + 4])
        for phrase, days in _NAMED:
            if here[: len(phrase)] == phrase:
                self.days.append(self.today + timedelta(days=days))
                return len(phrase)
        return 0

    def _relative(self, words: Sequence[str], at: int) -> int:
        """In three weeks, two days, o tydzień."""
        place = at + (words[at] in _AFTER or words[at] in _BY)
        if place >= len(words):
            return 0
        if words[place : place + 2] == ["pol", "roku"]:
            self.days.append(months_from(self.today, 6))
            return place + 2 - at
        place += words[place] == "une" and words[place + 1 : place + 2] != [] and words[place + 1] in _ABOUT
        number = _number(words[place])
        unit_at = place + (number is not None)
        if words[place] in _ABOUT:  # "une dizaine de jours", and alone
            unit_at += words[unit_at : unit_at + 1] == ["de"]
            if not words[unit_at : unit_at + 1] or words[unit_at] not in _DAYS:
                return place + 1 - at if self._add_units(number or 0, "jours") else 0
        unit = words[unit_at] if unit_at < len(words) else ""
        number = 1 if number is None and words[at] in _BY else number
        if number is None or not self._add_units(number, unit):
            return 0
        return unit_at + 1 - at

    def _add_units(self, number: int, unit: str) -> bool:
        if number > 400:
            return False
        if unit in _DAYS:
            self.days.append(self.today + timedelta(days=number))
        elif unit in _WEEKS:
            self.days.append(self.today + timedelta(days=7 * number))
            self.is_week = True
        elif unit in _MONTH_UNITS:
            self.days.append(months_from(self.today, number))
        elif unit in _YEARS:
            self.days.append(months_from(self.today, 12 * number))
        else:
            return False
        return True

    def _next_period(self, words: Sequence[str], at: int) -> int:
        """Next week is its Monday, next month its first working day."""
        pair = set(words[at : at + 2])
        if len(pair) < 2 or not pair & _NEXT:
            return 0
        if pair & _WEEK_OF:
            self.days.append(self.today + timedelta(days=7 - self.today.weekday()))
            self.is_week = True
        elif pair & _MONTH_OF:
            self.days.append(next_workday(months_from(self.today.replace(day=1), 1)))
        else:
            return 0
        return 2

    def _weekday(self, words: Sequence[str], at: int) -> int:
        """A Friday is the next one; "next Friday" that of next week, but in French the coming one."""
        is_next = words[at] in _NEXT and at + 1 < len(words)
        day = _WEEKDAYS.get(words[at + is_next])
        following = words[at + is_next + 1 : at + is_next + 2]
        if day is None or words[at + is_next] == "mon" and following and following[0].isalpha() and following[0] not in _AFTER_MONDAY:
            return 0
        if self.weekday not in (None, day):
            self.is_sure = False
        self.weekday, self.weekday_is_next, count = day, is_next, 1 + is_next
        following = words[at + count : at + count + 2]
        if following[:1] and following[0] in _NEXT:
            self.weekday_is_next = not following[0].startswith("prochain")
            count += 1
        elif following == ["en", "huit"] or following == ["en", "quinze"]:
            self.days.append(self._next_weekday() + timedelta(days=7 if following[1] == "huit" else 14))
            count += 2
        return count

    def _part(self, words: Sequence[str], at: int) -> int:
        """The beginning, the middle or the end of a week or a month."""
        part = next((each for each in (_EARLY, _MIDDLE, _LATE) if words[at] in each), None)
        if part is None:
            return 0
        place = at + 1
        while place < len(words) and (words[place] in _LINKS or words[place] == "-"):
            place += 1
        is_next = words[place : place + 1] != [] and words[place] in _NEXT  # "the end of next month", "koniec przyszłego miesiąca"
        place += is_next
        word = words[place] if place < len(words) else ""
        if word in {*_WEEK_OF, *_MONTH_OF} and not is_next and place + 1 < len(words) and words[place + 1] in _NEXT:  # "fin du mois prochain"
            is_next, place = True, place + 1
        if word in _WEEK_OF and part is _LATE:
            self.days.append(self.today + timedelta(days=((4 - self.today.weekday()) % 7 or 7) if not is_next else 11 - self.today.weekday()))
        elif word in _MONTH_OF and part is _LATE:
            self.days.append(_last_workday(months_from(self.today.replace(day=1), int(is_next))))
        elif word in _MONTHS:
            self._part_of(part, _MONTHS[word])
        else:
            return 0
        return place + 1 - at

    def _part_of(self, part: frozenset[str], month: int) -> None:
        day = 1 if part is _EARLY else 15 if part is _MIDDLE else 28
        self._add(day, month)
        if part is _LATE:
            self.days[-1] = _last_workday(self.days[-1])
        elif self.days:
            self.days[-1] = next_workday(self.days[-1])

    def _day_of_month(self, words: Sequence[str], at: int) -> int:
        """3 grudnia, 1er décembre, December 3rd, 3 Dec 2026."""
        day, month_at = _ordinal(words[at]), at + 1
        if day is not None:
            while words[month_at : month_at + 1] and words[month_at] in (".", "-", "of", "go", "de"):
                month_at += 1
            month = _MONTHS.get(words[month_at]) if month_at < len(words) else None
            if month:
                return self._with_year(words, at, month_at + 1, day, month)
            return 0
        month = _MONTHS.get(words[at])
        after = at + 1 + (words[at + 1 : at + 2] == ["the"])
        day = _ordinal(words[after]) if month and after < len(words) else None
        if month and day and day <= 31:
            return self._with_year(words, at, after + 1, day, month)
        return 0

    def _with_year(self, words: Sequence[str], at: int, place: int, day: int, month: int) -> int:
        place += words[place : place + 1] in (["."], [","]) and place + 1 < len(words) and words[place + 1].isdigit() and len(words[place + 1]) == 4
        year = int(words[place]) if place < len(words) and words[place].isdigit() and len(words[place]) == 4 else None
        self._add(day, month, year)
        return place + (year is not None) - at

    def _month_alone(self, words: Sequence[str], at: int) -> int:
        """In January: its first working day."""
        month = _MONTHS.get(words[at])
        if month is None or words[at] in _ONLY_WITH_A_DAY and (at == 0 or words[at - 1] not in ("en", "w", "in", "do", "na")):
            return 0
        first = self.today.replace(day=1)
        self.days.append(next_workday(months_from(first, (month - first.month - 1) % 12 + 1)))
        return 1

    def _day_alone(self, words: Sequence[str], at: int) -> int:
        """The 3rd, le 3, na 3-go."""
        article = words[at] in ("le", "the", "au")
        word = words[at + 1] if article and at + 1 < len(words) else words[at]
        day = _ordinal(word)
        is_written = not word.isdigit() or words[at + 1 : at + 3] == ["-", "go"]
        following = words[at + 1 + article : at + 2 + article]
        if day is None or not (article or is_written) or (following and following[0] in _MONTHS):
            return 0
        first = self.today.replace(day=1)
        ahead = next((n for n in range(13) if (found := _day_in(months_from(first, n), day)) and found > self.today), 0)
        found = _day_in(months_from(first, ahead), day)
        if found is not None:
            self.days.append(found)
        return 1 + article + 2 * (words[at + 1 : at + 3] == ["-", "go"])

    def _new_year(self, words: Sequence[str], at: int) -> int:
        """After the holidays: the first working day after the first of January."""
        phrase = next((each for each in _NEW_YEAR if tuple(words[at : at + len(each)]) == each), ())
        if phrase:
            self.days.append(next_workday(date(self.today.year + 1, 1, 2)))
        return len(phrase)

    def _hour_word(self, words: Sequence[str], at: int) -> int:
        if words[at] in _HALVES and at and (words[at - 1] in _WEEKDAYS or words[at - 1] == "tomorrow"):  # "Monday am"; otherwise it is "I am"
            self.hour = self.hour or _HALVES[words[at]]
            return 1
        if tuple(words[at : at + 3]) == ("apres", "-", "midi") or tuple(words[at : at + 2]) == ("apres", "midi"):
            self.hour = self.hour or AFTERNOON
            return 3 if words[at + 1] == "-" else 2
        if words[at] not in _HOURS:
            return 0
        self.hour = self.hour or _HOURS[words[at]]
        return 1

    _STEPS = (_named, _new_year, _relative, _next_period, _part, _day_of_month, _weekday, _month_alone, _day_alone, _hour_word)


_NAMED = (
    (("day", "after", "tomorrow"), 2), (("apres", "-", "demain"), 2), (("apres", "demain"), 2), (("aujourd", "'", "hui"), 0), (("aujourd", "’", "hui"), 0),
    (("pojutrze",), 2), (("surlendemain",), 2), (("demain",), 1), (("jutro",), 1), (("jutra",), 1), (("tomorrow",), 1), (("today",), 0),
    (("dzis",), 0), (("dzisiaj",), 0),
    (("tmrw",), 1), (("tomorow",), 1), (("tommorow",), 1), (("tmr",), 1), (("apres", "demian"), 2), (("demian",), 1),
)
_NEW_YEAR = (
    ("apres", "le", "nouvel", "an"), ("apres", "les", "fetes"), ("po", "nowym", "roku"), ("after", "new", "year"), ("after", "the", "new", "year"),
    ("in", "the", "new", "year"), ("after", "the", "holidays"),
)
_HALVES = {"am": MORNING, "pm": AFTERNOON}


def is_of_calendar(word: str) -> bool:
    """Whether ``word`` names a day or a month, and so nobody."""
    return word in _WEEKDAYS or word in _MONTHS or word in _HOURS or any(word in phrase for phrase, _ in _NAMED)


def is_of_month(word: str) -> bool:
    """Whether ``word`` names a month, so that a number before it is a day."""
    return word in _MONTHS


def is_of_week(word: str) -> bool:
    """Whether ``word`` alone names a day: Friday, tomorrow."""
    return word in _WEEKDAYS or any(phrase == (word,) for phrase, _ in _NAMED)


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 4 else _NUMBERS.get(word)


def _ordinal(word: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2})(?:er|e|st|nd|rd|th|go|ego)?", word)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None


def _day_in(month: date, day: int) -> date | None:
    last = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=day) if day <= last else None


def _last_workday(day: date) -> date:
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return last - timedelta(days=max(0, last.weekday() - 4))
