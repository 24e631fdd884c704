"""FAB tamed, once for all nouns: it draws and validates, one operation writes."""

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from flask import Response, abort, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_appbuilder import ModelView, expose, has_access
from flask_appbuilder import action as fab_action
from flask_appbuilder.hooks import before_request
from flask_appbuilder.urltools import get_filter_args
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy import inspect
from sqlalchemy.orm import selectinload

from app.domain.errors import DomainError, Refusal
from app.extensions import db
from app.models import Record
from app.operations import records
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.reports.render import csv, xlsx
from app.support import clock
from app.views import chosen_columns, conditions, exporting
from app.views.asked import offer_undo
from app.views.field_rights import FieldRights
from app.views.fields import localise
from app.views.filters import MayExport, RequestFilters
from app.views.in_place import InPlace
from app.views.interface import OperationInterface as OperationInterface
from app.views.interface import is_key as is_key
from app.views.interface import key as key
from app.views.paging import asked
from app.views.returning import Returning, against
from app.views.widgets import NativeWidgets


def say(refusal: Refusal) -> str:
    """The sentence of ``refusal`` in the reader's language."""
    return str(gettext(refusal.message, **refusal.params))


def attempt(operation: Callable[[], Any], done: str = "") -> bool:
    """Run ``operation``: what a rule refuses, or that it is ``done``, is said on the next page. True when it went through."""
    try:
        operation()
    except DomainError as refusal:
        flash(say(refusal), "danger")
        return False
    if done:
        flash(done, "success")
    return True


def drawn(template: str, *, is_refused: bool = False, **values: Any) -> Response:
    """What FAB's own views make of ``template``; 409 where what the reader asked for was refused."""
    appbuilder = current_app.appbuilder  # type: ignore[attr-defined]
    body = render_template(template, appbuilder=appbuilder, base_template=appbuilder.base_template, **values)
    return make_response(body, 409 if is_refused else 200)


