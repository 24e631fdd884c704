"""Calendar mail becomes appointments in history, and later messages about them change the same ones."""

import re
from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from app.domain.appointments import Standing
from app.domain.messages import State
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, Mailbox, TimelineEntry
from tests.browsing import Person, Sign
from tests.inbound.mailroom import deliver, make_mailbox
from tests.people import Cast
from tests.promises.letters import calendar_of

pytestmark = pytest.mark.database
ANNA, KATARZYNA, PIOTR = "Anna Wiśniewska <anna@grandouest.example>", "Katarzyna Dudek <k.dudek@jesion.example>", "p.rawa@rawa.example"
TWO_O_CLOCK = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


@pytest.fixture
def invited(cast: Cast) -> Mailbox:
    """A mailbox in which Katarzyna's invitation for the 26th at two has arrived."""
    mailbox = make_mailbox()
    deliver(mailbox, calendar_of(KATARZYNA))
    return mailbox


def _the_one() -> Appointment:
    db.session.expire_all()
    return db.session.scalars(select(Appointment)).one()


def _facts() -> list[str | None]:
    return list(db.session.scalars(select(TimelineEntry.code).where(TimelineEntry.code.like("meeting_%")).order_by(TimelineEntry.id)))


@pytest.mark.feature("B12")
def test_an_invitation_is_an_appointment_of_the_open_opportunity(cast: Cast, invited: Mailbox) -> None:
    found = _the_one()
    entry = found.entry
    assert (entry.kind, entry.subject, entry.opportunity_id, entry.contact_id) == (
        Kind.MEETING, "Visit of the warehouse", cast.terminals.id, cast.katarzyna.id,
    )  # fmt: skip
    assert (found.starts_at, found.ends_at) == (TWO_O_CLOCK, TWO_O_CLOCK.replace(hour=14))
    assert entry.occurred_at == TWO_O_CLOCK
    assert found.place == "ul. Jesionowa 4, Białystok"
    assert (found.organizer_name, found.organizer_address, found.host_id) == ("Katarzyna Dudek", "k.dudek@jesion.example", cast.anna.id)
    assert found.guests == [{"name": "Anna", "address": "anna@grandouest.example", "answer": "none"}]
    emails = select(func.count()).select_from(TimelineEntry).where(TimelineEntry.kind == Kind.EMAIL_IN)
    assert db.session.scalar(emails) == 0


def test_an_invitation_of_a_contact_without_opportunity_stays_with_the_contact(cast: Cast) -> None:
    message = deliver(make_mailbox(), calendar_of(PIOTR, organizer=PIOTR))
    assert (message.state, message.reason_params["meeting"]) == (State.ATTACHED, "Visit of the warehouse")
    assert (_the_one().entry.contact_id, _the_one().entry.opportunity_id) == (cast.piotr.id, None)


def test_a_colleagues_invitation_in_copy_to_us_is_one_too(cast: Cast) -> None:
    guests = "ATTENDEE;CN=Katarzyna:mailto:k.dudek@jesion.example"
    raw = calendar_of(ANNA, organizer="anna@grandouest.example", guests=guests, to="k.dudek@jesion.example, sales@crm.grandouest.example")
    message = deliver(make_mailbox(), raw)
    assert message.kind == "bcc"
    assert (_the_one().entry.opportunity_id, _the_one().host_id, _the_one().entry.author_id) == (cast.terminals.id, cast.anna.id, cast.anna.id)


@pytest.mark.feature("C24")
def test_what_a_colleague_moves_in_their_own_calendar_comes_back(cast: Cast) -> None:
    mailbox, guests = make_mailbox(), "ATTENDEE;CN=Katarzyna:mailto:k.dudek@jesion.example"
    for sequence, start in ((0, "20261126T140000"), (1, "20261127T150000")):
        raw = calendar_of(ANNA, organizer="anna@grandouest.example", guests=guests, to="k.dudek@jesion.example, sales@crm.grandouest.example",
                          sequence=sequence, start=start)
        message = deliver(mailbox, raw)
    found = _the_one()
    assert (message.reason, found.host_id, found.entry.opportunity_id) == ("calendar_changed", cast.anna.id, cast.terminals.id)
    assert found.starts_at == found.entry.occurred_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    assert _facts() == ["meeting_moved"]


