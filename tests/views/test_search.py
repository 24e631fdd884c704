"""The command field: a record by its words, a caller by the number on the display, and nothing of others."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Opportunity
from app.operations import records
from app.operations.contacts import update_contact
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.queries import lookups, words
from tests.browsing import Person, Sign
from tests.people import Cast

pytestmark = pytest.mark.both("each database searches in its own way")


@pytest.mark.parametrize("typed", ["dudek", "KATARZYNA Dudek", "k.dudek@jesion"])
def test_a_contact_is_found_by_name_and_address(cast: Cast, client_of: Sign, typed: str) -> None:
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" in page


@pytest.mark.parametrize("typed", ["+48 85 555 01 42", "85 555 01 42", "0142", "855550142"])
def test_a_caller_is_found_by_number(cast: Cast, client_of: Sign, typed: str) -> None:
    update_contact(cast.katarzyna, {"phone_lines": "+48 85 555 01 42"}, actor=SYSTEM)
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" in page


def test_an_opportunity_of_others_is_not_found(cast: Cast, client_of: Sign) -> None:
    own = Person(client_of(cast.anna)).get("/search/", query_string={"q": "terminale"}).text
    assert f"/opportunityview/show/{cast.terminals.id}" in own
    others = Person(client_of(cast.tom)).get("/search/", query_string={"q": "terminale"}).text
    assert f"/opportunityview/show/{cast.terminals.id}" not in others


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "%", "x" * 5000, "1234"])
def test_whatever_is_typed_is_answered(cast: Cast, client_of: Sign, typed: str) -> None:
    assert Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["kata dud", "dudek kata", "JESION", "jesion.example", "k.dudek@jesion.example", "Dudek jes"])
def test_words_are_found_from_their_beginning_in_any_order(cast: Cast, client_of: Sign, typed: str) -> None:
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" in page


@pytest.mark.parametrize("typed", ["udek", "dudek nobody", "dudek kata xyz"])
def test_every_word_must_be_there(cast: Cast, client_of: Sign, typed: str) -> None:
    page = Person(client_of(cast.anna)).get("/search/", query_string={"q": typed}).text
    assert f"/contactview/show/{cast.katarzyna.id}" not in page


def test_a_record_is_found_by_its_new_words_alone(cast: Cast, client_of: Sign) -> None:
    client = Person(client_of(cast.anna))
    shown = f"/opportunityview/show/{cast.terminals.id}"
    records.update(db.session.get_one(Opportunity, cast.terminals.id), {"title": "Żółte œuvres Łódź"}, actor=SYSTEM)
    assert all(shown in client.get("/search/", query_string={"q": typed}).text for typed in ("zolte", "ŻÓŁTE", "oeuv", "lodz", "łód"))
    assert shown not in client.get("/search/", query_string={"q": "terminale"}).text
    records.update(db.session.get_one(Opportunity, cast.terminals.id), {"amount": Decimal(5)}, actor=SYSTEM)
    assert shown in client.get("/search/", query_string={"q": "zolte"}).text


@atomic
def _shelves(cast: Cast, count: int, *, actor: Actor) -> None:
    for n in range(count):
        records.create(Opportunity, {"title": f"Shelf {n:03} {'oak' if n % 5 == 0 else 'pine'}", "owner": cast.anna if n % 2 else cast.tom}, actor=actor)


@pytest.mark.parametrize("common", [5, words.COMMON])
@pytest.mark.parametrize("who", ["ada", "anna"])
def test_a_common_word_and_a_rare_one_keep_to_rights_and_archive(
    cast: Cast, client_of: Sign, monkeypatch: pytest.MonkeyPatch, common: int, who: str
) -> None:
    """Whichever way the database is asked: by the rare word, by the common one, by the rows of the person."""
    monkeypatch.setattr(words, "COMMON", common)
    _shelves(cast, 40, actor=SYSTEM)
    client, seen = Person(client_of(getattr(cast, who))), range(40) if who == "ada" else range(1, 40, 2)
    numbers = [n for n in seen if n % 5 == 0]
    records.archive(db.session.scalars(select(Opportunity).where(Opportunity.title == "Shelf 035 oak")).one(), actor=SYSTEM)
    text = client.get("/search/", query_string={"q": "oak shelf"}).text
    found = [int(n) for n in re.findall(r"Shelf (\d+) oak", text)]
    assert sorted(set(found)) == [n for n in numbers if n != 35] and "pine" not in text
    many = set(re.findall(r"Shelf (\d+) ", client.get("/search/", query_string={"q": "she"}).text))
    assert len(many) == lookups.LIMIT and {int(n) for n in many} <= set(seen)


@pytest.mark.parametrize("typed", ["dudek", "terminale", "k.dudek@jesion.example", "855550142"])
def test_a_search_asks_the_database_few_times(cast: Cast, client_of: Sign, statements: list[str], typed: str) -> None:
    client = Person(client_of(cast.anna))
    client.get("/search/", query_string={"q": typed})
    statements.clear()
    client.get("/search/", query_string={"q": typed})
    assert len(statements) <= 10, statements
