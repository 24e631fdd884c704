"""Conditions of a list that are joined by *or*. Those that all must fit stand in the address one by one, as ``_flt_…``;
a group, one alternative of which must fit, is one argument ``_any_<n>``: alternatives divided by ``|``, each a query string of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, request
from flask_appbuilder.models.filters import BaseFilter
from sqlalchemy import ColumnElement, and_, false, inspect, or_, true

from app.operations import list_views
from app.permissions.scope import Way
from app.views.controls import BLANK
from app.views.paging import Asked, Mine, Sourced

GROUP = "_any_"
JOINS, KEPT, COMPARES = "joins", "kept", "_op_"  # what the form that adds a condition posts beside it
AND = "and"  # in ``JOINS``: a condition more, not an alternative
MOST = 40  # alternatives of a group
EQUAL = {"eq", "rel_o_m"}
NEGATIVE = {"neq", "nrel_o_m", "nct", "nsw", "new"}
_NAME = re.compile(r"_flt_(\d)_(\w+)")


@dataclass(frozen=True)
class Condition:
    """One comparison: the column, the place of the comparison among those on offer, and the value as the address has it."""

    column: str
    index: int
    value: str

    @property
    def argument(self) -> str:
        return f"_flt_{self.index}_{self.column}"


Alternative = tuple[Condition, ...]  # all of them must fit
Group = tuple[Alternative, ...]  # one of them must fit


def read(text: str) -> Group:
    """The group that an argument of the address says; 400 for what no page of ours writes."""
    group = tuple(tuple(_condition(name, value) for name, value in parse_qsl(part)) for part in text.split("|"))
    if not all(group) or len(group) > MOST or any(len(each) > MOST for each in group):
        abort(400)
    return group


def _condition(name: str, value: str) -> Condition:
    found = _NAME.fullmatch(name) or abort(400)
    return Condition(found[2], int(found[1]), value)


def written(group: Iterable[Alternative]) -> str:
    return "|".join(urlencode([(each.argument, each.value) for each in alternative]) for alternative in group)


def groups(arguments: Mapping[str, str]) -> dict[str, Group]:
    """The groups of an address, by their argument."""
    return {name: read(text) for name, text in arguments.items() if name.startswith(GROUP)}


def plain(arguments: Mapping[str, str]) -> dict[str, Condition]:
    """The conditions of an address that stand by themselves, by their argument."""
    found = ((name, _NAME.fullmatch(name)) for name in arguments)
    return {name: Condition(match[2], int(match[1]), arguments[name]) for name, match in found if match and arguments[name]}


# ---- the statement


class AnyOf(BaseFilter):
    """Leaves the rows that fit one alternative of a group; ``value`` is the filters and values of each."""

    name = arg_name = "any of"

    def apply(self, query: Any, value: tuple[list[tuple[BaseFilter, Any]], ...]) -> Any:
        bare = query.session.query(self.model)
        return query.filter(or_(false(), *(and_(*(_where(bare, one, wanted) for one, wanted in each)) for each in value)))

    def way(self, value: tuple[list[tuple[BaseFilter, Any]], ...]) -> Way | None:
        """The alternatives one by one, where each asks for one value of the same column; else None."""
        bare, asked = self.datamodel.session.query(self.model), [one for each in value for one in each]
        columns = {_column(self.model, one.column_name) for one, _ in asked}
        if len(columns) != 1 or None in columns or len(asked) != len(value) or any(one.arg_name not in EQUAL for one, _ in asked):
            return None
        parts = tuple(_where(bare, one, wanted) for one, wanted in asked)
        return Way(or_(*parts), parts, str(columns.pop()))


def _column(model: Any, name: str) -> str | None:
    """Where the value of ``name`` stands: a column, or the key of what a relation leads to."""
    mapper = inspect(model)
    if name in mapper.columns:
        return name
    local = mapper.relationships[name].local_columns if name in mapper.relationships else ()
    return next(iter(local)).key if len(local) == 1 else None


def asked_of(filters: Any) -> Asked:
    """What ``filters`` ask beside that archived rows are left out."""
    pairs = [(one, value) for one, value in zip(filters.filters, filters.values, strict=True) if one.column_name != "archived_at"]
    ways = [one.way(value) if isinstance(one, AnyOf) else _one_value(one) for one, value in pairs]
    source = next((one.source() for one, _ in pairs if isinstance(one, Sourced)), None)
    return Asked(bool(pairs), tuple(way for way in ways if way), source, any(isinstance(one, Mine) for one, _ in pairs))


def columns_asked(filters: Any) -> set[str]:
    """The columns that ``filters`` compare with something, those of alternatives among them."""
    pairs = zip(filters.filters, filters.values, strict=True)
    within = {one.column_name for each, value in pairs if isinstance(each, AnyOf) for part in value for one, _ in part}
    return within | {each.column_name for each in filters.filters}


def _one_value(comparison: BaseFilter) -> Way | None:
    column = _column(comparison.model, comparison.column_name) if comparison.arg_name in EQUAL else None
    return Way(true(), (), column) if column else None


def _where(bare: Any, comparison: BaseFilter, wanted: Any) -> ColumnElement[bool]:
    """What one comparison asks of a row; one that has nothing to compare with fits none."""
    found = comparison.apply(bare, wanted).whereclause
    return false() if found is None else found


def narrowed(view: Any, filters: Any) -> Any:
    """``filters`` with the groups of the address. An alternative that asks for a column that the reader may not know is left out."""
    asked = [known(view, group) for group in groups(request.args).values()]
    if not any(asked):
        return filters
    added = view.datamodel.get_filters()
    for group in filter(None, asked):
        added.filters.append(AnyOf("id", view.datamodel))  # FAB would take a list for several values
        added.values.append(tuple([view._filters.comparison(one.column, one.index, one.value) for one in each] for each in group))
    return filters.get_joined_filters(added)


def known(view: Any, group: Group) -> Group:
    """Of a group the alternatives whose columns the reader may search by."""
    offered = view._filters.get_search_filters()
    return tuple(each for each in group if all(one.column in offered for one in each))


# ---- the form that adds a condition


def composed(view: Any) -> dict[str, Any] | None:
    """The address that the posted form means, where the one it has asked for is only a question to us; else None."""
    asked = request.args
    if KEPT not in asked and not any(name.startswith(COMPARES) or (name.startswith("_flt_") and len(asked.getlist(name)) > 1) for name in asked):
        return None
    added = _added(view)
    if KEPT not in asked:
        return _with(_ours((k, v) for k, v in asked.items() if not k.startswith("_flt_")), added, view)
    base = _ours(parse_qsl(asked[KEPT]))
    beside = asked.get(JOINS, AND)
    if beside == AND or beside not in base or not added:
        return _with(base, added, view)
    before = read(base[beside]) if beside.startswith(GROUP) else ((_condition(beside, base[beside]),),)
    group = tuple(dict.fromkeys((*before, *_alternatives(added, view))))
    if not beside.startswith(GROUP):
        del base[beside]
        beside = _free(base)
    return {**base, beside: written(group[:MOST])}


def _ours(arguments: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {name: value for name, value in arguments if name.startswith(list_views.KEPT) or name == "view"}


def _added(view: Any) -> dict[str, list[Condition]]:
    """The conditions that the form was filled with, by their argument, each with the comparison that was chosen beside it."""
    found: dict[str, list[Condition]] = {}
    for name in request.args:
        match = _NAME.fullmatch(name)
        if not match or match[2] not in view._filters.get_search_filters():
            continue
        index = request.args.get(COMPARES + match[2], match[1])
        values = [value for value in request.args.getlist(name) if value.strip() and value != BLANK]
        if values:
            condition = _condition(f"_flt_{index}_{match[2]}", values[0])
            found[condition.argument] = [Condition(condition.column, condition.index, value) for value in dict.fromkeys(values)]
    return found


def _alternatives(added: Mapping[str, list[Condition]], view: Any) -> Group:
    """Several values of a field mean any of them, or none of them after a *not*; several fields must all fit."""
    parts: list[list[Alternative]] = [
        [tuple(each)] if _is_negative(each[0], view) else [(one,) for one in each] for each in added.values()
    ]
    return tuple(tuple(one for part in chosen for one in part) for chosen in product(*parts))[:MOST]


def _is_negative(condition: Condition, view: Any) -> bool:
    offered = view._filters.get_search_filters()[condition.column]
    return condition.index < len(offered) and offered[condition.index].arg_name in NEGATIVE


def _with(base: dict[str, Any], added: Mapping[str, list[Condition]], view: Any) -> dict[str, Any]:
    """``base`` and these conditions too; what is asked of the same field already goes on to hold."""
    found = dict(base)
    for argument, conditions in added.items():
        if len(conditions) == 1 and found.get(argument, conditions[0].value) == conditions[0].value:
            found[argument] = conditions[0].value
        else:
            found[_free(found)] = written(_alternatives({argument: conditions}, view))
    return found


def _free(arguments: Mapping[str, Any]) -> str:
    return next(name for name in (f"{GROUP}{n}" for n in range(1, 1000)) if name not in arguments)


def without(arguments: Mapping[str, str], name: str, gone: Condition | None = None, at: int = 0) -> dict[str, str]:
    """The address without the argument ``name``, or without the condition ``gone`` of its alternative number ``at``."""
    rest = {k: v for k, v in arguments.items() if k != name}
    if gone is None or not name.startswith(GROUP):
        return rest
    group = [tuple(one for one in each if n != at or one != gone) for n, each in enumerate(read(arguments[name]))]
    left = [each for each in group if each]
    if len(left) == 1 and len(left[0]) == 1 and left[0][0].argument not in rest:
        return {**rest, left[0][0].argument: left[0][0].value}
    return {**rest, name: written(left)} if left else rest
