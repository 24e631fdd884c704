"""People at the pages."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Sign = Callable[..., FlaskClient]


class Person:
    """One signed-in browser without a screen; ``post`` takes the fields of a form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, **more)

    def post(self, url: str, **fields: Any) -> TestResponse:
        return self.client.post(url, data=fields, content_type="multipart/form-data")


def tells(text: str, number: int) -> bool:
    """Whether ``text`` says ``number``, with or without something between its thousands; the fraction of a second, or a token, says none."""
    digits = f"{number:,}".replace(",", r"[\s,.]?")
    return re.search(rf"(?<![\w.]){digits}(?!\w)", text) is not None


def titles_of(page: str) -> list[str]:
    """What the rows of a list are called, in their order."""
    return re.findall(r'rowheader" title="([^"]*)"', page)


def way(page: str, rel: str) -> str | None:
    """Where the link ``rel`` leads, "next" or "prev"."""
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
    return unescape(found[1]) if found else None


def pages_from(client: FlaskClient, url: str) -> list[list[str]]:
    """The titles of each page of a list, from the first at ``url`` to the last. The way back leads through the same ones."""
    page = client.get(url).text
    pages = [titles_of(page)]
    while (further := way(page, "next")) is not None:
        page = client.get(further).text
        pages.append(titles_of(page))
        assert len(pages) < 20
    back = [titles_of(page)]
    while (nearer := way(page, "prev")) is not None:
        page = client.get(nearer).text
        back.insert(0, titles_of(page))
    assert back == pages
    return pages


_SENT_BY_CHOICE = ("checkbox", "radio", "submit", "button", "file")


class _Form(HTMLParser):
    """The fields of the form of a record (``data-form``), as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._is_inside = False
        self._select: tuple[str, bool, list[tuple[str, bool]]] | None = None
        self._text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name, value = facts.get("name") or "", facts.get("value")
        if tag == "form":
            self._is_inside = "data-form" in facts
        elif not self._is_inside or "disabled" in facts:
            return
        elif tag == "select" and name:
            self._select = name, "multiple" in facts, []
        elif tag == "option" and self._select:
            self._select[2].append((value or "", "selected" in facts))
        elif tag == "textarea" and name:
            self._text = name, []
        elif tag == "input" and name and (facts.get("type") not in _SENT_BY_CHOICE or "checked" in facts):
            self._add(name, "on" if value is None and facts.get("type") == "checkbox" else value or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "textarea" and self._text:
            self._add(self._text[0], "".join(self._text[1]).removeprefix("\r").removeprefix("\n"))
            self._text = None
        elif tag == "select" and self._select:
            name, is_multiple, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen] or ([] if is_multiple else [options[0][0]] if options else [])
            for value in chosen:
                self._add(name, value)
            self._select = None

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def sent_by(html: str) -> dict[str, Any]:
    """What the form of a record on the page sends when nobody touches it: name → values."""
    form = _Form()
    form.feed(html)
    return dict(form.values)
