"""Many records changed at once: how many they are, what is done to them, how far it is, and back."""

from typing import Any

from flask import Response, abort, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy import inspect

from app.domain.bulk import ARCHIVE, MOST, OPPOSITE, RESTORE
from app.domain.custom_fields import WORDS
from app.domain.errors import DomainError
from app.domain.runs import RunState
from app.extensions import db
from app.models import BulkChange
from app.operations import bulk_changes
from app.permissions.actor import current_actor
from app.permissions.decide import is_writable, require_fields
from app.permissions.rights import Action
from app.queries.bulk_changes import own_change, refusals_of
from app.queries.custom_fields import own_field
from app.views.base import CrmView, is_key, say
from app.views.formats import present
from app.views.own_fields import shown_value

OF = "of"  # the argument that names the list


class BulkView(BaseView):
    route_base = "/bulk"
    class_permission_name = "Me"
    default_view = "choose"

    @expose("/choose", methods=["GET", "POST"])
    @has_access
    @permission_name("list")
    def choose(self) -> Any:
        """How many records, and what to do with them. Posted: the chosen ones; else all that the filters of the address find."""
        view = _asked_list()
        return redirect("/") if view is None else self._draw(view)

    @expose("/start", methods=["POST"])
    @has_access
    @permission_name("list")
    def start(self) -> Any:
        view = _asked_list()
        if view is None:
            return redirect("/")
        what = request.form.get("what", "")
        require_fields(current_actor(), view.datamodel.obj, [what])
        if what not in {name for name, _ in _offered(view)}:
            return make_response(self._draw(view, gettext("Choose what to change.")), 409)
        try:
            value = None if what in OPPOSITE else _value(view, what)
            change = bulk_changes.start_change(view.datamodel.obj, _keys(view), what, value, actor=current_actor())
        except DomainError as refusal:
            return make_response(self._draw(view, say(refusal)), 409)
        return self._begun(change)

    @expose("/<change>")
    @has_access
    @permission_name("list")
    def show(self, change: str) -> Any:
        """How far it is; it goes on when the page is closed."""
        found = _change(change)
        view = _view_of(found)
        names = {one.id: db.session.get(view.datamodel.obj, one.subject_id) for one in refusals_of(found)}
        refused = [(str(names[one.id] or one.subject_id), gettext(one.because, **one.params)) for one in refusals_of(found)]
        return self.render_template(
            "bulk.html", title=_title(found), change=found, said=_said(found), is_running=found.state is RunState.RUNNING, refused=refused,
            state_url=url_for("BulkView.state", change=found.id), list_url=url_for(f"{view.endpoint}.list"), list_title=view.list_title,
            undo_url=url_for("BulkView.undo", change=found.id) if bulk_changes.may_undo(found) else None,
        )

    @expose("/<change>/state")
    @has_access
    @permission_name("list")
    def state(self, change: str) -> Response:
        """{text, done, total, is_running}, for the page that waits."""
        found = _change(change)
        return jsonify({"text": _said(found), "done": found.done + found.refused, "total": found.total, "is_running": found.state is RunState.RUNNING})

    @expose("/<change>/undo", methods=["POST"])
    @has_access
    @permission_name("list")
    def undo(self, change: str) -> Any:
        found = _change(change)
        try:
            return self._begun(bulk_changes.undo(found, actor=current_actor()))
        except DomainError as refusal:
            flash(say(refusal), "danger")
            return redirect(url_for("BulkView.show", change=found.id))

    def _begun(self, change: BulkChange) -> Any:
        """A few are done at once; the rest is the worker's."""
        key = change.id
        if change.total <= bulk_changes.PORTION:
            while bulk_changes.go_on(key):
                pass
        return redirect(url_for("BulkView.show", change=key))

    def _draw(self, view: CrmView, error: str = "") -> str:
        keys, what = _keys(view), request.values.get("what", "")
        label = dict(_offered(view)).get(what)
        field = view.edit_form.refresh()[what] if label and what not in OPPOSITE else None
        return self.render_template(
            "bulk_choose.html", title=gettext("Change many: %(list)s", list=view.list_title), error=error, count=len(keys), is_too_many=len(keys) > MOST,
            counted=ngettext("%(num)s record is changed.", "%(num)s records are changed.", min(len(keys), MOST)), most=format_decimal(MOST),
            offered=_offered(view), what=what if label else "", label=label, field=field, rowids=request.form.getlist("rowid"),
            choose_url=_to("choose"), start_url=_to("start"), back_url=url_for(f"{view.endpoint}.list", **_filters()), list_title=view.list_title,
        )


