"""What reports of machines teach about the addresses of contacts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.bounces import Cause, Finding
from app.extensions import db
from app.models import AddressFinding, Contact, Mailbox, TimelineEntry
from app.models.contacts import Validity
from app.support import clock
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast
from tests.promises.letters import bounce_of, feedback_of

pytestmark = pytest.mark.database
ANNA, KATARZYNA, SALES = "Anna Wiśniewska <anna@grandouest.example>", "k.dudek@jesion.example", "sales@crm.grandouest.example"
MORNING = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # before the mails of these tests were written


@pytest.fixture
def written(cast: Cast) -> Mailbox:
    """A mailbox in which Anna's copy of a mail to Katarzyna has arrived."""
    mailbox = make_mailbox()
    deliver(mailbox, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
    return mailbox


def _validity(contact: Contact) -> Validity:
    db.session.expire_all()
    return contact.addresses[0].validity


def _findings() -> list[AddressFinding]:
    return list(db.session.scalars(select(AddressFinding).order_by(AddressFinding.id)))


def _facts(contact: Contact) -> list[str | None]:
    query = select(TimelineEntry.code).where(TimelineEntry.contact_id == contact.id, TimelineEntry.code.is_not(None))
    return list(db.session.scalars(query.order_by(TimelineEntry.id)))


@pytest.mark.feature("D15")
def test_an_address_that_does_not_exist_becomes_invalid_and_says_why(cast: Cast, written: Mailbox) -> None:
    message = deliver(written, bounce_of(KATARZYNA, diagnostic="smtp; 550 5.1.1 User unknown"))
    assert _validity(cast.katarzyna) is Validity.BOUNCED
    found = _findings()[0]
    assert (found.finding, found.cause, found.status, found.reporter) == (Finding.FAILED, Cause.NO_MAILBOX, "5.1.1", "mx.jesion.example")
    assert found.message_id == message.id
    assert _facts(cast.katarzyna)[-1] == "address_invalid"


@pytest.mark.feature("D15")
def test_later_mail_from_it_makes_it_valid_again(cast: Cast, written: Mailbox) -> None:
    with clock.frozen(MORNING):
        deliver(written, bounce_of(KATARZYNA))
    assert _validity(cast.katarzyna) is Validity.BOUNCED
    deliver(written, note(KATARZYNA, SALES))
    assert _validity(cast.katarzyna) is Validity.VALID
    assert [each.finding for each in _findings()] == [Finding.FAILED, Finding.HEARD]
    assert _facts(cast.katarzyna)[-1] == "address_valid_again"


def test_mail_that_was_written_before_it_bounced_proves_nothing(cast: Cast, written: Mailbox) -> None:
    with clock.frozen(MORNING + timedelta(days=1)):
        deliver(written, bounce_of(KATARZYNA))
    deliver(written, note(KATARZYNA, SALES))  # on its way since the day before
    assert _validity(cast.katarzyna) is Validity.BOUNCED


def _full(mailbox: Mailbox, number: int) -> None:
    deliver(mailbox, bounce_of(KATARZYNA, status="5.2.2", diagnostic="smtp; 552 5.2.2 Mailbox full", number=number))


def test_three_soft_failures_in_thirty_days_make_it_doubtful(cast: Cast, written: Mailbox) -> None:
    for number in (1, 2):
        _full(written, number)
        assert _validity(cast.katarzyna) is Validity.UNKNOWN
    _full(written, 3)
    assert _validity(cast.katarzyna) is Validity.DOUBTFUL
    assert {each.finding for each in _findings()} == {Finding.SOFT}


def test_soft_failures_of_long_ago_do_not_count(cast: Cast, written: Mailbox) -> None:
    with clock.frozen(clock.now() - timedelta(days=31)):
        _full(written, 1)
    _full(written, 2)
    _full(written, 3)
    assert _validity(cast.katarzyna) is Validity.UNKNOWN


def test_each_recipient_of_a_report_is_judged(cast: Cast, written: Mailbox) -> None:
    deliver(written, note(ANNA, "p.rawa@rawa.example"))
    both = bounce_of(KATARZYNA).replace(
        b"--r--", b"\nFinal-Recipient: rfc822; p.rawa@rawa.example\nAction: failed\nStatus: 5.2.2\n--r--"
    )
    deliver(written, both)
    assert (_validity(cast.katarzyna), _validity(cast.piotr)) == (Validity.BOUNCED, Validity.UNKNOWN)
    assert [each.finding for each in _findings()] == [Finding.FAILED, Finding.SOFT]


def test_who_complains_wants_no_mail_and_no_opportunity_is_made(cast: Cast, written: Mailbox) -> None:
    message = deliver(written, feedback_of(KATARZYNA))
    assert message.kind == "feedback" and message.opportunity_id is None
    assert _validity(cast.katarzyna) is Validity.COMPLAINED
    deliver(written, note(KATARZYNA, SALES))
    assert _validity(cast.katarzyna) is Validity.COMPLAINED


@pytest.mark.parametrize("recipient", ["", "redacted-7f3@provider.example"])
def test_a_provider_that_hides_who_complained_is_understood_by_the_message(cast: Cast, written: Mailbox, recipient: str) -> None:
    deliver(written, feedback_of(recipient))
    assert _validity(cast.katarzyna) is Validity.COMPLAINED


def test_a_report_about_signatures_is_no_complaint(cast: Cast, written: Mailbox) -> None:
    message = deliver(written, feedback_of(KATARZYNA, kind="auth-failure"))
    assert message.reason == "feedback"
    assert _validity(cast.katarzyna) is Validity.UNKNOWN


def test_a_complaint_about_what_nobody_sent_marks_nothing(cast: Cast) -> None:
    deliver(make_mailbox(), feedback_of(KATARZYNA))
    assert _validity(cast.katarzyna) is Validity.UNKNOWN


def _away(mailbox: Mailbox, text: str) -> None:
    deliver(mailbox, note(KATARZYNA, SALES, headers="Auto-Submitted: auto-replied", subject="Automatic reply", text=text))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I will be back on 7 December 2026. In urgent cases call 85 555.", "2026-12-07"),
        ("Je suis absent jusqu'au 4 décembre inclus.", "2026-12-04"),
        ("Jestem nieobecna do 4 grudnia 2026 r.", "2026-12-04"),
        ("Wracam 7.12.2026. Pozdrawiam", "2026-12-07"),
        ("I was back on 7 December 2019.", None),
        ("I am away.", None),
    ],
)
def test_an_absence_is_noted_on_the_contact_with_the_return(cast: Cast, text: str, day: str | None) -> None:
    with clock.frozen(MORNING):
        _away(make_mailbox(), text)
    entry = db.session.scalars(select(TimelineEntry).where(TimelineEntry.code.in_(["away", "away_until"]))).one()
    assert entry.contact_id == cast.katarzyna.id
    assert entry.params == {"address": KATARZYNA, **({"day": day} if day else {})}


