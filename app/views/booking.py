"""Book a meeting: whoever holds it then has the record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, make_response, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.domain.appointments import Guest
from app.domain.errors import DomainError, Refusal
from app.models import Contact
from app.operations import booking, invitations
from app.operations.letters import people_of, why_not
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.permissions.rights import Action
from app.support.i18n import N_
from app.views import asked
from app.views.acts import tomorrow_morning
from app.views.asked import local
from app.views.base import is_key, say
from app.views.here import may_here
from app.views.holding import NOBODY_CHOSEN
from app.views.people_fields import FEW
from app.views.writing import may_write_mail

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
            host = host_asked(booking.hosts_on_offer(current_actor()))
            invitations.book(
                item, host, moment_asked(), guests_asked(item), minutes=minutes_asked(), about=request.form.get("about", ""),
                place=request.form.get("place", ""), note=request.form.get("note", ""), actor=current_actor(),
            )
        except Refusal as refusal:
            return make_response(self._ask_when(item, say(refusal)), 409)
        flash(gettext("The meeting is booked for %(name)s.", name=host), "success")
        return self._after_handing(item)  # type: ignore[attr-defined]

    def _ask_when(self, item: Any, error: str = "") -> str:
        crumbs = [(self.list_title, url_for(f"{self.endpoint}.list")), (str(item), self._to("show", item)), (gettext("Book a meeting"), None)]  # type: ignore[attr-defined]
        return str(self.render_template(  # type: ignore[attr-defined]
            "book.html", title=gettext("Book a meeting"), about_what=str(item), error=error, url=self._to("book", item),  # type: ignore[attr-defined]
            crumbs=crumbs, back_url=self._to("show", item), guests=guest_fields(item), verb=gettext("Book the meeting"),  # type: ignore[attr-defined]
            fields=fields(item, {"starts_at": local(tomorrow_morning()), "minutes": "60"}),
        ))


def host_asked(offered: list[Any]) -> Any:
    """The colleague of those ``offered`` whom the form names; raises where it is nobody of them."""
    host = next((each for each in offered if str(each.id) == request.form.get("host")), None)
    if host is None:
        raise DomainError("nobody_chosen", NOBODY_CHOSEN)
    return host


def moment_asked() -> datetime:
    at = asked.moment("starts_at")
    if at is None:
        raise DomainError("no_moment", NO_MOMENT)
    return at


def minutes_asked() -> int:
    minutes = request.form.get("minutes", "")
    return int(minutes) if is_key(minutes) else 0


def guests_asked(item: Any) -> list[Guest]:
    """Whom the form invites."""
    return invitations.guests_of(item, request.form.getlist("invite"), request.form.get("invite_also", ""))


def guest_fields(item: Any, present: Sequence[str] = ()) -> dict[str, Any]:
    """Whom one can invite, and who is: none where the reader writes to nobody."""
    if not may_write_mail() or not is_shown(current_actor(), Contact, "addresses"):
        return {}
    chosen = request.form.getlist("invite") if request.method == "POST" else present
    offered = [each for contact in people_of(item) for each in contact.addresses if not why_not(each)]
    known = {each.address for each in offered}
    others = request.form.get("invite_also", "") if request.method == "POST" else ", ".join(each for each in present if each not in known)
    people = [{"name": each.contact.name, "address": each.address, "is_chosen": each.address in chosen} for each in offered]
    return {"people": people, "others": others}


def fields(item: Any, known: dict[str, str], present: Any = None) -> list[dict[str, Any]]:
    """Those of a meeting about ``item``, with what was typed, or is ``known``; ``present`` is its host as it stands."""
    typed, hosts = {**known, **request.form.to_dict()}, booking.hosts_on_offer(current_actor())
    hosts += [present] if present is not None and present not in hosts else []
    chosen = typed.get("host", "")
    everybody: dict[str, Any] = {"all": 1} if booking.books_for_all(current_actor()) else {}
    return [
        {"name": "host", "label": gettext("Who meets them"), "type": "select", "is_required": True, "value": chosen,
         "options": [("", ""), *((str(each.id), str(each)) for each in hosts)], "help": gettext("A colleague who is chosen here has the record from then on."),
         "look_url": url_for(f"{type(item).__name__}View.lookup", column="owner", **everybody) if len(hosts) > FEW else "",
         "shown": next((str(each) for each in hosts if str(each.id) == chosen), "")},
        {"name": "starts_at", "label": gettext("Begins on"), "type": "datetime-local", "is_required": True, "value": typed.get("starts_at", "")},
        {"name": "minutes", "label": gettext("Minutes"), "type": "number", "is_required": True, "value": typed.get("minutes", "")},
        {"name": "about", "label": gettext("About"), "type": "text", "is_required": True, "value": typed.get("about", "")},
        {"name": "place", "label": gettext("Where"), "type": "text", "value": typed.get("place", "")},
        {"name": "note", "label": gettext("Note"), "type": "textarea", "value": typed.get("note", ""),
         "help": gettext("It stands in the history, and in the mail to whoever gets it.")},
    ]
