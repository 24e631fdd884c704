"""People to choose from: a list while they are few, searched while one types where they are many."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from flask import url_for
from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_babel import gettext
from sqlalchemy import ColumnElement
from wtforms.fields.choices import Choice as Option
from wtforms.fields.choices import SelectFieldBase
from wtforms.fields.core import UnboundField

from app.models import User
from app.queries.people import known_people, people_by_name
from app.views.controls import BLANK, CheckList, Choice, Native
from app.views.interface import is_key
from app.views.lookups import LookupWidget

FEW = 25
Offer = Callable[[], list[ColumnElement[bool]]]


class PeopleField(SelectFieldBase):
    """One person or several (``is_many``) of those whom ``offered`` leaves, and whoever is there already (``present``).

    ``view`` answers the search, at its look-up of ``column``.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, view: Any, column: str, offered: Offer = known_people,
                 present: Callable[[], list[User]] = list, is_many: bool = False, is_search: bool = False, **kwargs: Any) -> None:
        kwargs.pop("widget", None)
        super().__init__(label, validators, **kwargs)
        self.view, self.column, self.is_many, self.is_search = view, column, is_many, is_search
        self.offered, self.present = offered, present

    @property
    def widget(self) -> Any:
        """Decided when the field is drawn: that is when somebody looks at the people. WTForms asks once before, while the field is made."""
        if not hasattr(self, "offered") or len(self._first) > FEW:
            return LookupWidget()
        return CheckList() if self.is_many else Native(Choice(), "form-select")

    @cached_property
    def _first(self) -> list[User]:
        return people_by_name(*self.offered(), limit=FEW + 1)

    def url(self) -> str:
        """Where the search asks."""
        more: dict[str, Any] = {"all": 1} if self.is_search else {}
        return url_for(f"{self.view.endpoint}.lookup", column=self.column, **more)

    def chosen(self) -> list[User]:
        data = self.data or []
        return list(data) if isinstance(data, list | tuple | set) else [data]

    def iter_choices(self) -> Iterator[Any]:
        chosen = self.chosen()
        if not self.is_many and not self.is_search:  # a search has a blank of its own
            yield Option(BLANK, "", not chosen, {})
        for user in [*self._first, *(each for each in chosen if each not in self._first)]:
            yield Option(user.id, str(user), user in chosen, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        keys = [value for value in valuelist if value not in ("", BLANK)]
        asked = [int(value) for value in keys if is_key(value)]
        known = {each.id: each for each in (*self.present(), *people_by_name(*self.offered(), User.id.in_(asked)))} if asked else {}
        found = [known[key] for key in dict.fromkeys(asked) if key in known]
        self.data = found if self.is_many else next(iter(found), None)
        if len(found) < len(set(keys)):
            raise ValueError(gettext("Choose somebody whom the list offers."))


def use_people(view: Any, form: type[Any] | None) -> None:
    """In the search ``form`` of ``view``, people are searched where they are many."""
    for column in dir(form) if form else ():
        field = getattr(form, column)
        if not isinstance(field, UnboundField) or not view.datamodel.is_relation(column) or view.datamodel.get_related_model(column) is not User:
            continue
        if issubclass(field.field_class, QuerySelectField | QuerySelectMultipleField):
            setattr(form, column, UnboundField(PeopleField, *field.args, view=view, column=column, is_search=True))
