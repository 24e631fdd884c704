"""Anna's day: she signs in, reads what came, moves what goes on, puts aside what waits; with the keyboard, in Polish."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.jobs.reminders import wake_due
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]

ANSWER = """\
From: Katarzyna Dudek <k.dudek@jesion.example>
To: Anna Wiśniewska <anna@grandouest.example>
Delivered-To: sales@crm.grandouest.example
Subject: Terminale: kiedy montaż?
Message-ID: <kiedy-montaz@jesion.example>
Date: Fri, 20 Nov 2026 09:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dzień dobry,

kiedy możecie zamontować terminale?
"""


@pytest.mark.feature("A1")
def test_a_wrong_password_is_refused_and_counted(desk_of: Desks) -> None:
    claire, ada = desk_of(language="fr"), desk_of("ada")
    claire.sign_in("claire", "not her password")
    assert "/login/" in claire.page.url
    assert claire.page.locator("main .k-note").inner_text().strip()
    claire.open("/")
    assert "/login/" in claire.page.url
    ada.open("/users/list/")
    ada.follow(ada.page.get_by_role("link", name="Claire Morel", exact=True))
    assert ada.fact("Failed sign-ins") == "1"
    ada.open("/auditview/list/?_flt_0_action=refuse_sign_in")
    assert ada.page.locator(".k-listing tbody tr", has_text="Claire Morel").count() == 1
    claire.sign_in("claire")
    assert claire.page.url.endswith("/today/")
    assert "Claire Morel" in claire.text()


@pytest.mark.feature("A1", "C20", "C21", "C23")
def test_anna_reads_moves_and_puts_aside_with_the_keyboard(kurier: Kurier, desk_of: Desks) -> None:
    anna = desk_of(language="pl")
    anna.page.goto(kurier.url)
    anna.check_access()
    anna.sign_in("anna")
    assert anna.page.url == f"{kurier.url}/today/"
    assert anna.page.locator("html").get_attribute("lang") == "pl"
    assert anna.page.get_by_role("heading", level=1).inner_text() == said("Today", "pl")
    anna.check_access()

    (kurier.home / "inbox" / "answer.eml").write_text(ANSWER, encoding="utf-8")
    anna.wait_for("kiedy możecie zamontować terminale?", kurier.pages["Terminale do magazynu"])

    anna.open("/today/")
    anna.follow(anna.page.get_by_role("link", name=re.compile("Terminale do magazynu")).first)
    anna.tab_to("#chosen a")
    anna.page.keyboard.press("Enter")
    anna.page.wait_for_url(f"**{kurier.pages['Terminale do magazynu']}")
    anna.check_access()

    before = anna.page.locator("[aria-current=step]").inner_text()
    target = anna.page.locator(".k-steps .next button").first.inner_text()
    anna.tab_to(".k-steps .next button")
    with anna.page.expect_navigation():
        anna.page.keyboard.press("Enter")
    after = anna.page.locator("[aria-current=step]").inner_text()
    assert target in after
    assert before not in after
    assert target in anna.page.locator(".k-line li.auto").first.inner_text()

    anna.tab_to("summary[data-key=o]")
    anna.page.keyboard.press("Enter")
    anna.check_access()
    anna.tab_to("form[action*='/standby/'] button")
    with anna.page.expect_navigation():
        anna.page.keyboard.press("Enter")
    assert anna.fact(said("Status", "pl")) == said("Standby", "pl")
    anna.check_access()
    anna.open("/today/")
    assert "Terminale do magazynu" in anna.page.locator("section[aria-labelledby=group-done]").inner_text()
    assert anna.page.locator("section", has_text="Terminale do magazynu").count() == 1

    assert kurier.run(wake_due, at=clock.now() + timedelta(days=2)) == 1
    anna.wait_for("Terminale do magazynu", "/today/")
    assert "Terminale do magazynu" in anna.page.locator("section[aria-labelledby=group-woken]").inner_text()
