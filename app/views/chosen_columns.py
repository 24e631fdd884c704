"""A list as its reader wants it: saved views above it, and the columns they chose, never one that they may not know."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext

from app.models import ListView
from app.operations.list_views import KEPT
from app.permissions.actor import current_actor
from app.queries.list_views import default_view, own_setting, saved_views
from app.views import layouts
from app.views.asked import BOARD_ARGUMENTS

VIEW = "view"  # the argument of an address that names a saved view; 0: none, not even one's default


def current_view(list_name: str) -> ListView | None:
    """The saved view that the address names, if it is there for the reader."""
    wanted = request.args.get(VIEW, "")
    return next((view for view in saved_views(list_name, current_actor()) if str(view.id) == wanted), None)


def offered(view: Any) -> list[str]:
    """What may be chosen: the columns of the list and of its export that the reader may know, the first one first."""
    with_all = dict.fromkeys([*view.list_columns, *(view.export_columns or ())])
    return [c for c in with_all if not (c == "currency" and "amount" in with_all)]


def choice(view: Any) -> ListView | None:
    """Where the reader's columns are kept: the saved view, else their own setting; None where nobody chose any."""
    name = type(view).__name__
    kept = current_view(name) or own_setting(name, current_actor())
    return kept if kept and kept.columns else None


def chosen(view: Any) -> list[str]:
    """The columns of the reader: of the saved view, else their own, else those that the list comes with."""
    kept = choice(view)
    usual = [c for c in view.list_columns if c in offered(view)]
    return fitting(view, kept.columns) if kept else usual


def fitting(view: Any, columns: Any) -> list[str]:
    """Of ``columns`` those on offer; the first of the list stays: it names the row and leads to it."""
    may = offered(view)
    return list(dict.fromkeys([*may[:1], *(c for c in columns if c in may)]))


def use(view: Any) -> None:
    """From here on in this request the list and the export of ``view`` have the reader's columns."""
    if choice(view) is None:
        return
    columns = chosen(view)
    if "amount" in columns and "currency" in view.list_columns:
        columns = [*columns, "currency"]
    g.setdefault("chosen_columns", {})[id(view)] = columns


def address_of(view: Any, kept: ListView) -> str:
    """The list as ``kept`` has it: all that it asks for stands in the address."""
    asked = {k: v for k, v in kept.asked.items() if k.startswith(KEPT)}
    if asked.get(layouts.ARGUMENT) == layouts.PIPELINE:
        on_board: dict[str, Any] = {k: v for k, v in asked.items() if k in BOARD_ARGUMENTS} | {VIEW: kept.id}
        return url_for("BoardView.list", **on_board)
    return url_for(f"{view.endpoint}.list", **{**asked, VIEW: kept.id})


def beginning(view: Any) -> str | None:
    """Where the reader begins, when the address asks for nothing and they have a view to begin with."""
    if request.args:
        return None
    kept = default_view(type(view).__name__, current_actor())
    return address_of(view, kept) if kept is not None else None


def tabs(view: Any) -> list[tuple[str, str, bool]]:
    """What stands above the list: its own tabs, and the saved views that the reader has for it."""
    name, here = type(view).__name__, url_for(f"{view.endpoint}.list")
    saved, now = saved_views(name, current_actor()), current_view(name)
    own = view.list_tabs() if hasattr(view, "list_tabs") else [(gettext("All"), here, True)] if saved else []
    bare = f"{here}?{VIEW}=0" if default_view(name, current_actor()) else here
    return [
        *((label, bare if url == here else url, is_here and now is None) for label, url, is_here in own), *kept_tabs(view),
    ]


def kept_tabs(view: Any) -> list[tuple[str, str, bool]]:
    """The saved views that the reader has for it."""
    name = type(view).__name__
    now = current_view(name)
    return [(str(kept), address_of(view, kept), kept is now) for kept in saved_views(name, current_actor())]
