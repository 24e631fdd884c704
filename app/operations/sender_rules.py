"""Rules for senders: who may teach what, and about whom there can be none."""

from sqlalchemy import func, select

from app.domain.errors import DomainError, Forbidden
from app.domain.free_mail import is_everybodys
from app.domain.sender_rules import Effect, normal_sender
from app.extensions import db
from app.models import CrmAddress, Firm, IncomingMessage, SenderRule, User, UserAddress
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support.i18n import N_


def check_sender(sender: str) -> None:
    """Refuse what no rule may be about: what is ours, and domains that are everybody's."""
    domain = sender.rpartition("@")[2]
    if "@" not in sender and is_everybodys(domain):
        raise DomainError(
            "everybodys_domain", N_("Everybody writes from %(domain)s, your customers too. Make a rule for one address."), domain=domain
        ).of("sender")
    with acting(SYSTEM):
        firm = db.session.get_one(Firm, 1)
        is_ours = any(domain == ours or domain.endswith("." + ours) for ours in firm.domains)
        is_ours = is_ours or domain == firm.crm_address("x").rpartition("@")[2] or sender == firm.sender_address.lower()
        for column in (func.lower(User.email), UserAddress.address, CrmAddress.address):
            is_ours = is_ours or db.session.scalars(select(column).where(column == sender).limit(1)).first() is not None
    if is_ours:
        raise DomainError(
            "own_sender", N_("%(sender)s is ours. Colleagues are recognised by proof, never by a rule."), sender=sender
        ).of("sender")


def _check(rule: SenderRule) -> None:
    sender = normal_sender(rule.sender or "")
    if sender is None:
        raise DomainError("no_sender", N_("Type an address such as eve@shop.example, or a domain such as shop.example.")).of("sender")
    rule.sender = sender
    check_sender(sender)


def _prepare(rule: SenderRule, actor: Actor) -> None:
    """Whoever may not change rules teaches one thing only: that a person is one."""
    is_modest = rule.effect is Effect.PERSON and "@" in (rule.sender or "")
    if not is_modest and not is_allowed(actor, Action.WRITE, SenderRule):
        raise Forbidden


RULES[SenderRule] = Rules(prepare=_prepare, check=_check)


@atomic
def teach(sender: str, effect: Effect, *, message: IncomingMessage | None = None, note: str = "", actor: Actor) -> tuple[SenderRule, bool]:
    """The rule for ``sender``, and whether it is new; one that is there already takes the new effect."""
    known = db.session.scalars(select(SenderRule).where(SenderRule.sender == (normal_sender(sender) or ""))).first()
    if known is None:
        values = {"sender": sender, "effect": effect, "note": note, "message_id": message.id if message else None}
        return records.create(SenderRule, values, actor=actor), True
    if known.effect is not effect or not known.is_active or known.archived_at is not None:
        records.restore(known, actor=actor)
        records.update(known, {"effect": effect, "is_active": True}, actor=actor)
    return known, False


@atomic
def switch(rule: SenderRule, *, is_active: bool, actor: Actor) -> None:
    """Let ``rule`` count, or not."""
    records.update(rule, {"is_active": is_active}, actor=actor)
