"""Does a message answer a morning email?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.domain.summaries import Mine, Summary, Team, restored
from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.stages.match import thread_ids
from app.models import OutgoingMail, SummarySending, SummarySubscription
from app.models.summaries import Edition


@dataclass(frozen=True)
class Answered:
    """The morning email that is answered."""

    subscription: SummarySubscription
    day: date

    @property
    def summary(self) -> Summary | None:
        """What it said; None when there was nothing to say, or it was never recorded."""
        of_day = (SummarySending.subscription_id == self.subscription.id) & (SummarySending.day == self.day)
        figures = db.session.scalar(select(SummarySending.figures).where(of_day))
        kind: type[Summary] = Team if self.subscription.edition is Edition.TEAM else Mine
        return restored(kind, figures) if figures else None


def answered(mail: Mail, addressed: Sequence[str], directory: Directory) -> Answered | None:
    """The summary to whose signed address it was sent; or, sent to another address of ours, the one that it answers by its id."""
    for address in addressed:
        if found := directory.summary_ref(address):
            reference, day = found
            subscription = db.session.scalars(select(SummarySubscription).where(SummarySubscription.public_ref == reference)).first()
            return Answered(subscription, day) if subscription else None
    ids = [each for each in thread_ids(mail) if directory.is_own_id(each)]
    if not ids or not addressed:
        return None
    query = select(SummarySending).join(OutgoingMail, OutgoingMail.id == SummarySending.outgoing_id).where(OutgoingMail.header_id.in_(ids))
    sending = db.session.scalars(query).first()
    return Answered(sending.subscription, sending.day) if sending else None
