"""Fields of the firm's own, from the screen that defines them to every door that shows them, without a restart."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from app.extensions import db
from app.jobs.fields import find_anew
from app.models import AuditLine, CustomChoice, CustomField, Opportunity, Profile
from app.operations import field_definitions, records
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.queries import custom_fields
from tests.browsing import pages_from, titles_of
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.both("values of JSON are compared and sorted by each in its own way")]
Client = Callable[..., FlaskClient]
OPPORTUNITY = "/opportunityview"


def define(client: FlaskClient, label: str, kind: str, *, on: tuple[str, ...] = ("Opportunity",), **more: Any) -> CustomField:
    """Add a field on the screen, as an administrator does."""
    form = {"label_en": label, "kind": kind, "record_types": list(on), "position": "1", **more}
    answer = client.post("/customfieldview/add", data=form)
    assert answer.status_code == 302, errors(answer.text)
    return db.session.scalars(select(CustomField).order_by(CustomField.id.desc()).limit(1)).one()


def errors(page: str) -> list[str]:
    found = re.search(r'<div class="k-note bad k-errs.*?</ul>', page, re.DOTALL)
    return re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []


def save(client: FlaskClient, item: Opportunity, **values: Any) -> Any:
    """The form as a person sends it: what it shows, and ``values``."""
    url = f"{OPPORTUNITY}/edit/{item.id}"
    kept = {"title": item.title, "step": item.step_id, "currency": item.currency, "owner": item.owner_id, "account": item.account_id}
    return client.post(url, data={**kept, "version": item.version, **values})


def cells(page: str) -> list[str]:
    """The text that is seen in all cells of a list."""
    page = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)
    return [unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in re.findall(r"<t[dh] role=\"(?:cell|rowheader)\".*?</t[dh]>", page, re.DOTALL)]


def columns(client: FlaskClient, *names: str) -> None:
    client.post("/lists/columns?of=OpportunityView", data={"order": ["title", *names], "column": ["title", *names]})


KINDS: dict[str, tuple[Any, str, Any]] = {  # kind → (what is typed, what the list says, what the workbook holds)
    "text": ("Zielona łąka", "Zielona łąka", "Zielona łąka"),
    "long_text": ("One line\nand another", "One line and another", "One line\nand another"),
    "whole": ("1 250", "1,250", 1250),
    "decimal": ("12.345678", "12.345678", Decimal("12.345678")),
    "money": ("99.50", "PLN\u00a099.50", Decimal("99.50")),
    "day": ("2031-03-17", "Mar 17, 2031", datetime(2031, 3, 17)),  # noqa: DTZ001 - a workbook has no zones
    "moment": ("2031-03-17T10:30", "17 Mar 2031", datetime(2031, 3, 17, 10, 30)),  # noqa: DTZ001
    "yes_no": ("0", "No", False),
    "link": ("https://x.example/a", "https://x.example/a", "https://x.example/a"),
    "mail": ("Anna@X.example", "anna@x.example", "anna@x.example"),
    "phone": ("+48 85 555 01 42", "+48855550142", "+48855550142"),
}


@pytest.mark.feature("A26")
@pytest.mark.parametrize("kind", [*KINDS])
def test_a_field_of_every_kind_is_everywhere_at_once(cast: Cast, client_of: Client, kind: str) -> None:
    typed, said, kept = KINDS[kind]
    client = client_of(cast.ada, "en")
    field = define(client, "Own thing", kind, currency="PLN")
    assert field.code == "own_thing"
    page = client.get(f"{OPPORTUNITY}/edit/{cast.terminals.id}").text
    assert "Own thing" in page and 'name="x_own_thing"' in page
    assert save(client, cast.terminals, x_own_thing=typed).status_code == 302
    shown = client.get(f"{OPPORTUNITY}/show/{cast.terminals.id}").text
    assert said.split("\n")[0].split(" and")[0] in unescape(shown)
    columns(client, "x_own_thing")
    assert said in cells(client.get(f"{OPPORTUNITY}/list/").text)
    book: Any = load_workbook(BytesIO(client.get(f"{OPPORTUNITY}/export.xlsx").data))
    header, *rows = [[cell.value for cell in row] for row in book.active.rows]
    place = next(n for n, name in enumerate(header) if name.startswith("Own thing"))
    held = next(row[place] for row in rows if row[0] == cast.terminals.title)
    assert (Decimal(str(held)) if isinstance(kept, Decimal) else held) == kept and type(held) is not str or kept == held


@pytest.mark.feature("A26")
def test_lists_people_and_several_values(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Size", "choice", choice_lines="Small | Petit | Mały\nLarge | Grand | Duży")
    define(client, "Uses", "choices", choice_lines="Shop\nDepot\nOffice")
    define(client, "Buyer", "person")
    small, large = db.session.scalars(select(CustomChoice).join(CustomField).where(CustomField.code == "size").order_by(CustomChoice.position))
    shop, _, office = db.session.scalars(select(CustomChoice).join(CustomField).where(CustomField.code == "uses").order_by(CustomChoice.position))
    answer = save(client, cast.terminals, x_size=large.id, x_uses=[office.id, shop.id], x_buyer=cast.tom.id)
    assert answer.status_code == 302, errors(answer.text)
    columns(client, "x_size", "x_uses", "x_buyer")
    said = cells(client.get(f"{OPPORTUNITY}/list/").text)
    assert {"Large", "Shop, Office", str(cast.tom)} <= {*said}
    assert "Grand" in client_of(cast.jean, "fr").get(f"{OPPORTUNITY}/edit/{cast.traceability.id}").text
    line = db.session.scalars(select(AuditLine).where(AuditLine.subject_type == "Opportunity").order_by(AuditLine.id.desc())).first()
    assert line is not None and line.after["x_size"] == "Large" and line.before["x_size"] is None


def rule(record_type: str, **rules: str) -> None:
    """In the profile of salespeople."""
    _rule(record_type, rules)


@atomic
def _rule(record_type: str, rules: dict[str, str]) -> None:
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"fields": {**user.fields, record_type: rules}}, actor=SYSTEM)


@pytest.mark.feature("A26", "C16")
def test_a_required_field_is_asked_for_and_old_records_open(cast: Cast, client_of: Client) -> None:
    admin, client = client_of(cast.ada, "en"), client_of(cast.jean, "en")
    define(admin, "Contract number", "text", is_required="y", help_en="As it stands on the letter")
    for old in (f"show/{cast.traceability.id}", f"edit/{cast.traceability.id}", "list/", "export.csv"):
        page = client.get(f"{OPPORTUNITY}/{old}")
        assert page.status_code == 200 and "Traçabilité" in page.text and not errors(page.text), old
    refused = save(client, cast.traceability)
    assert refused.status_code == 200
    assert errors(refused.text) == ['<a href="#x_contract_number">Contract number: This field is needed.</a>']
    field = re.search(r'<input[^>]*id="x_contract_number"[^>]*>', refused.text)
    assert field is not None and 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="x_contract_number-help x_contract_number-error"' in field[0]
    assert "As it stands on the letter" in refused.text
    assert save(client, cast.traceability, x_contract_number=" KR 7 ").status_code == 302
    assert db.session.get_one(Opportunity, cast.traceability.id).x_contract_number == "KR 7"


@pytest.mark.feature("A26")
@pytest.mark.parametrize(("kind", "typed"), [
    ("whole", "1.5"), ("whole", "many"), ("money", "1.234"), ("day", "tomorrow"), ("moment", "2031"), ("link", "javascript:alert(1)"),
    ("mail", "nobody"), ("text", "x" * 201), ("decimal", "1e400"), ("person", "987654"),
])
def test_a_value_that_is_none_of_its_kind_is_refused_at_its_field(kind: str, typed: str, cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Own thing", kind)
    refused = save(client, cast.terminals, x_own_thing=typed)
    assert refused.status_code == 200
    assert len(errors(refused.text)) == 1 and 'href="#x_own_thing"' in errors(refused.text)[0]
    assert "x_own_thing" not in db.session.get_one(Opportunity, cast.terminals.id).custom


@pytest.mark.feature("A26")
def test_an_archived_choice_stays_where_it_was_chosen_and_is_not_offered(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    field = define(client, "Size", "choice", choice_lines="Small\nLarge")
    small, large = field.choices
    assert save(client, cast.terminals, x_size=large.id).status_code == 302
    answer = client.post(f"/customfieldview/edit/{field.id}", data={
        "label_en": "Size", "record_types": ["Opportunity"], "position": "1", "choice_lines": "Tiny | Infime | Mini\nSmall", "version": field.version,
    })  # fmt: skip
    assert answer.status_code == 302, errors(answer.text)
    assert f'value="{large.id}" selected' in client.get(f"{OPPORTUNITY}/edit/{cast.terminals.id}").text.replace("selected value", "value") or \
        re.search(rf'<option selected value="{large.id}">Large', client.get(f"{OPPORTUNITY}/edit/{cast.terminals.id}").text)
    other = client.get(f"{OPPORTUNITY}/edit/{cast.labellers.id}").text
    assert ">Large<" not in other and other.index(">Tiny<") < other.index(">Small<")
    assert save(client, db.session.get_one(Opportunity, cast.terminals.id), x_size=large.id, title="Kept").status_code == 302
    assert len(errors(save(client, cast.labellers, x_size=large.id).text)) == 1


@pytest.mark.feature("A26")
def test_a_field_that_depends_on_another_is_asked_for_with_its_values_alone(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    trial = define(client, "Trial", "yes_no")
    define(client, "Trial ends", "day", asked_for=[f"{trial.id}:1"], is_required="y")
    assert save(client, cast.terminals, x_trial="0", x_trial_ends="2031-01-01").status_code == 302
    assert db.session.get_one(Opportunity, cast.terminals.id).custom == {"x_trial": False}
    refused = save(client, db.session.get_one(Opportunity, cast.terminals.id), x_trial="1")
    assert len(errors(refused.text)) == 1
    assert save(client, db.session.get_one(Opportunity, cast.terminals.id), x_trial="1", x_trial_ends="2031-01-01").status_code == 302
    assert db.session.get_one(Opportunity, cast.terminals.id).x_trial_ends == date(2031, 1, 1)
    assert save(client, db.session.get_one(Opportunity, cast.terminals.id), x_trial="").status_code == 302
    assert db.session.get_one(Opportunity, cast.terminals.id).custom == {}


@pytest.mark.feature("A26")
@pytest.mark.parametrize(("kind", "values", "asked"), [
    ("whole", ["-5", "30", "7"], {"1": ("6", {"7", "30"}), "2": ("0", {"-5"}), "0": ("7", {"7"})}),
    ("money", ["100.50", "9", "-1"], {"1": ("9", {"PLN\u00a0100.50"}), "0": ("9", {"PLN\u00a09"})}),
    ("day", ["2031-01-02", "2030-12-31", "2031-01-01"], {"1": ("2031-01-01", {"Jan 2, 2031"}), "2": ("2031-01-01", {"Dec 31, 2030"})}),
    ("text", ["Łąka", "las", "Morze"], {"0": ("LAK", {"Łąka"}), "1": ("las", {"las"}), "3": ("mo", {"Morze"})}),
])
def test_values_are_filtered_and_sorted_by_what_they_are(kind: str, values: list[str], asked: Any, cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Own thing", kind, currency="PLN")
    deals = (cast.terminals, cast.traceability, cast.labellers)
    for deal, value in zip(deals, values, strict=True):
        assert save(client, deal, x_own_thing=value).status_code == 302
    columns(client, "x_own_thing")
    for operator, (value, wanted) in asked.items():
        page = client.get(f"{OPPORTUNITY}/list/", query_string={f"_flt_{operator}_x_own_thing": value}).text
        assert {each for each in cells(page) if each in {cell for w in asked.values() for cell in w[1]}} == wanted, operator
    titles = {deal.title: value for deal, value in zip(deals, values, strict=True)}
    order = {"whole": int, "money": Decimal}.get(kind, str)
    for way in ("asc", "desc"):
        page = client.get(f"{OPPORTUNITY}/list/?_oc_OpportunityView=x_own_thing&_od_OpportunityView={way}").text
        found = [titles[title] for title in re.findall(r'rowheader" title="([^"]*)"', page) if title in titles]
        wanted = sorted(values, key=order, reverse=way == "desc") if kind != "text" else [["Łąka", "las", "Morze"], ["Morze", "las", "Łąka"]][way == "desc"]
        assert found == wanted and re.findall(r'rowheader" title="([^"]*)"', page)[:3] == [next(t for t, v in titles.items() if v == w) for w in wanted]


@pytest.mark.feature("A26", "C26")
@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("kind", ["whole", "choice"])
def test_every_row_stands_on_one_page_in_the_order_of_an_own_field(kind: str, direction: str, cast: Cast, client_of: Client) -> None:
    """Rows that share a value and rows without one: none is lost between two pages, and the way back leads through the same ones."""
    client = client_of(cast.ada, "en")
    field = define(client, "Own thing", kind, choice_lines="C\nA\nB")
    offered = [choice.id for choice in field.choices] or [3, 1, 2]
    _many(cast, {f"Shelf {n:02}": offered[n % 3] if n % 4 else None for n in range(14)})
    pages = pages_from(client, f"{OPPORTUNITY}/list/?_oc_OpportunityView=x_own_thing&_od_OpportunityView={direction}&psize_OpportunityView=5")
    everything = [title for each in pages for title in each]
    assert len(everything) == len(set(everything)) == db.session.query(Opportunity).count()
    placed = [offered.index(value) if kind == "choice" else value for title in everything
              if (value := db.session.query(Opportunity).filter_by(title=title).one().x_own_thing) is not None]
    assert placed == sorted(placed, reverse=direction == "desc") and len(placed) == 10


@pytest.mark.feature("A26")
@pytest.mark.parametrize("few", [1, 500])
def test_a_filter_that_many_rows_pass_says_the_same_as_one_that_few_pass(few: int, cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Number", "whole")
    define(client, "Other", "text")
    _many(cast, {f"Shelf {n:02}": n for n in range(9)}, "x_number")
    monkeypatch.setattr(custom_fields, "FEW", few)
    order = "_oc_OpportunityView=x_number&_od_OpportunityView=desc"
    assert titles_of(client.get(f"{OPPORTUNITY}/list/?_flt_1_x_number=5&{order}").text) == ["Shelf 08", "Shelf 07", "Shelf 06"]
    assert len(titles_of(client.get(f"{OPPORTUNITY}/list/?_flt_1_x_number=5&{order.replace('number', 'other')}").text)) == 3
    assert "Shelf 07" not in titles_of(client.get(f"{OPPORTUNITY}/list/?_flt_3_x_number=7&psize_OpportunityView=100").text)


@atomic
def _many(cast: Cast, shelves: dict[str, Any], name: str = "x_own_thing") -> None:
    for title, value in shelves.items():
        records.create(Opportunity, {"title": title, "owner": cast.anna, name: value}, actor=SYSTEM)


@pytest.mark.feature("A23", "A26")
def test_a_hidden_own_field_is_in_no_door(cast: Cast, client_of: Client) -> None:
    define(client_of(cast.ada, "en"), "Margin note", "text", is_searched="y")
    assert save(client_of(cast.ada, "en"), cast.terminals, x_margin_note="Wydra").status_code == 302
    client = client_of(cast.anna, "en")
    doors = [f"{OPPORTUNITY}/{door}" for door in (f"show/{cast.terminals.id}", f"edit/{cast.terminals.id}", "export.csv")] + ["/search/?q=wydra"]
    assert [door for door in doors[:3] if "Wydra" not in client.get(door).text] == []
    assert cast.terminals.title in client.get(doors[3]).text
    rule("Opportunity", x_margin_note="hidden")
    for door in doors[:3]:
        assert "Wydra" not in client.get(door).text and "Margin note" not in client.get(door).text
    assert cast.terminals.title not in client.get(doors[3]).text
    plain = titles_of(client.get(f"{OPPORTUNITY}/list/").text)
    for asked in ("_flt_0_x_margin_note=wydra", "_oc_OpportunityView=x_margin_note&_od_OpportunityView=asc"):
        assert titles_of(client.get(f"{OPPORTUNITY}/list/?{asked}").text) == plain
    assert save(client, cast.terminals, x_margin_note="Bóbr").status_code == 403
    rule("Opportunity", x_margin_note="read")
    assert "Wydra" in client.get(doors[0]).text and 'name="x_margin_note"' not in client.get(doors[1]).text
    assert save(client, cast.terminals, x_margin_note="Bóbr").status_code == 403
    assert db.session.get_one(Opportunity, cast.terminals.id).x_margin_note == "Wydra"


def says(client: FlaskClient, path: str, text: str) -> bool:
    return text in client.get(path).text


@pytest.mark.feature("A26")
def test_the_search_follows_when_a_field_begins_or_ceases_to_be_searched(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in records that nobody saves meanwhile, and their versions stay: nobody's open form is out of date."""
    client = client_of(cast.ada, "en")
    field = define(client, "Contract", "text")
    assert save(client, cast.terminals, x_contract="KR-2044 Żubr").status_code == 302
    version = db.session.get_one(Opportunity, cast.terminals.id).version
    assert not says(client, "/search/?q=zubr", cast.terminals.title)
    monkeypatch.setattr(field_definitions, "PORTION", 1)
    for searched in ({"is_searched": "y"}, {}):
        form = {"label_en": "Contract", "record_types": ["Opportunity"], "position": "1", "version": db.session.get_one(CustomField, field.id).version}
        assert client.post(f"/customfieldview/edit/{field.id}", data={**form, **searched}).status_code == 302
        assert find_anew() > 1
        db.session.rollback()
        assert says(client, "/search/?q=zubr", cast.terminals.title) is bool(searched)
        assert find_anew() == 0
    assert db.session.get_one(Opportunity, cast.terminals.id).version == version


