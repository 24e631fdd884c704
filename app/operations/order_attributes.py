"""Attributes of the firm's own, bound to one order or to several."""

from sqlalchemy import select

from app.domain.custom_fields import PREFIX, FieldKind
from app.domain.errors import DomainError
from app.extensions import db
from app.models import CustomField, Order
from app.operations import records
from app.operations.field_definitions import make_field
from app.operations.transaction import atomic, record
from app.permissions.actor import SYSTEM, Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_


@atomic
def add_attribute(order: Order, name: str, kind: FieldKind, lines: str = "", *, actor: Actor) -> CustomField:
    """Rows of ``order`` have the attribute from now on; one of that name and kind that rows can have already is taken, not made again."""
    require(actor, Action.WRITE, order)
    wanted = " ".join(name.split())[:80]
    if not wanted:
        raise DomainError("no_attribute_name", N_("Give the attribute a name, such as “Contact of the purchasing department”."))
    known = db.session.scalars(select(CustomField).where(CustomField.archived_at.is_(None), CustomField.kind == kind))
    found = next((each for each in known if "ProspectRow" in each.record_types and wanted.casefold() in _names(each)), None)
    # Whoever steers an order says what its rows have; the definition itself is the firm's, so the program makes it.
    field = found or make_field({"label_en": wanted, "kind": kind, "record_types": ["ProspectRow"], "position": 0}, lines, actor=SYSTEM)
    column = PREFIX + field.code
    if column not in order.columns:
        records.update(order, {"columns": [*order.columns, column]}, actor=actor)
    record(actor, "define_attribute", order, after={"attribute": wanted, "kind": kind})
    return field


def _names(field: CustomField) -> set[str]:
    return {field.label_en.casefold(), field.label_fr.casefold(), field.label_pl.casefold()}
