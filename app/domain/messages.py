"""What can become of an incoming message, and the sentence that says why."""

from enum import StrEnum

from app.support.i18n import N_


class State(StrEnum):
    RECEIVED = "received"
    ATTACHED = "attached"
    CREATED = "created"
    HELD = "held"
    IGNORED = "ignored"
    FAILED = "failed"


ENDED = frozenset({State.ATTACHED, State.CREATED, State.IGNORED})

REASONS_OF: dict[State, dict[str, str]] = {
    State.ATTACHED: {
        "token": N_("Sent to the address of the opportunity “%(opportunity)s”."),
        "token_engagement": N_("Sent to the address of the engagement “%(opportunity)s”."),
        "thread": N_("Answers the message of %(day)s in the history of “%(opportunity)s”."),
        "only_open": N_("“%(opportunity)s” is the only open opportunity of %(contact)s."),
        "most_recent": N_(
            "%(contact)s has %(count)s open opportunities; “%(opportunity)s” is the most recently active. Move it if this is wrong."
        ),
        "most_recent_own": N_(
            "%(contact)s has %(count)s open opportunities; “%(opportunity)s” is the most recently active that %(sender)s handles. "
            "Move it if this is wrong."
        ),
        "engagement": N_("%(contact)s has no open opportunity: kept in the history of the engagement “%(opportunity)s”."),
        "engagement_recent": N_(
            "%(contact)s has no open opportunity and %(count)s engagements; “%(opportunity)s” is the most recently active. Move it if this is wrong."
        ),
        "on_contact": N_("%(contact)s has no open opportunity: kept in the history of the contact."),
        "on_contact_closed": N_("The opportunities of %(contact)s are closed: kept in the history of the contact."),
        "colleague": N_("A colleague handles this customer: kept in their history, and the owner was told."),
        "calendar_changed": N_("Changes the appointment “%(appointment)s”, which is in the history."),
        "form_attached": N_("%(contact)s sent the form “%(form)s”; their opportunity “%(opportunity)s” is open."),
        "by_choice": N_("%(sender)s put it here: “%(opportunity)s”."),
        "answer_done": N_("%(sender)s answered the morning e-mail of %(day)s: done in “%(opportunity)s”."),
        "answer_done_many": N_("%(sender)s answered the morning e-mail of %(day)s: done in %(count)s records."),
    },
    State.CREATED: {
        "new_from_bcc": N_("%(sender)s wrote to %(contact)s, who was not known: a new opportunity."),
        "new_from_forward": N_("%(sender)s forwarded a message of %(contact)s: a new opportunity."),
        "new_from_direct": N_("First message of %(contact)s to %(address)s: a new opportunity."),
        "new_from_form": N_("%(contact)s sent the form “%(form)s”: a new opportunity."),
        "new_by_person": N_("%(sender)s made an opportunity of this message."),
    },
    State.HELD: {
        "not_authenticated": N_("The sender says to be %(sender)s, but nothing proves it: no secret address and no valid signature of the mail server."),
        "stranger_to_secret": N_("Somebody unknown wrote to the secret address of %(user)s."),
        "unknown_recipient": N_("%(contact)s is not known yet, and this address holds such messages for a decision."),
        "policy_known": N_("This address takes messages of known contacts only; %(contact)s is not known."),
        "policy_staff": N_("This address takes messages of staff only."),
        "contact_unsure": N_("The message was forwarded, but it does not show with certainty which customer it is about."),
        "no_external": N_("No customer was found among the people of this message."),
        "recipient_only": N_("It was sent to %(contact)s, and its sender is neither a customer nor a colleague whom Kurier knows."),
        "rate": N_("More than %(count)s messages from %(sender)s in two hours: the rest waits."),
        "inactive_user": N_("The account of %(sender)s is switched off."),
        "notice_not_colleague": N_("Answers a notice about a held message, but comes from nobody who may decide about it."),
        "answer_not_reader": N_("Answers the morning e-mail of %(user)s, but comes from somebody else."),
        "no_right": N_("%(sender)s may not create opportunities: a manager or an administrator decides about it."),
        "not_addressed": N_("No address of the CRM and no user was found in this message."),
    },
    State.IGNORED: {
        "own": N_("One of our own messages came back."),
        "loop": N_("It passed through %(count)s servers: it goes round in circles."),
        "selftest": N_("A self-test of a mailbox came back."),
        "auto_reply_noted": N_("An automatic answer of %(contact)s, noted in the history of the contact."),
        "auto_reply": N_("An automatic answer."),
        "list": N_("A mailing list or newsletter."),
        "calendar": N_("A calendar message of somebody unknown, or about an appointment that is not in the history."),
        "calendar_foreign": N_("Says to change the appointment “%(appointment)s”, but comes from somebody who may not."),
        "bounce_delayed": N_("Mail to %(address)s is late; the server is still trying."),
        "bounce_recorded": N_("Mail to %(address)s came back: the address no longer works. Recorded on the contact."),
        "bounce_noted": N_("Mail to %(address)s did not arrive this time; noted on the contact."),
        "feedback_recorded": N_("%(address)s reported our mail as unwanted; recorded on the contact."),
        "feedback": N_("A report about unwanted or unsigned mail that names no message or contact of ours."),
        "bounce_unknown": N_("Mail to %(address)s came back, but Kurier knows no mail to that address: nothing was recorded."),
        "answer_asked": N_(
            "%(sender)s answered the morning e-mail of %(day)s, but what is wanted is not certain: asked by e-mail, and nothing was changed."
        ),
        "answer_refused": N_("%(sender)s answered the morning e-mail of %(day)s, but it could not be done: told why by e-mail."),
        "answer_late": N_("%(sender)s answered the morning e-mail of %(day)s, which is too old to act upon: told so by e-mail."),
        "answer_empty": N_("%(sender)s answered the morning e-mail of %(day)s without asking for anything."),
        "notice_answered": N_("%(sender)s answered the notice about “%(subject)s”: told by e-mail what came of it."),
        "blocked": N_("Blocked by the rule for %(rule)s."),
        "by_person": N_("Set aside by %(sender)s."),
        "robot": N_("The form was sent by a robot: its hidden field was filled in."),
        "gone": N_("The mail server did not give this message. Nobody waits for it: it is gone from there, or was set aside."),
    },
    State.FAILED: {
        "unreadable": N_("The message could not be read. Its original is kept."),
        "unfetched": N_("The mail server did not give this message: %(answer)s. “Replay” asks for it again; mail behind it is read on."),
        "gave_up": N_("Tried %(attempts)s times without success (reference %(reference)s). Use “Replay” when the cause is gone."),
    },
    State.RECEIVED: {"error": N_("An error stopped the filing (reference %(reference)s). It will be tried again.")},
}
# Said beside the outcome, in a notice.
LEFT_OUT = {"too_large": N_("The message is larger than %(limit)s: its text was kept, its attachments were not.")}
REASONS: dict[str, str] = LEFT_OUT | {code: sentence for reasons in REASONS_OF.values() for code, sentence in reasons.items()}

# Said after the reason where a rule for the sender counted.
LET_THROUGH = N_("The rule for %(rule)s lets this sender through.")
# Said after the reason where an invitation became an appointment.
ARRANGED = N_("Its appointment “%(meeting)s” was noted.")
# Said after the reason of a forward that is not certain: there are people to choose from, a name only, or nobody.
CHOOSE = N_("Choose the contact.")
NO_ADDRESS = N_("No customer's address is in it. Attach it, or create an opportunity and type the address.")
ONLY_A_NAME = N_("It shows a name without an address: %(name)s. Attach it, or create an opportunity and type the address.")
