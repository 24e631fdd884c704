"""Accounts and their types."""

from flask_babel import lazy_gettext

from app.models import Account, AccountType
from app.views.base import CrmView, OperationInterface


class AccountView(CrmView):
    datamodel = OperationInterface(Account)
    list_title, show_title = lazy_gettext("Accounts"), lazy_gettext("Account")
    add_title, edit_title = lazy_gettext("New account"), lazy_gettext("Edit account")
    list_columns = ["name", "type", "city", "country", "nip", "siren", "owner"]
    export_columns = ["name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "email", "phone", "website",
                      "street", "postcode", "city", "language", "owner", "team", "remarks", "created_at"]
    order_columns = ["name", "city", "country"]
    base_order = ("name", "asc")
    search_columns = ["name", "type", "city", "country", "nip", "regon", "siren", "siret", "vat_number", "owner", "team"]
    show_columns = ["name", "type", "country", "siren", "siret", "nip", "regon", "vat_number", "email", "phone", "website",
                    "street", "postcode", "city", "language", "owner", "team", "remarks"]
    add_columns = edit_columns = show_columns
    label_columns = {
        "name": lazy_gettext("Company name"), "type": lazy_gettext("Type"), "country": lazy_gettext("Country"),
        "siren": lazy_gettext("SIREN"), "siret": lazy_gettext("SIRET"), "nip": lazy_gettext("NIP"), "regon": lazy_gettext("REGON"),
        "vat_number": lazy_gettext("VAT number"), "email": lazy_gettext("E-mail"), "phone": lazy_gettext("Telephone"),
        "website": lazy_gettext("Web site"), "street": lazy_gettext("Street"), "postcode": lazy_gettext("Postcode"),
        "city": lazy_gettext("City"), "language": lazy_gettext("Language"), "owner": lazy_gettext("Owner (account)"),
        "team": lazy_gettext("Team"), "remarks": lazy_gettext("Remarks"), "created_at": lazy_gettext("Created on"),
    }
    description_columns = {"country": lazy_gettext("Two letters, such as FR or PL")}
    empty_text = lazy_gettext("No account yet. Accounts appear by themselves when mail of a company comes in.")
    add_label = lazy_gettext("New account")


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
