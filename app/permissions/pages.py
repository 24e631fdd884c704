"""Which pages open: what FAB calls a permission on a view, in terms of actions on a type of record."""

from collections.abc import Callable, Mapping
from typing import Final

from app.domain.rights import Action
from app.permissions.actor import Actor, Level

ACTIONS: Final = {
    "can_list": Action.READ, "can_show": Action.READ, "can_export": Action.EXPORT, "can_add": Action.CREATE,
    "can_edit": Action.WRITE, "can_delete": Action.DELETE, "delete": Action.DELETE, "edit": Action.WRITE, "show": Action.READ,
    "list": Action.READ,
}
# Pages that are no record type, and who opens them besides administrators. The menu entry goes with the page.
_EVERYBODY = (Level.TEAM_MANAGER, Level.USER)
PAGES: Final[dict[str, tuple[Level, ...]]] = dict.fromkeys(("Today", "Summary", "Me", "Search", "Board", "Work", "OwnResults"), _EVERYBODY)
OPEN_TO_ALL: Final = ("LocaleView", "ResetMyPasswordView")  # whoever signs in
# What shows an entry of the menu, where it is not reading: a verdict is read by many, said by few; a place is had by many, given by few.
ENTERED_BY: Final = {"RowVerification": "can_add", "OrderAssignment": "can_add"}
ENTRY_OF: Final = {"My order": "can_add"}  # rows are read by those too who enter none
EMPTY_WITHOUT: Final = {"Board": "Opportunity", "Campaign": "Opportunity"}  # pages that say nothing to whoever sees none of these
ADMINISTRATION: Final = ("Settings", "Security")  # areas of the menu that nobody else is shown

May = Callable[[str, Action], bool]


def opens(may: May, permission: str, subject: str) -> bool:
    """Whether a page opens to somebody who ``may`` do those actions; ``permission`` and ``subject`` are FAB's two names."""
    if subject in PAGES or subject in OPEN_TO_ALL:
        return True
    action = ACTIONS.get(permission)
    return action is not None and may(subject, action)


def entries(may: May, menu: Mapping[str, str], areas: Mapping[str, list[str]]) -> set[str]:
    """The menu entries and areas to show: ``menu`` names the record type behind an entry, ``areas`` the entries of an area."""
    hidden = {entry for area in ADMINISTRATION for entry in areas.get(area, ())}
    said = {name: subject for name, subject in menu.items() if name not in hidden and not _is_empty(may, subject)}
    found = {name for name, subject in said.items() if opens(may, ENTRY_OF.get(name) or ENTERED_BY.get(subject, "can_list"), subject)}
    return found | {area for area, children in areas.items() if found & set(children)}


def _is_empty(may: May, subject: str) -> bool:
    if subject == "OwnResults":  # of those who collect for others; whoever makes orders has the state of them
        return may("Order", Action.CREATE) or not may("ProspectRow", Action.READ)
    return subject in EMPTY_WITHOUT and not may(EMPTY_WITHOUT[subject], Action.READ)


def powers(actor: Actor) -> May:
    """What ``actor`` may do with at least one record of a type."""
    return lambda record_type, action: bool(actor.scope(record_type, action))
