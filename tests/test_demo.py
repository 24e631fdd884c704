"""The firm of the demonstration looks alive whatever the day, and its numbers are right."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from stdnum.fr import siren, siret, tva
from stdnum.pl import nip

from app.cli.demo import load_demo
from app.domain.errors import DomainError
from app.domain.opportunities import Status
from app.domain.workdays import local_day
from app.extensions import db
from app.inbound.mime.read import read
from app.models import Account, Contact, Opportunity, Task, User
from app.permissions.decide import actor_of
from app.queries import summary, today
from app.support import clock


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 6, 30, tzinfo=UTC),  # a Monday morning
        datetime(2026, 12, 27, 0, 5, tzinfo=UTC),  # between the holidays, after midnight
        datetime(2027, 3, 29, 21, 50, tzinfo=UTC),
    ],
)
def test_it_is_alive_on_any_day(app: Flask, moment: datetime) -> None:
    with clock.frozen(moment):
        accounts = load_demo()
        people = {user.username: user for user in db.session.scalars(select(User))}
        assert [account.username for account in accounts] == list(people)
        for name in ("yann", "sophie", "anna", "pawel", "emily"):
            assert today.count_of(people[name], actor_of(people[name], db.session()), moment) >= 3
        for name in ("claire", "tomasz"):
            user = people[name]
            team = summary.team(user, local_day(moment, user.time_zone))
            assert team.total.won.count >= 1
            assert team.stagnant.count >= 1
            assert team.unassigned.count >= 1
    found = set(db.session.scalars(select(Opportunity.status).distinct()))
    assert found == set(Status)
    assert db.session.scalar(select(func.count(Contact.id))) == 30
    assert db.session.scalar(select(func.count(Task.id))) == 17


def test_its_numbers_are_valid(app: Flask) -> None:
    load_demo()
    for account in db.session.scalars(select(Account)):
        if account.country == "PL":
            assert nip.is_valid(account.nip), account
        if account.country == "FR":
            assert siren.is_valid(account.siren), account
            assert siret.is_valid(account.siret), account
            assert tva.is_valid(account.vat_number), account


def test_its_mail_lies_in_the_inbox(app: Flask) -> None:
    load_demo()
    folder: Path = app.config["SETTINGS"].home / "inbox"
    mails = [read(path.read_bytes()) for path in sorted(folder.iterdir())]
    assert len(mails) == 6
    assert all(mail.author and mail.author.address.endswith(".example") for mail in mails)


def test_it_is_for_an_empty_installation(app: Flask) -> None:
    load_demo()
    with pytest.raises(DomainError):
        load_demo()
