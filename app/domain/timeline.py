"""Kinds of history, and the sentences of what the system itself writes there."""

from enum import StrEnum

from app.support.i18n import N_


class Kind(StrEnum):
    NOTE = "note"
    CALL = "call"
    EMAIL_IN = "email_in"
    EMAIL_OUT = "email_out"
    MEETING = "meeting"
    FORM = "form"
    SYSTEM = "system"


class Origin(StrEnum):
    MANUAL = "manual"
    AUTOMATIC = "automatic"


# code of an automatic entry → the sentence; the row keeps code and params, each reader gets their language.
FACTS: dict[str, str] = {
    "account_created": N_("Account created"),
    "contact_created": N_("Contact created"),
    "opportunity_created": N_("The opportunity was created"),
    "opportunity_from_mail": N_("Opportunity created from a message"),
    "opportunity_from_form": N_("Opportunity created from the form “%(form)s”"),
    "owner_changed": N_("Owner changed from %(before)s to %(after)s"),
    "taken": N_("Taken by %(after)s"),
    "given": N_("Given to %(after)s by %(by)s"),
    "handed_over": N_("Handed over by %(before)s to %(after)s"),
    "reassigned": N_("Handed over from %(before)s to %(after)s by %(by)s"),
    "released": N_("Given back by %(by)s: nobody’s now, in %(after)s"),
    "co_owners_changed": N_("Also responsible now: %(names)s"),
    "co_owners_gone": N_("Nobody else is responsible any more"),
    "step_changed": N_("Moved from “%(before)s” to “%(after)s”"),
    "put_on_standby": N_("Put on standby until %(until)s"),
    "woken_by_reminder": N_("Woken by its reminder"),
    "standby_undone": N_("Standby taken back"),
    "woken_by_reply": N_("The customer answered: to do again"),
    "won": N_("Opportunity won"),
    "lost": N_("Lost: %(reason)s"),
    "cancelled": N_("Cancelled: %(reason)s"),
    "reopened": N_("Reopened"),
    "renewed": N_("Renewed by “%(name)s”"),
    "renewal_begun": N_("Renews “%(name)s”"),
    "account_became_prospect": N_("The account became a prospect"),
    "merged": N_("Merged with “%(name)s”"),
    "merge_undone": N_("Merge with “%(name)s” taken back"),
    "account_became_client": N_("The account became a client"),
    "address_invalid": N_("Mail to %(address)s came back. %(cause)s."),
    "address_doubtful": N_("Mail to %(address)s failed three times in 30 days. %(cause)s."),
    "address_complained": N_("%(address)s reported our mail as unwanted"),
    "away": N_("An automatic answer came from %(address)s"),
    "away_until": N_("An automatic answer came from %(address)s: back on %(day)s"),
    "meeting_moved": N_("The appointment “%(appointment)s” was moved from %(earlier)s to %(later)s"),
    "meeting_changed": N_("The appointment “%(appointment)s” was changed"),
    "meeting_cancelled": N_("The appointment “%(appointment)s” was cancelled"),
    "meeting_done": N_("The appointment “%(appointment)s” took place"),
    "meeting_accepted": N_("%(guest)s accepted the appointment “%(appointment)s”"),
    "meeting_tentative": N_("%(guest)s may come to the appointment “%(appointment)s”"),
    "meeting_declined": N_("%(guest)s declined the appointment “%(appointment)s”"),
    "meeting_other_time": N_("%(guest)s proposes %(later)s for the appointment “%(appointment)s”"),
    "letter_refused": N_("The message “%(letter)s” could not be delivered to %(address)s"),
    "follow_up_started": N_("The follow-up “%(process)s” began"),
    "follow_up_stopped": N_("The follow-up “%(process)s” was stopped"),
    "follow_up_done": N_("The follow-up “%(process)s” is done"),
    "prospect_renewed": N_("Kept as a prospect until %(day)s"),
    "prospect_abandoned": N_("The prospect was given up"),
    "address_valid_again": N_("A message came from %(address)s: the address is valid"),
}
