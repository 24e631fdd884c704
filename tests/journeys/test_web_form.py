"""The form of Kurier on somebody else's web site: visitors without JavaScript, in two languages, and a robot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from tests.journeys.desk import PORTABLE, Desk, said
from tests.journeys.program import Kurier

pytestmark = [pytest.mark.database, PORTABLE]
Desks = Callable[..., Desk]
PAGE = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Grand Ouest</title><h1>Write to us</h1>{}"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a web server of its own for the files in ``folder``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def send(visitor: Desk, page: str, name: str, address: str, message: str) -> None:
    visitor.page.goto(page)
    for field, value in {"name": name, "email": address, "message": message}.items():
        visitor.page.fill(f"[name={field}]", value)
    with visitor.page.expect_navigation():
        visitor.page.locator("form button").click()


@pytest.mark.feature("C41", "X5", "X7")
def test_a_form_on_another_site(kurier: Kurier, desk_of: Desks, tmp_path: Path) -> None:
    ada = desk_of("ada")
    ada.open("/webformview/add")
    ada.page.fill("#name", "Write to Grand Ouest")
    ada.page.locator("form[data-form]").get_by_role("button", name="Save", exact=True).click()
    ada.page.get_by_role("heading", name="HTML for your site").wait_for()
    ada.check_access()
    snippet = ada.page.get_by_role("textbox", name="HTML for your site").input_value()
    (tmp_path / "contact.html").write_text(PAGE.format(snippet), encoding="utf-8")

    with site(tmp_path) as address:
        for language, name in (("fr", "Gaston Leroux"), ("pl", "Zbigniew Żuk")):
            visitor = desk_of(language=language, scripts=False)
            send(visitor, f"{address}/contact.html", name, f"{language}@visitor.example", f"From the site, in {language}")
            assert visitor.page.locator("html").get_attribute("lang") == language
            assert visitor.page.get_by_role("heading", level=1).inner_text().strip() == said("Thank you", language)
            assert said("Your message has arrived. We will answer you soon.", language) in visitor.text()
            assert not visitor.page.context.cookies()
        robot = desk_of(language="fr")
        robot.page.goto(f"{address}/contact.html")
        robot.page.evaluate("document.querySelector('[name=fax_number]').value = 'http://spam.example'")
        robot.page.fill("[name=name]", "Robot")
        robot.page.fill("[name=email]", "robot@spam.example")
        with robot.page.expect_navigation():
            robot.page.locator("form button").click()
        assert said("Thank you", "fr") in robot.text()  # it learns nothing

    ada.open("/contactview/list/?_flt_0_last_name=Robot")
    assert "robot@spam.example" not in ada.text()
    for language, name in (("fr", "Gaston Leroux"), ("pl", "Zbigniew Żuk")):
        ada.open(f"/contactview/list/?_flt_0_last_name={quote(name.split()[-1])}")
        ada.follow(ada.page.get_by_role("link", name=name, exact=True))
        assert f"{language}@visitor.example" in ada.text()
        ada.follow(ada.page.locator("[aria-labelledby=side-deals] a").last)
        assert f"From the site, in {language}" in ada.text()
