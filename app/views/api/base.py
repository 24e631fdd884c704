"""FAB's REST API tamed, as ``views/base`` tames its pages: it finds the way, one operation writes, permissions decide."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from flask import Response, current_app, request
from flask_appbuilder import ModelRestApi
from flask_appbuilder.exceptions import FABException
from sqlalchemy import String, inspect
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import BadRequest

from app.domain.errors import Forbidden, NotFound
from app.domain.scopes import Power
from app.models import Record
from app.operations import records
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, is_shown, require_fields
from app.permissions.rights import Action
from app.queries.tags import tag_key
from app.support.i18n import N_
from app.views.api import own_fields
from app.views.api.bearer import require_scope
from app.views.api.json import NotUnderstood, as_json, read_value, sentence_for, values_from
from app.views.filters import RequestFilters

NO_SUCH_FIELD = N_("What “q” asks for is no field that can be filtered or sorted here, or no value of it.")
PERMISSIONS = {"get_list": "list", "get": "show", "post": "add", "put": "edit", "delete": "delete"}


def answered(door: Callable[..., Response]) -> Callable[..., Response]:
    """Refusals come out as the sentences of the pages; FAB would call every one of them a fatal error."""

    @wraps(door)
    def run(self: "RecordApi", *args: Any, **kwargs: Any) -> Response:
        try:
            return door(self, *args, **kwargs)
        except NotUnderstood as refusal:
            return self.response(422, message=sentence_for(refusal), field=refusal.field)
        except Exception as error:  # noqa: BLE001 - handed on to the handlers of the program
            return current_app.make_response(current_app.handle_user_exception(error))

    return run


class RecordApi(ModelRestApi):
    """The base of every noun's API. ``written`` are the fields that a program may send, ``required`` those that a new record needs."""

    version = "v1"
    allow_browser_login = True  # instead of FAB's own tokens; whoever comes here has shown one of ours: api/bearer
    include_route_methods: ClassVar[set[str]] = set(PERMISSIONS)
    page_size, max_page_size = 25, 100
    _filters = RequestFilters()
    written: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ()
    permissions: ClassVar[dict[str, str]] = PERMISSIONS

    def __init__(self) -> None:
        self.class_permission_name = self.datamodel.obj.__name__
        self.method_permission_name = dict(self.permissions)
        self.base_permissions = sorted({f"can_{name}" for method, name in self.permissions.items() if method in self.include_route_methods})
        super().__init__()
        relations = [name for name in self.show_columns if self.datamodel.is_relation(name)]
        self.datamodel.loads = tuple(selectinload(getattr(self.datamodel.obj, name)) for name in relations)

    def _init_model_schemas(self) -> None:
        """None of FAB's: a schema loads related records without asking whose they are."""

    # ---- what the operations are; a noun with its own replaces these

    def create_record(self, values: dict[str, Any]) -> Any:
        return records.create(self.datamodel.obj, values, actor=current_actor())

    def update_record(self, item: Any, values: dict[str, Any], seen_version: int | None) -> None:
        records.update(item, values, seen_version=seen_version, actor=current_actor())

    def values(self, sent: Any) -> dict[str, Any]:
        """What the operation is given of the JSON that was ``sent``."""
        return values_from(self.datamodel.obj, self.written, sent)

    def _sent(self, sent: Any) -> dict[str, Any]:
        """The same, with the values of the firm's own fields."""
        own, rest = own_fields.split(self.datamodel.obj, sent)
        return self.values(rest) | own

    # ---- the doors

    @answered
    def get_list_headless(self, **kwargs: Any) -> Response:
        require_scope(self.class_permission_name, Power.READ)
        asked = kwargs.get("rison", {})
        try:
            order, direction = self._order(asked)
            page, size = self._handle_page_args(asked)
            filters = self._living(self._asked_filters(asked))
            count, items = self.datamodel.query(filters, order, direction, page=page, page_size=size)
        except (FABException, BadRequest, ArithmeticError, TypeError, ValueError) as error:
            raise NotUnderstood("q", NO_SUCH_FIELD) from error
        return self.response(200, count=count, result=[self.shown(item) for item in items])

    @answered
    def get_headless(self, pk: Any, **kwargs: Any) -> Response:
        require_scope(self.class_permission_name, Power.READ)
        item = self.found(pk)
        return self.response(200, id=item.id, result=self.shown(item))

    @answered
    def post_headless(self) -> Response:
        require_scope(self.class_permission_name, Power.WRITE)
        values = self._sent(request.get_json(silent=True))
        for name in self.required:
            if values.get(name) in (None, ""):
                raise NotUnderstood(name, N_("“%(field)s” is needed."))
        require_fields(current_actor(), self.datamodel.obj, values)  # whatever their values: a refusal must not tell what a hidden one is
        own_fields.require_all(self.datamodel.obj, values)
        item = self.create_record(values)
        return self.response(201, id=item.id, result=self.shown(item))

    @answered
    def put_headless(self, pk: Any) -> Response:
        require_scope(self.class_permission_name, Power.WRITE)
        item, sent = self.found(pk, Action.WRITE), request.get_json(silent=True)
        seen = sent.pop("version", None) if isinstance(sent, dict) else None
        if seen is not None and not isinstance(seen, int):
            raise NotUnderstood("version", N_("“version” is the number that you read with the record."))
        values = self._sent(sent)
        require_fields(current_actor(), item, values)
        self.update_record(item, values, seen)
        return self.response(200, id=item.id, result=self.shown(item))

    @answered
    def delete_headless(self, pk: Any) -> Response:
        require_scope(self.class_permission_name, Power.WRITE)
        item = self.found(pk, Action.DELETE)
        key = item.id
        records.delete(item, actor=current_actor())
        return self.response(200, id=key)

    def response_403(self) -> Response:
        raise Forbidden

    # ---- reading

    def found(self, pk: Any, action: Action = Action.READ) -> Any:
        """The record. Raises ``NotFound`` for one that the person may not see, ``Forbidden`` for one that they may only read."""
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            raise NotFound
        if action is not Action.READ and not is_allowed(current_actor(), action, item):
            raise Forbidden
        return item

    def shown(self, item: Any) -> dict[str, Any]:
        """The fields of ``item`` that the acting person may know."""
        actor = current_actor()
        fields = {name: as_json(getattr(item, name)) for name in self.show_columns if is_shown(actor, item, name)}
        return {"id": item.id, **fields, **own_fields.shown(item), "version": item.version, "updated_at": as_json(item.updated_at)}

    def _asked_filters(self, asked: dict[str, Any]) -> Any:
        """FAB's filters, each with a value that its column can be compared with; raises ``ValueError`` for another."""
        for each in asked.get("filters", []):
            name, value = each.get("col"), each.get("value")
            if (own := own_fields.asked_key(self.datamodel.obj, str(name), value)) is not None:
                each["value"] = own
            elif name == "tags" and "value" in each:
                each["value"] = tag_key(str(value)) or 0
            elif name in self.search_columns and "value" in each:
                column = inspect(self.datamodel.obj).columns[name]
                is_digits = isinstance(column.type, String) and type(value) is int  # Rison takes unquoted digits for a number
                each["value"] = read_value(column, str(value) if is_digits else value)
        return self._handle_filters_args(asked)

    def _order(self, asked: dict[str, Any]) -> tuple[str, str]:
        """The column to sort by; a hidden one is none that one could sort by."""
        if asked.get("order_column") in own_fields.columns(self.datamodel.obj, is_order=True):
            return asked["order_column"], asked.get("order_direction", "asc")
        column, direction = self._handle_order_args(asked)
        if column and not is_shown(current_actor(), self.datamodel.obj, column):
            raise NotUnderstood("q", NO_SUCH_FIELD)
        return column, direction

    def _living(self, filters: Any) -> Any:
        """Archived records stay out of lists, as on the pages."""
        if not issubclass(self.datamodel.obj, Record):
            return filters
        living = self.datamodel.get_filters().add_filter_list([["archived_at", self.datamodel.FilterEqual, None]])
        return filters.get_joined_filters(living)
