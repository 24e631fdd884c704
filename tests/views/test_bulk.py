"""Many records changed at once: counted before, done within one's rights, told, and taken back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.domain.custom_fields import FieldKind
from app.domain.runs import RunState
from app.extensions import db
from app.models import AuditLine, BulkChange, Opportunity
from app.operations import bulk_changes, records
from app.operations.field_definitions import make_field
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor, acting
from app.support import clock
from tests.people import Cast, actor

Client = Callable[..., FlaskClient]
pytestmark = pytest.mark.database
CHOOSE, START = "/bulk/choose?of=OpportunityView", "/bulk/start?of=OpportunityView"


@atomic
def _many(cast: Cast, count: int, *, actor: Actor) -> list[int]:
    made = [records.create(Opportunity, {"title": f"Shelf {n:03}", "owner": cast.anna}, actor=actor) for n in range(count)]
    return [one.id for one in made]


def _archived() -> int:
    return db.session.query(Opportunity).filter(Opportunity.archived_at.is_not(None)).count()


def test_all_that_the_filter_finds_is_counted_before_it_is_changed(cast: Cast, client_of: Client) -> None:
    _many(cast, 30, actor=actor(cast.ada))
    client = client_of(cast.anna, "en")
    page = client.get("/opportunityview/list/?_flt_2_title=Shelf").text
    assert "Take all that the list finds" in page
    page = client.get(f"{CHOOSE}&_flt_2_title=Shelf").text
    assert "30 records are changed." in page
    assert "Archive 30 records" in client.post(f"{CHOOSE}&_flt_2_title=Shelf", data={"what": "archive"}).text
    assert _archived() == 0


def test_a_field_is_set_for_many_and_taken_back(cast: Cast, client_of: Client) -> None:
    keys = _many(cast, 3, actor=actor(cast.ada))
    client = client_of(cast.ada, "en")
    assert "Probability for all of them" in client.post(CHOOSE, data={"rowid": [str(key) for key in keys], "what": "probability"}).text
    answer = client.post(START, data={"rowid": [str(key) for key in keys], "what": "probability", "probability": "70"})
    page = client.get(answer.location).text
    assert "Done: 3 of 3." in page and "Opportunities: Probability is now 70" in page
    first = db.session.get_one(Opportunity, keys[0])
    assert first.probability == 70
    records.update(first, {"probability": 40}, actor=actor(cast.anna))
    page = client.get(client.post(f"{answer.location}/undo").location).text
    assert "Done: 2 of 3. 1 was left alone." in page and "It was changed again since, so it stays as it is." in page
    assert [db.session.get_one(Opportunity, key).probability for key in keys] == [40, None, None]
    assert client.post(f"{answer.location}/undo", follow_redirects=True).text.count("taken back once, and within a day") == 1


def test_one_goes_on_with_the_rest_where_the_rights_end(cast: Cast, client_of: Client) -> None:
    """Whoever sees all but writes only theirs: the rest is named, nothing of it is touched."""
    started = bulk_changes.start_change(Opportunity, [cast.terminals.id, cast.renewal.id], "archive", actor=actor(cast.anna))
    while bulk_changes.go_on(started.id):
        pass
    with acting(actor(cast.anna)):
        page = client_of(cast.anna, "en").get(f"/bulk/{started.id}").text
    assert "Done: 1 of 2. 1 was left alone." in page and "Stone" not in page
    assert cast.renewal.archived_at is None and cast.terminals.archived_at is not None


def test_a_long_change_is_the_workers_and_can_be_followed_and_stopped(cast: Cast, client_of: Client) -> None:
    keys = _many(cast, bulk_changes.PORTION + 10, actor=actor(cast.ada))
    client = client_of(cast.anna, "en")
    answer = client.post(f"{START}&_flt_2_title=Shelf", data={"what": "archive"})
    page = client.get(answer.location).text
    assert "It goes on when you close this page." in page and f"Done: 0 of {len(keys)}." in page
    change = db.session.query(BulkChange).one()
    assert bulk_changes.running() == [change.id]
    assert bulk_changes.go_on(change.id)
    state = client.get(f"/bulk/{change.id}/state").get_json()
    assert state == {"text": f"Done: 50 of {len(keys)}.", "done": 50, "total": len(keys), "is_running": True}
    client.post(f"/bulk/{change.id}/undo")
    assert db.session.get_one(BulkChange, change.id).state is RunState.STOPPED
    assert not bulk_changes.go_on(change.id)
    assert _archived() == 0
    assert db.session.query(AuditLine).filter_by(action="archive").count() == 50


def test_after_a_day_nothing_goes_back(cast: Cast, client_of: Client) -> None:
    client = client_of(cast.ada, "en")
    where = client.post(START, data={"rowid": [str(cast.terminals.id)], "what": "archive"}).location
    assert "Take it back" in client.get(where).text
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert "Take it back" not in client.get(where).text
        client.post(f"{where}/undo")
    assert _archived() == 1


def test_a_change_is_its_persons_alone(cast: Cast, client_of: Client) -> None:
    where = client_of(cast.anna).post(START, data={"rowid": [str(cast.terminals.id)], "what": "archive"}).location
    for who in (cast.jean, cast.ada):
        assert client_of(who).get(where).status_code == 404
        assert client_of(who).post(f"{where}/undo").status_code == 404
    assert client_of(cast.anna).post(START, data={"rowid": [str(cast.renewal.id)], "what": "archive"}).status_code == 404
    for wrong in ("version", "id", "title", "created_by_id", ""):
        answer = client_of(cast.anna).post(START, data={"rowid": [str(cast.terminals.id)], "what": wrong})
        assert answer.status_code == 409, wrong
    assert not re.search("csrf_token=", where)


@pytest.mark.feature("A26")
def test_a_field_of_the_firm_is_set_for_many_and_taken_back(cast: Cast, client_of: Client) -> None:
    size = make_field({"label_en": "Size", "kind": FieldKind.CHOICE, "record_types": ["Opportunity"], "position": 1}, "Small\nLarge", actor=SYSTEM)
    keys = _many(cast, 3, actor=actor(cast.ada))
    client, chosen = client_of(cast.ada, "en"), {"rowid": [str(key) for key in keys], "what": "x_size"}
    assert "Size for all of them" in client.post(CHOOSE, data=chosen).text
    answer = client.post(START, data={**chosen, "x_size": str(size.choices[1].id)})
    assert "Large" in client.get(answer.location).text
    assert [db.session.get_one(Opportunity, key).x_size for key in keys] == [size.choices[1].id] * 3
    client.post(f"{answer.location}/undo")
    assert [db.session.get_one(Opportunity, key).custom for key in keys] == [{}] * 3
