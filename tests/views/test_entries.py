"""What was said to a person alone finds its engagement later."""

import pytest

from app.domain.timeline import Kind
from app.extensions import db
from app.models import Engagement, TimelineEntry
from app.operations import records
from tests.browsing import Person, Sign
from tests.people import Cast, actor

pytestmark = pytest.mark.database


def _say(person: Person, cast: Cast) -> TimelineEntry:
    person.post(f"/contactview/note/{cast.piotr.id}", body="Chce umowę serwisową.", kind=Kind.NOTE.value)
    return db.session.query(TimelineEntry).filter_by(kind=Kind.NOTE).one()


def _engage(cast: Cast, **more: object) -> Engagement:
    return records.create(Engagement, {"name": "Serwis 2027", "owner": cast.anna, **more}, actor=actor(cast.anna))


@pytest.mark.feature("B15")
@pytest.mark.parametrize("language", ["fr", "pl"])
def test_an_event_sits_on_the_contact_until_there_is_an_engagement(cast: Cast, client_of: Sign, language: str) -> None:
    anna, contact = Person(client_of(cast.anna, language)), f"/contactview/show/{cast.piotr.id}"
    entry = _say(anna, cast)
    assert (entry.contact_id, entry.engagement_id, entry.opportunity_id) == (cast.piotr.id, None, None)
    move = f"/entryview/move/{entry.id}"
    assert move not in anna.get(contact).text
    engagement = _engage(cast, contacts=[cast.piotr])
    page = anna.get(contact).text
    assert f'action="{move}"' in page
    assert f'<option value="{engagement.id}">Serwis 2027</option>' in page
    assert anna.post(move, engagement=engagement.id).location.endswith(contact)
    assert "Chce umowę serwisową." in anna.get(f"/engagementview/show/{engagement.id}").text
    page = anna.get(contact).text
    assert "Chce umowę serwisową." in page
    assert move not in page


def test_it_moves_once_and_only_to_an_engagement_with_that_person(cast: Cast, client_of: Sign) -> None:
    anna = Person(client_of(cast.anna, "en"))
    move = f"/entryview/move/{_say(anna, cast).id}"
    other, right = _engage(cast), _engage(cast, lead_contact=cast.piotr)
    for engagement, words in (("", "Choose an engagement from the list."), (other.id, "This engagement is not with that person."),
                              (right.id, "Added to the history of “Serwis 2027”."), (right.id, "This line of the history cannot be moved")):
        assert words in anna.get(anna.post(move, engagement=engagement).location).text
    assert Person(client_of(cast.tom)).post(move, engagement=right.id).status_code == 404
