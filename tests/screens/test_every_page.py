"""Every page in every language, by day and by night, wide and narrow, with large text: open to all, and in the reader's language."""

from itertools import product

import pytest
from flask import Flask

from tests.journeys.desk import TAGS
from tests.promises.firm import Records
from tests.screens.conftest import Gallery
from tests.screens.pages import Page, pages_of
from tests.screens.settings import EVERY, LANGUAGES, PIECES, SHARES, SIZES, THEMES, Look, looks_at, pairs_of
from tests.screens.words import left_in_english

pytestmark = [pytest.mark.portable("the pages are the same, whatever holds the records"), pytest.mark.timeout(600)]
# What people gave as names, or was written in another language before, is no page's fault.
GIVEN = {
    "AuditView.list": ("Team manager", "User"), "AuditView.show": ("Team manager", "User"), "PipelineView.show": ("Sales",),
    "OutboxView.list": ("Welcome to Kurier: your CRM address",), "OutboxView.show": ("Welcome to Kurier: your CRM address",),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "share" in metafunc.fixturenames:
        shares = PIECES if metafunc.config.getoption("every_look") else SHARES
        metafunc.parametrize("share", [slice(each, None, shares) for each in range(shares)], ids=map(str, range(shares)))


def _found(gallery: Gallery, page: Page, looks: tuple[Look, ...]) -> list[str]:
    """What is wrong with ``page``, each with the look that shows it."""
    wrong = []
    for language in sorted({look.language for look in looks}):
        tab = gallery.hang(page.reader, language, page.url)
        for look in (look for look in looks if look.language == language):
            gallery.show(tab, look)
            seen = tab.evaluate("tags => lookAtPage({ tags })", list(TAGS))
            wrong += [f"{look}: {each}" for each in seen["found"]]
        wrong += [f"{language}: English is left: {text}" for text in left_in_english(seen["words"], language, GIVEN.get(page.name, ()))]
    return wrong


@pytest.mark.feature("C36")
def test_every_page_is_open_to_all(share: slice, bare_app: Flask, firm: Records, gallery: Gallery, request: pytest.FixtureRequest) -> None:
    every = request.config.getoption("every_look")
    pages = list(enumerate(pages_of(bare_app, firm)))
    mine = [(page, EVERY if every else looks_at(at)) for at, page in pages[share]]
    wrong = {f"{page.name} {page.url}": found for page, looks in mine if (found := _found(gallery, page, looks))}
    faults = [each for found in wrong.values() for each in found if "English is left" not in each]
    said = {"pages": len(mine), "looks": sum(len(looks) for _, looks in mine), "found": len(faults), "axe": gallery.axe_version()}
    request.node.user_properties += said.items()
    assert not wrong, "\n".join(f"{name}\n  " + "\n  ".join(found) for name, found in wrong.items())
    assert len(pages) > 100


def test_each_pair_of_settings_is_looked_at() -> None:
    wanted = {pair for one in (product(LANGUAGES, THEMES), product(LANGUAGES, SIZES), product(THEMES, SIZES)) for pair in one}
    for first in range(24):
        looks = [look for at in range(first, first + 24) for look in looks_at(at)]
        assert set().union(*map(pairs_of, looks)) == wanted
    for at in range(24):
        looks = list(looks_at(at))
        assert [len({getattr(look, name) for look in looks}) for name in ("language", "theme", "size")] == [2, 2, 2]
