"""The work of a person: what of it would move, who stands in for them, and what becomes of it when they leave."""

import time
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext, ngettext, to_user_timezone

from app.domain.errors import DomainError, Forbidden, Refusal
from app.domain.runs import RunState
from app.extensions import db
from app.models import Deputy, Team, User, WorkMove
from app.operations import deputies, work_moves
from app.permissions.actor import current_actor
from app.queries.handovers import deputies_of, moves_of, people_of
from app.support import clock
from app.support.dates import typed_day
from app.support.i18n import N_
from app.views.base import is_key, say
from app.views.days import format_date
from app.views.holding import NOBODY_CHOSEN

AT_ONCE = 5.0  # seconds; what is left the sweep does, minute by minute
NAMES = {
    "Opportunity": lazy_gettext("Opportunities"), "Account": lazy_gettext("Accounts"), "Contact": lazy_gettext("Contacts"),
    "Engagement": lazy_gettext("Engagements"),
    "Task": lazy_gettext("Tasks"), "Appointment": lazy_gettext("Appointments to come"), "IncomingMessage": lazy_gettext("Held messages"),
}
NO_DAY = N_("Choose the first and the last day in the calendar.")


class WorkView(BaseView):
    route_base = "/work"
    class_permission_name = "Work"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """The people whose work one may move."""
        people = [{"name": str(user), "url": url_for("WorkView.person", person=user.id)} for user in people_of(current_actor())]
        return self.render_template("work.html", title=gettext("Work of the team"), people=people)

    @expose("/person/<person>")
    @has_access
    @permission_name("list")
    def person(self, person: str) -> Any:
        """Counts, a preview of where they would go, deputies."""
        user = _person(person)
        self.update_redirect()
        return self._draw(user)

    @expose("/move/<person>", methods=["POST"])
    @has_access
    @permission_name("list")
    def move(self, person: str) -> Any:
        """Do what the preview showed."""
        user = _person(person, may_move=True)
        try:
            move = work_moves.start_move(
                user, _taker(user), only_open=request.form.get("which") != "all", note=request.form.get("note", ""), actor=current_actor()
            )
        except Refusal as refusal:
            return make_response(self._draw(user, say(refusal)), 409)
        return _go_on(move)

    @expose("/leave/<person>", methods=["POST"])
    @has_access
    @permission_name("list")
    def leave(self, person: str) -> Any:
        """Switch somebody off; their open work goes where the form says."""
        user, actor = _person(person, may_move=True), current_actor()
        if not actor.sees_all:
            abort(403)
        try:
            to = None if request.form.get("to") == "stays" else _taker(user)
            move = None
            if to is not None and any(work_moves.counts(user, only_open=True, actor=actor).values()):
                move = work_moves.start_move(user, to, note=request.form.get("note", ""), actor=actor)
            deputies.leave(user, to, actor=actor)
        except Refusal as refusal:
            return make_response(self._draw(user, say(refusal)), 409)
        flash(gettext("%(name)s is switched off.", name=user), "success")
        return _go_on(move) if move is not None else redirect(url_for("WorkView.person", person=user.id))

    @expose("/moved/<move>")
    @has_access
    @permission_name("list")
    def moved(self, move: str) -> Any:
        """How far it went, and the way back."""
        found = _move(move)
        return self.render_template(
            "work_moved.html", title=gettext("Work of %(name)s", name=found.from_user), move=found, is_running=found.state is RunState.RUNNING,
            is_refused=found.state is RunState.FAILED,
            counted=ngettext("%(num)s record moved.", "%(num)s records moved.", found.done), to=found.to_user or found.to_team,
            may_go_back=_may_go_back(found), back_url=url_for("WorkView.back", move=found.id), here=url_for("WorkView.moved", move=found.id),
            person_url=url_for("WorkView.person", person=found.from_user_id), is_back=found.gives_back_id is not None,
        )

    @expose("/back/<move>", methods=["POST"])
    @has_access
    @permission_name("list")
    def back(self, move: str) -> Any:
        """Give it back."""
        found = _move(move)
        try:
            back = work_moves.give_back(found, actor=current_actor())
        except Refusal as refusal:
            flash(say(refusal), "danger")
            return redirect(url_for("WorkView.moved", move=found.id))
        return _go_on(back)

    @expose("/deputy/<person>", methods=["POST"])
    @has_access
    @permission_name("list")
    def deputy(self, person: str) -> Any:
        """Somebody stands in for some days."""
        user = _person(person)
        try:
            chosen = next((each for each in deputies.colleagues_of(user) if str(each.id) == request.form.get("deputy")), None)
            if chosen is None:
                raise DomainError("nobody_chosen", NOBODY_CHOSEN)
            deputies.name_deputy(user, chosen, _day("first"), _day("last"), actor=current_actor())
        except Refusal as refusal:
            return make_response(self._draw(user, say(refusal)), 409)
        flash(gettext("%(name)s stands in for %(user)s.", name=chosen, user=user), "success")
        return redirect(url_for("WorkView.person", person=user.id))

    @expose("/undeputy/<deputy>", methods=["POST"])
    @has_access
    @permission_name("list")
    def undeputy(self, deputy: str) -> Any:
        """End it before its time."""
        found = db.session.get(Deputy, int(deputy)) if is_key(deputy) else None
        if found is None:
            abort(404)
        user = _person(str(found.user_id))
        deputies.end_deputy(found, actor=current_actor())
        return redirect(url_for("WorkView.person", person=user.id))

    def _draw(self, user: User, error: str = "") -> str:
        actor, may_move = current_actor(), _may_move(user)
        asked = request.form or request.args
        only_open = asked.get("which") != "all"
        people, teams = work_moves.takers(user, actor) if may_move else ([], [])
        to = next((each for each in (*people, *teams) if asked.get("to") == _value(each)), None)
        numbers = work_moves.counts(user, only_open=only_open, actor=actor) if may_move else {}
        if isinstance(to, Team):
            numbers = {kind: number for kind, number in numbers.items() if work_moves.MOVABLE[kind].team}
        return str(self.render_template(
            "work_person.html", title=gettext("Work of %(name)s", name=user), user=user, error=error, may_move=may_move,
            is_self=user.id == actor.id, may_leave=actor.sees_all and user.id != actor.id and user.active, only_open=only_open,
            rows=[(NAMES[kind], number) for kind, number in numbers.items()], total=sum(numbers.values()), to=to, chosen=asked.get("to", ""),
            people=[(_value(each), str(each)) for each in people], teams=[(_value(each), str(each)) for each in teams],
            look_url=url_for("TeamView.lookup", column="members", all=1),
            note=request.form.get("note", ""), moves=[_line(each) for each in moves_of(user)] if may_move else [],
            deputies=[_deputy(each) for each in deputies_of(user)], colleagues=[(each.id, str(each)) for each in deputies.colleagues_of(user)],
            list_url=url_for("WorkView.list") if actor.sees_all or actor.managed_team_ids else None,
        ))


