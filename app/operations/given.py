"""What a person chose or typed for a remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import DomainError
from app.models import Alert, Team, User
from app.permissions.actor import Actor
from app.support import clock
from app.support.i18n import N_


@dataclass(frozen=True)
class Given:
    until: datetime | None = None
    text: str = ""
    competitor: str = ""
    to: User | Team | None = None

    def day(self) -> datetime:
        """``until``, which lies ahead; ``DomainError`` otherwise."""
        if self.until is None:
            raise DomainError("no_day", N_("Choose the day."))
        if self.until <= clock.now():
            raise DomainError("day_over", N_("This day is past. Choose a later one."))
        return self.until


# Does what a remedy says; returns when the alert asks again if its cause is still there.
Cure = Callable[[Alert, Given, Actor], datetime | None]
