"""Alerts: what has been left undone, which rule says so, and what can be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.errors import DomainError
from app.domain.orders import Seat
from app.support.i18n import N_

LONGEST_REASON: Final = 200


class Rule(StrEnum):
    STAGNANT = "stagnant"
    UNTOUCHED = "untouched"
    WOKEN = "woken"
    UNASSIGNED = "unassigned"
    LATE_TASK = "late_task"
    BAD_ADDRESS = "bad_address"
    DOUBLE_ACCOUNT = "double_account"
    DOUBLE_CONTACT = "double_contact"
    MAILBOX = "mailbox"
    HELD = "held"
    REJECTED_ROW = "rejected_row"
    ROWS_WAIT = "rows_wait"
    ORDER_LATE = "order_late"
    ORDER_LEFT = "order_left"
    SILENT_PROSPECT = "silent_prospect"


class AlertState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    AUTO_CLOSED = "auto_closed"


class Remedy(StrEnum):
    MOVE = "move"
    PLAN = "plan"
    STANDBY = "standby"
    LOSE = "lose"
    CANCEL = "cancel"
    HEED = "heed"
    GIVE = "give"
    TAKE = "take"
    FINISH = "finish"
    RESCHEDULE = "reschedule"
    DROP = "drop"
    DROP_ADDRESS = "drop_address"
    NOT_DOUBLE = "not_double"
    ARCHIVE = "archive"
    TEST = "test"
    IGNORE = "ignore"
    ASK = "ask"
    DISCARD = "discard"
    ADD_VERIFIER = "add_verifier"
    SAMPLE = "sample"
    ADD_OPERATOR = "add_operator"
    MOVE_DATE = "move_date"
    RENEW = "renew"
    REPORT = "report"
    ABANDON = "abandon"


OFFERED: Final[Mapping[Rule, tuple[Remedy, ...]]] = {
    Rule.STAGNANT: (Remedy.MOVE, Remedy.PLAN, Remedy.STANDBY, Remedy.LOSE, Remedy.CANCEL),
    Rule.UNTOUCHED: (Remedy.STANDBY, Remedy.PLAN),
    Rule.WOKEN: (Remedy.HEED, Remedy.STANDBY, Remedy.LOSE, Remedy.CANCEL),
    Rule.UNASSIGNED: (Remedy.GIVE, Remedy.TAKE),
    Rule.LATE_TASK: (Remedy.FINISH, Remedy.RESCHEDULE, Remedy.GIVE, Remedy.DROP),
    Rule.BAD_ADDRESS: (Remedy.DROP_ADDRESS,),
    Rule.DOUBLE_ACCOUNT: (Remedy.NOT_DOUBLE, Remedy.ARCHIVE),
    Rule.DOUBLE_CONTACT: (Remedy.NOT_DOUBLE, Remedy.ARCHIVE),
    Rule.MAILBOX: (Remedy.TEST,),
    Rule.HELD: (Remedy.IGNORE,),
    Rule.REJECTED_ROW: (Remedy.ASK, Remedy.DISCARD),
    Rule.ROWS_WAIT: (Remedy.ADD_VERIFIER, Remedy.SAMPLE),
    Rule.ORDER_LATE: (Remedy.ADD_OPERATOR, Remedy.MOVE_DATE),
    Rule.ORDER_LEFT: (Remedy.ADD_OPERATOR,),
    Rule.SILENT_PROSPECT: (Remedy.RENEW, Remedy.REPORT, Remedy.ABANDON),
}


class Unit(StrEnum):
    """In what the threshold of a rule is counted."""

    NONE = "none"
    TIMES = "times"  # of the days that a step allows: then the managers hear of it too
    DAYS = "days"
    WORKDAYS = "workdays"
    WORKING_HOURS = "working_hours"
    MINUTES = "minutes"
    PERCENT = "percent"  # behind what the time that is over asks for


@dataclass(frozen=True)
class Nature:
    """What a rule looks at (a column of the alert, less ``_id``), its threshold as it comes, and whether the morning email tells it."""

    subject: str
    unit: Unit = Unit.NONE
    threshold: int | None = None
    is_mailed: bool = False


NATURES: Final[Mapping[Rule, Nature]] = {
    Rule.STAGNANT: Nature("opportunity", Unit.TIMES, 2, is_mailed=True),
    Rule.UNTOUCHED: Nature("opportunity", Unit.WORKDAYS, 3, is_mailed=True),
    Rule.WOKEN: Nature("opportunity", Unit.DAYS, 2),
    Rule.UNASSIGNED: Nature("opportunity", Unit.WORKING_HOURS, 4, is_mailed=True),
    Rule.LATE_TASK: Nature("task", Unit.DAYS, 3),
    Rule.BAD_ADDRESS: Nature("contact"),
    Rule.DOUBLE_ACCOUNT: Nature("account"),
    Rule.DOUBLE_CONTACT: Nature("contact"),
    Rule.MAILBOX: Nature("mailbox", Unit.MINUTES, 15, is_mailed=True),
    Rule.HELD: Nature("message", Unit.WORKDAYS, 1),
    Rule.REJECTED_ROW: Nature("row", Unit.DAYS, 1),
    Rule.ROWS_WAIT: Nature("order", Unit.DAYS, 2),
    Rule.ORDER_LATE: Nature("order", Unit.PERCENT, 20, is_mailed=True),
    Rule.ORDER_LEFT: Nature("order", Unit.DAYS, 1),
    Rule.SILENT_PROSPECT: Nature("engagement", Unit.DAYS, 91),
}
MOST: Final[Mapping[Unit, int]] = {
    Unit.NONE: 0, Unit.TIMES: 20, Unit.DAYS: 365, Unit.WORKDAYS: 60, Unit.WORKING_HOURS: 200, Unit.MINUTES: 1440, Unit.PERCENT: 90,
}
SUBJECTS: Final = tuple(dict.fromkeys(nature.subject for nature in NATURES.values()))
WAITING: Final = frozenset({AlertState.OPEN, AlertState.TAKEN})  # somebody is to act
UNSETTLED: Final = WAITING | {AlertState.SNOOZED}
MANY_WAIT: Final = 200  # rows that wait for a verifier
# Who in an order hears of it, beside the person of the alert.
HEARD_BY: Final[Mapping[Rule, tuple[Seat, ...]]] = {
    Rule.ROWS_WAIT: (Seat.VERIFIER, Seat.COORDINATOR), Rule.ORDER_LATE: (Seat.SUPERVISOR, Seat.COORDINATOR, Seat.PRINCIPAL),
    Rule.ORDER_LEFT: (Seat.COORDINATOR,),
}


def check_unsettled(state: AlertState, is_over: bool) -> None:
    """Only an alert that waits, or was put off, can be acted upon."""
    if is_over or state not in UNSETTLED:
        raise DomainError("alert_over", N_("This alert is settled already. The page shows what is so now."))


def check_threshold(unit: Unit, threshold: int | None) -> None:
    """A threshold is a whole number from one to what still makes sense for ``unit``; a rule without a unit has none."""
    if unit is Unit.NONE:
        if threshold is not None:
            raise DomainError("no_threshold", N_("This rule has no threshold: leave it empty."))
    elif threshold is None or not 1 <= threshold <= MOST[unit]:
        raise DomainError("bad_threshold", N_("The threshold is a whole number from 1 to %(most)s."), most=MOST[unit])
