"""Every noun on the menu through its pages, in French and in Polish; lists, exports, my own page."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.extensions import db
from app.models import (
    Account,
    AccountType,
    Campaign,
    CloseReason,
    Contact,
    ContactPhone,
    CrmAddress,
    Firm,
    Opportunity,
    Pipeline,
    Step,
    SummarySubscription,
    Task,
    Team,
    TimelineEntry,
    User,
)
from app.models.contacts import Title
from app.operations import records
from app.operations.contacts import create_contact, update_contact
from app.permissions.actor import SYSTEM
from app.queries.users import addresses_of
from app.support import clock
from app.support.clock import frozen
from tests.browsing import Person, Sign
from tests.people import Cast, make_account, make_opportunity

Nouns = dict[str, tuple[type[Any], dict[str, Any], dict[str, Any]]]

# Path → model, what the form of a new one is filled with, what an edit changes.
NOUNS: Nouns = {
    "opportunityview": (Opportunity, {"title": "Nowa"}, {"title": "Zmieniona"}),
    "taskview": (Task, {"title": "Zadzwonić"}, {"title": "Napisać"}),
    "accountview": (Account, {"name": "Ósma Sp. z o.o."}, {"name": "Dziewiąta"}),
    "contactview": (Contact, {"last_name": "Żółć"}, {"last_name": "Łoś"}),
    "teamview": (Team, {"name": "West"}, {"name": "East"}),
    "pipelineview": (Pipeline, {"label_en": "Renewals"}, {"label_en": "Upgrades"}),
    "campaignview": (Campaign, {"name": "Targi"}, {"name": "Salon"}),
    "closereasonview": (CloseReason, {"label_en": "Price"}, {"label_en": "Too late"}),
    "accounttypeview": (AccountType, {"code": "partner", "label_en": "Partner"}, {"label_en": "Ally"}),
}


@pytest.mark.feature("X1", "D10")
@pytest.mark.parametrize("language", ["fr", "pl"])
@pytest.mark.parametrize("path", NOUNS)
def test_list_add_show_edit_archive_delete(cast: Cast, client_of: Sign, path: str, language: str) -> None:
    model, new, changed = NOUNS[path]
    ada = Person(client_of(cast.ada, language))
    for page in ("list/", "add"):
        answer = ada.get(f"/{path}/{page}")
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
    assert ada.post(f"/{path}/add", **new).status_code == 302
    key = db.session.scalars(select(model.id).order_by(model.id.desc())).first()
    name, value = next(iter(changed.items()))
    assert getattr(db.session.get(model, key), name) == new[name]
    for page in ("show", "edit"):
        assert ada.get(f"/{path}/{page}/{key}").status_code == 200
    item = db.session.get(model, key)
    shown = {"version": item.version, **({"step": item.step_id} if model is Opportunity else {})}
    assert ada.post(f"/{path}/edit/{key}", **{**new, **changed, **shown}).status_code == 302
    assert getattr(db.session.get(model, key), name) == value
    assert ada.post(f"/{path}/action/archive/{key}").status_code == 302
    assert db.session.get(model, key).archived_at is not None
    assert f"/{path}/show/{key}" not in ada.get(f"/{path}/list/").text
    assert f"/{path}/show/{key}" in ada.get(f"/{path}/list/?archived=1").text
    assert ada.post(f"/{path}/delete/{key}").status_code == 302
    assert db.session.get(model, key) is None


@pytest.mark.feature("X1")
@pytest.mark.parametrize("language", ["fr", "pl"])
@pytest.mark.parametrize("path", ["stepview", "firmview", "auditview", "outboxview", "timelineview", "users"])
def test_what_is_read_or_set_up(cast: Cast, client_of: Sign, path: str, language: str) -> None:
    ada = Person(client_of(cast.ada, language))
    assert ada.get(f"/{path}/list/").status_code == 200
    model = {"stepview": Step, "firmview": Firm, "timelineview": TimelineEntry, "users": User}.get(path)
    if model is not None:
        key = db.session.scalars(select(model.id)).first()
        assert ada.get(f"/{path}/show/{key}").status_code == 200


@pytest.mark.parametrize("path", NOUNS)
def test_the_fixed_questions(cast: Cast, client_of: Sign, path: str) -> None:
    ada, stranger = Person(client_of(cast.ada)), Person(client_of(None))
    for page in ("show", "edit"):
        for key in ("0", "-1", "abc", "99999999999999999999"):
            assert ada.get(f"/{path}/{page}/{key}").status_code == 404
        assert "/login" in stranger.get(f"/{path}/{page}/1").location
    assert "/login" in stranger.get(f"/{path}/list/").location
    assert ada.post(f"/{path}/show/1").status_code == 405
    assert ada.get(f"/{path}/action/archive/1").status_code == 405


def test_what_others_may_not_see_is_not_found_what_they_only_read_is_refused(cast: Cast, client_of: Sign) -> None:
    tom = Person(client_of(cast.tom))
    theirs = f"/{cast.terminals.id}"
    for page in ("show", "edit"):
        assert tom.get(f"/opportunityview/{page}{theirs}").status_code == 404
    assert tom.post(f"/opportunityview/delete{theirs}").status_code == 404
    contact, company = cast.katarzyna.id, cast.terminals.account_id
    for path, key in (("contactview", contact), ("accountview", company)):
        assert tom.get(f"/{path}/show/{key}").status_code == 200
        assert f"/{path}/edit/{key}" not in tom.get(f"/{path}/show/{key}").text
        assert tom.get(f"/{path}/edit/{key}").status_code == 403
        assert tom.post(f"/{path}/edit/{key}", name="x", last_name="x").status_code == 403
        assert tom.post(f"/{path}/delete/{key}").status_code == 403
    assert Person(client_of(cast.anna)).get("/teamview/add").status_code == 403


@pytest.mark.parametrize(("path", "who"), [("contactview", "katarzyna"), ("accountview", "account")])
def test_a_note_on_a_person_or_a_company(cast: Cast, client_of: Sign, path: str, who: str) -> None:
    subject = cast.katarzyna if who == "katarzyna" else cast.terminals.account
    assert subject is not None
    url = f"/{path}/note/{subject.id}"
    jean = Person(client_of(cast.jean))
    assert jean.post(url, body="  ", kind="call").status_code == 409
    assert jean.post(url, body="Spotkanie na targach", kind="meeting").location.endswith(f"/{path}/show/{subject.id}")
    assert "Spotkanie na targach" in jean.get(f"/{path}/show/{subject.id}").text
    assert jean.get(url).status_code == 405
    assert jean.post(f"/{path}/note/0", body="x").status_code == 404


def test_what_is_refused_is_said_at_its_field(cast: Cast, client_of: Sign) -> None:
    """An operation refused it, not the form: the summary leads to the field all the same, and the rest of what was typed stays."""
    page = client_of(cast.anna).post("/contactview/add", data={"first_name": "Ewa", "address_lines": "ewa@"}).text
    assert '<a href="#address_lines">' in page and 'id="address_lines-error"' in page and 'value="Ewa"' in page
    typed = re.search(r'<textarea[^>]*name="address_lines"[^>]*>', page)
    assert typed and 'aria-invalid="true"' in typed[0] and "address_lines-error" in typed[0]


def test_one_name_is_enough_for_a_contact(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    assert 'href="#last_name"' in anna.post("/contactview/add", first_name="  ", last_name=" ").text
    for first, last in (("  Ewa ", ""), ("", "Sikora")):
        answer = anna.post("/contactview/add", first_name=first, last_name=last)
        assert f"<h1>{(first or last).strip()}" in re.sub(r"<h1[^>]*>\s*", "<h1>", anna.get(answer.location).text)
    assert {"Ewa", "Sikora"} <= {each.name for each in db.session.scalars(select(Contact))}
    assert all(f">{name}</a>" in anna.get("/contactview/list/").text for name in ("Ewa", "Sikora"))
    only = create_contact({"address_lines": "kontakt@sikora.example"}, actor=SYSTEM)
    update_contact(only, {"job": "Zakupy"}, actor=SYSTEM)
    assert (only.name, only.job) == ("kontakt@sikora.example", "Zakupy")


@pytest.mark.feature("D11")
def test_a_contact_keeps_its_title_and_a_telephone_that_can_be_dialled(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    anna.post("/contactview/add", title="mrs", first_name="Ewa", last_name="Sikora", phone_lines="601 234 567",
              address_lines="Ewa@Sikora.example", language="pl")
    ewa = db.session.scalars(select(Contact).where(Contact.last_name == "Sikora")).one()
    assert ewa.title is Title.MRS
    assert ewa.address == "ewa@sikora.example"
    assert db.session.scalars(select(ContactPhone.number).where(ContactPhone.contact_id == ewa.id)).all() == ["+48601234567"]
    page = anna.get(f"/contactview/show/{ewa.id}").text
    assert 'href="tel:+48601234567"' in page
    assert "+48\u00a0601\u00a0234\u00a0567" in page


def _sheet(person: Person, url: str) -> Any:
    return load_workbook(BytesIO(person.get(url).data)).active


@pytest.mark.feature("C48")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_an_export_holds_the_filtered_rows_as_dates_and_numbers(cast: Cast, client_of: Sign, language: str) -> None:
    nine = datetime(2027, 1, 4, 8, 30, tzinfo=UTC)
    records.update(cast.terminals, {"expected_close_on": date(2026, 12, 18), "remind_at": nine}, actor=SYSTEM)
    make_opportunity("=1+1", cast.piotr, cast.anna, amount=100)
    anna = Person(client_of(cast.anna, language))
    sheet = _sheet(anna, "/opportunityview/export.xlsx?_flt_0_currency=PLN")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2
    titles, row = rows
    assert row[0] == "Terminale do magazynu"
    assert 86400 in row
    assert datetime.fromisoformat("2026-12-18") in row
    assert datetime.fromisoformat("2027-01-04T09:30") in row  # half past nine in Warsaw
    every = _sheet(anna, "/opportunityview/export.xlsx")
    formula = next(row[0] for row in every.iter_rows() if row[0].value in ("=1+1", "'=1+1"))
    assert formula.data_type == "s"
    assert "Stone renewal" not in [row[0].value for row in every.iter_rows()]
    assert len(titles) == len(row)


@pytest.mark.feature("C48")
def test_an_export_keeps_leading_zeros_and_plus_signs(cast: Cast, client_of: Sign) -> None:
    make_account("Zero", cast.anna, siren="012345678", nip="0123456789", phone="+48 12 345", postcode="01000")
    book = _sheet(Person(client_of(cast.anna)), "/accountview/export.xlsx")
    row = next([c.value for c in r] for r in book.iter_rows() if r[0].value == "Zero")
    assert {"012345678", "0123456789", "+48 12 345", "01000"} <= set(row)


# ---- my own page


@pytest.mark.parametrize("language", ["fr", "pl", "en"])
def test_my_page_shows_my_address_alone(cast: Cast, client_of: Sign, language: str) -> None:
    page = Person(client_of(cast.anna, language)).get("/me/")
    assert page.status_code == 200
    assert cast.crm(cast.anna) in page.text
    assert cast.crm(cast.tom) not in page.text
    assert "/login" in Person(client_of(None)).get("/me/").location


def test_a_renewed_address_leaves_two_weeks_to_the_old_one(cast: Cast, client_of: Sign) -> None:
    anna, old = Person(client_of(cast.anna)), cast.crm(cast.anna)
    assert anna.get("/me/address").status_code == 405
    assert anna.post("/me/address").status_code == 302
    addresses = {a.address: a.valid_until for a in db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == cast.anna.id))}
    assert len(addresses) == 2
    assert timedelta(days=13, hours=23) < addresses.pop(old) - clock.now() <= timedelta(days=14)
    new, until = addresses.popitem()
    assert until is None
    page = anna.get("/me/").text
    assert new in page
    assert old in page
    with frozen(clock.now() + timedelta(days=15)):
        assert [a.address for a in addresses_of(cast.anna)[1]] == []


def test_my_language_time_zone_and_summary(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna))
    assert anna.post("/me/habits", language="fr", time_zone="Europe/Paris").status_code == 302
    me = db.session.get(User, cast.anna.id)
    assert (me.language.value, me.time_zone) == ("fr", "Europe/Paris")
    assert '<html lang="fr"' in anna.get("/me/").text
    refused = anna.post("/me/habits", language="pl", time_zone="Europe/Nowhere")
    assert refused.status_code == 409
    assert 'value="Europe/Nowhere"' in refused.text
    assert anna.post("/me/summary", edition="mine", send_at="06:45").status_code == 302
    mine = db.session.scalars(select(SummarySubscription).where(SummarySubscription.user_id == me.id)).one()
    assert (f"{mine.send_at:%H:%M}", mine.is_active) == ("06:45", False)
    assert anna.post("/me/summary", edition="mine", send_at="nonsense", is_active="y").status_code == 409
    anna.post("/me/summary", edition="team", send_at="06:00", is_active="y")  # no team of hers: it is her own that changes
    assert db.session.query(SummarySubscription).filter_by(user_id=me.id).count() == 1


def test_a_manager_has_two_editions(cast: Cast, client_of: Sign) -> None:
    claire = Person(client_of(cast.claire))
    assert claire.get("/me/").text.count('name="edition"') == 2
    assert claire.post("/me/summary", edition="team", send_at="08:00", is_active="y").status_code == 302
    editions = {s.edition.value: s.send_at.hour for s in db.session.scalars(
        select(SummarySubscription).where(SummarySubscription.user_id == cast.claire.id))}
    assert editions == {"mine": 7, "team": 8}
