"""Double entry: two operators enter the same companies, neither sees what the other wrote, and the program compares."""

from typing import Any

from sqlalchemy import select

from app.domain.orders import ATTRIBUTES, SOURCES, RowState
from app.domain.row_checks import keys, normal
from app.extensions import db
from app.models import ProspectRow
from app.operations.orders import attributes
from app.permissions.actor import SYSTEM, acting
from app.queries.prospect_rows import keys_of_doubles
from app.support import clock

UNCOMPARED = ("remarks", "activity", *SOURCES)  # said in one's own words


def pair(row: ProspectRow) -> None:
    """Find the row of another operator about the same company; where all fields agree both are verified, else a verifier decides."""
    twin = _twin_of(row)
    if twin is None:
        return
    row.twin_id, twin.twin_id = twin.id, row.id
    if differences(row, twin):
        for each in (row, twin):
            if each.state is RowState.VERIFIED:
                each.state, each.verified_at = RowState.SUBMITTED, None
    else:
        for each in (row, twin):
            if each.state in (RowState.SUBMITTED, RowState.CORRECTED):
                each.state, each.verified_at = RowState.VERIFIED, clock.now()
    db.session.flush()


def _twin_of(row: ProspectRow) -> ProspectRow | None:
    """Whoever enters may not see it, so it is asked for as what it is: by its key."""
    found = keys_of_doubles(row.order_id, keys({name: getattr(row, name) for name in ATTRIBUTES}, tuple(row.order.dedupe), row.order.country), row.id)
    if not found:
        return None
    table = ProspectRow.__table__
    known = db.session.connection().execute(select(table.c.id).where(
        table.c.id.in_(found), table.c.order_id == row.order_id, table.c.operator_id != row.operator_id,
        table.c.twin_id.is_(None) | (table.c.twin_id == row.id),
        table.c.state.in_((RowState.SUBMITTED, RowState.CORRECTED, RowState.VERIFIED)),
    ).order_by(table.c.id).limit(1)).scalar()
    return unseen(known) if known is not None else None


def unseen(key: int) -> ProspectRow | None:
    """A row by its key for an operation of the program's own, whoever acts."""
    with acting(SYSTEM):
        return db.session.get(ProspectRow, key)


def differences(one: ProspectRow, other: ProspectRow) -> list[str]:
    """The attributes in which two entries of one company differ, however they are written."""
    return [name for name in attributes(one.order) if name not in UNCOMPARED and _plain(one, name) != _plain(other, name)]


def _plain(row: ProspectRow, name: str) -> Any:
    value = getattr(row, name)
    return normal(name, value, row.order.country) if isinstance(value, str) else value
