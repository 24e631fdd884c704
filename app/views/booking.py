"""Book a meeting: whoever holds it then has the record."""

from typing import Any

from flask import flash, make_response, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.domain.errors import DomainError
from app.operations import booking
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.support.i18n import N_
from app.views import asked
from app.views.acts import tomorrow_morning
from app.views.asked import local
from app.views.base import is_key, say
from app.views.here import may_here
from app.views.holding import NOBODY_CHOSEN

NO_MOMENT = N_("Choose the day and the hour of the meeting.")


class Booking:
    """Mix in before ``Holding``, for nouns whose people one meets."""

    def __init__(self, **kwargs: Any) -> None:
        self.method_permission_name = {"book": "edit", **(self.method_permission_name or {})}  # type: ignore[has-type]
        super().__init__(**kwargs)

    def holding_acts(self, item: Any) -> list[dict[str, Any]]:
        """With the way to the form."""
        acts: list[dict[str, Any]] = super().holding_acts(item)  # type: ignore[misc]
        if may_here(item, Action.WRITE):
            acts.append({"label": gettext("Book a meeting"), "url": self._to("book", item), "method": "get"})  # type: ignore[attr-defined]
        return acts

    @expose("/book/<pk>", methods=["GET", "POST"])
    @has_access
    def book(self, pk: Any) -> Any:
        """With whom of us, when, and about what."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        if request.method == "GET":
            return self._ask_when(item)
        try:
            host = next((each for each in booking.hosts_on_offer(current_actor()) if str(each.id) == request.form.get("host")), None)
            if host is None:
                raise DomainError("nobody_chosen", NOBODY_CHOSEN)
            at = asked.moment("starts_at")
            if at is None:
                raise DomainError("no_moment", NO_MOMENT)
            minutes = request.form.get("minutes", "")
            booking.book_meeting(
                item, host, at, minutes=int(minutes) if is_key(minutes) else 0, about=request.form.get("about", ""),
                place=request.form.get("place", ""), note=request.form.get("note", ""), actor=current_actor(),
            )
        except DomainError as refusal:
            return make_response(self._ask_when(item, say(refusal)), 409)
        flash(gettext("The meeting is booked for %(name)s.", name=host), "success")
        return self._after_handing(item)  # type: ignore[attr-defined]

    def _ask_when(self, item: Any, error: str = "") -> str:
        typed = request.form
        return str(self.render_template(  # type: ignore[attr-defined]
            "book.html", title=gettext("Book a meeting"), about_what=str(item), error=error, url=self._to("book", item),  # type: ignore[attr-defined]
            crumbs=[(self.list_title, url_for(f"{self.endpoint}.list")), (str(item), self._to("show", item)), (gettext("Book a meeting"), None)],  # type: ignore[attr-defined]
            back_url=self._to("show", item), fields=[  # type: ignore[attr-defined]
                {"name": "host", "label": gettext("Who meets them"), "type": "select", "is_required": True, "value": typed.get("host", ""),
                 "options": [("", ""), *((str(each.id), str(each)) for each in booking.hosts_on_offer(current_actor()))],
                 "help": gettext("A colleague who is chosen here has the record from then on.")},
                {"name": "starts_at", "label": gettext("Begins on"), "type": "datetime-local", "is_required": True,
                 "value": typed.get("starts_at", local(tomorrow_morning()))},
                {"name": "minutes", "label": gettext("Minutes"), "type": "number", "is_required": True, "value": typed.get("minutes", "60")},
                {"name": "about", "label": gettext("About"), "type": "text", "is_required": True, "value": typed.get("about", "")},
                {"name": "place", "label": gettext("Where"), "type": "text", "value": typed.get("place", "")},
                {"name": "note", "label": gettext("Note"), "type": "textarea", "value": typed.get("note", ""),
                 "help": gettext("It stands in the history, and in the mail to whoever gets it.")},
            ],
        ))
