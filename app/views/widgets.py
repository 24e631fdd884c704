"""What our templates need to know of a view that FAB draws."""

from typing import Any, ClassVar

from flask import Response, abort, jsonify, request, url_for
from flask_appbuilder import expose, has_access, permission_name
from flask_appbuilder.widgets import RenderTemplateWidget, SearchWidget
from flask_babel import gettext
from sqlalchemy import ColumnElement

from app.operations.assigning import teams_on_offer
from app.operations.importing.runs import may_import
from app.permissions.actor import current_actor
from app.queries import lookups
from app.queries.board import NOBODY
from app.queries.people import known_people, people_called
from app.support.text import fold
from app.views import chips, exporting, layouts, paging
from app.views.chips import OF_LISTS, comparison
from app.views.controls import asks_blank, make_native
from app.views.lookups import LookupField, TagField, use_lookups
from app.views.people_fields import PeopleField, use_people


class FilterWidget(SearchWidget):
    """The search form; FAB's own would draw every field once more, pick-lists included, for its script."""

    codes: ClassVar[tuple[str, ...]] = ()  # columns of which one value is chosen: contains and begins with make no sense there

    def _offer(self, one: Any, *, is_code: bool) -> tuple[str, bool]:
        """The words of a comparison, empty to hide it, and whether it is the usual one."""
        is_hidden = one.arg_name in OF_LISTS or (is_code and one.arg_name not in ("eq", "neq"))
        return "" if is_hidden else comparison(one), one.arg_name == ("eq" if is_code else "ct")

    def __call__(self, **kwargs: Any) -> str:
        offered = self.filters.get_search_filters()
        operators = {
            column: [self._offer(one, is_code=column in self.codes) for one in offered[column]]
            for column in self.template_args["include_cols"]
        }
        return str(RenderTemplateWidget.__call__(self, operators=operators, asks_blank=asks_blank, choices=chips.choices, **kwargs))


def _nearest() -> list[dict[str, Any]]:
    """What a filter offers before names: oneself, and what nobody has."""
    return [{"id": current_actor().id, "text": gettext("Me")}, {"id": NOBODY, "text": gettext("nobody yet")}]


def _people(asked: str, offered: list[ColumnElement[bool]], model: type[Any], *, with_teams: bool) -> list[dict[str, Any]]:
    """People, and perhaps teams, as a look-up takes them; keys of both at once say which is which."""
    found = [(f"u{each.id}" if with_teams else each.id, each) for each in people_called(asked, *offered, limit=lookups.LIMIT)]
    teams = [each for each in teams_on_offer(current_actor(), model) if with_teams and all(word in fold(each.name) for word in fold(asked).split())]
    return [{"id": key, "text": str(each)} for key, each in [*((f"t{team.id}", team) for team in teams[:3]), *found]]


class NativeForm:
    """Mix into a FAB view of one plain form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        make_native(getattr(self, "form", None))


class NativeWidgets:
    """Mix into any FAB view: native controls, look-ups, and what our templates need to know of the view.

    A view may say more with plain attributes: ``empty_text`` (a sentence), ``add_label``, ``export_url``
    (a method), ``list_tabs`` (a method giving (label, url, is_current)), ``column_classes`` ({column: css}),
    ``wide_columns`` (form fields over the whole width), ``count_cap`` (counts above it read "more than …"),
    ``row_title`` (a method that names a record in the heading of its page), ``usual_acts`` (of more than three actions
    on that page those that stand there; the others wait behind three dots).
    """

    count_cap = paging.COUNT_CAP
    search_widget = FilterWidget

    def _init_forms(self) -> None:
        super()._init_forms()  # type: ignore[misc]
        for name in ("add_form", "edit_form", "search_form"):
            form = getattr(self, name, None)
            make_native(form, is_search=name == "search_form")
            use_lookups(self, form, is_search=name == "search_form")
        use_people(self, getattr(self, "search_form", None))

    @expose("/lookup/<column>")
    @has_access
    @permission_name("list")
    def lookup(self, column: str) -> Response:
        """What a look-up field offers for ``?q=``: [{id, text}]."""
        fields: list[Any] = [getattr(getattr(self, name, None), column, None) for name in ("search_form", "add_form", "edit_form")]
        kinds = [getattr(field, "field_class", None) for field in fields]
        if PeopleField in kinds:
            last = [each for each, kind in zip(fields, kinds, strict=True) if kind is PeopleField][-1]  # of a form, which offers less than a search
            offered = known_people if "all" in request.args else last.kwargs.get("offered", known_people)
            first = _nearest() if "self" in request.args and not request.args.get("q") else []
            model = self.datamodel.obj  # type: ignore[attr-defined]
            return jsonify([*first, *_people(request.args.get("q", ""), offered(), model, with_teams="teams" in request.args)])
        if not {LookupField, TagField} & {*kinds}:
            abort(404)
        model = self.datamodel.get_related_model(column)  # type: ignore[attr-defined]
        return jsonify([{"id": row.id, "text": str(row)} for row in lookups.matching(model, request.args.get("q", ""))])

    def _get_list_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_list_widget(*args, **kwargs)  # type: ignore[misc]
        arguments, model = found["list"].template_args, self.datamodel.obj  # type: ignore[attr-defined]
        is_wide = layouts.current() in layouts.layouts_of(model) and layouts.current() == layouts.EXTENDED
        if is_wide:  # the line below each row says what comes next
            arguments["include_columns"] = [column for column in arguments["include_columns"] if column != "next_step"]
        looked_up = exporting.looked_up(self, arguments["include_columns"], arguments["pks"])
        if looked_up:
            rows = [dict(row) for row in arguments["value_columns"]]
            for key, row in zip(arguments["pks"], rows, strict=True):
                row.update({column: found_by_key.get(key) for column, found_by_key in looked_up.items()})
            arguments["value_columns"] = rows
        arguments.update(view=self, page_address=paging.address, said=layouts.said_of(model, arguments["pks"]) if is_wide else {},
                         layouts=layouts.choices(model), many_url=self._many_url())
        return found

    def import_url(self) -> str | None:
        """Where files become records of this list; None where the reader may not, or no file does."""
        name = self.datamodel.obj.__name__  # type: ignore[attr-defined]
        return url_for("ImportView.new", of=name) if may_import(name, current_actor()) else None

    def _many_url(self) -> str | None:
        """Where many records of the list are changed at once; None where the reader may not."""
        may = getattr(self, "can_archive", False) and "archive" in self.actions  # type: ignore[attr-defined]
        if not may or not self.appbuilder.sm.has_access("can_edit", self.class_permission_name):  # type: ignore[attr-defined]
            return None
        asked: dict[str, Any] = {k: v for k, v in request.args.items() if not paging.is_place(k)}
        return url_for("BulkView.choose", **{**asked, "of": type(self).__name__})

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)  # type: ignore[misc]
        found["show"].template_args.update(view=self, item=item)
        return found

    def _get_add_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_add_widget(*args, **kwargs)  # type: ignore[misc]
        found["add"].template_args.update(view=self)
        return found

    def _get_edit_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_edit_widget(*args, **kwargs)  # type: ignore[misc]
        found["edit"].template_args.update(view=self)
        return found

    def _get_search_widget(self, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_search_widget(*args, **kwargs)  # type: ignore[misc]
        arguments = found["search"].template_args
        arguments.update(view=self, **chips.drawn(self, arguments["form"]))
        return found
