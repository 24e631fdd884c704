"""What machines sent, as a person reads it: why an address is lost, when an appointment is."""

from datetime import UTC, datetime

import pytest

from app.support.clock import frozen
from tests.browsing import Sign
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast
from tests.promises.letters import bounce_of, calendar_of, feedback_of

pytestmark = pytest.mark.database
ANNA, KATARZYNA = "Anna Wiśniewska <anna@grandouest.example>", "k.dudek@jesion.example"
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
THAT_DAY = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


@pytest.fixture
def reported(cast: Cast) -> Cast:
    """Mail to Katarzyna came back, and she complained about it."""
    mailbox = make_mailbox()
    deliver(mailbox, note(ANNA, KATARZYNA, message_id="offer@grandouest.example"))
    with frozen(MONDAY):
        deliver(mailbox, bounce_of(KATARZYNA, diagnostic="smtp; 550 5.1.1 no such user"))
        deliver(mailbox, feedback_of(KATARZYNA))
    return cast


@pytest.mark.feature("D15")
def test_the_contact_says_why_mail_does_not_reach_it(reported: Cast, client_of: Sign) -> None:
    page = client_of(reported.ada).get(f"/contactview/show/{reported.katarzyna.id}").text
    assert "The mailbox does not exist (5.1.1), reported by mx.jesion.example on November 23, 2026" in page
    assert "Its owner reported our mail as unwanted on November 23, 2026" in page
    assert "came back. The mailbox does not exist." in page
    assert page.count('href="/incomingmail/show/') >= 2


@pytest.mark.feature("D15")
def test_who_may_not_see_the_message_reads_the_fact_without_it(reported: Cast, client_of: Sign) -> None:
    page = client_of(reported.tom).get(f"/contactview/show/{reported.katarzyna.id}").text
    assert "The mailbox does not exist (5.1.1)" in page
    assert 'href="/incomingmail/show/' not in page


def test_the_people_of_an_opportunity_show_who_wants_no_mail(reported: Cast, client_of: Sign) -> None:
    assert "does not want mail" in client_of(reported.ada).get(f"/opportunityview/show/{reported.terminals.id}").text


@pytest.mark.feature("B12")
def test_an_appointment_reads_in_words_and_in_the_zone_of_the_reader(cast: Cast, client_of: Sign) -> None:
    mailbox = make_mailbox()
    more = "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;COUNT=5\nURL:https://meet.example/x"
    deliver(mailbox, calendar_of(f"Katarzyna Dudek <{KATARZYNA}>", more=more))
    address = f"/opportunityview/show/{cast.terminals.id}"
    page = client_of(cast.ada).get(address).text
    for words in ("Visit of the warehouse", "ul. Jesionowa 4, Białystok", "every 2 weeks, Thursday, 5 times", "Katarzyna Dudek", "Anna"):
        assert words in page
    assert 'href="https://meet.example/x"' in page
    deliver(mailbox, calendar_of(KATARZYNA, method="CANCEL", sequence=1))
    page = client_of(cast.ada).get(address).text
    assert "Cancelled" in page
    assert "The appointment “Visit of the warehouse” was cancelled" in page


@pytest.mark.feature("B12")
def test_the_day_shows_the_appointments_of_the_person(cast: Cast, client_of: Sign) -> None:
    mailbox = make_mailbox()
    deliver(mailbox, calendar_of(KATARZYNA))
    with frozen(THAT_DAY):
        assert "Visit of the warehouse" in client_of(cast.anna).get("/today/").text
        assert "Visit of the warehouse" not in client_of(cast.tom).get("/today/").text
        deliver(mailbox, calendar_of(KATARZYNA, method="CANCEL", sequence=1))
        assert "Visit of the warehouse" not in client_of(cast.anna).get("/today/").text
