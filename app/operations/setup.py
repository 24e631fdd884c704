"""What an installation needs before anybody signs in: roles with their permissions, types, one pipeline."""

from contextlib import suppress
from typing import Any

from sqlalchemy import select
from werkzeug.routing import BuildError

from app.extensions import db
from app.models import AccountType, Pipeline, Role, Step
from app.operations.transaction import atomic
from app.operations.users import the_firm
from app.permissions.actor import SYSTEM, Actor, Level
from app.permissions.rights import Action, Reach, reach

ACTIONS = {
    "can_list": Action.READ, "can_show": Action.READ, "can_export": Action.EXPORT, "can_add": Action.CREATE,
    "can_edit": Action.WRITE, "can_delete": Action.DELETE, "delete": Action.DELETE, "edit": Action.WRITE, "show": Action.READ,
    "list": Action.READ,
}
TYPES = [
    ("suspect", "Suspect", "Suspect", "Firma do rozpoznania"), ("prospect", "Prospect", "Prospect", "Potencjalny klient"),
    ("client", "Client", "Client", "Klient"), ("subcontractor", "Subcontractor", "Sous-traitant", "Podwykonawca"),
]
STEPS = [
    ("Discovery", "Découverte", "Rozpoznanie", 14, 10), ("Qualification", "Qualification", "Kwalifikacja", 14, 25),
    ("Proposal", "Proposition", "Oferta", 21, 50), ("Negotiation", "Négociation", "Negocjacje", 14, 70),
    ("Final terms", "Derniers réglages", "Ustalenia końcowe", 10, 90),
]
# Pages that are no record type, and who opens them. The menu entry goes with the page.
PAGES: dict[str, tuple[Level, ...]] = {
    "Today": (Level.TEAM_MANAGER, Level.USER), "Summary": (Level.TEAM_MANAGER, Level.USER),
    "Me": (Level.TEAM_MANAGER, Level.USER), "Search": (Level.TEAM_MANAGER, Level.USER), "Board": (Level.TEAM_MANAGER, Level.USER),
}


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


ADMINISTRATION = ("Settings", "Security")


def _may(level: Level, permission: str, subject: str, menu: dict[str, str]) -> bool:
    if permission == "menu_access":
        return subject in menu and _may(level, "can_list", menu[subject], menu)
    if subject in PAGES:
        return level in PAGES[subject]
    action = ACTIONS.get(permission)
    return action is not None and reach(level, subject, action) is not Reach.NONE


def sync_roles(appbuilder: Any) -> None:
    """Make the roles of the database say what ``permissions/rights`` says. FAB's own writes: list of doors."""
    from flask import current_app

    with current_app.test_request_context():
        menu = _menu_of(appbuilder)
        areas = {top.name: [c.name for c in top.childs] for top in appbuilder.menu.menu if top.childs}
    sync_permissions(appbuilder, menu, areas, actor=SYSTEM)


@atomic
def sync_permissions(appbuilder: Any, menu: dict[str, str], areas: dict[str, list[str]], *, actor: Actor) -> None:
    sm = appbuilder.sm
    pairs = list(db.session.scalars(select(sm.permissionview_model)))
    for level in (Level.TEAM_MANAGER, Level.USER):
        role = db.session.scalars(select(Role).where(Role.name == level.value)).one_or_none()
        if role is None:
            role = Role(name=level.value)
            db.session.add(role)
        hidden = {entry for area in ADMINISTRATION for entry in areas.get(area, ())}
        own = [p for p in pairs if _may(level, p.permission.name, p.view_menu.name, menu)]
        own = [p for p in own if p.permission.name != "menu_access" or p.view_menu.name not in hidden]
        names = {p.view_menu.name for p in own if p.permission.name == "menu_access"}
        for area, children in areas.items():
            if names & set(children):
                own += [p for p in pairs if p.permission.name == "menu_access" and p.view_menu.name == area]
        own += [p for p in pairs if p.view_menu.name in ("LocaleView", "ResetMyPasswordView")]
        role.permissions = list(dict.fromkeys(own))


@atomic
def lay_ground(*, actor: Actor) -> None:
    """The firm's row, the account types and a first pipeline, where they are missing."""
    the_firm()
    if db.session.scalars(select(AccountType).limit(1)).first() is None:
        for code, en, fr, pl in TYPES:
            db.session.add(AccountType(code=code, label_en=en, label_fr=fr, label_pl=pl))
    if db.session.scalars(select(Pipeline).limit(1)).first() is None:
        pipeline = Pipeline(label_en="Sales", label_fr="Ventes", label_pl="Sprzedaż")
        for position, (en, fr, pl, days, percent) in enumerate(STEPS, start=1):
            pipeline.steps.append(Step(label_en=en, label_fr=fr, label_pl=pl, position=position, max_days=days, probability=percent))
        db.session.add(pipeline)
