"""Profiles and roles, in words: what may be done with whose records, and with which fields."""

from collections.abc import Iterable
from typing import Any, TypeVar

from flask import current_app, request
from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import Select2Widget
from flask_appbuilder.models.sqla.filters import FilterNotEqual
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from wtforms.validators import Optional

from app.domain.rights import Action, FieldRule, Reach
from app.extensions import db
from app.models import Profile, Role
from app.operations import records
from app.operations.profiles import change_role, completed, delete_role, make_role, usual
from app.operations.setup import sync_roles
from app.permissions.actor import current_actor
from app.permissions.fields import governed
from app.permissions.rights import INSIDE, PARTNER
from app.queries.people import roles
from app.support.text import fold
from app.views.base import CrmView, OperationInterface
from app.views.controls import CheckList
from app.views.formats import role
from app.views.rights_words import CHOICES, NOUNS, SHORT, action_words, choice_words, reach_words, rule_words

Named = TypeVar("Named", Role, Profile)


def _profiles() -> list[Profile]:
    return by_label(db.session.scalars(select(Profile).where(Profile.archived_at.is_(None))))


def by_label(named: Iterable[Named]) -> list[Named]:
    """Roles or profiles in the order of what the reader's language calls them."""
    return sorted(named, key=lambda each: (fold(role(each.name)), each.id))


def role_choices() -> list[Role]:
    return by_label(roles())


def profiles_field(label: Any, help_text: Any = "") -> QuerySelectMultipleField:
    """A list of profiles to tick."""
    return QuerySelectMultipleField(
        label, query_func=_profiles, get_pk_func=lambda each: each.id, get_label=lambda each: role(each.name), widget=CheckList(),
        description=help_text,
    )


def _labels_of(record_type: str) -> dict[str, Any]:
    """The words that the screens of a type have for its fields."""
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    view = next(v for v in views if getattr(v, "class_permission_name", "") == record_type and hasattr(v, "label_columns"))
    return dict(view.label_columns)


def field_words(record_type: str, name: str) -> str:
    """What the screens of a type call one of its fields."""
    return str(_labels_of(record_type).get(name, name))


def _stored(value: dict[str, str], action: Action) -> Reach:
    return Reach.__members__.get(value.get(action.value, "none").upper(), Reach.NONE)


def _selected(options: tuple[Reach, ...], far: Reach) -> Reach:
    """The entry of a list that says ``far``; a shorter list has yes for every reach."""
    return far if far in options else options[-1] if far else Reach.NONE


def rights_of(profile: Profile | None) -> list[dict[str, Any]]:
    """Each type with its actions and fields, as the form and the page draw them."""
    actions, fields = (profile.actions, profile.fields) if profile else (usual(None), {})
    return [
        {
            "name": name, "title": NOUNS[name],
            "actions": [_action(name, action, options, actions.get(name, {})) for action, options in choices.items()],
            "fields": [_field(name, each, fields.get(name, {})) for each in governed(name, db.session())],
        }
        for name, choices in CHOICES.items()
    ]


def _heads() -> list[tuple[str, str]]:
    """The columns of the matrix."""
    return [(action.value, action_words(action)) for action in Action]


def _action(record_type: str, action: Action, options: tuple[Reach, ...], stored: dict[str, str]) -> dict[str, Any]:
    chosen = _selected(options, _stored(stored, action))
    return {
        "name": f"right-{record_type}-{action.value}", "action": action.value, "label": action_words(action), "value": chosen.name.lower(),
        "words": choice_words(action, chosen, record_type), "type": "select",
        "options": [(far.name.lower(), choice_words(action, far, record_type, is_short=True)) for far in options],
    }


def _field(record_type: str, name: str, stored: dict[str, str]) -> dict[str, Any]:
    rule = FieldRule.__members__.get(stored.get(name, "write").upper(), FieldRule.WRITE)
    return {
        "name": f"field-{record_type}-{name}", "label": field_words(record_type, name), "value": rule.name.lower(),
        "words": rule_words(rule), "is_restricted": rule is not FieldRule.WRITE, "type": "select",
        "options": [(each.name.lower(), rule_words(each)) for each in reversed(FieldRule)],
    }


def _posted(known: dict[str, dict[str, str]], ruled: dict[str, dict[str, str]], code: str | None = None) -> dict[str, Any]:
    """Actions and fields as they were chosen; a list that says no more than was known leaves it as it is."""
    actions = {}
    for name, choices in CHOICES.items():
        old = known.get(name, {})
        chosen = {a: request.form.get(f"right-{name}-{a.value}", "none") for a in choices}
        actions[name] = old | {
            a.value: old[a.value] if a.value in old and far == _selected(choices[a], _stored(old, a)).name.lower() else far
            for a, far in chosen.items()
        }
    rules = {
        name: ruled.get(name, {}) | {each: request.form.get(f"field-{name}-{each}", "write") for each in governed(name, db.session())}
        for name in CHOICES
    }
    kept = {name: {each: rule for each, rule in found.items() if rule != "write"} for name, found in rules.items()}
    return {"actions": completed(actions, known, code), "fields": {name: found for name, found in kept.items() if found}}