def test_an_absence_is_noted_once_a_week(cast: Cast) -> None:
    mailbox = make_mailbox()
    _away(mailbox, "I am away.")
    _away(mailbox, "I am away. Still.")
    assert _facts(cast.katarzyna).count("away") == 1


def test_a_bounce_of_what_nobody_sent_marks_no_address(cast: Cast) -> None:
    message = deliver(make_mailbox(), bounce_of(KATARZYNA))
    assert (message.reason, message.reason_params["address"]) == ("bounce_unknown", KATARZYNA)
    assert {each.validity for each in cast.katarzyna.addresses} == {Validity.UNKNOWN}


def test_an_automatic_answer_says_nothing_of_those_who_got_it_too(cast: Cast) -> None:
    raw = note("noreply@shop.example", f"{SALES}, {KATARZYNA}", headers="Auto-Submitted: auto-replied", text="I am away until 7 December 2026.\n")
    message = deliver(make_mailbox(), raw)
    assert message is not None
    assert (message.reason, message.contact_id) == ("auto_reply", None)
    assert "away_until" not in _facts(cast.katarzyna)


@pytest.mark.parametrize("hides", [True, False])
def test_a_complaint_about_a_message_that_we_never_wrote_is_not_believed(cast: Cast, written: Mailbox, hides: bool) -> None:
    """Anybody can write a report, and nothing undoes a complaint."""
    message = deliver(written, feedback_of("" if hides else KATARZYNA, original="guess@grandouest.example"))
    assert message is not None and message.reason == "feedback"
    assert _validity(cast.katarzyna) is not Validity.COMPLAINED
