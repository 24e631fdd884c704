"""The page that a person begins with: any page of their menu, or a view that they keep."""

from typing import Any

from flask import current_app
from flask_babel import gettext

from app.models import ListView, User
from app.permissions.actor import current_actor
from app.queries.list_views import every_view
from app.views.chosen_columns import address_of

PAGE, VIEW = "page:", "view:"  # what stands before the name of a page of the menu, and before the key of a view
NO_START = {"Security"}


def choices() -> list[tuple[str, str]]:
    """(value, words) of all that the reader may begin with; the empty one is what their rights suggest."""
    pages = [(PAGE + name, label) for name, label, _ in _pages()]
    views = [(f"{VIEW}{kept.id}", gettext("%(list)s: %(name)s", list=view.list_title, name=kept)) for kept, view in _views()]
    return [("", gettext("The usual one")), *pages, *views]


def start_of(user: User) -> str:
    """Where ``user`` chose to begin; empty where they did not, or where that is no longer theirs to open."""
    chosen = user.start_page
    if chosen.startswith(PAGE):
        return next((url for name, _, url in _pages() if PAGE + name == chosen), "")
    return next((address_of(view, kept) for kept, view in _views() if f"{VIEW}{kept.id}" == chosen), "") if chosen else ""


def _pages() -> list[tuple[str, str, str]]:
    """(name, words, address) of the pages of the reader's menu; FAB leaves out what they may not open."""
    entries = [entry for entry in _appbuilder().menu.get_data() if isinstance(entry, dict) and entry.get("name") not in NO_START]
    leaves = [leaf for entry in entries for leaf in (entry.get("childs") or [entry]) if isinstance(leaf, dict)]
    return [(str(leaf["name"]), str(leaf["label"]), str(leaf["url"])) for leaf in leaves]


def _views() -> list[tuple[ListView, Any]]:
    lists = {type(view).__name__: view for view in _appbuilder().baseviews}
    may = _appbuilder().sm.has_access
    found = ((kept, lists.get(kept.list_name)) for kept in every_view(current_actor()))
    return [(kept, view) for kept, view in found if view is not None and may("can_list", view.class_permission_name)]


def _appbuilder() -> Any:
    return current_app.appbuilder  # type: ignore[attr-defined]