@pytest.mark.feature("B12", "C24")
def test_an_update_moves_the_same_appointment(cast: Cast, invited: Mailbox, client_of: Sign) -> None:
    message = deliver(invited, calendar_of(KATARZYNA, sequence=1, start="20261127T150000"))
    found = _the_one()
    assert (message.reason, message.entry_id) == ("calendar_changed", found.entry_id)
    assert found.starts_at == found.entry.occurred_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
    assert _facts() == ["meeting_moved"]
    anna = Person(client_of(cast.anna, "en"))
    secret = re.findall(r"/calendar/[\w-]+\.ics", anna.post("/calendar/renew").text)[0]
    (event,) = (each for each in Calendar.from_ical(client_of(None).get(secret).data).walk("VEVENT") if each["UID"] == found.uid)
    assert event.decoded("DTSTART") == found.starts_at, "it has moved for whoever subscribed too"


def test_an_older_update_changes_nothing(cast: Cast, invited: Mailbox) -> None:
    deliver(invited, calendar_of(KATARZYNA, sequence=2, start="20261127T150000"))
    deliver(invited, calendar_of(KATARZYNA, sequence=1, start="20261128T150000"))
    assert _the_one().starts_at.day == 27


@pytest.mark.feature("B12")
def test_a_cancellation_marks_it_cancelled(cast: Cast, invited: Mailbox) -> None:
    deliver(invited, calendar_of(KATARZYNA, method="CANCEL", sequence=1))
    assert _the_one().standing is Standing.CANCELLED
    assert _the_one().starts_at == TWO_O_CLOCK
    assert _facts() == ["meeting_cancelled"]


@pytest.mark.parametrize(
    ("said", "answer", "fact"),
    [("ACCEPTED", "accepted", "meeting_accepted"), ("DECLINED", "declined", "meeting_declined"), ("TENTATIVE", "tentative", "meeting_tentative")],
)
def test_an_answer_is_kept_of_the_guest(cast: Cast, said: str, answer: str, fact: str) -> None:
    mailbox = make_mailbox()
    guests = "ATTENDEE;CN=Katarzyna:mailto:k.dudek@jesion.example"
    to = "k.dudek@jesion.example, sales@crm.grandouest.example"
    deliver(mailbox, calendar_of(ANNA, organizer="anna@grandouest.example", guests=guests, to=to))
    reply = f"ATTENDEE;PARTSTAT={said}:mailto:k.dudek@jesion.example"
    deliver(mailbox, calendar_of(KATARZYNA, method="REPLY", organizer="anna@grandouest.example", guests=reply))
    assert _the_one().guests == [{"name": "Katarzyna", "address": "k.dudek@jesion.example", "answer": answer}]
    assert _facts() == [fact]


def test_nobody_answers_for_somebody_else(cast: Cast, invited: Mailbox) -> None:
    reply = "ATTENDEE;PARTSTAT=DECLINED:mailto:anna@grandouest.example"
    message = deliver(invited, calendar_of(PIOTR, method="REPLY", guests=reply))
    assert message.reason == "calendar_foreign"
    assert _the_one().guests[0]["answer"] == "none"


def test_nobody_but_the_organizer_cancels(cast: Cast, invited: Mailbox) -> None:
    message = deliver(invited, calendar_of(PIOTR, method="CANCEL", sequence=9))
    assert (message.state, message.reason) == (State.IGNORED, "calendar_foreign")
    assert _the_one().standing is Standing.CONFIRMED


def _with_event_of(raw: bytes, other: bytes) -> bytes:
    """``raw`` with the event of the calendar ``other`` behind its own."""
    event = other[other.index(b"BEGIN:VEVENT") : other.index(b"END:VCALENDAR")]
    return raw.replace(b"END:VCALENDAR", event + b"END:VCALENDAR")


