"""Hidden and read-only fields, for every view that FAB draws: they are not there for whoever may not have them.

Columns and forms of a view are the full ones while the program starts, and those of the acting person in a request.
"""

from typing import Any

from flask import g, has_request_context, request
from flask_appbuilder.models.filters import Filters

from app.domain.rights import FieldRule
from app.permissions.actor import NoActor, current_actor
from app.permissions.decide import field_rule, is_shown, require_fields
from app.permissions.fields import governing
from app.views import own_fields
from app.views.formats import money
from app.views.own_forms import widened

CHOSEN = ("list_columns", "export_columns")  # what a reader sets for a list
READ, WRITTEN = FieldRule.READ, FieldRule.WRITE


def shown(item: Any, name: str) -> Any:
    """The value of a field, or None where the acting person may not know it."""
    return getattr(item, name) if is_shown(current_actor(), item, name) else None


def money_of(item: Any) -> str:
    """The amount of an opportunity in words; empty where there is none, or none for the acting person."""
    return money(shown(item, "amount"), item.currency)


def only_shown(item: Any, *facts: tuple[str, str, Any]) -> list[tuple[str, Any]]:
    """Of (field, label, value) what has a value and may be known."""
    return [(label, value) for name, label, value in facts if value and is_shown(current_actor(), item, name)]


def _without(view: Any, need: FieldRule) -> frozenset[str]:
    """The governing fields of which the acting person has less than ``need``."""
    if not has_request_context():
        return frozenset()
    try:
        rules = current_actor().rules(view.datamodel.obj.__name__)
    except NoActor:
        return frozenset()
    return frozenset(name for name, rule in rules.items() if rule < need)


def _is_left(view: Any, name: str, missing: frozenset[str]) -> bool:
    return governing(view.datamodel.obj.__name__, name) not in missing


class Columns:
    """A list of columns. What a view declares under this name is taken over when its class is made."""

    def __init__(self, need: FieldRule) -> None:
        self.need = need

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.kept = name, f"_all_{name}"

    def __set__(self, view: Any, value: Any) -> None:
        view.__dict__[self.kept] = value

    def __get__(self, view: Any, owner: type) -> Any:
        if view is None:
            return getattr(owner, self.kept, None)
        if self.name in CHOSEN and has_request_context() and (own := g.get("chosen_columns", {}).get(id(view))):
            return list(own)
        columns = getattr(view, self.kept, None)
        if has_request_context() and (own_columns := own_fields.columns_for(view, self.name)):
            columns = [*(columns or (view.list_columns if self.name == "export_columns" else ())), *own_columns]
        missing = _without(view, self.need) if columns else None
        return [c for c in columns if _is_left(view, c, missing)] if columns and missing else columns


class Form(Columns):
    """A form class; the restricted one has no such field, so that nothing posted can reach it."""

    def __get__(self, view: Any, owner: type) -> Any:
        form: Any = getattr(owner if view is None else view, self.kept, None)
        if view is not None and form and has_request_context():
            form = self._with_own_fields(view, form)
        missing = _without(view, self.need) if view is not None and form else None
        if not missing:
            return form
        known: dict[Any, Any] = view.__dict__.setdefault(f"{self.kept}_restricted", {}) if form is getattr(view, self.kept) else {}
        if missing not in known:
            gone = [name for name in dir(form) if hasattr(getattr(form, name), "field_class") and not _is_left(view, name, missing)]
            known[missing] = type(f"Restricted{form.__name__}", (form,), dict.fromkeys(gone))
        return known[missing]

    def _with_own_fields(self, view: Any, form: Any) -> Any:
        """The form with the firm's own fields, made anew for each request: their labels, choices and order are those of this moment."""
        fields = own_fields.fields_for(view)
        return widened(form, fields, is_search=self.name == "search_form") if fields else form


class FieldRights:
    """Mix in before FAB's view."""

    list_columns, show_columns, export_columns = Columns(READ), Columns(READ), Columns(READ)
    order_columns, search_columns = Columns(READ), Columns(READ)
    add_columns, edit_columns = Columns(WRITTEN), Columns(WRITTEN)
    _all_export_columns: tuple[str, ...] = ()
    _all_edit_columns: tuple[str, ...] = ()
    add_form, edit_form, search_form = Form(WRITTEN), Form(WRITTEN), Form(READ)
    label_columns = own_fields.Labels()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, descriptor in vars(FieldRights).items():
            if isinstance(descriptor, Columns | own_fields.Labels) and name in cls.__dict__:
                setattr(cls, descriptor.kept, cls.__dict__[name])
                delattr(cls, name)

    def only_read(self, item: Any) -> list[tuple[Any, Any]]:
        """What the full form of ``item`` holds and the acting person may read, no more: (label, value), to stand there as text."""
        actor, model = current_actor(), self.datamodel.obj  # type: ignore[attr-defined]
        names = dict.fromkeys(governing(model.__name__, name) for name in self._all_edit_columns)
        read = [name for name in names if field_rule(actor, model, name) is READ and hasattr(item, name)]
        told = [(self.label_columns.get(name, name), money_of(item) if name == "amount" else getattr(item, name)) for name in read]
        own = [each for each in own_fields.fields_for(self) if field_rule(actor, model, each.name) is READ]
        return [*told, *((own_fields.label_of(each), own_fields.shown_value(each, getattr(item, each.name))) for each in own)]

    def refuse_forged(self, subject: Any) -> None:
        """Raise for a posted field that the form did not offer to this person; ``subject`` is the record, or its model."""
        actor, model = current_actor(), self.datamodel.obj  # type: ignore[attr-defined]
        if actor.rules(model.__name__):
            asked = [*request.form, *(name.split("_", 3)[-1] for name in request.args if name.startswith("_flt_"))]
            require_fields(actor, subject, [name for name in asked if field_rule(actor, model, name) is not WRITTEN])


def restricted(filters: Filters, view: Any) -> None:
    """Take the hidden columns out of a request's own ``filters``."""
    missing = _without(view, READ)
    if missing:
        for name in ("_search_filters", "_all_filters"):
            setattr(filters, name, {c: v for c, v in getattr(filters, name).items() if _is_left(view, c, missing)})
        filters.search_columns = [c for c in filters.search_columns if _is_left(view, c, missing)]
