"""The commands that let people in when no screen can."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from werkzeug.security import check_password_hash

from app.extensions import db
from app.models import AuditLine, CrmAddress, User
from tests.people import Cast

pytestmark = pytest.mark.database
NEW = "a new and long password"


def _run(app: Flask, *arguments: str, typed: str = "") -> Result:
    done = app.test_cli_runner().invoke(args=["crm", "user", *arguments], input=typed)
    db.session.expire_all()
    return done


def _user(name: str) -> User:
    return db.session.scalars(select(User).where(User.username == name)).one()


def test_a_lost_password_is_replaced_and_the_change_is_on_record(app: Flask, cast: Cast) -> None:
    done = _run(app, "password", "ada@grandouest.example", typed=f"{NEW}\n{NEW}\n")
    assert done.exit_code == 0, done.output
    assert NEW not in done.output
    assert check_password_hash(_user("ada").password, NEW)
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert (line.action, line.actor_name) == ("change_password", "Kurier")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("short\nshort\n", "at least 12 characters"), (f"{NEW}\nanother\n{NEW}\nanother\n", "do not match")],
)
def test_a_password_that_is_short_or_mistyped_changes_nothing(app: Flask, cast: Cast, typed: str, sentence: str) -> None:
    before = _user("ada").password
    done = _run(app, "password", "ada", typed=typed)
    assert done.exit_code == 1
    assert sentence in done.output
    assert _user("ada").password == before


@pytest.mark.feature("E16")
def test_a_new_user_gets_a_role_and_a_crm_address(app: Flask, cast: Cast) -> None:
    names = ("--email", "zoe@grandouest.example", "--first-name", "Zoé", "--last-name", "Le Gall")
    done = _run(app, "add", "zoe", *names, "--role", "team-manager", "--language", "fr", typed=f"{NEW}\n{NEW}\n")
    assert done.exit_code == 0, done.output
    zoe = _user("zoe")
    assert [role.name for role in zoe.roles] == ["Team manager"]
    assert db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == zoe.id)).one()
    assert "zoe: on, Team manager, zoe@grandouest.example" in _run(app, "list").output


def test_off_and_on_again_but_never_without_an_administrator(app: Flask, cast: Cast) -> None:
    assert _run(app, "off", "tom").exit_code == 0
    assert not _user("tom").active
    assert "tom: off" in _run(app, "list").output
    assert _run(app, "on", "tom").exit_code == 0
    assert _user("tom").active
    refused = _run(app, "off", "ada")
    assert refused.exit_code == 1
    assert "last administrator" in refused.output
    assert _user("ada").active


def test_an_unknown_name_is_said(app: Flask, cast: Cast) -> None:
    done = _run(app, "off", "nobody")
    assert done.exit_code == 1
    assert "There is no user nobody." in done.output