@pytest.mark.feature("A26")
@pytest.mark.parametrize(("noun", "form"), [
    ("account", {"name": "Grand Ouest"}), ("contact", {"last_name": "Dudek"}), ("task", {"title": "Call"}), ("opportunity", {"title": "Scales"}),
])
def test_one_field_is_in_several_types_of_record(noun: str, form: dict[str, str], cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    define(client, "Purchasing contact", "text", on=("Account", "Contact", "Task", "Opportunity"), label_fr="Contact achats", label_pl="Osoba od zakupów")
    added = client.post(f"/{noun}view/add", data={**form, "x_purchasing_contact": "Pan Ździebło"})
    assert added.status_code == 302, errors(added.text)
    assert "Pan Ździebło" in client.get(added.headers["Location"]).text
    assert "Pan Ździebło" in client.get(f"/{noun}view/export.csv").text
    filtered = client.get(f"/{noun}view/list/?_flt_0_x_purchasing_contact=zdzieb").text
    assert len(titles_of(filtered)) == 1
    assert "Contact achats" in client_of(cast.ada, "fr").get(f"/{noun}view/add").text
    assert "Osoba od zakupów" in client_of(cast.ada, "pl").get(f"/{noun}view/add").text


@pytest.mark.feature("A26")
def test_an_archived_field_is_nowhere_and_comes_back_with_its_values_and_rules(cast: Cast, client_of: Client) -> None:
    client, anna = client_of(cast.ada, "en"), client_of(cast.anna, "en")
    field = define(client, "Margin note", "text")
    assert save(client, cast.terminals, x_margin_note="Wydra").status_code == 302
    rule("Opportunity", x_margin_note="hidden")
    page = f"{OPPORTUNITY}/show/{cast.terminals.id}"
    client.post(f"/customfieldview/action/archive/{field.id}")
    assert "Wydra" not in client.get(page).text and "Margin note" not in client.get(f"{OPPORTUNITY}/list/").text
    profile = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    kept = client.get(f"/profileview/edit/{profile.id}").text
    chosen = dict(re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(?:(?!</select>).)*?value="([^"]*)" selected', kept, re.DOTALL))
    answer = client.post(f"/profileview/edit/{profile.id}", data={**chosen, "name": profile.name, "follows_privacy": "y", "version": profile.version})
    assert answer.status_code == 302, errors(answer.text)
    client.post(f"/customfieldview/action/restore/{field.id}")
    assert "Wydra" in client.get(page).text and "Wydra" not in anna.get(page).text
    assert client.post(f"/customfieldview/delete/{field.id}").status_code == 302
    assert db.session.get(CustomField, field.id) is not None, "records have values in it"


@pytest.mark.feature("A26")
@pytest.mark.parametrize(("kind", "more"), [
    ("choice", {}), ("text", {"record_types": []}), ("text", {"label_en": ""}), ("yes_no", {"is_searched": "y"}), ("money", {"currency": "zł"}),
    ("text", {"record_types": ["User"]}),
])
def test_a_definition_that_makes_no_sense_is_refused(kind: str, more: dict[str, Any], cast: Cast, client_of: Client) -> None:
    form = {"label_en": "Own thing", "kind": kind, "record_types": ["Opportunity"], "position": "1", **more}
    refused = client_of(cast.ada, "en").post("/customfieldview/add", data=form)
    assert refused.status_code == 200 and errors(refused.text)
    assert db.session.scalars(select(CustomField)).all() == []


@pytest.mark.feature("A26")
def test_only_an_administrator_defines_fields(cast: Cast, client_of: Client) -> None:
    form = {"label_en": "Own thing", "kind": "text", "record_types": ["Opportunity"], "position": "1"}
    for user in (cast.anna, cast.claire):
        assert client_of(user, "en").post("/customfieldview/add", data=form).status_code in (302, 403, 404)
    assert db.session.scalars(select(CustomField)).all() == []
