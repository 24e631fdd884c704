"""Files become records: understood, shown before, done within one's rights, explained row by row, and taken back."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from app.domain.custom_fields import FieldKind
from app.domain.imports import ImportState
from app.extensions import db
from app.models import Account, Contact, Import, Opportunity
from app.operations import records
from app.operations.field_definitions import make_field
from app.operations.importing import runs
from app.permissions.actor import SYSTEM, acting
from app.reports import imports
from tests.people import Cast, actor
from tests.views.test_custom_fields import cells, define

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


@pytest.mark.feature("C34", "C35")
@pytest.mark.parametrize(("language", "head", "understood", "how"), [
    ("en", ["Raison sociale", "NIP", "Tel. Kom.", "Kod pocztowy"], ["Company name", "NIP", "Telephone", "Postcode"], "by its header"),
    ("fr", ["Company name", "NIP", "Mobile phone", "Zip code"], ["Raison sociale", "NIP", "Téléphone", "CP"], "à son en-tête"),
    ("pl", ["Raison sociale", "N° NIP", "Tél. portable", "Code postal"], ["Nazwa firmy", "NIP", "Telefon", "Kod pocztowy"], "po nagłówku"),
])
def test_known_columns_need_no_mapping_and_are_shown_before_anything_is_saved(
    cast: Cast, client_of: Client, language: str, head: list[str], understood: list[str], how: str
) -> None:
    client = client_of(cast.anna, language)
    where = give(client, "Account", workbook(head, ["Młyn Biały", "8567346215", "600 100 200", "01-234"]))
    answer = client.get(where)
    assert answer.status_code == 200, "no column is asked"
    said = re.findall(r'<tr><th scope="row">([^<]*)</th><td [^>]*>([^<]*)</td><td [^>]*>([^<]*)</td></tr>', answer.text)
    assert said == [(header, what, how) for header, what in zip(head, understood, strict=True)]
    assert language != "en" or "Nothing is saved yet" in answer.text and "Import 1 row" in answer.text
    assert db.session.query(Account).filter_by(name="Młyn Biały").count() == 0
    client.post(f"{where}/run")
    assert finish().counts == {"created": 1}
    made = db.session.query(Account).filter_by(name="Młyn Biały").one()
    assert (made.nip, made.phone, made.postcode, made.owner_id) == ("8567346215", "+48600100200", "01-234", cast.anna.id)
    assert "Młyn Biały" in client.get("/search/?q=mlyn").text


def test_what_may_be_two_things_is_asked_and_remembered(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna, "en")
    sheet = workbook(["Nom", "Prénom", "Courriel", "Société"], ["Dupuis", "Léa", "lea@dupuis.example", "Dupuis SARL"])
    where = give(client, "Contact", sheet)
    page = client.get(where, follow_redirects=True).text
    assert "1 column is not certain" in page and "For example: Dupuis" in page
    told = {"column-0": "last_name", "column-1": "first_name", "column-2": "address_lines", "column-3": "accounts", "duplicates": "fill",
            "key": "address_lines"}
    twice = client.post(f"{where}/columns", data={**told, "column-1": "last_name"})
    assert twice.status_code == 409 and "Two columns are to be “Last name”" in twice.text
    assert "Import 1 row" in client.get(client.post(f"{where}/columns", data=told).location).text
    client.post(f"{where}/run")
    lea = db.session.query(Contact).filter_by(last_name="Dupuis").one()
    assert (lea.first_name, lea.address, [str(each) for each in lea.accounts]) == ("Léa", "lea@dupuis.example", ["Dupuis SARL"])
    assert lea.sort_name == "dupuis lea", "by which it stands in lists"
    page = client.get(give(client, "Contact", sheet), follow_redirects=True).text
    assert "as last time" in page and "You imported this very file already" in page and "already so" in page


def test_the_rules_for_duplicates(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    head = ["Nazwa firmy", "NIP", "Miejscowość"]
    client.post(give(client, "Account", workbook(head, ["Młyn Biały", "8567346215", None])) + "/run")
    counts = {}
    for rule in ("skip", "fill", "update", "create"):
        where = give(client, "Account", workbook(head, ["Młyn Czarny", "856-734-62-15", f"Łomża {rule}"], [None, "1234563218", "x"]), f"{rule}.xlsx")
        told = {"column-0": "name", "column-1": "nip", "column-2": "city", "duplicates": rule, "key": ["nip", "name"]}
        client.post(f"{where}/columns", data=told)
        client.post(f"{where}/run")
        run = finish()
        counts[rule] = dict(run.counts)
        page = client.get(where).text
        assert "Row 3" in page and "“Company name” is empty, and a record needs it." in page
    assert counts == {
        "skip": {"skipped": 1, "refused": 1}, "fill": {"updated": 1, "refused": 1}, "update": {"updated": 1, "refused": 1},
        "create": {"created": 1, "refused": 1},
    }
    assert sorted((a.name, a.city) for a in db.session.query(Account).filter_by(nip="8567346215")) == [
        ("Młyn Czarny", "Łomża create"), ("Młyn Czarny", "Łomża update")]


def test_refused_rows_come_back_as_a_sheet_that_can_be_imported(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.anna, "en")
    head = ["Titre", "Montant", "Clôture prévue", "Compte", "Commercial"]
    rows = [["Balances", "1 234,50", "30.11.2026", "Hurtownia Jesion", "Anna Wiśniewska"], ["Étiqueteuses", "douze", "2026-12-01", "", ""],
            ["Terminale", 12, "31.02.2026", "", ""], ["Druk", 5, None, None, "Nikt Taki"]]
    where = give(client, "Opportunity", workbook(head, *rows))
    client.post(f"{where}/columns", data={"column-0": "title", "column-1": "amount", "column-2": "expected_close_on", "column-3": "account",
                                          "column-4": "owner", "duplicates": "fill", "key": "title"})
    client.post(f"{where}/run")
    run = finish()
    assert run.counts == {"created": 1, "refused": 3}
    made = db.session.query(Opportunity).filter_by(title="Balances").one()
    assert (str(made.amount), str(made.expected_close_on), made.account_id, made.currency) == (
        "1234.50", "2026-11-30", cast.terminals.account_id, "PLN")
    assert made.step is not None and made.pipeline_id == made.step.pipeline_id
    sheet = load_workbook(BytesIO(client.get(f"{where}/refused.xlsx").data)).active
    assert sheet is not None
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0] == [*head, "Reason"]
    assert [row[-1] for row in found[1:]] == [
        "“douze” is not a number. Write it like 1234.50.", "There is no day “31.02.2026”.",
        "Nobody here is called “Nikt Taki”. Write the name as it stands in Kurier, or the e-mail address."]
    found[1][1], found[2][2], found[3][4] = 12, "28.02.2026", "anna"
    client.post(give(client, "Opportunity", workbook(*found), "mended.xlsx") + "/columns", data={
        "column-0": "title", "column-1": "amount", "column-2": "expected_close_on", "column-3": "account", "column-4": "owner", "duplicates": "fill"})
    client.post(f"/imports/{run.id + 1}/run")
    assert finish().counts == {"created": 3}


def test_an_import_is_taken_back_with_its_updates(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    jesion = cast.katarzyna.accounts[0]
    before = db.session.query(Account).count()
    where = give(client, "Account", workbook(["Nazwa firmy", "Miejscowość"], ["Hurtownia Jesion", "Ełk"], ["Nowa", "Gdynia"], ["Inna", "Sopot"]))
    client.post(f"{where}/run")
    assert finish().counts == {"updated": 1, "created": 2} and jesion.city == "Ełk"
    records.update(db.session.query(Account).filter_by(name="Inna").one(), {"city": "Hel"}, actor=actor(cast.ada))
    assert "Take the import back" in client.get(where).text
    client.post(f"{where}/undo")
    run = finish()
    db.session.expire_all()
    assert run.state is ImportState.UNDONE and run.counts == {"undone": 2, "kept": 1}
    assert jesion.city is None and db.session.query(Account).count() == before + 1
    page = client.get(where).text
    assert "It was changed again since, so it stays as it is." in page and "Take the import back" not in page


def test_each_row_once_whatever_dies(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PORTION", 100)
    client = client_of(cast.anna, "en")
    rows = [[f"Firma {number:03}", f"{number:05}"] for number in range(250)]
    rows.append(["FIRMA 001", "00001"])
    where = give(client, "Account", workbook(["Nazwa firmy", "Kod pocztowy"], *rows))
    page = client.get(where).text
    assert "Looking at the rows" in page
    finish()
    page = client.get(where).text
    assert "250 rows" in page and "Import 251 rows" in page
    client.post(f"{where}/run")
    key = int(where.rpartition("/")[2])
    with acting(SYSTEM):
        assert imports.go_on(key)
        monkeypatch.setattr(runs, "_count", lambda *rest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            imports.go_on(key)
        monkeypatch.undo()
        assert db.session.query(Account).filter(Account.name.like("Firma %")).count() == 99
    run = finish()
    assert run.counts == {"created": 250, "unchanged": 1} and run.done == 251
    assert db.session.query(Account).filter(Account.name.like("Firma %")).count() == 250
    assert db.session.query(Account).filter_by(postcode="00-249").count() == 1


def test_an_import_may_what_its_person_may(cast: Cast, client_of: Client) -> None:
    """Who writes only theirs changes no record of others, and gives none away that they may not."""
    client = client_of(cast.anna, "en")
    stone = cast.olivia.accounts[0]
    where = give(client, "Account", workbook(["Company", "City"], [stone.name, "Leeds"]))
    client.post(f"{where}/run")
    assert finish().counts == {"refused": 1} and stone.city is None
    assert client_of(cast.jean).get(where).status_code == 404 == client_of(cast.ada).post(f"{where}/undo").status_code
    assert client_of(cast.jean).get(f"{where}/refused.xlsx").status_code == 404


@pytest.mark.feature("A26", "C35")
@pytest.mark.parametrize(("of", "column", "name"), [("Account", "Company", "Młyn Biały"), ("Contact", "Last name", "Lis"), ("Opportunity", "Title", "Waga")])
def test_a_new_field_is_imported_listed_filtered_and_exported_at_once(of: str, column: str, name: str, cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Purchasing contact", "text", on=(of,))
    where = give(client, of, workbook([column, "Purchasing contact"], [name, "Pan Ździebło"], [f"{name} II", "Pani Nowa"]))
    client.post(f"{where}/run")
    assert finish().counts == {"created": 2}
    view, asked = f"/{of.lower()}view", "_flt_0_x_purchasing_contact=zdzieb"
    client.post(f"/lists/columns?of={of}View", data={"order": ["x_purchasing_contact"], "column": ["x_purchasing_contact"]})
    assert {"Pan Ździebło", "Pani Nowa"} <= {*cells(client.get(f"{view}/list/").text)}
    found = cells(client.get(f"{view}/list/?{asked}").text)
    assert "Pan Ździebło" in found and "Pani Nowa" not in found
    header, *rows = client.get(f"{view}/export.csv?{asked}").data.decode("utf-8-sig").splitlines()
    assert "Purchasing contact" in header and len(rows) == 1 and "Pan Ździebło" in rows[0]


@pytest.mark.feature("A26")
def test_own_fields_are_columns_too(cast: Cast, client_of: Client) -> None:
    make_field({"label_en": "Size", "label_pl": "Wielkość", "kind": FieldKind.CHOICE, "record_types": ["Account"], "position": 1}, "Small\nLarge", actor=SYSTEM)
    make_field({"label_en": "Since", "kind": FieldKind.DAY, "record_types": ["Account"], "position": 2}, "", actor=SYSTEM)
    client = client_of(cast.ada, "en")
    where = give(client, "Account", workbook(["Firma", "Wielkość", "Since"], ["A1", "large", "1.02.2020"], ["A2", "huge", None]))
    client.post(f"{where}/run")
    assert finish().counts == {"created": 1, "refused": 1}
    made = db.session.query(Account).filter_by(name="A1").one()
    assert made.x_since.isoformat() == "2020-02-01" and made.x_size is not None
    assert "“huge” is not one of the values of “Size”." in client.get(where).text


WRONG: dict[str, tuple[bytes, str]] = {
    "empty": (b"  ", "there is nothing in it"), "damaged": (b"PK\x03\x04 and no more", "damaged"), "pdf": (b"%PDF-1.7 x", "no workbook"),
    "web page": (b"<html><table><tr><td>1</td></tr></table>", "no workbook"), "other": (b"\x00\x01\x02", "no workbook"),
    "header alone": (b"Nazwa;NIP\r\n", "no row"), "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_read_says_why(name: str, cast: Cast, client_of: Client) -> None:
    content, words = WRONG[name]
    client = client_of(cast.ada, "en")
    assert words in client.get(give(client, "Account", content, "x.xlsx")).text
    assert finish().state is ImportState.FAILED


def test_a_sheet_of_billions_of_cells_and_a_bomb_are_refused(cast: Cast, client_of: Client) -> None:
    wide = Workbook()
    assert wide.active is not None
    wide.active["A1"], wide.active["XFD1048576"] = "Nazwa", "x"
    out = BytesIO()
    wide.save(out)
    client = client_of(cast.ada, "en")
    assert "larger than what is read here" in client.get(give(client, "Account", out.getvalue())).text
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as file:
        for _ in range(700):
            file.write(bytes(1 << 20))
    where = give(client, "Account", bomb.getvalue())
    assert finish().state is ImportState.FAILED and "larger than what is read here" in client.get(where).text


@pytest.mark.parametrize(("encoding", "separator"), [("cp1250", ";"), ("utf-8-sig", ","), ("utf-16", "\t"), ("iso8859-2", "|")])
def test_text_in_any_usual_writing(encoding: str, separator: str, cast: Cast, client_of: Client) -> None:
    text = "\r\n".join(separator.join(row) for row in (["Nazwa firmy", "Miejscowość"], ["Żółty Źrebak", "Śrem"], ["Ćma", "Łódź"]))
    client = client_of(cast.ada, "en")
    client.post(give(client, "Account", text.encode(encoding), "x.csv") + "/run")
    assert sorted(a.city for a in db.session.query(Account).filter(Account.city.is_not(None))) == sorted(["Śrem", "Łódź"])
