"""Signing in at a provider by the pages, and reading a mailbox of Dovecot with what it gave."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.inbound.connections import findings_about
from tests.servers.dovecot import Account
from tests.signin.conftest import Desk

pytestmark = pytest.mark.database


@pytest.mark.feature("X2")
def test_an_administrator_signs_in_and_the_mailbox_is_read(desk: Desk, token_account: Account) -> None:
    before = desk.client.get(desk.page).text
    assert "Nobody has signed in for this mailbox yet" in before and "http://127.0.0.1:8000/sign-in/back" in before
    address = desk.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["login_hint"] == token_account.user and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/back" and asked["scope"] == desk.provider.scopes
    after = desk.come_back(desk.agree(address)).text
    assert "Signed in by Ada" in after
    (finding, *_) = findings_about(desk.mailbox)
    assert finding.code == "signed_in", finding
