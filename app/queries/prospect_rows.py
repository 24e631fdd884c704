"""Reading rows: the next one, those that are one company, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, bindparam, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.domain.orders import WAITING, RowState
from app.extensions import db
from app.models import Account, OrderLink, ProspectRow, RowMessage, RowVerification
from app.models.prospect_rows import row_key
from app.permissions.actor import Actor
from app.permissions.one_of import OneOf
from app.permissions.rights import Action
from app.support.text import digits

MOST = 5
_row, _link, _order = ProspectRow.__table__.c, OrderLink.__table__.c, bindparam("order", type_=Integer)
# The order itself and those that it is linked to, whoever asks.
_RELATED = union_all(select(_order), select(_link.parent_id).where(_link.child_id == _order), select(_link.child_id).where(_link.parent_id == _order))
# Made once: it is asked while people type.
_DOUBLES = select(_row.id).join_from(row_key, ProspectRow.__table__, row_key.c.row_id == _row.id).where(
    row_key.c.key.in_(bindparam("keys", expanding=True)), _row.order_id.in_(_RELATED), _row.state != RowState.DISCARDED,
    _row.id != bindparam("but", type_=Integer),
).order_by(_row.id).limit(50)


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
    return list(db.session.connection().execute(_RELATED, {"order": order_id}).scalars())


def keys_of_doubles(order_id: int, keys: Sequence[str], but: int | None = None) -> list[int]:
    """The rows of the order, and of linked ones, that have one of ``keys``, whoever entered them."""
    if not keys:
        return []
    return list(dict.fromkeys(db.session.connection().execute(_DOUBLES, {"keys": list(keys), "order": order_id, "but": but or 0}).scalars()))


def last_source(order_id: int, actor: Actor) -> str | None:
    """The first source of the row that ``actor`` entered last in the order: who goes through one register types it once."""
    mine = select(_row.source1).where(_row.operator_id == actor.id, _row.order_id == order_id, _row.archived_at.is_(None))
    return db.session.connection().execute(mine.order_by(_row.number.desc()).limit(1)).scalar()


def numbered(name: str, number: str) -> ColumnElement[bool]:
    """The rows whose ``name`` (``nip``, ``regon``, ``siren``) is ``number``, however it was typed: an index answers, whatever the planner expects."""
    return OneOf(ProspectRow.id, select(row_key.c.row_id).where(row_key.c.key == f"{name}:{digits(number)}"))


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


def last_verdict(row_id: int) -> RowVerification | None:
    """The last thing that a verifier decided about a row."""
    wanted = select(RowVerification).where(RowVerification.row_id == row_id, RowVerification.is_second.is_(False))
    return db.session.scalars(wanted.options(joinedload(RowVerification.verifier)).order_by(RowVerification.id.desc()).limit(1)).first()


def messages_of(row_id: int) -> list[RowMessage]:
    """What was said about a row, in order."""
    wanted = select(RowMessage).where(RowMessage.row_id == row_id).options(joinedload(RowMessage.author))
    return list(db.session.scalars(wanted.order_by(RowMessage.id)))


def mine_to_verify(order_id: int, verifier_id: int | None) -> int | None:
    """The key of the next row of the batch that a verifier took."""
    wanted = select(ProspectRow.id).where(
        ProspectRow.order_id == order_id, ProspectRow.state.in_(WAITING), ProspectRow.taken_by_id == verifier_id
    )
    return db.session.scalar(wanted.order_by(ProspectRow.id).limit(1))
