"""Kinds of action of the firm's own: what must be true of one."""

from app.domain.action_types import COUNTS_AS
from app.domain.errors import DomainError
from app.domain.timeline import Kind
from app.models import ActionType
from app.operations.records import RULES, Rules
from app.permissions.actor import Actor
from app.support.i18n import N_


def _prepare(item: ActionType, actor: Actor) -> None:
    item.kind = item.kind or Kind.NOTE


def _check(item: ActionType) -> None:
    if item.kind not in COUNTS_AS:
        raise DomainError("not_of_a_person", N_("A kind of action counts as a note, a call or an appointment."))


RULES[ActionType] = Rules(prepare=_prepare, check=_check)
