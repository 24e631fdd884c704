"""Questions whose answer would tell what is not shown: searches, look-ups, filters, orders, keys of foreign records.

Each is asked twice, about a mark that the reader may not know and about one that stands nowhere: the answers must be the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import inspect

from app.domain.rights import Action
from tests.leaks.knock import MISSING
from tests.leaks.marks import AMOUNTS, BODY, PERCENTS, SECRET, YEARS, Mark, text_of, without_chance
from tests.leaks.world import OWN_WORD, Eyes, World, unknown_to

NOWHERE = "mk9999zq"
_ROWS = re.compile(r"/show/\d+|/edit/\d+|<option[^>]*>[^<]*|k-count\">[^<]*|<h1[^>]*>[^<]*|<tr|<li")  # what a page lists and counts
_SHOWN = re.compile(r"/show/(\d+)")
# column → owner → (a value that is not to be known, one beside it that nothing has)
NUMBERS = {
    "amount": {owner: (f"{amount}", f"{amount}.01") for owner, amount in AMOUNTS.items()},
    "probability": {owner: (percent, f"{percent[:-1]}6") for owner, percent in PERCENTS.items()},
    "expected_close_on": {owner: (f"{year}-03-17", f"{year}-03-18") for owner, year in YEARS.items()},
}


@dataclass(frozen=True)
class Asked:
    """What ``client`` was told; the same question is not asked again, since nothing is written meanwhile."""

    client: FlaskClient
    told: dict[str, str] = field(default_factory=dict)

    def _answer(self, url: str, but: Iterable[str]) -> str:
        if url not in self.told:
            answer = self.client.get(url)
            self.told[url] = without_chance(f"{answer.status_code} {text_of(answer).partition(BODY)[2]}")
        said = self.told[url]
        for word in but:
            said = said.replace(word, "ASKED")
        return str(_ROWS.findall(said)) if "<html" in said else said

    def same(self, asked: str, other: str, *, but: Iterable[str] = ()) -> bool:
        """Whether two questions get one answer, apart from the questions themselves, which a page repeats."""
        return self._answer(asked, but) == self._answer(other, but)


def _views(world: World) -> Iterator[tuple[str, Any]]:
    """The lists of protected nouns, by their endpoint."""
    for view in world.app.appbuilder.baseviews:  # type: ignore[attr-defined]
        if hasattr(view, "search_columns") and hasattr(view, "lookup"):
            yield view.endpoint, view


def told_by_search(world: World, eyes: Eyes, client: FlaskClient) -> list[str]:
    """The words of foreign records and of hidden fields, searched for everywhere."""
    wrong, asked = [], Asked(client)
    for word, mark in unknown_to(world.book, eyes):
        if mark.record_type in ("Opportunity", "Account", "Contact") and not asked.same(f"/search/?q={word}", f"/search/?q={NOWHERE}"):
            wrong.append(f"{eyes.name}: SearchView.list finds {mark}")
    return wrong


def told_by_lookups(world: World, eyes: Eyes, client: FlaskClient) -> list[str]:
    """The same in every look-up field that searches such records."""
    wrong, asked = [], Asked(client)
    for endpoint, view in _views(world):
        model = view.datamodel.obj.__name__
        for column in [c for c in view.datamodel.list_properties if view.datamodel.is_relation(c)]:
            related = view.datamodel.get_related_model(column).__name__
            for word, mark in _of(world, eyes, related):
                where = f"{view.route_base}/lookup/{column}?q="
                if not asked.same(where + word, where + NOWHERE):
                    wrong.append(f"{eyes.name}: {endpoint}.lookup of {model}.{column} finds {mark}")
    return wrong


def _of(world: World, eyes: Eyes, record_type: str) -> list[tuple[str, Mark]]:
    return [(word, mark) for word, mark in unknown_to(world.book, eyes) if mark.record_type == record_type and mark.owner in ("own", "other", SECRET)]


def told_by_filters(world: World, eyes: Eyes, client: FlaskClient) -> list[str]:
    """Every column of every list filtered by what stands in a hidden or foreign field, in the list, its exports and the form."""
    wrong, asked = [], Asked(client)
    for endpoint, view in _views(world):
        model = view.datamodel.obj.__name__
        if not eyes.may(model, Action.READ):
            continue
        for name, value, nothing, what in _filters(world, eyes, model):
            for page, equals in (("list/?_flt_0", "="), ("export.csv?_flt_2", "="), ("export.csv?_any_1=_flt_0", "%3D")):
                where = f"{view.route_base}/{page}_{name}{equals}"
                if not asked.same(where + value, where + nothing, but=(value, nothing)):
                    wrong.append(f"{eyes.name}: {endpoint}.{page[:6]} is filtered by {what}")
    return wrong


def _filters(world: World, eyes: Eyes, model: str) -> Iterator[tuple[str, str, str, str]]:
    """(column, a value that is not to be known, one that stands nowhere, what it is)."""
    for word, mark in _of(world, eyes, model):
        if " " not in mark.name:
            yield mark.name, word, NOWHERE, str(mark)
    if model == "Opportunity":
        for name, values in NUMBERS.items():
            for owner, (value, nothing) in values.items():
                if not eyes.may_know(Mark(model, name, owner)):
                    yield name, value, nothing, f"{model}.{name} ({owner})"


def told_by_keys(world: World, eyes: Eyes, client: FlaskClient) -> list[str]:
    """A list, a form or an export narrowed to a foreign record, as if there were none of that key."""
    wrong, asked = [], Asked(client)
    for endpoint, view in _views(world):
        for column in [c for c in view.datamodel.list_properties if view.datamodel.is_relation(c)]:
            related = view.datamodel.get_related_model(column).__name__
            key = world.firm.keys.get(related, {}).get("other")
            if key is None or related in ("User", "Team") or "other" in eyes.owners(related, Action.READ):
                continue
            for page in ("list/", "export.csv", "add"):
                where = f"{view.route_base}/{page}?_flt_0_{column}="
                if not asked.same(f"{where}{key}", f"{where}{MISSING}", but=(f"{column}={key}", f"{column}={MISSING}", f'"{key}"', f'"{MISSING}"')):
                    wrong.append(f"{eyes.name}: {endpoint} {page} knows {related} {key} by {column}")
    return wrong


def told_by_orders(world: World, eyes: Eyes, client: FlaskClient) -> list[str]:
    """A list in the order of a hidden field, up or down, is the same list."""
    wrong = []
    for endpoint, view in _views(world):
        model = view.datamodel.obj
        for column in [*(each.key for each in inspect(model).columns), OWN_WORD]:
            if eyes.may_know(Mark(model.__name__, column, "own")) or not eyes.may(model.__name__, Action.READ):
                continue
            ways = [
                _SHOWN.findall(client.get(f"{view.route_base}/list/?_oc_{endpoint}={column}&_od_{endpoint}={way}").get_data(as_text=True))
                for way in ("asc", "desc")
            ]
            if ways[0] != ways[1]:
                wrong.append(f"{eyes.name}: {endpoint}.list is put in the order of {model.__name__}.{column}")
    return wrong


QUESTIONS = {
    "search": told_by_search, "look-ups": told_by_lookups, "filters": told_by_filters, "keys": told_by_keys, "orders": told_by_orders,
}
