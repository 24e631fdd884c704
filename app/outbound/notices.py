"""Mail by which Kurier speaks up on its own. Called inside a transaction: it only queues."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import func, or_, select

from app.domain.errors import Refusal
from app.domain.events import NoticeAnswered
from app.domain.messages import REASONS, State
from app.extensions import db
from app.models import CrmAddress, IncomingMessage, Mailbox, OutgoingMail, Record, Role, SelfTest, User, UserAddress
from app.operations.grants import SIGN_IN_AGAIN
from app.operations.outbox import held_address, queue_mail
from app.operations.self_tests import PATIENCE, note_told
from app.operations.transaction import atomic
from app.operations.users import GRACE_DAYS
from app.outbound.compose import compose
from app.permissions.actor import Actor, Level
from app.permissions.decide import actor_of, is_allowed
from app.permissions.rights import Action
from app.queries.users import administrators
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
QUIET = timedelta(hours=1)
NAMED = 5  # of the messages that waited meanwhile
OLD = timedelta(days=7)
"""Nobody is told of older mail: it was read, or replayed, long after."""
MACHINES = frozenset({"own", "bounce", "auto_reply", "feedback", "list", "calendar"})

ADVICE: dict[str, str] = {
    "not_authenticated": N_(
        "If the message is yours, send it again to your secret CRM address. "
        "If it is not, somebody uses your name: tell your administrator."
    ),
    "unknown_recipient": N_("Open “Incoming mail” in Kurier and decide what becomes of it."),
    "contact_unsure": N_("Open “Incoming mail” in Kurier and choose the contact."),
    "no_external": N_("Open “Incoming mail” in Kurier and choose where it belongs."),
    "policy_staff": N_("Use your own CRM address in its place."),
    "policy_known": N_("Create the contact in Kurier, or use your own CRM address in its place."),
    "no_right": N_("You need not do anything: whoever decides finds it under “Incoming mail”."),
    "rate": N_("An administrator lets the held messages through under “Incoming mail”."),
    "stranger_to_secret": N_("If it is known to others, ask your administrator for a new one."),
    "too_large": N_("Send the attachments again in smaller messages, or by a link."),
    "unreadable": N_("Send it again as plain text, or attach the original to a new message."),
}

BY_ANSWER = N_("To decide, answer this message: “yes” makes an opportunity of it, “no” sets it aside, “attach to …” with a name adds it to what exists.")
WAITS = N_("Your message waits in Kurier")
TITLES: dict[str, str] = {
    "stranger_to_secret": N_("Somebody unknown wrote to your secret CRM address"),
    "unreadable": N_("Your message could not be read"),
    "too_large": N_("Your message was filed without its attachments"),
}


def welcome(user: User) -> None:
    """The first mail to a user: their CRM address, how to use it, how to sign in."""
    address = db.session.scalars(
        select(CrmAddress.address)
        .where(CrmAddress.user_id == user.id, CrmAddress.valid_until.is_(None))
        .order_by(CrmAddress.id.desc())
    ).first()
    mail = compose(
        "welcome", language_of(user), name=user.first_name or user.username, username=user.username, crm_address=address
    )
    _queue(f"welcome:{user.id}", "welcome", user, mail.subject, mail.text, mail.html)


def settled(message: IncomingMessage) -> None:
    """Explain to the colleague who sent ``message`` why it waits, and speak of what concerns two colleagues.

    Nobody outside is ever answered, nor is a machine.
    """
    if message.kind in MACHINES or message.reason is None or message.received_at < clock.now() - OLD:
        return
    if message.reason == "colleague":
        _tell_of_colleague(message)
        return
    if message.state is State.HELD or message.reason == "unreadable":
        reason = message.reason
    elif any(warning.get("code") == "too_large" for warning in message.warnings):
        reason = "too_large"
    else:
        return
    if sender := sender_of(message):
        _explain(message, sender, reason)


def sign_in_ended(mailbox: Mailbox, answer: str) -> None:
    """Tell every administrator that somebody must sign in for ``mailbox`` once more."""
    query = select(User).join(User.roles).where(Role.name == Level.ADMINISTRATOR.value, User.active.is_(True))
    for user in db.session.scalars(query.order_by(User.id)):
        with force_locale(language_of(user)):
            title = gettext("Kurier cannot read the mailbox %(mailbox)s any more", mailbox=mailbox.name)
            sentence = gettext(SIGN_IN_AGAIN, mailbox=mailbox.name, answer=answer)
            advice = gettext("Nothing is lost: reading goes on where it stopped.")
        page = f"/mailboxview/show/{mailbox.id}"
        key = f"sign-in:{mailbox.id}:{clock.now():%Y%m%dT%H%M%S}:{user.id}"
        notice(key, "notice:sign_in_ended", user, title, [sentence], "", advice, page)


def sender_of(message: IncomingMessage) -> User | None:
    """The active user who sent it, or whom its From names; their registered address gets the answer."""
    user = message.acting_user
    if user is None:
        address = message.sender_address.lower()
        user = db.session.scalars(select(User).where(func.lower(User.email) == address)).first()
        if user is None:
            query = select(User).join(UserAddress, UserAddress.user_id == User.id)
            user = db.session.scalars(query.where(UserAddress.address == address)).first()
    return user if user is not None and user.active else None


def _explain(message: IncomingMessage, sender: User, reason: str) -> None:
    event = f"notice:{reason}"
    last = _last_told(sender, event)
    if last is not None and last > clock.now() - QUIET:
        return  # the next notice names it, and the morning summary
    with force_locale(language_of(sender)):
        meanwhile = _meanwhile(message, sender, reason, last) if last is not None and message.state is State.HELD else []
        title = gettext(TITLES.get(reason, WAITS))
        sentence = _sentence(reason, {"limit": "25 MB", **message.reason_params})
        advice = gettext(ADVICE[reason]) if reason in ADVICE else ""
    may_open = is_allowed(actor_of(sender, db.session()), Action.READ, message)
    waits = message.state is State.HELD and may_open
    quoted = message.subject if may_open or reason != "stranger_to_secret" else ""  # all others they sent themselves
    page = f"/incomingmail/show/{message.id}" if waits else ""
    may_decide = waits and reason != "rate" and is_allowed(actor_of(sender, db.session()), Action.WRITE, message)
    with force_locale(language_of(sender)):
        by_answer = [gettext(BY_ANSWER)] if may_decide else []
    reply_to = held_address(message) if may_decide else None
    notice(f"notice:{message.id}:{reason}", event, sender, title, [sentence, *meanwhile, *by_answer], quoted, advice, page, reply_to=reply_to)


def notice_answered(event: NoticeAnswered, question: Refusal | None) -> None:
    """Tell who answered a notice what became of the held message, or what would have to be known."""
    user, held = db.session.get_one(User, event.user_id), db.session.get_one(IncomingMessage, event.held_id)
    waits = held.state is State.HELD
    with force_locale(language_of(user)):
        if question is None and held.reason is not None:
            title, sentences = gettext("Decided"), [_sentence(held.reason, held.reason_params)]
        else:
            title = gettext("Nothing was changed: what is meant?")
            sentences = [gettext(question.message, **question.params) if question else "", *([gettext(BY_ANSWER)] if waits else [])]
    page = f"/opportunityview/show/{held.opportunity_id}" if held.opportunity_id and question is None else f"/incomingmail/show/{held.id}"
    may_open = is_allowed(actor_of(user, db.session()), Action.READ, held)
    notice(
        f"notice_answered:{event.message_id}", "notice:answered", user, title, sentences, held.subject if may_open else "", "", page if may_open else "",
        reply_to=held_address(held) if waits and may_open else None,
    )


def _tell_of_colleague(message: IncomingMessage) -> None:
    sender = sender_of(message)
    opportunity = message.opportunity
    owner = opportunity.owner if opportunity is not None else None
    if owner is not None and owner.active and (sender is None or owner.id != sender.id):
        with force_locale(language_of(owner)):
            who = str(sender) if sender else message.sender_address
            title = gettext("%(sender)s wrote to your customer", sender=who)
            sentence = gettext(
                "The message was added to the history of “%(opportunity)s”.", opportunity=str(opportunity)
            )
        page = f"/opportunityview/show/{message.opportunity_id}"
        notice(f"notice:{message.id}:owner", "notice:colleague_owner", owner, title, [sentence], message.subject, "", page, about=opportunity)
    if sender is not None and not _was_told(sender, "notice:colleague"):
        with force_locale(language_of(sender)):
            title = gettext("A colleague handles this customer")
            sentence = gettext(REASONS["colleague"])
        notice(f"notice:{message.id}:colleague", "notice:colleague", sender, title, [sentence], message.subject, "")


@atomic
def self_test_missing(test: SelfTest, *, actor: Actor) -> None:
    """Tell every administrator that a self-test did not come back; once for each test."""
    note_told(test, actor=actor)
    sent = test.outgoing
    for user in administrators():
        with force_locale(language_of(user)):
            title = gettext("A self-test did not come back")
            sentences = [
                gettext(
                    "Kurier sent a message to %(address)s, and it did not come back through the mailbox “%(mailbox)s” within %(minutes)s minutes.",
                    address=test.address, mailbox=test.mailbox.name, minutes=int(PATIENCE.total_seconds() // 60),
                ),
                gettext("The mail server did not take it: %(answer)s", answer=sent.error)
                if sent is not None and sent.error
                else gettext("Mail of customers may not arrive either."),
            ]
            advice = gettext("Open the page of the mailbox, and look whether mail reaches it in another way.")
        page = f"/mailboxview/show/{test.mailbox_id}"
        notice(f"selftest:{test.id}:{user.id}", "notice:selftest", user, title, sentences, "", advice, page)


def _sentence(reason: str, params: dict[str, Any]) -> str:
    try:
        return gettext(REASONS[reason], **params)
    except KeyError:
        return gettext("A message of yours needs a decision.")


def _last_told(user: User, event: str) -> datetime | None:
    """When ``user`` heard of such an event last."""
    query = select(OutgoingMail.created_at).where(OutgoingMail.to_user_id == user.id, OutgoingMail.event == event)
    return db.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(1)).first()


def _was_told(user: User, event: str) -> bool:
    last = _last_told(user, event)
    return last is not None and last > clock.now() - QUIET


def _meanwhile(message: IncomingMessage, sender: User, reason: str, since: datetime) -> list[str]:
    """What has waited for the same reason since the last notice, which was silent about it."""
    theirs = [sender.email.lower(), *db.session.scalars(select(UserAddress.address).where(UserAddress.user_id == sender.id))]
    is_theirs = or_(
        IncomingMessage.acting_user_id == sender.id,
        IncomingMessage.acting_user_id.is_(None) & IncomingMessage.sender_address.in_(theirs),
    )
    query = select(IncomingMessage.subject).where(
        IncomingMessage.state == State.HELD, IncomingMessage.reason == reason, IncomingMessage.id != message.id,
        IncomingMessage.created_at > since, is_theirs,
    )
    subjects = list(db.session.scalars(query.order_by(IncomingMessage.id)))
    if not subjects:
        return []
    shown = "; ".join(f"“{shorten(each, 80)}”" if each else gettext("(no subject)") for each in subjects[:NAMED])
    more = len(subjects) - NAMED
    sentences = [gettext("These messages have waited for the same reason since the last notice: %(subjects)s.", subjects=shown)]
    if more > 0:
        sentences.append(ngettext("And %(num)s more.", "And %(num)s more.", more))
    return sentences


def new_address(user: User) -> None:
    """An administrator renewed the secret address of ``user``."""
    address = db.session.scalars(
        select(CrmAddress.address).where(CrmAddress.user_id == user.id, CrmAddress.valid_until.is_(None)).order_by(CrmAddress.id.desc())
    ).first()
    if address is None:
        return
    with force_locale(language_of(user)):
        title = gettext("You have a new CRM address")
        sentences = [
            gettext("Your personal CRM address is now %(address)s. Save it among your contacts and keep it to yourself.", address=address),
            ngettext("The old one still works for %(num)s day.", "The old one still works for %(num)s days.", GRACE_DAYS),
        ]
    notice(f"new_address:{address}", "new_address", user, title, sentences, "", "", "/me/")


def notice(key: str, event: str, user: User, title: str, sentences: list[str], quoted: str, advice: str, page: str = "", *,
           about: Record | None = None, reply_to: str | None = None) -> None:
    """Queue one mail of a few sentences for ``user``, already in their language; ``key`` names the occasion, ``reply_to`` where an answer goes.

    ``about`` is the record that it speaks of: without the right to see it when the mail goes out, it stays here.
    """
    mail = compose(
        "notice", language_of(user), name=user.first_name or user.username, title=title, sentences=sentences,
        quoted=quoted, advice=advice, page=page,
    )
    _queue(key, event, user, mail.subject, mail.text, mail.html, about, reply_to)


def _queue(
    key: str, event: str, user: User, subject: str, text: str, html: str, about: Record | None = None, reply_to: str | None = None
) -> None:
    queue_mail(
        key=key, event=event, to=user.email, language=language_of(user), subject=subject, text=text, html=html,
        headers={**AUTOMATIC, "Reply-To": reply_to} if reply_to else AUTOMATIC, to_user_id=user.id, about=about,
    )


def language_of(user: User) -> str:
    """The language in which ``user`` gets mail."""
    return str(getattr(user.language, "value", user.language))
