"""The store in a bucket: for machines that share no folder."""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.imports import ImportState
from app.domain.messages import State
from app.extensions import db, store
from app.inbound.pipeline import settle_all
from app.inbound.reader import ReadingProcess
from app.inbound.receive import receive_all
from app.models import Attachment, Delivery, Import, User
from app.operations.importing import runs
from app.reports.imports import at_once
from app.support.object_store import ObjectStore
from app.support.store import FolderStore, StoreAway
from config import SettingError, Settings, load
from tests.inbound.mailroom import Arrived, make_mailbox
from tests.people import Cast, actor
from tests.servers.object_storage import ObjectStorage
from tests.servers.process import free_port

ANNA = "Anna Wiśniewska <anna@grandouest.example>"
PDF = b"%PDF-1.4 a price"


def _offer() -> bytes:
    """Anna sends a customer a price, with a blind copy to us."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = ANNA, "k.dudek@jesion.example", "A price", make_msgid(domain="mail.example")
    mail["Date"] = "Fri, 20 Nov 2026 09:00:00 +0100"
    mail.set_content("Hello, here is our price.")
    mail.add_attachment(PDF, "application", "pdf", filename="cena.pdf")
    return mail.as_bytes()


@pytest.fixture
def bucket(object_storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> str:
    """STORE_URL of an empty bucket; the environment says who we are there."""
    for name, value in object_storage.environment.items():
        monkeypatch.setenv(name, value)
    return object_storage.url


@pytest.fixture
def kept(app: Flask, settings: Settings, bucket: str) -> ObjectStore:
    """The program keeps its files there."""
    from app import configure

    configure(app, replace(settings, store_url=bucket))
    found = store()
    assert isinstance(found, ObjectStore)
    return found


def _nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{free_port()}")


def test_what_is_put_is_had_again_by_every_machine(bucket: str) -> None:
    one, other = ObjectStore(bucket), ObjectStore(bucket)
    names = one.put_all([b"same", b"", b"same", b"\x00" * 9_000_000])
    assert names[0] == names[2] == other.put(b"same")
    assert [other.get(each)[:4] for each in names] == [b"same", b"", b"same", b"\x00" * 4]
    assert len(other.get(names[3])) == 9_000_000
    for unknown in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(KeyError):
            other.get(unknown)


def test_what_is_put_beside_what_is_at_hand_is_kept(bucket: str) -> None:
    kept = ObjectStore(bucket)
    name = kept.put(b"raw")
    with kept.at_hand([name, "0" * 64]) as folder:
        assert (folder.get(name), [*folder.names()]) == (b"raw", [name])
        made = folder.put(b"a file of it")
    assert kept.get(made) == b"a file of it"
    assert not folder.folder.exists()


@pytest.mark.parametrize("wrong", ["AWS_ENDPOINT", "AWS_SECRET_ACCESS_KEY"])
def test_a_bucket_that_does_not_answer_or_refuses_says_so(bucket: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wrong, "not the secret")
    if wrong == "AWS_ENDPOINT":
        _nobody_answers(monkeypatch)
    for ask in (lambda: ObjectStore(bucket).put(b"x"), lambda: ObjectStore(bucket).get("0" * 64), lambda: ObjectStore(bucket).put_all([b"x", b"y"])):
        with pytest.raises(StoreAway) as said:
            ask()
        assert said.value.strerror and "not the secret" not in said.value.strerror


def test_a_place_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="STORE_URL"):
        load({"KURIER_HOME": str(tmp_path), "STORE_URL": "ftp://files"})


@pytest.mark.database
@pytest.mark.portable("files, no statements")
def test_mail_and_its_files_lie_in_the_bucket_and_nothing_on_the_machine(
    kept: ObjectStore, settings: Settings, cast: Cast, client_of: Callable[[User], FlaskClient]
) -> None:
    keys = receive_all(make_mailbox().id, [Arrived(_offer(), "1"), Arrived(_offer(), "2")])
    with ReadingProcess() as process:
        assert set(settle_all(keys, process)) <= {State.ATTACHED, State.CREATED}
    file = db.session.scalars(select(Attachment).where(Attachment.name == "cena.pdf")).first()
    assert file is not None and kept.get(file.sha256) == PDF
    assert client_of(cast.ada).get(f"/attachmentview/download/{file.id}").data == PDF
    assert not (settings.home / "store").exists()


@pytest.mark.database
@pytest.mark.portable("files, no statements")
def test_while_it_is_away_no_message_is_to_blame_and_none_is_lost(
    kept: ObjectStore, app: Flask, bucket: str, cast: Cast, object_storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch,
    client_of: Callable[[User], FlaskClient],
) -> None:  # fmt: skip
    mailbox = make_mailbox()
    (key,) = receive_all(mailbox.id, [Arrived(_offer(), "1")])
    _nobody_answers(monkeypatch)
    app.extensions["kurier_store"] = ObjectStore(bucket)
    with pytest.raises(StoreAway):
        receive_all(mailbox.id, [Arrived(_offer(), "2")])
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 1, "the source still has it"
    with ReadingProcess() as process, pytest.raises(StoreAway):
        settle_all([key], process)
    with pytest.raises(StoreAway):
        settle_all([key])
    db.session.rollback()
    assert (db.session.get_one(Delivery, key).state, db.session.get_one(Delivery, key).attempts) == (State.RECEIVED, 0)
    monkeypatch.setenv("AWS_ENDPOINT", object_storage.environment["AWS_ENDPOINT"])
    app.extensions["kurier_store"] = ObjectStore(bucket)
    assert settle_all([key]) == [State.ATTACHED]
    file = db.session.scalars(select(Attachment)).one()
    _nobody_answers(monkeypatch)
    app.extensions["kurier_store"] = ObjectStore(bucket)
    answer = client_of(cast.ada).get(f"/attachmentview/download/{file.id}")
    assert answer.status_code == 503
    assert "try again in a minute" in answer.get_data(as_text=True)


@pytest.mark.database
@pytest.mark.portable("files, no statements")
def test_an_imported_file_is_read_from_there(kept: ObjectStore, cast: Cast) -> None:
    content = "Company;Postcode\nŁąka sp. z o.o.;01-234\n".encode()
    run = runs.start("Account", "list.csv", kept.put(content), len(content), actor=actor(cast.ada))
    at_once(run)
    assert db.session.get_one(Import, run.id).state is ImportState.READY


@pytest.mark.database
@pytest.mark.portable("files, no statements")
def test_a_machine_that_had_a_folder_moves_there(kept: ObjectStore, app: Flask, settings: Settings) -> None:
    folder = FolderStore(settings.home / "store")
    names = folder.put_all([b"one", b"two", b"three"])
    told = app.test_cli_runner().invoke(args=["crm", "store", "fill"])
    assert (told.exit_code, told.output.strip()) == (0, "Copied: 3.")
    assert [kept.get(each) for each in names] == [b"one", b"two", b"three"]
    folder.path(names[0]).write_bytes(b"spoilt")
    again = app.test_cli_runner().invoke(args=["crm", "store", "fill", str(folder.folder)])
    assert again.exit_code == 1
    assert names[0] in again.output
