"""What a personal token may do: read, or read and change, by type of record; never more than its person may."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.support.i18n import N_


class Power(StrEnum):
    READ = "read"
    WRITE = "write"


EVERYTHING: Final = "*"
# The types that the API knows, and how a scope calls them.
TYPES: Final[dict[str, str]] = {
    "Account": N_("Accounts"),
    "Contact": N_("Contacts"),
    "Opportunity": N_("Opportunities"),
    "Task": N_("Tasks"),
    "TimelineEntry": N_("History"),
}
POWERS: Final[dict[Power, str]] = {Power.READ: N_("read"), Power.WRITE: N_("read and change")}
LIVES: Final = (7, 30, 90, 365)  # days


def allows(scopes: Mapping[str, str], record_type: str, power: Power) -> bool:
    """Whether one of ``scopes`` (type of record, or ``EVERYTHING``, → power) covers it; who may change may read."""
    given = {scopes.get(EVERYTHING), scopes.get(record_type)}
    return Power.WRITE in given or (power is Power.READ and Power.READ in given)
