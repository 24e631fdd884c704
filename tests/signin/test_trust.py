"""Whom we talk to: certificates are checked, addresses of our own network are not asked."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.domain import providers
from app.domain.errors import DomainError
from app.inbound.connections import findings_about
from app.models import Mailbox
from app.operations import mailboxes
from app.permissions.actor import SYSTEM
from app.signin.transport import is_public
from config import load
from tests.servers.certificates import Authority
from tests.servers.dovecot import Account
from tests.signin.conftest import Desk

pytestmark = pytest.mark.database


@pytest.mark.feature("X2")
def test_a_mail_server_of_an_unknown_authority_is_refused_in_words(app: Flask, mail_account: Account) -> None:
    values = {"name": "Sales", "host": "localhost", "port": mail_account.server.imaps_port, "username": mail_account.user}
    mailbox = mailboxes.create_mailbox({**values, "password": mail_account.password}, actor=SYSTEM)
    (finding,) = findings_about(mailbox)
    assert finding.code == "certificate" and "KURIER_CA_FILE" in str(finding) and "self-signed" in str(finding)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], ca_file=mail_account.server.certificate)
    assert findings_about(mailbox)[0].code == "signed_in"
    other = Mailbox(**{**values, "name": "x", "host": "127.1"}, **taken_over(mailbox))
    (finding,) = findings_about(other)
    assert finding.code == "certificate" and "127.1" in str(finding)  # trusted, but another name


def taken_over(mailbox: Mailbox) -> dict[str, object]:
    return {"kind": mailbox.kind, "security": mailbox.security, "password_sealed": mailbox.password_sealed, "is_active": False}


def test_a_provider_of_an_unknown_authority_is_refused(desk: Desk, app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], ca_file=None)
    assert "is not to be trusted" in desk.sign_in().text and desk.provider.requests == []


def test_a_provider_in_the_own_network_needs_a_setting(desk: Desk, app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], allows_private_providers=False)
    assert "lies in your own network" in desk.sign_in().text and desk.provider.requests == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False),
        ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False),
        ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False), ("2002:7f00:1::", False),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_internet(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    "url",
    ["http://login.firm.example/token", "https://", "https://u:p@login.firm.example/", "https://a b/", "https://a;script-src/x",
     "javascript:alert(1)", "https://[::1", "https://login.firm.example:99999/", "ftp://login.firm.example/", ""],
)  # fmt: skip
def test_which_addresses_a_provider_may_not_have(url: str) -> None:
    good = "https://login.firm.example/oauth"
    for pair in ((url, good), (good, url)):
        with pytest.raises(DomainError, match="https://"):
            providers.other(*pair, "mail")


def test_a_tenant_stays_within_the_address(app: Flask) -> None:
    for tenant in ("../x", "a/b", "a b", "?", "a#"):
        with pytest.raises(DomainError, match="tenant"):
            providers.microsoft(tenant)
    assert providers.microsoft(None).token_url == "https://login.microsoftonline.com/organizations/oauth2/v2.0/token"


def test_a_wrong_file_of_certificates_stops_the_start(tmp_path: Path, authority: Authority) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    base = {"KURIER_HOME": str(tmp_path / "var"), "SECRET_KEY": "x" * 40}
    for path in (wrong, tmp_path / "none.pem"):
        with pytest.raises(SystemExit, match="KURIER_CA_FILE"):
            load({**base, "KURIER_CA_FILE": str(path)})
    assert load({**base, "KURIER_CA_FILE": str(authority.certificate)}).ca_file == authority.certificate
