"""Opportunities: their list, their page, and what people do with them."""

from typing import Any, ClassVar

from flask import flash, g, jsonify, redirect, request, url_for
from flask_appbuilder import expose, has_access, permission_name
from flask_appbuilder.fields import QuerySelectField
from flask_appbuilder.fieldwidgets import Select2Widget
from flask_babel import format_percent, gettext, lazy_gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload, selectinload
from wtforms.validators import Optional

from app.domain.errors import DomainError
from app.domain.labels import label
from app.domain.opportunities import Status
from app.domain.reach import spaced
from app.extensions import db
from app.inbound.stages.directory import opportunity_address
from app.models import Account, CloseReason, Competitor, Contact, FollowUp, Opportunity, Pipeline, Step, Task
from app.operations import follow_ups, opportunities, records
from app.operations.calls import log_call
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, is_shown
from app.permissions.rights import Action
from app.queries.opportunities import renewals_of, words_on_offer
from app.queries.tasks import open_tasks_of
from app.support import clock
from app.support.i18n import N_
from app.views import asked, chosen_columns, formats, next_acts, sitting
from app.views.acts import acts_of, next_title
from app.views.alike import Resembling
from app.views.asked import Refused, zone
from app.views.base import CrmView, OperationInterface, key, say, session_get
from app.views.booking import Booking
from app.views.days import format_date
from app.views.field_rights import only_shown, shown
from app.views.follow_ups import follow_up
from app.views.here import may_hang
from app.views.holding import Holding
from app.views.merging import Merging
from app.views.opportunity_filters import NARROWED, offered_steps
from app.views.opportunity_status import status_form
from app.views.record_page import RecordPage, is_late, person
from app.views.writing import Writing

STAGNANT = ["title", "account", "step", "days_in_step", "amount", "currency", "owner"]  # the columns of what drags on
def _asks_stagnant() -> bool:
    return request.args.get("stagnant") == "1"


def _named(step: Step) -> str:
    return f"{step.pipeline.label} · {step.label}" if g.get("several_pipelines") else step.label


def _step_field() -> QuerySelectField:
    """A step; left out, an opportunity begins at the first one."""
    return QuerySelectField(lazy_gettext("Step"), [Optional()], query_func=offered_steps, get_pk_func=lambda step: step.id,
                            get_label=_named, widget=Select2Widget())


