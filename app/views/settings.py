"""What an administrator sets up: teams, pipelines, steps, the firm; and what they may read: audit, sent mail."""

from typing import Any, ClassVar

from flask_appbuilder.fieldwidgets import BS3TextAreaFieldWidget
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Optional

from app.domain.audit import ACTIONS, TYPES
from app.models import AuditLine, Firm, OutgoingMail, Pipeline, Step, Team, TimelineEntry
from app.operations import firm  # noqa: F401  its rules
from app.views.base import CrmView, OperationInterface

_LABELS = {
    "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
    "label_pl": lazy_gettext("Name in Polish"), "position": lazy_gettext("Order"),
}


class TeamView(CrmView):
    datamodel = OperationInterface(Team)
    list_title, show_title = lazy_gettext("Teams"), lazy_gettext("Team")
    add_title, edit_title = lazy_gettext("New team"), lazy_gettext("Edit team")
    list_columns = ["name", "memberships"]
    order_columns = search_columns = add_columns = edit_columns = ["name"]
    show_columns = ["name", "memberships"]
    label_columns = {"name": lazy_gettext("Name"), "memberships": lazy_gettext("Members")}
    empty_text = lazy_gettext("No team yet. A firm of one person needs none.")


class PipelineView(CrmView):
    datamodel = OperationInterface(Pipeline)
    list_title, show_title = lazy_gettext("Pipelines"), lazy_gettext("Pipeline")
    add_title, edit_title = lazy_gettext("New pipeline"), lazy_gettext("Edit pipeline")
    list_columns = ["label", "steps", "position"]
    order_columns = ["position"]
    base_order = ("position", "asc")
    search_columns = ["label_en", "label_fr", "label_pl"]
    show_columns = add_columns = edit_columns = ["label_en", "label_fr", "label_pl", "position"]
    label_columns = {**_LABELS, "steps": lazy_gettext("Steps")}


class StepView(CrmView):
    datamodel = OperationInterface(Step)
    list_title, show_title = lazy_gettext("Steps"), lazy_gettext("Step")
    add_title, edit_title = lazy_gettext("New step"), lazy_gettext("Edit step")
    list_columns = ["label", "pipeline", "position", "max_days", "probability"]
    order_columns = ["position"]
    base_order = ("position", "asc")
    search_columns = ["pipeline"]
    show_columns = add_columns = edit_columns = ["pipeline", "label_en", "label_fr", "label_pl", "position", "max_days", "probability"]
    label_columns = {**_LABELS, "pipeline": lazy_gettext("Pipeline"), "max_days": lazy_gettext("Days at most"),
                     "probability": lazy_gettext("Probability")}
    description_columns = {"max_days": lazy_gettext("After as many days the opportunity stagnates"),
                           "probability": lazy_gettext("Percent")}


class FirmView(CrmView):
    datamodel = OperationInterface(Firm)
    base_permissions = ["can_list", "can_show", "can_edit"]
    can_archive = False
    list_title, show_title, edit_title = lazy_gettext("Firm"), lazy_gettext("Firm"), lazy_gettext("Edit the firm")
    list_columns = ["name", "country", "currency", "address_pattern"]
    search_columns = ["name"]
    show_columns = ["name", "country", "currency", "domains", "address_pattern", "sender_address"]
    edit_columns = ["name", "country", "currency", "domain_lines", "address_pattern", "sender_address"]
    edit_form_extra_fields = {
        "domain_lines": TextAreaField(
            lazy_gettext("Our mail domains"), validators=[Optional()], widget=BS3TextAreaFieldWidget(),
            description=lazy_gettext("One a line, such as firm.example: nobody writing from there becomes a contact"),
        )
    }
    label_columns = {
        "name": lazy_gettext("Name"), "country": lazy_gettext("Country"), "currency": lazy_gettext("Currency"),
        "domains": lazy_gettext("Our mail domains"), "address_pattern": lazy_gettext("Form of CRM addresses"),
        "sender_address": lazy_gettext("Sender of our mail"),
    }
    description_columns = {
        "country": lazy_gettext("Two letters, such as FR or PL"),
        "currency": lazy_gettext("Three letters, such as EUR or PLN"),
        "address_pattern": lazy_gettext("{} stands for the changing part: crm+{}@firm.example or {}@crm.firm.example"),
    }

    def prefill_form(self, form: Any, pk: Any) -> None:
        form.domain_lines.data = "\n".join(self.found(pk).domains)

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        lines = changes.pop("domain_lines", None)
        domains = [line.strip().lower().removeprefix("@") for line in (lines or "").splitlines() if line.strip()]
        super().update_record(item, {**changes, "domains": domains}, seen_version)


