"""An administrator, a provider of the firm's own, and a mailbox that takes its tokens."""

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Grant, Mailbox
from tests.people import Cast
from tests.servers.certificates import Authority
from tests.servers.dovecot import Account
from tests.servers.provider import Provider


@dataclass
class Desk:
    """The administrator at the pages, with a second window at the provider."""

    client: FlaskClient
    provider: Provider
    authority: Authority
    mailbox: Mailbox

    @property
    def page(self) -> str:
        return f"/mailboxview/show/{self.mailbox.id}"

    @property
    def grant(self) -> Grant:
        db.session.rollback()
        return db.session.scalars(select(Grant).where(Grant.mailbox_id == self.mailbox.id)).one()

    def begin(self) -> str:
        """Press the button; the address of the provider's page."""
        answer = self.client.post(f"/sign-in/mailbox/{self.mailbox.id}")
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def agree(self, address: str) -> str:
        """Say yes there; where the browser is sent then."""
        context = ssl.create_default_context(cafile=self.authority.certificate)
        page = urlopen(address, context=context, timeout=60).read().decode()
        found = re.search('href="([^"]+)"', page)
        assert found is not None
        return found[1].replace("&amp;", "&")

    def come_back(self, address: str) -> TestResponse:
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", follow_redirects=True)

    def sign_in(self) -> TestResponse:
        """The whole way; the page that it ends on."""
        return self.come_back(self.agree(self.begin()))


@pytest.fixture
def own_network(app: Flask, authority: Authority) -> None:
    """The provider lies in the own network, under the authority of the firm."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, ca_file=authority.certificate, allows_private_providers=True)


@pytest.fixture
def desk(
    own_network: None, cast: Cast, client_of: Callable[..., FlaskClient], provider: Provider, authority: Authority, token_account: Account
) -> Desk:
    client = client_of(cast.ada)
    place = {"host": "127.0.0.1", "port": str(token_account.server.imap_port), "security": "none", "username": token_account.user}
    values = {"name": "Sales", "kind": "imap", "folder": "INBOX", "is_trusted": "y", "is_active": "y", **place, **provider.settings()}
    answer = client.post("/mailboxview/add", data=values)
    assert answer.status_code == 302, answer.text
    return Desk(client, provider, authority, db.session.scalars(select(Mailbox)).one())
