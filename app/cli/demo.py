"""A French and Polish firm to look at: ``load_demo()`` and ``flask crm demo``. Written through the operations alone."""

import secrets
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from app.cli import demo_mail, demo_more
from app.cli.demo_firm import ACCOUNTS, CONTACTS, HISTORY, OPPORTUNITIES, PEOPLE, TASKS
from app.cli.demo_prospecting import make_orders
from app.cli.demo_stage import CURRENCIES, Stage, moment_at, numbers
from app.domain.errors import DomainError, Refusal
from app.domain.languages import Language
from app.domain.opportunities import Source
from app.domain.timeline import Kind
from app.domain.workdays import local_day, moment_of
from app.extensions import db
from app.models import Account, AccountType, CrmAddress, Firm, Opportunity, Role, Step, Task, Team, User
from app.models.contacts import Title
from app.models.crm_addresses import AddressKind
from app.operations import opportunities, records, users
from app.operations.contacts import create_contact
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from app.support.i18n import N_
from app.support.text import fold

PUBLIC = "contact"
KNOWN_SINCE = 75  # working days ago: accounts and contacts are older than the sales


class DemoAccount(NamedTuple):
    """Who may sign in."""

    username: str
    password: str
    words: str
    crm_address: str


def load_demo() -> list[DemoAccount]:
    """Fill an installation without users, and lay some mail into its inbox folder. Passwords are random."""
    with acting(SYSTEM):
        accounts = _load()
    secret = {each.username: each.crm_address for each in accounts}
    public = db.session.get_one(Firm, 1).crm_address(PUBLIC)
    demo_mail.put(demo_mail.messages(secret, public, clock.now()), current_app.config["SETTINGS"].home / "inbox")
    return accounts


@atomic
def _load() -> list[DemoAccount]:
    if db.session.scalar(select(func.count()).select_from(User)):
        raise DomainError("not_empty", N_("There are users already: the demonstration is for an empty installation."))
    stage = Stage()
    _make_firm(stage)
    accounts = [_make_person(stage, name) for name in PEOPLE]
    demo_more.make_words(stage)
    demo_more.make_campaigns(stage)
    with clock.frozen(moment_at("FR", KNOWN_SINCE, 9)):
        _make_customers(stage)
    for row in OPPORTUNITIES:
        _make_sale(stage, *row)
    for title, sale, who, days, hour in TASKS:
        _make_task(stage, title, sale, who, days, hour)
    for kind, sale, ago, hour, text in HISTORY:
        _tell(stage, Kind(kind), sale, ago, hour, text)
    demo_more.make_engagements(stage)
    demo_more.make_objectives(stage)
    demo_more.make_settings(stage)
    demo_more.tell_colleagues(stage)
    make_orders(stage)
    return accounts


def _make_firm(stage: Stage) -> None:
    firm = db.session.get_one(Firm, 1)
    domain = demo_mail.FIRM
    records.update(firm, {
        "name": "Grand Ouest", "country": "FR", "currency": "EUR", "domains": [domain],
        "address_pattern": f"{{}}@crm.{domain}", "sender_address": f"kurier@{domain}",
    }, actor=SYSTEM)
    for name in ("Rennes", "Białystok"):
        stage.teams[name] = records.create(Team, {"name": name}, actor=SYSTEM)
    records.create(
        CrmAddress, {"address": firm.crm_address(PUBLIC), "kind": AddressKind.PUBLIC, "team": stage.teams["Rennes"]}, actor=SYSTEM
    )


def _make_person(stage: Stage, name: str) -> DemoAccount:
    first, last, level, language, country, team, words = PEOPLE[name]
    password = secrets.token_urlsafe(12)
    user = users.create_user({
        "first_name": first, "last_name": last, "username": name, "password": password, "country": country,
        "email": f"{_word(first)}.{_word(last)}@{demo_mail.FIRM}", "language": Language(language),
        "roles": [db.session.scalars(select(Role).where(Role.name == level)).one()],
        "teams": [stage.teams[team]] if team else [],
    }, actor=SYSTEM)
    stage.users[name] = user
    address = db.session.scalars(select(CrmAddress.address).where(CrmAddress.user_id == user.id)).one()
    return DemoAccount(name, password, words, address)


def _word(name: str) -> str:
    return fold(name).replace(" ", "-").replace("'", "")


# ---- customers


