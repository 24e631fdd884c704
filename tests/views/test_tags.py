"""Tags: made while one types, one for each way to write them, found by, taken away, sent by programs; categories beside them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.errors import DomainError, Forbidden
from app.extensions import db
from app.models import AuditLine, Opportunity, Tag
from app.models.tags import TAG_LINKS
from app.operations import records
from app.permissions.actor import SYSTEM, Actor, Level
from tests.browsing import Person
from tests.people import Cast, actor
from tests.views.test_custom_fields import define, save

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]
LIST = "/opportunityview/list/"


def names(item: Opportunity) -> list[str]:
    return [tag.name for tag in db.session.get_one(Opportunity, item.id).tags]


@pytest.mark.feature("C17")
def test_a_new_word_becomes_a_tag_once(cast: Cast, client_of: Client) -> None:
    anna = client_of(cast.anna)
    assert save(anna, cast.terminals, tags=["+Targi  Poznań", "+VIP"]).status_code == 302
    assert names(cast.terminals) == ["Targi Poznań", "VIP"]
    jean = client_of(cast.jean)
    assert save(jean, cast.traceability, tags=["+vip", "+TARGI POZNAN"]).status_code == 302
    assert names(cast.traceability) == ["Targi Poznań", "VIP"], "capitals and accents make no other tag"
    assert db.session.scalar(select(func.count(Tag.id))) == 2
    offered = jean.get("/opportunityview/lookup/tags?q=poz").json or []
    assert [each["text"] for each in offered] == ["Targi Poznań"]
    made = db.session.scalars(select(AuditLine).where(AuditLine.subject_type == "Tag")).all()
    assert [(line.action, line.actor_name) for line in made] == [("create", "Anna Wiśniewska")] * 2
    vip = db.session.scalars(select(Tag).where(Tag.name == "VIP")).one()
    assert save(jean, cast.traceability, tags=[str(vip.id)]).status_code == 302
    assert names(cast.traceability) == ["VIP"], "what is not sent is taken away"


@pytest.mark.feature("C17")
def test_found_by_several_tags_within_rights(cast: Cast, client_of: Client) -> None:
    records.update(cast.terminals, {"tags": ["VIP", "fair"]}, actor=SYSTEM)
    records.update(cast.traceability, {"tags": ["VIP"]}, actor=SYSTEM)
    records.update(cast.renewal, {"tags": ["VIP"]}, actor=SYSTEM)
    vip, fair = (db.session.scalar(select(Tag.id).where(Tag.name == name)) for name in ("VIP", "fair"))
    ada, claire = client_of(cast.ada), client_of(cast.claire)
    everybody = ada.get(f"{LIST}?_flt_0_tags={vip}").text
    assert all(title in everybody for title in ("Terminale", "Traçabilité", "Stone renewal"))
    either = ada.get(f"{LIST}?_flt_0_tags={vip}&_flt_0_tags={fair}", follow_redirects=True).text
    assert all(title in either for title in ("Terminale", "Traçabilité", "Stone renewal"))
    both = ada.get(f"{LIST}?_flt_0_tags={vip}&_any_1=_flt_0_tags%3D{fair}").text
    assert "Terminale" in both and "Traçabilité" not in both
    team = claire.get(f"{LIST}?_flt_0_tags={vip}").text
    assert "Terminale" in team and "Stone renewal" not in team
    assert ada.get(f"{LIST}?_flt_0_tags=x").status_code == 400
    page = ada.get(f"/opportunityview/show/{cast.terminals.id}").text
    assert f"_flt_0_tags={fair}" in page
    assert b"VIP" in ada.get(f"/opportunityview/export.csv?_flt_0_tags={fair}").data


def test_a_common_tag_is_asked_of_each_row(cast: Cast, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    records.update(cast.terminals, {"tags": ["VIP"]}, actor=SYSTEM)
    records.update(cast.traceability, {"tags": ["VIP"]}, actor=SYSTEM)
    vip = db.session.scalar(select(Tag.id))
    monkeypatch.setattr("app.queries.tags.FEW", 1)
    found = client_of(cast.ada).get(f"{LIST}?_flt_0_tags={vip}").text
    assert "Terminale" in found and "Traçabilité" in found and "Stone renewal" not in found


def test_what_is_no_tag_is_refused_in_words(cast: Cast, client_of: Client) -> None:
    anna = client_of(cast.anna)
    for sent in ("x" * 61, " "):
        answer = save(anna, cast.terminals, tags=[f"+{sent}"])
        assert answer.status_code == 200 and names(cast.terminals) == []
    with pytest.raises(DomainError, match="at most"):
        records.update(cast.terminals, {"tags": [f"t{number}" for number in range(51)]}, actor=SYSTEM)
    assert db.session.scalar(select(func.count(Tag.id))) == 0, "nothing of what was refused is left"
    stranger = Actor(id=cast.anna.id, name="Anna", level=Level.USER)
    with pytest.raises(Forbidden):
        records.update(cast.terminals, {"tags": ["new"]}, actor=stranger)


@pytest.mark.feature("C17")
def test_contacts_and_accounts_too(cast: Cast, client_of: Client) -> None:
    anna = Person(client_of(cast.anna))
    for path, item, name in (("contactview", cast.katarzyna, "last_name"), ("accountview", cast.katarzyna.accounts[0], "name")):
        kept = {name: getattr(item, name), "version": item.version, "owner": item.owner_id}
        assert anna.post(f"/{path}/edit/{item.id}", **kept, tags="+Prasa").status_code == 302
        tag = db.session.scalars(select(Tag)).one()
        assert str(item) in anna.get(f"/{path}/list/?_flt_0_tags={tag.id}").text
    assert {noun: len(db.session.execute(select(links)).all()) for noun, links in TAG_LINKS.items()} == {"opportunity": 0, "contact": 1, "account": 1}


@pytest.mark.feature("C17")
def test_an_administrator_renames_and_archives(cast: Cast, client_of: Client) -> None:
    records.update(cast.terminals, {"tags": ["VIP"]}, actor=SYSTEM)
    tag = db.session.scalars(select(Tag)).one()
    anna, ada = Person(client_of(cast.anna)), Person(client_of(cast.ada))
    assert anna.post(f"/tagview/edit/{tag.id}", name="mine", version=tag.version).status_code in (302, 403)
    assert names(cast.terminals) == ["VIP"]
    assert ada.post(f"/tagview/edit/{tag.id}", name="Key customer", version=tag.version).status_code == 302
    assert names(cast.terminals) == ["Key customer"]
    assert ada.post(f"/tagview/action/archive/{tag.id}").status_code == 302
    assert ada.get("/opportunityview/lookup/tags?q=key").json == []
    assert names(cast.terminals) == ["Key customer"], "an archived one stays where it is"


@pytest.mark.feature("C17")
def test_a_category_has_one_value_and_its_types_are_the_firms(cast: Cast, client_of: Client) -> None:
    ada = client_of(cast.ada)
    market = define(ada, "Market", "choice", label_fr="Marché", label_pl="Rynek", choice_lines="Dairy\nMeat")
    dairy, meat = market.choices
    second = {"label_en": "Meat", "label_fr": "Viande", "label_pl": "Mięso", "position": "2"}
    assert ada.post(f"/customchoiceview/edit/{meat.id}", data={**second, "version": "1"}).status_code == 302
    jean = client_of(cast.jean, "fr")
    assert save(jean, cast.traceability, x_market=[str(meat.id), str(dairy.id)]).status_code == 302
    assert cast.traceability.custom["x_market"] == meat.id, "one value of each category"
    assert "Viande" in jean.get(f"/opportunityview/show/{cast.traceability.id}").text
    found = jean.get(f"{LIST}?_flt_0_x_market={meat.id}").text
    assert "Traçabilité" in found and "Étiqueteuses" not in found


def test_who_may_write_the_record_may_name_a_tag(cast: Cast) -> None:
    records.update(cast.traceability, {"tags": ["mine"]}, actor=actor(cast.jean))
    assert names(cast.traceability) == ["mine"]
