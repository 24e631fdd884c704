"""Web forms, as an administrator sets them up and pastes them into a site."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms.validators import URL, Optional

from app.models import WebForm
from app.operations import web_forms
from app.permissions.actor import current_actor
from app.views.base import CrmView, OperationInterface
from app.views.public import address_of, snippet


class WebFormView(CrmView):
    datamodel = OperationInterface(WebForm)
    list_title, show_title = lazy_gettext("Web forms"), lazy_gettext("Web form")
    add_title, edit_title = lazy_gettext("New web form"), lazy_gettext("Edit web form")
    list_columns = ["name", "is_active", "language", "pipeline", "team", "owner"]
    order_columns = ["name"]
    base_order = ("name", "asc")
    search_columns = ["name", "is_active", "language", "team", "owner"]
    show_columns = [
        "name",
        "is_active",
        "language",
        "consent_text",
        "consent_version",
        "thanks_url",
        "pipeline",
        "team",
        "owner",
    ]
    add_columns = ["name", "language", "consent_text", "thanks_url", "pipeline", "team", "owner"]
    edit_columns = [*add_columns, "is_active"]
    wide_columns = ("name", "thanks_url")
    validators_columns = {
        "thanks_url": [
            Optional(),
            URL(message=lazy_gettext("Type a whole address, such as https://firm.example/thanks.")),
        ]
    }
    label_columns = {
        "name": lazy_gettext("Name"),
        "is_active": lazy_gettext("Switched on"),
        "language": lazy_gettext("Language"),
        "consent_text": lazy_gettext("Consent wording"),
        "consent_version": lazy_gettext("Version of the wording"),
        "thanks_url": lazy_gettext("Page of thanks"),
        "pipeline": lazy_gettext("Pipeline"),
        "team": lazy_gettext("Team"),
        "owner": lazy_gettext("Salesperson"),
    }
    description_columns = {
        "name": lazy_gettext("Visitors read it as the title"),
        "language": lazy_gettext("Empty: that of the visitor"),
        "consent_text": lazy_gettext("Stands beside a box that must be ticked; empty: no box"),
        "thanks_url": lazy_gettext("Where the visitor goes afterwards, with https; empty: our own page"),
        "team": lazy_gettext("Gets the opportunity when no salesperson is named"),
        "is_active": lazy_gettext("Off: the address answers nothing"),
    }
    show_template = "web_form.html"
    empty_text = lazy_gettext("No web form yet. A form on your site makes opportunities by itself.")
    add_label = lazy_gettext("New web form")

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        web_forms.update_form(item, changes, seen_version=seen_version, actor=current_actor())

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)
        found["show"].template_args.update(address=address_of(item), snippet=snippet(item))
        return found
