"""What mail says about a contact or an account, on their pages and on that of the message: accept or dismiss."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext, to_user_timezone

from app.domain.labels import label
from app.domain.proposals import Detail
from app.domain.reach import spaced
from app.models import Contact, IncomingMessage, Proposal
from app.operations import proposals as operations
from app.operations.proposals import Subject, known_value
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, is_shown
from app.permissions.rights import Action
from app.queries.proposals import open_proposals, proposals_of
from app.support import clock
from app.support.text import fold
from app.views.asked import way_back
from app.views.base import key
from app.views.days import format_date

ACCEPT_KEY = "a"


class ProposalActs:
    """Mix in before ``RecordPage``: the buttons of the block "Found in mail"."""

    @expose("/accept/<pk>", methods=["POST"])
    @has_access
    def accept(self, pk: Any) -> Any:
        """Take over the posted proposal, or all that the page showed."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        version = request.form.get("version", type=key)
        return self._decided(
            item,
            lambda chosen: operations.accept(chosen, seen_version=version, actor=current_actor()),
            lambda count: ngettext("%(num)s value taken over.", "%(num)s values taken over.", count),
        )

    @expose("/dismiss/<pk>", methods=["POST"])
    @has_access
    def dismiss(self, pk: Any) -> Any:
        """Set the posted proposal aside for good."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        return self._decided(
            item,
            lambda chosen: operations.dismiss(chosen, actor=current_actor()),
            lambda count: ngettext("Dismissed: it will not be proposed again.", "Dismissed: they will not be proposed again.", count),
        )

    def _decided(self, item: Any, operation: Callable[[list[Proposal]], None], done: Callable[[int], str]) -> Any:
        wanted = set(request.form.getlist("proposal", type=key)) or abort(400)
        chosen = [each for each in open_proposals(item) if each.id in wanted]
        if chosen:
            self.perform(lambda: operation(chosen), done(len(chosen)))  # type: ignore[attr-defined]
        else:
            flash(gettext("This was accepted or dismissed already. The page shows what is so now."), "info")
        return redirect(f"{way_back(url_for(f'{self.endpoint}.show', pk=item.id))}#found-in-mail")  # type: ignore[attr-defined]


def found_in_mail(subject: Subject) -> list[dict[str, Any]]:
    """The block of the page of ``subject``: one group, or none where nothing waits."""
    found = _told(subject, open_proposals(subject))
    return [_group(subject, found, "")] if found else []


def found_in_message(message: IncomingMessage) -> list[dict[str, Any]]:
    """The block of the page of ``message``: a group for each record that it says something about."""
    groups: dict[Subject, list[Proposal]] = {}
    for each in proposals_of(message):
        if not _told(each.subject, [each]):
            continue
        groups.setdefault(each.subject, []).append(each)
    return [{**_group(subject, found, f"m{message.id}"), "name": str(subject), "url": _page(subject, "show")} for subject, found in groups.items()]


def _told(subject: Subject, found: Sequence[Proposal]) -> list[Proposal]:
    """Those of fields that the acting person may know."""
    names = {"phone": "phones"} if isinstance(subject, Contact) else {}
    return [each for each in found if is_shown(current_actor(), subject, names.get(each.detail.value, each.detail.value))]


def _page(subject: Subject, act: str) -> str:
    return url_for(f"{'ContactView' if isinstance(subject, Contact) else 'AccountView'}.{act}", pk=subject.id)


def _group(subject: Subject, found: Sequence[Proposal], back: str) -> dict[str, Any]:
    may_write = is_allowed(current_actor(), Action.WRITE, subject)

    def act(name: str, text: str, icon: str, *chosen: Proposal, **more: Any) -> dict[str, Any]:
        values = [("version", subject.version), ("back", back), *(("proposal", each.id) for each in chosen)]
        fields = [{"name": one, "type": "hidden", "value": value} for one, value in values if value]
        return {"label": text, "url": _page(subject, name), "icon": icon, "fields": fields, **more}

    def row(each: Proposal) -> dict[str, Any]:
        key_of_one = "" if len(found) > 1 else ACCEPT_KEY
        acts = [
            act("accept", gettext("Accept"), "check2", each, key=key_of_one),
            act("dismiss", gettext("Dismiss"), "x-lg", each, is_line=False),
        ]
        return {**_row(subject, each, may_write=may_write), "acts": acts if may_write else []}

    mails = groupby(found, key=lambda each: (each.message_id, each.seen_at))
    return {
        "mails": [{**_mail(first := next(same), is_here=bool(back)), "rows": [row(first), *map(row, same)]} for _, same in mails],
        "accept_all": act("accept", gettext("Accept all"), "check2-all", *found, key=ACCEPT_KEY) if may_write and len(found) > 1 else None,
    }


def _mail(proposal: Proposal, *, is_here: bool) -> dict[str, Any]:
    """Where it was seen; what a mail that the reader may not see is about stays unsaid."""
    message, at = proposal.message, to_user_timezone(proposal.seen_at)
    on = format_date(at, "d MMMM" if at.year == clock.now().year else "d MMMM y")
    if is_here:
        return {"seen": "", "url": None}
    if message is None:
        return {"seen": gettext("Seen in a mail of %(day)s", day=on), "url": None}
    seen = gettext("Seen in the mail of %(day)s: %(subject)s", day=on, subject=message.subject or gettext("(no subject)"))
    return {"seen": seen, "url": url_for("IncomingMessageView.show", pk=message.id)}


def _row(subject: Subject, proposal: Proposal, *, may_write: bool) -> dict[str, Any]:
    """The words of a mail are for those who may see it or answer for the record; a line that is the value says nothing more."""
    detail, value = proposal.detail, proposal.value
    is_told = fold(proposal.line) == fold(_shown(detail, value))
    return {
        "label": gettext(label(detail)), "value": _shown(detail, value), "known": _shown(detail, known_value(subject, detail)),
        "line": proposal.line if (proposal.message or may_write) and not is_told else "",
    }


def _shown(detail: Detail, value: str) -> str:
    lines = [line for line in value.split("\n") if line]
    if detail is Detail.PHONE:
        return ", ".join(map(spaced, lines))
    return ", ".join([*lines[:-2], " ".join(lines[-2:])]) if detail is Detail.ADDRESS else value
