"""What people may do with a filed message."""

from sqlalchemy import select, update

from app.domain.appointments import Standing
from app.domain.timeline import Kind
from app.extensions import db
from app.inbound import decisions
from app.models import Appointment, IncomingMessage, Mailbox, TimelineEntry
from app.models.crm_addresses import Policy
from app.operations import records
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
