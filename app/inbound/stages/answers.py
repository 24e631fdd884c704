"""Does a message answer a morning email?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.domain.summaries import Mine, Summary, Team, lines_of, restored
from app.extensions import db
from app.inbound.mime.answers import Doubt, Item, Wish, wishes
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.stages.match import thread_ids
from app.models import IncomingMessage, OutgoingMail, SummarySending, SummarySubscription, User
from app.models.summaries import Edition


@dataclass(frozen=True)
class Answered:
    """The morning email that is answered."""

    subscription: SummarySubscription
    day: date
    said: str = ""  # of a mail of its own, which answers none: all it asks for
    confirmed: IncomingMessage | None = None  # the earlier answer, of which the mail that is answered told what came

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
            return Answered(subscription, day, confirmed=_confirmed(mail, directory, subscription)) if subscription else None
    ids = [each for each in thread_ids(mail) if directory.is_own_id(each)]
    if not ids or not addressed:
        return None
    query = select(SummarySending).join(OutgoingMail, OutgoingMail.id == SummarySending.outgoing_id).where(OutgoingMail.header_id.in_(ids))
    sending = db.session.scalars(query).first()
    return Answered(sending.subscription, sending.day) if sending else None


def _confirmed(mail: Mail, directory: Directory, subscription: SummarySubscription) -> IncomingMessage | None:
    """The message of which the mail that is answered told what was done; the id of that mail is signed, and it went to the same person."""
    if not mail.in_reply_to or not directory.is_own_id(mail.in_reply_to[0]):
        return None
    to_them = select(OutgoingMail.key).where(OutgoingMail.header_id == mail.in_reply_to[0], OutgoingMail.to_user_id == subscription.user_id)
    key = db.session.scalars(to_them.where(OutgoingMail.event == "answer")).first()
    return db.session.get(IncomingMessage, int(key.partition(":")[2])) if key else None


def wished(said: str, user: User, at: datetime) -> Answered | None:
    """What a mail of its own asks for, with the last morning email that ``user`` got; None where it is not all understood."""
    theirs = select(SummarySending).join(SummarySending.subscription).where(SummarySubscription.user_id == user.id, SummarySending.outgoing_id.is_not(None))
    sending = db.session.scalars(theirs.order_by(SummarySending.day.desc(), SummarySubscription.edition, SummarySending.id).limit(1)).first()
    if sending is None:
        return None
    found = Answered(sending.subscription, sending.day, said)
    items = [Item(line.title, " ".join(line.about)) for line in lines_of(found.summary)] if found.summary else []
    asked = wishes(said, at.replace(tzinfo=None), items) if items else []
    return found if asked and all(map(_is_understood, asked)) else None


def _is_understood(wish: Wish) -> bool:
    """But for which line is meant: every word that is left stands in one."""
    return wish.deed is not None and (wish.doubt is None or wish.doubt is Doubt.WHICH and bool(wish.doubted))
