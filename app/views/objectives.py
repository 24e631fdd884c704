"""Objectives: who sets them for whom, and how far they are."""

from collections.abc import Sequence
from typing import Any

from flask_appbuilder.fields import QuerySelectField
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from wtforms.fields.core import UnboundField

from app.domain.objectives import Goal
from app.domain.workdays import local_day
from app.models import Objective, Team, User
from app.operations import objectives  # noqa: F401  its rules
from app.outbound.goal_words import GoalWords
from app.outbound.words import Words
from app.permissions.actor import current_actor
from app.permissions.scope import members_of
from app.queries.objectives import goals, running
from app.queries.people import known_people, teams_by_name
from app.support import clock
from app.views.base import CrmView, OperationInterface
from app.views.people_fields import PeopleField


class ObjectiveView(CrmView):
    datamodel = OperationInterface(Objective)
    list_title, show_title = lazy_gettext("Objectives"), lazy_gettext("Objective")
    add_title, edit_title = lazy_gettext("New objective"), lazy_gettext("Edit objective")
    list_columns = ["owner", "team", "measure", "every", "target", "starts_on", "ends_on"]
    export_columns = ["owner", "team", "measure", "every", "target", "currency", "starts_on", "ends_on", "created_at"]
    order_columns = ["starts_on", "target"]
    base_order = ("starts_on", "desc")
    search_columns = ["owner", "team", "measure", "every", "starts_on"]
    show_columns = add_columns = edit_columns = ["owner", "team", "measure", "every", "target", "currency", "starts_on", "ends_on"]
    label_columns = {
        "owner": lazy_gettext("Person"), "team": lazy_gettext("Team"), "measure": lazy_gettext("What counts"), "every": lazy_gettext("How often"),
        "target": lazy_gettext("Target"), "currency": lazy_gettext("Currency"), "starts_on": lazy_gettext("From"),
        "ends_on": lazy_gettext("To (last day)"), "created_at": lazy_gettext("Created on"),
    }
    description_columns = {
        "owner": lazy_gettext("Choose a person or a team, not both"), "currency": lazy_gettext("Of an amount; what was won in other currencies does not count"),
        "starts_on": lazy_gettext("The month or quarter of this day is the first one"),
        "ends_on": lazy_gettext("The month or quarter of this day is the last one. Empty: until it is changed"),
    }
    empty_text = lazy_gettext("No objective yet. A manager sets what a person or a team is to reach; the results and the morning e-mail say how far it is.")
    add_label = lazy_gettext("New objective")

    def _init_forms(self) -> None:
        """Who sets an objective is offered those whom they manage."""
        super()._init_forms()
        for form in (self.add_form, self.edit_form):
            for column, field in ((name, getattr(form, name, None)) for name in ("owner", "team")):
                if not isinstance(field, UnboundField) or not issubclass(field.field_class, QuerySelectField):
                    continue
                if column == "team":
                    field.kwargs |= {"query_func": _teams}
                    continue
                kept = {key: field.kwargs[key] for key in ("label", "description", "validators") if key in field.kwargs}
                setattr(form, column, UnboundField(PeopleField, *field.args, view=self, column=column, offered=_people, **kept))

    def holding_acts(self, item: Objective) -> list[dict[str, Any]]:
        return []

    def holding_boxes(self, item: Objective) -> list[dict[str, Any]]:
        """How far it is in the month or quarter that runs."""
        words = GoalWords(Words(current_user.time_zone))
        found = goals([item], current_user, _today())
        return [{"title": words.period(each), "pairs": words.pairs(each)} for each in found]


def _people() -> list[Any]:
    actor = current_actor()
    return known_people() if actor.sees_all else [(User.id == actor.id) | User.id.in_(members_of(actor.managed_team_ids))]


def _teams() -> Sequence[Any]:
    actor = current_actor()
    return teams_by_name() if actor.sees_all else teams_by_name(Team.id.in_(sorted(actor.managed_team_ids)))


def _today() -> Any:
    return local_day(clock.now(), current_user.time_zone)


def running_objectives() -> list[dict[str, Any]]:
    """The objectives of this month and quarter as the page of results shows them."""
    words = GoalWords(Words(current_user.time_zone))
    return [_shown(each, words) for each in running(current_user, _today())]


def _shown(goal: Goal, words: GoalWords) -> dict[str, Any]:
    cells = words.cells(goal)
    named = gettext("%(label)s: %(text)s", label=goal.name, text=cells[0])
    return {"label": named, "cells": cells[1:], "width": f"{min(goal.share, 1) * 100:.2f}%", "due": f"{min(goal.due, 1) * 100:.2f}%"}