class OpportunityView(Writing, Booking, Resembling, Merging, Holding, RecordPage, CrmView):
    datamodel = OperationInterface(Opportunity)
    acts_in_place: ClassVar[dict[str, Any]] = {"status": status_form}
    page_template, mark = "opportunity.html", "o"
    alike_fields = ("title", "account", "contacts")
    page_loads = (
        joinedload(Opportunity.account).joinedload(Account.type), joinedload(Opportunity.step), joinedload(Opportunity.owner),
        joinedload(Opportunity.pipeline).joinedload(Pipeline.steps),
        joinedload(Opportunity.team), joinedload(Opportunity.co_owners), joinedload(Opportunity.campaign), joinedload(Opportunity.reason),
        selectinload(Opportunity.contacts).options(joinedload(Contact.addresses), joinedload(Contact.phones)),
    )
    method_permission_name = dict.fromkeys(
        ("start_follow_up", "stop_follow_up", "note", "call", "standby", "win", "lose", "cancel", "reopen", "renew", "move", "move_to", "star"), "edit"
    )
    list_title, show_title = lazy_gettext("Opportunities"), lazy_gettext("Opportunity")
    add_title, edit_title = lazy_gettext("New opportunity"), lazy_gettext("Edit opportunity")
    list_columns = ["title", "account", "status", "step", "amount", "currency", "next_step", "owner", "starred"]
    looked_up: ClassVar[dict[str, Any]] = {"next_step": next_acts.lines_of}
    column_classes: ClassVar[dict[str, str]] = {"next_step": "c-all c-next", "owner": "c-all c-who"}
    export_columns = ["title", "account", "contacts", "status", "pipeline", "step", "amount", "currency", "probability", "remind_at",
                      "expected_close_on", "starred", "tags", "campaign", "renewal_of", "source",
                      "owner", "co_owners", "team", "closed_at", "close_reason", "competitor",
                      "created_at", "last_activity_at", "step_entered_at", "days_in_step", "description"]
    order_columns = ["title", "amount", "remind_at", "status", "last_activity_at", "step_entered_at", "starred"]
    base_order = ("last_activity_at", "desc")
    search_columns = ["title", "account", "status", "pipeline", "step", "amount", "currency", "source", "starred", "tags", "campaign",
                      "reason", "known_competitor", "owner", "team",
                      "remind_at", "expected_close_on", "created_at", "closed_at"]
    show_columns = ["title", "account", "contacts", "status", "pipeline", "step", "amount", "currency", "probability",
                    "expected_close_on", "starred", "source", "owner", "team", "description"]
    add_form_extra_fields = edit_form_extra_fields = {"step": _step_field()}
    add_fieldsets = edit_fieldsets = [
        ("", {"fields": ["title", "account", "contacts", "starred"]}),
        (lazy_gettext("Sale"), {"fields": ["step", "probability", "amount", "currency", "expected_close_on"]}),
        (lazy_gettext("In charge"), {"fields": ["owner", "team", "co_owners"]}),
        (lazy_gettext("Other details"), {"fields": ["tags", "campaign", "description"]}),
    ]
    label_columns = {
        "title": lazy_gettext("Title"), "account": lazy_gettext("Account"), "contacts": lazy_gettext("Contacts"),
        "status": lazy_gettext("Status"), "pipeline": lazy_gettext("Pipeline"), "step": lazy_gettext("Step"),
        "amount": lazy_gettext("Amount"), "currency": lazy_gettext("Currency"), "probability": lazy_gettext("Probability"),
        "remind_at": lazy_gettext("Reminder"), "next_step": lazy_gettext("Next step"), "expected_close_on": lazy_gettext("Expected closing"),
        "starred": lazy_gettext("Starred"), "tags": lazy_gettext("Tags"), "campaign": lazy_gettext("Campaign"),
        "renewal_of": lazy_gettext("Renewal of"),
        "reason": lazy_gettext("Reason of the list"), "known_competitor": lazy_gettext("Competitor of the list"),
        "source": lazy_gettext("Source"), "owner": lazy_gettext("Salesperson"),
        "co_owners": lazy_gettext("Also responsible"),
        "team": lazy_gettext("Team"), "description": lazy_gettext("Description"), "closed_at": lazy_gettext("Closed on"),
        "close_reason": lazy_gettext("Reason"), "competitor": lazy_gettext("Competitor"), "created_at": lazy_gettext("Created on"),
        "last_activity_at": lazy_gettext("Last activity"), "step_entered_at": lazy_gettext("In the step since"),
        "days_in_step": lazy_gettext("Days in the step"),
    }
    formatters_columns = {
        "next_step": next_acts.drawn, "owner": next_acts.face,
        "remind_at": lambda at: formats.moment(at) if at and at > clock.now() else "",  # a past one has woken it
    }
    description_columns = {
        "owner": lazy_gettext("Left empty on a new opportunity: you"), "amount": lazy_gettext("Net"),
        "probability": lazy_gettext("Percent; empty: that of the step"),
    }
    empty_text = lazy_gettext("No opportunity here. Put your CRM address in blind copy of a mail to a customer, or add one.")
    add_label = lazy_gettext("New opportunity")

    # ---- what drags on

    def list_tabs(self) -> list[tuple[str, str, bool]]:
        is_stagnant, is_late = _asks_stagnant(), request.args.get("late") == "1"
        late, here = url_for("OpportunityView.list", mine=1, late=1), url_for("OpportunityView.list", stagnant=1)
        others = [(words, url, is_here and not (is_stagnant or is_late)) for words, url, is_here in super().list_tabs()]
        return [*others[:-1], (gettext("My late ones"), late, is_late), (gettext("Too long in its step"), here, is_stagnant and not is_late), *others[-1:]]

    def _without_archived(self, filters: Any) -> Any:
        left = super()._without_archived(filters)
        more = [["id", each, None] for name, each in NARROWED.items() if request.args.get(name) == "1"]
        return left.get_joined_filters(self.datamodel.get_filters().add_filter_list(more)) if more else left

    def _get_list_widget(self, filters: Any, actions: Any = None, order_column: str = "", order_direction: str = "",
                         page: int | None = None, page_size: int | None = None, widgets: Any = None, **kwargs: Any) -> Any:
        """What drags on comes with its days, the oldest first."""
        if _asks_stagnant() and request.endpoint == "OpportunityView.list":
            if chosen_columns.choice(self) is None:
                g.setdefault("chosen_columns", {})[id(self)] = chosen_columns.fitting(self, STAGNANT)
            if not order_column:
                order_column, order_direction = "step_entered_at", "asc"
        return super()._get_list_widget(
            filters, actions=actions, order_column=order_column, order_direction=order_direction, page=page, page_size=page_size,
            widgets=widgets, **kwargs,
        )

    # ---- what people do

    def draw_refused(self, item: Any, refused: Refused) -> Any:
        if request.form.get("back") == "today":
            from app.views.today import draw_day

            return draw_day(request.form.get("item") or f"o{item.id}", refused)
        if request.values.get("back") == "board":
            flash(refused.sentence, "danger")
            return redirect(asked.way_back(""))
        return self.draw(item, refused)

    @expose("/call/<pk>", methods=["POST"])
    @has_access
    def call(self, pk: Any) -> Any:
        """Log a call, finish the task that it settles, plan the next step."""
        item = self.found(pk, Action.WRITE)
        task = db.session.get(Task, request.form.get("task", type=key) or 0)
        title = next_title(request.form.get("next", ""), item.contacts[0] if item.contacts else item)
        return self.settle(item, "call", lambda: log_call(
            item, request.form.get("body", ""), settled=task if task and task.opportunity_id == item.id else None,
            next_title=title, next_at=asked.moment("next_on") if title else None, actor=current_actor(),
        ), gettext("The call is in the history."))

    @expose("/standby/<pk>", methods=["POST"])
    @has_access
    def standby(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)

        def put() -> None:
            until = asked.moment("until") or clock.now()
            opportunities.put_on_standby(item, until, actor=current_actor())

        return self.settle(item, "standby", put, gettext("%(title)s is on standby.", title=item))

    @expose("/win/<pk>", methods=["POST"])
    @has_access
    def win(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)
        return self.settle(item, "win", lambda: opportunities.win(item, amount=asked.amount("amount"), actor=current_actor()),
                           gettext("%(title)s is won.", title=item), self._reopening(item))

    @expose("/lose/<pk>", methods=["POST"])
    @has_access
    def lose(self, pk: Any) -> Any:
        item, form = self.found(pk, Action.WRITE), request.form
        return self.settle(item, "lose", lambda: opportunities.lose(
            item, reason=form.get("reason", ""), competitor=form.get("competitor", ""), actor=current_actor()
        ), gettext("%(title)s is closed as lost.", title=item), self._reopening(item))

    @expose("/cancel/<pk>", methods=["POST"])
    @has_access
    def cancel(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)
        return self.settle(item, "cancel", lambda: opportunities.cancel(
            item, reason=request.form.get("reason", ""), actor=current_actor()
        ), gettext("%(title)s is closed as cancelled.", title=item), self._reopening(item))

    def _reopening(self, item: Opportunity) -> str:
        return url_for("OpportunityView.reopen", pk=item.id)

    @expose("/reopen/<pk>", methods=["POST"])
    @has_access
    def reopen(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)
        return self.settle(item, "reopen", lambda: opportunities.reopen(item, actor=current_actor()),
                           gettext("%(title)s is open again.", title=item))

    @expose("/renew/<pk>", methods=["POST"])
    @has_access
    def renew(self, pk: Any) -> Any:
        """Begin the opportunity that follows, and go there."""
        item, form = self.found(pk, Action.WRITE), request.form
        step = session_get(Step, form["step"]) if form.get("step") else None
        try:
            new = opportunities.renew(item, form.get("title", ""), step=step, until=asked.moment("until"), actor=current_actor())
        except DomainError as refusal:
            return self.draw_refused(item, Refused("renew", say(refusal), form.to_dict()))
        flash(gettext("The renewal has begun."), "success")
        return redirect(url_for("OpportunityView.show", pk=new.id))

    @expose("/words")
    @has_access
    @permission_name("list")
    def words(self) -> Any:
        """What is offered where somebody closes: [text]; ``kind`` is lost, cancelled or competitor."""
        kind, actor = request.args.get("kind", ""), current_actor()
        of = Competitor if kind == "competitor" else CloseReason
        return jsonify(words_on_offer(kind) if is_allowed(actor, Action.READ, of) and is_shown(actor, Opportunity, kind) else [])

    @expose("/move/<pk>/<int:step>", methods=["POST"])
    @has_access
    def move(self, pk: Any, step: int) -> Any:
        item, target = self.found(pk, Action.WRITE), session_get(Step, step)
        back = url_for("OpportunityView.move", pk=item.id, step=item.step_id)
        return self.settle(item, "move", lambda: opportunities.move(item, target, actor=current_actor()),
                           gettext("%(title)s is now in the step %(step)s.", title=item, step=target), back)

    @expose("/move/<pk>", methods=["POST"])
    @has_access
    def move_to(self, pk: Any) -> Any:
        """The same from a form that names the step, and the version that its page showed."""
        item, step = self.found(pk, Action.WRITE), request.form.get("step", type=key)

        def move() -> None:
            if step is None:
                raise DomainError("no_step", N_("Choose the step that it goes to."))
            opportunities.move(item, session_get(Step, step), seen_version=request.form.get("version", type=key), actor=current_actor())

        title, target = str(item), db.session.get(Step, step or 0)
        return self.settle(item, "move", move, gettext("%(title)s is now in the step %(step)s.", title=title, step=target))

    @expose("/star/<pk>", methods=["POST"])
    @has_access
    def star(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)
        return self.settle(item, "star", lambda: records.update(item, {"starred": not item.starred}, actor=current_actor()))

    @expose("/follow_up/<pk>", methods=["POST"])
    @has_access
    def start_follow_up(self, pk: Any) -> Any:
        """Begin a process on the closed opportunity."""
        item, process = self.found(pk, Action.WRITE), db.session.get(FollowUp, request.form.get("process", type=key) or 0)

        def begin() -> None:
            if process is None:
                raise DomainError("no_process_chosen", N_("Choose the process."))
            follow_ups.start(item, process, actor=current_actor())

        return self.settle(item, "follow_up", begin, gettext("The follow-up of %(title)s has begun.", title=item))

    @expose("/stop_follow_up/<pk>", methods=["POST"])
    @has_access
    def stop_follow_up(self, pk: Any) -> Any:
        item = self.found(pk, Action.WRITE)
        return self.settle(item, "stop_follow_up", lambda: follow_ups.stop(item, actor=current_actor()), gettext("The follow-up is stopped."))

    # ---- what stands on the page

    def page(self, item: Any, *, may_write: bool, refused: Refused | None) -> dict[str, Any]:
        tasks = open_tasks_of(item)  # those with a day come first
        follow_acts, follow_box = follow_up(item, may_write=may_write)
        return {
            "star": {"url": url_for("OpportunityView.star", pk=item.id), "is_on": item.starred} if may_write else None,
            "acts": [*follow_acts, *(acts_of(item, {}, refused) if may_write else [])], "more": self.more_acts(item, may_write),
            "state": {"kind": formats.SHAPES[f"Status.{item.status.value}"], "text": gettext(label(item.status))},
            "facts": facts_of(item), "next": self._next(item, tasks[0][0] if item.is_open and tasks else None), **self._steps(item, may_write),
            "contacts": [person(c) for c in item.contacts],
            "contacts_url": url_for("OpportunityView.edit", pk=item.id) if may_write else None,
            "private_address": opportunity_address(item, sitting.directory_version()) if may_write and item.is_open else None,
            "account": _account(item), "boxes": [*follow_box, *_renewals(item), *self.holding_boxes(item), *_description(item)], **self.tasks_of(item, tasks),
        }

    def _steps(self, item: Opportunity, may_write: bool) -> dict[str, Any]:
        steps = [step for step in item.pipeline.steps if step.archived_at is None]
        at = next((i for i, step in enumerate(steps) if step.id == item.step_id), -1)
        days = (clock.now() - item.step_entered_at).days
        note = ngettext("%(num)s day of %(most)s", "%(num)s days of %(most)s", days, most=item.step.max_days)
        shown = [
            {"label": step.label, "place": "now" if i == at else "past" if i < at else "next", "note": note if i == at and item.is_open else None,
             "url": url_for("OpportunityView.move", pk=item.id, step=step.id) if may_write and item.is_open and i != at else None}
            for i, step in enumerate(steps)
        ]
        said = gettext("Step: %(step)s, %(number)s of %(all)s", step=item.step.label, number=at + 1, all=len(steps))
        return {"steps": shown, "steps_label": said}

    def _next(self, item: Opportunity, task: Task | None) -> dict[str, Any] | None:
        phone = next((spaced(p.number) for c in item.contacts for p in shown(c, "phones") or ()), None)
        if item.status is Status.STANDBY and item.remind_at:
            return {"icon": "alarm", "text": gettext("On standby until %(moment)s", moment=formats.moment(item.remind_at)), "phone": phone}
        if task is None or task.due_at is None:
            return None
        when = formats.moment(task.due_at)
        done = {"label": gettext("Finish"), "url": url_for("TaskView.done", pk=task.id, back=f"o{item.id}"), "icon": "check2"}
        return {"icon": "check2-circle", "text": task.title, "phone": phone, "acts": [done], **({"late": late_by(task)} if is_late(task) else {"when": when})}


