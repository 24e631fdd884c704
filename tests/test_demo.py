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
from app.domain.orders import CallResult, OrderState, RowState, Seat
from app.domain.workdays import local_day
from app.extensions import db
from app.inbound.mime.read import read
from app.models import (
    Account,
    ActionType,
    Campaign,
    CloseReason,
    Competitor,
    Contact,
    CustomChoice,
    CustomField,
    Engagement,
    FollowUp,
    FollowUpLine,
    FormLayout,
    Informed,
    MailTemplate,
    Objective,
    Opportunity,
    Order,
    ProspectRow,
    RowMessage,
    SenderRule,
    Tag,
    Task,
    User,
    WebForm,
)
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
    assert db.session.scalar(select(func.count(Contact.id))) == 33  # one of them came from a row
    assert db.session.scalar(select(func.count(Task.id))) == 19


def test_nobody_works_on_an_empty_page(app: Flask) -> None:
    """Every list that a menu leads to has something in it."""
    load_demo()
    _orders_are_in_the_middle_of_their_lives()
    _lists_have_lines()
    _the_taught_form_reads_its_mail(app.config["SETTINGS"].home / "inbox")


def _orders_are_in_the_middle_of_their_lives() -> None:
    meat = db.session.scalars(select(Order).where(Order.name == "Firmy mięsne, podlaskie")).one()
    rows = db.session.scalars(select(ProspectRow).where(ProspectRow.order_id == meat.id)).all()
    assert {row.state for row in rows} == set(RowState) - {RowState.ENTERED, RowState.CONVERTED}
    assert {seat.seat for seat in meat.assignments} == set(Seat)
    assert all(nip.is_valid(row.nip) for row in rows if row.nip and "nip" not in {each["field"] for each in row.findings})
    assert [message.author.username for message in db.session.scalars(select(RowMessage).order_by(RowMessage.id)) if message.author] == ["karol", "ewa"]
    states = dict(db.session.execute(select(Order.name, Order.state)).all())
    assert states["Piekarnie, powiat białostocki"] is OrderState.CLOSED
    dairies = db.session.scalars(select(ProspectRow).join(Order).where(Order.name.startswith("Fromageries"))).all()
    assert {row.call_result for row in dairies} >= {CallResult.INTERESTED, CallResult.CALL_BACK, CallResult.NO_ANSWER}
    assert [row.opportunity.title for row in dairies if row.opportunity] == ["Pesée et étiquetage de la cave"]


def _lists_have_lines() -> None:
    for model in (ActionType, Campaign, CloseReason, Competitor, CustomChoice, CustomField, Engagement, FollowUp, FollowUpLine, FormLayout, Informed,
                  MailTemplate, Objective, SenderRule, Tag, WebForm):
        assert db.session.scalar(select(func.count()).select_from(model)), model
    came = select(func.count()).select_from(Opportunity).where(Opportunity.campaign_id.is_not(None))
    assert db.session.scalar(came) == 7
    today_there = local_day(clock.now(), "Europe/Paris")
    late = db.session.scalars(select(Engagement).where(Engagement.prospect_until < today_there)).all()
    assert [each.name for each in late] == ["Pesage à la réception des blés"]


def _the_taught_form_reads_its_mail(folder: Path) -> None:
    mail = read((folder / "6-comparateur.eml").read_bytes())
    (layout,) = db.session.scalars(select(FormLayout))
    assert mail.author
    assert mail.author.address == layout.sender
    assert layout.subject in mail.subject.casefold()
    assert all(f"{name} : " in mail.text for name, _ in layout.labels)


def test_its_numbers_are_valid(app: Flask) -> None:
    load_demo()
    for account in db.session.scalars(select(Account)):
        if account.country == "PL":
            assert nip.is_valid(account.nip), account
        if account.country == "FR":
            assert siren.is_valid(account.siren), account
            if account.siret:  # of those that came from a row there is none
                assert siret.is_valid(account.siret), account
                assert tva.is_valid(account.vat_number), account


def test_its_mail_lies_in_the_inbox(app: Flask) -> None:
    load_demo()
    folder: Path = app.config["SETTINGS"].home / "inbox"
    mails = [read(path.read_bytes()) for path in sorted(folder.iterdir())]
    assert len(mails) == 7
    assert all(mail.author and mail.author.address.endswith(".example") for mail in mails)


def test_it_is_for_an_empty_installation(app: Flask) -> None:
    load_demo()
    with pytest.raises(DomainError):
        load_demo()
