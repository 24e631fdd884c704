"""The menu and every view on it. Names are permission keys and stay; labels are translated."""

from typing import Any

from flask_babel import lazy_gettext

from app.views import accounts, contacts, opportunities, settings, tasks

AREAS = {"Sales": lazy_gettext("Sales"), "Directory": lazy_gettext("Directory"), "Settings": lazy_gettext("Settings")}

# (view, menu name, label, icon, area)
ENTRIES: list[tuple[Any, str, Any, str, str]] = [
    (opportunities.OpportunityView, "Opportunities", lazy_gettext("Opportunities"), "briefcase", "Sales"),
    (tasks.TaskView, "Tasks", lazy_gettext("Tasks"), "check2-circle", "Sales"),
    (settings.TimelineView, "History", lazy_gettext("History"), "clock-history", "Sales"),
    (accounts.AccountView, "Accounts", lazy_gettext("Accounts"), "building", "Directory"),
    (contacts.ContactView, "Contacts", lazy_gettext("Contacts"), "people", "Directory"),
    (settings.TeamView, "Teams", lazy_gettext("Teams"), "diagram-3", "Settings"),
    (settings.PipelineView, "Pipelines", lazy_gettext("Pipelines"), "kanban", "Settings"),
    (settings.StepView, "Steps", lazy_gettext("Steps"), "list-ol", "Settings"),
    (accounts.AccountTypeView, "Account types", lazy_gettext("Account types"), "tags", "Settings"),
    (settings.FirmView, "Firm", lazy_gettext("Firm"), "house", "Settings"),
    (settings.OutboxView, "Sent mail", lazy_gettext("Sent mail"), "send", "Settings"),
    (settings.AuditView, "Audit", lazy_gettext("Audit"), "journal-text", "Settings"),
]


def build(appbuilder: Any) -> None:
    """Add every view; called once, inside the application context."""
    for view, name, label, icon, area in ENTRIES:
        if area:
            appbuilder.add_view(view, name, label=label, icon=icon, category=area, category_label=AREAS[area])
        else:
            appbuilder.add_view(view, name, label=label, icon=icon)
