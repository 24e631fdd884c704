"""What an ordinary account with bad intentions tries, beyond the doors that the leak test knocks at."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.deeds import Deed, MailLink
from app.domain.opportunities import Status
from app.domain.summaries import Subject
from app.extensions import db
from app.models import Campaign, Competitor, Opportunity, Profile, Role, User
from app.operations import records
from app.operations.opportunities import lose, win
from app.operations.users import update_user
from app.permissions.actor import SYSTEM, Level
from app.support import clock
from tests.browsing import sent_by
from tests.leaks.marks import text_of
from tests.people import Cast, actor, make_contact, make_opportunity, make_user
from tests.views.test_custom_fields import define
from tests.views.test_hidden_fields import rule

pytestmark = pytest.mark.database
Sign = Callable[..., FlaskClient]
# Each amount of the caller, and both together, however a language writes them.
SUMS = re.compile(r"43[ ,.\u00a0\u202f]?217|76[ ,.\u00a0\u202f]?543|119[ ,.\u00a0\u202f]?760")
# Where amounts are added up: nowhere else does a page say what stands in no record.
ADDED_UP = (
    "/board/", "/today/", "/summary/", "/results/", "/results/?by=month", "/results/?by=person", "/results/?by=pipeline", "/results/?by=cohort",
    "/results/?by=campaign", "/objectiveview/list/", "/opportunityview/list/?counted=1", "/opportunityview/list/?stagnant=1",
    "/opportunityview/list/?layout=extended",
    "/opportunityview/export.xlsx", "/opportunityview/export.csv", "/activity/",
)


def _caller(cast: Cast, role: str = "Telesales") -> tuple[User, Opportunity]:
    """Somebody who sees no amounts, with an open opportunity and one that was won."""
    zoe = make_user("Zoe", "Reed", Level.USER, "en", [cast.north])
    update_user(zoe, {"roles": [db.session.scalars(select(Role).where(Role.name == role)).one()]}, actor=SYSTEM)
    contact = make_contact("Ola Kos", "ola@kos.example", None, zoe)
    deal, won = (make_opportunity(title, contact, zoe, amount=Decimal(amount)) for title, amount in (("Call back Kos", 43217), ("Scales for Kos", 76543)))
    win(won, actor=SYSTEM)
    return zoe, deal


@pytest.mark.feature("A23")
def test_no_sum_tells_a_hidden_amount(cast: Cast, client_of: Sign) -> None:
    zoe, deal = _caller(cast)
    told: dict[str, list[str]] = {}
    for reader in (zoe, cast.ada):
        client = client_of(reader, "en")
        answers = {path: client.get(path) for path in (*ADDED_UP, f"/contactview/show/{deal.contacts[0].id}", f"/opportunityview/show/{deal.id}")}
        told[reader.username] = [path for path, answer in answers.items() if answer.status_code == 200 and SUMS.search(text_of(answer))]
        if reader is zoe:
            assert sum(answer.status_code == 200 for answer in answers.values()) >= 10
    assert told["zoe"] == []
    assert len(told[cast.ada.username]) >= 6, told


@pytest.mark.feature("A24")
def test_a_link_of_a_mail_asks_for_no_amount_that_its_reader_may_not_write(cast: Cast, client_of: Sign, app: Flask) -> None:
    zoe, deal = _caller(cast)
    link = MailLink(Deed.WON, Subject.OPPORTUNITY, deal.id, deal.version, zoe.id, clock.now() + timedelta(days=1))
    path, visitor = f"/a/{link.token(app.config['SECRET_KEY'])}", client_of(None)
    page = visitor.get(path)
    assert page.status_code == 200 and "<form" in page.text
    assert 'name="amount"' not in page.text and deal.currency not in page.text
    assert visitor.post(path, data={"amount": "1"}).status_code == 403
    key = deal.id
    db.session.expire_all()
    assert (db.session.get_one(Opportunity, key).amount, db.session.get_one(Opportunity, key).status) == (Decimal(43217), Status.TODO)
    assert visitor.post(path).status_code == 200
    db.session.expire_all()
    assert db.session.get_one(Opportunity, key).status is Status.WON


@pytest.mark.feature("A23", "A26")
def test_a_field_does_not_name_the_hidden_one_that_it_depends_on(cast: Cast, client_of: Sign) -> None:
    ada, form = client_of(cast.ada, "en"), f"/opportunityview/edit/{cast.terminals.id}"
    discount = define(ada, "Discount agreed", "yes_no")
    define(ada, "Discount ends", "day", asked_for=[f"{discount.id}:1"])
    anna = client_of(cast.anna, "en")
    assert "x_discount_agreed" in anna.get(form).text
    rule("Opportunity", x_discount_agreed="hidden")
    page = anna.get(form).text
    assert "x_discount_ends" in page and "discount_agreed" not in page
    value: Any = anna.get(f"/opportunityview/value/{cast.terminals.id}/x_discount_ends").text
    assert "discount_agreed" not in value


def test_a_partner_of_another_house_does_not_learn_who_works_here(cast: Cast, client_of: Sign) -> None:
    zoe, deal = _caller(cast, "Partner")
    client, names = client_of(zoe, "en"), re.compile("Jean Lef|Tom Baker|Claire Morel|Ada Nowak")
    paths = ("/today/", "/opportunityview/list/", f"/opportunityview/show/{deal.id}", "/opportunityview/lookup/owner?q=&all=1&self=1&teams=1",
             "/board/", f"/board/?owner={cast.tom.id}", "/results/", "/mentions/?q=", "/mentions/?q=b&people=1", "/me/", f"/work/person/{zoe.id}",
             f"/opportunityview/changed/{deal.id}?since={quote(clock.now().isoformat())}")
    records.update(deal, {"title": "Call back Kos soon"}, actor=actor(cast.ada))
    client_of(cast.ada, "en").get(f"/opportunityview/changed/{deal.id}")  # and looks at the page, too
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in (200, 403) and not names.search(text_of(answer)), path
    assert "Somebody" in client.get(paths[-1]).text, "that the record changed is told"
    days = {"first": f"{clock.now():%Y-%m-%d}", "last": f"{clock.now():%Y-%m-%d}"}
    assert client.post(f"/work/deputy/{zoe.id}", data={"deputy": str(cast.tom.id), **days}).status_code == 409
    assert names.search(client_of(cast.ada, "en").get(f"/work/person/{zoe.id}").text), "whoever works here knows the others"
    assert client.get(paths[1]).status_code == 200 and deal.title in client.get(paths[1]).text
    for path in ("/teamview/list/", "/teamview/lookup/members?q=a&all=1"):
        assert client.get(path).status_code == 403, path


@pytest.mark.feature("C40")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_a_partner_sees_the_status_of_what_they_brought_and_nothing_of_the_house(cast: Cast, client_of: Sign, language: str) -> None:
    """Not how it is sold, nor against whom; nor does saving the profile on its page give back what it does not have."""
    zoe, deal = _caller(cast, "Partner")
    fair, rival = records.create(Campaign, {"name": "Salon Zubrzyk"}, actor=SYSTEM), records.create(Competitor, {"name": "Wagi Rysia"}, actor=SYSTEM)
    records.update(deal, {"campaign": fair, "description": "Rabat 30 % wewnętrznie"}, actor=SYSTEM)
    lose(deal, reason="Prix", competitor=rival.name, actor=SYSTEM)
    ada = client_of(cast.ada, "en")
    profile = db.session.scalars(select(Profile).where(Profile.code == "partner")).one()
    path = f"/profileview/edit/{profile.id}"
    assert ada.post(path, data=sent_by(ada.get(path).text)).status_code == 302
    client, secrets = client_of(zoe, language), ("Zubrzyk", "Rysia", "Rabat", "43217", "43 217")
    paths = (f"/opportunityview/show/{deal.id}", "/opportunityview/list/", "/results/", "/results/?by=campaign", "/results/?by=competitor", "/today/",
             "/opportunityview/words?kind=competitor", "/opportunityview/words?kind=lost", "/search/?q=Kos")
    for door in paths:
        answer = client.get(door)
        assert answer.status_code == 200 and not any(word in text_of(answer) for word in secrets), door
        if door != "/opportunityview/words?kind=lost":
            assert any(word in text_of(ada.get(door)) for word in secrets) or "by=" not in door, door
    assert deal.title in client.get(paths[0]).text and "Prix" in client.get(paths[0]).text
    for door in ("/campaignview/list/", f"/campaignview/show/{fair.id}", "/competitorview/list/", "/followupview/list/", "/teamview/list/"):
        assert client.get(door).status_code == 403, door
    for asked in (f"_flt_0_campaign={fair.id}", f"_flt_0_known_competitor={rival.id}", "_any_1=_flt_0_campaign%3D999", "_oc_OpportunityView=campaign"):
        assert deal.title in client.get(f"/opportunityview/list/?{asked}").text, "a question about what is hidden is none"


def test_whoever_may_not_know_the_competitor_writes_none(cast: Cast, client_of: Sign) -> None:
    zoe, deal = _caller(cast, "User")
    assert 'name="competitor"' in client_of(zoe, "en").get(f"/opportunityview/show/{deal.id}").text
    rule("Opportunity", competitor="hidden")
    client = client_of(zoe, "en")
    assert 'name="competitor"' not in client.get(f"/opportunityview/show/{deal.id}").text
    assert client.post(f"/opportunityview/lose/{deal.id}", data={"reason": "x", "competitor": "Wagi"}).status_code == 403
    db.session.expire_all()
    assert (deal.status, deal.competitor) == (Status.TODO, None)
    assert client.post(f"/opportunityview/lose/{deal.id}", data={"reason": "x"}).status_code == 302
