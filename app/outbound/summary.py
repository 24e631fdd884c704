"""The morning summary as an e-mail."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from app.domain.summaries import Summary, kept
from app.extensions import db
from app.models import OutgoingMail, SummarySending, SummarySubscription, User
from app.operations.outbox import SUMMARY, WAITING, rewrite
from app.operations.summaries import SummaryMail, send_summary
from app.operations.users import the_firm
from app.outbound.compose import compose
from app.outbound.notices import AUTOMATIC
from app.outbound.summary_words import Words, address, reading
from app.permissions.actor import Actor
from app.queries import summary as queries
from app.support.secrets import is_signed, sign

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


def prepare(subscription: SummarySubscription, day: date) -> Prepared:
    """Gather and compose the summary of ``day``, within the reader's rights and in their language."""
    language = subscription.user.language.value
    with force_locale(language):
        summary = queries.of(subscription.user, subscription.edition, day)
        if summary.is_empty:
            return Prepared(summary, None)
        stop = address("SummaryView.stop", given=stop_token(subscription))
        mail = compose("summary", language, **facts(summary, subscription, stop))
    headers = {
        **AUTOMATIC, "List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
    }
    return Prepared(summary, SummaryMail(mail.subject, mail.text, mail.html, headers))


def facts(summary: Summary, subscription: SummarySubscription, stop: str) -> dict[str, Any]:
    """What the templates of the mail name, in the locale of the moment."""
    user: User = subscription.user
    words = Words(user.time_zone)
    sent_line = gettext(
        "Sent at %(hour)s, %(city)s time, on working days on which there is something to say.",
        hour=words.clock(subscription.send_at), city=words.city(),
    )
    page = address("SummaryView.day", day=summary.day.isoformat(), edition=subscription.edition.value)
    return {
        "reading": reading(summary, name=user.first_name or user.username, zone=user.time_zone), "page_url": page,
        "settings_url": address("MeView.list"), "stop_url": stop, "sent_line": sent_line,
    }


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
