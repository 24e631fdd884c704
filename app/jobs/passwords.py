"""Forgotten passwords."""

from app.outbound import password_letters
from app.permissions.actor import SYSTEM


def tell(reset_id: int) -> None:
    """Write the mail that was asked for, unless it was written already or there is nobody to write to."""
    password_letters.tell(reset_id, actor=SYSTEM)
