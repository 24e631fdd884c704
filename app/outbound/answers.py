"""The confirmation of what an answer to the morning email did, and the question where it was in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import format_decimal
from flask import current_app
from flask_babel import force_locale, get_locale, gettext

from app.domain.deeds import Deed, MailLink, Result, moment_of
from app.domain.events import SummaryAnswered
from app.domain.summaries import Subject
from app.extensions import db
from app.models import IncomingMessage, User
from app.operations.outbox import queue_mail
from app.outbound.compose import compose
from app.outbound.notices import AUTOMATIC, language_of
from app.outbound.summary_words import deed_of, record_address
from app.outbound.words import Words, address
from app.support.i18n import N_
from app.support.money import Money
from app.support.text import shorten

DONE: dict[Deed, str] = {
    Deed.STANDBY: N_("On standby until %(detail)s"), Deed.NOTE: N_("Note written"), Deed.CALL: N_("Call logged"), Deed.DONE: N_("Finished"),
    Deed.WON: N_("Closed as won"), Deed.LOST: N_("Closed as lost"), Deed.CANCELLED: N_("Closed as cancelled"), Deed.ASSIGN: N_("Given to %(detail)s"),
    Deed.TAKE: N_("It is yours now"), Deed.REOPEN: N_("Open again"),
}
LATER_DONE = N_("Moved to %(detail)s")
WON_FOR = N_("Closed as won, final amount %(detail)s")
QUESTIONS: dict[str, str] = {
    "deed": N_("What is to be done? Answer with a verb such as “standby Friday”, “won 12 000”, “done” or “note: …”."),
    "which": N_("Which of them? Choose below, or answer again with the number of the line."),
    "day": N_("Until when? Choose below, or answer again with a day such as “3 December” or “next week”."),
    "amount": N_("Is this the final amount? Choose below, or answer again with the number of the line and the amount in its currency."),
    "reason": N_("Why? Choose below and say it, or answer again with the reason, such as “lost: too expensive”."),
    "person": N_("To whom? Choose below, or answer again with the name of a colleague."),
    "text": N_("What is to be written? Answer again with the text behind the word."),
    "own": N_("Is it meant so? Choose below, and it is done."),
    "sure": N_("Is it meant so? The sentence says that it is not so yet, or may not be. If it is, choose below."),
}


@dataclass(frozen=True)
class Told:
    """One thing that was asked for: what the person wrote, what came of it, where it is, what can be chosen."""

    said: str
    title: str
    sentence: str
    url: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def tell(event: SummaryAnswered) -> None:
    """Write to whoever answered; the mail can be answered in its turn."""
    message = db.session.get_one(IncomingMessage, event.message_id)
    user = db.session.get_one(User, event.user_id)
    with force_locale(language_of(user)):
        told = [_told(each, user) for each in event.results]
        title = _title(event.results)
        hint = gettext("Was it a mistake? Answer this message with “undo”.") if any(each.before for each in event.results) else ""
    facts: dict[str, Any] = {"name": user.first_name or user.username, "title": title, "told": told, "hint": hint, "today_url": address("TodayView.list")}
    mail = compose("answer", language_of(user), **facts)
    thread = {"In-Reply-To": f"<{message.header_id}>", "References": f"<{message.header_id}>"} if message.header_id else {}
    queue_mail(
        key=f"answer:{message.id}", event="answer", to=user.email, language=language_of(user), subject=mail.subject, text=mail.text, html=mail.html,
        headers={**AUTOMATIC, **thread, "Reply-To": event.reply_to}, to_user_id=user.id,
    )


def _title(results: Sequence[Result]) -> str:
    if all(each.is_back for each in results):
        return str(gettext("Taken back: %(what)s", what=_names(results)))
    if all(each.is_done for each in results):
        return str(gettext("Done: %(what)s", what=_names(results)))
    if not any(each.is_done for each in results):
        return str(gettext("Nothing was changed: what is meant?") if any(each.doubt for each in results) else gettext("Nothing was changed"))
    return str(gettext("Done in part: %(what)s", what=_names([each for each in results if each.is_done])))


def _names(results: Sequence[Result]) -> str:
    return shorten(", ".join(dict.fromkeys(title for each in results for title in each.titles)), 120)


def _told(result: Result, user: User) -> Told:
    words, title = Words(user.time_zone), ", ".join(result.titles)
    said = shorten(result.said, 300)
    if result.refusal is not None:
        return Told(said, title, gettext(result.refusal.message, **result.refusal.params))
    if result.doubt:
        choices = tuple((_choice(link, name, words), _link(link)) for link, name in result.choices)
        return Told(said, title, gettext(QUESTIONS[result.doubt]), choices=choices)
    assert result.deed is not None
    if result.is_back:
        return Told(said, title, gettext("Taken back: it is as it was before."), record_address(*result.about[0]))
    subject, key = result.about[0]
    back = tuple((_choice(link, name, words), _link(link)) for link, name in result.choices)
    return Told(said, title, sentence_of(result.deed, subject, result.detail, words), record_address(subject, key), back)


def sentence_of(deed: Deed, subject: Subject, detail: str, words: Words) -> str:
    """What came of ``deed``; ``detail`` as in ``Result``."""
    if deed is Deed.STANDBY:
        moment = _moment(datetime.fromisoformat(detail), words)
        return str(gettext(LATER_DONE if subject is Subject.TASK else DONE[deed], detail=moment))
    if deed is Deed.WON and detail:
        amount, _, currency = detail.partition(" ")
        return str(gettext(WON_FOR, detail=Money(Decimal(amount), currency).worded(get_locale() or "en")))
    return str(gettext(DONE[deed], detail=detail) if "%(" in DONE[deed] else gettext(DONE[deed]))


def _number(text: str) -> str:
    try:
        return str(format_decimal(Decimal(text), locale=get_locale()))
    except InvalidOperation:
        return text


def _moment(at: datetime, words: Words) -> str:
    local = at.astimezone(words.zone)
    return str(gettext("%(day)s, %(hour)s", day=words.day(local.date()), hour=words.hour(at)))


def _choice(link: MailLink, title: str, words: Words) -> str:
    name = deed_of(link)
    if link.hint is not None:
        detail = _moment(moment_of(link.hint), words) if link.deed is Deed.STANDBY else _number(str(Decimal(link.hint) / 100))
        name = f"{name}, {detail}"
    return str(gettext("%(label)s: %(text)s", label=name, text=title))


def _link(link: MailLink) -> str:
    return address("MailLinkView.show", given=link.token(current_app.config["SECRET_KEY"]))
