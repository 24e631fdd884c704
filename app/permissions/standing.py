"""How a person comes to their rights: roles, teams, teams they manage, by hand; and special privileges.

Read in full only when the number of the last change of rights (``Firm.rights_version``) is new: it rises in the
transaction of each such change, so that what an administrator changes holds from the next request and mail on.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from flask_appbuilder.security.sqla.models import Group
from sqlalchemy import Engine, Integer, bindparam, inspect, literal, or_, select, true, union, union_all
from sqlalchemy.orm import Session

from app.domain.rights import EVERY_ROW, NO_ROWS, Action, Assigning, FieldRule, Held, Privacy, Reach, Scope, added
from app.models import Deputy, Firm, Privilege, Profile, Role, Team, TeamMembership, User
from app.models.firm import rights_version
from app.models.profiles import role_profile, role_tree, team_profile, team_role, user_profile
from app.models.teams import team_tree
from app.permissions.actor import NOBODY, Actor, Level
from app.permissions.rights import MANAGING
from app.permissions.scope import CO_OWNERS
from app.support import clock

SHARED = ("Opportunity", "Task", "TimelineEntry", "Appointment", "Attachment")  # what the firm's privacy speaks of
REMEMBERED = 5_000
_known: "WeakKeyDictionary[Engine, OrderedDict[int, tuple[int, Actor, tuple[StandIn, ...]]]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Source:
    """One profile, and by what it comes: ``by`` is ``role``, ``team``, ``manages`` or ``person``, of that ``name``."""

    profile: str
    by: str
    name: str
    actions: Mapping[str, Mapping[str, str]]
    fields: Mapping[str, Mapping[str, str]]
    follows_privacy: bool


@dataclass(frozen=True)
class Special:
    """A privilege over the records of one type of ``team_id``; ``by`` is ``role`` or ``team``, of that ``name``."""

    by: str
    name: str
    record_type: str
    team_id: int
    may_write: bool


@dataclass(frozen=True)
class StandIn:
    """Somebody whose deputy a person is, from ``starts_at`` until before ``ends_at``."""

    user_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Standing:
    """Everything that the rights of one person follow from."""

    level: Level
    team_ids: frozenset[int]
    managed: frozenset[int]
    below: frozenset[int]  # the managed teams and all teams under them
    members: Mapping[int, frozenset[int]]  # the people of each team that the rights may reach
    lower: frozenset[int]  # the roles that stand below those of the person
    lower_people: frozenset[int]  # those who have such roles and no other
    sources: tuple[Source, ...]
    specials: tuple[Special, ...]
    privacy: Privacy
    assigning: Assigning
    has_teams: bool
    shared: frozenset[str]
    stands_in: tuple[StandIn, ...]  # those that are over left out


def _scope(standing: Standing, source: Source, record_type: str, action: Action, far: Reach) -> Scope:
    if far is Reach.NONE:
        return NO_ROWS
    if far is Reach.ALL:
        return EVERY_ROW
    if source.follows_privacy and action is Action.READ and record_type in SHARED:
        if standing.privacy is Privacy.ALL:
            return EVERY_ROW
        far = max(far, Reach.MATES) if standing.privacy is Privacy.TEAM else far
    if far is Reach.BELOW:
        return Scope(own=True, roles=standing.lower)
    teams = {Reach.MATES: standing.team_ids, Reach.TEAM: standing.managed, Reach.TREE: standing.below}
    return Scope(own=True, teams=teams.get(far, frozenset()))


def _reach(name: str) -> Reach:
    return Reach.__members__.get(name.upper(), Reach.NONE)


def scopes_of(standing: Standing, sources: Iterable[Source]) -> dict[tuple[str, Action], Scope]:
    """What profiles alone give, added up."""
    return added(
        ((record_type, Action(action)), _scope(standing, source, record_type, Action(action), _reach(far)))
        for source in sources for record_type, actions in source.actions.items() for action, far in actions.items()
        if action in set(Action)
    )


def special_scopes(special: Special) -> list[tuple[tuple[str, Action], Scope]]:
    """What one privilege gives."""
    actions = (Action.READ, Action.WRITE) if special.may_write else (Action.READ,)
    return [((special.record_type, action), Scope(teams=frozenset({special.team_id}))) for action in actions]


def _rules(sources: Iterable[Source]) -> dict[str, dict[str, FieldRule]]:
    """A field is hidden or read-only when every profile that reaches the type says so."""
    found: dict[str, dict[str, FieldRule]] = {}
    everyone = list(sources)
    for record_type in {name for source in everyone for name in source.fields}:
        reaching = [s for s in everyone if _reach(s.actions.get(record_type, {}).get("read", "none"))] or [
            s for s in everyone if record_type in s.fields
        ]
        names = {name for source in reaching for name in source.fields.get(record_type, {})}
        rules = {
            name: max(FieldRule[source.fields.get(record_type, {}).get(name, "write").upper()] for source in reaching) for name in names
        }
        found[record_type] = {name: rule for name, rule in rules.items() if rule is not FieldRule.WRITE}
    return {record_type: rules for record_type, rules in found.items() if rules}


def held_of(standing: Standing, sources: Iterable[Source], specials: Iterable[Special]) -> Held:
    """The rights that these give together."""
    chosen = list(sources)
    scopes = scopes_of(standing, chosen)
    total = added([*scopes.items(), *(each for special in specials for each in special_scopes(special))])
    return Held(total, _rules(chosen), standing.assigning, standing.members, standing.lower_people)


# ---- reading it


def _roles_of() -> Any:
    """(role, name, team that gives it or None) of a user: held directly, through a group, through a team."""
    user, role, member = bindparam("user", type_=Integer), Role.__table__, TeamMembership.__table__
    own, grouped = inspect(User).relationships["roles"].secondary, inspect(Group).relationships["roles"].secondary
    groups = inspect(User).relationships["groups"].secondary
    nothing = literal(None, type_=Integer)
    return union(
        select(role.c.id, role.c.name, nothing.label("team_id")).join(own, own.c.role_id == role.c.id).where(own.c.user_id == user),
        select(role.c.id, role.c.name, nothing).join(grouped, grouped.c.role_id == role.c.id)
        .join(groups, groups.c.group_id == grouped.c.group_id).where(groups.c.user_id == user),
        select(role.c.id, role.c.name, team_role.c.team_id).join(team_role, team_role.c.role_id == role.c.id)
        .join(member, member.c.team_id == team_role.c.team_id).where(member.c.user_id == user),
    )


def _several(name: str) -> Any:
    return bindparam(name, expanding=True, type_=Integer)


def _profiles_of() -> Any:
    """(by, key of the role or team, profile) for the roles and teams and for the user."""
    user, roles, teams = bindparam("user", type_=Integer), _several("roles"), _several("teams")
    return union_all(
        select(literal("role"), role_profile.c.role_id, role_profile.c.profile_id).where(role_profile.c.role_id.in_(roles)),
        select(literal("team"), team_profile.c.team_id, team_profile.c.profile_id).where(team_profile.c.team_id.in_(teams)),
        select(literal("person"), user_profile.c.user_id, user_profile.c.profile_id).where(user_profile.c.user_id == user),
    )


def _roles_of_everybody() -> Any:
    """(user, role), however they come to it."""
    own, grouped = inspect(User).relationships["roles"].secondary, inspect(Group).relationships["roles"].secondary
    groups, member = inspect(User).relationships["groups"].secondary, TeamMembership.__table__
    return union_all(
        select(own.c.user_id, own.c.role_id),
        select(groups.c.user_id, grouped.c.role_id).join(grouped, groups.c.group_id == grouped.c.group_id),
        select(member.c.user_id, team_role.c.role_id).join(team_role, member.c.team_id == team_role.c.team_id),
    )


_ROLES, _PROFILES, _EVERYBODY = _roles_of(), _profiles_of(), _roles_of_everybody()


def _with_lower(connection: Any, tree: Any, tops: frozenset[int]) -> frozenset[int]:
    """``tops`` and everything under them in ``tree``, a table of keys and those above them."""
    if not tops:
        return tops
    pairs = connection.execute(select(*tree.c)).all()
    found, grown = set(tops), True
    while grown:
        more = {key for key, parent in pairs if parent in found} - found
        found, grown = found | more, bool(more)
    return frozenset(found)


def standing_of(user_id: int, session: Session) -> Standing:
    """Read from the database, whatever is remembered."""
    connection = session.connection()
    firm, team, member = Firm.__table__, Team.__table__, TeamMembership.__table__
    settings = connection.execute(select(firm.c.privacy, firm.c.assigning, firm.c.has_teams)).first()
    privacy, assigning, has_teams = settings or (Privacy.OWN, Assigning.TEAMS, True)
    teams: list[Any] = list(connection.execute(
        select(team.c.id, team.c.name, member.c.is_manager).join(member, member.c.team_id == team.c.id)
        .where(member.c.user_id == user_id, team.c.archived_at.is_(None))
    )) if has_teams else []
    roles: list[Any] = [row for row in connection.execute(_ROLES, {"user": user_id}) if row.team_id is None or has_teams]
    managed = frozenset(row.id for row in teams if row.is_manager)
    names = {row.name for row in roles}
    level = next((known for known in (Level.ADMINISTRATOR, Level.TEAM_MANAGER) if known.value in names), Level.USER)
    if level is Level.USER and managed:
        level = Level.TEAM_MANAGER
    held = frozenset(row.id for row in roles)
    below, specials = _with_lower(connection, team_tree, managed), tuple(_specials(connection, roles, teams))
    reached = below | {row.id for row in teams} | {special.team_id for special in specials}
    lower = _with_lower(connection, role_tree, held) - held
    return Standing(
        level, frozenset(row.id for row in teams), managed, below, _members(connection, reached), lower, _with_only(connection, lower),
        tuple(_sources(connection, user_id, roles, teams)), specials, privacy, assigning, has_teams,
        _shared(connection, user_id, reached, lower), _stand_ins(connection, user_id),
    )


def _members(connection: Any, team_ids: frozenset[int]) -> dict[int, frozenset[int]]:
    member, found = TeamMembership.__table__.c, dict[int, set[int]]()
    if team_ids:
        for team_id, user_id in connection.execute(select(member.team_id, member.user_id).where(member.team_id.in_(_several("teams"))), {"teams": [*team_ids]}):
            found.setdefault(team_id, set()).add(user_id)
    return {team_id: frozenset(people) for team_id, people in found.items()}


def _with_only(connection: Any, roles: frozenset[int]) -> frozenset[int]:
    """The people who have one of ``roles``, and no other: directly, through a group or through a team."""
    if not roles:
        return roles
    found = [(row.user_id, row.role_id in roles) for row in connection.execute(_EVERYBODY)]
    return frozenset(user for user, fits in found if fits) - {user for user, fits in found if not fits}


def _shared(connection: Any, user_id: int, reached: frozenset[int], lower: frozenset[int]) -> frozenset[str]:
    """The types of which the person, or somebody of a team or a lower role that they may reach, is also responsible for a record."""
    member = TeamMembership.__table__
    near = select(member.c.user_id).where(member.c.team_id.in_(sorted(reached)))

    def any_of(person: Any) -> bool:
        who = true() if lower else or_(person == user_id, person.in_(near)) if reached else person == user_id
        return connection.execute(select(person).where(who).limit(1)).first() is not None

    return frozenset(kind for kind, (_, person) in CO_OWNERS.items() if any_of(person))


def _stand_ins(connection: Any, user_id: int) -> tuple[StandIn, ...]:
    deputy = Deputy.__table__
    asked = select(deputy.c.user_id, deputy.c.starts_at, deputy.c.ends_at).where(
        deputy.c.deputy_id == user_id, deputy.c.ends_at > clock.now(), deputy.c.archived_at.is_(None)
    )
    return tuple(StandIn(*row) for row in connection.execute(asked))


def _now(actor: Actor, stands_in: tuple[StandIn, ...]) -> Actor:
    """``actor`` as the hour has it: a deputy comes and goes by the calendar, without a change of rights."""
    now = clock.now()
    people = frozenset(each.user_id for each in stands_in if each.starts_at <= now < each.ends_at)
    return replace(actor, stands_in_for=people) if people and actor.id is not None else actor


def _sources(connection: Any, user_id: int, roles: list[Any], teams: list[Any]) -> Iterable[Source]:
    profile = Profile.__table__
    named = {"role": {row.id: row.name for row in roles}, "team": {row.id: row.name for row in teams}, "person": {user_id: ""}}
    ways = connection.execute(_PROFILES, {"user": user_id, "roles": [*named["role"]], "teams": [*named["team"]]}).all()
    is_wanted = profile.c.id.in_({way.profile_id for way in ways}) | (profile.c.code == MANAGING)
    known = {row.id: row for row in connection.execute(select(profile).where(profile.c.archived_at.is_(None), is_wanted))}
    found = [(known[way.profile_id], way[0], named[way[0]][way[1]]) for way in ways if way.profile_id in known]
    managing = next((row for row in known.values() if row.code == MANAGING), None)
    if managing is not None:
        found += [(managing, "manages", row.name) for row in teams if row.is_manager]
    for row, by, name in found:
        yield Source(row.name, by, name, row.actions, row.fields, row.follows_privacy)


def _specials(connection: Any, roles: list[Any], teams: list[Any]) -> Iterable[Special]:
    table = Privilege.__table__
    of_roles, of_teams = {row.id: row.name for row in roles}, {row.id: row.name for row in teams}
    if not teams and not of_roles:
        return
    found = connection.execute(select(table).where(
        table.c.archived_at.is_(None), table.c.for_role_id.in_([*of_roles]) | table.c.for_team_id.in_([*of_teams])
    ))
    for row in found:
        by, name = ("role", of_roles[row.for_role_id]) if row.for_role_id else ("team", of_teams[row.for_team_id])
        yield Special(by, name, row.record_type, row.team_id, row.may_write)


def role_ids_of(user_id: int, session: Session) -> frozenset[int]:
    """The roles that a person has: their own, and those of their groups and teams."""
    connection, firm = session.connection(), Firm.__table__
    has_teams = connection.execute(select(firm.c.has_teams)).scalar()
    return frozenset(row.id for row in connection.execute(_ROLES, {"user": user_id}) if row.team_id is None or has_teams)


def actor_of(user: User, session: Session, version: int | None = None) -> Actor:
    """The actor that ``user`` is: NOBODY when switched off, or without any profile.

    ``version``: ``Firm.rights_version``, where it was read a moment ago, and before anything that is read here.
    """
    if not user.active:
        return NOBODY
    connection = session.connection()
    if version is None:
        version = rights_version(connection)
    remembered = _known.setdefault(connection.engine, OrderedDict())
    known = remembered.get(user.id)
    if known is not None and known[0] == version:
        return _now(known[1], known[2])
    standing = standing_of(user.id, session)
    actor = _actor(user, standing)
    if not session.info.get("rights_changed"):  # what is not committed may never be true
        remembered[user.id] = (version, actor, standing.stands_in)
        while len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
    return _now(actor, standing.stands_in)


def _actor(user: User, standing: Standing) -> Actor:
    if standing.level is not Level.ADMINISTRATOR and not standing.sources:
        return NOBODY
    return Actor(
        user.id, str(user), standing.level, standing.team_ids, standing.managed,
        held_of(standing, standing.sources, standing.specials), standing.has_teams, standing.shared,
    )