class TimelineView(CrmView):
    """All history within reach, for filtering and export; entries are written on the records' own pages."""

    datamodel = OperationInterface(TimelineEntry)
    base_permissions = ["can_list", "can_show", "can_export"]
    list_title, show_title = lazy_gettext("History"), lazy_gettext("Event")
    list_columns = ["occurred_at", "kind", "subject", "author", "contact", "opportunity"]
    export_columns = ["occurred_at", "kind", "origin", "subject", "body", "author", "contact", "account", "opportunity"]
    order_columns = ["occurred_at", "kind"]
    base_order = ("occurred_at", "desc")
    search_columns = ["occurred_at", "kind", "origin", "subject", "author"]
    show_columns = ["occurred_at", "kind", "origin", "subject", "body", "author", "contact", "account", "opportunity"]
    label_columns = {
        "occurred_at": lazy_gettext("When"), "kind": lazy_gettext("Kind"), "origin": lazy_gettext("Origin"),
        "subject": lazy_gettext("Subject"), "body": lazy_gettext("Text"), "author": lazy_gettext("Author"),
        "contact": lazy_gettext("Contact"), "account": lazy_gettext("Account"), "opportunity": lazy_gettext("Opportunity"),
    }


def in_pieces(values: dict[str, Any]) -> str:
    """What a record was, as "name: value" pieces."""
    return " · ".join(f"{name}: {value}" for name, value in (values or {}).items())


class AuditView(CrmView):
    datamodel = OperationInterface(AuditLine)
    base_permissions = ["can_list", "can_show", "can_export"]
    list_title, show_title = lazy_gettext("Audit"), lazy_gettext("Audit line")
    list_columns = ["at", "actor_name", "action", "subject_type", "subject_name"]
    export_columns = ["at", "actor_name", "action", "subject_type", "subject_id", "subject_name", "before", "after"]
    order_columns = ["at", "actor_name", "action", "subject_type"]
    base_order = ("at", "desc")
    search_columns = ["at", "actor_name", "action", "subject_type", "subject_name"]
    show_columns = ["at", "actor_name", "action", "subject_type", "subject_id", "subject_name", "before", "after"]
    label_columns = {
        "at": lazy_gettext("When"), "actor_name": lazy_gettext("Who"), "action": lazy_gettext("Action"),
        "subject_type": lazy_gettext("Type of record"), "subject_id": lazy_gettext("Number"), "subject_name": lazy_gettext("Record"),
        "before": lazy_gettext("Before"), "after": lazy_gettext("After"),
    }

    formatters_columns: ClassVar[dict[str, Any]] = {
        "action": lambda code: gettext(ACTIONS.get(code, code)), "subject_type": lambda code: gettext(TYPES.get(code, code)),
        "before": in_pieces, "after": in_pieces,
    }

    def _cell(self, item: Any, column: str) -> Any:
        value = super()._cell(item, column)
        shown = self.formatters_columns.get(column)
        return shown(value) if shown else value


class OutboxView(CrmView):
    datamodel = OperationInterface(OutgoingMail)
    base_permissions = ["can_list", "can_show", "can_export"]
    list_title, show_title = lazy_gettext("Sent mail"), lazy_gettext("Sent mail")
    list_columns = ["created_at", "to_address", "subject", "state", "sent_at"]
    order_columns = ["created_at", "to_address", "state", "sent_at"]
    base_order = ("created_at", "desc")
    search_columns = ["to_address", "subject", "state", "created_at"]
    show_columns = ["created_at", "to_address", "language", "subject", "text", "state", "attempts", "sent_at", "error"]
    label_columns = {
        "created_at": lazy_gettext("Written on"), "to_address": lazy_gettext("To"), "subject": lazy_gettext("Subject"),
        "state": lazy_gettext("State"), "sent_at": lazy_gettext("Sent on"), "language": lazy_gettext("Language"),
        "text": lazy_gettext("Text"), "attempts": lazy_gettext("Attempts"), "error": lazy_gettext("Error"),
    }
