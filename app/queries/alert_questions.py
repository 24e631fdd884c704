"""Which question each rule of alerts asks, and what of its subjects was written meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select

from app.domain.alerts import Rule
from app.models import Account, Contact, Engagement, IncomingMessage, Mailbox, Opportunity, Order, ProspectRow, Task
from app.queries import alert_causes as causes
from app.queries import order_causes
from app.queries.alert_causes import OVERLAP, Among, Keys, Moment

TABLES: Mapping[str, Any] = {
    "opportunity": Opportunity.__table__, "task": Task.__table__, "contact": Contact.__table__, "account": Account.__table__,
    "mailbox": Mailbox.__table__, "message": IncomingMessage.__table__, "row": ProspectRow.__table__, "order": Order.__table__,
    "engagement": Engagement.__table__,
}


NAMED = ("mailbox", "message", "order")  # ``fresh`` names all of them that can give cause, which are few


@dataclass(frozen=True)
class Question:
    """``cause``: which subjects give cause now. ``fresh``: those that may since before have begun to, without being changed themselves."""

    cause: Callable[[Moment, Among], Select[Any]]
    fresh: Callable[[Moment, Moment], Keys]


def _all_of(table: Any, now: Moment, before: Moment) -> Keys:
    return (select(table.id),)


QUESTIONS: Mapping[Rule, Question] = {
    Rule.STAGNANT: Question(causes.stagnant, causes.fresh_stagnant),
    Rule.UNTOUCHED: Question(causes.untouched, causes.fresh_untouched),
    Rule.WOKEN: Question(causes.woken, causes.fresh_woken),
    Rule.UNASSIGNED: Question(causes.unassigned, causes.fresh_unassigned),
    Rule.LATE_TASK: Question(causes.late_task, causes.fresh_late_task),
    Rule.BAD_ADDRESS: Question(causes.bad_address, causes.fresh_bad_address),
    Rule.DOUBLE_ACCOUNT: Question(causes.double_account, causes.fresh_double_account),
    Rule.DOUBLE_CONTACT: Question(causes.double_contact, causes.fresh_double_contact),
    Rule.MAILBOX: Question(causes.silent_mailbox, partial(_all_of, causes.mailbox)),
    Rule.HELD: Question(causes.held, causes.fresh_held),
    Rule.REJECTED_ROW: Question(order_causes.rejected_row, order_causes.fresh_rejected_row),
    Rule.ROWS_WAIT: Question(order_causes.rows_wait, order_causes.open_orders),
    Rule.ORDER_LATE: Question(order_causes.order_late, order_causes.open_orders),
    Rule.ORDER_LEFT: Question(order_causes.order_left, order_causes.open_orders),
    Rule.SILENT_PROSPECT: Question(causes.silent_prospect, causes.fresh_silent_prospect),
}


def changed(subject: str, since: datetime) -> Keys | None:
    """Keys of the subjects that were written since then; None for those that are ``NAMED``."""
    at = since - OVERLAP
    if subject in NAMED:
        return None
    table = TABLES[subject].c
    written = select(table.id).where(table.updated_at >= at)
    if subject == "opportunity":
        task = causes.task
        return written, select(task.opportunity_id).where(task.updated_at >= at, task.opportunity_id.is_not(None))
    return (written, *order_causes.rows_of_changed(at)) if subject == "row" else (written,)
