"""Users, as an administrator sees them."""

from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder.actions import action as fab_action
from flask_appbuilder.fields import QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import (
    BS3PasswordFieldWidget,
    BS3TextAreaFieldWidget,
    BS3TextFieldWidget,
    Select2ManyWidget,
)
from flask_appbuilder.security.views import UserDBModelView as FabUsers
from flask_appbuilder.validators import Unique
from flask_babel import LazyString, get_locale, gettext, lazy_gettext
from sqlalchemy.orm import selectinload
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.domain import passwords
from app.domain.errors import DomainError
from app.domain.languages import Language
from app.extensions import db
from app.models import TeamMembership, User
from app.operations import api_tokens, second_factor, sign_in, users, work_moves
from app.operations.profiles import give_profiles
from app.permissions.actor import current_actor
from app.permissions.rights import Action
from app.queries.people import teams_by_name
from app.signin.attempts import attempts
from app.support.dates import is_zone
from app.support.i18n import N_
from app.views import viewing
from app.views.base import CrmView, OperationInterface
from app.views.controls import CheckList
from app.views.formats import role
from app.views.profiles import profiles_field, role_choices


def password_rule(before: Any = "") -> Any:
    """The rule for passwords, in the reader's language."""

    def sentence() -> str:
        rule = gettext(passwords.RULE, count=passwords.SHORTEST)
        return f"{before}. {rule}" if str(before) else rule

    return LazyString(sentence)


def known_zone(form: Any, field: Any) -> None:
    if field.data and not is_zone(field.data):
        raise ValidationError(gettext("There is no such time zone. Write one like Europe/Warsaw."))


_EXTRA = {
    "address_lines": TextAreaField(
        lazy_gettext("Other addresses"), validators=[Optional()], widget=BS3TextAreaFieldWidget(),
        description=lazy_gettext("Addresses that this person also writes from, one a line"),
    ),
    "roles": QuerySelectMultipleField(
        lazy_gettext("Roles"), [DataRequired()], query_func=role_choices, get_pk_func=lambda each: each.id, get_label=lambda each: role(each.name),
        widget=Select2ManyWidget(),
        description=lazy_gettext("Rights add up. Whoever is to see no amounts has the role “Telesales” and no other that shows them."),
    ),
    "teams": QuerySelectMultipleField(
        lazy_gettext("Teams"), query_func=teams_by_name, get_pk_func=lambda team: team.id,
        widget=CheckList(lazy_gettext("No team yet. Make teams first, on the page “Teams”."), "TeamView.add", lazy_gettext("New team")),
        description=lazy_gettext("Whoever has the role “Team manager” manages each that is ticked"),
    ),
    "profiles": profiles_field(lazy_gettext("Permission profiles"), lazy_gettext("Besides those of the roles and teams")),
    "country": StringField(lazy_gettext("Country"), validators=[Optional(), Length(2, 2)], widget=BS3TextFieldWidget(),
                           description=lazy_gettext("Two letters, such as FR or PL: its holidays get no morning email")),
    "time_zone": StringField(lazy_gettext("Time zone"), validators=[Optional(), known_zone], widget=BS3TextFieldWidget(),
                             description=lazy_gettext("Such as Europe/Warsaw; empty: that of the country")),
    "email": StringField(lazy_gettext("E-mail"), validators=[DataRequired(), Email()], widget=BS3TextFieldWidget(),
                         description=lazy_gettext("Mail from this address counts as theirs")),
}


def _one_of(items: Any) -> User | None:
    """The person of an action on one: a list posts several, or none."""
    found: User | None = next(iter(items), None) if isinstance(items, list) else items
    return found


def _seat(seat: TeamMembership) -> str:
    """A team of the person, and whether they manage it."""
    return str(gettext("%(team)s (manages it)", team=seat.team) if seat.is_manager else seat.team)


OPEN_WORK = N_("%(name)s still has open work (%(count)s). Choose “Work, deputies, leaving” on their page and say there where it goes.")


