"""How long rows are kept: said in the record of processing, and kept to."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.errors import DomainError
from app.domain.orders import CallResult, RowState
from app.extensions import db
from app.jobs.keeping import clear_old_rows
from app.models import AuditLine, Order, ProspectRow, RowMessage
from app.models.prospect_rows import row_key
from app.operations import conversion, order_rows, records, verification
from app.permissions.actor import SYSTEM, acting
from app.queries.orders import progress_of
from app.support import clock
from app.support.dates import months_from
from tests.orders.office import FIRM, Office, acts
from tests.people import Cast

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


def test_months_are_those_of_the_calendar() -> None:
    assert months_from(datetime(2026, 3, 31, 8, tzinfo=UTC), -1) == datetime(2026, 2, 28, 8, tzinfo=UTC)
    assert months_from(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_from(datetime(2026, 1, 5, tzinfo=UTC), -36) == datetime(2023, 1, 5, tzinfo=UTC)


def test_what_is_known_of_a_row_goes_at_the_end_of_its_term(office: Office, client_of: Client, cast: Cast) -> None:
    beata, kamil, now = acts(office.beata), acts(office.kamil), clock.now()
    kept = {}
    with clock.frozen(months_from(now, -13)):
        for name in ("Milcząca", "Rozmowna", "Klient"):
            with acting(beata):
                kept[name] = order_rows.enter_row(office.order, {**FIRM, "name": name, "nip": ""}, actor=beata).id
        with acting(beata):
            order_rows.say(db.session.get_one(ProspectRow, kept["Milcząca"]), "Prezes Jan Kowalski oddzwoni", actor=beata)
    records.update(office.order, {"keep_months": 12}, actor=SYSTEM)
    _begun(office, months_from(now, -13))
    with acting(kamil):
        order_rows.log_call(db.session.get_one(ProspectRow, kept["Rozmowna"]), CallResult.REACHED, actor=kamil)
        order_rows.log_call(db.session.get_one(ProspectRow, kept["Milcząca"]), CallResult.NO_ANSWER, actor=kamil)
    with acting(acts(office.marek)):
        verification.judge(db.session.get_one(ProspectRow, kept["Klient"]), [], actor=acts(office.marek))
    with acting(acts(cast.ada)):
        conversion.convert(db.session.get_one(ProspectRow, kept["Klient"]), conversion.Conversion(is_other=True), actor=acts(cast.ada))

    page = client_of(office.zofia, "en").get(f"/orderview/register/{office.order.id}").text
    assert "12 months from when it was collected" in page and "The oldest row is kept until" in page
    assert clear_old_rows() == 1 and clear_old_rows() == 0
    with acting(SYSTEM):
        db.session.expire_all()
        rows = {name: db.session.get_one(ProspectRow, key) for name, key in kept.items()}
        assert [row.name for row in rows.values()] == ["", "Rozmowna", "Klient"]
        gone = rows["Milcząca"]
        assert (gone.state, gone.phone, gone.source1, gone.search_text, gone.number) == (RowState.DISCARDED, None, None, "", 1)
        assert db.session.query(RowMessage).count() == 0
        assert db.session.scalar(select(func.count()).select_from(row_key).where(row_key.c.row_id == gone.id)) == 0
        assert progress_of([office.order.id])[office.order.id].states[RowState.DISCARDED] == 1
        assert db.session.scalars(select(AuditLine).where(AuditLine.action == "clear_rows")).one().after["rows"] == 1
        of_it = db.session.scalars(select(AuditLine).where(AuditLine.subject_type == "ProspectRow", AuditLine.subject_id == gone.id)).all()
        assert {(line.subject_name, str(line.before), str(line.after)) for line in of_it} == {("#1", "{}", "{}")}
        assert {line.action for line in of_it} >= {"enter_row", "say_of_row", "call_row"}
        assert "Rozmowna" in {line.subject_name for line in db.session.scalars(select(AuditLine).where(AuditLine.subject_type == "ProspectRow"))}
        with pytest.raises(DomainError, match="nothing is known"):
            order_rows.bring_back(gone, actor=SYSTEM)
    page = client_of(office.zofia, "en").get(f"/orderview/register/{office.order.id}").text
    assert "<dt>Rows deleted at the end of that time</dt><dd>1</dd>" in page


def _begun(office: Office, at: datetime) -> None:
    """The order is as old as its rows."""
    with db.engine.begin() as connection:
        connection.execute(Order.__table__.update().where(Order.__table__.c.id == office.order.id).values(created_at=at))
    db.session.expire_all()


@pytest.mark.parametrize("months", [0, 241])
def test_a_term_is_one_month_to_twenty_years(office: Office, months: int) -> None:
    with pytest.raises(DomainError, match="240 months"):
        records.update(office.order, {"keep_months": months}, actor=SYSTEM)
