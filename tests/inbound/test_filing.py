"""What filing makes of a message."""

from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast


def test_an_opportunity_made_by_mail_counts_in_its_owners_currency(cast: Cast) -> None:
    mailbox = make_mailbox()
    polish = deliver(mailbox, note("anna@grandouest.example", "Jan Kos <j.kos@kolorowe.example>", envelope=cast.crm(cast.anna)))
    french = deliver(mailbox, note("jean@grandouest.example", "Luc Roy <l.roy@roy.example>", envelope=cast.crm(cast.jean)))
    assert polish.opportunity is not None and polish.opportunity.currency == "PLN"
    assert french.opportunity is not None and french.opportunity.currency == "EUR"