def _make_customers(stage: Stage) -> None:
    types = {each.code: each for each in db.session.scalars(select(AccountType))}
    for number, (word, (name, country, postcode, city, street, kind, owner)) in enumerate(ACCOUNTS.items(), start=11):
        domain = f"{word}.example"
        stage.accounts[word] = records.create(Account, {
            "name": name, "country": country, "postcode": postcode, "city": city, "street": street, "type": types[kind],
            "website": f"https://www.{domain}", "mail_domain": domain, "email": f"contact@{domain}",
            "language": {"FR": Language.FR, "PL": Language.PL, "GB": Language.EN}[country],
            "owner": stage.users[owner], "team": stage.team(country), **numbers(country, number),
        }, actor=stage.actor(owner))
    for title, first, last, job, word, number_text in CONTACTS:
        account = stage.accounts[word]
        contact = create_contact({
            "title": Title(title), "first_name": first, "last_name": last, "job": job, "accounts": [account],
            "language": account.language, "owner": account.owner, "team": account.team, "phone_lines": number_text,
            "address_lines": f"{_word(first)}.{_word(last)}@{word}.example",
        }, actor=SYSTEM)
        stage.contacts.setdefault(word, contact)



# ---- sales


def _make_sale(stage: Stage, title: str, word: str, owner: str, amount: float | None, step: int, state: str, began: int, days: int) -> None:
    account = stage.accounts[word]
    country = PEOPLE[owner][4] if owner else str(account.country)
    begun = moment_at(country, began, 10)
    with clock.frozen(begun):
        sale = stage.sales[title] = records.create(Opportunity, {
            "title": title, "account": account, "contacts": [stage.contacts[word]], "currency": CURRENCIES[str(account.country)],
            "amount": Decimal(str(amount)) if amount is not None else None, "team": stage.team(account.country),
            "owner": stage.users[owner] if owner else None, "source": Source.WEB_FORM if state == "new" else Source.MANUAL,
            "starred": state == "starred", "campaign": stage.campaigns.get(demo_more.CAME_FROM.get(title, "")), "tags": demo_more.TAGS.get(title, []),
        }, actor=stage.actor(owner))
    if step > 1:
        with clock.frozen(max(begun + timedelta(hours=2), clock.now() - timedelta(days=days))):
            opportunities.move(sale, _step(sale, step), actor=stage.actor(owner))
    what, _, ago = state.partition(" ")
    _bring_to(sale, what, moment_at(country, int(ago or 1), 15), country, stage.actor(owner))


def _step(sale: Opportunity, position: int) -> Step:
    return next(each for each in sale.pipeline.steps if each.position == position)


def _bring_to(sale: Opportunity, state: str, at: datetime, country: str, actor: Actor) -> None:
    """Let happen what made ``sale`` what it is: ``at`` is when it was closed or put away."""
    if state == "woken":
        morning = moment_at(country, 1, 8)
        with clock.frozen(moment_at(country, 3, 11)):
            opportunities.put_on_standby(sale, morning, actor=actor)
        with clock.frozen(morning):
            opportunities.wake(sale)
        return
    with clock.frozen(at):
        match state:
            case "standby":
                opportunities.put_on_standby(sale, clock.now() + timedelta(days=9), actor=actor)
            case "won":
                opportunities.win(sale, actor=actor)
            case "lost":
                opportunities.lose(sale, reason="Prix" if country == "FR" else "Cena", competitor="Ouest Pesage", actor=actor)
            case "cancelled":
                opportunities.cancel(sale, reason="Projet abandonné" if country == "FR" else "Projekt wstrzymany", actor=actor)


def _make_task(stage: Stage, title: str, sale_title: str, who: str, days: int, hour: int) -> None:
    sale, zone = stage.sales[sale_title], stage.users[who].time_zone
    due = moment_of(local_day(clock.now(), zone) + timedelta(days=days), time(hour), zone)
    values: dict[str, Any] = {"title": title, "opportunity": sale, "contact": sale.contacts[0], "assignee": stage.users[who], "due_at": due}
    records.create(Task, values, actor=stage.actor(who))


def _tell(stage: Stage, kind: Kind, sale_title: str, ago: int, hour: int, text: str) -> None:
    sale = stage.sales[sale_title]
    author = next(name for name, user in stage.users.items() if user is sale.owner)
    at = moment_at(PEOPLE[author][4], ago, hour)
    with clock.frozen(min(at, clock.now())):
        write_note(sale, text, kind=kind, occurred_at=at, actor=stage.actor(author))


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty installation with a firm to look at; prints who may sign in."""
    try:
        accounts = load_demo()
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for account in accounts:
        click.echo("  ".join(account))


COMMANDS = (demo,)
