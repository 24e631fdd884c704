"""What comes next in an opportunity, in one line: on the board, in lists and in what is exported of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm.util import identity_key

from app.domain.opportunities import OPEN, Status
from app.extensions import db
from app.models import Opportunity, Task
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.listed import next_steps, turn_of
from app.support import clock
from app.views import formats
from app.views.asked import zone

# Filled in with %, which takes a third of the time of ``format``: a list has some of each in every row.
FACE = Markup('<span class="k-face" aria-hidden="true" title="%s">%s</span><span class="k-face-name">%s</span>')
LATE = Markup('<span class="k-ends" title="%s"><span class="k-cut">%s</span> <span class="k-late">%s%s</span></span>')
WHEN = Markup('<span class="k-ends" title="%s"><span class="k-cut">%s</span> <span class="k-2nd">%s</span></span>')
NOTHING = Markup('<span class="k-2nd">%s</span>')


@dataclass(frozen=True)
class NextAct:
    """What is to be done, and when; ``late`` says by how much its day is over. Without a title nothing is planned."""

    title: str
    when: str = ""
    late: str = ""
    at: datetime | None = None
    days: int = 0  # that it is late

    @property
    def brief(self) -> str:
        """The day where there is little room: of today the hour alone."""
        if self.days:
            return str(ngettext("%(num)s d late", "%(num)s d late", self.days))
        return formats.brief(self.at) if self.at else ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.when or self.late) if part)


def next_act(status: Status, remind_at: Any, task: Task | None) -> NextAct | None:
    """The end of the standby, or the earliest task; None for what is closed."""
    if status not in OPEN:
        return None
    if status is Status.STANDBY and remind_at:
        return NextAct(gettext("Reminder"), when=formats.moment(remind_at), at=remind_at)
    if task is None or task.due_at is None:
        return NextAct("")
    title = task.title if is_shown(current_actor(), Task, "title") else ""
    today, due = clock.now().astimezone(zone()).date(), task.due_at.astimezone(zone()).date()
    if due < today:
        days = (today - due).days
        return NextAct(title, late=ngettext("%(num)s day late", "%(num)s days late", days), days=days)
    return NextAct(title, when=formats.moment(task.due_at), at=task.due_at)


def lines_of(keys: list[int]) -> dict[int, NextAct | None]:
    """What comes next in each of these opportunities; those that the page has read already are not asked for again."""
    tasks = next_steps(Opportunity, keys)
    here = [each for key in keys if (each := db.session().identity_map.get(identity_key(Opportunity, key))) is not None]
    others = {*keys} - {each.id for each in here}
    rows = turn_of(Opportunity, [*others], [Opportunity.status, Opportunity.remind_at]) if others else []
    standing = [*((each.id, each.status, each.remind_at) for each in here), *rows]
    return {key: next_act(status, remind_at, tasks.get(key)) for key, status, remind_at in standing}


def drawn(found: NextAct | None) -> Markup | str:
    """The line of a list: what is cut off where there is no room is the title, never the day."""
    if found is None:
        return ""
    if found.late:
        return LATE % (found, found.title, formats.icon("exclamation-circle-fill"), found.brief)
    if found.when:
        return WHEN % (found, found.title, found.brief)
    return Markup("<span>%s</span>") % found.title if found.title else NOTHING % gettext("No next step")


def face(person: Any) -> Markup | str:
    """A person by their initials where there is little room; the name for all who do not see, or who point at it."""
    if person is None:
        return ""
    name = str(person)
    return FACE % (name, formats.initials(name), name)
