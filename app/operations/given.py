"""What a person chose or typed for a remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.models import Alert, Team, User
from app.permissions.actor import Actor


@dataclass(frozen=True)
class Given:
    until: datetime | None = None
    text: str = ""
    competitor: str = ""
    to: User | Team | None = None


# Does what a remedy says; returns when the alert asks again if its cause is still there.
Cure = Callable[[Alert, Given, Actor], datetime | None]
