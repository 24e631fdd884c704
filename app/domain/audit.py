"""The words of the audit: what was done, and to what type of record."""

from app.support.i18n import N_

ACTIONS: dict[str, str] = {
    "create": N_("created"),
    "update": N_("changed"),
    "archive": N_("archived"),
    "restore": N_("brought back"),
    "delete": N_("deleted"),
    "move": N_("moved to another step"),
    "finish": N_("marked as done"),
    "put_on_standby": N_("put on standby"),
    "woken_by_reminder": N_("woken by its reminder"),
    "woken_by_reply": N_("woken by an answer"),
    "won": N_("closed as won"),
    "lost": N_("closed as lost"),
    "cancelled": N_("closed as cancelled"),
    "reopened": N_("reopened"),
    "write_note": N_("written into the history"),
    "file_message": N_("filed"),
    "move_message": N_("moved to another opportunity"),
    "replay_message": N_("filed once more"),
    "accept_proposal": N_("value of a mail accepted"),
    "dismiss_proposal": N_("value of a mail dismissed"),
    "send_summary": N_("summary prepared"),
    "stop_summary": N_("summary stopped"),
    "set_habits": N_("own settings changed"),
    "set_language": N_("language chosen"),
    "change_password": N_("password changed"),
    "renew_secret_address": N_("secret address renewed"),
    "sign_in": N_("signed in at the provider"),
    "sign_in_ended": N_("sign-in ended by the provider"),
    "refuse_sign_in": N_("sign-in refused"),
}

TYPES: dict[str, str] = {
    "Account": N_("Account"), "AccountType": N_("Account type"), "Attachment": N_("Attachment"), "Contact": N_("Contact"),
    "CrmAddress": N_("CRM address"), "Delivery": N_("Delivery of a message"), "Firm": N_("Firm"), "Grant": N_("Sign-in at a provider"),
    "IncomingMessage": N_("Incoming message"),
    "Mailbox": N_("Mailbox"), "Opportunity": N_("Opportunity"), "OutgoingMail": N_("Sent mail"), "Pipeline": N_("Pipeline"),
    "Proposal": N_("Value found in mail"), "SenderRule": N_("Rule for a sender"),
    "Step": N_("Step"), "SummarySending": N_("Morning summary"), "SummarySubscription": N_("Subscription to the summary"),
    "Task": N_("Task"), "Team": N_("Team"), "TeamMembership": N_("Membership of a team"), "TimelineEntry": N_("Event"), "User": N_("User"),
    "UserAddress": N_("Address of a user"), "WebForm": N_("Web form"),
}
