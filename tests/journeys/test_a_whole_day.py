"""A salesperson's whole day, in Polish and in French: the morning email on a telephone, an answer to it, the day at the desk, what was done at its end."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.domain.languages import Language
from app.extensions import db
from app.models import CrmAddress, Opportunity, Task
from app.models.summaries import Edition
from app.operations import records
from app.permissions.actor import SYSTEM, Level
from app.queries.summary import subscription_of
from app.support import clock
from tests.journeys.desk import Desk, said
from tests.journeys.mails import mail
from tests.journeys.program import Kurier
from tests.people import make_account, make_contact, make_opportunity, make_user

pytestmark = [pytest.mark.database]
Desks = Callable[..., Desk]


@dataclass(frozen=True)
class Life:
    """Who, and in their own words."""

    language: str
    first: str
    last: str
    won: str  # the answer to the morning email, with the number of the line
    words: str  # what was said on the telephone
    deals: tuple[str, str, str]  # to call, to win by mail, to put aside from the telephone
    task: str

    @property
    def name(self) -> str:
        return self.first.lower()

    @property
    def address(self) -> str:
        return f"{self.name}@grandouest.example"


LIVES = [
    Life("pl", "Ewa", "Zawadzka", "{} wygraliśmy, 12 000", "Zamówią w grudniu, proszą o umowę", ("Wagi do sortowni", "Drukarki etykiet", "Serwis skanerów"),
         "Zadzwonić w sprawie wag"),
    Life("fr", "Luc", "Garnier", "{} gagné 12 000", "Ils commandent en décembre et veulent le contrat", ("Balances du tri", "Imprimantes d’étiquettes",
         "Entretien des scanners"), "Appeler pour les balances"),
]


def _begin(life: Life) -> str:
    """A person with three opportunities and a task that is late; returns their secret address."""
    user = make_user(life.first, life.last, Level.USER, life.language, [])
    contact = make_contact(f"Alex {life.last}", f"alex@{life.name}-klient.example", make_account(f"{life.last} & Co", user), user)
    first, *_ = [make_opportunity(title, contact, user, amount=5000) for title in life.deals]
    records.create(Task, {"title": life.task, "due_at": clock.now() - timedelta(days=1), "opportunity": first, "assignee": user}, actor=SYSTEM)
    if subscription_of(user, Edition.MINE) is None:
        raise AssertionError("everybody gets the morning email")
    assert user.language is Language(life.language)
    return str(db.session.query(CrmAddress).filter_by(user_id=user.id).one().address)


def _number(text: str, title: str) -> str:
    found = re.search(rf"^(\d+)\. {re.escape(title)}$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def _link(text: str, title: str, label: str) -> str:
    """The link ``label`` of the line ``title``."""
    found = re.search(rf"^\d+\. {re.escape(title)}$(?:\n   .*)*?\n   {re.escape(label)}\s?: (http\S+)", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


@pytest.mark.feature("C20", "C23", "C46", "C47")
@pytest.mark.parametrize("life", LIVES, ids=[life.language for life in LIVES])
def test_from_the_morning_email_to_the_evening(kurier: Kurier, desk_of: Desks, life: Life) -> None:
    secret = kurier.run(lambda: _begin(life), at=clock.now())
    called, won, aside = life.deals
    kurier.command("summary", "send", "--to", life.name)
    morning = kurier.mail_to(life.address, "List-Unsubscribe")
    text = morning.text.replace("\r\n", "\n")

    telephone = desk_of(language=life.language)
    telephone.page.set_viewport_size({"width": 390, "height": 844})
    telephone.page.goto(_link(text, aside, said("Put on standby", life.language)))
    expect(telephone.page.locator("html")).to_have_attribute("lang", life.language)
    expect(telephone.page.locator("main")).to_contain_text(aside)
    telephone.check_access()
    assert telephone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    telephone.page.get_by_role("button").click()
    expect(telephone.page.get_by_role("status")).to_be_visible()
    telephone.page.reload()  # which sends the form once more

    said_back = life.won.format(_number(text, won))
    answer = mail(f"{life.first} <{life.address}>", morning.message["Reply-To"], f"Re: {morning.subject}", said_back, Cc=secret)
    (kurier.home / "inbox" / f"{life.name}.eml").write_bytes(answer)
    confirmation = kurier.mail_to(life.address, "In-Reply-To")
    assert won in confirmation.subject
    assert confirmation.text.count(f"{kurier.url}/opportunityview/show/") == 1

    desk = desk_of(life.name, life.language)
    desk.open("/today/")
    expect(desk.page.locator("section[aria-labelledby=group-done] li")).to_have_count(2)
    expect(desk.page.locator("section[aria-labelledby=group-overdue]")).to_contain_text(life.task)
    desk.page.keyboard.press("r")
    expect(desk.page.locator("#log")).to_be_focused()
    desk.page.keyboard.type(life.words)
    desk.page.locator("#focus-next").select_option("offer")
    desk.page.locator("#log").focus()
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")
    expect(desk.page.locator("section[aria-labelledby=group-done]")).to_contain_text(life.task)
    expect(desk.page.locator("#chosen")).to_contain_text(called)

    desk.tab_to("summary[data-key=o]")
    desk.page.keyboard.press("Enter")
    desk.tab_to("form[action*='/standby/'] button")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".k-empty")).to_contain_text(f"Alex {life.last}")  # whom the offer goes to, tomorrow
    desk.check_access()

    desk.open("/activity/")
    history = desk.page.locator("section[aria-labelledby=history]")
    expect(history).to_contain_text(life.words)
    for title in life.deals:
        expect(history).to_contain_text(title)
    desk.check_access()
    assert kurier.run(lambda: _states(life), at=clock.now()) == ["standby", "won", "standby"]


def _states(life: Life) -> list[str]:
    db.session.rollback()
    found = {each.title: each.status.value for each in db.session.query(Opportunity).filter(Opportunity.title.in_(life.deals))}
    return [found[title] for title in life.deals]
