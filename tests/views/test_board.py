"""The board by HTTP: what it shows to whom, and which moves it takes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Opportunity, Pipeline, Step, Task, TimelineEntry, User
from app.operations import records
from app.operations.opportunities import lose, put_on_standby
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from tests.people import Cast, make_contact, make_opportunity

Clients = Callable[..., FlaskClient]
pytestmark = pytest.mark.database


def _text(client: FlaskClient, path: str = "/board/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def _steps() -> list[Step]:
    return list(db.session.scalars(select(Step).order_by(Step.position)))


def _moved(client: FlaskClient, item: Opportunity, step: Step | int | None, **more: object) -> tuple[int, str]:
    fields = {"step": step.id if isinstance(step, Step) else step or "", "version": item.version, **more}
    answer = client.post(f"/opportunityview/move/{item.id}?back=board", data=fields, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.feature("C28")
def test_everybody_sees_the_figures_of_their_own_rows_alone(cast: Cast, client_of: Clients) -> None:
    tom, claire = _text(client_of(cast.tom)), _text(client_of(cast.claire, "en"))
    assert "1 opportunity" in tom and "Stone renewal" in tom
    assert "Traçabilité" not in tom and "128,400" not in tom and "86,400" not in tom
    assert "3 opportunities · €128,400 + PLN" in claire  # the one that is won does not stand on it
    assert "weighted forecast €12,840" in claire  # ten percent: the first step
    assert "Stone renewal" not in claire and "Balances 2025" not in claire


@pytest.mark.feature("C28")
def test_a_card_moves_and_its_history_says_so(cast: Cast, client_of: Clients) -> None:
    target = _steps()[2]
    status, page = _moved(client_of(cast.jean, "en"), cast.traceability, target)
    assert status == 200
    assert "Traçabilité ligne 3 is now in the step Proposal." in page
    db.session.expire_all()
    assert cast.traceability.step_id == target.id
    codes = db.session.scalars(select(TimelineEntry.code).where(TimelineEntry.opportunity_id == cast.traceability.id)).all()
    assert "step_changed" in codes


def test_what_is_not_theirs_does_not_move(cast: Cast, client_of: Clients) -> None:
    before = cast.traceability.step_id
    assert _moved(client_of(cast.tom), cast.traceability, _steps()[2])[0] == 404
    assert _moved(client_of(cast.anna), cast.renewal, _steps()[2])[0] == 404
    assert client_of(None).post(f"/opportunityview/move/{cast.traceability.id}", data={"step": _steps()[2].id}).status_code == 302
    db.session.expire_all()
    assert cast.traceability.step_id == before


def test_a_refused_move_says_why_and_changes_nothing(cast: Cast, client_of: Clients) -> None:
    client, item, before = client_of(cast.jean, "en"), cast.traceability, cast.traceability.step_id
    assert "Somebody else changed this opportunity meanwhile." in _moved(client, item, _steps()[1], version=item.version + 1)[1]
    assert "Choose the step that it goes to." in _moved(client, item, None)[1]
    other = records.create(Pipeline, {"label_en": "Renewals", "position": 2}, actor=SYSTEM)
    foreign = records.create(Step, {"label_en": "Asked", "pipeline": other, "position": 1}, actor=SYSTEM)
    assert "This step belongs to another pipeline." in _moved(client, item, foreign)[1]
    old = _steps()[3]
    records.archive(old, actor=SYSTEM)
    assert "This step is archived." in _moved(client, item, old)[1]
    assert _moved(client, item, 987654)[0] == 404
    lose(item, reason="price", actor=SYSTEM)
    assert "This opportunity is closed." in _moved(client, item, _steps()[1])[1]
    db.session.expire_all()
    assert item.step_id == before


def test_a_get_moves_nothing(cast: Cast, client_of: Clients) -> None:
    assert client_of(cast.jean).get(f"/opportunityview/move/{cast.traceability.id}").status_code == 405


@pytest.mark.feature("C28", "C30")
def test_filters_stay_in_the_address_and_come_off_one_by_one(cast: Cast, client_of: Clients) -> None:
    client = client_of(cast.claire, "en")
    records.update(cast.labellers, {"starred": True, "team": cast.north}, actor=SYSTEM)
    path = f"/board/?owner={cast.jean.id}&starred=1&team={cast.north.id}"
    page = _text(client, path)
    assert "1 opportunity" in page and "Étiqueteuses 2027" in page and "Traçabilité" not in page
    assert f'href="/board/?owner={cast.jean.id}&amp;team={cast.north.id}" aria-label="Remove the filter Starred' in page
    assert f"/opportunityview/move/{cast.labellers.id}?back=board&amp;owner={cast.jean.id}" in page
    answer = client.post(
        f"/opportunityview/move/{cast.labellers.id}?back=board&starred=1&owner={cast.jean.id}",
        data={"step": _steps()[1].id, "version": cast.labellers.version},
    )
    assert answer.headers["Location"] == f"/board/?owner={cast.jean.id}&starred=1"
    assert "No opportunity fits these filters." in _text(client, "/board/?owner=0")


def test_closed_ones_can_be_looked_at_but_not_moved(cast: Cast, client_of: Clients) -> None:
    page = _text(client_of(cast.jean, "en"), "/board/?status=won")
    assert "Balances 2025" in page and "1 opportunity" in page
    assert "data-movable" not in page


@pytest.mark.parametrize("asked", ["owner=x", "team=99999999999", "pipeline=-1", "status=%27", "more=x-y", "more=1-99999999999&more=", "starred=2"])
def test_an_address_that_nobody_wrote_is_read_as_far_as_it_goes(asked: str, cast: Cast, client_of: Clients) -> None:
    assert "Stone renewal" in _text(client_of(cast.tom), f"/board/?{asked}")


@pytest.mark.feature("C29")
def test_one_pipeline_at_a_time(cast: Cast, client_of: Clients) -> None:
    other = records.create(Pipeline, {"label_en": "Renewals", "position": 2}, actor=SYSTEM)
    records.create(Step, {"label_en": "Asked", "pipeline": other, "position": 1}, actor=SYSTEM)
    client = client_of(cast.tom)
    page = _text(client)
    assert "Pipeline Sales" in page and f'href="/board/?pipeline={other.id}"' in page and "Stone renewal" in page
    page = _text(client, f"/board/?pipeline={other.id}")
    assert "Pipeline Renewals" in page and "Stone renewal" not in page and "No open opportunity in this pipeline." in page


@pytest.mark.feature("C28", "C23")
def test_a_card_says_what_comes_next_and_what_rests_too_long(cast: Cast, client_of: Clients) -> None:
    @atomic
    def wait() -> None:
        cast.labellers.step_entered_at = clock.now() - timedelta(days=15)
        cast.traceability.step_entered_at = clock.now() - timedelta(days=12)

    wait()
    records.create(Task, {"title": "Send the offer", "opportunity": cast.labellers, "assignee": cast.jean, "author": cast.jean,
                          "due_at": clock.now() - timedelta(days=2)}, actor=SYSTEM)  # fmt: skip
    put_on_standby(cast.traceability, clock.now() + timedelta(days=9), actor=SYSTEM)
    page = " ".join(_text(client_of(cast.jean, "en")).split())
    assert '15 days<span class="visually-hidden">, over the limit of the step' in page
    assert '12 days<span class="visually-hidden">, near the limit of the step' in page
    assert "Send the offer" in page and "2 days late" in page and "Reminder, " in page
    assert "No next step" in _text(client_of(cast.tom))


def test_without_any_pipeline_it_says_who_makes_one(cast: Cast, client_of: Clients) -> None:
    records.archive(db.session.scalars(select(Pipeline)).one(), actor=SYSTEM)
    assert "There is no pipeline with a step yet." in _text(client_of(cast.tom))


@atomic
def _fill(count: int, owner: User) -> None:
    contact = make_contact("Many Deals", "many@deals.example", None, owner)
    for number in range(count):
        make_opportunity(f"Deal {number}", contact, owner, amount=number)


@pytest.mark.feature("C28")
def test_columns_are_bounded_figures_are_whole_and_statements_few(
    cast: Cast, client_of: Clients, statements: list[str]
) -> None:
    client = client_of(cast.tom)
    _text(client)
    _fill(120, cast.tom)
    statements.clear()
    _text(client, "/search/")
    shell = len(statements)  # of a page with nothing on it: who asks, what the menu shows
    statements.clear()
    page = _text(client)
    assert len(statements) - shell <= 10, "\n".join(statements)
    assert page.count('class="k-deal"') == 50
    assert "121 opportunities" in page and "€7,140" in page
    first = _steps()[0]
    assert f'href="/board/?more={first.id}-100"' in page and ">50 more<" in page
    assert _text(client, f"/board/?more={first.id}-100").count('class="k-deal"') == 100
    assert ">21 more<" in _text(client, f"/board/?more={first.id}-100")
    assert _text(client, f"/board/?more={first.id}-150").count('class="k-deal"') == 121