def may_change_many(view: Any) -> bool:
    """Whether the list offers it: plain records that are archived and not deleted."""
    return isinstance(view, CrmView) and view.can_archive and "archive" in view.actions and not hasattr(type(view), "no_bulk")


def _asked_list() -> Any:
    """The list that the address names; 403 where the reader may not change its records."""
    view = next((v for v in current_app.appbuilder.baseviews if type(v).__name__ == request.args.get(OF)), None)  # type: ignore[attr-defined]
    if not may_change_many(view):
        return None
    if not current_app.appbuilder.sm.has_access("can_edit", view.class_permission_name):  # type: ignore[attr-defined,union-attr]
        abort(403)
    return view


def _view_of(change: BulkChange) -> Any:
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    return next(v for v in views if may_change_many(v) and v.datamodel.obj.__name__ == change.record_type)


def _change(text: str) -> BulkChange:
    found = own_change(int(text), current_actor()) if is_key(text) else None
    if found is None:
        abort(404)
    return found


def _filters() -> dict[str, Any]:
    return {k: v for k, v in request.args.items() if k not in (OF, "what")}


def _to(name: str) -> str:
    arguments: dict[str, Any] = {k: v for k, v in request.args.items() if k != "what"}
    return url_for(f"BulkView.{name}", **arguments)


def _keys(view: Any) -> list[int]:
    """Of the chosen records, else of all that the filters find: one more than may be at most says that there are too many."""
    if request.form.getlist("rowid"):
        return [view.found(key, Action.READ).id for key in request.form.getlist("rowid")[: view.max_page_size]]
    return list(view.filtered_keys(MOST + 1))


def _offered(view: Any) -> list[tuple[str, str]]:
    """(name, words): put away, bring back, and the fields that one value can fill for many and the person may write."""
    mapper, actor = inspect(view.datamodel.obj), current_actor()
    shared = [
        name for name in view.edit_columns[1:]
        if (_is_shared(name) or name in mapper.columns or (name in mapper.relationships and not mapper.relationships[name].uselist))
        and is_writable(actor, view.datamodel.obj, name) and not _is_own(mapper, name)
    ]
    is_archived = request.args.get("archived") == "1"
    acts = [(RESTORE, gettext("Bring back"))] if is_archived else [(ARCHIVE, gettext("Archive"))]
    return [*acts, *((name, str(view.label_columns[name])) for name in shared)]


def _is_shared(name: str) -> bool:
    """Whether it is a field of the firm's own that has one value for many: no text, and none that depends on another field."""
    field = own_field(name)
    return field is not None and field.kind not in WORDS and not field.depends_on


def _is_own(mapper: Any, name: str) -> bool:
    """Text that tells one record from the next is no value for many."""
    column = mapper.columns.get(name)
    return column is not None and (column.unique or column.type.python_type is str and not getattr(column.type, "enum_class", None)) and name != "currency"


def _value(view: Any, what: str) -> Any:
    form = view.edit_form.refresh()
    field = form[what]
    if not field.validate(form):
        raise DomainError("bad_value", " ".join(map(str, field.errors)).replace("%", "%%"))
    return field.data


def _title(change: BulkChange) -> str:
    view = _view_of(change)
    words = {ARCHIVE: gettext("Archive"), RESTORE: gettext("Bring back")}
    what = words.get(change.what) or str(view.label_columns.get(change.what, change.what))
    if change.undoes_id is not None:
        return gettext("Taken back: %(what)s", what=view.list_title)
    if change.what in OPPOSITE:
        return str(gettext("%(label)s: %(text)s", label=view.list_title, text=what))
    value = bulk_changes.value_of(view.datamodel.obj, change.what, change.value)
    if field := own_field(change.what):
        value = shown_value(field, value)
    return str(gettext("%(list)s: %(what)s is now %(value)s", list=view.list_title, what=what, value=present(value) or gettext("empty")))


def _said(change: BulkChange) -> str:
    """How far it is, in a sentence or two."""
    numbers = {"done": format_decimal(change.done), "all": format_decimal(change.total)}
    left = ngettext("%(num)s was left alone.", "%(num)s were left alone.", change.refused) if change.refused else ""
    return f"{gettext('Done: %(done)s of %(all)s.', **numbers)} {left}".strip()
