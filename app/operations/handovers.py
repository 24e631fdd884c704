"""What follows when a record gets another holder: the history of its holders, a line in its own, and whoever is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.events import BecameCoOwner, HandedOver
from app.extensions import db
from app.models import Account, Contact, Engagement, Handover, Opportunity, Task, Team, User
from app.operations.assigning import key_of
from app.operations.timeline import state_fact
from app.operations.transaction import announce, rights_changed
from app.permissions.actor import Actor
from app.permissions.scope import CO_OWNERS, holder_name
from app.support.text import fold, shorten, storable

HELD: tuple[type, ...] = (Opportunity, Engagement, Account, Contact, Task)  # types of record that a person or a team holds
CO_OWNED = (Opportunity, Account)  # of these several people may be responsible
NOTE = 500  # characters


@dataclass(frozen=True)
class Holder:
    """A person, with the team of the record beside; without a person the team; without either nobody."""

    user_id: int | None
    team_id: int | None

    def is_same(self, other: "Holder") -> bool:
        return self.user_id == other.user_id and (self.user_id is not None or self.team_id == other.team_id)


def holder_of(item: Any) -> Holder:
    """Who holds ``item`` now."""
    return Holder(key_of(item, holder_name(type(item))), key_of(item, "team"))


def holder_before(item: Any, before: dict[str, Any]) -> Holder:
    """Who held ``item``, by what ``records.update`` says was there before."""
    now, name = holder_of(item), holder_name(type(item))
    return Holder(_was(before, name, now.user_id), _was(before, "team", now.team_id))


def _was(before: dict[str, Any], name: str, now: int | None) -> int | None:
    if name in before:
        return before[name].id if before[name] is not None else None
    found: int | None = before.get(f"{name}_id", now)
    return found


def trimmed(note: str) -> str:
    return shorten(storable(note).strip(), NOTE)


def note_handover(item: Any, was: Holder, *, note: str = "", actor: Actor) -> None:
    """``item`` was held by ``was``; nothing follows when it still is. Inside a running operation, after a flush."""
    now = holder_of(item)
    if now.is_same(was):
        return
    note = trimmed(note)
    db.session.add(Handover(
        subject_type=type(item).__name__, subject_id=item.id, from_user_id=was.user_id, from_team_id=was.team_id,
        to_user_id=now.user_id, to_team_id=now.team_id, by_id=actor.id, note=note,
    ))
    if not isinstance(item, Task):
        code, params = fact_of(was, now, _names(was, now), actor)
        state_fact(item, code, body=note, actor=actor, **params)
    announce(HandedOver(type(item).__name__, item.id, now.user_id, now.team_id, actor.id, note))


def _names(*holders: Holder) -> dict[Holder, str]:
    found = {}
    for holder in holders:
        user = db.session.get(User, holder.user_id) if holder.user_id else None
        team = db.session.get(Team, holder.team_id) if holder.team_id and user is None else None
        found[holder] = str(user or team or "–")
    return found


def fact_of(was: Holder, now: Holder, names: dict[Holder, str], actor: Actor) -> tuple[str, dict[str, str]]:
    """The code of the line of history, and its parameters."""
    params = {"before": names[was], "after": names[now], "by": actor.name}
    if now.user_id is None:
        return "released", params
    if was.user_id is None:
        return ("taken" if now.user_id == actor.id else "given"), params
    return ("handed_over" if was.user_id == actor.id else "reassigned"), params


def note_co_owners(item: Any, were: Iterable[User], *, actor: Actor) -> None:
    """Others than ``were`` are also responsible for ``item`` now. Inside a running operation, after a flush."""
    old, now = {user.id for user in were}, {user.id: user for user in item.co_owners}
    if old == now.keys():
        return
    names = ", ".join(sorted((str(user) for user in now.values()), key=fold))
    state_fact(item, "co_owners_changed" if now else "co_owners_gone", actor=actor, names=names)
    for user_id in sorted(now.keys() - old):
        if _is_first(type(item), user_id):
            rights_changed()  # whoever remembers their rights does not yet ask for such rows
        announce(BecameCoOwner(type(item).__name__, item.id, user_id, actor.id))


def _is_first(model: Any, user_id: int) -> bool:
    record, person = CO_OWNERS[model.__table__.name]
    return len(db.session.execute(select(record).where(person == user_id).limit(2)).all()) < 2


def note_creation(item: Any, *, actor: Actor) -> None:
    """Somebody made ``item`` for others: they are told. Inside a running operation, after a flush."""
    now = holder_of(item)
    if actor.id is not None and now.user_id not in (None, actor.id):
        announce(HandedOver(type(item).__name__, item.id, now.user_id, now.team_id, actor.id))
    if isinstance(item, CO_OWNED) and item.co_owners:
        note_co_owners(item, (), actor=actor)
