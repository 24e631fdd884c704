"""What a first visit costs: few requests, few bytes, and nothing that comes from elsewhere or is asked for again."""

import gzip

import pytest
from playwright.sync_api import Response

from app.permissions.actor import Level
from tests.screens.conftest import Gallery

pytestmark = pytest.mark.portable("what a page brings along")
REQUESTS, BYTES = 12, 250_000


@pytest.mark.parametrize("path", ["/today/", "/opportunityview/list/", "/login/"])
def test_a_first_page_is_light(gallery: Gallery, path: str) -> None:
    page = gallery.hang(Level.NOBODY if path == "/login/" else Level.USER, "fr", path)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    came: dict[str, Response] = {}
    page.on("response", lambda one: came.update({one.url: one}))
    page.goto(f"{gallery.url}{path}")
    asked = list(came.items())  # the worker may fetch meanwhile
    parts = {url: (one.headers, page.request.get(url).body()) for url, one in asked}  # asked anew: the browser keeps no bodies for us
    assert all(url.startswith(gallery.url) for url in parts)
    assert len(parts) <= REQUESTS, sorted(parts)
    assert sum(len(gzip.compress(body, 6)) for _, body in parts.values()) < BYTES
    sheets = [headers["cache-control"] for url, (headers, _) in parts.items() if ".css" in url]
    assert sheets == ["public, max-age=31536000, immutable"]


def test_colours_and_contrast_that_the_reader_asks_for_are_kept(gallery: Gallery) -> None:
    page = gallery.hang(Level.USER, "fr", "/today/")
    here = page.locator(".k-nav a[aria-current]")
    assert here.evaluate("each => getComputedStyle(each).outlineStyle") == "none"
    page.emulate_media(forced_colors="active")
    assert here.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.emulate_media(forced_colors="none", contrast="more")
    second, first = page.locator(".k-head p").first, page.locator("h1")
    assert second.evaluate("each => getComputedStyle(each).color") == first.evaluate("each => getComputedStyle(each).color")


def test_bars_are_seen_in_forced_colours(gallery: Gallery) -> None:
    """Each has an edge, and the kinds do not look alike; each fill is one of the reader's colours."""
    page = gallery.hang(Level.ADMINISTRATOR, "fr", "/results/")
    page.emulate_media(forced_colors="active")
    drawn = page.locator(".k-swatch rect").evaluate_all("all => all.map(each => [getComputedStyle(each).fill, getComputedStyle(each).stroke])")
    ground = page.locator("body").evaluate("each => getComputedStyle(each).backgroundColor")
    assert len(drawn) == 3 == len({fill for fill, _ in drawn})
    assert all(stroke not in ("none", ground) for _, stroke in drawn)
