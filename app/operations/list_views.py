"""Saved views and chosen columns: everybody keeps their own; who leads a team shares with it, an administrator with all."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from app.domain.errors import DomainError, Forbidden, NotFound
from app.extensions import db
from app.models import ListView, Team
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.queries.people import teams_by_name
from app.support.i18n import N_
from app.support.text import storable

MOST = 40
PRIVATE, ALL = "", "all"
# Of the address of a list or of the board.
KEPT = (
    "_flt_", "_any_", "_oc_", "_od_", "mine", "archived", "stagnant", "late", "counted", "psize_", "layout", "pipeline", "owner",
    "team", "status", "starred",
)


def may_share_with(actor: Actor) -> list[Team]:
    """The teams with which ``actor`` may share a view."""
    return teams_by_name() if actor.sees_all else teams_by_name(Team.id.in_(sorted(actor.managed_team_ids)))


def _own(list_name: str, name: str, actor: Actor) -> ListView:
    found = db.session.scalars(
        select(ListView).where(ListView.user_id == actor.id, ListView.list_name == list_name, ListView.name == name)
    ).first()
    if found is None:
        assert actor.id is not None
        found = ListView(user_id=actor.id, list_name=list_name, name=name, created_by_id=actor.id)
        db.session.add(found)
    return found


@atomic
def choose_columns(list_name: str, columns: Sequence[str], view: ListView | None = None, *, actor: Actor) -> None:
    """The columns of a saved view of one's own, or of the list outside of any; none: those that the list comes with."""
    if view is not None and view.user_id != actor.id:
        raise Forbidden
    target = view or _own(list_name, "", actor)
    target.columns = list(columns)


@atomic
def save_view(
    list_name: str, name: str, asked: Mapping[str, str], columns: Sequence[str], *, share: str = PRIVATE, is_default: bool = False,
    view: ListView | None = None, actor: Actor,
) -> ListView:
    """Keep what the address of a list asks for under ``name``; ``view`` is the one of one's own that it replaces."""
    name = storable(name).strip()[:60]
    if not name:
        raise DomainError("no_view_name", N_("Give the view a name, for example: My late ones."))
    if view is not None and view.user_id != actor.id:
        raise Forbidden
    same = db.session.scalars(
        select(ListView).where(ListView.user_id == actor.id, ListView.list_name == list_name, ListView.name == name)
    ).first()
    if same is not None and same is not view:
        raise DomainError("view_exists", N_("You have a view with this name already. Choose another name."))
    if view is None and db.session.query(ListView).filter(ListView.user_id == actor.id, ListView.list_name == list_name).count() > MOST:
        raise DomainError("many_views", N_("You have %(count)s views of this list. Delete those that you do not use."), count=MOST)
    kept = view or _own(list_name, name, actor)
    kept.name, kept.columns = name, list(columns)
    kept.asked = {key: value for key, value in asked.items() if key.startswith(KEPT)}
    _share(kept, share, actor)
    if is_default:
        db.session.execute(update(ListView).where(ListView.user_id == actor.id, ListView.list_name == list_name).values(is_default=False))
    kept.is_default = is_default
    db.session.flush()
    record(actor, "save_view", kept, after={"name": name, "share": share})
    return kept


def _share(view: ListView, share: str, actor: Actor) -> None:
    """With nobody, a team, or all. Sharing a view shows nobody a row: everybody reads it with their own rights."""
    if share == ALL and not actor.sees_all:
        raise Forbidden
    team = next((t for t in may_share_with(actor) if str(t.id) == share), None)
    if share not in (PRIVATE, ALL) and team is None:
        raise Forbidden
    view.is_for_all, view.team_id = share == ALL, team.id if team else None


@atomic
def delete_view(view: ListView, *, actor: Actor) -> None:
    """One of one's own; an administrator deletes any that is shared."""
    is_shared = view.is_for_all or view.team_id is not None
    if view.user_id != actor.id and not (actor.sees_all and is_shared):
        raise NotFound
    record(actor, "delete_view", view)
    db.session.delete(view)