def late_by(task: Task) -> str:
    """By how many days of the reader's calendar the task is late."""
    assert task.due_at is not None
    days = (clock.now().astimezone(zone()).date() - task.due_at.astimezone(zone()).date()).days
    return str(ngettext("%(num)s day late", "%(num)s days late", days))


def facts_of(item: Opportunity) -> list[tuple[str, Any]]:
    """The row of facts under the title; what is empty is left out."""
    percent = item.probability if item.probability is not None else item.step.probability
    return only_shown(
        item, ("amount", gettext("Amount"), formats.money(item.amount, item.currency)),
        ("probability", gettext("Probability"), format_percent(percent / 100) if item.is_open else ""),
        ("expected_close_on", gettext("Expected closing"),
         format_date(item.expected_close_on, "long") if item.expected_close_on and item.is_open else ""),
        ("closed_at", gettext("Closed on"), formats.moment(item.closed_at) if item.closed_at else ""),
        ("close_reason", gettext("Reason"), item.reason.label if item.reason else item.close_reason), ("competitor", gettext("Competitor"), item.competitor),
        ("owner", gettext("Salesperson"), str(item.owner) if item.owner else gettext("nobody yet")),
        ("team", gettext("Team"), str(item.team) if item.team else ""), ("source", gettext("Source"), gettext(label(item.source))),
        ("campaign", gettext("Campaign"), str(item.campaign or "")),
    )


def _renewals(item: Opportunity) -> list[dict[str, Any]]:
    """What it renews, and what renews it."""
    link = Markup('<a href="{}">{}</a>')
    told = [
        (gettext("Renewal of") if each.id == item.renewal_of_id else gettext("Renewed by"), link.format(url_for("OpportunityView.show", pk=each.id), each))
        for each in (renewals_of(item) if may_hang("renewal", item) else ())
    ]
    return [{"title": gettext("Renewal"), "pairs": told}] if told else []


def _account(item: Opportunity) -> dict[str, Any] | None:
    account = item.account
    if account is None:
        return None
    pairs = only_shown(
        account, ("type", gettext("Type"), account.type.label if account.type else None), ("nip", gettext("NIP"), account.nip),
        ("siren", gettext("SIREN"), account.siren), ("city", gettext("City"), account.city),
        ("phone", gettext("Telephone"), account.phone and spaced(account.phone)),
    )
    return {"name": account.name, "url": url_for("AccountView.show", pk=account.id), "pairs": pairs}


def _description(item: Opportunity) -> list[dict[str, Any]]:
    if not shown(item, "description"):
        return []
    return [{"title": gettext("Description"), "text": formats.paragraphs(item.description)}]
