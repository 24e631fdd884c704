"""Mail about whose a record is: to whoever gets it, never to whoever gave it. Called inside a transaction: it only queues."""

from typing import Any

from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import select

from app.domain.events import BecameCoOwner, HandedOver
from app.extensions import db
from app.models import Account, Contact, Engagement, Opportunity, Task, TeamMembership, User, WorkMove
from app.outbound.notices import language_of, notice
from app.support import clock

PAGES: dict[str, tuple[type[Any], str]] = {
    "Opportunity": (Opportunity, "/opportunityview/show/"), "Account": (Account, "/accountview/show/"),
    "Contact": (Contact, "/contactview/show/"), "Engagement": (Engagement, "/engagementview/show/"), "Task": (Task, "/taskview/show/"),
}


def handed_over(event: HandedOver) -> None:
    """To the new holder; of a team to its managers, who see to it that somebody takes it, else to its members."""
    if event.by_id is None:
        return
    model, page = PAGES[event.subject_type]
    item, by = db.session.get_one(model, event.subject_id), str(db.session.get_one(User, event.by_id))
    for user in _receivers(event.to_user_id, event.to_team_id, event.by_id):
        with force_locale(language_of(user)):
            if event.to_user_id is not None:
                title = gettext("“%(title)s” is yours now", title=item)
                sentence = gettext("%(name)s handed it over to you.", name=by)
            else:
                title = gettext("“%(title)s” waits for somebody of your team", title=item)
                sentence = gettext("%(name)s gave it to the team. Whoever takes it has it.", name=by)
        key = f"handover:{event.subject_type}:{item.id}:{clock.now():%Y%m%dT%H%M%S%f}:{user.id}"
        notice(key, "notice:handover", user, title, [sentence], event.note, "", f"{page}{item.id}", about=item)


def also_responsible(event: BecameCoOwner) -> None:
    """To somebody who is also responsible for a record now."""
    user = db.session.get(User, event.user_id)
    if event.by_id is None or event.by_id == event.user_id or user is None or not user.active:
        return
    model, page = PAGES[event.subject_type]
    item, by = db.session.get_one(model, event.subject_id), str(db.session.get_one(User, event.by_id))
    with force_locale(language_of(user)):
        title = gettext("You are also responsible for “%(title)s”", title=item)
        sentence = gettext("%(name)s decided it.", name=by)
    key = f"co-owner:{event.subject_type}:{item.id}:{clock.now():%Y%m%dT%H%M%S%f}:{user.id}"
    notice(key, "notice:handover", user, title, [sentence], "", "", f"{page}{item.id}", about=item)


def work_moved(move: WorkMove) -> None:
    """One mail about all records that came with ``move``."""
    if not move.done:
        return
    giver = str(move.from_user)
    for user in _receivers(move.to_user_id, move.to_team_id, move.created_by_id):
        with force_locale(language_of(user)):
            title = gettext("The work of %(name)s comes to you", name=giver)
            sentence = ngettext("%(num)s record moved.", "%(num)s records moved.", move.done)
        notice(f"move:{move.id}:{user.id}", "notice:work_move", user, title, [sentence], move.note, "", "/today/")


def _receivers(user_id: int | None, team_id: int | None, by_id: int | None) -> list[User]:
    if user_id is not None:
        found = [db.session.get_one(User, user_id)]
    elif team_id is not None:
        member = select(TeamMembership).where(TeamMembership.team_id == team_id)
        seats = list(db.session.scalars(member))
        found = [seat.user for seat in seats if seat.is_manager] or [seat.user for seat in seats]
    else:
        found = []
    return [user for user in found if user.active and user.id != by_id]
