"""What the address of a list asks for, read as the column needs it. FAB would hand the database plain text."""

from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from flask import abort, g, has_request_context
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.models.sqla.filters import FilterRelationManyToManyEqual
from flask_babel import get_locale

from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.permissions.scope import rows
from app.queries.custom_fields import own_field
from app.queries.tags import tagged
from app.support.dates import typed_day
from app.views.asked import zone
from app.views.field_rights import restricted
from app.views.own_fields import asked_key, is_own, moment_in, widen


class AskedFilters(Filters):
    """The filters of one request. An empty value asks for nothing; one that is none of the column is 400."""

    def rest_add_filters(self, data: list[dict[str, Any]]) -> None:
        """FAB knows one filter of each name for all columns; those of the firm's own fields and of tags are found by their column."""
        for each in data:
            is_theirs = is_own(str(each.get("col"))) or each.get("col") == "tags"
            offered = {one.arg_name: one for one in self._search_filters.get(each.get("col"), [])} if is_theirs else {}
            if each.get("opr") in offered and "value" in each:
                self._add_filter(offered[each["opr"]], each["value"])
            else:
                super().rest_add_filters([each])

    def add_filter_index(self, column_name: str, filter_instance_index: int, value: Any) -> None:
        try:
            values = [self._read(column_name, each) for each in value if each.strip()]
        except ValueError:
            abort(400)
        if values:
            super().add_filter_index(column_name, filter_instance_index, values)

    def comparison(self, column: str, index: int, text: str) -> tuple[BaseFilter, Any]:
        """One comparison and what it compares with; 400 where there is no such."""
        offered = self._search_filters.get(column, [])
        try:
            found = offered[index]
            return (found, self._read(column, text)) if found.arg_name not in ("in", "not_in") else abort(400)  # those take a list
        except (ValueError, IndexError):
            abort(400)

    def _read(self, column: str, text: str) -> Any:
        if field := own_field(column):
            return asked_key(field, text, number=_number, zone=zone())
        if column == "tags":
            return text if text.isdecimal() and int(text) < 2**31 else _refuse(text)
        if self.datamodel.is_boolean(column):
            return True if text == "y" else _refuse(text)
        if self.datamodel.is_numeric(column):
            return _number(text)
        if self.datamodel.is_datetime(column):
            return moment_in(text, zone())
        if self.datamodel.is_date(column):
            return typed_day(text)
        return text


class TagFilter(FilterRelationManyToManyEqual):
    """As FAB's, answered from the tag where few records have it."""

    def apply_item(self, query: Any, field: Any, value_item: Any) -> Any:
        return query.filter(tagged(self.model, int(value_item)))


def use_tags(filters: Any) -> None:
    """Give a request's own ``filters`` that of tags, where the view is searched by them."""
    for name in ("_search_filters", "_all_filters"):
        offered = getattr(filters, name)
        if "tags" in offered:
            setattr(filters, name, {**offered, "tags": [TagFilter("tags", filters.datamodel)]})


def use_ways(filters: Any, view: Any) -> None:
    """Give a request's own ``filters`` those with which ``view`` answers a comparison in another way: column → class of the filter."""
    for name in ("_search_filters", "_all_filters"):
        offered = getattr(filters, name)
        ours = {
            column: [way(column, filters.datamodel) if isinstance(each, way.__bases__) else each for each in offered[column]]
            for column, way in getattr(view, "own_filters", {}).items() if column in offered
        }
        setattr(filters, name, {**offered, **ours})


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _number(text: str) -> Decimal:
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    try:
        number = Decimal(plain) if plain.replace(".", "", 1).isdecimal() else parse_decimal(plain, locale=get_locale(), strict=True)
    except NumberFormatError as error:
        raise ValueError(text) from error
    return number if number.is_finite() else _refuse(text)


class MayExport(BaseFilter):
    """Leaves the rows that the acting person may take away: fewer than they may read, for some types."""

    name = "may export"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(rows(self.model, current_actor(), Action.EXPORT))


class RequestFilters:
    """FAB keeps one mutable ``Filters`` a view: under threads one request would read another's search."""

    def __set__(self, view: Any, value: Filters) -> None:
        view.__dict__["_shared_filters"] = value

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        if view is None:
            return self
        shared = view.__dict__.get("_shared_filters")
        if not has_request_context() or shared is None:
            return shared
        own = g.setdefault("fab_filters", {})
        if id(view) not in own:
            copy = AskedFilters.__new__(AskedFilters)
            copy.__dict__.update(shared.__dict__)
            widen(copy, view)
            use_tags(copy)
            use_ways(copy, view)
            restricted(copy, view)
            copy.clear_filters()
            own[id(view)] = copy
        return own[id(view)]
