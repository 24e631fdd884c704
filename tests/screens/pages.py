"""Every page that a browser can show, from the program's own URL map; and the states that an address alone brings."""

from dataclasses import dataclass

from flask import Flask

from app.permissions.actor import Level
from tests.promises.doors import doors_of
from tests.promises.firm import Records

# What answers with a file, with data, or leads on at once.
NO_PAGE = ("static", ".alike", ".words", ".export", ".export_csv", ".lookup", ".others", ".value", ".download", ".raw", ".delivery_raw", ".file", ".changed",
           ".back", ".begin", ".stop", "LocaleView.index", "MentionView.list", ".logout", ".news", ".manifest", ".worker",
           "MailLinkView.show", "PasswordResetView.choose")  # needs a link that works: the journey of a whole day looks at it


@dataclass(frozen=True)
class Page:
    """``reader`` is the level that looks; nobody is a stranger."""

    name: str
    url: str
    reader: Level


def pages_of(app: Flask, firm: Records) -> list[Page]:
    """Each address once, as the administrator sees it; a few as others do; the public ones as a stranger."""
    found: dict[str, Page] = {}
    with app.app_context():
        for door in doors_of(app, firm):
            if door.method != "GET" or door.owner not in (None, "own") or door.endpoint.endswith(NO_PAGE):
                continue
            stranger = door.endpoint.startswith(("PublicFormView", "AuthDBView", "PasswordResetView", "ShellView"))
            found.setdefault(door.endpoint, Page(door.endpoint, door.url, Level.NOBODY if stranger else Level.ADMINISTRATOR))
    return [*found.values(), *_states(firm)]


def _states(firm: Records) -> list[Page]:
    own = {noun: keys["own"] for noun, keys in firm.keys.items()}
    deal, salesperson, manager = own["Opportunity"], Level.USER, Level.TEAM_MANAGER
    asked = [
        ("list, as one who sells", "/opportunityview/list/", salesperson),
        ("list, nothing found", "/opportunityview/list/?_flt_0_title=qqq", salesperson),
        ("list, filtered", "/opportunityview/list/?_flt_0_status=todo&_flt_0_title=szansa", manager),
        ("list, one of several", "/opportunityview/list/?_any_1=_flt_0_status%3Dtodo%7C_flt_2_title%3Dszansa%26_flt_1_amount%3D5&joins=_any_1", manager),
        ("list, archived", "/contactview/list/?archived=1", manager),
        ("today", "/today/", salesperson),
        ("today, one chosen", f"/today/?item=o{deal}", salesperson),
        ("board, as a manager", "/board/", manager),
        ("search, found", "/search/?q=wlasnezubr", salesperson),
        ("record, as one who sells", f"/opportunityview/show/{deal}", salesperson),
        ("mail held, as one who sells", f"/incomingmail/show/{own['IncomingMessage']}", salesperson),
        ("one value", f"/opportunityview/value/{deal}?of=amount", salesperson),
        ("list, extended", "/opportunityview/list/?layout=extended", salesperson),
        ("not there", "/no-such-page", salesperson),
        ("not allowed", "/auditview/list/", salesperson),
        ("results, by campaign", "/results/?by=campaign", manager),
    ]
    return [Page(name, url, reader) for name, url, reader in asked]
