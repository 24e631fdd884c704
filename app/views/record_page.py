"""The page of one record that has a history: its facts, what happened, and a place to write down more."""

from collections.abc import Iterable
from typing import Any, ClassVar

from flask import Response, flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, pgettext
from markupsafe import Markup

from app.domain.errors import DomainError
from app.domain.labels import label
from app.domain.reach import spaced
from app.domain.timeline import Kind
from app.models import Contact, Opportunity, Task
from app.operations.telling import tell
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.permissions.rights import Action
from app.queries.custom_fields import own_fields
from app.queries.opportunities import opportunities_of
from app.queries.tasks import OpenTasks, open_tasks_of
from app.queries.timeline import history_of
from app.views import address_history, here, history
from app.views.access import why_act
from app.views.action_types import asked_kind, said_kind, sayable
from app.views.asked import Refused, offer_undo, url_if, way_back
from app.views.base import key, say
from app.views.field_rights import money_of, only_shown, shown
from app.views.formats import SHAPES, is_over, moment, present
from app.views.formats import sums as sums_in_words
from app.views.here import may_here
from app.views.merging import merge_acts, merge_box
from app.views.own_fields import label_of, shown_value
from app.views.tags import tag_links
from app.views.told import ask_fields, asked_of, say_left_out
from app.views.uploads import kept

DEALINGS = "og"  # marks of nouns in whose history only those write who may change them
SAYABLE = (Kind.NOTE, Kind.CALL, Kind.MEETING)


class RecordPage:
    """Mix in before ``CrmView``. The noun says in ``page`` what stands on its page; the rest is the same for all."""

    page_template = "record.html"
    mark = ""  # the letter that names this noun in ``asked.way_back``
    page_loads: ClassVar[tuple[Any, ...]] = ()  # loader options for what the page shows of the record

    def page(self, item: Any, *, may_write: bool, refused: Refused | None) -> dict[str, Any]:
        """What the template needs of ``item`` besides its history; ``places``: engagements where lines of the history may move to."""
        raise NotImplementedError

    def draw(self, item: Any, refused: Refused | None = None) -> Response:
        """The page; with ``refused`` its form stands open with what was typed, and the status is 409."""
        kind = asked_kind(request.args.get("kind"))
        here.ask_once(item)
        may_write = may_here(item, Action.WRITE)
        own = self.page(item, may_write=may_write, refused=refused)
        own["boxes"] = [*own["boxes"], *own_boxes(item)]
        if tags := tag_links(item):
            own["facts"] = [*own["facts"], (gettext("Tags"), tags)]
        found = history_of(item, kind=kind, older_than=request.args.get("older", type=key))
        if refused:
            flash(refused.sentence, "danger")
        older: dict[str, Any] = {**request.args, "older": found.older_than}
        body = self.render_template(  # type: ignore[attr-defined]
            self.page_template, title=str(item), item=item, watch=self.watch_url(item),  # type: ignore[attr-defined]
            crumbs=[(self.list_title, url_for(f"{self.endpoint}.list")), (str(item), None)],  # type: ignore[attr-defined]
            in_place=self.in_place_of(item) if may_write else {},  # type: ignore[attr-defined]
            merge=merge_box(self, item),
            history=history.periods(found, subject=item, write_url=self.write_url(item), places=own.pop("places", ())),
            filters=history.kinds(found, kind, self._show_url(item)),
            older_url=url_for(f"{self.endpoint}.show", pk=item.id, **older) if found.older_than else None,  # type: ignore[attr-defined]
            compose=self._compose(item, refused) if may_write or self.mark not in DEALINGS else None, **own,
        )
        return make_response(body, 409 if refused else 200)

    def _show_url(self, item: Any) -> str:
        return url_for(f"{self.endpoint}.show", pk=item.id)  # type: ignore[attr-defined]

    def write_url(self, item: Any) -> str | None:
        """Where one writes to the people of ``item``; None where there are none, or one may not."""
        return None

    def _compose(self, item: Any, refused: Refused | None) -> dict[str, Any]:
        typed = refused.values if refused and refused.act == "note" else {}
        hints = {Kind.NOTE: gettext("What happened?"), Kind.CALL: gettext("What was agreed?"), Kind.MEETING: gettext("What came out of it?")}
        words = {Kind.NOTE: gettext("Note"), Kind.CALL: gettext("Call"), Kind.MEETING: gettext("Appointment")}
        keys = {Kind.NOTE: "n", Kind.CALL: "r", Kind.MEETING: "s"}
        return {
            "write_url": self.write_url(item), "ask": ask_fields(typed),
            "url": url_for(f"{self.endpoint}.note", pk=item.id), "body": typed.get("body", ""),  # type: ignore[attr-defined]
            "chosen": typed.get("kind", Kind.NOTE.value),
            "kinds": [{"value": k.value, "label": words[k], "hint": hints[k], "key": keys[k]} for k in SAYABLE] + sayable(),
        }

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: Any) -> Response:
        item = here.read(self, pk, self.page_loads)
        self.update_redirect()  # type: ignore[attr-defined]
        return self.draw(item)

    @expose("/note/<pk>", methods=["POST"])
    @has_access
    def note(self, pk: Any) -> Any:
        """Add what a person wrote to the history."""
        item = self.found(pk, Action.WRITE if self.mark in DEALINGS else Action.READ)  # type: ignore[attr-defined]
        kind = said_kind(request.form.get("kind"))
        body = request.form.get("body", "")
        def write() -> None:
            files = [kept(f) for f in request.files.getlist("files") if f.filename]
            say_left_out(tell(item, body, kind=kind, files=files, asked=asked_of(), actor=current_actor()))

        return self.settle(item, "note", write, gettext("Saved."))

    def settle(self, item: Any, name: str, operation: Any, done: str = "", undo: str = "") -> Any:
        """Run ``operation`` of the small form ``name``, then go back; a refusal draws the page with what was typed.

        ``undo`` is the address that takes it back.
        """
        try:
            operation()
        except DomainError as refusal:
            return self.draw_refused(item, Refused(name, say(refusal), request.form.to_dict()))
        if undo and request.values.get("back") != "board":
            offer_undo(done, undo)
        elif done:
            flash(done, "success")
        return redirect(way_back(self._show_url(item)))

    def draw_refused(self, item: Any, refused: Refused) -> Any:
        return self.draw(item, refused)

    def edit_act(self, item: Any, may_write: bool) -> list[dict[str, Any]]:
        """The button to the form, where the head has no other."""
        act = {"label": gettext("Edit"), "url": url_for(f"{self.endpoint}.edit", pk=item.id), "method": "get", "key": "e", "icon": "pencil"}  # type: ignore[attr-defined]
        return [act] if may_write else []

    def more_acts(self, item: Any, may_write: bool) -> list[dict[str, Any]]:
        """The menu behind the dots."""
        endpoint, sm = self.endpoint, self.appbuilder.sm  # type: ignore[attr-defined]
        acts = [*self.holding_acts(item), *merge_acts(self, item)]  # type: ignore[attr-defined]
        if may_write:
            if self.mark == "o":
                acts.append({"label": gettext("Edit"), "url": url_for(f"{endpoint}.edit", pk=item.id), "method": "get", "key": "e"})
            name, words = ("restore", gettext("Bring back")) if item.archived_at else ("archive", gettext("Archive"))
            acts.append({"label": words, "url": url_for(f"{endpoint}.action", name=name, pk=item.id), "method": "post"})
        if sm.has_access("can_delete", self.class_permission_name) and may_here(item, Action.DELETE):  # type: ignore[attr-defined]
            acts.append({"label": gettext("Delete"), "url": url_for(f"{endpoint}.delete", pk=item.id), "method": "post",
                         "confirm": gettext("Delete %(name)s for good?", name=item)})
        if sm.has_access("can_list", "Access"):
            acts.append(why_act(self.mark, item))
        return acts

    def tasks_of(self, item: Any, tasks: OpenTasks | None = None) -> dict[str, Any]:
        """The side box of open tasks, where they are not read yet."""
        column = {"o": "opportunity", "c": "contact", "a": "account"}[self.mark]
        tasks = open_tasks_of(item) if tasks is None else tasks
        return {
            "tasks": [task_line(task, f"{self.mark}{item.id}", may_write=may_write) for task, may_write in tasks],
            "task_url": url_for("TaskView.add", **{f"_flt_0_{column}": item.id}),
        }


