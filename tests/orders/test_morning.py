"""The morning email of those who steer orders: how far they are and how much is rejected, as the page says that it leads to."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from app.extensions import db
from app.models import SummarySubscription, User
from app.models.summaries import Edition
from app.operations import order_rows, records, verification
from app.outbound.summary import prepare
from app.permissions.actor import SYSTEM, acting
from app.support import clock
from tests.orders.office import FIRM, Office, acts, make_office, make_order
from tests.people import Cast

pytestmark = pytest.mark.database
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def mail_of(user: User) -> tuple[str, str] | None:
    with acting(SYSTEM):
        subscription = db.session.query(SummarySubscription).filter_by(user_id=user.id, edition=Edition.MINE).one()
        mail = prepare(subscription, MORNING.date()).mail
        return (mail.text, mail.html) if mail is not None else None


@pytest.fixture
def office(cast: Cast) -> Office:
    """Four rows: one accepted, one rejected, two that wait."""
    with clock.frozen(MORNING):
        made = make_office()
        records.update(made.order, {"due_on": date(2026, 12, 24)}, actor=SYSTEM)
        make_order(made.zofia, name="puste")
        beata, marek = acts(made.beata), acts(made.marek)
        with acting(beata):
            rows = [order_rows.enter_row(made.order, {**FIRM, "nip": f"{n:010}", "phone": None, "name": f"Firma {n}"}, actor=beata) for n in range(4)]
        with acting(marek):
            verification.judge(rows[0], [], actor=marek)
            verification.judge(rows[1], [{"field": "nip", "problem": "Nie ten", "suggested": ""}], actor=marek)
    return made


@pytest.mark.feature("E20", "C47")
@pytest.mark.parametrize("who", ["renata", "kamil", "zofia"])
def test_progress_and_rejections_are_told_in_the_morning_as_the_page_says(office: Office, client_of: Callable[..., FlaskClient], who: str) -> None:
    user = getattr(office, who)
    with clock.frozen(MORNING):
        client = client_of(user, "pl")
        mail = mail_of(user)
        page, linked = client.get("/summary/").text, client.get("/orders/").text
    assert mail is not None
    text, html = mail
    line = next(each for each in text.splitlines() if each.startswith(office.order.name))
    said = re.search(r"(\d+) z (\d+), [^\d]+(\d+)%, \D+(\d+), \D+(\d+),", line)
    assert said is not None and said.groups() == ("3", "900", "50", "2", "1"), line
    assert "/orders/" in text and "/orders/" in html and "50%" in html
    row = linked[linked.index('id="orders"'):].partition(office.order.name)[2].partition("</tr>")[0]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row)[-6:-1] == ["3 z 900", "4", "2", "1", "50%"]
    assert "50%" in page and "puste" not in text


def test_who_steers_nothing_reads_nothing_of_orders(office: Office, cast: Cast) -> None:
    make_order(cast.anna, name="Leads")
    with clock.frozen(MORNING):
        for user in (office.beata, cast.anna):
            mail = mail_of(user)
            assert mail is None or "ZLECENIA" not in mail[0] and "PROSPECTING ORDERS" not in mail[0] and "FICHIERS" not in mail[0]
