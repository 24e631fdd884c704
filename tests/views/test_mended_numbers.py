"""Codes that a spreadsheet took for numbers: set right where that is sure, told before anything is saved, refused where digits are lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.errors import DomainError
from app.domain.mending import number_again, postcode_again, unshortened
from app.extensions import db
from app.models import Account, ProspectRow
from tests.orders.office import make_office
from tests.people import Cast
from tests.views.test_bad_files import ods
from tests.views.test_imports import finish, give, workbook

Client = Callable[..., FlaskClient]
HEAD = ["Nazwa firmy", "Kraj", "Kod pocztowy", "NIP", "REGON"]


@pytest.mark.parametrize(("text", "country", "is_number", "whole"), [
    ("12345", "PL", True, "12-345"), ("1234", "PL", True, "01-234"), ("950", "PL", True, "00-950"), ("95", "PL", True, "95"), ("12345", "PL", False, "12-345"),
    ("1234", "PL", False, "1234"), ("1000", "FR", True, "01000"), ("35000", "FR", True, "35000"), ("100", "FR", True, "100"), ("1000", "FR", False, "1000"),
    ("1000", "BE", True, "1000"), ("01-234", "PL", True, "01-234"), ("123456", "PL", True, "123456"),
    ("1067", "DE", True, "01067"), ("12345", "", True, "12345"),
])
def test_postcodes(text: str, country: str, is_number: bool, whole: str) -> None:
    assert postcode_again(text, country, is_number=is_number) == whole


@pytest.mark.parametrize(("name", "digits", "whole"), [
    ("siren", "5880596", "005880596"), ("siren", "5880597", "5880597"), ("siren", "732829320", "732829320"),
    ("regon", "12345675", "012345675"), ("regon", "12345678", "12345678"),
    ("nip", "8567346215", "8567346215"), ("nip", "123456789", "123456789"), ("vat_number", "1", "1"),
])
def test_official_numbers_get_zeros_where_the_check_digit_leaves_no_doubt(name: str, digits: str, whole: str) -> None:
    assert number_again(name, digits) == whole


@pytest.mark.parametrize(("text", "whole"), [
    ("5.260250274E+09", "5260250274"), ("5,260250274e9", "5260250274"), ("8567346215", "8567346215"), ("12E3", "12E3"), ("1E0", "1"), ("E+09", "E+09"),
])
def test_a_number_with_an_exponent_is_whole_where_all_its_digits_stand_there(text: str, whole: str) -> None:
    assert unshortened(text) == whole


@pytest.mark.parametrize("text", ["5,27E+09", "5.27E+09", "4,86E+10", "1E+13"])
def test_a_number_whose_digits_are_lost_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="digits are lost"):
        unshortened(text)


@pytest.mark.database
@pytest.mark.feature("E2")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_what_was_set_right_is_told_before_and_after_it_is_saved(cast: Cast, client_of: Client, kind: str) -> None:
    client = client_of(cast.ada, "en")
    rows: list[list[Any]] = [
        HEAD, ["Młyn", "Polska", 1234, 8567346215, 12345675], ["Dworzec", "PL", 950, None, 12345678], ["Minoterie", "France", 1000, None, None],
        ["Moulin", "Belgique", 1000, None, None], ["Piekarnia", "PL", "08-110", None, None],
    ]
    content = {"xlsx": lambda: workbook(*rows), "ods": lambda: ods(*rows),
               "csv": lambda: "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()}[kind]()
    where = give(client, "Account", content, f"lista.{kind}")
    page = client.get(where)
    if page.location:
        client.post(f"{where}/columns", data={f"column-{at}": name for at, name in enumerate(("name", "country", "postcode", "nip", "regon"))})
    said = re.compile(r"<dt>Postcode</dt><dd>3 rows, for example 1234 → 01-234</dd><dt>REGON</dt><dd>1 row, for example 12345675 → 012345675</dd>")
    page_before = client.get(where).text
    assert said.search(page_before) and "in the file: 950" in page_before
    client.post(f"{where}/run")
    assert finish().counts == {"created": 5} and said.search(client.get(where).text)
    found = {each.name: (each.postcode, each.regon) for each in db.session.query(Account).filter(Account.name.in_([row[0] for row in rows]))}
    assert found == {"Młyn": ("01-234", "012345675"), "Dworzec": ("00-950", "12345678"), "Minoterie": ("01000", None), "Moulin": ("1000", None),
                     "Piekarnia": ("08-110", None)}


@pytest.mark.database
@pytest.mark.parametrize(("language", "said"), [
    ("en", "“5,27E+09” is a number that a spreadsheet shortened"), ("fr", "« 5,27E+09 »"), ("pl", "„5,27E+09”"),
])
def test_lost_digits_refuse_the_row_in_words(cast: Cast, client_of: Client, language: str, said: str) -> None:
    client = client_of(cast.ada, language)
    where = give(client, "Account", "Nazwa firmy;NIP;Telefon\nMłyn;5,27E+09;\nTelefoniczna;;4,86E+10\nDobra;5.260250274E+09;\n".encode(), "lista.csv")
    client.post(f"{where}/run")
    assert finish().counts == {"created": 1, "refused": 2}
    page = client.get(where).text.replace("\u202f", " ").replace("\u00a0", " ")
    assert said in page and "4,86E+10" in page
    assert db.session.query(Account).filter_by(name="Dobra").one().nip == "5260250274"


DIRTY: list[list[Any]] = [
    ["Firma", "NIP", "Telefon", "E-mail", "Strona WWW", "Miejscowość"],
    ["Młyn", "BRAK", "-", "biuro@mlyn.example; sklep@mlyn.example", "brak", "n/d"],
    ["Tartak", "brak", "n/d", "biuro (at) tartak.example", "www.tartak.example", "Ełk"],
    ["Brak", "#N/D!", "+48 600 100 200; +48 600 100 201", "BIURO@BRAK.EXAMPLE ", None, "Brak"],
]


@pytest.mark.database
def test_a_list_from_several_hands_is_read_as_it_is_meant(cast: Cast, client_of: Client) -> None:
    """Words for nothing are no values, by which companies would be one; of several addresses in a cell the first is kept, and told."""
    client = client_of(cast.ada, "en")
    where = give(client, "Account", workbook(*DIRTY))
    page = client.get(where).text
    assert "<dt>E-mail</dt><dd>2 rows, for example biuro@mlyn.example; sklep@mlyn.example → biuro@mlyn.example</dd>" in page
    assert "<dt>Telephone</dt><dd>1 row, for example +48 600 100 200; +48 600 100 201 → +48600100200</dd>" in page
    client.post(f"{where}/run")
    assert finish().counts == {"created": 3}
    made = db.session.query(Account).filter(Account.name.in_([row[0] for row in DIRTY]))
    found = {each.name: (each.nip, each.phone, each.email, each.website, each.city) for each in made}
    assert found == {
        "Młyn": (None, None, "biuro@mlyn.example", None, None), "Tartak": (None, None, "biuro@tartak.example", "www.tartak.example", "Ełk"),
        "Brak": (None, "+48600100200", "biuro@brak.example", None, None),
    }


@pytest.mark.database
def test_a_row_of_an_order_takes_an_odd_address_as_if_it_were_typed(cast: Cast, client_of: Client) -> None:
    office = make_office()
    client = client_of(office.beata, "en")
    where = give(client, f"ProspectRow-{office.order.id}", workbook(["Firma", "E-mail"], ["Młyn", "biuro.mlyn.example"], ["Tartak", "brak"]))
    client.post(f"{where}/run")
    assert finish().counts == {"created": 2}
    assert [row.email for row in db.session.query(ProspectRow).order_by(ProspectRow.number)] == ["biuro.mlyn.example", None]
