"""Every address of the program as something to knock at: generated from its URL map."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.operations.setup import ACTIONS, PAGES
from app.permissions.actor import Level
from app.permissions.rights import Action, Reach, reach
from app.views.api.base import RecordApi
from tests.promises.firm import OWNERS, Records, within

LEVELS = [Level.NOBODY, Level.USER, Level.TEAM_MANAGER, Level.ADMINISTRATOR]
# Whoever comes may open these; each has tests of its own.
PUBLIC = {
    "static", "bootstrap.static", "appbuilder.static", "AuthDBView.login", "AuthDBView.second", "AuthDBView.logout", "HomeView.index",
    "LocaleView.index", "OidcView.begin", "ViewAsView.stop", "OidcView.back", "PasskeySignInView.options", "PasskeySignInView.prove", "UtilView.back",
    "PublicFormView.form", "PublicFormView.submit", "PublicFormView.thanks", "SummaryView.stop", "MailLinkView.show", "MailLinkView.act",
    "PasswordResetView.ask", "PasswordResetView.choose", "ShellView.manifest", "ShellView.worker", "ShellView.offline", "ShellView.accessibility",
}
CSRF_EXEMPT = {"PublicFormView.submit", "SummaryView.stop", "MailLinkView.act"}
# Asking for these is the writing: signing out, choosing one's language.
SKIPPED = {"AuthDBView.logout", "LocaleView.index"}
OPEN_TO_ALL_LEVELS = {"ResetMyPasswordView"}
MISSING = 987654


@dataclass(frozen=True)
class Door:
    """One address with one method. ``owner``: whose record it names; "nobody" for a key without a row, None for no record."""

    endpoint: str
    method: str
    url: str
    subject: str
    action: Action
    owner: str | None
    form: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.url} ({self.owner or '–'})"

    def reach(self, level: Level) -> Reach:
        return _reach(level, self.subject, self.action)

    def read_reach(self, level: Level) -> Reach:
        return _reach(level, self.subject, Action.READ)

    def opens_for(self, level: Level) -> bool:
        how_far = self.reach(level)
        if self.owner is None:
            return how_far is not Reach.NONE
        return self.owner in within(level, how_far)

    def refuses_in_words(self, answer: TestResponse) -> bool:
        """A bulk action goes on with the rest and says on the list which records it left alone."""
        return answer.status_code == 302 and ".action" in self.endpoint

    @property
    def destroys(self) -> bool:
        return self.endpoint.endswith(".delete") or self.form.get("action") == "muldelete"

    @property
    def changes_eyes(self) -> bool:
        """From then on every door answers as to somebody else."""
        return "view_as" in (self.form.get("action"), self.url.split("/")[-2])

    @property
    def is_csrf_exempt(self) -> bool:
        return self.endpoint in CSRF_EXEMPT


def _reach(level: Level, subject: str, action: Action) -> Reach:
    if level is Level.NOBODY:
        return Reach.NONE
    if subject in PAGES:
        return Reach.ALL if level is Level.ADMINISTRATOR or level in PAGES[subject] else Reach.NONE
    if subject in OPEN_TO_ALL_LEVELS:
        return Reach.ALL
    return reach(level, subject, action)


def doors_of(app: Flask, firm: Records) -> Iterator[Door]:
    views = {view.endpoint: view for view in app.appbuilder.baseviews}  # type: ignore[attr-defined]
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if rule.endpoint in SKIPPED:
            continue
        view = views.get(rule.endpoint.partition(".")[0])
        if isinstance(view, RecordApi):
            continue  # opened by tokens alone: tests/api/test_doors.py
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield from _doors(rule, method, view, firm)


def _doors(rule: Rule, method: str, view: Any, firm: Records) -> Iterator[Door]:
    values: dict[str, Any]
    if view is None or rule.endpoint in PUBLIC:
        values = {"token": firm.form_token, "given": "x", "filename": "kurier.js", "locale": "fr"}
        yield Door(rule.endpoint, method, _url(rule, values), "", Action.READ, None)
        return
    subject = _subject(rule, view)
    name = rule.endpoint.partition(".")[2]
    if "pk" not in rule.arguments and name != "action_post":
        values = {"column": "owner", "day": "2026-11-20", "group_by": "x"}
        yield Door(rule.endpoint, method, _url(rule, values), subject, _action(view, name), None, _form(name))
        return
    named = view.datamodel.obj.__name__ if hasattr(view, "datamodel") else subject
    for action_name in (sorted(view.actions) if name in ("action", "action_post") else [""]):
        for owner in (*OWNERS, "nobody"):
            key = firm.keys[named].get(owner, MISSING)
            values = {"pk": key, "name": action_name, "step": firm.keys["Step"]["own"], "number": 0}
            action = _action(view, action_name) if action_name else _action(view, name, method)
            form = {"rowid": key, "action": action_name} if name == "action_post" else _form(name)
            yield Door(rule.endpoint, method, _url(rule, values), subject, action, owner, form)


def _subject(rule: Rule, view: Any) -> str:
    """The type of record whose key the address holds; pages of one noun may show another's."""
    if "/delivery/" in str(rule):
        return "Delivery"
    if "/mentions/seen/" in str(rule):
        return "TimelineEntry"
    return str(getattr(view, "class_permission_name", ""))


def _action(view: Any, name: str, method: str = "GET") -> Action:
    """The right that the page asks for; a note on a record of the shared address book needs only reading."""
    permission = view.method_permission_name.get(name) or getattr(getattr(view, name, None), "_permission_name", name)
    return ACTIONS.get(f"can_{permission}") or ACTIONS.get(permission) or Action.READ


def _form(name: str) -> dict[str, Any]:
    return {"note": {"body": "x"}, "call": {"body": "x"}, "lose": {"reason": "x"}, "cancel": {"reason": "x"}}.get(name, {})


def _url(rule: Rule, values: dict[str, Any]) -> str:
    built = rule.build({name: values.get(name, "x") for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]
