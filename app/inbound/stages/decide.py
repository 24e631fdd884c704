"""What becomes of a message: the rules, in one place, given who sent it and what it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.domain.appointments import Method
from app.domain.messages import State
from app.domain.opportunities import Source
from app.domain.sender_rules import Effect
from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.mime.understand import Kind
from app.inbound.outcome import Verdict
from app.inbound.stages import machines
from app.inbound.stages.answers import answered, wished
from app.inbound.stages.case import Case, Decision
from app.inbound.stages.directory import Intake, intakes_of
from app.inbound.stages.facts import person_of
from app.inbound.stages.heirs import heir_of
from app.inbound.stages.match import Match, match
from app.inbound.stages.trust import secret_owners
from app.models import Contact, Engagement, IncomingMessage, User
from app.models.crm_addresses import AddressKind, Policy, UnknownRecipient
from app.operations.appointments import may_change, said_by
from app.operations.filing import has_opportunity, may_begin
from app.operations.group import once
from app.operations.messages import unproven_since
from app.operations.people import Person, contact_of
from app.operations.self_tests import marked
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support import clock

RATE_LIMIT = 20
RATE_WINDOW = timedelta(minutes=120)
MAX_HOPS = 40  # ordinary mail passes through fewer than 15 servers; servers themselves give up between 25 and 50
OF_MACHINES = frozenset({Kind.BOUNCE, Kind.AUTO_REPLY, Kind.FEEDBACK, Kind.LIST, Kind.CALENDAR})
SOURCES = {Kind.BCC: Source.BCC, Kind.FORWARD: Source.FORWARD, Kind.FORM: Source.WEB_FORM}


def _held(case: Case, reason: str, **params: Any) -> Decision:
    team_id = case.address.team_id if case.address else None
    person = person_of(case.found.contact) if case.found.contact else None
    return Decision(Verdict(State.HELD, reason, params), user=case.user, person=person, keeps=False, team_id=team_id,
                    is_authenticated=case.sender.is_authenticated)


def _ignored(case: Case, reason: str, **params: Any) -> Decision:
    user, team_id = _addressee(case) if case.user is None and case.found.kind in OF_MACHINES else (case.user, None)
    return Decision(
        Verdict(State.IGNORED, reason, params), user=user, team_id=team_id, keeps=False, is_authenticated=case.sender.is_authenticated
    )


def _addressee(case: Case) -> tuple[User | None, int | None]:
    """Who finds in *Incoming mail* what came to a secret address: its owner, or whose the work of that owner is now."""
    owners = secret_owners(case.found.addressed, case.directory)
    if not owners or (key := owners[0].user_id) is None:
        return None, None
    return heir_of(once(("user", key), lambda: db.session.get_one(User, key)))


def public_address(addressed: Sequence[str], directory: Directory) -> Intake | None:
    """The public or team address among ``addressed``."""
    known = [each for each in intakes_of(addressed, directory) if each.kind is not AddressKind.USER]
    return min(known, key=lambda each: each.id, default=None)


def _is_flooding(mail: Mail) -> bool:
    return mail.author is not None and unproven_since(mail.author.address, clock.now() - RATE_WINDOW) >= RATE_LIMIT


def _without_a_writer(case: Case) -> Decision | None:
    """What no person wrote to us."""
    kind = case.found.kind
    if kind is Kind.UNREADABLE:
        return Decision(Verdict(State.FAILED, "unreadable"), keeps=False)
    if case.is_robot:
        return _ignored(case, "robot")
    if kind is Kind.OWN:
        return _ignored(case, "selftest" if marked(case.mail.subject) else "own")
    if case.mail.hops > MAX_HOPS:
        return _ignored(case, "loop", count=case.mail.hops)
    if kind in (Kind.BOUNCE, Kind.FEEDBACK):
        return _bounce(case) if kind is Kind.BOUNCE else _feedback(case)
    if case.rule is not None and case.rule.effect is Effect.BLOCK:
        return _ignored(case, "blocked", rule=case.rule.sender, rule_id=case.rule.id)
    if kind is Kind.LIST:
        return _ignored(case, "list")
    return _auto_reply(case) if kind is Kind.AUTO_REPLY else None


def decide(case: Case) -> Decision:
    """The fate of one message. Run inside the transaction that files it."""
    decision = _decided(case)
    rule, verdict = case.rule, decision.verdict
    if rule is None or not case.is_let_through or verdict.state not in (State.ATTACHED, State.CREATED):
        return decision
    return replace(decision, verdict=Verdict(verdict.state, verdict.reason, {**verdict.params, "rule": rule.sender, "rule_id": rule.id}))


def _decided(case: Case) -> Decision:
    kind = case.found.kind
    if set_aside := _without_a_writer(case):
        return set_aside
    if case.sender.verdict is not None:
        held = _held(case, case.sender.verdict.reason, **case.sender.verdict.params)
        return replace(held, team_id=case.sender.team_id) if case.sender.team_id is not None else held
    is_free = case.user is not None or case.is_known_form or case.is_let_through or case.sender.is_authenticated
    if not is_free and _is_flooding(case.mail):
        return _held(case, "rate", count=RATE_LIMIT, sender=case.who)
    if kind in (Kind.REPLY, Kind.INBOUND, Kind.BCC, Kind.FORWARD) and (settling := _notice_answer(case)):
        return settling
    if kind in (Kind.REPLY, Kind.INBOUND) and (answer := _answer(case)):
        return answer
    if kind in (Kind.CALENDAR, Kind.BCC) and (change := _calendar_change(case)):
        return change
    if kind is Kind.FORM:
        return _form(case)
    if case.user is not None:
        return _from_colleague(case)
    return _from_outside(case)


def _answer(case: Case) -> Decision | None:
    """What a colleague answers to their own morning email is done; from anybody else it waits for a decision."""
    found = answered(case.mail, case.found.addressed, case.directory)
    if found is None:
        return None
    if case.user is None or case.user.id != found.subscription.user_id:
        held = _held(case, "answer_not_reader", user=str(found.subscription.user))
        return held if case.user is not None else replace(held, user=found.subscription.user)
    return Decision(Verdict(State.IGNORED, "answer_empty"), user=case.user, keeps=False, is_authenticated=case.sender.is_authenticated, answers=found)


def _notice_answer(case: Case) -> Decision | None:
    """Who answers a notice about a held message decides about it, as far as their rights go; nobody outside does."""
    references = [found for each in case.found.addressed if (found := case.directory.held_ref(each))]
    held = db.session.scalars(select(IncomingMessage).where(IncomingMessage.public_ref.in_(references))).first() if references else None
    if held is None:
        return _held(case, "notice_not_colleague") if references else None
    if case.user is None:
        return _held(case, "notice_not_colleague")
    return replace(_ignored(case, "notice_answered", sender=str(case.user), subject=case.mail.subject), settles=held.id)


def _auto_reply(case: Case) -> Decision:
    seen, author = case.found.contact, case.mail.author
    is_theirs = seen is not None and author is not None and seen.address == author.address  # not a colleague's to a customer
    contact = contact_of(seen.address) if seen and is_theirs else None
    if contact is None:
        return _ignored(case, "auto_reply")
    return replace(_ignored(case, "auto_reply_noted", contact=str(contact)), contact=contact)


def _bounce(case: Case) -> Decision:
    bounce = case.found.bounce
    about = (bounce.recipient if bounce else None) or "…"
    if bounce is not None and bounce.action == "delayed":
        return _ignored(case, "bounce_delayed", address=about)
    news = tuple(machines.failures(bounce)) if bounce else ()
    if not news:
        return _ignored(case, "bounce_unknown", address=about)
    contact, report = news[0]
    reason = "bounce_recorded" if report.is_permanent else "bounce_noted"
    return replace(_ignored(case, reason, address=report.address), contact=contact, news=news)


def _feedback(case: Case) -> Decision:
    news = machines.complaint(case.found.feedback) if case.found.feedback else None
    if news is None:
        return _ignored(case, "feedback")
    contact, report = news
    return replace(_ignored(case, "feedback_recorded", address=report.address), contact=contact, news=(news,))


def _calendar_change(case: Case) -> Decision | None:
    """A change, a cancellation or an answer belongs where the appointment is, whoever else could be meant."""
    meetings = case.found.meetings
    changes = machines.known(meetings)
    if not changes:
        is_new = any(each.method is Method.REQUEST for each in meetings)
        return _ignored(case, "calendar") if meetings and not is_new and case.user is None else None
    if case.user is None:
        senders = machines.senders(case.mail, case.directory)
        if foreign := next((appointment for appointment, each in changes if not may_change(appointment, each, senders)), None):
            return _ignored(case, "calendar_foreign", appointment=str(foreign))
        meetings = tuple(said_by(each, senders) for each in meetings)
    appointment = changes[0][0]
    verdict = Verdict(State.ATTACHED, "calendar_changed", {"appointment": str(appointment)})
    entry = appointment.entry
    return Decision(
        verdict, user=case.user, contact=entry.contact, opportunity=entry.opportunity, engagement=entry.engagement,
        is_authenticated=case.sender.is_authenticated, meetings=meetings,
    )


def _matched(case: Case, contact: Contact | None) -> Match:
    others = [found for each in case.found.participants[:10] if (found := contact_of(each.address))]
    people = [contact, *others] if contact else others
    return match(case.mail, case.found.addressed, people, case.user)


def _candidates(result: Match) -> dict[str, Any]:
    if len(result.engagements) > 1:
        return {"engagements": [each.id for each in result.engagements]}
    return {"opportunities": [each.id for each in result.candidates]} if len(result.candidates) > 1 else {}


def _attached(case: Case, result: Match, contact: Contact | None, person: Person | None, *, wakes: bool) -> Decision:
    opportunity = result.opportunity
    assert opportunity is not None
    known = result.person or contact
    reason, params = result.reason, {"opportunity": opportunity.title, "contact": str(known) if known else person.name if person else ""}
    if result.answered is not None:
        params["day"] = result.answered.date().isoformat()
    if len(result.candidates) > 1:
        params |= {"count": str(len(result.candidates)), "sender": case.who}
    if case.sender.actor is not None and not is_allowed(case.sender.actor, Action.WRITE, opportunity):
        reason = "colleague"
    return Decision(
        Verdict(State.ATTACHED, reason, params), user=case.user, contact=contact, person=person, opportunity=opportunity, wakes=wakes,
        is_authenticated=case.sender.is_authenticated, candidates=_candidates(result),
        is_linked=contact is not None and result.person is contact,
    )


def _on_contact(case: Case, contact: Contact, result: Match) -> Decision:
    """Where nothing is being sold: into the history of the engagement, else of the contact."""
    if result.engagement is not None:
        return _on_engagement(case, result, result.engagement, contact, None)
    reason = "on_contact_closed" if has_opportunity(contact) else "on_contact"
    return Decision(
        Verdict(State.ATTACHED, reason, {"contact": str(contact)}), user=case.user, contact=contact,
        is_authenticated=case.sender.is_authenticated,
    )


def _on_engagement(case: Case, result: Match, engagement: Engagement, contact: Contact | None, person: Person | None) -> Decision:
    whose = str(contact) if contact else person.name or person.address if person else ""
    params = {"opportunity": engagement.name, "contact": whose, "count": str(len(result.engagements))}
    if result.answered is not None:
        params["day"] = result.answered.date().isoformat()
    is_theirs = case.sender.actor is None or is_allowed(case.sender.actor, Action.WRITE, engagement)
    return Decision(
        Verdict(State.ATTACHED, result.reason if is_theirs else "colleague", params), user=case.user, contact=contact, person=person,
        engagement=engagement, is_authenticated=case.sender.is_authenticated, candidates=_candidates(result),
    )


def _created(case: Case, reason: str, contact: Contact | None, person: Person, **params: Any) -> Decision:
    address, target = case.address, case.target
    owner = target.owner_id if target else case.user.id if case.user else None
    if target is None and case.sender.actor is not None and not may_begin(case.sender.actor):
        return _held(case, "no_right", sender=case.who)
    team = target.team_id if target else None
    given = address if address and case.form is None else None  # a form of ours says all itself
    return Decision(
        Verdict(State.CREATED, reason, {"contact": str(contact) if contact else person.name or person.address, "sender": case.who, **params}),
        user=case.user, contact=contact, person=person, create=True, source=SOURCES.get(case.found.kind, Source.EMAIL),
        owner_id=owner, is_authenticated=case.sender.is_authenticated,
        team_id=team or (given.team_id if given and owner is None else None),
        pipeline_id=(target.pipeline_id if target else None) or (given.pipeline_id if given else None),
    )


def _form(case: Case) -> Decision:
    name = case.target.name if case.target else (case.found.form.subject if case.found.form else "") or case.mail.subject
    if case.found.contact is None:
        return _held(case, "no_external")
    person = person_of(case.found.contact)
    if case.found.form and case.found.form.first_name:
        person = replace(person, last_name=case.found.form.last_name)
    contact = contact_of(person.address)
    result = _matched(case, contact)
    if result.opportunity is not None:
        decision = _attached(case, result, contact, person, wakes=True)
        params = {"form": name, "opportunity": result.opportunity.title, "contact": str(contact or person.name or person.address)}
        return replace(decision, verdict=Verdict(State.ATTACHED, "form_attached", params))
    if not case.is_known_form and (refused := _by_policy(case, contact, person)):
        return refused
    if case.form is None and not case.is_known_form and not case.found.addressed:
        return _held(case, "not_addressed")
    return _created(case, "new_from_form", contact, person, form=name)


def _from_colleague(case: Case) -> Decision:
    seen, kind = case.found.contact, case.found.kind
    if kind is Kind.FORWARD and (seen is None or not seen.is_confirmed):
        return replace(_held(case, "contact_unsure"), candidates=_people(case))
    if seen is None:
        return _remark(case)
    if not seen.is_confirmed:
        candidate = {"name": seen.name, "address": seen.address}
        return replace(_held(case, "contact_unsure"), candidates={"people": [candidate]})
    person = person_of(seen)
    contact = contact_of(person.address)
    result = _matched(case, contact)
    if result.opportunity is not None:
        return _attached(case, result, contact, person, wakes=False)
    if result.engagement is not None and result.is_sure:
        return _on_engagement(case, result, result.engagement, contact, person)
    if kind is Kind.FORWARD:
        return _created(case, "new_from_forward", contact, person)
    if contact is not None:
        return _on_contact(case, contact, result)
    if kind is not Kind.BCC:
        return _held(case, "no_external")
    holds = any(each.unknown_recipient is UnknownRecipient.HOLD for each in secret_owners(case.found.addressed, case.directory))
    if holds or (case.address is not None and case.address.unknown_recipient is UnknownRecipient.HOLD):
        return _held(case, "unknown_recipient", contact=person.name or person.address)
    return _created(case, "new_from_bcc", None, person)


def _remark(case: Case) -> Decision:
    """Among colleagues, sent to the address of a record."""
    by_address = _matched(case, None)
    if by_address.engagement is not None and by_address.is_addressed:
        return _on_engagement(case, by_address, by_address.engagement, None, None)
    if by_address.opportunity:
        return _attached(case, by_address, None, None, wakes=False)
    return _wished(case) or _held(case, "no_external")


def _wished(case: Case) -> Decision | None:
    """To their own secret address, and of no customer: what is to be done with a line of their last morning email. It is asked, not done."""
    if case.user is None or not any(each.user_id == case.user.id for each in secret_owners(case.found.addressed, case.directory)):
        return None
    found = wished(case.said.strip() or case.mail.subject, case.user, case.mail.date or clock.now())
    return None if found is None else Decision(Verdict(State.IGNORED, "answer_empty"), user=case.user, keeps=False,
                                               is_authenticated=case.sender.is_authenticated, answers=found)


def _people(case: Case) -> dict[str, Any]:
    """Whom a person may choose from; they see who forwarded what, and nothing is guessed."""
    return {"people": [{"name": each.name, "address": each.address} for each in case.found.candidates]}


def _from_outside(case: Case) -> Decision:
    seen, address = case.found.contact, case.address
    if seen is None:
        return _held(case, "no_external")
    if not seen.is_confirmed:
        return _held(case, "recipient_only", contact=seen.name or seen.address)
    person = person_of(seen)
    contact = contact_of(person.address)
    result = _matched(case, contact)
    is_calendar = case.found.kind is Kind.CALENDAR
    if result.opportunity is not None and (contact is not None or result.is_thread or result.reason == "token"):
        return _attached(case, result, contact, person, wakes=not is_calendar)
    if result.engagement is not None and result.is_sure:
        return _on_engagement(case, result, result.engagement, contact, person)
    if is_calendar:
        return _on_contact(case, contact, result) if contact else _ignored(case, "calendar")
    if contact is not None and (address is None or result.is_thread):
        return _on_contact(case, contact, result)
    if address is None:
        return _stranger(case, person)
    if refused := _by_policy(case, contact, person):
        return refused
    return _created(case, "new_from_direct", contact, person, address=address.address)


def _by_policy(case: Case, contact: Contact | None, person: Person) -> Decision | None:
    """Held, where the address that it came to does not take mail from such people."""
    policy = case.address.policy if case.address and not case.is_let_through else Policy.EVERYONE
    if policy is Policy.STAFF:
        return _held(case, "policy_staff")
    if policy is Policy.KNOWN and contact is None:
        return _held(case, "policy_known", contact=person.name or person.address)
    return None


def _stranger(case: Case, person: Person) -> Decision:
    owners = secret_owners(case.found.addressed, case.directory)
    if owners:
        owner = db.session.get_one(User, owners[0].user_id)
        heir, team_id = _addressee(case)
        return replace(_held(case, "stranger_to_secret", user=str(owner)), user=heir, team_id=team_id)
    return _held(case, "not_addressed")
