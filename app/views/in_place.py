"""One value of a record changed where it stands: in a list, on its page. Without a script the same form is a page of its own."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from flask import Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField
from wtforms.fields.choices import SelectFieldBase

from app.domain.errors import Refusal, Stale
from app.models import Record
from app.permissions.rights import Action
from app.queries.custom_fields import own_field
from app.queries.listed import writable
from app.views.addresses import by_key
from app.views.asked import offer_undo
from app.views.controls import BLANK
from app.views.field_rights import money_of
from app.views.formats import present
from app.views.own_fields import LINKS, is_own, shown_value
from app.views.returning import against

OF, UNDO = "of", "undo"  # arguments: the column; what it held before
TOGETHER = {"amount": ("amount", "currency")}  # an amount is changed with its currency


class InPlace:
    """Mix in before ``ModelView``. A noun says with ``acts_in_place`` which columns are changed by operations of their own."""

    takes_parts: bool | None = None  # whether ``update_record`` may be given one field alone; None: where it is that of all nouns
    acts_in_place: ClassVar[dict[str, Callable[[Any, Any], Any]]] = {}  # column → (view, item) → (form, operation, address that takes it back)

    def columns_in_place(self, item: Any = None) -> list[str]:
        """The columns that the acting person may change one by one, on some records at least."""
        if not self.takes_parts or not issubclass(self.datamodel.obj, Record) or "can_edit" not in self.base_permissions:  # type: ignore[attr-defined]
            return []
        if not self.appbuilder.sm.has_access("can_edit", self.class_permission_name):  # type: ignore[attr-defined]
            return []
        form = self.edit_form  # type: ignore[attr-defined]
        plain = [name for name in self.edit_columns or () if getattr(form, name, None) is not None and not _is_link(name)]  # type: ignore[attr-defined]
        return [*plain, *(name for name in self.acts_in_place if name not in plain and self.is_shown_in_place(name))]

    def is_shown_in_place(self, column: str) -> bool:
        return column in (self.show_columns or ()) or column in (self.list_columns or ())  # type: ignore[attr-defined]

    def in_place(self, columns: Iterable[str], keys: list[int]) -> dict[int, dict[str, str]]:
        """Key → column → address of its form, for a list that shows ``columns``."""
        wanted = [name for name in self.columns_in_place() if name in set(columns)]
        may = writable(self.datamodel.obj, keys) if wanted and keys else set()  # type: ignore[attr-defined]
        forms = [(name, by_key(f"{self.endpoint}.value", of=name)) for name in wanted] if may else []  # type: ignore[attr-defined]
        return {key: {name: form(key) for name, form in forms} for key in may}

    def _get_list_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_list_widget(*args, **kwargs)  # type: ignore[misc]
        arguments = found["list"].template_args
        if request.endpoint == f"{self.endpoint}.list":  # type: ignore[attr-defined]
            arguments["in_place"] = self.in_place(arguments["include_columns"][1:], arguments["pks"])
        return found

    def in_place_of(self, item: Any) -> dict[str, str]:
        """Label of a field → address of its form, for the page of a record that the acting person may change."""
        labels = self.label_columns  # type: ignore[attr-defined]
        return {str(labels[name]): self.value_url(item.id, name) for name in self.columns_in_place() if name in labels}

    def value_url(self, key: int, column: str) -> str:
        return url_for(f"{self.endpoint}.value", pk=key, of=column)  # type: ignore[attr-defined]

    @expose("/value/<pk>", methods=["GET", "POST"])
    @has_access
    def value(self, pk: Any) -> Any:
        """The form of one field; a script asks for it alone (``X-In-Place``) and shows it over the value."""
        item = g.edited_record = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        self.refuse_forged(item)  # type: ignore[attr-defined]
        column = request.args.get(OF, "")
        if column not in self.columns_in_place():
            return redirect(url_for(f"{self.endpoint}.edit", pk=item.id))  # type: ignore[attr-defined]
        act = self.acts_in_place.get(column)
        form, operation, undo = act(self, item) if act else self._plain(item, column)
        form._id = item.id
        if request.method == "POST" and form.validate() and self._done(item, column, form, operation, undo):
            return "" if _is_part() else redirect(self._way_back())
        return self._draw_value(item, column, form)

    def _plain(self, item: Any, column: str) -> tuple[Any, Callable[[], None], Callable[[], str]]:
        """The form of the record with this field alone, and with what goes together with it."""
        whole = self.edit_form  # type: ignore[attr-defined]
        names = [name for name in TOGETHER.get(column, (column,)) if getattr(whole, name, None) is not None]
        others = [name for name in dir(whole) if hasattr(getattr(whole, name), "field_class") and name not in names]
        alone = type("OneField", (whole,), dict.fromkeys(others))
        before = {field.name: typed(field) for field in alone(formdata=None, obj=item) if field.name in names}
        if request.method == "POST" and UNDO in request.args:
            form = alone(formdata=MultiDict(parse_qsl(request.args[UNDO], keep_blank_values=True)))
        else:
            form = alone() if request.method == "POST" else alone(formdata=None, obj=item)
        seen = request.values.get("version", type=int)

        def update() -> None:
            self.update_record(item, {name: form[name].data for name in names}, seen)  # type: ignore[attr-defined]

        def undo() -> str:
            kept = urlencode([(name, value) for name, values in before.items() for value in values])
            return url_for(f"{self.endpoint}.value", pk=item.id, of=column, undo=kept, version=item.version)  # type: ignore[attr-defined]

        return form, update, undo

    def _done(self, item: Any, column: str, form: Any, operation: Callable[[], None], undo: Callable[[], str]) -> bool:
        version = item.version
        try:
            operation()
        except Refusal as refusal:
            self._refused(form, refusal)  # type: ignore[attr-defined]
            form.form_errors += against(form, item, refusal)
            g.is_stale = isinstance(refusal, Stale)
            return False
        if item.version == version:
            return True
        said = gettext("%(name)s: %(field)s is now %(value)s.", name=item, field=self.label_columns[column], value=_words(item, column) or gettext("empty"))  # type: ignore[attr-defined]
        if address := undo():
            offer_undo(said, address)
        else:
            flash(said, "success")
        return True

    def _way_back(self) -> str:
        """The list or the page that was looked at last: this form is none."""
        seen = session.get("page_history") or []
        return str(seen[-1]) if seen else url_for(f"{self.endpoint}.list")  # type: ignore[attr-defined]

    def _draw_value(self, item: Any, column: str, form: Any) -> Response:
        label = self.label_columns[column]  # type: ignore[attr-defined]
        title = gettext("%(name)s: change %(field)s", name=item, field=label)
        more: dict[str, Any] = {
            "form": form, "title": title, "version": request.form.get("version", item.version, type=int), "action": self.value_url(item.id, column),
            "names": _in_order(form, TOGETHER.get(column, ())), "back_url": self._way_back(),
        }
        if _is_part():
            body = render_template("value_form.html", **more)
        else:
            crumbs = [(self.list_title, url_for(f"{self.endpoint}.list")), (str(item), url_for(f"{self.endpoint}.edit", pk=item.id)), (str(label), None)]  # type: ignore[attr-defined]
            body = self.render_template("value.html", crumbs=crumbs, **more)  # type: ignore[attr-defined]
        return make_response(body, 409 if request.method == "POST" else 200)


def _in_order(form: Any, first: tuple[str, ...]) -> list[str]:
    """The names of the fields, those of ``first`` in front."""
    names = [field.name for field in form if field.name != "csrf_token"]
    return [*(name for name in first if name in names), *(name for name in names if name not in first)]


def _is_part() -> bool:
    return "X-In-Place" in request.headers


def _is_link(column: str) -> bool:
    """Whether the value is a link already, or too much for a small form."""
    field = own_field(column) if is_own(column) else None
    return field is not None and (field.kind in LINKS or bool(field.depends_on))


def _words(item: Any, column: str) -> Any:
    if field := own_field(column):
        return shown_value(field, getattr(item, column))
    return money_of(item) if column == "amount" else present(getattr(item, column))


def typed(field: Any) -> list[str]:
    """What a browser would send for ``field`` as it is."""
    data = field.data
    if hasattr(field, "chosen"):
        return [str(each.id) for each in field.chosen()] or [BLANK]
    if isinstance(field, BooleanField):
        return ["y"] if data else []
    if hasattr(field, "get_pk"):
        return [str(field.get_pk(data))] if data is not None else [BLANK]
    if isinstance(field, SelectFieldBase):
        return [_plain_text(each) for each in (data if isinstance(data, list) else [data]) if each is not None]
    return [field._value()]


def _plain_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(getattr(value, "value", value))
