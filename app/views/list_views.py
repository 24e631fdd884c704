"""Any list as its reader wants it: which columns in which order, and views kept under a name."""

from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.domain.errors import DomainError
from app.models import ListView
from app.operations import list_views
from app.permissions.actor import current_actor
from app.views import chosen_columns
from app.views.base import CrmView, drawn, say
from app.views.chosen_columns import address_of, current_view
from app.views.paging import is_place

OF = "of"  # the argument that names the list


class ListViewsView(BaseView):
    route_base = "/lists"
    class_permission_name = "Me"
    default_view = "columns"

    @expose("/columns", methods=["GET", "POST"])
    @has_access
    @permission_name("list")
    def columns(self) -> Any:
        """Tick what to see, and move it up or down; a form that needs no script."""
        view = _asked_list()
        if view is None:
            return redirect("/")
        if request.method == "GET":
            ticked = chosen_columns.chosen(view)
            return _draw_columns(view, _in_order(view, ticked), ticked)
        order, ticked = _in_order(view, request.form.getlist("order")), request.form.getlist("column")
        moved = request.form.get("up") or request.form.get("down")
        if moved in order[1:]:
            place = max(1, min(len(order) - 1, order.index(moved) + (-1 if request.form.get("up") else 1)))
            order.remove(moved)
            order.insert(place, moved)
            said = gettext("%(name)s is now number %(place)s of %(all)s.", name=view.label_columns[moved], place=place + 1, all=len(order))
            return _draw_columns(view, order, ticked, said, moved)
        kept = [] if request.form.get("reset") else chosen_columns.fitting(view, [c for c in order if c in ticked])
        list_views.choose_columns(type(view).__name__, kept, _own_current(view), actor=current_actor())
        flash(gettext("The list has the columns that you chose."), "success")
        return redirect(_back(view))

    @expose("/save", methods=["GET", "POST"])
    @has_access
    @permission_name("list")
    def save(self) -> Any:
        """Keep filters, order and columns under a name."""
        view = _asked_list()
        if view is None:
            return redirect("/")
        if request.method == "GET":
            return _draw_save(view)
        actor, form, name = current_actor(), request.form, type(view).__name__
        replaced = _own_current(view) if form.get("what") == "change" else None
        try:
            kept = list_views.save_view(
                name, form.get("name", ""), request.args.to_dict(), _columns_to_keep(view), share=form.get("share", ""),
                is_default=form.get("is_default") == "y", view=replaced, actor=actor,
            )
        except DomainError as refusal:
            return _draw_save(view, say(refusal))
        flash(gettext("The view %(name)s is saved.", name=kept.name), "success")
        return redirect(address_of(view, kept))

    @expose("/delete", methods=["POST"])
    @has_access
    @permission_name("list")
    def delete(self) -> Any:
        view = _asked_list()
        kept = current_view(type(view).__name__) if view is not None else None
        if view is None or kept is None:
            return redirect("/" if view is None else url_for(f"{view.endpoint}.list"))
        list_views.delete_view(kept, actor=current_actor())
        flash(gettext("The view %(name)s is deleted.", name=kept), "success")
        return redirect(url_for(f"{view.endpoint}.list"))


def _asked_list() -> Any:
    """The list that the address names, if there is such a one; 403 where the reader may not open it."""
    view = next((v for v in current_app.appbuilder.baseviews if type(v).__name__ == request.args.get(OF)), None)  # type: ignore[attr-defined]
    if not isinstance(view, CrmView):
        return None
    if not current_app.appbuilder.sm.has_access("can_list", view.class_permission_name):  # type: ignore[attr-defined]
        abort(403)
    return view


def _in_order(view: Any, first: list[str]) -> list[str]:
    """All columns on offer, those of ``first`` in front."""
    may = chosen_columns.offered(view)
    return list(dict.fromkeys([*may[:1], *(c for c in first if c in may), *may]))


def _own_current(view: Any) -> ListView | None:
    kept = current_view(type(view).__name__)
    return kept if kept is not None and kept.user_id == current_actor().id else None


def _columns_to_keep(view: Any) -> list[str]:
    """The columns on the screen, or none where nobody chose any: the view then follows the list."""
    return chosen_columns.chosen(view) if chosen_columns.choice(view) else []


def _arguments(view: Any) -> dict[str, Any]:
    return {k: v for k, v in request.args.items() if k != OF and not is_place(k)}


def _back(view: Any) -> str:
    return url_for(f"{view.endpoint}.list", **_arguments(view))


def _page(template: str, view: Any, title: str, **more: Any) -> Response:
    return drawn(template, title=title, back_url=_back(view), crumbs=[(view.list_title, _back(view)), (title, None)], **more)


def _to(name: str) -> str:
    """The page ``name`` about the same list."""
    arguments: dict[str, Any] = request.args.to_dict()
    return url_for(f"ListViewsView.{name}", **arguments)


def _draw_columns(view: Any, order: list[str], ticked: list[str], said: str = "", moved: str = "") -> Response:
    kept = _own_current(view)
    lines = [{"name": c, "label": view.label_columns[c], "is_on": c in ticked, "is_first": n == 0, "is_top": n <= 1, "is_last": n == len(order) - 1}
             for n, c in enumerate(order)]
    title = gettext("Columns of the view %(name)s", name=kept) if kept else gettext("Columns: %(list)s", list=view.list_title)
    return _page("list_columns.html", view, title, lines=lines, said=said, moved=moved, direction="up" if request.form.get("up") else "down",
                 url=_to("columns"))


def _draw_save(view: Any, error: str = "") -> Response:
    actor, kept, form = current_actor(), _own_current(view), request.form
    shares = [(list_views.PRIVATE, gettext("Only me"))]
    shares += [(str(team.id), gettext("Team %(name)s", name=team)) for team in list_views.may_share_with(actor)]
    shares += [(list_views.ALL, gettext("Everybody"))] if actor.sees_all else []
    present = (list_views.ALL if kept.is_for_all else str(kept.team_id or "")) if kept else ""
    return _page(
        "list_save.html", view, gettext("Save the view"), is_refused=bool(error), error=error, kept=kept, shares=shares, share=form.get("share", present),
        name=form.get("name", kept.name if kept else ""), is_default=form.get("is_default") == "y" if form else bool(kept and kept.is_default),
        url=_to("save"), delete_url=_to("delete"),
    )
