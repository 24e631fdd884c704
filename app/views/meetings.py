"""Change a meeting that was arranged here, or call it off: whoever may write its line of history may."""

from typing import Any

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext

from app.domain.appointments import Guest, Standing
from app.domain.errors import DomainError, Refusal
from app.models import Appointment, TimelineEntry
from app.operations import booking, invitations, meetings
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, require
from app.permissions.rights import Action
from app.queries.timeline import meeting_of
from app.views.acts import next_title
from app.views.asked import Refused, local, moment, way_back
from app.views.base import say, session_get
from app.views.booking import fields, guest_fields, guests_asked, host_asked, minutes_asked, moment_asked
from app.views.today import draw_day


class AppointmentView(BaseView):
    """Its addresses name the line of history."""

    route_base = "/appointmentview"
    class_permission_name = "TimelineEntry"
    default_view = "edit"

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def edit(self, pk: Any) -> Any:
        """When, where, with whom of us and about what."""
        meeting = self._found(pk)
        if request.method == "GET":
            return self._ask(meeting)
        try:
            hosts = booking.hosts_on_offer(current_actor())
            plan = meetings.Plan(
                host_asked(hosts + [meeting.host] if meeting.host else hosts), moment_asked(), minutes_asked(), request.form.get("about", ""),
                request.form.get("place", ""), request.form.get("note", ""),
            )
            invitations.change(meeting, plan, guests_of(meeting), seen_version=request.form.get("version", type=int), actor=current_actor())
        except Refusal as refusal:
            return make_response(self._ask(self._found(pk), say(refusal)), 409)
        flash(gettext("The meeting was changed."), "success")
        return redirect(_page(meeting.entry) if is_allowed(current_actor(), Action.READ, _subject(meeting.entry)) else url_for("OpportunityView.list"))

    @expose("/call_off/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def call_off(self, pk: Any) -> Any:
        """It does not take place."""
        meeting = self._found(pk)
        try:
            invitations.call_off(meeting, actor=current_actor())
            flash(gettext("The meeting was called off."), "success")
        except DomainError as refusal:
            flash(say(refusal), "danger")
        return redirect(way_back(_page(meeting.entry)))

    @expose("/done/<pk>", methods=["POST"])
    @has_access
    @permission_name("edit")
    def done(self, pk: Any) -> Any:
        """It took place: what came of it, and what comes next."""
        entry = session_get(TimelineEntry, pk)
        require(current_actor(), Action.WRITE, entry)
        meeting = meeting_of(entry) or abort(404)
        form, subject = request.form, _subject(entry)
        title = next_title(form.get("next", ""), entry.contact or subject)
        try:
            meetings.conclude(meeting, form.get("body", ""), next_title=title, next_at=moment("next_on") if title else None, actor=current_actor())
        except DomainError as refusal:
            if form.get("back") == "today":
                return draw_day(f"e{meeting.id}", Refused("meeting", say(refusal), form.to_dict()))
            flash(say(refusal), "danger")
        else:
            flash(gettext("The meeting is done."), "success")
        return redirect(way_back(_page(entry) if subject else url_for("TodayView.list")))

    def _found(self, pk: Any) -> Appointment:
        entry = session_get(TimelineEntry, pk)
        require(current_actor(), Action.WRITE, entry)
        meeting = meeting_of(entry)
        if _subject(entry) is None:
            abort(404)
        if meeting is None or not meeting.is_arranged_here:
            flash(gettext("This line of the history is no meeting that was arranged here, so there is nothing to change."), "danger")
            abort(redirect(_page(entry)))
        return meeting

    def _ask(self, meeting: Appointment, error: str = "") -> str:
        entry = meeting.entry
        known = {
            "host": str(meeting.host_id or ""), "starts_at": local(meeting.starts_at), "minutes": f"{(meeting.ends_at - meeting.starts_at).seconds // 60}",
            "about": entry.subject or "", "place": meeting.place, "note": entry.body,
        }
        subject = _subject(entry)
        off = {"url": url_for("AppointmentView.call_off", pk=entry.id), "label": gettext("Call the meeting off"), "method": "post",
               "confirm": gettext("Call this meeting off? The history keeps it, and says so.")}
        return str(self.render_template(
            "book.html", title=gettext("Change the meeting"), about_what=str(subject), error=error, url=url_for("AppointmentView.edit", pk=entry.id),
            crumbs=[(str(subject), _page(entry)), (gettext("Change the meeting"), None)], back_url=_page(entry), verb=gettext("Save"),
            guests=guest_fields(subject, [each["address"] for each in meeting.guests]), off=None if meeting.standing is Standing.CANCELLED else off,
            fields=[*fields(subject, known, meeting.host), {"name": "version", "type": "hidden", "value": request.form.get("version", meeting.version)}],
        ))


def guests_of(meeting: Appointment) -> list[Guest]:
    """Those of the form; where it cannot ask for any, they stay."""
    subject = _subject(meeting.entry)
    if guest_fields(subject):
        return guests_asked(subject)
    return [Guest(each.get("name", ""), each["address"]) for each in meeting.guests]


def _subject(entry: TimelineEntry) -> Any:
    return entry.opportunity or entry.contact


def _page(entry: TimelineEntry) -> str:
    """That of the opportunity or the person."""
    if entry.opportunity is not None:
        return url_for("OpportunityView.show", pk=entry.opportunity_id)
    return url_for("ContactView.show", pk=entry.contact_id)
