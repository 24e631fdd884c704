"""What each address of the program asks for, written down a second time: a new address without a rule here fails the build.

The standard pages of a noun (list, show, add …) need none: their rule follows from the noun. Every other address says which
record it names, and which right on it (and on other types) opens it.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

from app.domain.rights import Action

R, C, W, D, E = Action.READ, Action.CREATE, Action.WRITE, Action.DELETE, Action.EXPORT


@dataclass(frozen=True)
class Rule:
    """``record_type`` and ``action`` open it; ``names`` says that the address carries the key of such a record."""

    record_type: str = ""
    action: Action = R
    names: bool = True
    also: tuple[tuple[str, Action], ...] = ()
    form: tuple[tuple[str, Any], ...] = ()
    is_public: bool = False  # whoever comes: it shows nothing of records
    is_own: bool = False  # whoever is signed in: it shows what is theirs
    is_administration: bool = False  # administrators alone
    is_of_people: bool = False  # it names a person: oneself, whom one manages, or anybody for administrators
    refuses_in_words: bool = False  # a bulk action goes on with the rest and names what it left alone


PUBLIC = Rule(names=False, is_public=True)
OWN = Rule(names=False, is_own=True)
ADMIN = Rule(names=False, is_administration=True)

STANDARD: Final[dict[str, Any]] = {
    "list": lambda noun: Rule(noun, R, names=False), "lookup": lambda noun: Rule(noun, R, names=False),
    "show": lambda noun: Rule(noun, R), "changed": lambda noun: Rule(noun, R),
    "add": lambda noun: Rule(noun, C, names=False), "edit": lambda noun: Rule(noun, W), "value": lambda noun: Rule(noun, W),
    "delete": lambda noun: Rule(noun, D), "export": lambda noun: Rule(noun, E, names=False),
    "export_csv": lambda noun: Rule(noun, E, names=False),
    # the API
    "get_list": lambda noun: Rule(noun, R, names=False), "get": lambda noun: Rule(noun, R), "post": lambda noun: Rule(noun, C, names=False),
    "put": lambda noun: Rule(noun, W),
}
# Row and bulk actions: name → right on the record.
ACTS: Final = {
    "muldelete": D, "archive": W, "restore": W, "unlock_sign_in": W, "end_sessions": W, "reset_factor": W, "revoke_tokens": W,
    "access": R, "work": R, "view_as": W,
    "enable": W, "disable": W, "finish": W, "give_many": W, "merge_two": W, "hand_chosen": R,
}


def _written(noun: str, *names: str, **more: Any) -> dict[str, Rule]:
    return {f"{noun}View.{name}": Rule(noun, W, **more) for name in names}


HELD: Final = ("Account", "Contact", "Engagement", "Opportunity", "Task")
_TEXT = (("body", "x"),)
_REASON = (("reason", "x"),)
_WRITES_MAIL = (("OutgoingMail", C),)
_WRITES_HISTORY = (("TimelineEntry", C),)
SPECIAL: Final[dict[str, Rule]] = {
    # whoever comes
    **dict.fromkeys((
        "static", "bootstrap.static", "appbuilder.static", "AuthDBView.login", "AuthDBView.second", "AuthDBView.logout", "HomeView.index",
        "LocaleView.index", "UtilView.back", "ViewAsView.stop", "OidcView.begin", "OidcView.back", "PasskeySignInView.options",
        "PasskeySignInView.prove", "ShellView.manifest", "ShellView.worker", "ShellView.offline", "ShellView.accessibility",
        "PublicFormView.form", "PublicFormView.submit", "PublicFormView.thanks", "SummaryView.stop", "CalendarFeedView.feed",
        "MailLinkView.show", "MailLinkView.act", "PasswordResetView.ask", "PasswordResetView.choose",
    ), PUBLIC),
    # one's own pages
    **dict.fromkeys((
        "TodayView.list", "BoardView.list", "SearchView.list", "SummaryView.list", "SummaryView.day", "SummaryView.preview", "MeView.list",
        "MeView.address", "MeView.habits", "MeView.start", "MeView.summary", "MeView.sessions", "SecondFactorView.show", "SecondFactorView.start",
        "SecondFactorView.confirm", "SecondFactorView.codes", "SecondFactorView.remove", "ResetMyPasswordView.this_form_get",
        "PasskeyView.show", "PasskeyView.new", "PasskeyView.add", "PasskeyView.remove",
        "ResetMyPasswordView.this_form_post", "ApiTokenView.show", "ApiTokenView.create", "ApiTokenView.revoke", "WorkView.list",
        "MentionView.list", "ColleaguesView.list", "OwnResultsView.list",
        "CalendarFeedView.show", "CalendarFeedView.renew", "CalendarFeedView.revoke",
        "ListViewsView.columns", "ListViewsView.save", "ListViewsView.delete",
        "BulkView.choose", "BulkView.start", "BulkView.show", "BulkView.state", "BulkView.undo",  # asked for keys of one's own
        "ImportView.list", "ImportView.new",
        *(f"ImportView.{name}" for name in ("show", "columns", "run", "stop", "undo", "state", "refused")),  # asked for keys of one's own
        "WorkView.moved", "WorkView.back", "WorkView.undeputy",  # asked for keys that no row has
    ), OWN),
    **{f"WorkView.{name}": Rule("User", R, is_of_people=True) for name in ("person", "move", "leave", "deputy")},
    # administration
    **dict.fromkeys(("AccessView.person", "AccessView.record", "CrmAddressView.renew"), ADMIN),
    "FormLayoutView.teach": Rule("FormLayout", C, names=False), "FormLayoutView.test": Rule("FormLayout", W),
    **_written("Mailbox", "backfill", "backfill_stop", "replay", "replay_stop", "selftest"),
    "ProviderSignInView.begin": Rule("Mailbox", W), "ProviderSignInView.back": Rule("Mailbox", W, names=False),
    "StartView.list": Rule("Firm", R, names=False),
    "TeamView.tree": Rule("Team", R, names=False),
    # records
    **_written("Opportunity", "standby", "win", "reopen", "renew", "move", "move_to", "star"),
    **{f"{noun}View.{name}": Rule(noun, W) for noun in HELD for name in ("give", "release")},
    **{f"{noun}View.give_chosen": Rule(noun, W, refuses_in_words=True) for noun in HELD},
    **{f"{noun}View.take": Rule(noun, R) for noun in HELD},  # what nobody owns, of those in sight
    **{f"{noun}Api.{name}": Rule(noun, W) for noun in ("Account", "Contact", "Opportunity", "Task") for name in ("give", "release")},
    **{f"{noun}Api.take": Rule(noun, R) for noun in ("Account", "Contact", "Opportunity", "Task")},
    **{f"{noun}View.{name}": Rule(noun, W) for noun in ("Account", "Contact", "Opportunity") for name in ("merge", "unmerge")},
    **{f"{noun}View.alike": Rule(noun, C, names=False) for noun in ("Account", "Contact", "Opportunity")},
    **{f"AppointmentView.{name}": Rule("TimelineEntry", W) for name in ("edit", "call_off", "done")},
    "ResultsView.list": Rule("Opportunity", R, names=False),
    "OpportunityView.words": Rule("Opportunity", R, names=False),
    "ContactView.book": Rule("Contact", W), "OpportunityView.book": Rule("Opportunity", W),
    **_written("Opportunity", "start_follow_up", "stop_follow_up"),
    **_written("Opportunity", "write", also=_WRITES_MAIL), **_written("Engagement", "write", also=_WRITES_MAIL),
    "ContactView.write": Rule("Contact", R, also=_WRITES_MAIL),
    **_written("Engagement", "note", form=_TEXT), **_written("Engagement", "renew"), **_written("Engagement", "abandon", form=_REASON),
    **_written("Opportunity", "note", "call", form=_TEXT), **_written("Opportunity", "lose", "cancel", form=_REASON),
    **{f"{noun}View.{name}": Rule(noun, W, form=(("proposal", 1),)) for noun in ("Account", "Contact") for name in ("accept", "dismiss")},
    **{f"{noun}View.note": Rule(noun, R, also=_WRITES_HISTORY, form=_TEXT) for noun in ("Account", "Contact")},
    "MentionView.seen": Rule("TimelineEntry", R), "EntryView.move": Rule("TimelineEntry", W),
    "TaskView.done": Rule("Task", W), "AttachmentView.download": Rule("Attachment", R),
    "ActivityView.list": Rule("TimelineEntry", R, names=False), "ActivityView.news": Rule("TimelineEntry", R, names=False),
    "AlertView.list": Rule("Alert", R, names=False),
    **{f"AlertView.{name}": Rule("Alert", W, form=form) for name, form in
       (("take", ()), ("snooze", ()), ("dismiss", _REASON), ("remedy", (("remedy", "heed"),)))},
    # prospecting orders
    **_written("Order", "assign", "place", "closing", "close", "reopen", "link", "unlink", "attribute", "hand_over"),
    **{f"OrderView.{name}": Rule("Order", R) for name in ("register", "quality")}, "OrderView.copy": Rule("Order", R, also=(("Order", C),)),
    "OrderView.others": Rule("Order", W),
    **{f"MyOrderView.{name}": Rule("ProspectRow", R, names=False) for name in ("list", "check", "choose", "waiting")},
    **{f"MyOrderView.{name}": Rule("ProspectRow", R) for name in ("row", "seen")}, "MyOrderView.say": Rule("ProspectRow", R, also=(("RowMessage", C),)),
    **{f"MyOrderView.{name}": Rule("ProspectRow", C, names=False) for name in ("save", "lead", "add_lead")},
    **{f"MyOrderView.{name}": Rule("ProspectRow", W) for name in ("change", "discard", "bring_back", "objection")},
    "MyOrderView.call": Rule("ProspectRow", W, form=(("result", "reached"),)),
    **_written("ProspectRow", "convert", "make"), "ProspectRowView.hand": Rule("ProspectRow", W, names=False),
    **{f"VerifyView.{name}": Rule("RowVerification", C, names=False) for name in ("list", "take")},
    **{f"VerifyView.{name}": Rule("ProspectRow", R, also=(("RowVerification", C),)) for name in ("row", "judge")},
    "SteerView.list": Rule("OrderAssignment", R, names=False), "SteerView.quotas": Rule("OrderAssignment", W, names=False),
    # incoming mail
    "IncomingMessageView.list": Rule("IncomingMessage", R, names=False),
    **{f"IncomingMessageView.{name}": Rule("IncomingMessage", R) for name in ("show", "raw", "file")},
    **{f"IncomingMessageView.{name}": Rule("IncomingMessage", W)
       for name in ("replay", "ignore", "attach", "create", "confirm", "prospect", "block", "unteach")},
    **{f"IncomingMessageView.{name}": Rule("Delivery", R) for name in ("delivery", "delivery_raw")},
    **{f"IncomingMessageView.{name}": Rule("Delivery", W) for name in ("delivery_replay", "delivery_ignore")},
}


def noun_of(view: Any) -> str:
    """The type of record of a view; empty where it has none."""
    return str(view.datamodel.obj.__name__) if hasattr(view, "datamodel") else ""


def rule_of(endpoint: str, view: Any, act: str = "") -> Rule | None:
    """The rule of an address, or of one action behind it; None where nobody wrote one."""
    if endpoint in SPECIAL:
        return SPECIAL[endpoint]
    noun, name = noun_of(view), endpoint.partition(".")[2]
    if not noun:
        return None
    if name in ("action", "action_post"):
        return Rule(noun, ACTS[act], refuses_in_words=True) if act in ACTS else None
    return STANDARD[name](noun) if name in STANDARD else None


def without_a_rule(app: Flask) -> list[str]:
    """Every address, and every action, for which nobody wrote down what it asks for."""
    views = {view.endpoint: view for view in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    found = set()
    for each in app.url_map.iter_rules():
        view, name = views.get(each.endpoint.partition(".")[0]), each.endpoint.partition(".")[2]
        acts = sorted(view.actions) if name in ("action", "action_post") and view is not None else [""]
        found |= {f"{each.endpoint} {act}".strip() for act in acts if rule_of(each.endpoint, view, act) is None}
    return sorted(found)
