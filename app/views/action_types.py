"""Kinds of action of the firm's own: their list, and how history and the form show them."""

from typing import Any

from flask_appbuilder.fieldwidgets import Select2Widget
from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import SelectField

from app.domain.action_types import COUNTS_AS, Known, Symbol
from app.domain.labels import label
from app.domain.timeline import Kind
from app.models import ActionType
from app.operations import action_types  # noqa: F401  its rules
from app.queries.action_types import type_of, types_on_offer
from app.views.base import CrmView, OperationInterface, is_key

ICONS: dict[Symbol, str] = {
    Symbol.TALK: "chat-left-text", Symbol.TELEPHONE: "telephone", Symbol.CALENDAR: "calendar-event", Symbol.SCREEN: "display",
    Symbol.VIDEO: "camera-video", Symbol.PLACE: "geo-alt", Symbol.PEOPLE: "people", Symbol.FAIR: "shop", Symbol.PAPER: "file-earmark-text",
    Symbol.PARCEL: "box-seam", Symbol.TOOLS: "tools", Symbol.GIFT: "gift",
}
_KIND = SelectField(
    lazy_gettext("Counts as"), choices=lambda: [(each.value, gettext(label(each))) for each in COUNTS_AS], coerce=Kind, widget=Select2Widget()
)


class ActionTypeView(CrmView):
    datamodel = OperationInterface(ActionType)
    list_title, show_title = lazy_gettext("Kinds of action"), lazy_gettext("Kind of action")
    add_title, edit_title = lazy_gettext("New kind of action"), lazy_gettext("Edit kind of action")
    list_columns = ["label", "kind", "symbol", "position"]
    order_columns = ["position"]
    base_order = ("position", "asc")
    search_columns = ["label_en", "label_fr", "label_pl"]
    show_columns = add_columns = edit_columns = ["label_en", "label_fr", "label_pl", "kind", "symbol", "position"]
    add_form_extra_fields = edit_form_extra_fields = {"kind": _KIND}
    label_columns = {
        "label": lazy_gettext("Name"), "label_en": lazy_gettext("Name in English"), "label_fr": lazy_gettext("Name in French"),
        "label_pl": lazy_gettext("Name in Polish"), "kind": lazy_gettext("Counts as"), "symbol": lazy_gettext("Icon"),
        "position": lazy_gettext("Order"),
    }
    description_columns = {"kind": lazy_gettext("In lists and figures of notes, calls or appointments it counts among these")}
    empty_text = lazy_gettext("No kind of your own yet. Add one, such as a demonstration or a site visit: it stands beside note, call and appointment.")
    add_label = lazy_gettext("New kind of action")


def named(found: Known) -> str:
    """Its name in the reader's language."""
    return found.label_in(str(get_locale() or "en"))


def icon_of(key: int | None) -> str | None:
    found = type_of(key)
    return ICONS[found.symbol] if found else None


def asked_kind(text: str | None) -> Kind | Known | None:
    """The kind that an address or a form names: ``call``, or ``t5`` for one of the firm's own."""
    text = text or ""
    if text[:1] == "t" and is_key(text[1:]):
        return type_of(int(text[1:]))
    return next((each for each in Kind if each.value == text), None)


def said_kind(text: str | None) -> Kind | Known:
    """What a person says that they did; a note where the form names nothing that one can choose."""
    kind = asked_kind(text)
    if isinstance(kind, Known):
        return kind if not kind.is_archived else Kind.NOTE
    return kind if kind in COUNTS_AS else Kind.NOTE


def value_of(kind: Kind | Known) -> str:
    """What ``asked_kind`` reads."""
    return kind.value if isinstance(kind, Kind) else f"t{kind.id}"


def words_of(kind: Kind | Known) -> str:
    return gettext(label(kind)) if isinstance(kind, Kind) else named(kind)


def sayable() -> list[dict[str, Any]]:
    """What the form of the history offers beside note, call and appointment."""
    return [{"value": value_of(each), "label": named(each), "hint": gettext("What happened?"), "icon": ICONS[each.symbol]} for each in types_on_offer()]
