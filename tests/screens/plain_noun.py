"""A noun that nobody prepared for: a model and a view of ten lines. Run as a process of its own, since what it defines stays with it.

``python -m tests.screens.plain_noun HOME DATABASE_URL`` takes the installation in HOME, with the cast in it, and uses the pages of the noun in a browser.
"""

import sys
from datetime import date

from flask import Flask
from flask_babel import lazy_gettext
from playwright.sync_api import expect
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app import create_app
from app.cli.setup import bring_up
from app.extensions import db
from app.models import AuditLine, Record
from app.operations import records
from app.permissions.actor import SYSTEM, acting
from app.views import menu
from app.views.base import CrmView, OperationInterface
from config import load
from tests.installations import KEY
from tests.journeys.desk import Desk
from tests.servers.browser import Browser
from tests.servers.pages import served


class Vehicle(Record):
    """A car or a van of the firm."""

    __tablename__ = "vehicle"

    plate: Mapped[str] = mapped_column(String(20), unique=True)
    seats: Mapped[int]
    is_rented: Mapped[bool] = mapped_column(default=False)
    inspected_on: Mapped[date | None]

    def __str__(self) -> str:
        return self.plate


class VehicleView(CrmView):
    datamodel = OperationInterface(Vehicle)
    list_title, show_title = lazy_gettext("Vehicles"), lazy_gettext("Vehicle")
    add_title, edit_title = lazy_gettext("New vehicle"), lazy_gettext("Edit vehicle")
    list_columns = order_columns = search_columns = ["plate", "seats", "is_rented", "inspected_on"]
    show_columns = add_columns = edit_columns = ["plate", "seats", "is_rented", "inspected_on"]
    label_columns = {
        "plate": lazy_gettext("Plate"), "seats": lazy_gettext("Seats"), "is_rented": lazy_gettext("Rented"),
        "inspected_on": lazy_gettext("Inspected on"),
    }  # fmt: skip


def make(home: str, database_url: str) -> Flask:
    menu.ENTRIES.append((VehicleView, "Vehicles", lazy_gettext("Vehicles"), "truck", "Settings"))
    app = create_app(load({"KURIER_HOME": home, "DATABASE_URL": database_url, "SECRET_KEY": KEY}))
    with app.app_context(), acting(SYSTEM):
        bring_up()
        Vehicle.__table__.create(db.engine)
    return app


def enter_with_errors(desk: Desk) -> None:
    """An empty list says what to do; errors are told first, tied to their fields, and lose nothing."""
    page = desk.page
    desk.open("/vehicleview/list/")
    assert "There is nothing here yet." in desk.text()
    desk.check_access()
    page.keyboard.press("n")
    page.fill("#inspected_on", "2026-10-05")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Not saved: 2 fields need a correction")).to_be_focused()
    assert page.title().startswith("2 errors: ")
    assert page.locator("#plate").get_attribute("aria-describedby") and page.locator("#inspected_on").input_value() == "2026-10-05"
    desk.check_access()
    page.fill("#plate", "BI 1234K")
    page.fill("#seats", "3")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "Saved." in desk.text() and page.get_by_role("heading", level=1).inner_text() == "BI 1234K"
    desk.check_access()


def keep_and_be_told(desk: Desk, app: Flask) -> None:
    """A draft waits; what a colleague changed is told before it is overwritten."""
    page = desk.page
    desk.open("/vehicleview/add")
    page.fill("#plate", "WA 55")
    page.locator("#plate").press("Tab")
    desk.open("/today/")
    desk.open("/vehicleview/add")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#plate")).to_have_value("WA 55")
    desk.open("/vehicleview/edit/1")
    with app.app_context(), acting(SYSTEM):
        records.update(db.session.get_one(Vehicle, 1), {"seats": 5}, actor=SYSTEM)
    page.fill("#seats", "7")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "Seats is now saved as: 5" in page.get_by_role("alert").filter(has_text="Not saved").inner_text()


def list_filter_and_change(desk: Desk) -> None:
    """Chips, saved views, export, archive with undo, many at once."""
    page = desk.page
    desk.open("/vehicleview/list/?_flt_2_plate=1234&_oc_VehicleView=seats&_od_VehicleView=desc")
    assert "1234" in page.locator(".k-chip").inner_text() and page.locator("[aria-sort=descending]").count() == 1
    page.get_by_role("link", name="Save the view").click()
    page.fill("#name", "Mine")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the view").click()
    assert page.get_by_role("navigation", name="Views").locator("[aria-current=page]").inner_text() == "Mine"
    page.locator(".k-head details:has(a[href*='export.csv']) > summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert "BI 1234K" in download.value.path().read_text(encoding="utf-8-sig")
    page.locator("[data-pick]").first.check()
    page.get_by_role("button", name="Change …").click()
    page.get_by_label("What to change").select_option(label="Rented")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Rented for all of them").check()
    desk.follow(page.get_by_role("button", name="Change 1 record"))
    assert "Done: 1 of 1." in desk.text()
    desk.check_access()
    desk.follow(page.get_by_role("button", name="Take it back"))
    assert "Done: 1 of 1." in desk.text()
    desk.open("/vehicleview/show/1")
    desk.follow(page.get_by_role("button", name="Archive"))
    desk.follow(page.get_by_role("button", name="Undo"))
    desk.open("/vehicleview/list/")
    assert "BI 1234K" in desk.text()


def on_a_telephone(desk: Desk) -> None:
    """Cards, no sideways scrolling, in Polish."""
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("list/?_l_=pl", "show/1", "add"):
        desk.open(f"/vehicleview/{path}")
        assert page.locator("html").get_attribute("lang") == "pl"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        desk.check_access()


def main(home: str, database_url: str) -> None:
    app = make(home, database_url)
    with served(app) as url, Browser() as browser:
        desk = Desk(browser.page(), url)
        desk.sign_in("ada")
        enter_with_errors(desk)
        keep_and_be_told(desk, app)
        list_filter_and_change(desk)
        on_a_telephone(desk)
    with app.app_context(), acting(SYSTEM):
        actions = {line.action for line in db.session.query(AuditLine).filter_by(subject_type="Vehicle")}
        assert actions >= {"create", "update", "archive", "restore"}, actions


if __name__ == "__main__":
    main(*sys.argv[1:])
