"""Prospecting orders: who has which place in them, what a row may become, and which attributes a row has."""

from enum import StrEnum
from typing import Final

from app.domain.errors import DomainError
from app.support.i18n import N_


class OrderState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed_final"


class Seat(StrEnum):
    """What a person is in one order."""

    PRINCIPAL = "principal"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    VERIFIER = "verifier"


class Checking(StrEnum):
    """Which rows somebody verifies."""

    NONE = "none"
    SAMPLE = "sample"
    ALL = "all"
    DOUBLE = "double_entry"


class RowState(StrEnum):
    DRAFT = "draft"
    ENTERED = "entered"  # of an order, or of a part of it, that nobody verifies
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    CONVERTED = "converted"
    DISCARDED = "discarded"


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class OrderLinkKind(StrEnum):
    CONTINUES = "continues"
    SPLITS = "splits"
    SHARES = "shares_rows"


class LegalBasis(StrEnum):
    INTEREST = "legitimate_interest"
    CONSENT = "consent"
    CONTRACT = "contract"
    DUTY = "legal_duty"


class CallResult(StrEnum):
    REACHED = "reached"
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    CALL_BACK = "call_back"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


# Below whom each place stands; the first that the order has is taken.
ABOVE: Final[dict[Seat, tuple[Seat, ...]]] = {
    Seat.PRINCIPAL: (),
    Seat.COORDINATOR: (Seat.PRINCIPAL,),
    Seat.SUPERVISOR: (Seat.COORDINATOR, Seat.PRINCIPAL),
    Seat.OPERATOR: (Seat.SUPERVISOR, Seat.COORDINATOR, Seat.PRINCIPAL),
    Seat.VERIFIER: (Seat.COORDINATOR, Seat.PRINCIPAL),
}
STEERING: Final = (Seat.PRINCIPAL, Seat.COORDINATOR)  # of the whole order

WAITING: Final = (RowState.SUBMITTED, RowState.CORRECTED)  # for a verifier
DONE: Final = (RowState.ENTERED, RowState.VERIFIED)  # good to be converted or handed over
COUNTED: Final = (RowState.ENTERED, RowState.SUBMITTED, RowState.CORRECTED, RowState.VERIFIED, RowState.CONVERTED)  # towards the target
EDITABLE: Final = (RowState.DRAFT, RowState.ENTERED, RowState.SUBMITTED, RowState.REJECTED, RowState.CORRECTED)

STANDARD: Final = (
    "nip", "pkd", "regon", "name", "street", "house", "postcode", "city", "voivodeship", "activity", "website", "email", "phone", "mobile",
    "fax", "headcount", "source1", "source2", "source3", "source4", "remarks",
)
FURTHER: Final = ("siren", "person")  # beside the 21 of the standard
ATTRIBUTES: Final = (*STANDARD, *FURTHER)
SOURCES: Final = ("source1", "source2", "source3", "source4")
DEDUPED: Final = ("nip", "regon", "siren", "email", "phone", "name")  # by which two rows are found to be one company
USUAL_KEYS: Final = ("nip", "regon", "siren", "email", "phone")
HEADCOUNTS: Final = ("0", "1-9", "10-49", "50-249", "250-")
PERSONAL: Final = ("name", "email", "phone", "mobile", "fax", "person", "street", "house", "activity", "website", "nip", "regon", "siren", "remarks", *SOURCES)
PER_CENT: Final = 100
SPOKEN: Final = (CallResult.REACHED, CallResult.INTERESTED, CallResult.NOT_INTERESTED)  # results of a call from which a row is kept anew
OBJECTION, TERM_OVER = "objection", "term"  # why what was known of a row is gone
EMPTIED: Final = (OBJECTION, TERM_OVER)
KEPT_FROM, KEPT_TO = 1, 240  # months

CLOSED = N_("This order is closed for you: its rows can be read, not changed. Ask whoever closed it to reopen it.")


def state_after_saving(before: RowState, *, is_checked: bool) -> RowState:
    """Where a complete row goes that its operator hands in; ``is_checked`` says whether somebody verifies it."""
    if before in (RowState.REJECTED, RowState.CORRECTED):
        return RowState.CORRECTED
    if before in EDITABLE:
        return RowState.SUBMITTED if is_checked else RowState.ENTERED
    return refuse_change(before)


def refuse_change(state: RowState) -> RowState:
    """Raise for a row that cannot be changed any more."""
    if state is RowState.CONVERTED:
        raise DomainError("row_converted", N_("This row became an account. Change it there."))
    if state is RowState.DISCARDED:
        raise DomainError("row_discarded", N_("This row was left out. Bring it back first."))
    if state is RowState.VERIFIED:
        raise DomainError("row_verified", N_("This row is verified and cannot be changed any more. Ask the verifier to reject it."))
    return state


def check_verdict(state: RowState) -> None:
    """Only what waits is judged."""
    if state not in WAITING:
        raise DomainError("row_not_waiting", N_("This row does not wait for verification. Somebody may have been faster."))


def check_conversion(state: RowState) -> None:
    """Only what is entered or verified is made an account."""
    if state is RowState.CONVERTED:
        raise DomainError("row_converted_already", N_("This row is converted already."))
    if state not in DONE:
        raise DomainError("row_not_done", N_("Only a verified row can be converted, or an entered one where nobody verifies."))


def is_drawn(number: int, per_cent: int) -> bool:
    """Whether the row ``number`` of an order is in its sample: spread evenly, and the same whoever asks."""
    return (number * per_cent) // PER_CENT != ((number - 1) * per_cent) // PER_CENT
