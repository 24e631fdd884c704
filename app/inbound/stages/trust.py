"""May the sender act as the user whose address they show?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.messages import State
from app.extensions import db
from app.inbound.mime.authentication import authenticate
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.mime.understand import Understanding
from app.inbound.outcome import Verdict
from app.inbound.stages.directory import Intake, intakes_of
from app.inbound.stages.heirs import heir_of
from app.models import User
from app.models.crm_addresses import AddressKind
from app.operations.group import once
from app.operations.users import the_firm
from app.permissions.actor import Actor
from app.permissions.standing import actor_of


class Source(Protocol):
    """What of a mailbox says whom to believe."""

    @property
    def is_trusted(self) -> bool: ...
    @property
    def authserv_id(self) -> str | None: ...


@dataclass(frozen=True)
class Sender:
    """``user`` acts when they proved who they are; ``verdict`` ends the journey of the message instead."""

    user: User | None = None
    actor: Actor | None = None
    is_authenticated: bool = False
    verdict: Verdict | None = None
    team_id: int | None = None  # whose team decides about it, of a colleague who left


def secret_owners(addressed: Sequence[str], directory: Directory) -> list[Intake]:
    """The users' secret addresses among ``addressed``."""
    return [each for each in intakes_of(addressed, directory) if each.kind is AddressKind.USER]


def sender_of(mail: Mail, found: Understanding, directory: Directory, mailbox: Source) -> Sender:
    """Who acts. A trusted source needs no proof; otherwise an aligned pass of our own server, or the secret address."""
    servers = [mailbox.authserv_id] if mailbox.authserv_id else []
    is_passed = bool(servers) and authenticate(mail, servers, directory.domains).is_passed
    is_taught = found.form is not None and found.form.layout is not None  # whoever its notification names as author
    if found.user is None or is_taught:
        return Sender(is_authenticated=is_passed)
    user = once(("user", int(found.user)), lambda: db.session.get_one(User, int(found.user or 0)))
    name = str(user)
    if not user.active:
        heir, team_id = heir_of(user)
        return Sender(heir, verdict=Verdict(State.HELD, "inactive_user", {"sender": name}), team_id=team_id)
    owns_address = any(address.user_id == user.id for address in secret_owners(found.addressed, directory))
    if mailbox.is_trusted or is_passed or owns_address:
        version = once("firm", the_firm).rights_version
        return Sender(user, once(("actor", user.id), lambda: actor_of(user, db.session(), version)), is_authenticated=True)
    return Sender(user, verdict=Verdict(State.HELD, "not_authenticated", {"sender": name}))
