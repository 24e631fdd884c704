"""What people may do with a filed message."""

import pytest
from sqlalchemy import select, update

from app.domain.appointments import Standing
from app.domain.errors import Forbidden
from app.domain.messages import State
from app.domain.timeline import Kind
from app.extensions import db
from app.inbound import decisions
from app.models import Appointment, Contact, CrmAddress, IncomingMessage, Mailbox, OutgoingMail, Role, TimelineEntry
from app.models.crm_addresses import Policy, UnknownRecipient
from app.operations import records, users
from app.permissions.actor import SYSTEM, acting
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor
from tests.promises.letters import calendar_of

LOOKS_LIKE_A_FORM = "Name: Lucie Besnard\nEmail: lucie@besnard.example\nPhone: 0612345678\nMessage: Bonjour\n"


def test_nobody_moves_what_they_cannot_see_by_naming_it_in_references(cast: Cast) -> None:
    mailbox = make_mailbox()
    theirs = deliver(mailbox, note("jean@grandouest.example", "marie.dupont@ferme-dupont.example", envelope=cast.crm(cast.jean), message_id="jean1@x.example"))
    assert theirs.entry is not None and theirs.entry.opportunity_id is None
    mine = deliver(mailbox, note("anna@grandouest.example", "p.rawa@rawa.example", envelope=cast.crm(cast.anna), headers="References: <jean1@x.example>"))
    assert mine.entry is not None
    with acting(actor(cast.anna)):
        decisions.attach_to(mine, cast.terminals, actor=actor(cast.anna))
    assert mine.entry.opportunity == cast.terminals
    assert db.session.get_one(TimelineEntry, theirs.entry.id).opportunity_id is None


def test_a_mail_to_nobody_of_ours_that_looks_like_a_form_waits(cast: Cast) -> None:
    raw = note("WordPress <wordpress@evil.example>", "nobody@elsewhere.example", subject="New message from your contact form", text=LOOKS_LIKE_A_FORM)
    message = deliver(make_mailbox(is_trusted=False), raw)
    assert (message.state.value, message.reason) == ("held", "not_addressed")


FORM_LIKE = "Name: Zofia Nowa\nEmail: zofia%s@nowa.example\nPhone: 0612345678\nMessage: Hello\n"


def _form_like(mailbox: Mailbox, number: int = 0) -> IncomingMessage:
    subject = "New message from your contact form"
    message = deliver(mailbox, note("WordPress <wordpress@evil.example>", "sales@crm.grandouest.example", subject=subject, text=FORM_LIKE % number))
    assert message.kind == "form"
    return message


def test_what_looks_like_a_form_obeys_the_policy_of_the_address(cast: Cast) -> None:
    records.update(cast.sales, {"policy": Policy.STAFF}, actor=SYSTEM)
    assert _form_like(make_mailbox("outside", is_trusted=False)).reason == "policy_staff"


def test_a_flood_of_what_looks_like_forms_is_held(cast: Cast) -> None:
    outside = make_mailbox("outside", is_trusted=False)
    assert [_form_like(outside, number).reason for number in range(21)][-1] == "rate"


def test_who_attaches_a_cancellation_cancels_no_appointment_that_is_not_theirs(cast: Cast) -> None:
    mailbox = make_mailbox()
    deliver(mailbox, calendar_of("Katarzyna <k.dudek@jesion.example>"))
    forged = deliver(mailbox, calendar_of("olivia@stone.example", method="CANCEL", sequence=9))
    assert forged.reason == "calendar_foreign"
    db.session.execute(update(IncomingMessage.__table__).values(acting_user_id=cast.tom.id, team_id=cast.south.id))
    db.session.commit()
    with acting(actor(cast.tom)):
        decisions.attach_to(forged, cast.renewal, actor=actor(cast.tom))
    assert db.session.scalars(select(Appointment)).one().standing is Standing.CONFIRMED
    assert forged.entry is not None and forged.entry.opportunity == cast.renewal
    assert forged.entry.kind is Kind.EMAIL_IN


