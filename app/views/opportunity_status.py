"""The status of an opportunity changed where it stands: each new one is an operation, and asks for what that needs."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask_appbuilder.forms import DynamicForm
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField, widgets

from app.domain.errors import DomainError, Stale
from app.domain.labels import label
from app.domain.opportunities import CLOSED, Status
from app.models import Opportunity
from app.operations import opportunities
from app.permissions.actor import current_actor
from app.permissions.decide import is_writable
from app.support.i18n import N_
from app.views.acts import tomorrow_morning
from app.views.controls import Choice, Native
from app.views.fields import LocalDateTimeField


class StatusForm(DynamicForm):
    """Which one, and what it asks for."""

    status = SelectField(lazy_gettext("Status"), widget=Native(Choice(), "form-select"))
    until = LocalDateTimeField(
        lazy_gettext("Remind me on"), format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"], widget=Native(widgets.DateTimeLocalInput()),
    )
    reason = StringField(lazy_gettext("Reason"), widget=Native(widgets.TextInput(), maxlength="200"))
    competitor = StringField(lazy_gettext("Competitor"), widget=Native(widgets.TextInput(), maxlength="120"))


def status_form(view: Any, item: Opportunity) -> tuple[Any, Callable[[], None], Callable[[], str]]:
    """The form, what it does, and the address that takes it back."""
    is_posted, seen = request.method == "POST", request.values.get("version", type=int)
    form = StatusForm() if is_posted else StatusForm(formdata=None, status=item.status.value, until=item.remind_at or tomorrow_morning())
    if not is_writable(current_actor(), item, "competitor"):
        del form.competitor
    form.status.choices = [(each.value, gettext(label(each))) for each in _offered(item)]
    for name, statuses in (("until", (Status.STANDBY,)), ("reason", (Status.LOST, Status.CANCELLED)), ("competitor", (Status.LOST,))):
        if name in form:
            form[name].asked_with = ("status", " ".join(each.value for each in statuses))
    was = item.status

    def change() -> None:
        if seen is not None and seen != item.version:
            raise Stale
        _set(item, Status(form.status.data), form)

    def undo() -> str:
        return url_for("OpportunityView.reopen", pk=item.id) if item.status in CLOSED and was not in CLOSED else ""

    return form, change, undo


def _offered(item: Opportunity) -> list[Status]:
    """What it is, and what can be done with it."""
    if item.status in CLOSED:
        return [item.status, Status.TODO]
    return [*([Status.TODO] if item.status is Status.TODO else []), Status.STANDBY, Status.WON, Status.LOST, Status.CANCELLED]


def _set(item: Opportunity, status: Status, form: Any) -> None:
    actor, reason = current_actor(), form.reason.data or ""
    if status is Status.STANDBY:
        if form.until.data is None:
            raise DomainError("no_reminder", N_("Say until when: choose a day and an hour."))
        opportunities.put_on_standby(item, form.until.data, actor=actor)
    elif status is item.status:
        return
    elif status is Status.WON:
        opportunities.win(item, actor=actor)
    elif status is Status.LOST:
        opportunities.lose(item, reason=reason, competitor=form.competitor.data or "" if "competitor" in form else "", actor=actor)
    elif status is Status.CANCELLED:
        opportunities.cancel(item, reason=reason, actor=actor)
    else:
        opportunities.reopen(item, actor=actor)
