"""The nouns of the API."""

from typing import Any

from app.domain.timeline import Kind
from app.models import Account, Contact, Opportunity, Task, TimelineEntry
from app.operations import contacts
from app.operations.timeline import write_note
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.support.i18n import N_
from app.views.api.base import RecordApi
from app.views.api.holding import HoldingApi
from app.views.api.json import NotUnderstood, values_from
from app.views.base import OperationInterface

WRITTEN_KINDS = (Kind.NOTE, Kind.CALL, Kind.MEETING)
ADDRESSES = ("address", "to")  # of what history keeps beside its text
LINES = {"addresses": "address_lines", "phones": "phone_lines"}


class AccountApi(HoldingApi):
    resource_name = "account"
    datamodel = OperationInterface(Account)
    written = ("name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "website", "email", "phone", "street",
               "postcode", "city", "language", "tags", "remarks", "owner", "co_owners", "team")
    required = ("name",)
    list_columns = show_columns = [*written, "created_at"]
    add_columns = edit_columns = [*written]
    search_columns = ["name", "country", "city", "siren", "siret", "nip", "regon", "vat_number", "email", "tags"]
    order_columns = ["name", "city", "country"]
    base_order = ("name", "asc")


class ContactApi(HoldingApi):
    """Addresses and telephones are sent as lists of text; the first is the main one."""

    resource_name = "contact"
    datamodel = OperationInterface(Contact)
    written = ("title", "first_name", "last_name", "job", "department", "accounts", "language", "tags", "campaigns", "owner", "team", "remarks")
    list_columns = show_columns = [*written, "addresses", "phones", "created_at"]
    add_columns = edit_columns = [*written]
    search_columns = ["first_name", "last_name", "job", "department", "tags"]
    order_columns = ["last_name", "first_name", "job"]
    base_order = ("last_name", "asc")

    def values(self, sent: Any) -> dict[str, Any]:
        """Addresses and telephones become the lines of the form."""
        if not isinstance(sent, dict):
            return super().values(sent)
        lines = {LINES[name]: _lines(name, sent[name]) for name in LINES if name in sent}
        return super().values({name: value for name, value in sent.items() if name not in LINES}) | lines

    def create_record(self, values: dict[str, Any]) -> Any:
        return contacts.create_contact(values, actor=current_actor())

    def update_record(self, item: Any, values: dict[str, Any], seen_version: int | None) -> None:
        contacts.update_contact(item, values, seen_version=seen_version, actor=current_actor())


def _lines(name: str, value: Any) -> str:
    if not isinstance(value, list) or len(value) > 50 or not all(isinstance(each, str) and len(each) <= 254 for each in value):
        raise NotUnderstood(name, N_("“%(field)s” is a list of text."))
    return "\n".join(value)


class OpportunityApi(HoldingApi):
    resource_name = "opportunity"
    datamodel = OperationInterface(Opportunity)
    written = ("title", "account", "contacts", "step", "amount", "currency", "probability", "expected_close_on", "starred", "tags", "campaign", "owner",
               "co_owners", "team", "description")
    required = ("title",)
    list_columns = show_columns = [*written, "pipeline", "status", "source", "remind_at", "closed_at", "close_reason", "competitor",
                                   "renewal_of",                                   "created_at", "last_activity_at"]
    add_columns = edit_columns = [*written]
    search_columns = ["title", "status", "amount", "currency", "starred", "source", "tags"]
    order_columns = ["title", "amount", "status", "last_activity_at"]
    base_order = ("last_activity_at", "desc")


class TaskApi(HoldingApi):
    """Who does it and by when; one that nobody is named for is the person's own."""

    resource_name = "task"
    datamodel = OperationInterface(Task)
    written = ("title", "description", "due_at", "remind_at", "status", "assignee", "team", "opportunity", "contact", "account")
    required = ("title",)
    list_columns = show_columns = [*written, "author", "done_at", "created_at"]
    add_columns = edit_columns = [*written]
    search_columns = ["title", "status", "due_at"]
    order_columns = ["title", "due_at", "status"]
    base_order = ("due_at", "asc")


class EntryApi(RecordApi):
    """History is read, and added to; nobody changes or removes it, on no door."""

    resource_name = "entry"
    datamodel = OperationInterface(TimelineEntry)
    include_route_methods = {"get_list", "get", "post"}
    written = ("kind", "body", "occurred_at", "opportunity", "contact", "account")
    required = ("body",)
    list_columns = show_columns = ["kind", "origin", "occurred_at", "code", "params", "subject", "body", "note", "author", "opportunity",
                                   "contact", "account"]
    add_columns = edit_columns = [*written]
    search_columns = ["kind", "origin", "subject"]
    order_columns = ["occurred_at", "kind"]
    base_order = ("occurred_at", "desc")

    def values(self, sent: Any) -> dict[str, Any]:
        """A note, a call or a meeting, on exactly one record."""
        values = values_from(TimelineEntry, self.written, sent)
        subjects = [values[name] for name in ("opportunity", "contact", "account") if values.get(name) is not None]
        if len(subjects) != 1:
            raise NotUnderstood("opportunity", N_("Name one record: “opportunity”, “contact” or “account”."))
        kind = values.get("kind", Kind.NOTE)
        if kind not in WRITTEN_KINDS:
            raise NotUnderstood("kind", N_("“kind” is note, call or meeting."))
        return {"subject": subjects[0], "body": values.get("body"), "kind": kind, "occurred_at": values.get("occurred_at")}

    def shown(self, item: Any) -> dict[str, Any]:
        """Without the mail addresses of its people, where these are hidden from the person."""
        found = super().shown(item)
        if not is_shown(current_actor(), Contact, "addresses"):
            found["params"] = {name: value for name, value in (found["params"] or {}).items() if name not in ADDRESSES}
        return found

    def create_record(self, values: dict[str, Any]) -> Any:
        return write_note(values["subject"], values["body"], kind=values["kind"], occurred_at=values["occurred_at"], actor=current_actor())


APIS = (AccountApi, ContactApi, OpportunityApi, TaskApi, EntryApi)