def test_a_newsletter_that_a_person_attaches_brings_its_files(cast: Cast) -> None:
    parts = (
        '--b\nContent-Type: text/plain; charset=utf-8\n\nOur prices.\n--b\nContent-Type: application/pdf; name="prices.pdf"\n'
        'Content-Disposition: attachment; filename="prices.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n--b--\n'
    )
    raw = note("News <news@letters.example>", "sales@crm.grandouest.example", text=parts, headers="List-Id: <news.letters.example>\nPrecedence: bulk")
    raw = raw.replace(b"Content-Type: text/plain; charset=utf-8\nMIME", b'Content-Type: multipart/mixed; boundary="b"\nMIME', 1)
    message = deliver(make_mailbox(), raw)
    assert (message.kind, message.reason) == ("list", "list")
    with acting(actor(cast.ada)):
        decisions.attach_to(message, cast.terminals, actor=actor(cast.ada))
    assert message.entry is not None
    assert [each.name for each in message.entry.attachments] == ["prices.pdf"]


@pytest.mark.parametrize("way", ["forward", "bcc"])
def test_what_somebody_without_opportunities_brings_waits_for_their_manager_who_owns_what_comes_of_it(cast: Cast, way: str) -> None:
    users.update_user(cast.anna, {"roles": [db.session.query(Role).filter_by(name="Operator").one()]}, actor=SYSTEM)
    held = deliver(make_mailbox(), _of_a_stranger(cast, way))
    assert (held.state, held.reason, held.acting_user_id) == (State.HELD, "no_right", cast.anna.id)
    assert db.session.query(Contact).filter_by(last_name="Nowa").count() == 0 and held.opportunity_id is None
    told = db.session.query(OutgoingMail).filter_by(event="notice:no_right").one()
    assert told.to_user_id == cast.anna.id and "Anna Wiśniewska nie może tworzyć szans sprzedaży" in told.text and "/incomingmail/" not in told.text
    for who, may in ((cast.claire, True), (cast.tom, False), (cast.anna, False)):
        with acting(actor(who)):
            assert (db.session.query(IncomingMessage).filter_by(id=held.id).count() == 1) is may, who
    with pytest.raises(Forbidden), acting(actor(cast.anna)):
        decisions.create_opportunity(held, actor=actor(cast.anna))
    db.session.rollback()
    with acting(actor(cast.claire)):
        decisions.create_opportunity(held, actor=actor(cast.claire))
        made = held.opportunity
    assert held.state is State.CREATED and made is not None and made.owner_id == cast.claire.id and made.contacts[0].address == "zofia@nowa.example"


def _of_a_stranger(cast: Cast, way: str) -> bytes:
    if way == "bcc":
        return note("anna@grandouest.example", "Zofia Nowa <zofia@nowa.example>", envelope=cast.crm(cast.anna))
    inner = "For you.\n\n---------- Forwarded message ---------\nFrom: Zofia Nowa <zofia@nowa.example>\nDate: Thu, 19 Nov 2026 at 10:00\n" \
            "Subject: Scales\nTo: <anna@grandouest.example>\n\nGood morning, we need three scales.\n"
    return note("anna@grandouest.example", cast.crm(cast.anna), envelope=cast.crm(cast.anna), subject="Fwd: Scales", text=inner)


def test_what_a_manager_makes_of_a_held_mail_stays_whose_it_was(cast: Cast) -> None:
    own = db.session.query(CrmAddress).filter_by(user_id=cast.anna.id).one()
    records.update(own, {"unknown_recipient": UnknownRecipient.HOLD}, actor=SYSTEM)
    held = deliver(make_mailbox(), _of_a_stranger(cast, "bcc"))
    with acting(actor(cast.claire)):
        decisions.create_opportunity(held, actor=actor(cast.claire))
        assert held.opportunity is not None and held.opportunity.owner_id == cast.anna.id