@pytest.mark.parametrize("is_first", [True, False])
def test_nobody_changes_the_appointment_of_another_behind_an_own_one(cast: Cast, invited: Mailbox, is_first: bool) -> None:
    deliver(invited, calendar_of(PIOTR, uid="own", organizer=PIOTR, number=2))
    pair = [calendar_of(PIOTR, uid="own", organizer=PIOTR, sequence=9, number=3), calendar_of(PIOTR, sequence=9, start="20261130T100000")]
    message = deliver(invited, _with_event_of(*(pair if is_first else reversed(pair))))
    assert message is not None and message.reason == "calendar_foreign"
    assert {each.starts_at for each in db.session.scalars(select(Appointment))} == {TWO_O_CLOCK}


def test_an_answer_to_an_own_invitation_does_not_answer_another(cast: Cast, invited: Mailbox) -> None:
    """Nor for another guest of the same one."""
    reply = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{PIOTR}\nATTENDEE;PARTSTAT=DECLINED:mailto:anna@grandouest.example"
    message = deliver(invited, calendar_of(PIOTR, method="REPLY", guests=reply))
    assert message is not None and message.reason == "calendar_changed"
    assert {each["address"]: each["answer"] for each in _the_one().guests} == {"anna@grandouest.example": "none", PIOTR: "accepted"}


@pytest.mark.parametrize("name", ["Reply-To", "Sender"])
def test_nobody_is_a_colleague_by_saying_so_beside_the_sender(cast: Cast, name: str) -> None:
    mailbox = make_mailbox(is_trusted=False)
    guests, to = "ATTENDEE:mailto:k.dudek@jesion.example", "k.dudek@jesion.example, sales@crm.grandouest.example"
    deliver(make_mailbox("trusted"), calendar_of(ANNA, organizer="anna@grandouest.example", guests=guests, to=to))
    forged = calendar_of(PIOTR, method="CANCEL", sequence=9, organizer="anna@grandouest.example").replace(b"Subject:", f"{name}: {ANNA}\nSubject:".encode(), 1)
    message = deliver(mailbox, forged)
    assert message is not None and message.reason == "calendar_foreign"
    assert _the_one().standing is Standing.CONFIRMED


def test_one_date_of_a_series_moves_alone(cast: Cast) -> None:
    mailbox = make_mailbox()
    deliver(mailbox, calendar_of(KATARZYNA, more="RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=10"))
    one = "RECURRENCE-ID;TZID=Europe/Warsaw:20261203T140000"
    deliver(mailbox, calendar_of(KATARZYNA, sequence=1, start="20261204T100000", more=one))
    series, moved = db.session.scalars(select(Appointment).order_by(Appointment.occurrence)).all()
    assert (series.starts_at, moved.starts_at.day) == (TWO_O_CLOCK, 4)
    assert series.repeats == {"frequency": "weekly", "interval": 1, "weekdays": [3], "until": None, "count": 10}
    assert moved.entry.opportunity_id == series.entry.opportunity_id


def test_a_whole_day(cast: Cast) -> None:
    deliver(make_mailbox(), calendar_of(KATARZYNA, start="20261126"))
    found = _the_one()
    assert found.is_all_day
    assert (found.starts_at, found.ends_at) == (datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "hour"), [("Europe/Paris", 13), ("Europe/London", 14), ("America/New_York", 19), ("Romance Standard Time", 13), ("Nowhere/Land", 13)]
)
def test_the_zone_of_the_invitation_counts(cast: Cast, zone: str, hour: int) -> None:
    deliver(make_mailbox(), calendar_of(KATARZYNA, zone=zone))
    assert _the_one().starts_at.hour == hour


def test_the_same_invitation_again_is_no_second_one(cast: Cast, invited: Mailbox) -> None:
    deliver(invited, calendar_of(KATARZYNA, number=2))
    assert _the_one().starts_at == TWO_O_CLOCK
    assert _facts() == []


def test_a_calendar_that_cannot_be_read_is_kept_as_mail(cast: Cast) -> None:
    message = deliver(make_mailbox(), calendar_of(KATARZYNA).replace(b"DTSTART", b"DTSTRT"))
    assert message.state is State.ATTACHED
    assert db.session.scalars(select(TimelineEntry.kind).where(TimelineEntry.message_id == message.id)).one() is Kind.EMAIL_IN
