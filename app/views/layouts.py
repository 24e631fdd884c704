"""A list in one line a row, with the last words and the next step below each, or as a pipeline."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext, lazy_gettext

from app.models import Opportunity
from app.queries.listed import COLUMN, last_words, next_steps
from app.support.text import shorten
from app.views import formats, next_acts, paging
from app.views.asked import BOARD_ARGUMENTS
from app.views.field_rights import shown

COMPACT, EXTENDED, PIPELINE = "compact", "extended", "pipeline"
NAMES = {COMPACT: (lazy_gettext("Compact"), "list-ul"), EXTENDED: (lazy_gettext("Extended"), "view-list"), PIPELINE: (lazy_gettext("Pipeline"), "kanban")}
ARGUMENT = "layout"
LONGEST = 160


def layouts_of(model: type[Any]) -> list[str]:
    """Those that make sense: only what has a history has more to say, only opportunities go through steps."""
    return [COMPACT, *([EXTENDED] if model in COLUMN else []), *([PIPELINE] if model is Opportunity else [])]


def current() -> str:
    return EXTENDED if request.args.get(ARGUMENT) == EXTENDED else COMPACT


def choices(model: type[Any], now: str | None = None) -> list[tuple[str, str, str, bool]]:
    """(label, icon, url, is it this one); none where there is nothing to choose."""
    offered = layouts_of(model)
    now = now or current()
    return [(str(NAMES[each][0]), NAMES[each][1], _address(each), each == now) for each in offered] if len(offered) > 1 else []


def _address(layout: str) -> str:
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != ARGUMENT and not paging.is_place(k)}
    if layout == PIPELINE:
        return url_for("BoardView.list", **{k: v for k, v in kept.items() if k in BOARD_ARGUMENTS}, **_as_on_the_board(kept))
    return url_for(request.endpoint or "", **{**kept, ARGUMENT: layout})


def _as_on_the_board(kept: dict[str, Any]) -> dict[str, Any]:
    """The filters of the list that the board has too."""
    return {name: kept[f"_flt_0_{name}"] for name in ("owner", "team", "status", "pipeline") if kept.get(f"_flt_0_{name}")}


def said_of(model: type[Any], keys: list[int]) -> dict[int, dict[str, Any]]:
    """Key → last: the last words with their day, next: the next step (None: there can be none), late: whether its day is over."""
    words = last_words(model, keys)
    if model is Opportunity:
        acts = next_acts.lines_of(keys)
        return {key: {"last": _last(words.get(key)), **_planned(acts.get(key))} for key in keys}
    steps = next_steps(model, keys)
    return {key: {"last": _last(words.get(key)), **_next(steps.get(key))} for key in keys}


def _planned(act: next_acts.NextAct | None) -> dict[str, Any]:
    """Of what is closed nothing is said."""
    return {"next": None, "late": False} if act is None else {"next": str(act), "late": bool(act.late)}


def _last(entry: Any) -> str:
    if entry is None:
        return ""
    text = shorten(shown(entry, "subject") or shown(entry, "body") or "", LONGEST)
    return "" if not text else str(gettext("%(when)s: %(text)s", when=formats.moment(entry.occurred_at), text=text))


def _next(task: Any) -> dict[str, Any]:
    if task is None:
        return {"next": "", "late": False}
    return {"next": gettext("%(text)s, %(when)s", text=shown(task, "title") or "", when=formats.moment(task.due_at)), "late": formats.is_over(task.due_at)}
