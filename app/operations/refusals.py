"""What somebody tried and may not do: an administrator must be able to see it."""

from app.domain.errors import ForbiddenField
from app.operations.transaction import atomic, record_refusal
from app.permissions.actor import Actor


@atomic
def note_refused_field(refused: ForbiddenField, *, actor: Actor) -> None:
    """Somebody sent a value for a field that is hidden from them, or that they may only read."""
    record_refusal(actor, refused)
