"""What the browser fetches beside the page that is open."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date
from flask import Flask

from app.operations.ticks import claim
from app.permissions.actor import SYSTEM
from app.support import clock
from app.views.shell import CHECK
from tests.browsing import Sign
from tests.people import Cast


def test_what_is_fetched_beside_a_page_sets_no_cookie_back(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    for path, is_set in (("/login/?_l_=fr", True), ("/offline?_l_=fr", False), ("/worker.js?_l_=fr", False)):
        answer = app.test_client().get(path)
        assert answer.status_code == 200
        assert ("session=" in answer.headers.get("Set-Cookie", "")) is is_set, path


def test_a_browser_may_install_the_program(app: Flask) -> None:
    answer = app.test_client().get("/manifest.webmanifest?_l_=fr")
    assert answer.mimetype == "application/manifest+json"
    told = answer.get_json()
    assert (told["name"], told["display"], told["start_url"], told["lang"]) == ("Kurier", "standalone", "/", "fr")
    assert {each["sizes"] for each in told["icons"]} == {"192x192", "512x512"}
    assert [app.test_client().get(each["src"]).status_code for each in told["icons"]] == [200] * 4
    assert told["shortcuts"][0] == {"name": "Aujourd’hui", "url": "/today/"}


def test_a_page_runs_our_scripts_and_no_others(app: Flask) -> None:
    answer = app.test_client().get("/login/")
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split(";"))
    nonce = re.fullmatch(r"'nonce-([\w-]{20,})'", rules["script-src"])
    assert nonce, rules["script-src"]
    assert (rules["default-src"], rules["style-src"], rules["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    page = answer.get_data(as_text=True)
    scripts = re.findall(r"<script ([^>]*)>", page)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in each and 'src="/static/' in each for each in scripts)
    assert not re.search(r"\sstyle=|\son\w+=|jquery|select2", page, re.IGNORECASE)


def test_the_statement_on_accessibility_tells_the_last_check(app: Flask) -> None:
    check = json.loads(CHECK.read_text(encoding="utf-8"))
    page = app.test_client().get("/accessibility?_l_=en").get_data(as_text=True)
    assert str(check["pages"]) in page and check["axe"] in page
    assert format_date(date.fromisoformat(check["day"]), "long", locale="en") in page


def test_the_way_in_says_when_the_pages_were_checked(app: Flask) -> None:
    day = date.fromisoformat(json.loads(CHECK.read_text(encoding="utf-8"))["day"])
    page = app.test_client().get("/login/?_l_=en").get_data(as_text=True)
    assert f"Accessibility: checked on {format_date(day, 'long', locale='en')}" in page and "Forgotten your password?" in page


def test_every_key_of_a_page_is_in_the_list_of_keys() -> None:
    """What a template or a view binds to a key is told under ``?``."""
    app = Path(CHECK).parent
    listed = (app / "templates" / "appbuilder" / "tabs.html").read_text(encoding="utf-8")
    told = {tuple(re.findall(r"'([^']+)'", keys)) for keys in re.findall(r"\(\(((?:'[^']+',?\s*)+)\), _\(", listed)}
    told |= {(first, key) for first, *others in told for key in others}
    source = "".join(path.read_text(encoding="utf-8") for kind in ("templates/**/*.html", "views/*.py") for path in app.glob(kind))
    bound = set(re.findall(r"""(?:data-key=|"key": |'key': )["'](f\d|[a-z]|(?:ctrl|alt)\+\w+)["']""", source))
    names = {"arrowup": "↑", "arrowdown": "↓"}
    wanted = {tuple(names.get(part, part.capitalize()) for part in each.split("+")) for each in bound} - {("Ctrl", "Enter")}
    assert wanted >= {("Alt", "N"), ("N",), ("F8",)}
    assert {each for each in wanted if each not in told} == set()


@pytest.mark.parametrize(("minutes", "is_told"), [(14, False), (16, True)])
def test_an_administrator_is_told_when_the_clock_stands_still(cast: Cast, client_of: Sign, minutes: int, is_told: bool) -> None:
    claim("app.jobs.sweep.sweep", timedelta(minutes=1), actor=SYSTEM)
    pages = {name: client_of(getattr(cast, name), "fr") for name in ("ada", "anna")}
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        told = {name: "Dernier travail en arrière-plan" in client.get("/today/").get_data(as_text=True) for name, client in pages.items()}
    assert told == {"ada": is_told, "anna": False}