class CrmView(InPlace, Returning, NativeWidgets, FieldRights, ModelView):
    """The base of every noun's pages. A plain noun declares its columns and titles, nothing more."""

    class_permission_name: Any
    method_permission_name: Any
    exclude_route_methods: Any
    _filters = RequestFilters()
    page_size = 25
    max_page_size = 200
    can_archive = True
    list_loads: ClassVar[tuple[Any, ...]] = ()  # loader options for what the listed relations themselves show
    add_row_message = lazy_gettext("Saved.")
    edit_row_message = lazy_gettext("Saved.")
    delete_row_message = lazy_gettext("Deleted.")

    def __init__(self, **kwargs: Any) -> None:
        self.class_permission_name = self.class_permission_name or self.datamodel.obj.__name__
        self.method_permission_name = {
            "muldelete": "delete", "archive": "edit", "restore": "edit", "action": "show", "action_post": "list", "download": "show",
            "list": "list", "show": "show", "add": "add", "edit": "edit", "delete": "delete", "export": "export", "export_csv": "export", "changed": "show",
            "value": "edit",
            **(self.method_permission_name or {}),
        }
        self.exclude_route_methods = {*self.exclude_route_methods, "download", *self._closed_doors()}  # FAB's own download has no row check
        self.takes_parts = type(self).update_record is CrmView.update_record if self.takes_parts is None else self.takes_parts
        for name in self._unwanted_actions():
            setattr(self, name, None)  # before FAB finds them: it would add their permissions to those that are declared
        super().__init__(**kwargs)
        relations = [c for c in {*self.list_columns, *self.export_columns} if self.datamodel.is_relation(c)]
        self.datamodel.list_loads = self.list_loads
        self.datamodel.loads = (*(selectinload(getattr(self.datamodel.obj, c)) for c in relations), *self.list_loads)

    def _unwanted_actions(self) -> set[str]:
        """Buttons of lists and pages that make no sense for this noun."""
        is_read_only = self.base_permissions is not None and "can_edit" not in self.base_permissions
        unwanted = {"archive", "restore"} if is_read_only or not self.can_archive or not issubclass(self.datamodel.obj, Record) else set()
        return unwanted | ({"muldelete"} if self.base_permissions is not None and "can_delete" not in self.base_permissions else set())

    @before_request(only=["list"])
    def _begin(self) -> Any:
        """The list as the form of the filters means it; the view that its reader begins with, where the address asks for nothing."""
        if not current_user.is_authenticated:
            return None
        composed = conditions.composed(self)
        url = url_for(f"{self.endpoint}.list", **composed) if composed is not None else chosen_columns.beginning(self)
        return redirect(url) if url else None

    def view_tabs(self) -> list[tuple[str, str, bool]]:
        """(label, url, is it this one) for all that stands above the list."""
        return chosen_columns.tabs(self)

    @before_request(only=["list", "add", "export", "export_csv"])
    def _understand(self) -> None:
        """400 for page numbers and filters that no page of ours writes; FAB would crash on them."""
        for name, value in request.args.items():
            if name.startswith(("page_", "psize_")) and not is_key(value):
                abort(400)
            asked = re.search(r"_flt_(\d)_(.*)", name)
            offered = self._filters._all_filters.get(asked[2]) if asked else None
            if asked and offered and int(asked[1]) >= len(offered):
                abort(400)

    def _closed_doors(self) -> set[str]:
        """The pages whose permission this noun does not have: they have no address at all."""
        if self.base_permissions is None:
            return set()
        names = {"add", "edit", "delete", "show", "export"}
        closed = {name for name in names if f"can_{name}" not in self.base_permissions}
        closed |= ({"export_csv"} if "export" in closed else set()) | ({"changed"} if "show" in closed else set())
        closed |= {"value"} if "edit" in closed else set()
        return closed | ({"action", "action_post"} if closed >= {"edit", "delete"} else set())

    def _init_forms(self) -> None:
        super()._init_forms()
        mapper = inspect(self.datamodel.obj)
        defaulted = {c.key for c in mapper.columns if c.default is not None or c.server_default is not None}
        for form in (self.add_form, self.edit_form, self.search_form):
            localise(form, defaulted)

    # ---- what the operations are; a noun with its own replaces these

    def create_record(self, values: dict[str, Any]) -> Any:
        return records.create(self.datamodel.obj, values, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        records.update(item, changes, seen_version=seen_version, actor=current_actor())

    def delete_record(self, item: Any) -> None:
        records.delete(item, actor=current_actor())

    # ---- the seam

    def found(self, pk: Any, action: Action = Action.READ) -> Any:
        """The record: 404 for one that the person may not see, 403 for one that they may only read."""
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            abort(404)
        if action is not Action.READ and not is_allowed(current_actor(), action, item):
            abort(403)
        return item

    def _values(self, form: Any) -> dict[str, Any]:
        return {field.name: field.data for field in form if field.name not in ("csrf_token", "version")}

    def _refused(self, form: Any, refusal: Refusal) -> None:
        """Say it at the field that it is about, else above the form."""
        if refusal.field in form:
            form[refusal.field].errors = [*form[refusal.field].errors, say(refusal)]
        else:
            form.form_errors.append(say(refusal))

    def _add(self) -> Any:
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        exclude = self._filters.get_relation_cols()
        self.refuse_forged(self.datamodel.obj)
        form = self.add_form.refresh()
        if request.method == "POST":
            self._fill_form_exclude_cols(exclude, form)
            if any(getattr(form, column).data is None for column in exclude if hasattr(form, column)):
                abort(404)  # the parent is not there, or not theirs
            if form.validate():
                try:
                    item = self.create_record(self._values(form))
                except Refusal as refusal:
                    self._refused(form, refusal)
                else:
                    g.saved_record = item
                    flash(self.add_row_message, "success")
                    return None
        elif not exclude:
            self.update_redirect()
        return self._get_add_widget(form=form, exclude_cols=exclude)

    def _edit(self, pk: Any) -> Any:
        item = g.edited_record = self.found(pk, Action.WRITE)
        if request.method == "POST":
            self.refuse_forged(item)
            form = self.edit_form.refresh()
            form._id = item.id
            if form.validate():
                try:
                    self.update_record(item, self._values(form), request.form.get("version", type=int))
                except Refusal as refusal:
                    self._refused(form, refusal)
                    form.form_errors += against(form, item, refusal)
                else:
                    g.saved_record = item
                    flash(self.edit_row_message, "success")
                    return None
        else:
            form = self.edit_form.refresh(obj=item)
            self.prefill_form(form, pk)
            self.update_redirect()
        found = self._get_edit_widget(form=form, exclude_cols=[])
        found["edit"].template_args.update(item=item, version=getattr(item, "version", None), only_read=self.only_read(item))
        found["related_views"] = []
        return found

    def _after_save(self) -> Any:
        item = g.get("saved_record")
        if item is not None and f"{self.endpoint}.show" and "can_show" in self.base_permissions:
            return redirect(url_for(f"{self.endpoint}.show", pk=item.id))
        return redirect(self.get_redirect())

    def post_add_redirect(self) -> Any:
        return redirect(url_for(f"{self.endpoint}.add")) if "another" in request.form and "saved_record" in g else self._after_save()

    def post_edit_redirect(self) -> Any:
        return self._after_save()

    def post_delete_redirect(self) -> Any:
        return redirect(url_for(f"{self.endpoint}.list"))

    def perform(self, operation: Callable[[], Any], done: str = "") -> bool:
        """Run ``operation``; a refusal becomes a message on the next page. True when it went through."""
        return attempt(operation, done)

    def _delete(self, pk: Any) -> None:
        item = self.found(pk, Action.DELETE)
        self.perform(lambda: self.delete_record(item), self.delete_row_message)

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: Any) -> Any:
        self._delete(pk)
        return self.post_delete_redirect()

    @expose("/action_post", methods=["POST"])
    @has_access
    def action_post(self) -> Any:
        chosen = self._chosen_action(request.form.get("action", ""))
        return chosen.func([self.found(pk) for pk in request.form.getlist("rowid")])

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    @has_access
    def action(self, name: str, pk: Any) -> Any:
        item = self.found(pk)
        return self._chosen_action(name).func(item)

    def _chosen_action(self, name: str) -> Any:
        chosen = self.actions.get(name) or abort(404)
        if not self.appbuilder.sm.has_access(self.get_action_permission_name(name), self.class_permission_name):
            abort(403)
        return chosen

    # ---- bulk and row actions that every record has

    @fab_action("muldelete", lazy_gettext("Delete"), lazy_gettext("Delete the chosen records? This cannot be undone."), "trash", single=False)
    def muldelete(self, items: list[Any]) -> Any:
        return self._each(items, self.delete_record, Action.DELETE)

    @fab_action("archive", lazy_gettext("Archive"), None, "archive")
    def archive(self, items: Any) -> Any:
        return self._each(items, lambda item: records.archive(item, actor=current_actor()), Action.WRITE, undo="restore")

    @fab_action("restore", lazy_gettext("Bring back"), None, "archive", multiple=False)
    def restore(self, items: Any) -> Any:
        return self._each(items, lambda item: records.restore(item, actor=current_actor()), Action.WRITE)

    def _each(self, items: Any, operation: Callable[[Any], Any], action: Action, undo: str = "") -> Any:
        """``undo`` names the action that takes it back, where one record was meant."""
        chosen = items if isinstance(items, list) else [items]
        done = 0
        for item in chosen:
            name = str(item)
            try:
                operation(item)
                done += 1
            except Refusal as refusal:
                flash(gettext("%(label)s: %(text)s", label=name, text=say(refusal)), "danger")
        if done and undo and not isinstance(items, list):
            offer_undo(gettext("%(name)s is archived.", name=items), url_for(f"{self.endpoint}.action", name=undo, pk=items.id))
        elif done:
            flash(gettext("Done: %(count)s of %(all)s.", count=done, all=len(chosen)), "success")
        return redirect(url_for(f"{self.endpoint}.list"))

    # ---- lists: capped, sorted only by what may be sorted by, archived ones left out

    def _get_list_widget(self, filters: Any, actions: Any = None, order_column: str = "", order_direction: str = "",
                         page: int | None = None, page_size: int | None = None, widgets: Any = None, **kwargs: Any) -> Any:
        if request.endpoint == f"{self.endpoint}.list":
            chosen_columns.use(self)
            filters = conditions.narrowed(self, filters)
        if order_column and order_column not in self.order_columns:
            order_column = order_direction = ""
        if page_size:
            page_size = max(1, min(page_size, self.max_page_size))
        if not order_column and self.base_order:
            order_column, order_direction = self.base_order
        place = asked(type(self).__name__, self.datamodel.obj, order_column, order_direction)
        place.columns = (*self.list_columns,)
        return super()._get_list_widget(
            self._without_archived(filters), actions=actions, order_column=order_column, order_direction=order_direction,
            page=place, page_size=page_size or self.page_size, widgets=widgets, **kwargs,
        )

    def _without_archived(self, filters: Any) -> Any:
        if not issubclass(self.datamodel.obj, Record):
            return filters
        wanted = self.datamodel.FilterNotEqual if request.args.get("archived") == "1" else self.datamodel.FilterEqual
        return filters.get_joined_filters(self.datamodel.get_filters().add_filter_list([["archived_at", wanted, None]]))

    # ---- export of exactly what is filtered

    def filtered_keys(self, most: int) -> list[int]:
        """The keys of the first ``most`` records that the filters of the address find."""
        return self.datamodel.keys(self._asked_of_all().get_joined_filters(self._base_filters), most)

    def _asked_of_all(self) -> Any:
        """The filters of the address, and that archived ones are left out."""
        get_filter_args(self._filters)
        return self._without_archived(conditions.narrowed(self, self._filters))

    def export_url(self, kind: str = "export") -> str:
        """Where the list as it is filtered comes out: ``export`` as a workbook, ``export_csv`` as text."""
        arguments: dict[str, Any] = request.args.to_dict()
        return url_for(f"{self.endpoint}.{kind}", **arguments)

    def columns_out(self) -> list[str]:
        """What stands in an export: what the reader chose, else all."""
        chosen_columns.use(self)
        return list(self.export_columns or self.list_columns)

    def _exported(self) -> tuple[list[str], Iterator[list[Any]]]:
        """The header and the rows, of those that the person may take away."""
        joined = self._asked_of_all().get_joined_filters(self._base_filters)
        joined = joined.get_joined_filters(self.datamodel.get_filters().add_filter_list([["id", MayExport, None]]))
        columns = self.columns_out()
        return [str(self.label_columns[c]) for c in columns], exporting.rows_of(self, joined, columns)

    def _download(self, content: Any, mimetype: str, ending: str) -> Response:
        name = f"{self.datamodel.obj.__tablename__}-{clock.now():%Y-%m-%d}.{ending}"
        return Response(content, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @expose("/export.xlsx")
    @has_access
    def export(self) -> Response:
        return self._download(xlsx.workbook(str(self.list_title), *self._exported()), xlsx.MIMETYPE, "xlsx")

    @expose("/export.csv")
    @has_access
    def export_csv(self) -> Response:
        return self._download(csv.table(*self._exported()), csv.MIMETYPE, "csv")


def session_get(model: type[Any], pk: Any) -> Any:
    """The record if the acting person may see it, else 404."""
    item = db.session.get(model, int(pk)) if is_key(pk) else None
    if item is None:
        abort(404)
    return item
