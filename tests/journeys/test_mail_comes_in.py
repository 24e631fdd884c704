"""An administrator connects a mailbox; from then on mail is history or an opportunity, whoever opens the CRM."""

from collections.abc import Callable

import pytest

from tests.journeys.desk import Desk
from tests.journeys.mails import connect, mail
from tests.journeys.program import Kurier, eventually
from tests.servers.dovecot import Account

pytestmark = pytest.mark.database
Desks = Callable[..., Desk]
TOM = "Tom Baker <tom@grandouest.example>"


def fill_in(ada: Desk, account: Account, password: str) -> None:
    for name, value in {"name": "Crossroads", "host": "127.0.0.1", "port": str(account.server.imap_port),
                        "username": account.user, "password": password}.items():  # fmt: skip
        ada.page.fill(f"#{name}", value)
    ada.page.select_option("#kind", "imap")
    ada.page.select_option("#security", "none")


def press_test(ada: Desk) -> str:
    """What the button *Test the connection* answers."""
    with ada.page.expect_navigation():
        ada.page.get_by_role("button", name="Test the connection").click()
    return ada.page.get_by_role("status", name="Found by the test").or_(ada.page.get_by_role("alert", name="Found by the test")).inner_text()


@pytest.mark.feature("X1", "X2", "X3", "C22", "C39")
def test_a_mailbox_is_connected_on_the_screen(kurier: Kurier, desk_of: Desks, mail_account: Account) -> None:
    ada, tom = desk_of("ada"), desk_of("tom")
    ada.open("/mailboxview/add")
    fill_in(ada, mail_account, "not its password")
    assert f"refused the user name {mail_account.user} with this password" in press_test(ada)
    ada.page.fill("#password", mail_account.password)
    assert "Signed in to 127.0.0.1" in press_test(ada)
    assert not ada.page.input_value("#password")
    ada.check_access()
    with ada.page.expect_navigation():
        ada.page.locator("form[data-form]").get_by_role("button", name="Save", exact=True).click()
    assert "Crossroads" in ada.page.get_by_role("heading", level=1).inner_text()
    eventually(lambda: ada.page.reload() and ada.fact("Last success"))

    offer = mail(TOM, "Olivia Stone <olivia@stone.example>", "Renewal of the scales", "Dear Olivia,\n\nhere is our offer.\n")
    for _ in range(2):  # once to the server, once more by a relay that was unsure
        mail_account.deliver(offer, to=[kurier.crm["tom"]], sender="tom@grandouest.example")
    mail_account.deliver(
        mail(TOM, "Nora Fields <nora@fields.example>", "Three conveyor belts", "Dear Nora,\n\nthank you for your call.\n", attachment="plan.txt"),
        to=[kurier.crm["tom"]], sender="tom@grandouest.example",
    )  # fmt: skip
    tom.wait_for("Three conveyor belts", "/opportunityview/list/")
    tom.follow(tom.page.get_by_role("link", name="Three conveyor belts", exact=True))
    for expected in ("Nora Fields", "nora@fields.example", "thank you for your call.", "plan.txt", "Tom Baker"):
        assert expected in tom.text()
    tom.wait_for("here is our offer.", kurier.pages["Stone renewal"])
    assert tom.text().count("here is our offer.") == 1
    tom.check_access()


@pytest.mark.feature("C22", "C39", "X3")
def test_a_mailbox_is_connected_at_the_command_line(kurier: Kurier, desk_of: Desks, mail_account: Account) -> None:
    ada = desk_of("ada")
    connect(kurier, ada, "Mill", mail_account)
    # a stranger writes to the public address, which no header names
    mail_account.deliver(
        mail("Paul Mason <paul@mason.example>", "undisclosed-recipients:;", "A question about labels", "Good morning, what do labels cost?\n"),
        to=["sales@crm.grandouest.example"], sender="paul@mason.example",
    )  # fmt: skip
    ada.wait_for("A question about labels", "/opportunityview/list/")
    ada.follow(ada.page.get_by_role("link", name="A question about labels", exact=True))
    assert "what do labels cost?" in ada.text()
    assert "paul@mason.example" in ada.text()
