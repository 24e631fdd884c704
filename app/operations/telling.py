"""What a person writes down for others: colleagues whom it names are told, and one of them may be asked to act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.action_types import Known
from app.domain.errors import DomainError
from app.domain.events import ColleagueInformed
from app.domain.files import File
from app.domain.mentions import mentioned
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Contact, Informed, Opportunity, Task, Team, TeamMembership, TimelineEntry, User
from app.operations import records
from app.operations.timeline import Subject, write_note
from app.operations.transaction import announce, atomic, plain, record
from app.permissions.actor import Actor
from app.permissions.decide import actor_of, is_allowed, require
from app.permissions.rights import Action
from app.queries.people import names_of_people, names_of_teams, people_by_name
from app.support import clock
from app.support.i18n import N_
from app.support.text import fold, shorten

TITLE = 120  # characters of an instruction that name its task


@dataclass(frozen=True)
class Asked:
    """Of whom a note asks something, and by when."""

    user: User
    due_at: datetime | None = None


@atomic
def tell(
    subject: Subject, body: str, *, kind: Kind | Known = Kind.NOTE, files: Iterable[File] = (), asked: Asked | None = None, actor: Actor
) -> TimelineEntry:
    """Keep the note; whoever it names with an @ and may see it is told, and ``asked`` has a task of it.

    Who may not see it is not told: their names stand in ``params["left_out"]`` of the entry.
    """
    entry = write_note(subject, body, kind=kind, files=files, actor=actor)
    inform(entry, actor=actor)
    if asked is not None:
        _instruct(entry, subject, asked, actor)
    return entry


@atomic
def inform(entry: TimelineEntry, *, actor: Actor) -> None:
    """Tell the colleagues whom the text of ``entry`` names."""
    require(actor, Action.READ, entry)
    left_out: list[User] = []
    told: list[User] = []
    for user in _named(entry.body, actor):
        (told if may_see(user, entry) else left_out).append(user)
    for user in told:
        db.session.add(Informed(entry_id=entry.id, user_id=user.id, created_by_id=actor.id))
    if not told and not left_out:
        return
    entry.params = {**entry.params, "informed": [[user.id, str(user), None] for user in told], "left_out": [str(user) for user in left_out]}
    db.session.flush()
    record(actor, "inform", entry, after={"informed": [str(user) for user in told], "left_out": entry.params["left_out"]})
    for user in told:
        announce(ColleagueInformed(entry.id, user.id))


def may_see(user: User, entry: TimelineEntry) -> bool:
    """Whether ``entry`` is within the rights of ``user``."""
    return is_allowed(actor_of(user, db.session()), Action.READ, entry)


def _named(text: str, actor: Actor) -> list[User]:
    """The active colleagues behind the names; of a team all its members; not the writer."""
    if "@" not in text:
        return []
    names: dict[str, tuple[type[User | Team], int]] = {fold(name): (Team, key) for key, name in names_of_teams()}
    people = names_of_people()
    names |= {fold(username): (User, key) for key, _, username in people} | {fold(name): (User, key) for key, name, _ in reversed(people)}
    keys: list[int] = []
    for model, key in mentioned(text, names):
        keys += _members(key) if model is Team else [key]
    found = {each.id: each for each in people_by_name(User.id.in_(keys))} if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key != actor.id and key in found]


def _members(team_id: int) -> list[int]:
    """The people of a team, in the order of their keys."""
    query = select(TeamMembership.user_id).where(TeamMembership.team_id == team_id).order_by(TeamMembership.user_id)
    return list(db.session.scalars(query))


def _instruct(entry: TimelineEntry, subject: Subject, asked: Asked, actor: Actor) -> None:
    """A task of the one who is asked, which stays with the note that asks."""
    if not asked.user.active or not may_see(asked.user, entry):
        raise DomainError(
            "asked_cannot_see", N_("%(name)s may not see this record. Ask somebody who does, or make them also responsible first."), name=str(asked.user)
        )
    if asked.due_at is not None and asked.due_at < clock.now():
        raise DomainError("day_past_task", N_("This day is past. Choose a later one."))
    first_line = entry.body.strip().splitlines()[0]
    records.create(Task, {
        "title": shorten(first_line, TITLE), "description": entry.body, "assignee": asked.user, "due_at": asked.due_at, "entry": entry,
        "opportunity": subject if isinstance(subject, Opportunity) else None, "contact": subject if isinstance(subject, Contact) else None,
        "account": entry.account,
    }, actor=actor)


def _copy_seen(entry: TimelineEntry, seen: Informed) -> None:
    """Onto the entry itself, which is all that a page of history reads. Its version stays: nobody changed what it says."""
    row = db.session.get_one(TimelineEntry, entry.id, with_for_update=True, populate_existing=True)
    people = [[key, name, plain(seen.seen_at) if key == seen.user_id else at] for key, name, at in row.params["informed"]]
    table = TimelineEntry.__table__
    db.session.connection().execute(table.update().where(table.c.id == row.id).values(params={**row.params, "informed": people}))
    db.session.expire(row)


@atomic
def note_seen(entry: TimelineEntry, *, actor: Actor) -> bool:
    """The acting person saw ``entry``; False where nobody told them of it, or they saw it before."""
    require(actor, Action.READ, entry)
    found = db.session.scalars(
        select(Informed).where(Informed.entry_id == entry.id, Informed.user_id == actor.id, Informed.seen_at.is_(None))
    ).first()
    if found is None or actor.is_looking:
        return False
    found.seen_at = clock.now()
    _copy_seen(entry, found)
    record(actor, "see_note", entry)
    return True