def _of_the_house(profile: Profile) -> str:
    """What partners see of the house by their profile, where an administrator made another of it before it ceased to show that; else empty."""
    if profile.code != PARTNER:
        return ""
    seen = [str(NOUNS[name]) for name in INSIDE if name in NOUNS and profile.actions.get(name, {}).get("read", "none") != "none"]
    seen += [field_words("Opportunity", name) for name in ("campaign", "competitor") if profile.fields.get("Opportunity", {}).get(name) != "hidden"]
    if not seen:
        return ""
    names = ", ".join(seen)
    return str(gettext("Partners are of another house. By this profile they see: %(names)s. Take away under “Edit” what they need not know.", names=names))


class ProfileView(CrmView):
    datamodel = OperationInterface(Profile)
    can_archive = False
    list_title, show_title = lazy_gettext("Permission profiles"), lazy_gettext("Permission profile")
    add_title, edit_title = lazy_gettext("New permission profile"), lazy_gettext("Edit permission profile")
    add_label = lazy_gettext("New permission profile")
    list_columns = ["name", "roles", "teams", "people"]
    order_columns = search_columns = ["name"]
    base_order = ("name", "asc")
    show_columns = ["name", "follows_privacy", "roles", "teams", "people"]
    add_columns = edit_columns = ["name", "follows_privacy"]
    show_template = "profile.html"
    formatters_columns = {"name": role, "roles": lambda roles: ", ".join(role(each.name) for each in roles)}
    label_columns = {
        "name": lazy_gettext("Name"), "follows_privacy": lazy_gettext("Reading follows the privacy of the firm"), "roles": lazy_gettext("Roles"),
        "teams": lazy_gettext("Teams"), "people": lazy_gettext("Given by hand to"),
    }
    description_columns = {
        "follows_privacy": lazy_gettext("Whoever reads their own records reads those of their teams, or of all, if the page Firm says so"),
    }

    def row_title(self, item: Profile) -> str:
        return role(item.name)

    def create_record(self, values: dict[str, Any]) -> Any:
        made = records.create(Profile, {**values, **_posted({}, {})}, actor=current_actor())
        sync_roles(self.appbuilder)
        return made

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        records.update(item, {**changes, **_posted(item.actions, item.fields, item.code)}, seen_version=seen_version, actor=current_actor())
        sync_roles(self.appbuilder)

    def _inner(self, item: Profile | None) -> dict[str, Any]:
        shown = item
        if request.method == "POST":  # refused: what was chosen stays
            shown = Profile(name="", **_posted(item.actions if item else {}, item.fields if item else {}))
        meanings = [(short, reach_words(far)) for far, short in SHORT.items()]
        return {"inner": "profile_rights.html", "types": rights_of(shown), "heads": _heads(), "meanings": meanings}

    def _get_add_widget(self, form: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_add_widget(form, *args, **kwargs)
        found["add"].template_args.update(self._inner(None))
        return found

    def _get_edit_widget(self, form: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_edit_widget(form, *args, **kwargs)
        found["edit"].template_args.update(self._inner(self.found((request.view_args or {}).get("pk"))))
        return found

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        found = super()._get_show_widget(pk, item, *args, **kwargs)
        found["show"].template_args.update(types=rights_of(item), heads=_heads(), warning=_of_the_house(item))
        return found


class RoleView(CrmView):
    """What a role may do is said by its profiles."""

    datamodel = OperationInterface(Role)
    route_base = "/roles"
    can_archive = False
    list_title, show_title = lazy_gettext("Roles"), lazy_gettext("Role")
    add_title, edit_title = lazy_gettext("New role"), lazy_gettext("Edit role")
    add_label = lazy_gettext("New role")
    list_columns = show_columns = ["name", "above", "profiles"]
    order_columns = search_columns = ["name"]
    base_order = ("name", "asc")
    base_filters = [["name", FilterNotEqual, "Public"]]  # FAB's, for those who did not sign in
    add_columns = edit_columns = ["name", "above", "profiles"]
    add_form_extra_fields = edit_form_extra_fields = {
        "above": QuerySelectField(
            lazy_gettext("Role above"), [Optional()], query_func=role_choices, get_pk_func=lambda each: each.id, get_label=lambda each: role(each.name),
            allow_blank=True, widget=Select2Widget(), description=lazy_gettext("A profile can reach the records of everybody below, and not those of peers"),
        ),
        "profiles": profiles_field(lazy_gettext("Permission profiles"), lazy_gettext("Whoever has the role may do what all of these say together"))
    }
    formatters_columns = {
        "name": role, "above": lambda above: role(above.name) if above else "",
        "profiles": lambda profiles: ", ".join(role(each.name) for each in profiles),
    }
    label_columns = {"name": lazy_gettext("Name"), "above": lazy_gettext("Role above"), "profiles": lazy_gettext("Permission profiles")}

    def row_title(self, item: Role) -> str:
        return role(item.name)

    def update_record(self, item: Any, changes: dict[str, Any], seen_version: int | None) -> None:
        change_role(item, changes, actor=current_actor())
        sync_roles(self.appbuilder)

    def create_record(self, values: dict[str, Any]) -> Any:
        made = make_role(values, actor=current_actor())
        sync_roles(self.appbuilder)
        return made

    def delete_record(self, item: Any) -> None:
        delete_role(item, actor=current_actor())
