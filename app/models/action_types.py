"""Kinds of action of the firm's own, such as a demonstration or a site visit."""

from weakref import WeakKeyDictionary

from sqlalchemy import CheckConstraint, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.action_types import Known, Symbol
from app.domain.timeline import Kind
from app.models.base import Labelled, Record, text_enum
from app.models.firm import rights_version


class ActionType(Labelled, Record):
    """What a person can say that they did. ``kind`` is what it counts as: a note, a call, a meeting."""

    __tablename__ = "action_type"
    __table_args__ = (CheckConstraint("kind IN ('note', 'call', 'meeting')", name="kind_of_a_person"),)

    kind: Mapped[Kind] = mapped_column(text_enum(Kind, "kind_known", 12), default=Kind.NOTE)
    symbol: Mapped[Symbol] = mapped_column(text_enum(Symbol, "symbol_known", 12), default=Symbol.TALK)
    position: Mapped[int] = mapped_column(default=0)


# ---- remembered until the number of the last change of rights and definitions is a new one

_remembered: "WeakKeyDictionary[Engine, tuple[int, dict[int, Known]]]" = WeakKeyDictionary()


def known_types(session: Session) -> dict[int, Known]:
    """All kinds by key, in the order of the form; archived ones too, since history names them."""
    connection = session.connection()
    if session.info.get("rights_changed"):  # what is not committed may never be true
        return _read(session)
    version = session.info.get("rights_version") or rights_version(connection)
    remembered = _remembered.get(connection.engine)
    if remembered is None or remembered[0] != version:
        remembered = _remembered[connection.engine] = (version, _read(session))
    return remembered[1]


def _read(session: Session) -> dict[int, Known]:
    table = ActionType.__table__
    rows = session.connection().execute(select(table).order_by(table.c.position, table.c.id))
    return {
        row.id: Known(row.id, row.kind, row.symbol, {each: getattr(row, f"label_{each}") for each in ("en", "fr", "pl")}, row.archived_at is not None)
        for row in rows
    }