class UserDBModelView(CrmView, FabUsers):
    """FAB's page of users with our columns; the class name is a permission key."""

    datamodel = OperationInterface(User)
    class_permission_name = "User"
    method_permission_name = {"unlock_sign_in": "edit", "end_sessions": "edit", "reset_factor": "edit"}
    can_archive = False
    usual_acts = ("access",)  # beside the form; the rest is done now and then
    exclude_route_methods = {"userinfo"}
    resetpasswords = resetmypassword = userinfoedit = None  # FAB's buttons: the form here and the person's own page do it
    show = CrmView.show
    list_title, show_title = lazy_gettext("Users"), lazy_gettext("User")
    add_title, edit_title = lazy_gettext("New user"), lazy_gettext("Edit user")
    list_columns = ["get_full_name", "username", "email", "roles", "memberships", "language", "active", "last_login"]
    list_loads = (selectinload(User.memberships).joinedload(TeamMembership.team),)
    order_columns = ["username", "email", "last_login"]
    search_columns = ["first_name", "last_name", "username", "email", "active"]
    show_columns = ["first_name", "last_name", "username", "email", "other_addresses", "roles", "memberships", "profiles", "language",
                    "country", "time_zone", "active", "last_login", "login_count", "fail_login_count"]
    show_fieldsets = None
    add_columns = ["first_name", "last_name", "email", "username", "password", "language", "roles", "teams", "profiles", "country",
                   "time_zone", "address_lines"]
    edit_columns = [*add_columns, "active"]
    add_fieldsets = [
        ("", {"fields": ["first_name", "last_name", "email", "username", "password", "language"]}),
        (lazy_gettext("What they may do"), {"fields": ["roles", "teams"]}),
        (lazy_gettext("More: further rights, country, other addresses"),
         {"fields": ["profiles", "country", "time_zone", "address_lines"], "folded": ["profiles", "address_lines"]}),
    ]
    edit_fieldsets = [*add_fieldsets, ("", {"fields": ["active"]})]
    add_buttons = (("another", lazy_gettext("Save, then another")),)
    add_label = lazy_gettext("New user")
    label_columns = {
        "get_full_name": lazy_gettext("Full name"), "first_name": lazy_gettext("First name"), "last_name": lazy_gettext("Last name"),
        "username": lazy_gettext("User name"), "email": lazy_gettext("E-mail"), "roles": lazy_gettext("Roles"),
        "language": lazy_gettext("Language"), "country": lazy_gettext("Country"), "time_zone": lazy_gettext("Time zone"),
        "active": lazy_gettext("Switched on"), "last_login": lazy_gettext("Last sign-in"), "memberships": lazy_gettext("Teams"),
        "other_addresses": lazy_gettext("Other addresses"), "login_count": lazy_gettext("Sign-ins"),
        "fail_login_count": lazy_gettext("Failed sign-ins"), "password": lazy_gettext("Password"), "teams": lazy_gettext("Teams"),
        "profiles": lazy_gettext("Permission profiles"),
    }
    description_columns = {"active": "",
                           "username": lazy_gettext("For signing in"), "first_name": "", "last_name": ""}
    add_form_extra_fields = {
        **_EXTRA,
        "username": StringField(
            lazy_gettext("User name"), validators=[Optional(), Length(max=64), Unique(datamodel, "username")], widget=BS3TextFieldWidget(),
            description=lazy_gettext("For signing in. Empty: what stands before the @ of the e-mail"),
        ),
        "password": PasswordField(lazy_gettext("Password"), validators=[DataRequired()], widget=BS3PasswordFieldWidget(),
                                  description=password_rule()),
    }
    edit_form_extra_fields = {
        **_EXTRA,
        "password": PasswordField(lazy_gettext("New password"), validators=[Optional()], widget=BS3PasswordFieldWidget(),
                                  description=password_rule(lazy_gettext("Empty: stays as it is"))),
    }

    formatters_columns = {"memberships": lambda seats: ", ".join(_seat(seat) for seat in seats)}

    @fab_action("unlock_sign_in", lazy_gettext("Unlock the sign-in"), None, "unlock", multiple=False)
    def unlock_sign_in(self, items: Any) -> Any:
        return self._each(items, lambda user: attempts().unlock(user, actor=current_actor()), Action.WRITE)

    @fab_action("end_sessions", lazy_gettext("Sign out everywhere"), lazy_gettext("Sign this person out of every browser?"),
                "box-arrow-right", multiple=False)
    def end_sessions(self, items: Any) -> Any:
        return self._each(items, lambda user: sign_in.end_sessions(user, actor=current_actor()), Action.WRITE)

    @fab_action("reset_factor", lazy_gettext("Reset the second factor"),
                lazy_gettext("Remove the second factor of this person? Make sure first that it is really them who ask."), "shield-x",
                multiple=False)
    def reset_factor(self, items: Any) -> Any:
        return self._each(items, lambda user: second_factor.remove_factor(user, actor=current_actor()), Action.WRITE)

    @fab_action("revoke_tokens", lazy_gettext("Revoke the tokens"),
                lazy_gettext("Revoke all tokens of this person? Programs that use them are refused from now on."), "key", multiple=False)
    def revoke_tokens(self, items: Any) -> Any:
        return self._each(items, lambda user: api_tokens.revoke_tokens(user, actor=current_actor()), Action.WRITE)

    @fab_action("access", lazy_gettext("Access of this person"), None, "key", multiple=False)
    def access(self, items: Any) -> Any:
        chosen = _one_of(items)
        return redirect(url_for("AccessView.person", user=chosen.id if chosen else None))

    @fab_action("view_as", lazy_gettext("View as this person"), None, "eye", multiple=False)
    def view_as(self, items: Any) -> Any:
        chosen = _one_of(items)
        if chosen and self.perform(lambda: viewing.begin(chosen, actor=current_actor())):
            return redirect(url_for("TodayView.list"))
        return redirect(url_for("UserDBModelView.show", pk=chosen.id) if chosen else url_for("UserDBModelView.list"))

    @fab_action("work", lazy_gettext("Work, deputies, leaving"), None, "box-arrow-right", multiple=False)
    def work(self, items: Any) -> Any:
        chosen = _one_of(items)
        return redirect(url_for("WorkView.person", person=chosen.id) if chosen else url_for("WorkView.list"))

    def prefill_form(self, form: Any, pk: Any) -> None:
        user = db.session.get(User, pk)
        form.address_lines.data = "\n".join(a.address for a in user.other_addresses)
        form.teams.data = [m.team for m in user.memberships]
        form.profiles.data = list(user.profiles)

    def _get_add_widget(self, form: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET":
            form.language.data = Language(str(get_locale()))  # most colleagues speak that of whoever lets them in
        return super()._get_add_widget(form, *args, **kwargs)

    def create_record(self, values: dict[str, Any]) -> Any:
        profiles = values.pop("profiles", ())
        user = users.create_user(values, actor=current_actor())
        if profiles:
            give_profiles(user, profiles, actor=current_actor())
        return user

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        profiles = changes.pop("profiles", None)
        if item.active and changes.get("active") is False:
            _ask_where_the_work_goes(item)
        users.update_user(item, changes, actor=current_actor())
        if profiles is not None and set(profiles) != set(item.profiles):
            give_profiles(item, profiles, actor=current_actor())

    def delete_record(self, item: Any) -> None:
        _ask_where_the_work_goes(item)
        users.switch_off(item, actor=current_actor())


def _ask_where_the_work_goes(user: User) -> None:
    """Nobody is switched off by the way while others would wait for their work."""
    count = sum(work_moves.counts(user, only_open=True, actor=current_actor()).values())
    if count:
        raise DomainError("open_work", OPEN_WORK, name=str(user), count=count)
