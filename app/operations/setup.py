"""What an installation needs before anybody signs in: roles with their permissions, types, one pipeline."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import current_app, has_request_context
from sqlalchemy import select
from werkzeug.routing import BuildError

from app.domain.rights import Action
from app.extensions import db
from app.models import AccountType, Pipeline, Profile, Role, Step
from app.operations.alerts import lay_settings
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM, Actor, Level
from app.permissions.pages import ACTIONS as ACTIONS
from app.permissions.pages import PAGES as PAGES
from app.permissions.pages import May, entries, opens
from app.permissions.rights import PROFILES, Rights

TYPES = [
    ("suspect", "Suspect", "Suspect", "Firma do rozpoznania"), ("prospect", "Prospect", "Prospect", "Potencjalny klient"),
    ("client", "Client", "Client", "Klient"), ("subcontractor", "Subcontractor", "Sous-traitant", "Podwykonawca"),
]
STEPS = [
    ("Discovery", "Découverte", "Rozpoznanie", 14, 10), ("Qualification", "Qualification", "Kwalifikacja", 14, 25),
    ("Proposal", "Proposition", "Oferta", 21, 50), ("Negotiation", "Négociation", "Negocjacje", 14, 70),
    ("Final terms", "Derniers réglages", "Ustalenia końcowe", 10, 90),
]

def _menu_of(appbuilder: Any) -> dict[str, str]:
    """Menu name → record type (or page) of the view behind it."""
    by_url = {}
    for view in appbuilder.baseviews:
        with suppress(BuildError, AttributeError):  # an API, or a page that needs an argument: not in the menu
            by_url[view.get_default_url()] = view.class_permission_name
    found = {}
    for top in appbuilder.menu.menu:
        for item in (top, *top.childs):
            if item.name != "-" and item.get_url() in by_url:
                found[item.name] = by_url[item.get_url()]
    return found


def layout_of(appbuilder: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Record type by menu entry, and entries by area. Inside a request."""
    return _menu_of(appbuilder), {top.name: [c.name for c in top.childs] for top in appbuilder.menu.menu if top.childs}


def _registered(appbuilder: Any) -> set[tuple[str, str]]:
    """What each page asks for, and each menu entry: (permission, name of the page or the entry)."""
    pages = {(name, view.class_permission_name) for view in appbuilder.baseviews for name in view.base_permissions}
    return pages | {("menu_access", entry.name) for top in appbuilder.menu.menu for entry in (top, *top.childs) if entry.name != "-"}


@atomic
def lay_permissions(appbuilder: Any, *, actor: Actor) -> None:
    """Register the permissions of every page and menu entry, all of them the administrators', and take away those of pages that are gone.

    FAB's own way asks and commits for each of seven hundred, at each start.
    """
    sm, wanted = appbuilder.sm, _registered(appbuilder)
    names = {each.name: each for each in db.session.scalars(select(sm.permission_model))}
    pages = {each.name: each for each in db.session.scalars(select(sm.viewmenu_model))}
    kept = {(each.permission.name, each.view_menu.name): each for each in db.session.scalars(select(sm.permissionview_model))}
    administrators = db.session.scalars(select(Role).where(Role.name == Level.ADMINISTRATOR.value)).one()
    for gone in kept.keys() - wanted:
        db.session.delete(kept.pop(gone))
    for gone in pages.keys() - {page for _, page in wanted}:
        db.session.delete(pages[gone])
    for name, page in sorted(wanted - kept.keys()):
        permission = names.setdefault(name, sm.permission_model(name=name))
        view_menu = pages.setdefault(page, sm.viewmenu_model(name=page))
        kept[name, page] = sm.permissionview_model(permission=permission, view_menu=view_menu)
        db.session.add(kept[name, page])
    theirs = set(administrators.permissions)
    administrators.permissions += [each for each in kept.values() if each not in theirs]


def sync_roles(appbuilder: Any) -> None:
    """Make FAB's tables say what the profiles of each role say. They decide nothing: it is what FAB's own tools show."""
    if has_request_context():
        layout = layout_of(appbuilder)
    else:
        with current_app.test_request_context():
            layout = layout_of(appbuilder)
    sync_permissions(appbuilder, *layout, actor=SYSTEM)


def _given(role: Role) -> May:
    return lambda record_type, action: any(
        profile.actions.get(record_type, {}).get(action.value, "none") != "none" for profile in role.profiles
    )


@atomic
def sync_permissions(appbuilder: Any, menu: dict[str, str], areas: dict[str, list[str]], *, actor: Actor) -> None:
    pairs = list(db.session.scalars(select(appbuilder.sm.permissionview_model)))
    for role in db.session.scalars(select(Role).where(Role.name.not_in((Level.ADMINISTRATOR.value, "Public")))):
        may = _given(role) if role.profiles else _nothing
        shown = entries(may, menu, areas) if role.profiles else set()
        role.permissions = [
            p for p in pairs if role.profiles and (
                p.view_menu.name in shown if p.permission.name == "menu_access" else opens(may, p.permission.name, p.view_menu.name)
            )
        ]


def _nothing(record_type: str, action: Action) -> bool:
    return False


def as_stored(rights: Mapping[str, Rights]) -> dict[str, dict[str, str]]:
    """The table of a ready-made profile as ``Profile.actions`` keeps it."""
    return {
        record_type: {action.value: row.of(action).name.lower() for action in Action if row.of(action)} for record_type, row in rights.items()
    }


@atomic
def lay_profiles(*, actor: Actor) -> None:
    """The ready-made profiles, each with its role, where they are missing. Types that are newer than a profile are added to it."""
    for code, ready in PROFILES.items():
        role = db.session.scalars(select(Role).where(Role.name == ready.name)).one_or_none()
        if role is None:
            role = Role(name=ready.name)
            db.session.add(role)
        profile = db.session.scalars(select(Profile).where(Profile.code == code)).one_or_none()
        wanted = as_stored(ready.rights)
        if profile is None:
            fields = {name: {field: rule.name.lower() for field, rule in rules.items()} for name, rules in ready.fields.items()}
            profile = Profile(name=ready.name, code=code, follows_privacy=ready.follows_privacy, actions=wanted, fields=fields)
            db.session.add(profile)
            role.profiles.append(profile)
        elif wanted.keys() - profile.actions.keys():
            profile.actions = wanted | profile.actions
        else:
            continue
        db.session.flush()
        record(actor, "ready_made", profile)


@atomic
def lay_ground(*, actor: Actor) -> None:
    """The firm's row, the account types and a first pipeline, where they are missing."""
    the_firm()
    lay_profiles(actor=actor)
    lay_settings(actor=actor)
    if db.session.scalars(select(AccountType).limit(1)).first() is None:
        for code, en, fr, pl in TYPES:
            db.session.add(AccountType(code=code, label_en=en, label_fr=fr, label_pl=pl))
    if db.session.scalars(select(Pipeline).limit(1)).first() is None:
        pipeline = Pipeline(label_en="Sales", label_fr="Ventes", label_pl="Sprzedaż")
        for position, (en, fr, pl, days, percent) in enumerate(STEPS, start=1):
            pipeline.steps.append(Step(label_en=en, label_fr=fr, label_pl=pl, position=position, max_days=days, probability=percent))
        db.session.add(pipeline)
