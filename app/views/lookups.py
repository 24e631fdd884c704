"""Look-up fields: a relation to a table that grows is searched while one types, never listed whole."""

from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup
from wtforms import Field
from wtforms.fields.core import UnboundField

from app.models import Tag

BOX = Markup(
    '<div class="k-look" data-look="{url}" data-name="{name}"{many}>{hidden}'
    '<input class="form-control" id="{at}" value="{shown}" role="combobox" aria-expanded="false" '
    'aria-controls="{at}-found" aria-autocomplete="list" autocomplete="off" placeholder="{hint}"{attributes}>'
    '<ul role="listbox" id="{at}-found" aria-label="{label}" data-none="{none}" data-remove="{remove}"{new} hidden></ul></div>'
)
VALUE = Markup('<input type="hidden" name="{}" value="{}" data-value>')
PICKED = Markup(
    '<span class="k-picked"><input type="hidden" name="{}" value="{}">{}'
    '<button type="button" data-drop aria-label="{}"><span aria-hidden="true">&times;</span></button></span>'
)
ATTRIBUTE = Markup(' {}="{}"')


class LookupWidget:
    """A combobox; what was chosen travels in hidden fields of the field's own name."""

    def __call__(self, field: "LookupField", **kwargs: Any) -> Markup:
        name = kwargs.get("name", field.name)
        chosen = field.chosen()
        if field.is_many:
            hidden = Markup("").join(
                PICKED.format(name, item.id if hasattr(item, "id") else f"{TagField.NEW}{item}", item, gettext("Remove %(name)s", name=item)) for item in chosen
            )
        else:
            hidden = VALUE.format(name, chosen[0].id if chosen else "")
        described = [(key, value) for key, value in kwargs.items() if key.startswith("aria-")]
        return BOX.format(
            url=field.url(),
            name=name,
            many=Markup(" data-many") if field.is_many else "",
            hidden=hidden,
            at=kwargs.get("id", field.id),
            shown="" if field.is_many or not chosen else chosen[0],
            hint=gettext("Type to search"),
            attributes=Markup("").join(ATTRIBUTE.format(key, value) for key, value in described),
            label=gettext("Found: %(field)s", field=field.label.text),
            none=gettext("Nothing found."),
            remove=gettext("Remove"),
            new=ATTRIBUTE.format("data-new", gettext("New tag:")) if isinstance(field, TagField) else "",
        )


class LookupField(Field):
    """The related record (or records) behind the chosen keys; only those that the person may see."""

    widget = LookupWidget()

    def __init__(self, label: Any = None, validators: Any = None, *, view: Any, column: str, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.view, self.column = view, column
        self.is_many = not view.datamodel.is_relation_many_to_one(column)

    def url(self) -> str:
        return url_for(f"{self.view.endpoint}.lookup", column=self.column)

    def chosen(self) -> list[Any]:
        data = self.data or []
        return list(data) if isinstance(data, list | tuple | set) else [data]

    def process_formdata(self, valuelist: list[str]) -> None:
        found = [self.view.datamodel.get_related_obj(self.column, key) for key in valuelist if key]
        known = [item for item in found if item is not None]
        self.data = known if self.is_many else next(iter(known), None)
        if len(known) != len(found):
            raise ValueError(gettext("This record does not exist any more. Choose another."))


class TagField(LookupField):
    """Tags: what is typed and no tag yet comes as text, and the operation makes it one."""

    NEW = "+"  # before the text of a tag that is not there yet

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([key for key in valuelist if not key.startswith(self.NEW)])
        self.data = [*self.chosen(), *(key.removeprefix(self.NEW) for key in valuelist if key.startswith(self.NEW))]


def use_lookups(view: Any, form: type[Any] | None, *, is_search: bool = False) -> None:
    """In the form class ``form``, search every relation whose model keeps a ``search_text``."""
    for column in dir(form) if form else ():
        field = getattr(form, column)
        if not isinstance(field, UnboundField) or not view.datamodel.is_relation(column):
            continue
        related = view.datamodel.get_related_model(column)
        if not hasattr(related, "search_text"):
            continue
        kept = {key: field.kwargs[key] for key in ("description", "validators") if key in field.kwargs}
        kind = TagField if related is Tag and not is_search else LookupField
        setattr(form, column, UnboundField(kind, *field.args, view=view, column=column, **kept))