def own_boxes(item: Any) -> list[dict[str, Any]]:
    """The side box of the firm's own fields, of those that the reader may know."""
    told = only_shown(item, *((field.name, label_of(field), present(shown_value(field, getattr(item, field.name), is_whole=True)))
                              for field in own_fields(type(item).__name__)))
    return [{"title": gettext("Our fields"), "pairs": told}] if told else []


def deals(subject: Any) -> dict[str, Any]:
    """The side box of the opportunities of a person or a company."""
    dealings = opportunities_of(subject)
    sums = {gettext("Won"): dealings.won, pgettext("several", "Open"): dealings.open} if is_shown(current_actor(), Opportunity, "amount") else {}
    column = "contacts" if isinstance(subject, Contact) else "account"
    return {
        "deals": [
            {"title": o.title, "url": url_for("OpportunityView.show", pk=o.id), "amount": money_of(o),
             "state": {"kind": SHAPES[f"Status.{o.status.value}"], "text": gettext(label(o.status))}}
            for o in dealings.first
        ],
        "deals_more": dealings.count - len(dealings.first),
        "deals_sums": [(words, sums_in_words(money)) for words, money in sums.items() if money],
        "deals_url": url_if("OpportunityView.list", view=0, **{f"_flt_0_{column}": subject.id}),
        "deal_url": url_for("OpportunityView.add", **{f"_flt_0_{column}": subject.id}),
    }


def pairs(*candidates: tuple[str, Any]) -> list[tuple[str, Any]]:
    """Those that have a value."""
    return [(name, value) for name, value in candidates if value]


def task_line(task: Task, back: str, *, may_write: bool) -> dict[str, Any]:
    """One open task in a side box; finishing it leads back to the record ``back``."""
    parts = [str(task.assignee)] if task.assignee else []
    if task.due_at:
        parts.append(moment(task.due_at))
    return {
        "title": task.title, "url": url_for("TaskView.show", pk=task.id), "subtitle": " · ".join(parts), "is_late": is_late(task),
        "done_url": url_for("TaskView.done", pk=task.id, back=back) if may_write else None,
    }


def is_late(task: Task) -> bool:
    """Whether the day of the task is over in the reader's time zone."""
    return task.due_at is not None and is_over(task.due_at)


def person(contact: Contact) -> dict[str, Any]:
    """A contact in a side box."""
    return {
        "name": contact.name, "url": url_for("ContactView.show", pk=contact.id), "job": shown(contact, "job"),
        "phones": [spaced(p.number) for p in shown(contact, "phones") or ()],
        "addresses": [
            {"address": a.address, "note": address_history.note(a)} for a in shown(contact, "addresses") or ()
        ],
    }


def links(scheme: str, values: Iterable[str]) -> Markup:
    """Telephone numbers or mail addresses that a click calls or writes to."""
    one = Markup('<a href="{}:{}">{}</a>')
    return Markup(", ").join(one.format(scheme, "".join(value.split()), value) for value in values)
