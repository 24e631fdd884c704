"""The day of an operator, a verifier and a supervisor in Polish, with the keyboard alone, each page looked at by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.extensions import db
from app.models import Order, OrderAssignment, User
from app.operations import order_rows
from app.permissions.actor import acting
from app.support import clock
from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier
from tests.orders.office import FIRM, acts, make_office

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
NIPS = ("8567346215", "5260250274", "5252248481", "7740001454", "5272525995")


@pytest.fixture(scope="module")
def order(kurier: Kurier) -> int:
    """The order that all of them work on."""
    return kurier.run(lambda: make_office().order.id, at=clock.now())


def pl(sentence: str, **more: object) -> str:
    """What the program says in Polish."""
    found = said(sentence, "pl")
    return found % more if more else found


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.id"))


def press_and_wait(page: Page, keys: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(keys)


def enter(desk: Desk, nip: str, name: str) -> None:
    """One company: the form is there, the first field has the focus."""
    page = desk.page
    expect(page.locator("#f-nip")).to_be_focused()
    page.keyboard.type(nip)
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == "name":
            break
    page.keyboard.type(name)
    press_and_wait(page, "Control+Enter")


@pytest.mark.feature("E1", "E4", "E9", "E10", "E12", "E22")
def test_the_day_of_operator_verifier_and_supervisor(order: int, desk_of: Desks) -> None:
    desk = desk_of("beata", "pl")
    page = desk.page
    desk.open("/")
    expect(page).to_have_url(f"{desk.url}/my-order/")
    expect(page.locator("html")).to_have_attribute("lang", "pl")
    expect(page.get_by_role("heading", level=1)).to_have_text("firmy mięsne mazowieckie")
    desk.check_access()
    for nip, name in zip(NIPS, ("Podlasek", "Wędliny Kurp", "Masarnia Sokół", "Ubojnia Wkra", "Szynka Radom"), strict=True):
        enter(desk, nip, name)
    expect(page.locator(".k-todaycount")).to_contain_text("5")
    page.keyboard.type("8567346216")
    expect(page.locator("[data-odd=nip]")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type(NIPS[0])
    heard = f"{pl('Perhaps entered already. You can save.')} {pl('Row %(number)s', number=1)}: Podlasek"
    expect(page.locator("[data-say]")).to_have_text(heard)
    expect(page.get_by_role("textbox", name="Firma", exact=True)).to_have_attribute("required", "")
    _verify(desk_of)
    _correct(desk)
    _supervise(desk_of)
    page.reload()
    expect(page.locator("button[data-key='ctrl+enter']")).to_have_count(0)


def _verify(desk_of: Desks) -> None:
    """A batch is taken; the first row is rejected with a suggestion, the second accepted."""
    desk = desk_of("marek", "pl")
    page = desk.page
    desk.open("/")
    expect(page).to_have_url(f"{desk.url}/verify/")
    desk.check_access()
    press_and_wait(page, "Alt+b")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Podlasek")
    desk.check_access()
    desk.tab_to("[name='wrong-nip']")
    page.keyboard.press("Tab")
    assert focused(page) == "wrong-pkd", "what is not marked needs no words"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Dwie cyfry przestawione")
    page.keyboard.press("Tab")
    page.keyboard.type("8567346215")
    press_and_wait(page, "Alt+r")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wędliny Kurp")
    press_and_wait(page, "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Masarnia Sokół")


def _correct(desk: Desk) -> None:
    """The rejected row is counted in the title, found by one key, and the wrong field has the focus."""
    page = desk.page
    desk.open("/my-order/")
    press_and_wait(page, "F8")
    expect(page.locator("#f-nip")).to_be_focused()
    assert page.title().startswith(pl("Row %(number)s to correct", number=1))
    expect(page.locator("#f-nip")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-nip-e")).to_contain_text("Dwie cyfry przestawione")
    desk.check_access()
    page.keyboard.press("Control+a")
    page.keyboard.type("8567346215")
    press_and_wait(page, "Control+Enter")
    desk.open("/my-order/")
    expect(page.locator("[data-key=f8]")).to_have_count(0)


def _supervise(desk_of: Desks) -> None:
    """The supervisor sees the operators, and closes the order for one of them after reading what that reaches."""
    desk = desk_of("renata", "pl")
    page = desk.page
    desk.open("/")
    expect(page).to_have_url(f"{desk.url}/orders/")
    expect(page.get_by_role("row", name="Beata Kania")).to_contain_text("5")
    desk.check_access()
    label = pl("Rows a day: %(name)s, %(order)s", name="Oskar Wilk", order="firmy mięsne mazowieckie")
    page.get_by_label(label).focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    press_and_wait(page, "Control+Enter")
    expect(page.get_by_label(label)).to_have_value("60")
    desk.tab_to("a[href*='/closing/']")
    press_and_wait(page, "Enter")
    expect(page.locator("#reach")).to_contain_text("1")
    desk.check_access()
    desk.tab_to("form[action*='/close/'] button")
    press_and_wait(page, "Enter")
    desk.check_access()


@pytest.mark.feature("E21", "E26")
def test_the_tree_is_changed_with_the_keyboard(order: int, kurier: Kurier, desk_of: Desks) -> None:
    """An operator is moved from the supervisor to the coordinator, with another number of rows a day."""

    def place() -> OrderAssignment:
        wanted = select(OrderAssignment).join(User, OrderAssignment.user_id == User.id)
        return db.session.scalars(wanted.where(OrderAssignment.order_id == order, User.username == "oskar")).one()

    key = kurier.run(lambda: place().id, at=clock.now())
    desk = desk_of("zofia", "pl")
    page, form = desk.page, f"details:has([name=place][value='{key}']):has([value=move])"
    desk.open(f"/orderview/show/{order}")
    desk.tab_to(f"{form} > summary")
    page.keyboard.press("Enter")
    desk.tab_to("[name=parent]")
    page.keyboard.type("Kamil")
    desk.check_access()
    desk.tab_to("[name=quota]")
    page.keyboard.press("Control+a")
    page.keyboard.type("55")
    press_and_wait(page, "Enter")
    expect(page.get_by_role("listitem").filter(has_text="Oskar Wilk").last).to_contain_text("55")
    parent, quota = kurier.run(lambda: (str(place().parent), place().quota), at=clock.now())
    assert (parent, quota) == ("Kamil Duda", 55)


@pytest.mark.feature("D37", "C36", "C32")
def test_leads_on_a_telephone_are_called_one_after_the_other(desk_of: Desks) -> None:
    """One touch from the day to the field of the name; then a key, or a touch, for what came of a call, and the next one is there."""
    desk = desk_of("jean", "fr")
    page = desk.page
    page.set_viewport_size({"width": 360, "height": 740})
    for name in ("Garage Le Goff", "Scierie Gall"):
        desk.open("/today/")
        with page.expect_navigation():
            page.locator("main a[href='/my-order/lead']").click()
        desk.check_access()
        expect(page.locator("#name")).to_be_focused()
        page.keyboard.type(name)
        press_and_wait(page, "Enter")
        expect(page.locator("#f-name")).to_have_value(name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    press_and_wait(page, "Alt+5")
    expect(page.locator("#f-name")).to_have_value("Garage Le Goff")
    expect(page.locator("button[value=interested]")).to_be_in_viewport()
    desk.check_access()


@pytest.mark.feature("E1", "E12")
def test_a_connection_lost_in_the_middle_of_a_row_loses_nothing(order: int, desk_of: Desks) -> None:
    desk = desk_of("oskar", "pl")
    page = desk.page
    desk.open("/my-order/")
    expect(page.locator("#f-nip")).to_be_focused()
    page.keyboard.type("6762462543")
    desk.tab_to("#f-name")
    page.keyboard.type("Masarnia Wisła")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-lost]").first).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("Masarnia Wisła")
    page.context.set_offline(False)
    desk.open("/my-order/")
    expect(page.locator("[data-bring]")).to_be_visible()
    desk.tab_to("[data-bring]")
    page.keyboard.press("Enter")
    expect(page.locator("#f-name")).to_have_value("Masarnia Wisła")
    press_and_wait(page, "Control+Enter")
    expect(page.locator("#f-name")).to_have_value("")
    expect(page.locator(".k-todaycount")).to_contain_text("1")
    expect(page.locator("[data-bring]")).to_have_count(0)


@pytest.mark.feature("E4")
def test_who_saves_and_stays_goes_on_where_they_were(order: int, desk_of: Desks) -> None:
    desk = desk_of("oskar", "pl")
    page = desk.page
    desk.open("/my-order/")
    expect(page.get_by_text(pl("save, and stay in this row"))).to_be_visible()
    desk.tab_to("#f-name")
    page.keyboard.type("Masarnia Bug")
    press_and_wait(page, "Control+s")
    expect(page.get_by_role("status").filter(has_text=pl("Being entered"))).to_be_visible(timeout=60_000)
    expect(page.locator("#f-name")).to_be_focused(timeout=60_000)
    desk.tab_to("button[value='stay']")
    press_and_wait(page, "Enter")
    expect(page.locator("#f-nip")).to_be_focused(timeout=60_000)
    page.reload()
    expect(page.locator("#f-name")).to_have_value("Masarnia Bug", timeout=60_000)
    expect(page.locator("#f-nip")).not_to_be_focused()


@pytest.mark.feature("E32")
def test_on_a_telephone_the_verifier_is_asked_of_what_is_marked_alone(kurier: Kurier, order: int, desk_of: Desks) -> None:
    def entered() -> int:
        oskar = acts(db.session.scalars(select(User).where(User.username == "oskar")).one())
        with acting(oskar):
            return order_rows.enter_row(db.session.get_one(Order, order), {**FIRM, "nip": "LT119511515"}, actor=oskar).id

    row = kurier.run(entered, at=clock.now())
    desk = desk_of("marek", "pl")
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.open(f"/verify/row/{row}")
    expect(page.get_by_text(pl("This looks like a number of another country: see whether the company belongs to this order, and whether it has a NIP, too."))
           ).to_be_visible(timeout=60_000)
    expect(page.locator("[name=problem-nip]")).to_be_hidden()
    page.locator("[name=wrong-nip]").check()
    expect(page.locator("[name=problem-nip]")).to_be_visible()
    expect(page.locator("[name=problem-pkd]")).to_be_hidden()
    desk.check_access()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def choose(page: Page, words: str) -> None:
    """Of the list that has the focus the value that begins with ``words``, by typing them."""
    page.keyboard.type(words)
    expect(page.locator(":focus option:checked")).to_contain_text(words)


def place_of(order: int, username: str) -> tuple[int, str]:
    """The key of somebody's place in the order, and the name of whom it stands below."""
    place = db.session.query(OrderAssignment).join(User, User.id == OrderAssignment.user_id).filter(
        OrderAssignment.order_id == order, User.username == username
    ).one()
    return place.id, str(place.parent.user) if place.parent else ""


