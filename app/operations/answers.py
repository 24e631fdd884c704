"""Doing what somebody asked for by answering their morning email: each thing on its own, all within the filing of their message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.deeds import Deed, MailLink, Result, hint_of
from app.domain.errors import DomainError, Refusal
from app.domain.events import SummaryAnswered
from app.domain.summaries import Line, Subject
from app.domain.workdays import BEGINS, is_workday, moment_of
from app.extensions import db
from app.models import Alert, IncomingMessage, Opportunity, User
from app.operations.deeds import Given, Item, do, is_possible
from app.operations.group import apart
from app.operations.mail_links import MODELS
from app.operations.taking_back import stamped, state_of
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor, acting
from app.support import clock
from app.support.i18n import N_

LIFE = timedelta(days=1)  # of the links in the question
MOST_CHOICES = 10
FREELY = (Deed.STANDBY, Deed.NOTE, Deed.DONE, Deed.TAKE, Deed.WON, Deed.LOST)  # offered where we do not know what is wanted
OF_SALES = (Deed.WON, Deed.LOST, Deed.CANCELLED, Deed.REOPEN)  # whichever line names the sale: a task of it, an alert about it
CLOSINGS = OF_SALES[:3]
VOID = N_("Nothing can be done with the line “%(title)s” from here: you may not see it any more, or it is no opportunity, task or alert.")
LARGEST = Decimal(10**12)


@dataclass(frozen=True)
class Asked:
    """One thing that is asked for, with lines of the mail; with a ``doubt`` they are those that may be meant."""

    said: str
    deed: Deed | None
    given: Given
    lines: tuple[Line, ...]
    currency: str = ""
    doubt: str = ""


@atomic
def act(asked: Sequence[Asked], user: User, *, message: IncomingMessage, reply_to: str, actor: Actor) -> list[Result]:
    """Do what is certain, and tell the writer of everything: what was done, why something was not, what we would have to know."""
    with apart(), acting(actor):
        results = [result for each in asked for result in _results(each, user, message, actor)]
    if results:
        announce(SummaryAnswered(message.id, user.id, reply_to, tuple(results)))
    return results


def _results(asked: Asked, user: User, message: IncomingMessage, actor: Actor) -> Iterator[Result]:
    if asked.deed is None or asked.doubt or not asked.lines:
        yield _question(asked, user)
        return
    for line in asked.lines:
        yield _done(replace(asked, lines=(line,)), asked.deed, line, user, message, actor)


def _done(asked: Asked, deed: Deed, line: Line, user: User, message: IncomingMessage, actor: Actor) -> Result:
    item = _found(line)
    if item is None:
        gone = DomainError("void", VOID, title=line.title)
        return Result(asked.said, deed, (line.title,), refusal=gone)
    deal = _deal(item)
    amount, given = asked.given.amount, asked.given
    if amount is not None and (amount >= LARGEST or (asked.currency and deal is not None and deal.currency != asked.currency)):
        return _question(replace(asked, doubt="amount", given=replace(given, amount=None)), user)
    title, about, before = title_of(item), ((line.subject, line.id),), state_of(item, deed)
    try:
        with db.session.begin_nested():
            do(item, deed, given, actor=actor)
            record(actor, "act_by_answer", item, after={"deed": deed, "message": message.id})
    except Refusal as refusal:
        return Result(asked.said, deed, (title,), refusal=refusal)
    before = stamped(before)
    if deal is None or deed not in OF_SALES:
        return Result(asked.said, deed, (title,), _detail(given), about=about, before=before)
    detail = f"{given.amount} {deal.currency}" if given.amount is not None else ""
    way_back = _way_back(deal, deed, user)
    return Result(asked.said, deed, (deal.title,), detail, choices=way_back, about=((Subject.OPPORTUNITY, deal.id),), before=before)


def _way_back(deal: Opportunity, deed: Deed, user: User) -> tuple[tuple[MailLink, str], ...]:
    """To take a closing back: somebody wrote the wrong number."""
    if deed not in CLOSINGS:
        return ()
    return ((MailLink(Deed.REOPEN, Subject.OPPORTUNITY, deal.id, deal.version, user.id, clock.now() + LIFE), deal.title),)


def _found(line: Line) -> Item | None:
    """The record of ``line``, locked, where the acting person may see it."""
    model = MODELS.get(line.subject)
    found: Any = db.session.get(model, line.id, with_for_update=True, populate_existing=True) if model else None
    return found if found is not None and not (isinstance(found, Alert) and found.subject is None) else None


def title_of(item: Item) -> str:
    return str(item.subject) if isinstance(item, Alert) else item.title


def _deal(item: Item) -> Opportunity | None:
    return item if isinstance(item, Opportunity) else item.opportunity


def _detail(given: Given) -> str:
    if given.until is not None:
        return given.until.isoformat()
    return str(given.amount) if given.amount is not None else str(given.to or "")


# ---- what we would have to ask


def _question(asked: Asked, user: User) -> Result:
    """The choices: the lines that may be meant, the days that may be, or all that can be done with the one line."""
    items = [(line, item) for line in asked.lines[:MOST_CHOICES] if (item := _found(line)) is not None]
    expires = clock.now() + LIFE
    choices: list[tuple[MailLink, str]] = []
    for line, item in items:
        title = title_of(item)
        for deed in [asked.deed] if asked.deed else FREELY if len(items) == 1 else ():
            if is_possible(item, deed):
                link = MailLink(deed, line.subject, line.id, item.version, user.id, expires)
                hints = _hints(asked, deed, user, is_alone=len(items) == 1) or [None]
                choices += [(replace(link, hint=hint), title) for hint in hints]
    return Result(asked.said, asked.deed, doubt=asked.doubt or "which", choices=tuple(choices))


def _hints(asked: Asked, deed: Deed, user: User, *, is_alone: bool) -> list[int | None]:
    """What was understood fills the form in; without a day, of one line, there are three to choose from."""
    given = asked.given
    if deed is Deed.STANDBY and given.until is not None and given.until > clock.now() and asked.doubt != "day":
        return [hint_of(given.until)]
    if deed is Deed.STANDBY and asked.doubt == "day" and is_alone:
        return [hint_of(each) for each in _days(user)]
    return [int(given.amount * 100)] if deed is Deed.WON and given.amount is not None and asked.doubt != "amount" else []


def _days(user: User) -> Iterator[datetime]:
    """Tomorrow, in a week, in a month: the next working day from then on."""
    for days in (1, 7, 30):
        day = clock.now().date() + timedelta(days=days)
        while not is_workday(day, user.country):
            day += timedelta(days=1)
        yield moment_of(day, BEGINS, user.time_zone)
