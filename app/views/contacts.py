"""Contacts."""

from typing import Any, ClassVar

from flask import url_for
from flask_appbuilder.fieldwidgets import BS3TextAreaFieldWidget
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import selectinload
from wtforms import TextAreaField
from wtforms.validators import Optional

from app.domain.labels import label
from app.domain.reach import spaced
from app.extensions import db
from app.models import Contact
from app.operations import contacts
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.queries.engagements import engagements_of
from app.views import address_history, next_acts
from app.views.alike import Resembling
from app.views.asked import Refused
from app.views.base import CrmView, OperationInterface
from app.views.booking import Booking
from app.views.engagements import engagements_box
from app.views.field_rights import shown
from app.views.formats import paragraphs
from app.views.holding import Holding
from app.views.merging import Merging
from app.views.proposals import ProposalActs, found_in_mail
from app.views.record_page import RecordPage, deals, links, pairs, person
from app.views.writing import Writing

_LINES = {
    "address_lines": TextAreaField(lazy_gettext("E-mail addresses"), validators=[Optional()], widget=BS3TextAreaFieldWidget(),
                                   description=lazy_gettext("One a line; the first is the main one"), render_kw={"rows": 2}),
    "phone_lines": TextAreaField(lazy_gettext("Telephones"), validators=[Optional()], widget=BS3TextAreaFieldWidget(),
                                 description=lazy_gettext("One a line, such as +48 85 555 01 42"), render_kw={"rows": 2}),
}


class ContactView(Writing, Booking, Resembling, Merging, Holding, ProposalActs, RecordPage, CrmView):
    writes_with = Action.READ
    datamodel = OperationInterface(Contact)
    takes_parts = True
    mark = "c"
    alike_fields = ("first_name", "last_name", "address_lines", "phone_lines")
    method_permission_name = {"note": "show", "accept": "edit", "dismiss": "edit"}
    list_loads = (selectinload(Contact.accounts), selectinload(Contact.addresses), selectinload(Contact.phones))
    list_title, show_title = lazy_gettext("Contacts"), lazy_gettext("Contact")
    add_title, edit_title = lazy_gettext("New contact"), lazy_gettext("Edit contact")
    list_columns = ["name", "job", "accounts", "address", "phones", "owner"]
    export_columns = ["title", "first_name", "last_name", "job", "department", "accounts", "addresses", "phones", "language",
                      "tags", "campaigns", "owner", "team", "remarks", "created_at"]
    column_classes: ClassVar[dict[str, str]] = {"owner": "c-all c-who", "address": "c-all c-wide"}
    formatters_columns = {"owner": next_acts.face, "phones": lambda phones: ", ".join(spaced(each.number) for each in phones or ())}
    order_columns = ["job"]
    base_order = ("sort_name", "asc")
    search_columns = ["first_name", "last_name", "job", "department", "language", "tags", "campaigns", "owner", "team"]
    show_columns = ["title", "first_name", "last_name", "job", "department", "accounts", "addresses", "phones", "language", "tags", "campaigns",
                    "owner", "team", "remarks"]
    add_form_extra_fields = edit_form_extra_fields = _LINES
    add_fieldsets = edit_fieldsets = [
        (lazy_gettext("Person"), {"fields": ["title", "first_name", "last_name", "job", "department", "language"]}),
        (lazy_gettext("Reached at"), {"fields": ["address_lines", "phone_lines"]}),
        (lazy_gettext("Company"), {"fields": ["accounts", "owner", "team"]}),
        (lazy_gettext("Other details"), {"fields": ["tags", "campaigns", "remarks"]}),
    ]
    add_buttons = (("another", lazy_gettext("Save, then another")),)
    label_columns = {
        "name": lazy_gettext("Full name"), "title": lazy_gettext("Title (person)"), "first_name": lazy_gettext("First name"),
        "last_name": lazy_gettext("Last name"), "job": lazy_gettext("Job"), "department": lazy_gettext("Department"),
        "accounts": lazy_gettext("Accounts"), "addresses": lazy_gettext("E-mail addresses"), "address": lazy_gettext("E-mail"),
        "phones": lazy_gettext("Telephones"), "language": lazy_gettext("Language"), "owner": lazy_gettext("Owner (account)"),

        "tags": lazy_gettext("Tags"), "campaigns": lazy_gettext("Campaigns"),
        "team": lazy_gettext("Team"), "remarks": lazy_gettext("Remarks"), "created_at": lazy_gettext("Created on"),
    }
    empty_text = lazy_gettext("No contact yet. Contacts appear by themselves when their mail comes in.")
    add_label = lazy_gettext("New contact")

    def prefill_form(self, form: Any, pk: Any) -> None:
        contact = db.session.get(Contact, pk)
        if "address_lines" in form:
            form.address_lines.data = "\n".join(a.address for a in contact.addresses)
        if "phone_lines" in form:
            form.phone_lines.data = "\n".join(p.number for p in contact.phones)

    def create_record(self, values: dict[str, Any]) -> Any:
        return contacts.create_contact(values, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        contacts.update_contact(item, changes, seen_version=seen_version, actor=current_actor())

    def page(self, item: Any, *, may_write: bool, refused: Refused | None) -> dict[str, Any]:
        here, near = person(item), engagements_of(item)
        return {
            "places": near,
            "acts": self.edit_act(item, may_write), "more": self.more_acts(item, may_write),
            "facts": pairs(
                (gettext("Job"), here["job"]), (gettext("Department"), shown(item, "department")),
                (gettext("Telephone"), links("tel", here["phones"])), (gettext("E-mail"), links("mailto", [a["address"] for a in here["addresses"]])),
                (gettext("Owner (account)"), str(item.owner or "")), (gettext("Language"), gettext(label(item.language)) if item.language else ""),
            ),
            "firms": [{"name": a.name, "url": url_for("AccountView.show", pk=a.id), "note": shown(a, "city")} for a in item.accounts],
            "boxes": [each for each in (*engagements_box(near), *self.holding_boxes(item), address_history.box(item), _remarks(item)) if each],
            **deals(item), **self.tasks_of(item), "found": found_in_mail(item),
        }


def _remarks(contact: Contact) -> dict[str, Any] | None:
    return {"title": gettext("Remarks"), "text": paragraphs(contact.remarks)} if shown(contact, "remarks") else None
