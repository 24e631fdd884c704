"""Reading rows: the next one, those that are one company, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.domain.orders import WAITING, RowState
from app.extensions import db
from app.models import Account, OrderLink, ProspectRow, RowMessage, RowVerification
from app.models.prospect_rows import row_key
from app.permissions.actor import Actor
from app.permissions.rights import Action

MOST = 5


@dataclass(frozen=True)
class Doubles:
    """Rows and accounts that are probably the same company. ``others``: how many rows more there are that one may not see."""

    rows: list[ProspectRow]
    accounts: list[Account]
    others: int

    def __bool__(self) -> bool:
        return bool(self.rows or self.accounts or self.others)


def related_orders(order_id: int) -> list[int]:
    """The order itself and those that it is linked to, whoever asks."""
    link = OrderLink.__table__
    pairs = db.session.connection().execute(select(link.c.parent_id, link.c.child_id).where(or_(link.c.parent_id == order_id, link.c.child_id == order_id)))
    return list({order_id, *(key for pair in pairs for key in pair)})


def keys_of_doubles(order_id: int, keys: Sequence[str], but: int | None = None) -> list[int]:
    """The rows of the order, and of linked ones, that have one of ``keys``, whoever entered them."""
    if not keys:
        return []
    row = ProspectRow.__table__
    wanted = select(row.c.id).join(row_key, row_key.c.row_id == row.c.id).where(
        row_key.c.key.in_(keys), row.c.order_id.in_(related_orders(order_id)), row.c.state != RowState.DISCARDED, row.c.id != (but or 0)
    )
    return list(dict.fromkeys(db.session.connection().execute(wanted.order_by(row.c.id).limit(50)).scalars()))


def doubles_of(order_id: int, keys: Sequence[str], actor: Actor, *, but: int | None = None) -> Doubles:
    """What is there already of the company behind ``keys``: named where the acting person may see it, else only counted."""
    found = keys_of_doubles(order_id, keys, but)
    rows = list(db.session.scalars(select(ProspectRow).where(ProspectRow.id.in_(found)).order_by(ProspectRow.id))) if found else []
    return Doubles(rows[:MOST], accounts_like(keys, actor), len(found) - len(rows))


def accounts_like(keys: Sequence[str], actor: Actor) -> list[Account]:
    """The accounts with the same number or mail address, where the person may see accounts."""
    if not keys or not actor.scope("Account", Action.READ):
        return []
    said: dict[str, list[str]] = {}
    for key in keys:
        name, _, value = key.partition(":")
        said.setdefault(name, []).append(value)
    ways: list[ColumnElement[bool]] = [
        column.in_(said[name]) for name, column in
        (("nip", Account.nip), ("regon", Account.regon), ("siren", Account.siren), ("email", Account.email), ("phone", Account.phone)) if name in said
    ]
    if not ways:
        return []
    return list(db.session.scalars(select(Account).where(or_(*ways), Account.archived_at.is_(None)).order_by(Account.id).limit(MOST)))


def own_rows(order_id: int, operator_id: int | None) -> Any:
    """The rows that a person entered in an order, as a statement."""
    return select(ProspectRow).where(
        ProspectRow.order_id == order_id, ProspectRow.operator_id == operator_id, ProspectRow.archived_at.is_(None)
    )


def place_of(row: ProspectRow) -> tuple[int, int]:
    """Which of its operator's rows it is, and of how many."""
    base = select(func.count()).select_from(ProspectRow).where(
        ProspectRow.order_id == row.order_id, ProspectRow.operator_id == row.operator_id, ProspectRow.archived_at.is_(None)
    )
    before = base.where(ProspectRow.number <= row.number).scalar_subquery()
    at, of = db.session.execute(select(before, base.scalar_subquery())).one()
    return at, of


def beside(row: ProspectRow, step: int) -> int | None:
    """The key of the next (1) or previous (-1) row of the same operator."""
    base = own_rows(row.order_id, row.operator_id).with_only_columns(ProspectRow.id)
    if step > 0:
        return db.session.scalar(base.where(ProspectRow.number > row.number).order_by(ProspectRow.number).limit(1))
    return db.session.scalar(base.where(ProspectRow.number < row.number).order_by(ProspectRow.number.desc()).limit(1))


def newest(order_id: int, operator_id: int | None) -> int | None:
    """The key of the last row that a person entered."""
    base = own_rows(order_id, operator_id).with_only_columns(ProspectRow.id)
    return db.session.scalar(base.order_by(ProspectRow.number.desc()).limit(1))


def next_rejected(order_id: int, operator_id: int | None, after: int = 0) -> int | None:
    """The key of the next row to correct after the number ``after``, beginning anew at the end."""
    base = own_rows(order_id, operator_id).with_only_columns(ProspectRow.id).where(ProspectRow.state == RowState.REJECTED)
    return db.session.scalar(base.order_by(ProspectRow.number <= after, ProspectRow.number).limit(1))


def next_to_call(order_id: int, operator_id: int | None, after: int = 0) -> int | None:
    """The key of the next row that nobody called yet; who was not reached comes again after them."""
    base = own_rows(order_id, operator_id).with_only_columns(ProspectRow.id).where(
        ProspectRow.state.not_in((RowState.DISCARDED, RowState.CONVERTED)), ProspectRow.called_at.is_(None)
    )
    return db.session.scalar(base.order_by(ProspectRow.number <= after, ProspectRow.number).limit(1))


def last_verdict(row_id: int) -> RowVerification | None:
    """The last thing that a verifier decided about a row."""
    wanted = select(RowVerification).where(RowVerification.row_id == row_id, RowVerification.is_second.is_(False))
    return db.session.scalars(wanted.options(joinedload(RowVerification.verifier)).order_by(RowVerification.id.desc()).limit(1)).first()


def messages_of(row_id: int) -> list[RowMessage]:
    """What was said about a row, in order."""
    wanted = select(RowMessage).where(RowMessage.row_id == row_id).options(joinedload(RowMessage.author))
    return list(db.session.scalars(wanted.order_by(RowMessage.id)))


def waiting_in(order_id: int) -> ColumnElement[int]:
    """How many rows of an order wait for a verifier."""
    return select(func.count()).select_from(ProspectRow).where(ProspectRow.order_id == order_id, ProspectRow.state.in_(WAITING)).scalar_subquery()


def mine_to_verify(order_id: int, verifier_id: int | None) -> int | None:
    """The key of the next row of the batch that a verifier took."""
    wanted = select(ProspectRow.id).where(
        ProspectRow.order_id == order_id, ProspectRow.state.in_(WAITING), ProspectRow.taken_by_id == verifier_id
    )
    return db.session.scalar(wanted.order_by(ProspectRow.id).limit(1))
