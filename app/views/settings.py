"""What an administrator sets up: teams, pipelines, steps, the firm; and what they may read: audit, sent mail."""

from typing import Any, ClassVar

from flask_appbuilder.fields import QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import BS3TextAreaFieldWidget, Select2ManyWidget
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Optional

from app.models import Firm, OutgoingMail, Pipeline, Step, TimelineEntry
from app.operations import firm, steps  # noqa: F401  their rules
from app.views.base import CrmView, OperationInterface
from app.views.formats import role
from app.views.profiles import role_choices

_LABELS = {
    "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
    "label_pl": lazy_gettext("Name in Polish"), "position": lazy_gettext("Order"),
}


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


def _role_names(ids: list[int]) -> str:
    return ", ".join(str(role(each.name)) for each in role_choices() if each.id in (ids or ())) or gettext("nobody")


class FirmView(CrmView):
    datamodel = OperationInterface(Firm)
    base_permissions = ["can_list", "can_show", "can_edit"]
    can_archive = False
    list_title, show_title, edit_title = lazy_gettext("Firm"), lazy_gettext("Firm"), lazy_gettext("Edit the firm")
    list_columns = ["name", "country", "currency", "address_pattern"]
    search_columns = ["name"]
    show_columns = ["name", "country", "currency", "domains", "address_pattern", "sender_address", "factor_role_ids", "has_teams",
                    "privacy", "assigning", "audit_months"]
    formatters_columns: ClassVar[dict[str, Any]] = {"factor_role_ids": _role_names}
    edit_columns = ["name", "country", "currency", "domain_lines", "address_pattern", "sender_address", "factor_roles", "has_teams",
                    "privacy", "assigning", "audit_months"]
    edit_form_extra_fields = {
        "domain_lines": TextAreaField(
            lazy_gettext("Our mail domains"), validators=[Optional()], widget=BS3TextAreaFieldWidget(),
            description=lazy_gettext("One a line, such as firm.example: nobody writing from there becomes a contact"),
        ),
        "factor_roles": QuerySelectMultipleField(
            lazy_gettext("Second factor demanded of"), query_func=role_choices, get_pk_func=lambda each: each.id,
            get_label=lambda each: role(each.name), widget=Select2ManyWidget(),
            description=lazy_gettext("People of these roles set up an authenticator app before anything else opens"),
        ),
    }
    label_columns = {
        "name": lazy_gettext("Name"), "country": lazy_gettext("Country"), "currency": lazy_gettext("Currency"),
        "domains": lazy_gettext("Our mail domains"), "address_pattern": lazy_gettext("Form of CRM addresses"),
        "sender_address": lazy_gettext("Sender of our mail"), "factor_role_ids": lazy_gettext("Second factor demanded of"),
        "has_teams": lazy_gettext("We work in teams"), "privacy": lazy_gettext("What salespeople see of each other"),
        "assigning": lazy_gettext("Who gives records to others"), "audit_months": lazy_gettext("Months that the audit is kept"),
    }
    description_columns = {
        "has_teams": lazy_gettext("Off: nobody manages a team, and the screens of teams are gone"),
        "privacy": lazy_gettext("Opportunities, tasks and history. Changing them follows the profiles as before"),
        "assigning": lazy_gettext("Whoever is in no team gives to anybody, and so do administrators. Everybody may take what nobody has"),
        "audit_months": lazy_gettext("Older lines go by themselves; nobody can remove or change a younger one"),
        "country": lazy_gettext("Two letters, such as FR or PL"),
        "currency": lazy_gettext("Three letters, such as EUR or PLN"),
        "address_pattern": lazy_gettext("{} stands for the changing part: crm+{}@firm.example or {}@crm.firm.example"),
    }

    def prefill_form(self, form: Any, pk: Any) -> None:
        form.factor_roles.data = [each for each in role_choices() if each.id in self.found(pk).factor_role_ids]
        form.domain_lines.data = "\n".join(self.found(pk).domains)

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        if "factor_roles" in changes:
            changes["factor_role_ids"] = sorted(each.id for each in changes.pop("factor_roles") or ())
        lines = changes.pop("domain_lines", None)
        domains = [line.strip().lower().removeprefix("@") for line in (lines or "").splitlines() if line.strip()]
        super().update_record(item, {**changes, "domains": domains}, seen_version)


class TimelineView(CrmView):
    """All history within reach, for filtering and export; entries are written on the records' own pages."""

    datamodel = OperationInterface(TimelineEntry)
    base_permissions = ["can_list", "can_show", "can_export"]
    list_title, show_title = lazy_gettext("History"), lazy_gettext("Event")
    list_columns = ["occurred_at", "kind", "subject", "author", "contact", "opportunity"]
    export_columns = ["occurred_at", "kind", "action_type", "origin", "subject", "body", "author", "contact", "account", "opportunity"]
    order_columns = ["occurred_at", "kind"]
    base_order = ("occurred_at", "desc")
    search_columns = ["occurred_at", "kind", "action_type", "origin", "subject", "author"]
    show_columns = ["occurred_at", "kind", "action_type", "origin", "subject", "body", "author", "contact", "account", "opportunity"]
    label_columns = {
        "occurred_at": lazy_gettext("When"), "kind": lazy_gettext("Kind"), "action_type": lazy_gettext("Kind of action"), "origin": lazy_gettext("Origin"),
        "subject": lazy_gettext("Subject"), "body": lazy_gettext("Text"), "author": lazy_gettext("Author"),
        "contact": lazy_gettext("Contact"), "account": lazy_gettext("Account"), "opportunity": lazy_gettext("Opportunity"),
    }


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
