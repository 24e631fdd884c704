"""The words for the attributes of rows, and rows as screens draw them."""

from typing import Any, Final

from flask_babel import get_locale, gettext, lazy_gettext

from app.domain.orders import HEADCOUNTS
from app.domain.row_checks import CAN_SAVE
from app.models import Order, ProspectRow
from app.operations.orders import attributes
from app.queries.custom_fields import own_field
from app.views.formats import present
from app.views.own_fields import label_of, shown_value

LABELS: Final[dict[str, Any]] = {
    "nip": lazy_gettext("NIP"), "pkd": lazy_gettext("PKD"), "regon": lazy_gettext("REGON"), "name": lazy_gettext("Company"),
    "street": lazy_gettext("Street"), "house": lazy_gettext("Number (of a house)"), "postcode": lazy_gettext("Postcode"), "city": lazy_gettext("City"),
    "voivodeship": lazy_gettext("Voivodeship or department"), "activity": lazy_gettext("What the company does"), "website": lazy_gettext("Web site"),
    "email": lazy_gettext("E-mail"), "phone": lazy_gettext("Landline"), "mobile": lazy_gettext("Mobile (telephone)"), "fax": lazy_gettext("Fax"),
    "headcount": lazy_gettext("Number of employees"), "source1": lazy_gettext("Source of data 1"), "source2": lazy_gettext("Source of data 2"),
    "source3": lazy_gettext("Source of data 3"), "source4": lazy_gettext("Source of data 4"), "remarks": lazy_gettext("Remarks"),
    "siren": lazy_gettext("SIREN"), "person": lazy_gettext("Contact person"),
}
SIZES: Final = dict(zip(HEADCOUNTS, (
    lazy_gettext("nobody employed"), lazy_gettext("1 to 9 people"), lazy_gettext("10 to 49 people"), lazy_gettext("50 to 249 people"),
    lazy_gettext("250 people or more"),
), strict=True))


def odd_words(said: str) -> str:
    """What is odd about a value, to whoever types it; nothing for nothing."""
    return f"{gettext(said)} {gettext(CAN_SAVE)}" if said else ""


def attribute_label(name: str) -> str:
    """What the reader's language calls an attribute, also one of the firm's own."""
    field = own_field(name)
    return label_of(field) if field else str(LABELS.get(name, name))


def choices() -> list[tuple[str, str]]:
    """All attributes, for the form of an order."""
    return [(name, attribute_label(name)) for name in attributes()]


def shown(row: ProspectRow, name: str) -> Any:
    """The value of an attribute as a person reads it."""
    value = getattr(row, name)
    if field := own_field(name):
        return present(shown_value(field, value, is_whole=True))
    return str(SIZES.get(value, value or "")) if name == "headcount" else value or ""


def pairs(row: ProspectRow, order: Order) -> list[tuple[str, Any]]:
    """(label, value) of each attribute that has one; a source with its day and who looked."""
    return [(attribute_label(name), shown(row, name)) for name in attributes(order) if shown(row, name)]


def language() -> str:
    return str(get_locale() or "en")


def size_words(value: str | None) -> str:
    return str(SIZES.get(value or "", value or ""))


def names_words(names: list[str] | None) -> str:
    """The names of attributes, for a page."""
    return ", ".join(attribute_label(name) for name in names or ())


def counted(order: Order, entered: int) -> str:
    """"612 of 900 rows"."""
    if order.target:
        return str(gettext("%(count)s of %(target)s", count=present(entered), target=present(order.target)))
    return str(present(entered))
