"""A held message is decided about by answering the notice that spoke of it: by the operations of its page, with the rights of that moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.errors import DomainError, Refusal
from app.domain.events import NoticeAnswered
from app.domain.opportunities import OPEN
from app.extensions import db
from app.inbound import decisions
from app.inbound.mime.answer_text import speaks_of, words_of
from app.inbound.mime.notice_answers import Choice, Decided, decided
from app.models import Account, Contact, IncomingMessage, Opportunity, User
from app.operations.group import apart
from app.operations.transaction import atomic
from app.permissions.actor import Actor, acting
from app.permissions.decide import actor_of
from app.queries import lookups
from app.queries import messages as queries
from app.support.i18n import N_

SHORTEST = 3  # letters of a word that is looked for
LONGEST_ENDING = 3
ASKED = N_("What is meant is not certain, so nothing was changed.")
NONE_FOUND = N_("No open opportunity and no contact of that name was found, so nothing was changed.")
SEVERAL_FOUND = N_("There are several of that name, so nothing was changed: %(names)s.")
WHO = N_("It may be about several people: %(names)s. Answer with “yes” and the address of the right one.")


@dataclass(frozen=True)
class Settled:
    """What came of the answer: ``question`` where something would have to be known, or the refusal of the page."""

    is_done: bool = False
    question: Refusal | None = None


def settle_by_answer(event: NoticeAnswered) -> Settled:
    """Decide about the held message as the answer says."""
    user, held = db.session.get_one(User, event.user_id), db.session.get(IncomingMessage, event.held_id)
    actor = actor_of(user, db.session())
    with acting(actor):
        if held is None:
            return Settled(question=DomainError("void", N_("You may not see this message any more.")))
        wanted = decided(event.said)
        try:
            with apart(), db.session.begin_nested():
                _carry_out(held, wanted, actor=actor)
        except Refusal as refusal:
            return Settled(question=refusal)
    return Settled(is_done=True)


@atomic
def _carry_out(held: IncomingMessage, wanted: Decided, *, actor: Actor) -> None:
    if wanted.choice is Choice.IGNORE:
        decisions.ignore(held, actor=actor)
    elif wanted.choice is Choice.CREATE:
        _create(held, wanted, actor)
    elif wanted.choice is Choice.ATTACH:
        place = _place(held, wanted.name)
        if isinstance(place, Contact):
            decisions.attach_to_contact(held, place, actor=actor)
        else:
            decisions.attach_to(held, place, actor=actor)
    else:
        raise DomainError("unsure", ASKED)


def _create(held: IncomingMessage, wanted: Decided, actor: Actor) -> None:
    possible = [each for each in (held.candidates or {}).get("people") or [] if isinstance(each, dict) and each.get("address")]
    if held.reason == "contact_unsure" and possible:
        chosen = [each["address"] for each in possible if wanted.address in ("", each["address"])]
        if len(chosen) == 1:
            decisions.confirm_contact(held, chosen[0], actor=actor)
            return
        if not wanted.address:
            raise DomainError("several_people", WHO, names=", ".join(each["address"] for each in possible))
    decisions.create_opportunity(held, contact_values={"address": wanted.address} if wanted.address else None, actor=actor)


def _place(held: IncomingMessage, name: str) -> Opportunity | Contact:
    """The one open opportunity of that name, of that customer, or else the one contact; refused where there is none, or more."""
    words = words_of(name)
    near = [each for each in queries.candidates(held.candidates or {}) if isinstance(each, Opportunity) and each.is_open]
    fitting = [each for each in near if _speaks(each, words)]
    contacts = [each for each in _found(Contact, words) if speaks_of(str(each), words)]
    if not fitting:
        deals = [*_found(Opportunity, words), *(deal for each in contacts for deal in queries.opportunities_of(each)), *_of_accounts(words)]
        fitting = [each for each in dict.fromkeys(deals) if each.is_open and _speaks(each, words)]
    places: Sequence[Opportunity | Contact] = fitting or contacts
    if not places:
        raise DomainError("none_found", NONE_FOUND)
    if len(places) > 1:
        raise DomainError("several_found", SEVERAL_FOUND, names=", ".join(str(each) for each in places[:5]))
    return places[0]


def _speaks(deal: Opportunity, words: Sequence[str]) -> bool:
    known = " ".join([deal.title, deal.account.name if deal.account else "", *(str(each) for each in deal.contacts)])
    return speaks_of(known, words)


def _found(model: type[Any], words: Sequence[str]) -> list[Any]:
    """Those in which each word begins a word, also without the ending that a case gives it."""
    stems = [[word[: len(word) - cut] for cut in range(LONGEST_ENDING + 1) if len(word) - cut >= SHORTEST] or [word] for word in words]
    for cut in range(max((len(each) for each in stems), default=0)):
        rows = lookups.matching(model, " ".join(each[min(cut, len(each) - 1)] for each in stems))
        if rows:
            return rows
    return []


def _of_accounts(words: Sequence[str]) -> list[Opportunity]:
    keys = [each.id for each in _found(Account, words)]
    found = select(Opportunity).where(Opportunity.account_id.in_(keys), Opportunity.status.in_(OPEN), Opportunity.archived_at.is_(None))
    return list(db.session.scalars(found.order_by(Opportunity.id).limit(lookups.LIMIT))) if keys else []
