"""The words of the rights: what may be done, with whose records, and with which fields. No database, no person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType


class Reach(IntEnum):
    """Whose records, as an administrator chooses it for a profile."""

    NONE = 0
    OWN = 1
    MATES = 2  # of the teams that the person is in
    TEAM = 3  # of the teams that the person manages
    TREE = 4  # of those, and of the teams below them
    BELOW = 5  # of the people all of whose roles stand below those of the person
    ALL = 6


class Action(StrEnum):
    READ = "read"
    CREATE = "create"
    WRITE = "write"
    DELETE = "delete"
    EXPORT = "export"


class FieldRule(IntEnum):
    """What a profile leaves of one field. The largest of several profiles counts."""

    HIDDEN = 0
    READ = 1
    WRITE = 2


class Privacy(StrEnum):
    """What salespeople read of each other; for the profiles that say so."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Assigning(StrEnum):
    """Who may give a record to somebody else."""

    EVERYBODY = "everybody"
    TEAMS = "teams"
    MANAGERS = "managers"


@dataclass(frozen=True)
class Scope:
    """The rows that one action reaches: every one, or those of the person, of some teams and of some roles. Scopes only add up."""

    everything: bool = False
    own: bool = False
    teams: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()  # of people who have none but these

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.teams or self.roles)

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(self.everything or other.everything, self.own or other.own, self.teams | other.teams, self.roles | other.roles)


NO_ROWS = Scope()
EVERY_ROW = Scope(everything=True)
NO_RULES: Mapping[str, FieldRule] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Held:
    """The rights of one person, added up. Two are the same only when they are one object."""

    scopes: Mapping[tuple[str, Action], Scope] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldRule]] = field(default_factory=dict)
    assigning: Assigning = Assigning.EVERYBODY
    members: Mapping[int, frozenset[int]] = field(default_factory=dict)  # of each team that a scope names, its people
    lower: frozenset[int] = frozenset()  # the people whom a scope means that names roles

    def people(self, scope: Scope) -> frozenset[int]:
        """The keys of those whose records ``scope`` reaches by team or role."""
        found = frozenset[int]().union(*(self.members.get(team, ()) for team in scope.teams))
        return found | self.lower if scope.roles else found

    def scope(self, record_type: str, action: Action) -> Scope:
        return self.scopes.get((record_type, action), NO_ROWS)

    def rules(self, record_type: str) -> Mapping[str, FieldRule]:
        return self.fields.get(record_type, NO_RULES)


NOTHING_HELD = Held()


def added(scopes: Iterable[tuple[tuple[str, Action], Scope]]) -> dict[tuple[str, Action], Scope]:
    """The union by type and action."""
    total: dict[tuple[str, Action], Scope] = {}
    for what, scope in scopes:
        total[what] = total.get(what, NO_ROWS) | scope
    return total
