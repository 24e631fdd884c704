"""The morning mail: to somebody who reads it and stops it, and to somebody who never opens the CRM."""

import re
from collections.abc import Callable
from datetime import date, time
from urllib.request import Request, urlopen

import pytest
from babel.dates import format_date

from app.domain.workdays import is_workday, last_workday_before, local_day, moment_of
from app.jobs.summaries import send_due
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.mails import connect, mail
from tests.journeys.program import Kurier
from tests.servers.dovecot import Account

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
PARIS, HALF_PAST_SEVEN = "Europe/Paris", time(7, 30)


def last_morning() -> date:
    """The last working day in France at which half past seven is over."""
    today = local_day(clock.now(), PARIS)
    is_over = moment_of(today, HALF_PAST_SEVEN, PARIS) <= clock.now()
    return today if is_over and is_workday(today, "FR") else last_workday_before(today, "FR")


def next_morning() -> date:
    """The working day in France whose mail looks back on today."""
    day = today = local_day(clock.now(), PARIS)
    while day <= today or not is_workday(day, "FR"):
        day = date.fromordinal(day.toordinal() + 1)
    return day


@pytest.mark.feature("C47", "X6", "X7")
def test_it_arrives_in_french_agrees_with_the_page_and_stops(kurier: Kurier, desk_of: Desks) -> None:
    day = last_morning()
    at = moment_of(day, HALF_PAST_SEVEN, PARIS)
    assert kurier.run(send_due, at=at) >= 1
    assert kurier.run(send_due, at=at) == 0
    received = kurier.mail_to("jean@grandouest.example", "List-Unsubscribe")
    assert format_date(day, "full", locale="fr") in received.text
    assert said("The same figures in Kurier:", "fr") in received.text

    jean = desk_of("jean", "fr")
    link = re.search(rf"{kurier.url}(/summary/{day}\S*)", received.text)
    assert link is not None
    jean.open(link[1])
    jean.check_access()
    rows = [row.locator("th, td").all_inner_texts() for row in jean.page.locator("table").first.locator("tbody tr").all()]
    assert rows
    mailed = " ".join(received.text.split()).replace(" :", ":")  # French sets a blank before the colon
    for label, count, *money in rows:
        assert " ".join(f"{label}: {', '.join(part for part in (count, *money) if part)}".split()) in mailed

    jean.open("/me/")
    assert jean.page.locator("form", has=jean.page.locator("[name=edition][value=mine]")).get_by_role("checkbox").is_checked()
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = str(received.message["List-Unsubscribe"]).strip().strip("<>")
    with urlopen(Request(stop, data=b"List-Unsubscribe=One-Click", method="POST"), timeout=60) as answer:
        assert answer.status == 200
    jean.page.reload()
    assert not jean.page.locator("form", has=jean.page.locator("[name=edition][value=mine]")).get_by_role("checkbox").is_checked()


@pytest.mark.feature("A3", "C22", "C47", "X3")
def test_somebody_who_never_signs_in(kurier: Kurier, desk_of: Desks, mail_account: Account) -> None:
    ada = desk_of("ada")
    ada.open("/users/add")
    ada.page.locator("summary", has_text="More: further rights").click()
    for name, value in {"first_name": "Zofia", "last_name": "Lis", "username": "zlis", "email": "zofia@grandouest.example",
                        "password": "she never types it", "country": "FR"}.items():  # fmt: skip
        ada.page.fill(f"#{name}", value)
    ada.page.get_by_role("group", name="Roles").get_by_label("User (salesperson)", exact=True).check()
    ada.page.get_by_role("group", name="Teams").get_by_label("South").check()
    ada.page.select_option("#language", label="Polski")
    ada.check_access()
    with ada.page.expect_navigation():
        ada.page.locator("form[data-form]").get_by_role("button", name="Save", exact=True).click()
    welcome = kurier.mail_to("zofia@grandouest.example")
    assert welcome.subject == said("Welcome to Kurier: your CRM address", "pl")
    address = re.search(r"\S+@crm\.grandouest\.example", welcome.text)
    assert address is not None

    connect(kurier, ada, "Harbour", mail_account)
    mail_account.deliver(
        mail("Zofia Lis <zofia@grandouest.example>", "Marek Dąb <marek@dab.example>", "Oferta na etykiety", "Dzień dobry,\n\noto oferta.\n"),
        to=[address[0]], sender="zofia@grandouest.example",
    )  # fmt: skip
    ada.wait_for("Oferta na etykiety", "/opportunityview/list/")
    day = next_morning()
    assert "Queued" in kurier.command("summary", "send", "--to", "zlis", "--date", day.isoformat())
    summary = kurier.mail_to("zofia@grandouest.example", "List-Unsubscribe")
    assert "Oferta na etykiety" in summary.text
    assert format_date(day, "full", locale="pl") in summary.text
    ada.open("/users/list/")
    ada.follow(ada.page.get_by_role("link", name="Zofia Lis", exact=True))
    assert not ada.fact("Last sign-in") or ada.fact("Sign-ins") == "0"
