"""The seam to FAB's reading: what a list, a page and a pick-list fetch; nothing is written through it."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from flask_appbuilder.models.sqla.filters import SQLAFilterConverter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import inspect
from sqlalchemy.exc import DataError, DBAPIError, StatementError
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import BadRequest

from app.domain.custom_fields import FieldKind
from app.models.base import ordered_by
from app.queries.custom_fields import own_field, sorted_by
from app.views import paging
from app.views.conditions import asked_of
from app.views.own_fields import is_own, know_people, shown_value
from app.views.paging import Place


def is_key(value: Any) -> bool:
    """Whether ``value``, perhaps typed into the address line, can be the key of a row at all."""
    return str(value).isdecimal() and int(value) < 2**31


def key(value: str) -> int:
    """The key that ``value`` is; ``ValueError`` where it can be none. For ``request.args.get(…, type=key)``."""
    if not is_key(value):
        raise ValueError(value)
    return int(value)


class KeptComparisons(SQLAFilterConverter):
    """FAB makes the comparisons of all columns anew whenever filters meet, some times for each page: they are the same for everybody."""

    def convert(self, col_name: str) -> Any:
        known: dict[str, Any] = self.datamodel.__dict__.setdefault("_comparisons", {})
        if is_own(col_name):
            return super().convert(col_name)
        if col_name not in known:
            known[col_name] = super().convert(col_name)
        return known[col_name] and [*known[col_name]]


class OperationInterface(SQLAInterface):
    """Reads through FAB; a write that reaches it is a door that nobody tamed."""

    filter_converter_class = KeptComparisons

    def add(self, item: Any, commit: bool = True) -> bool:
        raise RuntimeError("FAB wrote a record without an operation")

    edit = add

    def delete(self, item: Any, commit: bool = True) -> bool:
        raise RuntimeError("FAB deleted a record without an operation")

    def delete_all(self, items: list[Any]) -> bool:
        raise RuntimeError("FAB deleted records without an operation")

    @staticmethod
    def _get_attr_value(item: Any, col: str) -> Any:
        """A fixed value stays what it is, so that screens say it in words; FAB would hand out its code."""
        value = getattr(item, col, None)
        if field := own_field(col):
            return shown_value(field, value)
        return value if isinstance(value, Enum) else SQLAInterface._get_attr_value(item, col)

    def get_related_interface(self, col_name: str) -> Any:
        """One for each column: FAB would make one for each choice of each pick-list of a page."""
        known: dict[str, Any] = self.__dict__.setdefault("_related", {})
        if col_name not in known:
            known[col_name] = super().get_related_interface(col_name)
        return known[col_name]

    def get_columns_list(self) -> list[str]:
        """All columns but those that only tell the order, and the one that keeps the firm's own fields: these are columns by themselves."""
        unseen = {"custom", *getattr(self.obj, "FOLDED", {}).values()}
        return [name for name in super().get_columns_list() if name not in unseen]

    def is_date(self, col_name: str) -> bool:
        field = own_field(col_name)
        return field.kind is FieldKind.DAY if field else super().is_date(col_name)

    def is_datetime(self, col_name: str) -> bool:
        field = own_field(col_name)
        return field.kind is FieldKind.MOMENT if field else super().is_datetime(col_name)

    list_loads: tuple[Any, ...] = ()
    loads: tuple[Any, ...] = ()  # loader options of lists: the number of statements must not grow with the rows

    def query(self, filters: Any = None, order_column: str = "", order_direction: str = "", page: Place | int | None = None,
              page_size: int | None = None, select_columns: list[str] | None = None, outer_default_load: bool = False) -> Any:
        base = self.session.query(self.obj)
        if isinstance(page, Place):
            return self._turn(base, filters, page, page_size or 1)
        wanted = base
        if is_own(order_column):
            wanted, order_column = sorted_by(base, self.obj, order_column, order_direction), ""
        if not order_column and page_size is None and hasattr(self.obj, "sort_name"):
            order_column, order_direction = "sort_name", "asc"  # a pick-list
        order_column = ordered_by(self.obj, order_column)
        found = self.apply_all(wanted, filters, order_column, order_direction, page, page_size, select_columns, outer_default_load)
        try:
            rows = found.options(*self.loads).all()
            return len(rows) if page_size is None else self.query_count(base, filters), rows
        except StatementError as error:
            raise self._unfit(error) from error

    def _turn(self, base: Any, filters: Any, place: Place, size: int) -> Any:
        wanted = self._apply_inner_all(base, filters, aliases_mapping={})
        try:
            count, rows = paging.page(wanted, self.obj, place, size, self._shown(place.columns), asked_of(filters))
            know_people(rows, place.columns)
            return count, rows
        except StatementError as error:
            raise self._unfit(error) from error

    def keys(self, filters: Any, most: int) -> list[int]:
        """The keys of the first ``most`` rows that ``filters`` leave."""
        wanted = self._apply_inner_all(self.session.query(self.obj), filters, aliases_mapping={})
        try:
            return [row[0] for row in wanted.with_entities(self.obj.id).order_by(self.obj.id).limit(most)]
        except StatementError as error:
            raise self._unfit(error) from error

    def ordered_keys(self, filters: Any, order_column: str, order_direction: str, most: int) -> list[int]:
        """The keys of the first ``most`` rows that ``filters`` leave, in that order."""
        base = self.session.query(self.obj)
        if is_own(order_column):
            base, order_column = sorted_by(base, self.obj, order_column, order_direction), ""
        order_column = ordered_by(self.obj, order_column)
        wanted = self._apply_inner_all(base, filters, order_column, order_direction, aliases_mapping={})
        try:
            return [row[0] for row in wanted.with_entities(self.obj.id).limit(most)]
        except StatementError as error:
            raise self._unfit(error) from error

    def records(self, keys: list[int]) -> list[Any]:
        """The records with these keys, in their order, with what an export shows of them."""
        found = {item.id: item for item in self.session.query(self.obj).filter(self.obj.id.in_(keys)).options(*self.loads)}
        return [found[key] for key in keys if key in found]

    def _shown(self, columns: Iterable[str]) -> list[Any]:
        """What to load for a page that shows these columns: one record each with the rows themselves, several by a statement of their own."""
        relations = [c for c in columns if self.is_relation(c)]
        return [*((joinedload if self.is_single(c) else selectinload)(getattr(self.obj, c)) for c in relations), *self.list_loads]

    def is_single(self, column: str) -> bool:
        """Whether the relation ``column`` leads to one record at most."""
        return not inspect(self.obj).relationships[column].uselist

    def _unfit(self, error: StatementError) -> Exception:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError):
            return error
        self.session.rollback()
        return BadRequest("a filter compares with a value that the column cannot hold")

    def get(self, id: Any, filters: Any = None, select_columns: list[str] | None = None) -> Any:  # noqa: A002 - the name is FAB's
        """The record, or None: a key that is no number, or none that a database holds, finds nothing."""
        return super().get(int(id), filters, select_columns) if is_key(id) else None

    def get_with(self, id: Any, filters: Any, loads: Iterable[Any], columns: Iterable[Any]) -> Any:  # noqa: A002 - as above
        """As ``get``, with what else its page shows: (record, *columns)."""
        if not is_key(id):
            return None
        found = self.session.query(self.obj, *columns).filter(self.obj.id == int(id)).options(*loads)
        return (filters.apply_all(found) if filters else found).one_or_none()

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The related record, if the acting person may see it; ``session.get`` would skip the question."""
        related = self.get_related_model(col_name)
        return self.session.get(related, int(value)) if is_key(value) else None
