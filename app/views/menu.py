"""The menu and every view on it. Names are permission keys and stay; labels are translated."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import g
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy import ColumnElement, literal, select

from app.models import Order
from app.permissions.actor import Actor, current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import messages
from app.queries import orders as orders_asked
from app.queries.numbers import told
from app.views import (
    accounts,
    action_types,
    activity,
    alerts,
    api_tokens,
    attachments,
    audit,
    board,
    bulk,
    calendar_feed,
    campaigns,
    colleagues,
    contacts,
    crm_addresses,
    custom_fields,
    engagements,
    entries,
    first_steps,
    follow_ups,
    form_layouts,
    identity_providers,
    imports,
    incoming,
    list_views,
    mail_links,
    mail_templates,
    mailboxes,
    me,
    meetings,
    objectives,
    oidc,
    opportunities,
    order_entry,
    orders,
    own_results,
    passkeys,
    password_reset,
    prospect_rows,
    provider_sign_in,
    public,
    results,
    search,
    second_factor,
    sender_rules,
    settings,
    shell,
    steering,
    summary,
    tags,
    tasks,
    today,
    verification,
    viewing,
    web_forms,
    work,
)
from app.views.api.records import APIS

AREAS = {"Sales": lazy_gettext("Sales"), "Prospecting": lazy_gettext("Prospecting"),
         "Directory": lazy_gettext("Directory"), "Settings": lazy_gettext("Settings")}

# (view, menu name, label, icon, area)
ENTRIES: list[tuple[Any, str, Any, str, str]] = [
    (today.TodayView, "Today", lazy_gettext("Today"), "sun", ""),
    (incoming.IncomingMessageView, "Incoming mail", lazy_gettext("Incoming mail"), "inbox", ""),
    (alerts.AlertView, "Alerts", lazy_gettext("Alerts"), "bell", ""),
    (opportunities.OpportunityView, "Opportunities", lazy_gettext("Opportunities"), "briefcase", "Sales"),
    (board.BoardView, "Board", lazy_gettext("Pipeline"), "kanban", "Sales"),
    (tasks.TaskView, "Tasks", lazy_gettext("Tasks"), "check2-circle", "Sales"),
    (results.ResultsView, "Results", lazy_gettext("Results"), "bar-chart", "Sales"),
    (objectives.ObjectiveView, "Objectives", lazy_gettext("Objectives"), "bullseye", "Sales"),
    (campaigns.CampaignView, "Campaigns", lazy_gettext("Campaigns"), "megaphone", "Sales"),
    (activity.ActivityView, "Activity", lazy_gettext("Activity"), "activity", "Sales"),
    (colleagues.ColleaguesView, "With colleagues", lazy_gettext("With colleagues"), "people", "Sales"),
    (settings.TimelineView, "History", lazy_gettext("History"), "clock-history", "Sales"),
    (summary.SummaryView, "Summary", lazy_gettext("Summary"), "sunrise", "Sales"),
    (order_entry.MyOrderView, "My order", lazy_gettext("My order"), "card-list", "Prospecting"),
    (own_results.OwnResultsView, "My results", lazy_gettext("My results"), "bar-chart", "Prospecting"),
    (steering.SteerView, "State of orders", lazy_gettext("State of orders"), "speedometer2", "Prospecting"),
    (orders.OrderView, "Prospecting orders", lazy_gettext("Prospecting orders"), "clipboard-check", "Prospecting"),
    (prospect_rows.ProspectRowView, "Prospect rows", lazy_gettext("Prospect rows"), "list-ul", "Prospecting"),
    (verification.VerifyView, "Verification", lazy_gettext("Verification"), "check2-circle", "Prospecting"),
    (engagements.EngagementView, "Engagements", lazy_gettext("Engagements"), "folder2-open", "Directory"),
    (accounts.AccountView, "Accounts", lazy_gettext("Accounts"), "building", "Directory"),
    (contacts.ContactView, "Contacts", lazy_gettext("Contacts"), "people", "Directory"),
    (mail_templates.MailTemplateView, "Mail templates", lazy_gettext("Mail templates"), "file-earmark-text", "Directory"),
    (first_steps.StartView, "First steps", lazy_gettext("First steps"), "list-check", "Settings"),
    (settings.PipelineView, "Pipelines", lazy_gettext("Pipelines"), "kanban", "Settings"),
    (settings.StepView, "Steps", lazy_gettext("Steps"), "list-ol", "Settings"),
    (alerts.AlertSettingView, "Rules of alerts", lazy_gettext("Rules of alerts"), "bell", "Settings"),
    (accounts.AccountTypeView, "Account types", lazy_gettext("Account types"), "tags", "Settings"),
    (campaigns.CloseReasonView, "Reasons for closing", lazy_gettext("Reasons for closing"), "x-circle", "Settings"),
    (campaigns.CompetitorView, "Competitors", lazy_gettext("Competitors"), "shield", "Settings"),
    (tags.TagView, "Tags", lazy_gettext("Tags"), "tag", "Settings"),
    (follow_ups.FollowUpView, "Follow-up processes", lazy_gettext("Follow-up processes"), "list-check", "Settings"),
    (follow_ups.FollowUpLineView, "Tasks of processes", lazy_gettext("Tasks of processes"), "list-ol", "Settings"),
    (action_types.ActionTypeView, "Kinds of action", lazy_gettext("Kinds of action"), "chat-left-text", "Settings"),
    (custom_fields.CustomFieldView, "Custom fields", lazy_gettext("Custom fields"), "input-cursor-text", "Settings"),
    (custom_fields.CustomChoiceView, "Values of lists", lazy_gettext("Values of lists"), "list-check", "Settings"),
    (mailboxes.MailboxView, "Mailboxes", lazy_gettext("Mailboxes"), "mailbox", "Settings"),
    (crm_addresses.CrmAddressView, "CRM addresses", lazy_gettext("CRM addresses"), "at", "Settings"),
    (sender_rules.SenderRuleView, "Rules for senders", lazy_gettext("Rules for senders"), "funnel", "Settings"),
    (web_forms.WebFormView, "Web forms", lazy_gettext("Web forms"), "ui-checks", "Settings"),
    (form_layouts.FormLayoutView, "Taught forms", lazy_gettext("Taught forms"), "mortarboard", "Settings"),
    (identity_providers.IdentityProviderView, "Sign-in providers", lazy_gettext("Sign-in providers"), "box-arrow-in-right", "Settings"),
    (identity_providers.IdentityView, "Linked accounts", lazy_gettext("Linked accounts"), "person-check", "Settings"),
    (settings.FirmView, "Firm", lazy_gettext("Firm"), "house", "Settings"),
    (settings.OutboxView, "Sent mail", lazy_gettext("Sent mail"), "send", "Settings"),
    (audit.AuditView, "Audit", lazy_gettext("Audit"), "journal-text", "Settings"),
]
# Pages that no menu leads to.
UNLISTED: list[Any] = [attachments.AttachmentView, bulk.BulkView, calendar_feed.CalendarFeedView, imports.ImportView, list_views.ListViewsView,
                       mail_links.MailLinkView, meetings.AppointmentView, entries.EntryView,
                       me.MeView, colleagues.MentionView, search.SearchView, public.PublicFormView, provider_sign_in.ProviderSignInView,
                       shell.ShellView, second_factor.SecondFactorView, work.WorkView, api_tokens.ApiTokenView, oidc.OidcView, passkeys.PasskeyView,
                       passkeys.PasskeySignInView, password_reset.PasswordResetView, viewing.ViewAsView, *APIS]
# Menu name → the number beside it, as SQL: one statement asks for all of them, on every page.
COUNTS: dict[str, Callable[[], ColumnElement[int]]] = {"Today": today.waiting, "Incoming mail": messages.waiting, "With colleagues": colleagues.unseen,
    "Alerts": alerts.waiting,
    "Prospect rows": lambda: literal(0) if is_allowed(current_actor(), Action.CREATE, Order) else orders_asked.rows_of(current_user.id),
}
# Below the entry of that name, while something waits there: (name, label, icon, address, number).
Below = tuple[str, Any, str, str, Callable[[], ColumnElement[int]]]
COMMENTS: Below = (
    "Comments", lazy_gettext("Comments"), "chat-left-text", "/my-order/waiting/comments", lambda: orders_asked.unread(current_user.id))
WAITING: dict[str, list[Below]] = {
    "My order": [
        ("To correct", lazy_gettext("To correct"), "x-circle-fill", "/my-order/waiting/rejected", lambda: orders_asked.to_correct(current_user.id)),
        COMMENTS,
    ],
    "Verification": [COMMENTS],  # of those who enter nothing
}


def build(appbuilder: Any) -> None:
    """Add every view; called once, inside the application context."""
    for view, name, label, icon, area in ENTRIES:
        if area:
            appbuilder.add_view(view, name, label=label, icon=icon, category=area, category_label=AREAS[area])
        else:
            appbuilder.add_view(view, name, label=label, icon=icon)
    for view in UNLISTED:
        appbuilder.add_view_no_menu(view)


def counts(shown: list[dict[str, Any]]) -> dict[str, int]:
    """The numbers beside the entries of the menu that are ``shown`` to whoever is signed in."""
    if not current_user.is_authenticated:
        return {}
    names = tuple(each["name"] for item in shown for each in (item, *(item.get("childs") or ())) if each != "-")
    # The page of the day knows two of the numbers; else what is asked is said once for each person, and not with each page.
    is_lasting = not {"waiting_today", "waiting_alerts"} & set(g)
    said = _said_once(current_actor(), current_user.id, current_user.time_zone, names) if is_lasting else _said(names)
    found = told(*said) if said is not None else {}
    return {**found, "Today": found["Today"] + found["Alerts"]} if "Today" in found else found  # the page of the day shows the alerts, too


def _said(names: tuple[str, ...]) -> tuple[tuple[str, ...], Any] | None:
    """What the entries ``names`` ask, and the statement that tells it; None where they ask nothing."""
    wanted = {name: count() for name, count in COUNTS.items() if name in names or (name == "Alerts" and "Today" in names)}
    wanted |= {name: count() for entry, below in WAITING.items() if entry in names for name, _, _, _, count in below}
    return (tuple(wanted), select(*wanted.values())) if wanted else None


@lru_cache(maxsize=500)
def _said_once(actor: Actor, user_id: int, zone: str, names: tuple[str, ...]) -> tuple[tuple[str, ...], Any] | None:
    """``_said`` to ``actor``, who is the one that acts: one whose rights change is another from then on."""
    return _said(names)


def waiting(entry: str, found: dict[str, int]) -> list[dict[str, Any]]:
    """What stands below an ``entry`` of the menu, of those where something waits as the numbers ``found`` say."""
    if entry == "Verification" and current_actor().scope("ProspectRow", Action.CREATE):
        return []  # they stand below one's own order
    return [{"name": name, "label": label, "icon": icon, "url": url} for name, label, icon, url, _ in WAITING.get(entry, ()) if found.get(name)]
