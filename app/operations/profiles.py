"""Profiles, and to whom they come: by role, by team, by hand."""

from collections.abc import Iterable
from typing import Any

from app.domain.errors import DomainError
from app.domain.rights import Action, FieldRule, Reach
from app.extensions import db
from app.models import Profile, Role
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor, Level
from app.permissions.decide import require
from app.permissions.fields import FIELDS
from app.permissions.rights import BASE
from app.support.i18n import N_

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
            if name not in FIELDS.get(record_type, ()) or rule.upper() not in FieldRule.__members__:
                _refuse(f"{name} {rule}")


def _stays(profile: Profile) -> None:
    if profile.code is not None:
        raise DomainError("ready_made", N_("A ready-made profile stays: take it away from the roles and teams that have it instead."))


RULES[Profile] = Rules(check=_check, leaving=_stays)


def completed(chosen: dict[str, dict[str, str]], known: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """``chosen`` on the screen with what goes without saying: what everybody has, and what follows the types chosen."""
    total = {name: {a.value: rights.of(a).name.lower() for a in Action if rights.of(a)} for name, rights in BASE.items()} | known | chosen
    if chosen.get("Contact", {}).get("read", "none") != "none":
        total |= {name: known.get(name, actions) for name, actions in OF_CONTACTS.items()}
    for leader, followers in FOLLOWERS.items():
        total |= {name: {"read": chosen[leader].get("read", "none")} for name in followers if leader in chosen}
    return total


@atomic
def map_role(role: Role, profiles: Iterable[Profile], *, actor: Actor) -> None:
    """Give everybody who has ``role`` the rights of ``profiles``, and no others by it."""
    require(actor, Action.WRITE, Role)
    if role.name == Level.ADMINISTRATOR.value:
        raise DomainError("administrator_may_all", N_("An administrator may do everything: this role needs no profile."))
    before = [str(profile) for profile in role.profiles]
    role.profiles = list(profiles)
    db.session.flush()
    record(actor, "update", role, before={"profiles": before}, after={"profiles": [str(profile) for profile in role.profiles]})


@atomic
def give_profiles(user: Any, profiles: Iterable[Profile], *, actor: Actor) -> None:
    """Give one person ``profiles`` by hand, besides what comes by roles and teams."""
    require(actor, Action.WRITE, type(user))
    before = [str(profile) for profile in user.profiles]
    user.profiles = list(profiles)
    db.session.flush()
    record(actor, "update", user, before={"profiles": before}, after={"profiles": [str(profile) for profile in user.profiles]})
