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
    "step_changed": N_("Moved from “%(before)s” to “%(after)s”"),
    "put_on_standby": N_("Put on standby until %(until)s"),
    "woken_by_reminder": N_("Woken by its reminder"),
    "woken_by_reply": N_("The customer answered: to do again"),
    "won": N_("Opportunity won"),
    "lost": N_("Lost: %(reason)s"),
    "cancelled": N_("Cancelled: %(reason)s"),
    "reopened": N_("Reopened"),
    "account_became_client": N_("The account became a client"),
    "address_invalid": N_("Mail to %(address)s came back: the address does not exist"),
    "address_valid_again": N_("A message came from %(address)s: the address is valid"),
}
