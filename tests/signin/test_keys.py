"""The key that secrets are sealed with is changed: everything stays readable, and the old key opens nothing."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Mailbox
from app.operations import keys, mailboxes
from app.operations.sealing import key_file, keyring, own_keys, unsealed
from app.permissions.actor import SYSTEM
from app.support.secrets import unseal
from tests.installations import KEY
from tests.signin.conftest import Desk

pytestmark = pytest.mark.database


def a_mailbox(number: int) -> Mailbox:
    values = {"name": f"Box {number}", "host": "imap.firm.example", "username": "crm", "password": f"p@ss {number}"}
    return mailboxes.create_mailbox(values, actor=SYSTEM)


def stored() -> list[str]:
    """Everything sealed in the database."""
    db.session.rollback()
    return [
        text
        for model, name in keys.sealed_columns()
        for text in db.session.scalars(select(getattr(model, name)).where(getattr(model, name).is_not(None)))
    ]


def opened_by(key: str) -> list[str]:
    found = []
    for text in stored():
        try:
            found.append(unseal(key, text))
        except ValueError:
            continue
    return found


def crm(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["crm", "keys", *arguments])


def test_the_columns_that_hold_secrets_are_found_by_name() -> None:
    names = {f"{model.__tablename__}.{name}" for model, name in keys.sealed_columns()}
    assert names >= {
        "mailbox.password_sealed", "mailbox.client_secret_sealed", "mailbox_grant.access_token_sealed",
        "mailbox_grant.refresh_token_sealed",
    }  # fmt: skip


def shared(app: Flask, *sealing_keys: str) -> None:
    """As on several machines: the keys are given by the settings."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], sealing_keys=sealing_keys)


def test_the_old_key_opens_nothing_any_more(app: Flask, desk: Desk) -> None:
    """Passwords, client secrets and tokens alike; twice, as the second change is from key to key."""
    desk.sign_in()
    a_mailbox(1)
    before = sorted(opened_by(KEY))
    assert len(before) == 4 and "p@ss 1" in before
    first, second = keys.new_key(), keys.new_key()
    version, old = desk.mailbox.version, KEY
    for given in ((first,), (second, first)):
        shared(app, *given)
        assert sorted(map(unsealed, stored())) == before  # what the old key sealed stays readable
        done = crm(app, "rotate")
        assert done.exit_code == 0 and "Sealed with the new key: 4." in done.output, done.output
        shared(app, given[0])
        assert opened_by(old) == []
        assert sorted(opened_by(given[0])) == before == sorted(map(unsealed, stored()))
        old = given[0]
    db.session.expire_all()
    assert desk.mailbox.version == version  # nobody's open form became stale


def test_a_rotation_that_was_cut_short_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        a_mailbox(number)
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    key = keys.new_key()
    shared(app, key)
    ring, done = keyring(), keys.Rotation()
    assert keys._reseal(Mailbox, "password_sealed", 0, ring, done, actor=SYSTEM) is not None  # and here the machine falls
    assert (len(opened_by(KEY)), len(opened_by(key))) == (3, 2)
    assert all(unsealed(text) for text in stored())
    assert keys.rotate(actor=SYSTEM).resealed == 3
    assert opened_by(KEY) == []
    assert keys.rotate(actor=SYSTEM).resealed == 0


def test_what_no_key_opens_is_named_and_left(app: Flask) -> None:
    good, lost = a_mailbox(1), a_mailbox(2)
    mailboxes.update_mailbox(lost, {"password": "x"}, actor=SYSTEM)
    other = keys.new_key()
    shared(app, other)
    mailboxes.update_mailbox(lost, {"password": "sealed elsewhere"}, actor=SYSTEM)
    shared(app, keys.new_key())
    done = crm(app, "rotate")
    assert done.exit_code == 1 and f"password_sealed of mailbox {lost.id}" in done.output
    db.session.expire_all()
    assert unsealed(good.password_sealed or "") == "p@ss 1"


def test_a_machine_of_its_own_makes_the_key_itself(app: Flask) -> None:
    a_mailbox(1)
    if not app.config["SETTINGS"].database_url.startswith("sqlite"):
        with pytest.raises(DomainError, match="each must know the new key"):
            keys.rotate(actor=SYSTEM)
        return
    keys.rotate(actor=SYSTEM)
    (first,) = own_keys()
    assert key_file().stat().st_mode & 0o777 == 0o600
    assert opened_by(KEY) == [] and opened_by(first) == ["p@ss 1"]
    keys.rotate(actor=SYSTEM)
    (second,) = own_keys()
    assert second != first and opened_by(first) == [] and opened_by(second) == ["p@ss 1"]
