"""The form of a row: which controls it has, what was typed, and what is odd about it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import g, request
from flask_babel import get_locale, gettext
from wtforms import Form

from app.domain.custom_fields import PREFIX, FieldKind
from app.domain.orders import SOURCES
from app.domain.row_checks import warnings
from app.domain.territories import TERRITORIES, name_of
from app.models import Order, ProspectRow
from app.operations.orders import attributes
from app.permissions.actor import current_actor
from app.queries.custom_fields import own_field
from app.queries.prospect_rows import last_source
from app.support.i18n import N_
from app.views.days import format_date
from app.views.own_forms import unbound
from app.views.row_words import SIZES, attribute_label, odd_words

TYPES = {"email": "email", "phone": "tel", "mobile": "tel", "fax": "tel", "website": "url"}
FIGURES = ("nip", "regon", "siren", "postcode")
LONG = ("activity", "remarks")
LEFT = ("nip", "pkd", "regon", "siren", "name", "person", "street", "house", "postcode", "city", "voivodeship", "activity")
BAD_DAY = N_("This is not a day. Write it like 23.11.2026, or leave it empty for today.")
FORMATS = ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d-%m-%Y")


class Typed:
    """What a request posted for a row of ``order``, or what ``row`` has; the firm's own fields by forms of their own."""

    def __init__(self, order: Order, row: ProspectRow | None = None, *, posted: bool = False) -> None:
        self.order, self.row, self.errors = order, row, dict[str, str]()
        g.edited_record = row
        self.names = attributes(order)
        own = {name: unbound(field) for name in self.names if (field := own_field(name))}
        data = {name: getattr(row, name) for name in own} if row is not None else None
        self.own = type("Own", (Form,), own)(request.form if posted else None, data=data)
        self.values = self._posted() if posted else self._held()

    def _held(self) -> dict[str, Any]:
        if self.row is None:
            only = list(self.order.territory or ())
            start = {"voivodeship": TERRITORIES.get(only[0], "")} if len(only) == 1 else {}
            last = last_source(self.order.id, current_actor()) if "source1" in self.names else None
            return {**start, **self.order.defaults, **({"source1": last} if last else {})}
        held = {name: getattr(self.row, name) for name in self.names}
        return held | {f"{name}_on": getattr(self.row, f"{name}_on") for name in SOURCES}

    def _posted(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: request.form.get(name, "") for name in self.names if not name.startswith(PREFIX) and name in request.form}
        for name in SOURCES:
            text = request.form.get(f"{name}_on", "").strip()
            if name in self.names and text:
                found[f"{name}_on"] = self._day(name, text)
        if not self.own.validate():
            self.errors |= {name: str(said[0]) for name, said in self.own.errors.items() if said and isinstance(name, str)}
        found.update({name: field.data for name, field in self.own._fields.items() if name in request.form})
        return found

    def _day(self, name: str, text: str) -> date | None:
        for each in FORMATS:
            try:
                return datetime.strptime(text, each).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        self.errors[name] = gettext(BAD_DAY)
        return None

    def fields(self, wrong: Mapping[str, Mapping[str, str]], errors: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The controls of the two columns. ``wrong``: findings of the verifier by attribute, ``errors``: why it was not saved."""
        plain = {name: str(value) for name, value in self.values.items() if isinstance(value, str)}
        odd = warnings(plain, self.order.country)
        made = [self._field(name, wrong.get(name), {**self.errors, **errors}.get(name, ""), odd.get(name, "")) for name in self.names]
        return [each for each in made if each["name"] in LEFT], [each for each in made if each["name"] not in LEFT]

    def _field(self, name: str, wrong: Mapping[str, str] | None, error: str, warning: str) -> dict[str, Any]:
        value = self.values.get(name)
        found: dict[str, Any] = {
            "name": name, "label": attribute_label(name), "value": value if value is not None else "", "error": error, "kind": TYPES.get(name, "text"),
            "warning": odd_words(warning), "wrong": wrong, "is_required": name in self.order.required,
            "mode": "numeric" if name in FIGURES else "",
        }
        if name.startswith(PREFIX):
            found["control"], field = self.own[name], own_field(name)
            found["is_group"] = field is not None and field.kind is FieldKind.CHOICES
        elif name in SOURCES:
            day = self.values.get(f"{name}_on")
            found |= {"kind": "source", "day": request.form.get(f"{name}_on", "") if error else self._day_words(day)}
        elif name == "headcount":
            found |= {"kind": "select", "options": [("", gettext("none")), *((key, str(words)) for key, words in SIZES.items())]}
        elif name == "voivodeship":
            found |= {"kind": "select", "options": self._territories(str(value or ""))}
        elif name in LONG:
            found["kind"] = "area"
        return found

    def _territories(self, held: str) -> list[tuple[str, str]]:
        country = self.order.country
        codes = self.order.territory or [code for code in TERRITORIES if code[:2] == country]
        offered = [(TERRITORIES[code], name_of(code)) for code in codes if code in TERRITORIES]
        return [("", gettext("none")), *offered, *([(held, held)] if held and held not in dict(offered) else [])]

    @staticmethod
    def _day_words(day: Any) -> str:
        if not isinstance(day, date):
            return ""
        return day.strftime("%d.%m.%Y") if str(get_locale()) == "pl" else day.strftime("%d/%m/%Y") if str(get_locale()) == "fr" else day.isoformat()


def short_day(day: date | None) -> str:
    """A day as pages say it; empty for none."""
    return str(format_date(day, "medium")) if day else ""
