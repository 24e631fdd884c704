"""Reading follow-up processes."""

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.domain.follow_ups import RunState
from app.extensions import db
from app.models import FollowUp, FollowUpRun, Opportunity


def processes_for(item: Opportunity) -> tuple[list[FollowUp], FollowUpRun | None]:
    """Those that fit how ``item`` was closed, and the one at work on it."""
    at_work = (FollowUpRun.follow_up_id == FollowUp.id) & (FollowUpRun.opportunity_id == item.id) & (FollowUpRun.state == RunState.RUNNING)
    fits = (FollowUp.status == item.status) & FollowUp.archived_at.is_(None) & or_(FollowUp.pipeline_id.is_(None), FollowUp.pipeline_id == item.pipeline_id)
    query = select(FollowUp, FollowUpRun).outerjoin(FollowUpRun, at_work).where(or_(fits, FollowUpRun.id.is_not(None)))
    found = db.session.execute(query.options(selectinload(FollowUp.lines)).order_by(FollowUp.position, FollowUp.id)).all()
    return [process for process, _ in found], next((run for _, run in found if run is not None), None)