@pytest.mark.feature("E21")
def test_the_tree_of_places_is_edited_with_the_keyboard_alone(kurier: Kurier, order: int, desk_of: Desks) -> None:
    """Somebody gets a place, and an operator goes below them; the list offers no place that would make a circle."""
    desk = desk_of("zofia", "pl")
    page = desk.page
    desk.open(f"/orderview/show/{order}")
    desk.tab_to("summary[data-key='alt+g']")
    page.keyboard.press("Enter")
    desk.tab_to("#g-seat")
    supervisor = page.locator("#g-seat option[value='supervisor']").inner_text()
    choose(page, supervisor)
    desk.tab_to("select[name='user']")
    choose(page, "Tom Baker")
    desk.tab_to("form[action*='/assign/'] button")
    press_and_wait(page, "Enter")
    expect(page.get_by_role("listitem").filter(has_text="Tom Baker").last).to_contain_text(supervisor)

    beata, above = kurier.run(lambda: place_of(order, "beata"), at=clock.now())
    tom, _ = kurier.run(lambda: place_of(order, "tom"), at=clock.now())
    assert above == "Renata Górska"
    own = f"[id^='place-{beata}-']"  # the fields of the form that moves this place
    desk.tab_to(f"details:has(> form {own}) > summary")
    page.keyboard.press("Enter")
    desk.tab_to(f"select[name='parent']{own}")
    offered = page.locator(":focus option").evaluate_all("each => each.map(one => one.value)")
    assert str(tom) in offered and str(beata) not in offered
    choose(page, "Tom Baker")
    desk.check_access()
    desk.tab_to(f"form:has({own}) button")
    press_and_wait(page, "Enter")
    expect(page.locator(f"li:has(> ul {own})").filter(has_text="Tom Baker")).to_have_count(2)  # the branch of Zofia, and in it that of Tom
    assert kurier.run(lambda: place_of(order, "beata"), at=clock.now()) == (beata, "Tom Baker")
