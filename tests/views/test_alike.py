"""While a new record is written: which ones may be the same, and what somebody is told who may not see them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.likeness import company_core, person_core, phone_core
from app.extensions import db
from app.models import Profile
from app.operations import records
from app.operations.contacts import update_contact
from app.permissions.actor import SYSTEM
from tests.people import Cast, make_account

pytestmark = [pytest.mark.database, pytest.mark.feature("B2")]
Client = Callable[..., FlaskClient]


def told(client: FlaskClient, noun: str, **typed: Any) -> list[tuple[str, str]]:
    answer = client.get(f"/{noun}view/alike", query_string=typed)
    assert answer.status_code == 200 and answer.json is not None
    return [(line["text"], line["note"]) for line in answer.json["lines"]]


@pytest.mark.parametrize(("one", "other"), [
    ("Jesion Sp. z o.o.", "JESION"), ("Łąka S.A.", "laka sa"), ("Ferme Dupont SARL", "Ferme  Dupont"), ("S.A.S. Bocage", "Bocage"),
])
def test_a_legal_form_says_nothing(one: str, other: str) -> None:
    assert company_core(one) == company_core(other)


def test_what_is_compared() -> None:
    assert company_core("SARL") == "sarl", "of nothing but a legal form all of it"
    assert company_core("Jesion Nowy") != company_core("Jesion")
    assert person_core("Anna", "Łoś") == person_core("Łoś", "Anna")
    assert phone_core("06 12 34 56 78") == phone_core("+33 6 12 34 56 78") != ""
    assert phone_core("12 34") == ""


def test_a_contact_by_address_telephone_and_name(cast: Cast, client_of: Client) -> None:
    update_contact(cast.katarzyna, {"phone_lines": "+48 85 555 01 42"}, actor=SYSTEM)
    tom = client_of(cast.tom, "en")
    who = "In charge: Anna Wiśniewska"
    for typed, by in (
        ({"address_lines": "K.Dudek@Jesion.example"}, "the same e-mail address"), ({"phone_lines": "85 555 01 42"}, "the same telephone"),
        ({"first_name": "katarzyna", "last_name": "DUDEK"}, "the same name"), ({"first_name": "Dudek", "last_name": "Katarzyna"}, "the same name"),
    ):
        assert told(tom, "contact", **typed) == [("Katarzyna Dudek", f"{by} · {who}")], typed
    assert told(tom, "contact", last_name="Dudek") == [], "half a name is nobody's"
    assert told(tom, "contact") == told(tom, "contact", address_lines="@", phone_lines="1", first_name="x" * 999) == []
    records.archive(cast.katarzyna, actor=SYSTEM)
    assert told(tom, "contact", address_lines="k.dudek@jesion.example") == []


def test_an_account_by_number_domain_and_name(cast: Cast, client_of: Client) -> None:
    account = make_account("Zielona Łąka Sp. z o.o.", cast.anna, nip="8567346215", mail_domain="laka.example")
    tom = client_of(cast.tom, "pl")
    for typed in ({"nip": "856-734-62-15"}, {"name": "zielona laka"}, {"website": "https://www.laka.example/o-nas"}, {"email": "biuro@laka.example"}):
        assert [text for text, _ in told(tom, "account", **typed)] == [account.name], typed
    assert told(tom, "account", name="Zielona", email="x@gmail.com", nip="12") == []


def test_an_opportunity_that_somebody_else_has(cast: Cast, client_of: Client) -> None:
    account = cast.gaelle.accounts[0]
    jean, tom = client_of(cast.jean, "en"), client_of(cast.tom, "en")
    seen = told(jean, "opportunity", account=account.id, title="étiqueteuses 2027")
    assert seen[0] == ("Étiqueteuses 2027", "the same name · In charge: Jean Lefèvre")
    assert ("Traçabilité ligne 3", "open with the same customer · In charge: Jean Lefèvre") in seen
    assert told(tom, "opportunity", account=account.id) == [("An opportunity that you do not see is open with this customer.", "In charge: Jean Lefèvre")]
    assert told(tom, "opportunity", contacts=[cast.gaelle.id]) == told(tom, "opportunity", account=account.id)
    assert told(tom, "opportunity", title="Traçabilité ligne 3") == [], "a title alone finds out nothing"
    assert told(jean, "opportunity", account=cast.marie.accounts[0].id) == [], "what was won is no double"


def test_a_hidden_field_betrays_nothing(cast: Cast, client_of: Client) -> None:
    update_contact(cast.katarzyna, {"phone_lines": "+48 85 555 01 42"}, actor=SYSTEM)
    seller = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(seller, {"fields": {**seller.fields, "Contact": {"phones": "hidden"}, "Account": {"nip": "hidden"}}}, actor=SYSTEM)
    make_account("Łąka", cast.anna, nip="8567346215")
    tom = client_of(cast.tom)
    assert told(tom, "contact", phone_lines="85 555 01 42") == told(tom, "account", nip="8567346215") == []


def test_the_form_asks_and_does_not_hinder(cast: Cast, client_of: Client) -> None:
    tom = client_of(cast.tom, "en")
    page = tom.get("/accountview/add").text
    assert 'data-alike="/accountview/alike"' in page and 'role="status" data-alike-said' in page
    assert "data-alike=" not in tom.get(f"/accountview/edit/{cast.olivia.accounts[0].id}").text
    assert tom.post("/accountview/add", data={"name": "Stone"}).status_code == 302