def _may_move(user: User) -> bool:
    try:
        work_moves.check_giver(user, current_actor())
    except Forbidden:
        return False
    return True


def _person(text: str, *, may_move: bool = False) -> User:
    """The person named in the address: oneself, or whose work one may move."""
    user = db.session.get(User, int(text)) if is_key(text) else None
    if user is None or not (_may_move(user) or (user.id == current_actor().id)):
        abort(404)
    if may_move and not _may_move(user):
        abort(403)
    return user


def _move(text: str) -> WorkMove:
    move = db.session.get(WorkMove, int(text)) if is_key(text) else None
    if move is None or not _may_move(move.from_user):
        abort(404)
    return move


def _value(each: User | Team) -> str:
    return f"{'u' if isinstance(each, User) else 't'}{each.id}"


def _taker(user: User) -> User | Team:
    people, teams = work_moves.takers(user, current_actor())
    to = next((each for each in (*people, *teams) if request.form.get("to") == _value(each)), None)
    if to is None:
        raise DomainError("nobody_chosen", NOBODY_CHOSEN)
    return to


def _day(name: str) -> date:
    try:
        return typed_day(request.form.get(name, ""))
    except ValueError as error:
        raise DomainError("bad_day", NO_DAY) from error


def _go_on(move: WorkMove) -> Any:
    """Move portions for some seconds, then show how far it went."""
    key, until = move.id, time.monotonic() + AT_ONCE
    while work_moves.go_on(key) and time.monotonic() < until:
        pass
    return redirect(url_for("WorkView.moved", move=key))


def _may_go_back(move: WorkMove) -> bool:
    return move.gives_back_id is None and move.done > 0 and clock.now() <= move.created_at + work_moves.BACK_WITHIN


def _line(move: WorkMove) -> dict[str, Any]:
    return {
        "url": url_for("WorkView.moved", move=move.id), "day": format_date(to_user_timezone(move.created_at), "medium"),
        "to": str(move.to_user or move.to_team or "–"), "count": move.done, "is_back": move.gives_back_id is not None,
    }


def _deputy(found: Deputy) -> dict[str, Any]:
    first, last = found.starts_at.astimezone(_zone(found.user)), (found.ends_at.astimezone(_zone(found.user)))
    return {
        "name": str(found.deputy), "is_now": found.starts_at <= clock.now(), "url": url_for("WorkView.undeputy", deputy=found.id),
        "days": gettext("%(first)s to %(last)s", first=format_date(first.date(), "medium"), last=format_date(_before(last), "medium")),
    }


def _zone(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone)


def _before(end: datetime) -> date:
    return (end - timedelta(seconds=1)).date()
