"""The views of a list that a person sees: their own, and those that were shared with them."""

from flask import g, has_request_context
from sqlalchemy import or_, select

from app.extensions import db
from app.models import ListView
from app.permissions.actor import Actor
from app.support.text import fold


def views_of(list_name: str, actor: Actor) -> list[ListView]:
    """The named and the unnamed ones, in the order of their names; read once in a request."""
    known: dict[str, list[ListView]] = g.setdefault("list_views", {}) if has_request_context() else {}
    if list_name not in known:
        shared = or_(ListView.user_id == actor.id, ListView.is_for_all, ListView.team_id.in_(sorted(actor.team_ids | actor.managed_team_ids)))
        found = select(ListView).where(ListView.list_name == list_name, shared)
        known[list_name] = sorted((view for view in db.session.scalars(found) if view.name or view.user_id == actor.id), key=_by_name)
    return known[list_name]


def every_view(actor: Actor) -> list[ListView]:
    """The named ones of all lists."""
    shared = or_(ListView.user_id == actor.id, ListView.is_for_all, ListView.team_id.in_(sorted(actor.team_ids | actor.managed_team_ids)))
    found = select(ListView).where(ListView.name != "", shared)
    return sorted(db.session.scalars(found), key=lambda view: (view.list_name, *_by_name(view)))


def _by_name(view: ListView) -> tuple[str, int]:
    return fold(view.name), view.id


def saved_views(list_name: str, actor: Actor) -> list[ListView]:
    """Those with a name."""
    return [view for view in views_of(list_name, actor) if view.name]


def own_setting(list_name: str, actor: Actor) -> ListView | None:
    """The columns that the person has outside of any saved view."""
    return next((view for view in views_of(list_name, actor) if not view.name), None)


def default_view(list_name: str, actor: Actor) -> ListView | None:
    """Where the person begins on that list."""
    return next((view for view in saved_views(list_name, actor) if view.is_default and view.user_id == actor.id), None)
