"""The morning summary in words: what its e-mail and its page both show, in the reader's language and time zone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from babel import Locale
from babel.numbers import format_percent
from flask import current_app
from flask_babel import get_locale, gettext, ngettext, pgettext

from app.domain.deeds import CHARGE, LATER, NAMES, Deed, MailLink
from app.domain.labels import LABELS
from app.domain.reach import spaced
from app.domain.summaries import Intake, Line, Mine, OrderLine, Pile, Results, Subject, Summary, Team
from app.models.summaries import Edition
from app.outbound.goal_words import goals_part
from app.outbound.words import Acts, Number, Part, Reading, Row, Table, Words, address
from app.support.i18n import N_
from app.support.money import total

Counted = tuple[tuple[int, str], ...]  # figures with their words; those that are nought are left out
ORDERS = 10  # that the mail lists
FIGURES = 3  # how many of them the subject and the first sentence name
RECORDS = {
    Subject.OPPORTUNITY: "OpportunityView.show", Subject.TASK: "TaskView.show", Subject.ENTRY: "TimelineView.show",
    Subject.MESSAGE: "IncomingMessageView.show",
}


def reading(summary: Summary, *, name: str, zone: str, acts: Acts = lambda key, line: ()) -> Reading:
    """``summary`` for the reader ``name`` in ``zone``, in the locale of the moment."""
    words = Words(zone, acts)
    if isinstance(summary, Team):
        edition, counted, numbers, parts = Edition.TEAM, _team_figures(summary), _team_numbers(summary, words), _team_parts(summary, words)
    else:
        edition, counted, numbers, parts = Edition.MINE, _my_figures(summary), _my_numbers(summary, words), _my_parts(summary, words)
    figures = [text for count, text in counted if count]
    return Reading(
        edition=gettext(EDITIONS[edition]), day_line=words.day(summary.day),
        lead=gettext("Good morning %(name)s: %(figures)s.", name=name, figures=words.listed(figures[:FIGURES])) if figures else "",
        subject=gettext("%(day)s: %(figures)s", day=words.weekday(summary.day), figures=", ".join(figures[:FIGURES])),
        numbers=numbers, parts=_numbered(part for part in parts if part.rows or part.table or part.text),
    )


def _numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """With the numbers of ``lines_of``: an answer names a line by its own."""
    numbers = count(1)
    return tuple(replace(part, rows=tuple(replace(row, number=next(numbers)) for row in part.rows)) for part in parts)


EDITIONS = {Edition.MINE: N_("My day"), Edition.TEAM: N_("The team")}


# ---- mine


def _my_figures(mine: Mine) -> Counted:
    """The main figures with their words, the most urgent first."""
    return (
        (mine.meetings.count, ngettext("%(num)s appointment", "%(num)s appointments", mine.meetings.count)),
        (mine.overdue.count, ngettext("%(num)s overdue task", "%(num)s overdue tasks", mine.overdue.count)),
        (mine.due.count, ngettext("%(num)s task for today", "%(num)s tasks for today", mine.due.count)),
        (mine.woken.count, ngettext("%(num)s reminder", "%(num)s reminders", mine.woken.count)),
        (mine.to_do.count, ngettext("%(num)s opportunity to do", "%(num)s opportunities to do", mine.to_do.count)),
        (mine.unassigned.count, ngettext("%(num)s opportunity to take", "%(num)s opportunities to take", mine.unassigned.count)),
        (mine.held.count, ngettext("%(num)s held message", "%(num)s held messages", mine.held.count)),
        (mine.alerts.count, ngettext("%(num)s alert", "%(num)s alerts", mine.alerts.count)),
        (mine.won.count, ngettext("%(num)s opportunity won", "%(num)s opportunities won", mine.won.count)),
        (mine.filed.count, ngettext("%(num)s message filed", "%(num)s messages filed", mine.filed.count)),
        (len(mine.orders), ngettext("%(num)s prospecting order", "%(num)s prospecting orders", len(mine.orders))),
    )


def _my_numbers(mine: Mine, words: Words) -> tuple[Number, ...]:
    waiting = total([*mine.woken.money, *mine.to_do.money])
    return (
        Number(gettext("Overdue"), mine.overdue.count, ""), Number(gettext("Today"), mine.due.count + mine.meetings.count, ""),
        Number(gettext("To do"), mine.woken.count + mine.to_do.count, words.money(waiting)),
        Number(pgettext("several", "Won"), mine.won.count, words.money(mine.won.money)),
    )


def _my_parts(mine: Mine, words: Words) -> list[Part]:
    today, since = address("TodayView.list"), words.plain(mine.since)
    return [
        _listing("meetings", gettext("Appointments today"), mine.meetings, "", words, today),
        _listing("overdue", gettext("Overdue"), mine.overdue, _tasks(mine.overdue), words, today),
        _listing("due", gettext("Tasks for today"), mine.due, _tasks(mine.due), words, today),
        _listing("woken", gettext("Reminders that woke up"), mine.woken, _opportunities(mine.woken, words), words, today),
        _listing("to_do", gettext("Opportunities to do"), mine.to_do, _opportunities(mine.to_do, words), words, today),
        _listing("unassigned", gettext("Free to take"), mine.unassigned, _opportunities(mine.unassigned, words), words, today),
        _listing("held", gettext("Held messages"), mine.held, _messages(mine.held), words, today),
        _alerts(mine.alerts, words),
        _orders(mine.orders, words),
        goals_part(mine.goals, words, is_own=True),
        _listing("won", gettext("Won since %(day)s", day=since), mine.won, _opportunities(mine.won, words), words),
        _listing("filed", gettext("Filed from your mail since %(day)s", day=since), mine.filed, _messages(mine.filed), words),
    ]


def _orders(lines: tuple[OrderLine, ...], words: Words) -> Part:
    """How far the orders are, and how much verifiers reject of them."""
    title, page = gettext("Prospecting orders"), address("SteerView.list")
    if not lines:
        return Part("orders", title)

    def cells(name: str, each: Sequence[OrderLine], rows: str, due: str) -> tuple[str, ...]:
        verdicts, rejections = sum(one.verdicts for one in each), sum(one.rejections for one in each)
        waiting, to_correct = sum(one.waiting for one in each), sum(one.to_correct for one in each)
        return name, rows, rate(rejections, verdicts), words.number(waiting), words.number(to_correct), due

    columns = (gettext("Prospecting order"), gettext("Rows"), gettext("Rejected share"), gettext("To verify"), gettext("To correct"), gettext("Due"))
    rows = tuple(
        cells(one.name, (one,), words.of_target(one.rows, one.target), words.plain(one.due_on) if one.due_on else "") for one in lines[:ORDERS]
    )
    count = ngettext("%(num)s prospecting order", "%(num)s prospecting orders", len(lines))
    together = cells(gettext("Together"), lines, words.number(sum(one.rows for one in lines)), "")
    return Part("orders", title, count, table=Table(columns, rows, together), link=gettext("See the orders"), url=page)


def rate(part: int, whole: int) -> str:
    """A share in whole hundredths; nothing where there is no whole."""
    return str(format_percent(part / whole, locale=get_locale() or Locale("en"))) if whole else "–"


# ---- team


def _team_figures(team: Team) -> Counted:
    sums = team.total
    return (
        (sums.won.count, ngettext("%(num)s opportunity won", "%(num)s opportunities won", sums.won.count)),
        (team.unassigned.count, ngettext("%(num)s to assign", "%(num)s to assign", team.unassigned.count)),
        (team.stagnant.count, ngettext("%(num)s stagnant", "%(num)s stagnant", team.stagnant.count)),
        (sums.created.count, ngettext("%(num)s created", "%(num)s created", sums.created.count)),
        (sums.lost.count, ngettext("%(num)s lost", "%(num)s lost", sums.lost.count)),
        (sums.cancelled.count, ngettext("%(num)s cancelled", "%(num)s cancelled", sums.cancelled.count)),
        (team.mail.total, ngettext("%(num)s message received", "%(num)s messages received", team.mail.total)),
    )


def _team_numbers(team: Team, words: Words) -> tuple[Number, ...]:
    sums = team.total
    labelled = (
        (gettext("Created"), sums.created), (pgettext("several", "Won"), sums.won), (pgettext("several", "Lost"), sums.lost),
        (gettext("Cancelled"), sums.cancelled),
    )
    return tuple(Number(label, figure.count, words.money(figure.money)) for label, figure in labelled)


def _team_parts(team: Team, words: Words) -> list[Part]:
    since, opportunities = words.plain(team.since), address("OpportunityView.list")
    return [
        _listing("unassigned", gettext("To assign"), team.unassigned, _opportunities(team.unassigned, words), words, opportunities),
        _listing("stagnant", gettext("Stagnant"), team.stagnant, _opportunities(team.stagnant, words), words, opportunities),
        goals_part(team.goals, words),
        Part("members", gettext("By person"), gettext("since %(day)s", day=since), table=_table(team, words)),
        Part(
            "mail", gettext("Incoming mail"),
            ngettext("%(num)s message since %(day)s", "%(num)s messages since %(day)s", team.mail.total, day=since),
            text=_intake(team.mail),
        ),
    ]


def _table(team: Team, words: Words) -> Table:
    def cells(row: Results, name: str) -> tuple[str, ...]:
        counts = (row.created.count, row.won.count, row.lost.count, row.cancelled.count)
        return (name, *map(str, counts), words.money(row.won.money))

    columns = (
        gettext("Person"), gettext("Created"), pgettext("several", "Won"), pgettext("several", "Lost"), gettext("Cancelled"),
        gettext("Amount won"),
    )
    rows = tuple(cells(row, row.name or gettext("Nobody yet")) for row in team.members)
    return Table(columns, rows, cells(team.total, gettext("Together")))


def _intake(mail: Intake) -> str:
    """The outcomes as a sum that can be checked; empty when nothing came."""
    counted = (
        (mail.attached, ngettext("%(num)s added to history", "%(num)s added to history", mail.attached)),
        (mail.created, ngettext("%(num)s opportunity created", "%(num)s opportunities created", mail.created)),
        (mail.held, ngettext("%(num)s held", "%(num)s held", mail.held)),
        (mail.ignored, ngettext("%(num)s ignored", "%(num)s ignored", mail.ignored)),
        (mail.failed, ngettext("%(num)s failed", "%(num)s failed", mail.failed)),
        (mail.received, ngettext("%(num)s in progress", "%(num)s in progress", mail.received)),
    )
    if not mail.total:
        return ""
    return f"{mail.total} = {' + '.join(text for count, text in counted if count)}"


# ---- lists


def _tasks(pile: Pile) -> str:
    return str(ngettext("%(num)s task", "%(num)s tasks", pile.count))


def _messages(pile: Pile) -> str:
    return str(ngettext("%(num)s message", "%(num)s messages", pile.count))


def _opportunities(pile: Pile, words: Words) -> str:
    count = ngettext("%(num)s opportunity", "%(num)s opportunities", pile.count)
    return f"{count}, {words.money(pile.money)}" if pile.money else count


def _listing(key: str, title: str, pile: Pile, aside: str, words: Words, url: str = "") -> Part:
    hidden = pile.count - len(pile.lines)
    link = ngettext("and %(num)s more", "and %(num)s more", hidden) if hidden > 0 else ""
    return Part(key, title, aside, tuple(_row(key, line, words) for line in pile.lines), link=link, url=url if hidden > 0 else "")


def _alerts(pile: Pile, words: Words) -> Part:
    """The first alerts, and always the way to all of them."""
    count = ngettext("%(num)s alert", "%(num)s alerts", pile.count)
    rows = tuple(_row("alerts", line, words) for line in pile.lines)
    link = ngettext("See the alert", "See all %(num)s alerts", pile.count) if pile.count else ""
    return Part("alerts", gettext("Alerts"), count, rows, link=link, url=address("AlertView.list") if pile.count else "")


def _row(key: str, line: Line, words: Words) -> Row:
    details = [*line.about]
    if line.money is not None:
        details.append(line.money.worded(words.locale))
    if line.step and key != "won":
        details.append(line.step)
    if line.subject is Subject.MESSAGE and line.code:
        details.insert(0, gettext(LABELS[f"State.{line.code}"]))
    elif line.subject is Subject.ALERT:
        details.insert(0, gettext(LABELS[f"Rule.{line.code}"]))
    elif key == "unassigned" and line.code:
        details.append(gettext(LABELS[f"Source.{line.code}"]))
    wrong = ""
    if line.days is not None and line.most is not None:
        wrong = ngettext("%(num)s day, %(most)s at most", "%(num)s days, %(most)s at most", line.days, most=line.most)
    elif key in ("overdue", "alerts") and line.at is not None:
        wrong = gettext("since %(day)s", day=words.plain(line.at.astimezone(words.zone).date()))
    elif line.at is not None and key != "to_do":
        details.append(words.moment(line.at))
    phone, tel = _phone(line.phone if key != "won" else None)
    return Row(line.title, record_address(line.subject, line.id), tuple(details), wrong, phone, tel, words.acts(key, line))


def record_address(subject: Subject, key: int) -> str:
    """Where the record is read; the day's page while there is no page of its own."""
    if subject is Subject.ALERT:
        return f"{address('AlertView.list', item=f'x{key}')}#chosen"
    endpoint = RECORDS[subject]
    return address(endpoint, pk=key) if endpoint in current_app.view_functions else address("TodayView.list")


def name_of(link: MailLink) -> str:
    """What ``link`` does, as its button says."""
    if link.deed is Deed.STANDBY and link.subject is Subject.TASK:
        return str(gettext(LATER))
    return str(gettext(CHARGE if link.deed is Deed.TAKE and link.subject is Subject.ALERT else NAMES[link.deed]))


def deed_of(link: MailLink) -> str:
    """The same as the button says that does it, once the person knows what is asked."""
    return str(gettext("Assign")) if link.deed is Deed.ASSIGN else name_of(link).rstrip("…")


def _phone(number: str | None) -> tuple[str, str]:
    """The number as people read it and as a telephone dials it; a text that is no number has no link."""
    if not number:
        return "", ""
    is_number = re.fullmatch(r"\+?[\d\s./()-]{6,}", number)  # "06 39 98 14 52", as somebody typed it into a form, is dialled as well
    return spaced(number), f"tel:{re.sub(r'[^+0-9]', '', number)}" if is_number else ""
