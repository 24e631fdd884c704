"""Who held a record, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import Handover, Team, User

LIMIT = 100  # the latest hand-overs


@dataclass(frozen=True)
class Holding:
    """``holder`` had it from ``since`` until ``until`` (None: still has it); a person, else a team, else None for nobody."""

    holder: User | Team | None
    since: datetime
    until: datetime | None


def holdings_of(item: Any) -> list[Holding]:
    """The holders of ``item`` in turn, the first one from its creation on."""
    loads = [selectinload(getattr(Handover, name)) for name in ("from_user", "from_team", "to_user", "to_team")]
    query = select(Handover).where(Handover.subject_type == type(item).__name__, Handover.subject_id == item.id)
    changes = list(db.session.scalars(query.options(*loads).order_by(Handover.id.desc()).limit(LIMIT)))[::-1]
    if not changes:
        return []
    since, holder = (item.created_at, changes[0].from_user or changes[0].from_team)
    found = []
    for change in changes:
        found.append(Holding(holder, since, change.at))
        since, holder = change.at, change.to_user or change.to_team
    return [*found, Holding(holder, since, None)]
