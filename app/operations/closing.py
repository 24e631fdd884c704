"""The reason and the competitor of a list that somebody's words mean, through whatever door the words came."""

from sqlalchemy import select

from app.domain.opportunities import ReasonOf, Status
from app.extensions import db
from app.models import CloseReason, Competitor
from app.support.text import fold

LANGUAGES = ("en", "fr", "pl")


def reason_meant(text: str, status: Status) -> CloseReason | None:
    """The reason that is called so in some language."""
    wanted = fold(text)
    offered = select(CloseReason).where(CloseReason.offered_for.in_((ReasonOf.BOTH, ReasonOf(status.value))), CloseReason.archived_at.is_(None))
    found = db.session.scalars(offered.order_by(CloseReason.position, CloseReason.id))
    return next((each for each in found if wanted and wanted in {fold(each.label_in(language)) for language in LANGUAGES}), None)


def competitor_meant(text: str) -> Competitor | None:
    wanted = fold(text)
    found = db.session.scalars(select(Competitor).where(Competitor.archived_at.is_(None)))
    return next((each for each in found if wanted and fold(each.name) == wanted), None)
