"""Somebody to choose in a small form of a page: of a list while people are few, else searched for while one types."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext
from flask_login import current_user

from app.extensions import db
from app.models import User
from app.queries.people import people_by_name
from app.views.base import is_key
from app.views.people_fields import FEW


def person_field(name: str, label: str, *, is_many: bool = False, is_required: bool = True, people: list[User] | None = None) -> dict[str, Any]:
    """A field of ``macros.field`` of one person, or of several; of ``people``, or of all. The readers are those who see orders."""
    is_open, people = people is None, _first() if people is None else people
    if is_open and len(people) > FEW:
        return {"name": name, "label": label, "look_url": url_for("OrderView.lookup", column="principal", all=1), "value": "", "is_many": is_many,
                "is_required": is_required}
    options = [(each.id, str(each)) for each in people]
    said = gettext("Several with Ctrl or Shift and the arrows.") if people else gettext("All operators whom you lead have a place here already.")
    return {"name": name, "label": label, "type": "select", "options": options if is_many else [("", ""), *options], "is_many": is_many,
            "is_required": is_required, **({"help": said} if is_many else {})}


def filter_field(name: str, label: str, view: str, column: str, chosen: int | None) -> dict[str, Any]:
    """A field of a filter, where nobody is chosen at first; where people are many, the look-up of ``column`` of ``view`` finds them."""
    people, me = _first(), current_user.id
    if len(people) > FEW:
        known = db.session.get(User, chosen) if chosen else None
        return {"name": name, "label": label, "look_url": url_for(f"{view}.lookup", column=column, all=1), "value": chosen or "", "shown": str(known or "")}
    options = [(str(each.id), gettext("Me") if each.id == me else str(each)) for each in people]
    return {"name": name, "label": label, "type": "select", "value": str(chosen or ""), "options": [("", gettext("all")), *options]}


def _first() -> list[User]:
    """Asked once in a request."""
    if "first_people" not in g:
        g.first_people = people_by_name(limit=FEW + 1)
    return list(g.first_people)


def chosen_person(name: str) -> User | None:
    """Whom the request names in the field ``name``, of those who may sign in."""
    text = request.form.get(name, "")
    user = db.session.get(User, int(text)) if is_key(text) else None
    return user if user is not None and user.active else None
