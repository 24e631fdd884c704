"""What hangs on a record, as conditions: the statement that reads it for its page tells what else need not be asked."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from app.domain.follow_ups import RunState
from app.models import FollowUp, FollowUpRun, Handover, Merge, Opportunity
from app.models.tags import TAG_LINKS


def hanging(model: Any) -> dict[str, ColumnElement[bool]]:
    """By name whether a row of ``model`` has such at all; of *renewal*, whether or not the reader sees it."""
    noun, name = model.__table__.name, model.__name__
    handover, merge = Handover.__table__.c, Merge.__table__.c
    is_part = or_(merge.gone_id == model.id, merge.kept_id == model.id)
    found: dict[str, ColumnElement[bool]] = {
        "handover": exists().where(handover.subject_type == name, handover.subject_id == model.id),
        "merge": exists().where(merge.record_type == name, is_part, merge.undone_at.is_(None)),
    }
    if noun in TAG_LINKS:
        found["tag"] = exists().where(TAG_LINKS[noun].c[f"{noun}_id"] == model.id)
    if model is Opportunity:
        renewal, process, run = Opportunity.__table__.alias().c, FollowUp.__table__.c, FollowUpRun.__table__.c
        found["renewal"] = or_(model.renewal_of_id.is_not(None), exists().where(renewal.renewal_of_id == model.id))
        found["follow_up"] = or_(
            exists().where(process.status == model.status, process.archived_at.is_(None)),
            exists().where(run.opportunity_id == model.id, run.state == RunState.RUNNING),
        )
    return found
