"""What the team did, newest first, within the rights of who asks."""

import re
from datetime import timedelta
from html import unescape

import pytest

from app.domain.timeline import Kind
from app.extensions import db
from app.models import Contact, Opportunity, TimelineEntry, User
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from app.views.people_fields import FEW
from tests.browsing import Person, Sign
from tests.people import Cast, actor

pytestmark = pytest.mark.database


@atomic
def _mail_in(item: Opportunity, contact: Contact, subject: str) -> None:
    db.session.add(TimelineEntry(kind=Kind.EMAIL_IN, opportunity=item, contact=contact, subject=subject, occurred_at=clock.now()))


def _week(cast: Cast) -> None:
    now = clock.now()
    for hours, who, item, words in (
        (5, cast.anna, cast.terminals, "First of Anna"), (4, cast.jean, cast.traceability, "Second of Jean"),
        (3, cast.tom, cast.renewal, "Third of Tom"),
    ):
        with clock.frozen(now - timedelta(hours=hours)):
            write_note(item, words, actor=actor(who))
    with clock.frozen(now - timedelta(hours=1)):
        _mail_in(cast.terminals, cast.katarzyna, "Fourth came in")


def _said(page: str) -> list[str]:
    return re.findall(r"(?:First of Anna|Second of Jean|Third of Tom|Fourth came in)", page)


@pytest.mark.feature("C46")
def test_a_manager_sees_what_the_team_did_newest_first(cast: Cast, client_of: Sign) -> None:
    _week(cast)
    claire = Person(client_of(cast.claire, "en"))
    assert _said(claire.get("/activity/").text) == ["Fourth came in", "Second of Jean", "First of Anna"]
    assert _said(claire.get(f"/activity/?team={cast.north.id}").text) == ["Fourth came in", "Second of Jean", "First of Anna"]
    assert _said(claire.get(f"/activity/?person={cast.jean.id}").text) == ["Second of Jean"]
    assert _said(claire.get(f"/activity/?person={cast.anna.id}&kind=email_in").text) == ["Fourth came in"]
    assert _said(claire.get(f"/activity/?person={cast.anna.id}&kind=note").text) == ["First of Anna"]
    none = claire.get(f"/activity/?person={cast.tom.id}").text
    assert _said(none) == [] and "Nothing found." in none and "Nothing in the history yet." not in none
    assert _said(claire.get(f"/activity/?team={cast.south.id}").text) == []
    assert _said(Person(client_of(cast.anna)).get("/activity/").text) == ["Fourth came in", "First of Anna"]
    assert "Third of Tom" in Person(client_of(cast.ada)).get("/activity/").text
    for nonsense in ("?person=x", "?team=-1", "?kind=all", "?older=999999"):
        assert claire.get(f"/activity/{nonsense}").status_code == 200


@pytest.mark.feature("C46")
def test_older_ones_follow_without_a_gap(cast: Cast, client_of: Sign) -> None:
    now = clock.now()
    for number in range(50):
        with clock.frozen(now - timedelta(minutes=number // 2)):  # two at the same moment
            write_note(cast.terminals, f"Note <{number:02}>", actor=SYSTEM)
    anna = Person(client_of(cast.anna))
    found: list[str] = []
    url: str | None = "/activity/?kind=note"
    while url:
        page = anna.get(url).text
        found += re.findall(r"Note &lt;(\d\d)&gt;", page)
        older = re.search(r'href="(/activity/\?[^"]*older=\d+)"', page)
        url = older[1].replace("&amp;", "&") if older else None
    assert sorted(found) == [f"{number:02}" for number in range(50)]
    assert [int(each) // 2 for each in found] == sorted(int(each) // 2 for each in found)


@pytest.mark.feature("C46")
def test_what_came_since_is_asked_for_cheaply_and_within_rights(cast: Cast, client_of: Sign) -> None:
    _week(cast)
    claire = Person(client_of(cast.claire, "en"))
    page = claire.get("/activity/?kind=note").text
    found = re.search(r'data-live="([^"]+)" data-newest="(\d+)"', page)
    assert found is not None
    address, newest = unescape(found[1]), int(found[2])
    assert claire.get(f"{address}&after={newest}").status_code == 204, "nothing came"
    with clock.frozen(clock.now() - timedelta(hours=2)):
        write_note(cast.traceability, "Second of Jean", actor=actor(cast.jean))
    write_note(cast.renewal, "Third of Tom", actor=actor(cast.tom))
    _mail_in(cast.terminals, cast.katarzyna, "Fourth came in")
    answer = claire.get(f"{address}&after={newest}").json
    assert answer is not None
    assert (_said(answer["html"]), answer["text"]) == (["Second of Jean"], "1 new event")
    assert claire.get(f"{address}&after={answer['newest']}").status_code == 204
    nothing = claire.get(f"/activity/news?person={cast.tom.id}&after={newest}").json
    assert nothing is not None
    assert (nothing["html"], nothing["text"]) == ("", "")
    for nonsense in ("", "?after=x", "?after=-1"):
        assert claire.get(f"/activity/news{nonsense}").status_code == 204
    assert "data-live" not in claire.get("/activity/?older=1").text, "an older page stands still"


def test_of_many_people_one_is_searched_for(cast: Cast, client_of: Sign) -> None:
    _hire(FEW)
    page = Person(client_of(cast.claire, "en")).get(f"/activity/?person={cast.anna.id}").text
    assert "/opportunityview/lookup/owner?all=1" in page
    assert 'value="Anna Wiśniewska" role="combobox"' in page
    assert "Person 7 Hired" not in page


@atomic
def _hire(count: int) -> None:
    db.session.add_all(
        User(first_name=f"Person {n}", last_name="Hired", username=f"hired{n}", email=f"hired{n}@grandouest.example", active=True) for n in range(count)
    )
