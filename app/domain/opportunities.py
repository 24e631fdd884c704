"""The life of an opportunity: its fixed statuses, apart from the steps of the firm's pipeline."""

from enum import StrEnum

from app.domain.errors import DomainError
from app.support.i18n import N_
from app.support.text import fold


class Status(StrEnum):
    TODO = "todo"
    STANDBY = "standby"
    WON = "won"
    LOST = "lost"
    CANCELLED = "cancelled"


# As people say them; folded. A step of such a name would be taken for what it is not.
_STATUS_WORDS = {
    *("to do", "todo", "standby", "stand by", "on hold", "won", "lost", "cancelled", "canceled"),
    *("a traiter", "en attente", "gagne", "gagnee", "perdu", "perdue", "annule", "annulee"),
    *("do obsluzenia", "do zrobienia", "odlozona", "odlozone", "wygrana", "wygrane", "przegrana", "przegrane", "anulowana", "anulowane"),
}


def is_status_word(text: str) -> bool:
    """Whether ``text`` alone names a status, in one of the three languages."""
    return " ".join(fold(text).replace("-", " ").split()) in _STATUS_WORDS


class Source(StrEnum):
    MANUAL = "manual"
    EMAIL = "email"
    FORWARD = "forward"
    BCC = "bcc"
    WEB_FORM = "web_form"


class ReasonOf(StrEnum):
    """Where a reason is offered."""

    LOST = "lost"
    CANCELLED = "cancelled"
    BOTH = "both"


OPEN = frozenset({Status.TODO, Status.STANDBY})
CLOSED = frozenset({Status.WON, Status.LOST, Status.CANCELLED})


def check_move(status: Status) -> None:
    """Steps move only while the opportunity is open."""
    if status not in OPEN:
        raise DomainError("closed", N_("This opportunity is closed. Reopen it before you move it to another step."))


def check_close(status: Status) -> None:
    """Only an open opportunity can be won, lost or cancelled."""
    if status not in OPEN:
        raise DomainError("already_closed", N_("This opportunity is closed already. Reopen it first."))


def check_renew(status: Status) -> None:
    """What is still being sold is not renewed yet."""
    if status not in CLOSED:
        raise DomainError("not_closed_yet", N_("This opportunity is open. Close it, then renew it."))


def check_reopen(status: Status) -> None:
    if status not in CLOSED:
        raise DomainError("not_closed", N_("This opportunity is open: there is nothing to reopen."))
