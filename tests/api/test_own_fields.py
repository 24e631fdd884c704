"""Fields of the firm's own, for programs."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.custom_fields import FieldKind
from app.extensions import db
from app.models import CustomField, Opportunity, Profile
from app.operations import records
from app.operations.field_definitions import make_field
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from tests.api.conftest import Program
from tests.browsing import tells
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.both("values of JSON are compared and sorted by each in its own way")]
Make = Callable[..., Program]


def field(label: str, kind: FieldKind, lines: str = "", **more: Any) -> CustomField:
    return make_field({"label_en": label, "kind": kind, "record_types": ["Opportunity"], "position": 1, **more}, lines, actor=SYSTEM)


@atomic
def rule(**rules: str) -> None:
    user = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(user, {"fields": {**user.fields, "Opportunity": rules}}, actor=SYSTEM)


def told(answer: Any) -> Any:
    """The record, or the list of them, that an answer holds; of a refusal the field that it names."""
    body = answer.get_json()
    return body.get("result", body.get("field"))


VALUES: dict[FieldKind, tuple[Any, Any]] = {  # kind → what is sent, what comes back
    FieldKind.TEXT: ("Łąka", "Łąka"), FieldKind.LONG_TEXT: ("a\nb", "a\nb"), FieldKind.WHOLE: (7, 7), FieldKind.DECIMAL: ("1.25", "1.25"),
    FieldKind.MONEY: (99.5, "99.5"), FieldKind.DAY: ("2031-03-17", "2031-03-17"), FieldKind.YES_NO: (False, False),
    FieldKind.MOMENT: ("2031-03-17T10:30:00+01:00", "2031-03-17T09:30:00+00:00"), FieldKind.LINK: ("https://x.example", "https://x.example"),
    FieldKind.MAIL: ("A@x.example", "a@x.example"), FieldKind.PHONE: ("+48 85 555 01 42", "+48855550142"),
}
NONSENSE = {FieldKind.WHOLE: "many", FieldKind.DECIMAL: [1], FieldKind.DAY: "17.3.2031", FieldKind.YES_NO: "yes", FieldKind.TEXT: 7,
            FieldKind.MOMENT: "2031-03-17T10:30", FieldKind.MONEY: True}


@pytest.mark.feature("A26", "C51")
@pytest.mark.parametrize("kind", [*VALUES])
def test_a_value_is_written_read_filtered_and_taken_away(kind: FieldKind, program_of: Make, cast: Cast) -> None:
    field("Own thing", kind)
    program, deal = program_of(cast.ada), f"opportunity/{cast.terminals.id}"
    sent, back = VALUES[kind]
    assert told(program("GET", deal))["x_own_thing"] is None
    assert told(program("PUT", deal, {"x_own_thing": sent}))["x_own_thing"] == back
    operator = "ct" if kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) else "eq"
    asked = {True: "!t", False: "!f"}.get(sent) if isinstance(sent, bool) else f"'{sent}'".replace("\n", " ")
    found = program("GET", f"opportunity/?q=(filters:!((col:x_own_thing,opr:{operator},value:{asked})))".replace("+", "%2B"))
    assert [each["id"] for each in told(found)] == [cast.terminals.id], found.text
    if kind in NONSENSE:
        refused = program("PUT", deal, {"x_own_thing": NONSENSE[kind]})
        assert (refused.status_code, told(refused)) == (422, "x_own_thing")
    assert told(program("PUT", deal, {"x_own_thing": None}))["x_own_thing"] is None
    assert db.session.get_one(Opportunity, cast.terminals.id).custom == {}


@pytest.mark.feature("A26")
def test_choices_and_colleagues_come_out_by_key_and_name(program_of: Make, cast: Cast) -> None:
    size = field("Size", FieldKind.CHOICE, "Small\nLarge")
    field("Uses", FieldKind.CHOICES, "Shop\nDepot")
    field("Buyer", FieldKind.PERSON)
    program, deal = program_of(cast.ada), f"opportunity/{cast.terminals.id}"
    result = told(program("PUT", deal, {"x_size": "Large", "x_uses": ["Depot", "Shop"], "x_buyer": cast.tom.id}))
    assert result["x_size"] == {"id": size.choices[1].id, "name": "Large"}
    assert [each["name"] for each in result["x_uses"]] == ["Shop", "Depot"]
    assert result["x_buyer"] == {"id": cast.tom.id, "name": str(cast.tom)}
    for name, nonsense in (("x_size", "Huge"), ("x_size", 987654), ("x_uses", "Shop"), ("x_buyer", "Tom")):
        assert program("PUT", deal, {name: nonsense}).status_code == 422
    assert program("PUT", deal, {"x_buyer": 987654}).status_code == 409


@pytest.mark.feature("A26", "C16")
def test_a_required_field_is_asked_of_a_new_record_and_no_old_one(program_of: Make, cast: Cast) -> None:
    field("Contract", FieldKind.TEXT, is_required=True)
    program = program_of(cast.ada)
    refused = program("POST", "opportunity/", {"title": "New"})
    assert (refused.status_code, told(refused)) == (422, "x_contract")
    assert program("POST", "opportunity/", {"title": "New", "x_contract": "K1"}).status_code == 201
    assert program("PUT", f"opportunity/{cast.terminals.id}", {"title": "Renamed"}).status_code == 200
    assert program("PUT", f"opportunity/{cast.terminals.id}", {"x_contract": None}).status_code == 409


@pytest.mark.feature("A26", "A23")
def test_a_hidden_field_is_no_field_of_the_api(program_of: Make, cast: Cast) -> None:
    field("Margin", FieldKind.WHOLE)
    deal = f"opportunity/{cast.terminals.id}"
    assert program_of(cast.ada)("PUT", deal, {"x_margin": 4711}).status_code == 200
    program = program_of(cast.anna)
    assert tells(program("GET", deal).text, 4711)
    rule(x_margin="hidden")
    for path in (deal, "opportunity/"):
        assert not tells(program("GET", path).text, 4711) and "x_margin" not in program("GET", path).text
    for asked in ("?q=(filters:!((col:x_margin,opr:gt,value:1)))", "?q=(order_column:x_margin)"):
        assert program("GET", f"opportunity/{asked}").status_code == 422
    assert program("PUT", deal, {"x_margin": 1}).status_code == 403
    assert program("POST", "opportunity/", {"title": "New", "x_margin": 1}).status_code == 403


@pytest.mark.feature("A26")
@pytest.mark.parametrize(("kind", "values"), [(FieldKind.WHOLE, [-5, 30, 7]), (FieldKind.CHOICE, ["C", "A", "B"])])
def test_lists_stand_in_the_order_of_an_own_field(kind: FieldKind, values: list[Any], program_of: Make, cast: Cast) -> None:
    field("Own thing", kind, "B\nA\nC")
    program, deals = program_of(cast.ada), (cast.terminals, cast.traceability, cast.labellers)
    for deal, value in zip(deals, values, strict=True):
        assert program("PUT", f"opportunity/{deal.id}", {"x_own_thing": value}).status_code == 200
    place = ["B", "A", "C"].index if kind is FieldKind.CHOICE else int
    for way in ("asc", "desc"):
        found = told(program("GET", f"opportunity/?q=(order_column:x_own_thing,order_direction:{way})"))
        listed = [each["x_own_thing"] for each in found]
        names = [each["name"] if isinstance(each, dict) else each for each in listed[:3]]
        assert names == sorted(values, key=place, reverse=way == "desc") and set(listed[3:]) == {None}
