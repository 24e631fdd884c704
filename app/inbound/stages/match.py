"""To which opportunity, or else to which engagement, does a message belong? The first way that gives one decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.inbound.mime.mail import Mail
from app.inbound.stages.directory import record_ref
from app.models import Contact, Engagement, Opportunity, User
from app.operations.filing import lines_of_thread, live_engagements, open_opportunities
from app.operations.merged import survivor

MAX_REFERENCES = 32


@dataclass(frozen=True)
class Match:
    """``reason`` is a code of ``domain/messages``; ``candidates`` are what a person may move it to."""

    opportunity: Opportunity | None
    reason: str
    candidates: Sequence[Opportunity] = ()
    is_thread: bool = False  # the message answers one that is in history, whatever became of its opportunity
    person: Contact | None = None  # by whom it was found
    answered: datetime | None = None  # when the message of the thread was written
    engagement: Engagement | None = None  # live; of a thread, or where the people have no open opportunity
    engagements: Sequence[Engagement] = ()  # all live ones of theirs
    is_addressed: bool = False  # to the engagement itself

    @property
    def is_sure(self) -> bool:
        """Whether the message itself says where it belongs, by its thread or its address."""
        return self.answered is not None or self.is_addressed


_SIGNED: dict[str, Any] = {"opportunity": Opportunity, "engagement": Engagement}


def _by_address(addressed: Sequence[str]) -> Opportunity | Engagement | None:
    """The record whose signed address is among them; that of a contact says no more than who wrote."""
    for address in addressed:
        noun, reference = record_ref(address) or ("", "")
        if model := _SIGNED.get(noun):
            found: Opportunity | Engagement | None = db.session.scalars(select(model).where(model.public_ref == reference)).first()
            return survivor(found) if found is not None else None
    return None


def thread_ids(mail: Mail) -> list[str]:
    """The ids that ``mail`` answers, the nearest first."""
    newest_first = [*reversed(list(mail.in_reply_to)), *reversed(list(mail.references)[-MAX_REFERENCES:])]
    return list(dict.fromkeys(newest_first))


def match(mail: Mail, addressed: Sequence[str], contacts: Sequence[Contact], user: User | None) -> Match:
    """Find the opportunity by address, thread, then the open ones of ``contacts`` (the customer first)."""
    named = _by_address(addressed)
    if isinstance(named, Opportunity) and named.is_open:
        return Match(named, "token")
    if isinstance(named, Engagement) and named.is_live:
        return Match(None, "token_engagement", engagement=named, is_addressed=True)
    lines = lines_of_thread(thread_ids(mail))
    for line in lines:
        if isinstance(line.place, Opportunity) and line.place.is_open:
            return Match(line.place, "thread", is_thread=True, answered=line.occurred_at)
        if isinstance(line.place, Engagement) and line.place.is_live:
            return Match(None, "thread", is_thread=True, answered=line.occurred_at, engagement=line.place)
    is_thread = bool(lines) or named is not None
    for people in (contacts[:1], contacts[1:10]):
        if found := open_opportunities([each.id for each in people]):
            return _among(found, people, user, is_thread)
    engaged = live_engagements(contacts[0]) if contacts else []
    reason = "engagement" if len(engaged) == 1 else "engagement_recent" if engaged else "on_contact"
    return Match(None, reason, (), is_thread, engagement=engaged[0] if engaged else None, engagements=engaged)


def _among(found: Sequence[Opportunity], people: Sequence[Contact], user: User | None, is_thread: bool) -> Match:
    """The only one; of several an own one of the colleague first, then the most recently active."""
    mine = [each for each in found if user is not None and each.owner_id == user.id]
    chosen = (mine or found)[0]
    person = people[0] if len(people) == 1 else next((each for each in people if chosen in open_opportunities([each.id])), None)
    reason = "only_open" if len(found) == 1 else "most_recent_own" if mine and len(mine) < len(found) else "most_recent"
    return Match(chosen, reason, found, is_thread, person)
