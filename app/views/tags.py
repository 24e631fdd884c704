"""Tags: the page where an administrator puts them in order, and their place on the page of a record."""

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

from app.models import Tag
from app.models.tags import Tagged
from app.views.base import CrmView, OperationInterface
from app.views.here import may_hang


class TagView(CrmView):
    datamodel = OperationInterface(Tag)
    list_title, show_title = lazy_gettext("Tags"), lazy_gettext("Tag")
    add_title, edit_title = lazy_gettext("New tag"), lazy_gettext("Edit tag")
    list_columns = ["name", "created_at"]
    order_columns = ["name"]
    base_order = ("name", "asc")
    search_columns = ["name"]
    show_columns = ["name", "created_at"]
    add_columns = edit_columns = ["name"]
    label_columns = {"name": lazy_gettext("Name"), "created_at": lazy_gettext("Created on")}
    description_columns = {"name": lazy_gettext("Capitals and accents make no other tag")}
    empty_text = lazy_gettext("No tag yet. Tags are made where they are put on an opportunity, a contact or an account.")
    add_label = lazy_gettext("New tag")


def tag_links(item: Any) -> Markup:
    """The tags of a record, each leading to all records of its type that have it; nothing where a type has none."""
    if not (isinstance(item, Tagged) and may_hang("tag", item)):
        return Markup()
    endpoint = f"{type(item).__name__}View.list"
    one = Markup('<a class="k-tag" href="{}">{}</a>')
    return Markup(" ").join(one.format(url_for(endpoint, _flt_0_tags=tag.id), tag.name) for tag in item.tags)
