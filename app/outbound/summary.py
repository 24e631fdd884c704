"""The morning summary as an e-mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from app.domain.deeds import Deed, MailLink
from app.domain.summaries import Line, Summary, Team, kept
from app.domain.workdays import moment_of
from app.extensions import db
from app.models import OutgoingMail, SummarySending, SummarySubscription, User
from app.models.summaries import Edition
from app.operations.outbox import SUMMARY, WAITING, rewrite, seal
from app.operations.summaries import SummaryMail, send_summary
from app.operations.users import the_firm
from app.outbound.compose import compose
from app.outbound.notices import AUTOMATIC
from app.outbound.summary_words import name_of, reading
from app.outbound.words import Acts, Words, address
from app.permissions.actor import Actor
from app.queries import summary as queries
from app.support.secrets import is_signed, sign

_ON_TASK, _ON_SALE = (Deed.DONE, Deed.STANDBY), (Deed.STANDBY, Deed.NOTE)
DEEDS: dict[str, tuple[Deed, ...]] = {  # of the parts of a summary
    "overdue": _ON_TASK, "due": _ON_TASK, "woken": _ON_SALE, "to_do": _ON_SALE, "stagnant": _ON_SALE, "unassigned": (Deed.TAKE,),
    "alerts": (Deed.TAKE,),
}
PURPOSE = "summary-stop"
SIGNATURE = 26  # base32 letters: 130 bits


@dataclass(frozen=True)
class Prepared:
    """The figures of a day and the mail that tells them; no mail when there is nothing to say."""

    summary: Summary
    mail: SummaryMail | None


def stop_token(subscription: SummarySubscription) -> str:
    """What switches ``subscription`` off without signing in."""
    return f"{subscription.public_ref}.{sign(current_app.config['SECRET_KEY'], PURPOSE, subscription.public_ref, SIGNATURE)}"


def stopped_by(given: str) -> str | None:
    """The public reference of the subscription that the token ``given`` switches off; None when it is not ours."""
    reference, _, signature = given.partition(".")
    is_ours = len(signature) == SIGNATURE and is_signed(current_app.config["SECRET_KEY"], PURPOSE, reference, signature)
    return reference if is_ours else None


def prepare(subscription: SummarySubscription, day: date, *, is_for_show: bool = False) -> Prepared:
    """Gather and compose the summary of ``day``, within the reader's rights and in their language; ``is_for_show``: its links do nothing."""
    language = subscription.user.language.value
    with force_locale(language):
        summary = queries.of(subscription.user, subscription.edition, day)
        if summary.is_empty:
            return Prepared(summary, None)
        stop = address("SummaryView.stop", given=stop_token(subscription))
        mail = compose("summary", language, **facts(summary, subscription, stop, _nowhere if is_for_show else _link))
    headers = {
        **AUTOMATIC, "Reply-To": seal().summary_address(subscription.public_ref, day), "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
    }
    return Prepared(summary, SummaryMail(mail.subject, mail.text, mail.html, headers))


def _link(link: MailLink) -> str:
    return address("MailLinkView.show", given=link.token(current_app.config["SECRET_KEY"]))


def _nowhere(link: MailLink) -> str:
    """For a picture of the mail, which may be looked at by others: its links lead nowhere."""
    return "#"


def last_moment(subscription: SummarySubscription, day: date) -> datetime:
    """Until when the links in the mail of ``day`` work: when the next one would come."""
    return moment_of(day + timedelta(days=1), subscription.send_at, subscription.user.time_zone)


def _acts(subscription: SummarySubscription, day: date, link_to: Callable[[MailLink], str]) -> Acts:
    until, is_team = last_moment(subscription, day), subscription.edition is Edition.TEAM

    def acts(key: str, line: Line) -> tuple[tuple[str, str], ...]:
        deeds = (Deed.ASSIGN,) if key == "unassigned" and is_team else DEEDS.get(key, ())
        if line.version is None:
            return ()
        links = (MailLink(deed, line.subject, line.id, line.version, subscription.user_id, until) for deed in deeds)
        return tuple((name_of(link), link_to(link)) for link in links)

    return acts


def facts(
    summary: Summary, subscription: SummarySubscription, stop: str, link_to: Callable[[MailLink], str] = _nowhere
) -> dict[str, Any]:
    """What the templates of the mail name, in the locale of the moment."""
    user: User = subscription.user
    words, acts = Words(user.time_zone), _acts(subscription, summary.day, link_to)
    sent_line = gettext(
        "Sent at %(hour)s, %(city)s time, on working days on which there is something to say.",
        hour=words.clock(subscription.send_at), city=words.city(),
    )
    told = reading(summary, name=user.first_name or user.username, zone=user.time_zone, acts=acts)
    page = address("SummaryView.day", day=summary.day.isoformat(), edition=subscription.edition.value)
    return {
        "reading": told, "page_url": page,
        "settings_url": address("MeView.list"), "stop_url": stop, "sent_line": sent_line,
        "answer_line": _answer_line(summary, user) if any(row.acts for part in told.parts for row in part.rows) else "",
        "links_line": gettext(
            "The links that do something work once, until tomorrow at %(hour)s, and ask first.", hour=words.clock(subscription.send_at)
        ),
    }


def _answer_line(summary: Summary, reader: User) -> str:
    """How it is answered; to who leads others, how to give something to one of them."""
    names = [each.name.partition(" ")[0] for each in summary.members if each.name not in ("", str(reader))] if isinstance(summary, Team) else []
    if names:
        return str(gettext(
            "For example “1 → %(name)s”, “2 standby Friday” or “3 note: calls back on Monday”. The number is that of the line. "
            "Kurier writes back what was done.", name=names[0],
        ))
    return str(gettext(
        "For example “2 standby Friday”, “1 won 12 000” or “3 note: calls back on Monday”. The number is that of the line. "
        "Kurier writes back what was done."
    ))


def send(subscription: SummarySubscription, day: date, *, again: bool = False, actor: Actor) -> SummarySending:
    """Send the summary of ``day`` now; ``DomainError`` with the code ``already_sent`` when it was."""
    prepared = prepare(subscription, day)
    return send_summary(subscription, day, prepared.mail, kept(prepared.summary), again=again, actor=actor)


def write_again(outgoing_id: int, *, actor: Actor) -> None:
    """When rights changed while a summary waited to be sent, it tells what its reader may know by now."""
    mail = db.session.get(OutgoingMail, outgoing_id)
    if mail is None or mail.event != SUMMARY or mail.state not in WAITING or mail.rights_version == the_firm().rights_version:
        return
    sending = queries.sending_by(mail)
    prepared = prepare(sending.subscription, sending.day) if sending is not None and sending.subscription.user.active else None
    if prepared is not None and prepared.mail is not None:
        rewrite(outgoing_id, subject=prepared.mail.subject, text=prepared.mail.text, html=prepared.mail.html, actor=actor)
