"""What imports keep of rows that are forgotten goes with them; everything else goes once an import can no more be taken back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.domain.imports import BACK_WITHIN_DAYS, ImportState
from app.domain.orders import RowState
from app.domain.timeline import Kind, Origin
from app.extensions import db, store
from app.jobs.keeping import clear_old_imports
from app.models import Account, Attachment, Import, ImportPortion, ImportRow, ProspectRow, TimelineEntry
from app.operations import order_rows
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.reports.render import xlsx
from app.support import clock
from app.support.object_store import ObjectStore
from config import Settings
from tests.orders.office import Office, acts
from tests.orders.test_excel import bring, rows_of
from tests.people import Cast
from tests.servers.object_storage import ObjectStorage
from tests.views.test_imports import finish, give, workbook

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
HEAD = ["Firma", "NIP", "Miejscowość", "Kod pocztowy"]
ROWS = [["Zapominana Ewa Lis", "8567346215", "Siedlce", 8110], ["Zostaje", "5260250274", "Radom", None], ["Odrzucana", "7740001454", "x" * 200, None]]


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, app: Flask, settings: Settings) -> Iterator[None]:
    """The files lie in a folder, or in an object storage."""
    if request.param == "folder":
        yield
        return
    from app import configure

    server: ObjectStorage = request.getfixturevalue("object_storage")
    patch = request.getfixturevalue("monkeypatch")
    for name, value in server.environment.items():
        patch.setenv(name, value)
    configure(app, replace(settings, store_url=server.url))
    assert isinstance(store(), ObjectStore)
    yield


def everything(run: Import) -> str:
    """All that the database knows of an import, as text."""
    db.session.expire_all()
    portions = list(db.session.scalars(select(ImportPortion.rows).where(ImportPortion.import_id == run.id)))
    lines = [[line.because, line.params, line.before, line.after] for line in db.session.query(ImportRow).filter_by(import_id=run.id)]
    return json.dumps([portions, lines, run.sample, run.mended], ensure_ascii=False)


def test_a_row_of_somebody_who_objects_goes_from_its_import_too(office: Office, client_of: Client, kept: None) -> None:
    client = client_of(office.beata, "en")
    where = bring(client, office, *ROWS, head=HEAD)
    run = finish()
    assert run.counts == {"created": 2, "refused": 1} and store().get(run.sha256)
    bring(client, office, ["Zapominana, dopisana", "8567346215", "Siedlce", "08-111"], head=HEAD, duplicates="update", key="nip",
          **{f"column-{at}": name for at, name in enumerate(("name", "nip", "city", "postcode"))})
    update = finish()
    assert update.counts == {"updated": 1} and "Zapominana Ewa Lis" in everything(update)
    first = rows_of(office)[0]
    with acting(acts(office.beata)):
        order_rows.note_objection(first, actor=acts(office.beata))
    for each, left in ((run, "Zostaje"), (update, "")):
        text = everything(each)
        assert "Zapominana" not in text and "8567346215" not in text and "8110" not in text and left in text
    assert clear_old_imports() == 2 and clear_old_imports() == 0
    for each in (run, update):
        with pytest.raises(KeyError):
            store().get(each.sha256)
    page = client.get(where).text
    assert "Zapominana" not in page and "Refused rows as Excel" in page
    sheet = load_workbook(BytesIO(client.get(f"{where}/refused.xlsx").data)).active
    assert sheet is not None and [row[0].value for row in sheet.iter_rows()] == ["Firma", "Odrzucana"]
    for each in (update, run):
        client.post(f"/imports/{each.id}/undo")
        finish()
    db.session.expire_all()
    assert (update.counts, run.counts) == ({"kept": 1}, {"refused": 1, "kept": 1, "undone": 1})
    assert [(row.name, row.state) for row in rows_of(office)] == [("", RowState.DISCARDED)]


def test_what_an_import_keeps_goes_when_it_can_no_more_be_taken_back(office: Office, client_of: Client, cast: Cast, kept: None) -> None:
    client = client_of(cast.ada, "en")
    done = give(client, "Account", workbook(["Nazwa firmy", "NIP"], ["Zostaje jako konto", "8567346215"], [None, "1"]))
    client.post(f"{done}/run")
    waits = give(client, "Account", workbook(["Nazwa firmy", "NIP"], ["Nigdy nie dodana", "5260250274"]), "waits.xlsx")
    first, second = db.session.query(Import).order_by(Import.id).all()
    assert (first.state, second.state) == (ImportState.DONE, ImportState.READY) and clear_old_imports() == 0
    with clock.frozen(clock.now() + timedelta(days=BACK_WITHIN_DAYS, minutes=1)):
        young = give(client, "Account", workbook(["Nazwa firmy"], ["Młoda"]), "young.xlsx")
        assert clear_old_imports() == 2
        page = client.get(done).text
        assert "are deleted, as the file is" in page and "Refused rows as Excel" not in page and "Take the import back" not in page
        assert "1 row" in page and "Stopped" in client.get(waits).text and "Młoda" in client.get(young).text
        assert client.get(f"{done}/refused.xlsx").status_code == 200
    for each in (first, second):
        assert everything(each) == "[[], [], [], {}]" and each.rows_gone_at is not None and each.file_gone_at is not None
        with pytest.raises(KeyError):
            store().get(each.sha256)
    assert store().get(db.session.query(Import).order_by(Import.id.desc()).first().sha256)
    assert db.session.query(Account).filter_by(name="Zostaje jako konto").count() == 1


def test_a_file_that_came_by_mail_as_well_stays_with_the_mail(office: Office, client_of: Client, cast: Cast) -> None:
    content = workbook(["Nazwa firmy"], ["Młyn"])
    client = client_of(cast.ada, "en")
    give(client, "Account", content)
    run = finish()
    _mail_with(run.sha256, run.size)
    with clock.frozen(clock.now() + timedelta(days=BACK_WITHIN_DAYS, minutes=1)):
        clear_old_imports()
    db.session.expire_all()
    assert run.file_gone_at is not None and store().get(run.sha256) == content


def test_a_file_that_is_just_being_read_stays_until_it_is(office: Office, client_of: Client, cast: Cast) -> None:
    give(client_of(cast.ada, "en"), "Account", workbook(["Nazwa firmy"], ["Młyn"]))
    run = finish()
    _change(run, state=ImportState.READING, file_due_at=clock.now())
    assert clear_old_imports() == 0 and store().get(run.sha256)
    _change(run, state=ImportState.READY)
    assert clear_old_imports() == 1


def test_the_record_of_processing_says_what_becomes_of_files(office: Office, client_of: Client) -> None:
    for language, said in (("en", "Kept for 30 days"), ("fr", "Conservés 30"), ("pl", "Przechowywane przez 30 dni")):
        assert said in client_of(office.zofia, language).get(f"/orderview/register/{office.order.id}").text.replace("\u00a0", " ")


def test_rows_are_found_in_whatever_portion_they_stand(office: Office, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.reports import imports

    monkeypatch.setattr(imports, "PORTION", 3)
    rows: list[list[Any]] = [[f"Firma {n}", f"{5_000_000_000 + n}", None, None] for n in range(10)]
    rows[3:3] = [[None] * 4] * 2  # rows of the spreadsheet that hold nothing have a number, too
    bring(client_of(office.beata, "en"), office, *rows, head=HEAD)
    run = finish()
    assert run.counts == {"created": 10} and db.session.query(ImportPortion).filter_by(import_id=run.id).count() == 4
    for name in ("Firma 9", "Firma 2", "Firma 3"):
        row = db.session.query(ProspectRow).filter_by(name=name).one()
        with acting(acts(office.beata)):
            order_rows.note_objection(row, actor=acts(office.beata))
    text = everything(run)
    assert [name for name in (f"Firma {n}" for n in range(10)) if f'"{name}' in text.replace("\\", "")] == [f"Firma {n}" for n in (0, 1, 4, 5, 6, 7, 8)]


@atomic
def _mail_with(sha256: str, size: int, *, actor: Actor = SYSTEM) -> None:
    """A mail in the history to which the same file was attached."""
    entry = TimelineEntry(kind=Kind.NOTE, origin=Origin.MANUAL, account=db.session.query(Account).first())
    db.session.add_all([entry, Attachment(entry=entry, sha256=sha256, size=size, name="lista.xlsx", content_type=xlsx.MIMETYPE)])


def _change(run: Import, **values: Any) -> None:
    with acting(SYSTEM), db.engine.begin() as connection:
        connection.execute(Import.__table__.update().where(Import.__table__.c.id == run.id).values(values))
    db.session.expire_all()
