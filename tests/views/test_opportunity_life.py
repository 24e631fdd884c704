"""Renewals, campaigns, reasons and competitors of lists, suspects apart, steps and types renamed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.opportunities import Status
from app.extensions import db
from app.models import Account, AccountType, Campaign, CloseReason, Competitor, Opportunity, Order, Pipeline, Step
from app.operations import opportunities, records
from app.operations.order_rows import enter_row
from app.permissions.actor import SYSTEM, acting
from app.queries import board
from app.queries.opportunities import opportunities_of
from app.support import clock
from app.support.money import Money
from tests.browsing import Person, sent_by
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor, make_account, make_contact, make_opportunity

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def last() -> Opportunity:
    return db.session.scalars(select(Opportunity).order_by(Opportunity.id.desc()).limit(1)).one()


@pytest.mark.feature("C50", "C29")
def test_what_was_won_is_renewed_and_sleeps_until_its_day(cast: Cast, client_of: Client) -> None:
    jean = Person(client_of(cast.jean, "en"))
    renewals = records.create(Pipeline, {"label_en": "Renewals"}, actor=SYSTEM)
    first = records.create(Step, {"pipeline": renewals, "label_en": "Ask", "position": 1}, actor=SYSTEM)
    page = jean.get(f"/opportunityview/show/{cast.scales.id}").text
    assert "Begin the renewal" in page and "Renewals · Ask" in page
    day = (clock.now() + timedelta(days=300)).date().isoformat()
    answer = jean.post(f"/opportunityview/renew/{cast.scales.id}", title="Balances 2026", step=first.id, until=day)
    new = last()
    assert answer.location.endswith(f"/opportunityview/show/{new.id}")
    assert (new.renewal_of, new.account, new.contacts, new.step) == (cast.scales, cast.scales.account, cast.scales.contacts, first)
    assert Status(new.status) is Status.STANDBY and new.remind_at is not None and new.amount == Decimal(7000)
    assert "Balances 2026" in jean.get(f"/opportunityview/show/{cast.scales.id}").text
    assert "Balances 2025" in jean.get(f"/opportunityview/show/{new.id}").text
    client = jean.get(f"/accountview/show/{cast.scales.account_id}").text
    assert "<dt>Won</dt><dd>€7,000" in client and "<dt>Open</dt><dd>€7,000" in client
    dealings = opportunities_of(cast.marie)
    assert (dealings.won, dealings.open) == ((Money(Decimal(7000), "EUR"),), (Money(Decimal(7000), "EUR"),))
    opportunities.wake(new, actor=SYSTEM)
    assert Status(new.status) is Status.TODO


@pytest.mark.feature("C50")
def test_what_is_open_is_not_renewed(cast: Cast, client_of: Client) -> None:
    jean = Person(client_of(cast.jean, "en"))
    refused = jean.post(f"/opportunityview/renew/{cast.traceability.id}", title="Too early")
    assert refused.status_code == 409 and "Close it, then renew it" in refused.text
    assert jean.post(f"/opportunityview/renew/{cast.renewal.id}", title="Not mine").status_code == 404
    with pytest.raises(DomainError, match="past"):
        opportunities.renew(cast.scales, "Again", until=clock.now() - timedelta(days=1), actor=actor(cast.jean))
    assert last().title != "Again", "all of it or nothing"


@pytest.mark.feature("C45")
def test_a_campaign_says_what_it_brought(cast: Cast, client_of: Client) -> None:
    ada, jean = Person(client_of(cast.ada, "en")), Person(client_of(cast.jean, "en"))
    made = {"name": "Targi Poznań", "starts_on": "2026-03-01", "ends_on": "2026-03-04", "cost": "1000", "currency": "EUR"}
    assert ada.post("/campaignview/add", **made).status_code == 302
    fair = db.session.scalars(select(Campaign)).one()
    assert [each["text"] for each in jean.get("/opportunityview/lookup/campaign?q=poznan").json or []] == ["Targi Poznań"]
    form = sent_by(jean.get(f"/opportunityview/edit/{cast.traceability.id}").text)
    assert jean.post(f"/opportunityview/edit/{cast.traceability.id}", **form | {"campaign": fair.id}).status_code == 302
    contact = sent_by(jean.get(f"/contactview/edit/{cast.gaelle.id}").text)
    assert jean.post(f"/contactview/edit/{cast.gaelle.id}", **contact | {"campaigns": fair.id}).status_code == 302
    opportunities.win(cast.traceability, amount=Decimal(5000), actor=actor(cast.jean))
    records.update(cast.renewal, {"campaign": fair}, actor=SYSTEM)
    page = ada.get(f"/campaignview/show/{fair.id}").text
    assert "400%" in page and "€5,000" in page and ">2</a>" in page
    assert "Traçabilité" in ada.get(f"/opportunityview/list/?_flt_0_campaign={fair.id}").text
    assert "Hamon" in ada.get(f"/contactview/list/?_flt_0_campaigns={fair.id}").text
    assert ">2</a>" not in jean.get(f"/campaignview/show/{fair.id}").text, "of those that the reader sees"
    assert jean.post("/campaignview/add", name="Mine").status_code in (302, 403)
    assert len(db.session.scalars(select(Campaign)).all()) == 1
    assert ada.post(f"/campaignview/edit/{fair.id}", **made | {"ends_on": "2026-02-01", "version": fair.version}).status_code == 200
    assert fair.ends_on == date(2026, 3, 4)


def test_reasons_and_competitors_of_the_lists(cast: Cast, client_of: Client) -> None:
    ada = Person(client_of(cast.ada, "en"))
    assert ada.post("/closereasonview/add", label_en="Price", label_fr="Prix", label_pl="Cena", offered_for="lost", position="1").status_code == 302
    assert ada.post("/competitorview/add", name="Ouest Pesage").status_code == 302
    jean = Person(client_of(cast.jean, "fr"))
    assert jean.get("/opportunityview/words?kind=lost").json == ["Prix"]
    assert jean.get("/opportunityview/words?kind=cancelled").json == []
    assert jean.get("/opportunityview/words?kind=competitor").json == ["Ouest Pesage"]
    assert jean.post(f"/opportunityview/lose/{cast.traceability.id}", reason="prix ", competitor="OUEST PESAGE").status_code == 302
    lost = cast.traceability
    assert lost.reason == db.session.scalars(select(CloseReason)).one() and lost.known_competitor == db.session.scalars(select(Competitor)).one()
    assert "<dd>Price</dd>" in ada.get(f"/opportunityview/show/{lost.id}").text, "each reads it in their language"
    found = ada.get(f"/opportunityview/list/?_flt_0_reason={lost.reason_id}&_flt_0_known_competitor={lost.competitor_id}").text
    assert "Traçabilité" in found and "Stone" not in found
    opportunities.reopen(lost, actor=actor(cast.jean))
    assert (lost.reason, lost.known_competitor) == (None, None)
    opportunities.lose(lost, reason="Le client a déménagé", actor=actor(cast.jean))
    assert (lost.reason, lost.close_reason) == (None, "Le client a déménagé"), "words of one's own stay possible"


@pytest.mark.feature("C13", "X1")
def test_a_suspect_stands_in_no_pipeline(cast: Cast) -> None:
    suspect = db.session.scalars(select(AccountType).where(AccountType.code == "suspect")).one()
    account = make_account("Nieznana", cast.anna, type=suspect)
    contact = make_contact("Jan Nowak", "jan@nieznana.example", account, cast.anna)
    assert account.type is suspect
    make_opportunity("First talk", contact, cast.anna)
    assert account.type is not None and account.type.code == "prospect"
    other = make_account("Druga", cast.anna, type=suspect)
    make_contact("Ola Lis", "ola@druga.example", other, cast.anna)
    message = deliver(make_mailbox(), note("Ola Lis <ola@druga.example>", "sales@crm.grandouest.example", text="Proszę o ofertę.\n"))
    assert message.opportunity is not None and other.type is not None and other.type.code == "prospect"
    partner = db.session.scalars(select(AccountType).where(AccountType.code == "subcontractor")).one()
    records.update(other, {"type": partner}, actor=SYSTEM)
    make_opportunity("Second talk", contact, cast.anna, account=None)
    assert other.type is partner


@pytest.mark.feature("A25", "D8", "C15")
def test_steps_and_types_are_renamed_at_will(cast: Cast, client_of: Client) -> None:
    ada, jean = Person(client_of(cast.ada, "en")), Person(client_of(cast.jean, "en"))
    step = cast.traceability.step
    form = sent_by(ada.get(f"/stepview/edit/{step.id}").text)
    assert ada.post(f"/stepview/edit/{step.id}", **form | {"label_en": "First chat"}).status_code == 302
    for url in ("/board/", f"/opportunityview/show/{cast.traceability.id}", "/opportunityview/list/"):
        assert "First chat" in jean.get(url).text, url
    assert ada.post("/accounttypeview/add", code="press", label_en="Press", label_fr="Presse", label_pl="Prasa").status_code == 302
    press = db.session.scalars(select(AccountType).where(AccountType.code == "press")).one()
    account = cast.gaelle.accounts[0]
    edited = sent_by(jean.get(f"/accountview/edit/{account.id}").text)
    assert jean.post(f"/accountview/edit/{account.id}", **edited | {"type": press.id}).status_code == 302
    assert "Bocage" in jean.get(f"/accountview/list/?_flt_0_type={press.id}").text
    opportunities.win(cast.traceability, actor=actor(cast.jean))
    assert account.type is press, "a type of the firm's own stays on a win"
    before = cast.labellers.status
    second = sorted(cast.labellers.pipeline.steps, key=lambda each: each.position)[1]
    opportunities.move(cast.labellers, second, actor=actor(cast.jean))
    assert cast.labellers.status is before, "a step changes no status"


@pytest.mark.feature("C15")
def test_a_step_changes_no_status_and_statuses_are_fixed(cast: Cast, client_of: Client) -> None:
    """On every step each status stays; no screen adds a status, and no step is called like one."""
    ada, jean, item = Person(client_of(cast.ada, "en")), Person(client_of(cast.jean, "en")), cast.labellers
    first, second = sorted(item.pipeline.steps, key=lambda each: each.position)[:2]
    until = clock.now() + timedelta(days=9)
    for status, to in ((Status.TODO, second), (Status.STANDBY, first)):
        if status is Status.STANDBY:
            opportunities.put_on_standby(item, until, actor=actor(cast.jean))
        assert jean.post(f"/opportunityview/move/{item.id}", step=to.id, version=item.version).status_code == 302
        db.session.expire_all()
        assert (item.step, item.status) == (to, status)
    assert item.remind_at == until, "nor the reminder"
    opportunities.win(item, actor=actor(cast.jean))
    assert jean.post(f"/opportunityview/move/{item.id}", step=second.id, version=item.version).status_code == 409
    assert (item.step, item.status) == (first, Status.WON), "what is closed moves no more"
    offered = re.search(r'<select[^>]*name="_flt_0_status".*?</select>', jean.get("/opportunityview/list/?_flt_0_status=won").text, re.DOTALL)
    assert offered and set(re.findall(r'value="(\w+)"', offered[0])) - {""} == {each.value for each in Status}
    form = sent_by(ada.get(f"/stepview/edit/{first.id}").text)
    for name, words in (("label_en", "WON"), ("label_fr", "Gagnée"), ("label_fr", "à traiter"), ("label_pl", "Odłożona"), ("label_en", "Stand-by")):
        refused = ada.post(f"/stepview/edit/{first.id}", **form | {name: words})
        assert refused.status_code == 200 and "is a status" in unescape(refused.text), words
    assert ada.post(f"/stepview/edit/{first.id}", **form | {"label_en": "Won over"}).status_code == 302


@pytest.mark.feature("C19")
def test_mail_of_the_third_person_attaches_too(cast: Cast) -> None:
    account = cast.gaelle.accounts[0]
    people = [make_contact(f"Person {word}", f"{word.lower()}@bocagevert.example", account, cast.jean) for word in ("Deux", "Trois")]
    deal = make_opportunity("Trois interlocuteurs", cast.gaelle, cast.jean)
    records.update(deal, {"contacts": [cast.gaelle, *people]}, actor=actor(cast.jean))
    box = make_mailbox()
    message = deliver(box, note("Person Trois <trois@bocagevert.example>", "sales@crm.grandouest.example", text="Bonjour, voici nos plans.\n"))
    assert message.opportunity is deal and message.entry is not None and message.entry.contact is people[1]


@pytest.mark.feature("C13")
def test_a_suspect_is_in_no_pipeline_and_no_forecast(cast: Cast, client_of: Client) -> None:
    """Neither a company of that type nor a row of an order: not on the board, not in its figures, not among the opportunities."""
    order = records.create(Order, {"name": "Mazowieckie", "principal": cast.anna}, actor=SYSTEM)
    with acting(actor(cast.anna)):
        before = board.board_of(board.pipelines_with_steps()[0], board.Filters(), {})
        suspect = db.session.scalars(select(AccountType).where(AccountType.code == "suspect")).one()
        records.create(Account, {"name": "Podejrzana Sp. z o.o.", "type": suspect}, actor=actor(cast.anna))
        enter_row(order, {"name": "Wierszowa S.A.", "amount": 90_000}, actor=actor(cast.anna))
        after = board.board_of(board.pipelines_with_steps()[0], board.Filters(), {})
    assert before.count and (after.count, after.sums, after.forecast) == (before.count, before.sums, before.forecast)
    anna = client_of(cast.anna, "pl")
    for page in ("/board/", "/opportunityview/list/", "/results/"):
        text = anna.get(page).text
        assert "Podejrzana" not in text and "Wierszowa" not in text, page
    assert "Wierszowa" in anna.get("/prospectrowview/list/").text and "Podejrzana" in anna.get("/accountview/list/").text
