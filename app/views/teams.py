"""Teams as a tree, who is in them and manages them; and special privileges between teams."""

from typing import Any

from flask import url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import Select2Widget
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from app.extensions import db
from app.models import Privilege, Role, Team, TeamMembership, User
from app.operations import teams
from app.permissions.actor import Level, current_actor
from app.queries.people import teams_by_name
from app.views.base import CrmView, OperationInterface
from app.views.controls import CheckList
from app.views.formats import role
from app.views.people_fields import PeopleField
from app.views.profiles import profiles_field, role_choices
from app.views.rights_words import NOUNS


def _roles() -> list[Role]:
    return [each for each in role_choices() if each.name != Level.ADMINISTRATOR.value]


class _Here:
    """Which view answers the search for members: this page, which does not exist yet while its fields are written."""

    endpoint = "TeamView"


def _people_field(column: str, label: Any, help_text: Any) -> PeopleField:
    return PeopleField(label, view=_Here, column=column, is_many=True, description=help_text)


_PLACES = {
    "parent": QuerySelectField(
        lazy_gettext("Team above"), [Optional()], query_func=teams_by_name, get_pk_func=lambda each: each.id, allow_blank=True, widget=Select2Widget(),
        description=lazy_gettext("Whoever manages that one may also manage this one: their profile says so"),
    ),
    "members": _people_field("members", lazy_gettext("Members"), ""),
    "managers": _people_field("managers", lazy_gettext("Managers"), lazy_gettext("They have the profile of team managers for this team, whatever their role")),
    "profiles": profiles_field(lazy_gettext("Permission profiles"), lazy_gettext("Every member has the rights of these too")),
    "roles": QuerySelectMultipleField(
        lazy_gettext("Roles"), query_func=_roles, get_pk_func=lambda each: each.id, get_label=lambda each: role(each.name), widget=CheckList(),
        description=lazy_gettext("Every member has these roles too"),
    ),
}


class TeamView(CrmView):
    datamodel = OperationInterface(Team)
    list_title, show_title = lazy_gettext("Teams"), lazy_gettext("Team")
    add_title, edit_title = lazy_gettext("New team"), lazy_gettext("Edit team")
    list_columns = ["name", "parent", "memberships"]
    order_columns = search_columns = ["name"]
    add_columns = edit_columns = ["name", "parent", "members", "managers", "profiles", "roles"]
    add_form_extra_fields = edit_form_extra_fields = _PLACES
    add_fieldsets = edit_fieldsets = [
        ("", {"fields": ["name", "parent", "members", "managers"]}),
        (lazy_gettext("More: rights that every member has"), {"fields": ["profiles", "roles"], "folded": ["profiles", "roles"]}),
    ]
    add_buttons = (("another", lazy_gettext("Save, then another")),)
    add_label = lazy_gettext("New team")
    formatters_columns = {"memberships": lambda seats: ", ".join(_seat(seat) for seat in seats)}
    show_columns = ["name", "parent", "children", "memberships", "profiles", "roles"]
    label_columns = {
        "name": lazy_gettext("Name"), "memberships": lazy_gettext("Members"), "parent": lazy_gettext("Team above"),
        "children": lazy_gettext("Teams below"), "profiles": lazy_gettext("Permission profiles"), "roles": lazy_gettext("Roles"),
    }
    empty_text = lazy_gettext("No team yet. A firm of one person needs none.")

    @expose("/tree")
    @has_access
    def tree(self) -> Any:
        """All teams, each below the one above it."""
        loads = selectinload(Team.memberships).selectinload(TeamMembership.user), selectinload(Team.children), selectinload(Team.parent)
        found = list(db.session.scalars(select(Team).where(Team.archived_at.is_(None)).options(*loads).order_by(Team.sort_name)))
        return self.render_template(
            "teams.html", title=self.list_title, teams=[team for team in found if team.parent is None], label=_line,
            list_url=url_for("TeamView.list"), add_url=url_for("TeamView.add"), crumbs=[(self.list_title, None)],
        )

    method_permission_name = {"tree": "list"}

    def list_tabs(self) -> list[tuple[str, str, bool]]:
        """The list, and the same as a tree."""
        return [(gettext("All"), url_for("TeamView.list"), True), (gettext("As a tree"), url_for("TeamView.tree"), False)]

    def prefill_form(self, form: Any, pk: Any) -> None:
        seats = self.found(pk).memberships
        form.members.data = [seat.user for seat in seats]
        form.managers.data = [seat.user for seat in seats if seat.is_manager]

    def create_record(self, values: dict[str, Any]) -> Any:
        return teams.found(values, actor=current_actor())

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        teams.arrange(item, changes, seen_version=seen_version, actor=current_actor())


def _seat(seat: TeamMembership) -> str:
    """A member, and whether they manage the team."""
    return str(gettext("%(name)s (manager)", name=seat.user) if seat.is_manager else seat.user)


def _line(team: Team) -> dict[str, Any]:
    """A team in the tree: its page, who manages it, who else is in it."""
    seats = sorted(team.memberships, key=lambda seat: (seat.user.sort_name, seat.user_id))
    names: list[list[User]] = [[seat.user for seat in seats if seat.is_manager is managing and seat.user.active] for managing in (True, False)]
    return {"name": team.name, "url": url_for("TeamView.show", pk=team.id), "managers": ", ".join(map(str, names[0])),
            "members": ", ".join(map(str, names[1]))}


def _role_field(*validators: Any, help_text: Any = "") -> QuerySelectField:
    """One role by what the reader's language calls it."""
    return QuerySelectField(
        lazy_gettext("Given to the role"), *validators, query_func=role_choices, get_pk_func=lambda each: each.id,
        get_label=lambda each: role(each.name), allow_blank=True, widget=Select2Widget(), description=help_text,
    )


class PrivilegeView(CrmView):
    datamodel = OperationInterface(Privilege)
    can_archive = False
    list_title, show_title = lazy_gettext("Special privileges"), lazy_gettext("Special privilege")
    add_title, edit_title = lazy_gettext("New special privilege"), lazy_gettext("Edit special privilege")
    add_label = lazy_gettext("New special privilege")
    list_columns = show_columns = ["team", "record_type", "for_team", "for_role", "may_write"]
    order_columns = ["record_type"]
    base_order = ("record_type", "asc")
    search_columns = ["team", "for_team", "for_role"]
    add_columns = edit_columns = ["for_team", "for_role", "team", "record_type", "may_write"]
    add_form_extra_fields = edit_form_extra_fields = {
        "record_type": SelectField(lazy_gettext("Records"), [InputRequired()], choices=[(name, NOUNS[name]) for name in teams.OWNED]),
        "for_role": _role_field([Optional()], help_text=lazy_gettext("A team or a role, one of the two")),
    }
    search_form_extra_fields = {"for_role": _role_field()}
    label_columns = {
        "for_team": lazy_gettext("Given to the team"), "for_role": lazy_gettext("Given to the role"), "team": lazy_gettext("Records of the team"),
        "record_type": lazy_gettext("Records"), "may_write": lazy_gettext("Also to change them"),
    }
    formatters_columns = {"record_type": lambda name: NOUNS.get(name, name)}
    empty_text = lazy_gettext("No special privilege. One lets a team or a role see, or also change, the records of another team.")
