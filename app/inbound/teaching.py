"""What a person teaches from one message: that its sender is a real prospect, or is never wanted again."""

from app.domain.errors import DomainError, Refusal
from app.domain.messages import State
from app.domain.sender_rules import Effect
from app.inbound import decisions
from app.inbound.mime.understand import Kind
from app.models import IncomingMessage, SenderRule
from app.operations import records, sender_rules
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action

TEACHABLE = frozenset({Kind.LIST, Kind.AUTO_REPLY, Kind.INBOUND, Kind.REPLY, Kind.FORM, Kind.CALENDAR})
NO_SENDER_TO_TEACH = frozenset({"not_authenticated", "inactive_user", "own", "loop", "robot"})


def can_teach(message: IncomingMessage) -> bool:
    """Whether ``message`` came from somebody outside about whom a rule can say something."""
    if message.state not in (State.HELD, State.IGNORED) or message.reason in NO_SENDER_TO_TEACH or not message.sender_address:
        return False
    try:
        sender_rules.check_sender(message.sender_address)
    except DomainError:
        return False
    return message.kind in TEACHABLE


def real_prospect(message: IncomingMessage, *, contact_values: dict[str, str] | None = None, actor: Actor) -> SenderRule:
    """Make an opportunity of ``message`` at once, and let the sender through from now on.

    When the opportunity cannot be made, nothing is taught.
    """
    require(actor, Action.WRITE, message)
    rule, is_new = sender_rules.teach(message.sender_address, Effect.PERSON, message=message, actor=actor)
    try:
        decisions.create_opportunity(message, contact_values=contact_values, actor=actor)
    except Refusal:
        if is_new:
            records.delete(rule, actor=actor)
        raise
    return rule


def block(message: IncomingMessage, *, is_domain: bool, note: str = "", actor: Actor) -> SenderRule:
    """Set aside what the sender of ``message``, or everybody of their domain, writes from now on; ``message`` itself too."""
    require(actor, Action.WRITE, message)
    sender = message.sender_address.rpartition("@")[2] if is_domain else message.sender_address
    rule, _ = sender_rules.teach(sender, Effect.BLOCK, message=message, note=note, actor=actor)
    if message.state is State.HELD:
        decisions.ignore(message, actor=actor)
    return rule
