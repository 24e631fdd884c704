"""Why somebody may, or may not: their rights taken apart by what they come from."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.domain.rights import Action, Held, Scope
from app.extensions import db
from app.models import Team, User
from app.permissions.actor import Actor, Level
from app.permissions.decide import actor_of, is_allowed
from app.permissions.standing import Source, Special, Standing, held_of, standing_of


@dataclass(frozen=True)
class Way:
    """One thing that gives rights: a profile by a role, a team, a managed team or by hand; or a privilege (``profile`` is empty)."""

    by: str
    name: str
    profile: str
    held: Held

    def scope(self, record_type: str, action: Action) -> Scope:
        return self.held.scope(record_type, action)


@dataclass(frozen=True)
class Access:
    """What a person may, and by which ways. An administrator has none: they may everything."""

    user: User
    actor: Actor
    standing: Standing
    ways: tuple[Way, ...]

    @property
    def is_administrator(self) -> bool:
        return self.standing.level is Level.ADMINISTRATOR


def access_of(user: User) -> Access:
    """Read afresh, whatever is remembered."""
    standing = standing_of(user.id, db.session())
    ways = [_of_source(standing, source) for source in standing.sources] + [_of_special(standing, one) for one in standing.specials]
    return Access(user, actor_of(user, db.session()), standing, tuple(ways))


def _of_source(standing: Standing, source: Source) -> Way:
    return Way(source.by, source.name, source.profile, held_of(standing, [source], []))


def _of_special(standing: Standing, special: Special) -> Way:
    return Way(special.by, special.name, "", held_of(standing, [], [special]))


def reaching(access: Access, record: Any, action: Action) -> list[Way]:
    """The ways that reach ``record``, one by one; a record that two of them reach only together there is not."""
    return [way for way in access.ways if is_allowed(replace(access.actor, held=way.held), action, record)]


def team_names() -> dict[int, str]:
    return {key: name for key, name in db.session.execute(select(Team.id, Team.name))}  # noqa: C416 - rows are no pairs
