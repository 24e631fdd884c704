"""Mailboxes, CRM addresses and web forms as an administrator sets them up, on pages and at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.inbound.connections import source_of
from app.inbound.receive import receive_form
from app.inbound.sources.imap import ImapSource
from app.models import AuditLine, CrmAddress, Delivery, Mailbox, WebForm
from app.models.crm_addresses import AddressKind
from app.models.mailboxes import MailboxKind
from app.operations import mailboxes, records
from app.operations.deliveries import note_deliveries
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from tests.people import Cast
from tests.servers.dovecot import Account

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
SECRET = "a p@ssword of the mailbox"
ADDED = {
    "name": "Sales",
    "kind": "imap",
    "host": "imap.firm.example",
    "port": "993",
    "security": "tls",
    "username": "sales",
    "folder": "INBOX",
    "is_active": "y",
}
RESULTS = "Authentication-Results: mx.firm.example; dmarc=pass header.from=client.example\r\n"


@pytest.fixture
def ada(cast: Cast, client_of: Clients) -> FlaskClient:
    return client_of(cast.ada)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Mailbox:
    return mailboxes.create_mailbox({"name": "Folder", "kind": MailboxKind.FOLDER, "path": str(tmp_path)}, actor=SYSTEM)


def boxes() -> list[Mailbox]:
    return list(db.session.scalars(select(Mailbox).order_by(Mailbox.id)))


@pytest.mark.feature("X1")
def test_the_password_is_sealed_and_never_shown(ada: FlaskClient) -> None:
    answer = ada.post("/mailboxview/add", data={**ADDED, "password": SECRET})
    (box,) = boxes()
    assert answer.status_code == 302 and box.uidvalidity is None
    source = source_of(box)
    assert isinstance(source, ImapSource) and source.server.password == SECRET
    pages = [
        ada.get(path).text
        for path in (f"/mailboxview/show/{box.id}", f"/mailboxview/edit/{box.id}", "/mailboxview/list/")
    ]
    lines = [
        f"{line.before} {line.after}"
        for line in db.session.scalars(select(AuditLine).where(AuditLine.subject_type == "Mailbox"))
    ]
    assert lines
    assert not any(secret in text for text in (*pages, *lines) for secret in (SECRET, str(box.password_sealed)))


def test_an_edit_keeps_the_password_and_a_new_place_starts_from_now(ada: FlaskClient) -> None:
    box = mailboxes.create_mailbox(
        {**ADDED, "kind": MailboxKind.IMAP, "port": 993, "is_active": True, "security": None, "password": SECRET},
        actor=SYSTEM,
    )

    @atomic
    def read_on(*, actor: Actor) -> None:
        box.uidvalidity, box.last_uid, box.leased_by = 7, 4117, "poller"

    read_on(actor=SYSTEM)
    before = box.password_sealed
    ada.post(f"/mailboxview/edit/{box.id}", data={**ADDED, "name": "Sales desk", "version": box.version})
    assert (box.name, box.last_uid, box.password_sealed, box.leased_by) == ("Sales desk", 4117, before, None)
    ada.post(f"/mailboxview/edit/{box.id}", data={**ADDED, "host": "imap.other.example", "version": box.version})
    assert (box.uidvalidity, box.last_uid) == (None, 0)
    stale = ada.post(f"/mailboxview/edit/{box.id}", data={**ADDED, "name": "Late", "version": "1"})
    assert "Somebody else changed this record" in stale.text and box.name != "Late"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"security": "none", "password": SECRET}, "Without encryption"),
        ({"password": ""}, "Type the server, the user name and the password"),
        ({"kind": "folder"}, "Type the whole path"),
        ({"port": "70000", "password": SECRET}, "A port is a number"),
    ],
)
def test_what_cannot_be_read_is_refused(ada: FlaskClient, changes: dict[str, str], sentence: str) -> None:
    answer = ada.post("/mailboxview/add", data={**ADDED, **changes})
    assert answer.status_code == 200 and sentence in answer.text and not boxes()


def test_a_test_of_the_connection_saves_nothing_and_keeps_what_was_typed(
    ada: FlaskClient, mail_account: Account
) -> None:
    typed = {
        **ADDED,
        "host": "127.0.0.1",
        "port": str(mail_account.server.imap_port),
        "security": "none",
        "username": mail_account.user,
    }
    wrong = ada.post("/mailboxview/add", data={**typed, "password": SECRET, "test": "1"})
    assert "refused the user name" in wrong.text and SECRET not in wrong.text and not boxes()
    mail_account.deliver(f"{RESULTS}From: a@client.example\r\nSubject: x\r\n\r\nx\r\n".encode())
    right = ada.post("/mailboxview/add", data={**typed, "password": mail_account.password, "test": "1"})
    assert "Signed in to 127.0.0.1" in right.text and "results of mx.firm.example" in right.text and not boxes()
    kept = right.text.split('name="password_kept"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    assert kept and mail_account.password not in right.text and f'value="{mail_account.user}"' in right.text
    believed = ada.post(
        "/mailboxview/add", data={**typed, "password_kept": kept, "authserv_id": "MX.firm.example", "test": "1"}
    )
    assert "1 of the last 1 messages carry results of mx.firm.example: colleagues" in believed.text
    ada.post("/mailboxview/add", data={**typed, "password_kept": kept})
    source = source_of(boxes()[0])
    assert isinstance(source, ImapSource) and source.server.password == mail_account.password
    again = ada.post(f"/mailboxview/edit/{boxes()[0].id}", data={**typed, "test": "1"})
    assert "Signed in to 127.0.0.1" in again.text


def test_a_sealed_password_of_elsewhere_counts_as_none(ada: FlaskClient) -> None:
    ada.post("/mailboxview/add", data={**ADDED, "password_kept": "made up"})
    assert not boxes()


def test_on_and_off_and_away(ada: FlaskClient, folder: Mailbox) -> None:
    ada.post(f"/mailboxview/action/disable/{folder.id}")
    assert not folder.is_active
    ada.post(f"/mailboxview/action/enable/{folder.id}")
    assert folder.is_active
    note_deliveries([{"mailbox_id": folder.id, "uid": "1", "raw_sha256": "0" * 64, "size": 1}], actor=SYSTEM)
    answer = ada.post(f"/mailboxview/delete/{folder.id}", follow_redirects=True)
    assert "Switch it off instead" in answer.text and boxes() == [folder]
    actions = set(db.session.scalars(select(AuditLine.action).where(AuditLine.subject_type == "Mailbox")))
    assert actions == {"create", "update"}


def test_who_may_not(cast: Cast, client_of: Clients, folder: Mailbox) -> None:
    form = records.create(WebForm, {"name": "Site"}, actor=SYSTEM)
    pages = [
        "/mailboxview/list/",
        f"/mailboxview/edit/{folder.id}",
        "/mailboxview/add",
        "/webformview/list/",
        f"/webformview/show/{form.id}",
    ]
    assert [client_of(cast.anna).get(page).status_code for page in pages] == [403] * 5
    assert [client_of(None).get(page).status_code for page in pages] == [302] * 5
    assert client_of(cast.claire).get(f"/mailboxview/show/{folder.id}").status_code == 200
    assert (
        client_of(cast.claire).post(f"/mailboxview/action/disable/{folder.id}").status_code in (302, 403)
        and folder.is_active
    )
    assert client_of(cast.ada).get("/mailboxview/show/999").status_code == 404
    assert (
        "Boîte" in (french := client_of(cast.ada, language="fr").get("/mailboxview/list/").text)
        or 'lang="fr"' in french
    )


def test_a_secret_address_is_seen_by_its_user_and_administrators(cast: Cast, client_of: Clients) -> None:
    annas = db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == cast.anna.id)).one()
    for user, is_seen in ((cast.anna, True), (cast.ada, True), (cast.jean, False), (cast.claire, False)):
        client = client_of(user)
        assert (annas.address in client.get("/crmaddressview/list/?psize_CrmAddressView=100").text) is is_seen, user
        assert client.get(f"/crmaddressview/show/{annas.id}").status_code == (200 if is_seen else 404)
    assert client_of(cast.anna).get(f"/crmaddressview/edit/{annas.id}").status_code == 403


@pytest.mark.feature("X1")
def test_addresses_are_added_in_lower_case_and_whole(ada: FlaskClient, cast: Cast) -> None:
    values = {"kind": "public", "policy": "known", "unknown_recipient": "create", "team": str(cast.north.id)}
    assert "Type the whole address" in ada.post("/crmaddressview/add", data={**values, "address": "sales"}).text
    assert (
        "needs its user"
        in ada.post("/crmaddressview/add", data={**values, "kind": "user", "address": "a@firm.example"}).text
    )
    ada.post("/crmaddressview/add", data={**values, "address": " Info@Firm.Example "})
    added = db.session.scalars(select(CrmAddress).where(CrmAddress.address == "info@firm.example")).one()
    assert added.kind is AddressKind.PUBLIC and added.team == cast.north
    assert (
        "There is such a record already"
        in ada.post("/crmaddressview/add", data={**values, "address": "INFO@firm.example"}).text
    )


@pytest.mark.feature("X1", "C41")
def test_a_web_form_gives_the_html_to_paste(ada: FlaskClient) -> None:
    ada.post("/webformview/add", data={"name": "Être <rappelé>", "language": "fr", "consent_text": "J’accepte."})
    form = db.session.scalars(select(WebForm)).one()
    page = ada.get(f"/webformview/show/{form.id}").text
    assert (
        f"http://127.0.0.1:8000/f/{form.token}" in page
        and "&lt;form action=" in page
        and "fax_number" in page
        and "consent_version" in page
    )
    assert "&lt;script" not in page
    ada.post(
        f"/webformview/edit/{form.id}",
        data={"name": "Rappel", "language": "fr", "consent_text": "Oui.", "is_active": "y", "version": form.version},
    )
    assert (form.name, form.consent_version) == ("Rappel", 2)
    for address in ("http://site.example/merci", "javascript:alert(1)", "https://"):
        refused = ada.post(
            f"/webformview/edit/{form.id}", data={"name": "Rappel", "thanks_url": address, "version": form.version}
        )
        assert refused.status_code == 200 and form.thanks_url is None, address
    receive_form(form.id, b"x", "1")
    assert "Archive it instead" in ada.post(f"/webformview/delete/{form.id}", follow_redirects=True).text
    assert db.session.scalars(select(Delivery)).one().web_form is form


# ---- the command line


def crm(app: Flask, *arguments: str, **more: Any) -> Any:
    return app.test_cli_runner().invoke(args=["crm", "mailbox", *arguments], **more)


def test_the_command_line_sets_up_a_mailbox(app: Flask, cast: Cast, mail_account: Account) -> None:
    place = [
        "--host",
        "127.0.0.1",
        "--port",
        str(mail_account.server.imap_port),
        "--security",
        "none",
        "--username",
        mail_account.user,
    ]
    added = crm(app, "add", "Sales", *place, "--json", env={"MAILBOX_PASSWORD": mail_account.password})
    assert added.exit_code == 0, added.output
    assert json.loads(added.output)["name"] == "Sales"
    assert mail_account.password not in added.output and "password" not in json.loads(added.output)
    tested = crm(app, "test", "Sales", "--json")
    assert tested.exit_code == 0 and json.loads(tested.output.splitlines()[0])["code"] == "signed_in"
    assert crm(app, "disable", "Sales").exit_code == 0 and not boxes()[0].is_active
    assert crm(app, "enable", "Sales").exit_code == 0 and boxes()[0].is_active
    assert "Sales: on" in crm(app, "list").output
    assert crm(app, "remove", "Sales").exit_code == 0 and not boxes()


def test_the_command_line_says_what_is_wrong(app: Flask, cast: Cast, tmp_path: Path) -> None:
    prompted = crm(
        app, "add", "Far", "--host", "imap.firm.example", "--security", "none", "--username", "u", input="typed\n"
    )
    assert prompted.exit_code == 1 and "Without encryption" in prompted.output and "typed" not in prompted.output
    assert crm(app, "test", "Nowhere").exit_code == 1
    assert crm(app, "add", "Files", "--path", str(tmp_path / "none")).exit_code == 0
    tested = crm(app, "test", "Files")
    assert tested.exit_code == 1 and "There is no folder" in tested.output
