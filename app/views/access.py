"""Access of a person, and why somebody sees a record or does not. For administrators."""

from typing import Any

from flask import abort, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, lazy_gettext

from app.domain.rights import Action
from app.extensions import db
from app.models import Account, Contact, Engagement, Opportunity, Task, User
from app.operations.handovers import holder_of
from app.queries.access import Access, access_of, reaching, team_names
from app.queries.people import people_by_name
from app.support.text import fold
from app.views.base import key, session_get
from app.views.profiles import field_words
from app.views.rights_words import CHOICES, FURTHER, NOUNS, action_words, by_words, rule_words, scope_words

RECORDS: dict[str, tuple[type[Any], str]] = {
    "o": (Opportunity, "OpportunityView"), "c": (Contact, "ContactView"), "a": (Account, "AccountView"),
    "g": (Engagement, "EngagementView"), "t": (Task, "TaskView"),
}
ACTIONS = (Action.READ, Action.CREATE, Action.WRITE, Action.DELETE, Action.EXPORT)
TITLE = lazy_gettext("Who sees this, and why")


class AccessView(BaseView):
    route_base = "/access"
    class_permission_name = "Access"
    default_view = "person"

    @expose("/person")
    @has_access
    @permission_name("list")
    def person(self) -> Any:
        """Everything that one person may, in words, and by what it comes."""
        everybody = people_by_name()
        chosen = next((each for each in everybody if each.id == request.args.get("user", type=key)), None)
        access = access_of(chosen) if chosen else None
        return self.render_template(
            "access.html", title=gettext("Access of %(name)s", name=chosen) if chosen else gettext("Access of a person"),
            people=everybody, chosen=chosen, record="", action_url=url_for("AccessView.person"),
            is_administrator=bool(access and access.is_administrator), ways=_ways(access) if access else [],
            actions={action.value: action_words(action) for action in ACTIONS},
            types=_types(access) if access and not access.is_administrator else [],
        )

    @expose("/record")
    @has_access
    @permission_name("list")
    def record(self) -> Any:
        """Why a person may, or may not, see and change one record."""
        asked = request.args.get("record", "")
        model, endpoint = RECORDS.get(asked[:1]) or abort(404)
        item, everybody = session_get(model, asked[1:]), people_by_name()
        chosen = next((each for each in everybody if each.id == request.args.get("user", type=key)), None)
        return self.render_template(
            "access.html", title=TITLE, people=everybody, chosen=chosen, record=asked, action_url=url_for("AccessView.record"),
            about=str(item), about_url=url_for(f"{endpoint}.show", pk=item.id), belongs=_belongs(item),
            answers=[_answer(access_of(chosen), item, action) for action in (Action.READ, Action.WRITE, Action.DELETE)] if chosen else [],
        )


def _ways(access: Access) -> list[str]:
    return [by_words(way.by, way.name, way.profile) for way in access.ways]


def _types(access: Access) -> list[dict[str, Any]]:
    teams = team_names()
    further = {name: ACTIONS for name in FURTHER if any(access.actor.scope(name, action) for action in ACTIONS)}
    return [
        {
            "name": name, "title": NOUNS.get(name) or FURTHER[name],
            "cells": {action.value: _cell(access, name, action, teams) for action in choices},
            "by": "; ".join(dict.fromkeys(
                by_words(way.by, way.name, way.profile) for way in access.ways if any(way.scope(name, action) for action in choices)
            )),
            "fields": [(field_words(name, field), rule_words(rule)) for field, rule in access.actor.rules(name).items()],
        }
        for name, choices in {**CHOICES, **further}.items()
    ]


def _cell(access: Access, record_type: str, action: Action, teams: dict[int, str]) -> dict[str, str]:
    """Whose records, in words and as one of four shapes."""
    scope = access.actor.scope(record_type, action)
    is_whole = scope.everything or (bool(scope) and action is Action.CREATE)
    kind = "all" if is_whole else "part" if scope.teams or scope.roles else "own" if scope else "none"
    return {"kind": kind, "text": scope_words(scope, action, teams)}


def _belongs(item: Any) -> str:
    owner = getattr(item, "owner", None) or getattr(item, "assignee", None)
    team = getattr(item, "team", None)
    parts = [gettext("It belongs to %(name)s.", name=owner) if owner else gettext("It belongs to nobody yet.")]
    if team:
        parts.append(gettext("It is given to the team %(team)s.", team=team))
    if also := getattr(item, "co_owners", None):
        parts.append(gettext("Also responsible: %(names)s.", names=", ".join(str(user) for user in also)))
    seats = sorted({str(seat.team) for seat in owner.memberships}, key=fold) if isinstance(owner, User) else []
    if seats:
        parts.append(gettext("%(name)s is in: %(teams)s.", name=owner, teams=", ".join(seats)))
    return " ".join(parts)


def _answer(access: Access, item: Any, action: Action) -> dict[str, Any]:
    """May they, and by what; if not, what each of their rights reaches instead."""
    record_type, teams = type(item).__name__, team_names()
    if access.is_administrator:
        return {"action": action_words(action), "may": True, "why": [gettext("An administrator may do everything.")]}
    found = reaching(access, item, action)
    if found:
        why = [by_words(way.by, way.name, way.profile) for way in found]
        return {"action": action_words(action), "may": True, "why": why + _stood_in_for(access, item)}
    others = [
        gettext("%(way)s reaches only %(scope)s", way=by_words(way.by, way.name, way.profile), scope=scope_words(way.scope(record_type, action), action, teams))
        for way in access.ways if way.scope(record_type, action)
    ]
    nothing = gettext("No role, team, profile or privilege of %(name)s says anything about this.", name=access.user)
    return {"action": action_words(action), "may": False, "why": others or [nothing]}


def _stood_in_for(access: Access, item: Any) -> list[str]:
    """Whose deputy they are, where the record is that person's."""
    holder = holder_of(item).user_id
    if holder is None or holder not in access.actor.stands_in_for:
        return []
    return [gettext("%(name)s stands in for %(user)s these days.", name=access.user, user=db.session.get(User, holder))]


def why_act(mark: str, item: Any) -> dict[str, Any]:
    """The entry in the menu of a record."""
    return {"label": TITLE, "url": url_for("AccessView.record", record=f"{mark}{item.id}"), "method": "get"}
