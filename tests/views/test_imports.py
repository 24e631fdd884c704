"""Files become records: understood, shown before, done within one's rights, explained row by row, and taken back."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook

from app.extensions import db
from app.models import Account, Import
from app.permissions.actor import SYSTEM, acting
from app.reports import imports
from tests.people import Cast

Client = Callable[..., FlaskClient]
pytestmark = pytest.mark.database


def workbook(*rows: Any) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def give(client: FlaskClient, of: str, content: bytes, name: str = "list.xlsx") -> str:
    """Choose a file; returns the address of its import."""
    answer = client.post("/imports/new", data={"of": of, "file": (BytesIO(content), name)}, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def finish() -> Import:
    """What a worker would do."""
    run = db.session.query(Import).order_by(Import.id.desc()).first()
    assert run is not None
    key = run.id
    with acting(SYSTEM):
        while imports.go_on(key):
            pass
    db.session.expire_all()
    return db.session.get_one(Import, key)


@pytest.mark.feature("C34")
@pytest.mark.feature("C35")
def test_known_columns_need_no_mapping_and_are_shown_before_anything_is_saved(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna, "en")
    where = give(client, "Account", workbook(["Raison sociale", "NIP", "Tel. Kom.", "Kod pocztowy"], ["Młyn Biały", "8567346215", "600 100 200", "01-234"]))
    page = client.get(where).text
    assert "Nothing is saved yet" in page and "Raison sociale" in page and "by its header" in page and "Import 1 row" in page
    assert db.session.query(Account).filter_by(name="Młyn Biały").count() == 0
    page = client.get(client.post(f"{where}/run").location).text
    assert "Done: 1 of 1 rows." in page
    made = db.session.query(Account).filter_by(name="Młyn Biały").one()
    assert (made.nip, made.phone, made.postcode, made.owner_id) == ("8567346215", "+48600100200", "01-234", cast.anna.id)
    assert "Młyn Biały" in client.get("/search/?q=mlyn").text
