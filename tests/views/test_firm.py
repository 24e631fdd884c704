"""The firm's own page."""

from collections.abc import Callable

from flask.testing import FlaskClient

from app.extensions import db
from app.models import Firm
from tests.people import Cast


def test_an_administrator_says_which_domains_are_ours(cast: Cast, client_of: Callable[..., FlaskClient]) -> None:
    values = {"name": "Nowa Firma", "country": "PL", "currency": "PLN", "domain_lines": "Firma.example\n@firma.pl.example\n",
              "address_pattern": "crm+{}@firma.example", "sender_address": "kurier@firma.example"}
    client = client_of(cast.ada)
    assert client.post("/firmview/edit/1", data=values).status_code == 302
    firm = db.session.get_one(Firm, 1)
    assert firm.domains == ["firma.example", "firma.pl.example"]
    assert firm.crm_address("anna-1") == "crm+anna-1@firma.example"
    page = client.post("/firmview/edit/1", data={**values, "address_pattern": "crm@firma.example"})
    assert page.status_code in (200, 409) and "crm@firma.example" in page.text
    assert db.session.get_one(Firm, 1).address_pattern == "crm+{}@firma.example"
