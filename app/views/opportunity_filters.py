"""What the list of opportunities can be narrowed to besides its columns."""

from datetime import datetime
from typing import Any

from flask import g, request
from flask_appbuilder.models.filters import BaseFilter

from app.domain.workdays import local_day, start_of
from app.models import Opportunity, Step
from app.permissions.actor import current_actor
from app.permissions.figures import counted
from app.queries.opportunities import keys_of_late, late_since, steps_on_offer, too_long_in_step
from app.support import clock
from app.views.asked import zone


def offered_steps() -> list[Step]:
    """Asked once for the page."""
    if "steps_on_offer" not in g:
        g.steps_on_offer = steps_on_offer()
        g.several_pipelines = len({step.pipeline_id for step in g.steps_on_offer}) > 1
    steps: list[Step] = g.steps_on_offer
    return steps


class IsTooLong(BaseFilter):
    """Leaves what is longer in its step than that allows."""

    name = "is too long in its step"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(too_long_in_step(offered_steps()))


class IsLate(BaseFilter):
    """Leaves what has a task whose day is over where the reader is."""

    name = "is late"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(late_since(_start_of_today()))

    def source(self) -> Any:
        """Another way to the keys of what it leaves; one's own are asked one by one."""
        return None if request.args.get("mine") == "1" else keys_of_late(_start_of_today())


def _start_of_today() -> datetime:
    """Where the reader is."""
    place = zone().key
    return start_of(local_day(clock.now(), place), place)


class IsCounted(BaseFilter):
    """Leaves what counts in the reader's results."""

    name = "counts in the results"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(counted(Opportunity, current_actor()))


NARROWED = {"stagnant": IsTooLong, "late": IsLate, "counted": IsCounted}  # by the argument of the address
