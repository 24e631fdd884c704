"""Kinds of action that the firm defines: chosen when one writes, named and filtered wherever history is read."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.action_types import Symbol
from app.domain.timeline import Kind
from app.extensions import db
from app.models import ActionType, User
from app.operations import records
from app.operations.calls import log_call
from app.permissions.actor import SYSTEM
from app.queries.timeline import history_of
from app.support import clock
from tests.people import Cast, actor

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def _demonstration(cast: Cast, client_of: Client) -> ActionType:
    form = {"label_en": "Demonstration", "label_fr": "Démonstration", "label_pl": "Prezentacja", "kind": "meeting", "symbol": "screen", "position": "1"}
    assert client_of(cast.ada).post("/actiontypeview/add", data=form).status_code == 302
    return db.session.query(ActionType).one()


@pytest.mark.feature("C25", "C21")
def test_a_kind_of_ones_own_is_chosen_shown_and_filtered(cast: Cast, client_of: Client) -> None:
    made = _demonstration(cast, client_of)
    page, anna = f"/opportunityview/show/{cast.terminals.id}", client_of(cast.anna)
    assert f'value="t{made.id}"' in anna.get(page).get_data(as_text=True)
    assert anna.post(f"/opportunityview/note/{cast.terminals.id}", data={"kind": f"t{made.id}", "body": "Pokazane w hali"}).status_code == 302
    anna.post(f"/opportunityview/note/{cast.terminals.id}", data={"kind": "note", "body": "Zwykła notatka"})
    (entry,) = [each for each in history_of(cast.terminals).entries if each.action_type_id]
    assert (entry.kind, entry.action_type_id) == (Kind.MEETING, made.id), "it counts as a meeting"
    shown = anna.get(page).get_data(as_text=True)
    assert "· Prezentacja" in shown and "#display" in shown
    assert "Prezentacja <" in shown, "the filter of the history names it"
    for address in (f"{page}?kind=t{made.id}", f"/activity/?kind=t{made.id}", f"/timelineview/list/?_flt_0_action_type={made.id}"):
        found = anna.get(address).get_data(as_text=True)
        assert "Prezentacja" in found and "Zwykła notatka" not in found, address
    assert "Démonstration" in client_of(cast.claire).get("/activity/").get_data(as_text=True)
    assert "Pokazane w hali" in anna.get(f"{page}?kind=meeting").get_data(as_text=True)


@pytest.mark.feature("C25", "C12")
def test_a_kind_of_ones_own_is_counted_in_the_statistics(cast: Cast, client_of: Client) -> None:
    made, before = _demonstration(cast, client_of), clock.now().replace(day=1) - timedelta(days=10)
    for who, item in ((cast.anna, cast.terminals), (cast.jean, cast.traceability)):
        log_call(item, "Rozmowa", actor=actor(who))
        client_of(who).post(f"/opportunityview/note/{item.id}", data={"kind": f"t{made.id}", "body": "Pokaz"})
    with clock.frozen(before):
        log_call(cast.terminals, "Dawniej", actor=actor(cast.anna))

    def counted(who: User, query: str = "") -> dict[str, list[str]]:
        page = client_of(who, "en").get(f"/activity/?counted=1{query}").get_data(as_text=True)
        rows = re.findall(r'rowheader"><a href="([^"]+)">([^<]+)</a></th><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>', page)
        assert all("kind=" in url for url, *_ in rows)
        return {name: numbers for _, name, *numbers in rows}

    assert counted(cast.anna) == {"Call": ["1", "1"], "Demonstration": ["1", "0"]}, "a kind of the firm's own is a line of its own"
    assert counted(cast.claire) == {"Call": ["2", "1"], "Demonstration": ["2", "0"]}
    assert counted(cast.claire, f"&person={cast.jean.id}") == {"Call": ["1", "0"], "Demonstration": ["1", "0"]}
    assert counted(cast.claire, f"&team={cast.north.id}") == counted(cast.claire) and counted(cast.claire, f"&team={cast.south.id}") == {}
    assert counted(cast.tom) == {} and counted(cast.tom, f"&person={cast.anna.id}") == {}, "of colleagues nobody is told figures"
    assert "/activity/?counted=1" in client_of(cast.anna).get("/activity/").get_data(as_text=True)


def test_an_archived_one_is_not_offered_but_still_named(cast: Cast, client_of: Client) -> None:
    made = _demonstration(cast, client_of)
    anna, url = client_of(cast.anna, "en"), f"/opportunityview/note/{cast.terminals.id}"
    anna.post(url, data={"kind": f"t{made.id}", "body": "Shown in the hall"})
    records.archive(made, actor=SYSTEM)
    page = anna.get(f"/opportunityview/show/{cast.terminals.id}").get_data(as_text=True)
    assert f'value="t{made.id}"' not in page and "· Demonstration" in page
    anna.post(url, data={"kind": f"t{made.id}", "body": "Again"})
    assert history_of(cast.terminals).entries[0].action_type_id is None
    for nonsense in ("t0", "t999999", "tx", "system"):
        assert anna.post(url, data={"kind": nonsense, "body": "x"}).status_code == 302
        assert anna.get(f"/activity/?kind={nonsense}").status_code == 200


def test_only_administrators_define_them(cast: Cast, client_of: Client) -> None:
    made = records.create(ActionType, {"label_en": "Fair", "symbol": Symbol.FAIR}, actor=SYSTEM)
    for user in (cast.anna, cast.claire):
        assert client_of(user).get("/actiontypeview/add").status_code == 403
        assert client_of(user).post(f"/actiontypeview/edit/{made.id}", data={"label_en": "x"}).status_code == 403
    refused = client_of(cast.ada, "en").post("/actiontypeview/add", data={"label_en": "x", "kind": "email_in", "symbol": "gift", "position": "1"})
    assert refused.status_code == 200 and db.session.query(ActionType).count() == 1
