"""Accounts and their types."""

from typing import Any, ClassVar
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from app.domain.labels import label
from app.domain.reach import spaced
from app.models import Account, AccountType
from app.queries.contacts import contacts_of
from app.queries.engagements import engagements_of
from app.views import next_acts
from app.views.alike import Resembling
from app.views.asked import Refused
from app.views.base import CrmView, OperationInterface
from app.views.engagements import engagements_box
from app.views.field_rights import only_shown, shown
from app.views.formats import paragraphs
from app.views.holding import Holding
from app.views.merging import Merging
from app.views.proposals import ProposalActs, found_in_mail
from app.views.record_page import RecordPage, deals, links, person

NUMBERS = {
    "siren": lazy_gettext("SIREN"), "siret": lazy_gettext("SIRET"), "nip": lazy_gettext("NIP"), "regon": lazy_gettext("REGON"),
    "vat_number": lazy_gettext("VAT number"),
}


class AccountView(Resembling, Merging, Holding, ProposalActs, RecordPage, CrmView):
    datamodel = OperationInterface(Account)
    mark = "a"
    alike_fields = ("name", "website", "email", *NUMBERS)
    method_permission_name = {"note": "show", "accept": "edit", "dismiss": "edit"}
    list_title, show_title = lazy_gettext("Accounts"), lazy_gettext("Account")
    add_title, edit_title = lazy_gettext("New account"), lazy_gettext("Edit account")
    list_columns = ["name", "type", "city", "country", "nip", "siren", "owner"]
    export_columns = ["name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "email", "phone", "website",
                      "street", "postcode", "city", "language", "tags", "owner", "co_owners", "team", "remarks", "created_at"]
    column_classes: ClassVar[dict[str, str]] = {"owner": "c-all c-who"}
    formatters_columns = {"owner": next_acts.face}
    order_columns = ["name", "city", "country"]
    base_order = ("name", "asc")
    search_columns = ["name", "type", "city", "country", "nip", "regon", "siren", "siret", "vat_number", "tags", "owner", "team"]
    show_columns = ["name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "email", "phone", "website",
                    "street", "postcode", "city", "language", "tags", "owner", "co_owners", "team", "remarks"]
    add_fieldsets = edit_fieldsets = [
        (lazy_gettext("Company"), {"fields": ["name", "type", "country", "language"]}),
        (lazy_gettext("Registers"), {"fields": ["siren", "siret", "nip", "regon", "vat_number"]}),
        (lazy_gettext("Reached at"), {"fields": ["email", "phone", "website", "street", "postcode", "city"]}),
        (lazy_gettext("In charge"), {"fields": ["owner", "team", "co_owners"]}),
        (lazy_gettext("Other details"), {"fields": ["tags", "remarks"]}),
    ]
    add_buttons = (("another", lazy_gettext("Save, then another")),)
    label_columns = {
        "name": lazy_gettext("Company name"), "type": lazy_gettext("Type"), "country": lazy_gettext("Country"),
        **NUMBERS, "email": lazy_gettext("E-mail"), "phone": lazy_gettext("Telephone"),
        "website": lazy_gettext("Web site"), "street": lazy_gettext("Street"), "postcode": lazy_gettext("Postcode"),
        "city": lazy_gettext("City"), "language": lazy_gettext("Language"), "owner": lazy_gettext("Owner (account)"),
        "co_owners": lazy_gettext("Also responsible"), "tags": lazy_gettext("Tags"),
        "team": lazy_gettext("Team"), "remarks": lazy_gettext("Remarks"), "created_at": lazy_gettext("Created on"),
    }
    description_columns = {"country": lazy_gettext("Two letters, such as FR or PL")}
    empty_text = lazy_gettext("No account yet. Accounts appear by themselves when mail of a company comes in.")
    add_label = lazy_gettext("New account")

    def page(self, item: Any, *, may_write: bool, refused: Refused | None) -> dict[str, Any]:
        return {
            "acts": self.edit_act(item, may_write), "more": self.more_acts(item, may_write),
            "facts": only_shown(
                item, ("type", gettext("Type"), item.type.label if item.type else ""), ("city", gettext("City"), item.city),
                ("phone", gettext("Telephone"), links("tel", [spaced(item.phone)]) if item.phone else ""),
                ("email", gettext("E-mail"), links("mailto", [item.email]) if item.email else ""),
                ("website", gettext("Web site"), _site(item.website)), ("owner", gettext("Owner (account)"), str(item.owner or "")),
            ),
            "people": [person(c) for c in contacts_of(item)],
            "people_url": url_for("ContactView.add", _flt_0_accounts=item.id),
            "boxes": [box for box in (
                {"title": gettext("Details"), "pairs": only_shown(
                    item, ("street", gettext("Address"), _address(item)),
                    *((name, each, getattr(item, name)) for name, each in NUMBERS.items()),
                    ("language", gettext("Language"), gettext(label(item.language)) if item.language else ""),
                    ("team", gettext("Team"), str(item.team or "")),
                )},
                *engagements_box(engagements_of(item)), *self.holding_boxes(item),
                {"title": gettext("Remarks"), "text": paragraphs(shown(item, "remarks"))},
            ) if box.get("pairs") or box.get("text")],
            **deals(item), **self.tasks_of(item), "found": found_in_mail(item),
        }


def _address(item: Account) -> Markup | str:
    """A link to the place on a map, as far as the reader may see where it is."""
    place = " ".join(part for part in (shown(item, "postcode"), shown(item, "city")) if part)
    words = ", ".join(part for part in (shown(item, "street"), place, shown(item, "country")) if part)
    if not (place or shown(item, "street")):
        return words
    return Markup('<a href="https://www.openstreetmap.org/search?query={}" rel="noopener noreferrer">{}</a>').format(quote(words), words)


def _site(address: str | None) -> Markup | str:
    """A link, only for what a browser opens safely."""
    if not address:
        return ""
    url = address if address.startswith(("http://", "https://")) else f"https://{address}"
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, address)


class AccountTypeView(CrmView):
    datamodel = OperationInterface(AccountType)
    list_title, show_title = lazy_gettext("Account types"), lazy_gettext("Account type")
    add_title, edit_title = lazy_gettext("New account type"), lazy_gettext("Edit account type")
    list_columns = ["label", "code"]
    order_columns = ["code"]
    search_columns = ["code"]
    show_columns = add_columns = edit_columns = ["code", "label_en", "label_fr", "label_pl"]
    label_columns = {
        "label": lazy_gettext("Name"), "code": lazy_gettext("Code"), "label_en": lazy_gettext("Name in English"),
        "label_fr": lazy_gettext("Name in French"), "label_pl": lazy_gettext("Name in Polish"),
    }
