"""Profiles, and to whom they come: by role, by team, by hand."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.rights import Action, FieldRule, Reach
from app.extensions import db
from app.models import Profile, Role, Team
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor, Level
from app.permissions.decide import require
from app.permissions.fields import is_governed
from app.permissions.rights import BASE, OUTSIDE, PARTNER, ROLES
from app.support.i18n import N_
from app.support.text import storable

KNOWN = {Level.ADMINISTRATOR.value, "Public", *ROLES}
_team: Any = Team
UNKNOWN = N_("“%(word)s” is no type, action, reach or field of this program. Nothing was saved.")
# What belongs to a record is read as far as the record itself.
FOLLOWERS = {"TimelineEntry": ("Attachment", "Appointment"), "IncomingMessage": ("Delivery",)}
OF_CONTACTS = {"ContactAddress": dict.fromkeys(("read", "create", "write", "delete"), "all"),
               "ContactPhone": dict.fromkeys(("read", "create", "write", "delete"), "all"), "Proposal": {"read": "all"}}


def _refuse(word: str) -> None:
    raise DomainError("unknown_right", UNKNOWN, word=word)


def _check(profile: Profile) -> None:
    for actions in profile.actions.values():
        for action, far in actions.items():
            if action not in set(Action) or far.upper() not in Reach.__members__:
                _refuse(f"{action} {far}")
    for record_type, rules in profile.fields.items():
        for name, rule in rules.items():
            if not is_governed(record_type, name, db.session()) or rule.upper() not in FieldRule.__members__:
                _refuse(f"{name} {rule}")


def _stays(profile: Profile) -> None:
    if profile.code is not None:
        raise DomainError("ready_made", N_("A ready-made profile stays: take it away from the roles and teams that have it instead."))


RULES[Profile] = Rules(check=_check, leaving=_stays)


def usual(code: str | None) -> dict[str, dict[str, str]]:
    """What goes without saying in the profile of that code, and in one of the firm's own: what everybody has, or everybody of another house."""
    rights = OUTSIDE if code == PARTNER else BASE
    return {name: {action.value: row.of(action).name.lower() for action in Action if row.of(action)} for name, row in rights.items()}


def completed(chosen: dict[str, dict[str, str]], known: dict[str, dict[str, str]], code: str | None = None) -> dict[str, dict[str, str]]:
    """``chosen`` on the screen with what goes without saying, and with what follows the types chosen."""
    total = usual(code) | known | chosen
    if chosen.get("Contact", {}).get("read", "none") != "none":
        total |= {name: known.get(name, actions) for name, actions in OF_CONTACTS.items()}
    for leader, followers in FOLLOWERS.items():
        total |= {name: total.get(name, {}) | {"read": chosen[leader].get("read", "none")} for name in followers if leader in chosen}
    return total


def _facts(role: Role) -> dict[str, Any]:
    return {"name": role.name, "above": role.above and role.above.name, "profiles": [str(profile) for profile in role.profiles]}


def _place(role: Role, values: Mapping[str, Any]) -> None:
    """Set the name, the role above and the profiles as far as ``values`` say them."""
    for name, value in values.items():
        setattr(role, name, list(value or ()) if name == "profiles" else value)
    role.name = storable(role.name).strip()
    if not role.name:
        raise DomainError("missing_value", N_("A required value is missing."))
    above, seen = role.above, {role}
    while above is not None:
        if above in seen:
            raise DomainError("circle", N_("A role cannot stand below itself. Choose another role above it."))
        seen.add(above)
        above = above.above
    db.session.flush()


@atomic
def make_role(values: Mapping[str, Any], *, actor: Actor) -> Role:
    """A role of the firm's own: ``name``, the role ``above`` and ``profiles``."""
    require(actor, Action.CREATE, Role)
    role = Role(name="")
    db.session.add(role)
    with db.session.no_autoflush:
        _place(role, values)
    record(actor, "create", role, after=_facts(role))
    return role


@atomic
def change_role(role: Role, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Change the ``name``, the place or the profiles of ``role``: everybody who has it has the rights of these, and no others by it."""
    require(actor, Action.WRITE, role)
    if role.name == Level.ADMINISTRATOR.value and values.get("profiles"):
        raise DomainError("administrator_may_all", N_("An administrator may do everything: this role needs no profile."))
    if role.name in KNOWN and values.get("name", role.name) != role.name:
        raise DomainError("ready_made", N_("A ready-made role keeps its name. Make a role of your own instead."))
    before = _facts(role)
    with db.session.no_autoflush:
        _place(role, values)
    record(actor, "update", role, before=before, after=_facts(role))


@atomic
def delete_role(role: Role, *, actor: Actor) -> None:
    """Only one that nobody has."""
    require(actor, Action.DELETE, role)
    if role.name in KNOWN:
        raise DomainError("ready_made", N_("A ready-made role stays. Who does not need it gives it to nobody."))
    if role.user or role.groups or db.session.scalars(select(Team.id).where(_team.roles.contains(role))).first():
        raise DomainError("in_use", N_("People or teams still have this role. Take it away from them first."))
    record(actor, "delete", role, before=_facts(role))
    db.session.delete(role)


@atomic
def give_profiles(user: Any, profiles: Iterable[Profile], *, actor: Actor) -> None:
    """Give one person ``profiles`` by hand, besides what comes by roles and teams."""
    require(actor, Action.WRITE, type(user))
    before = [str(profile) for profile in user.profiles]
    user.profiles = list(profiles)
    db.session.flush()
    record(actor, "update", user, before={"profiles": before}, after={"profiles": [str(profile) for profile in user.profiles]})
