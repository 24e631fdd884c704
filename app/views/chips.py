"""The filters of a list in words, above it: each can be taken off, and each can be given an alternative."""

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext, lazy_gettext

from app.views import conditions, paging
from app.views.conditions import AND, GROUP, JOINS, Condition
from app.views.controls import BLANK
from app.views.formats import present

# FAB's comparisons in our words, by their name; "is" goes without saying once it is chosen.
WORDS = {
    "sw": lazy_gettext("begins with"),
    "nsw": lazy_gettext("does not begin with"),
    "ew": lazy_gettext("ends with"),
    "new": lazy_gettext("does not end with"),
    "ct": lazy_gettext("contains"),
    "nct": lazy_gettext("does not contain"),
    "eq": lazy_gettext("is"),
    "neq": lazy_gettext("is not"),
    "gt": lazy_gettext("is more than"),
    "lt": lazy_gettext("is less than"),
    "rel_o_m": lazy_gettext("is"),
    "nrel_o_m": lazy_gettext("is not"),
    "rel_m_m": lazy_gettext("has"),
}
OF_DATES = {"gt": lazy_gettext("is after"), "lt": lazy_gettext("is before")}
PLAIN = {"eq", "rel_o_m", "rel_m_m"}
OF_LISTS = {"in", "not_in"}  # no field of the form gives a list


def comparison(operator: Any) -> str:
    """The words of one of FAB's filters."""
    model, column, name = operator.datamodel, operator.column_name, operator.arg_name
    is_date = model.is_date(column) or model.is_datetime(column)
    return str((OF_DATES if is_date else WORDS).get(name) or WORDS.get(name) or operator.name)


FEW = 12  # choices of a field that can be ticked all at once


def drawn(view: Any, form: Any) -> dict[str, Any]:
    """What the template of the filters needs; fills ``form`` with the conditions that stand by themselves.

    ``chips``: {alternatives: [[{label, operator, text, remove_url}]], or_url, said}. ``chosen``: column → the condition in its field.
    ``beside``: the argument that the form adds to, ``ticked``: the field whose values are ticked for that.
    """
    asked: dict[str, str] = {k: v for k, v in request.args.items() if not paging.is_place(k) and k != JOINS}
    offered = view._filters.get_search_filters()
    grouped = {name: conditions.known(view, group) for name, group in conditions.groups(asked).items()}
    alone = {
        name: one for name, one in conditions.plain(asked).items() if one.column in offered and one.column in form and one.index < len(offered[one.column])
    }
    beside = request.args.get(JOINS, "") if request.args.get(JOINS) in (AND, *grouped, *alone) else ""
    chips = [_chip(view, form, asked, name, group) for name, group in grouped.items() if group]
    for column in {one.column for group in grouped.values() for each in group for one in each}:
        form[column].raw_data, form[column].data = None, None  # a chip has read its words from the field
    chips = [*(_chip(view, form, asked, name, ((one,),)) for name, one in alone.items()), *chips]
    chosen = {} if beside else {one.column: one for one in reversed(alone.values())}
    return {
        "chips": chips, "chosen": chosen, "beside": beside, "kept": urlencode(asked),
        "others": [] if beside else [(name, one.value) for name, one in alone.items() if chosen[one.column] is not one],
        "ticked": _ticked(form, beside, grouped, alone), "and_url": _address({**asked, JOINS: AND}), "back_url": _address(asked),
        "about": next((chip["said"] for chip in chips if chip["name"] == beside), ""),
        "or_word": gettext("or (between conditions)"), "and_word": gettext("and (between conditions)"),
        "is_cut": any(len(group) < len(conditions.read(asked[name])) for name, group in grouped.items()),
    }


def _chip(view: Any, form: Any, asked: dict[str, str], name: str, group: conditions.Group) -> dict[str, Any]:
    whole = conditions.read(asked[name]) if name.startswith(GROUP) else group
    alternatives = [[_part(view, form, asked, name, one, whole.index(each)) for one in each] for each in group]
    return {"name": name, "alternatives": alternatives, "or_url": _address({**asked, JOINS: name}), "said": _said(alternatives)}


def _part(view: Any, form: Any, asked: dict[str, str], name: str, one: Condition, at: int) -> dict[str, str]:
    operator = view._filters.get_search_filters()[one.column][one.index]
    words = "" if operator.arg_name in PLAIN else comparison(operator)
    return {
        "label": str(form[one.column].label.text), "operator": words, "text": _shown(form[one.column], one.value),
        "remove_url": _address(conditions.without(asked, name, one, at)),
    }


def _said(alternatives: list[list[dict[str, str]]]) -> str:
    """The whole condition in a sentence, for whoever hears it."""
    every, one_of = gettext("and (between conditions)"), gettext("or (between conditions)")
    words = [[" ".join(filter(None, (one["label"], one["operator"], one["text"]))) for one in each] for each in alternatives]
    return _joined([_joined(each, every) for each in words], one_of)


def _joined(parts: list[str], word: str) -> str:
    return f" {word} ".join(parts)


def _ticked(form: Any, beside: str, grouped: dict[str, conditions.Group], alone: dict[str, Condition]) -> str:
    """The column whose choices are all shown at once, where an alternative to one of them is wanted; empty for any other."""
    if beside in alone:
        column = alone[beside].column
    elif beside in grouped and len({one.column for each in grouped[beside] for one in each}) == 1:
        column = grouped[beside][0][0].column
    else:
        return ""
    field = form[column]
    return column if hasattr(field, "iter_choices") and len(choices(field)) <= FEW else ""


def choices(field: Any) -> list[tuple[str, str]]:
    """The values on offer in a field, and their words."""
    return [(str(each[0]), str(each[1])) for each in field.iter_choices() if str(each[0]) not in ("", BLANK)]


def _address(arguments: dict[str, str]) -> str:
    every: dict[str, Any] = {**(request.view_args or {}), **arguments}
    return url_for(request.endpoint or "", **every) if arguments else url_for(request.endpoint or "", **(request.view_args or {}), view=0)


def _shown(field: Any, value: str) -> str:
    """``value`` as a person reads it; the field is filled with it on the way."""
    field.raw_data = [value]
    try:
        field.process_formdata([value])
    except ValueError:
        return value
    if hasattr(field, "iter_choices"):
        return next((str(choice[1]) for choice in field.iter_choices() if str(choice[0]) == value), value)
    return str(present(field.data))
