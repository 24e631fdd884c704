"""Where records went that were merged into another one."""

from typing import TypeVar

from sqlalchemy import select

from app.extensions import db
from app.models import Merge, Record

T = TypeVar("T", bound=Record)


def merge_of(item: Record) -> Merge | None:
    """The merge in which ``item`` went up, if none took it back."""
    wanted = select(Merge).where(Merge.record_type == type(item).__name__, Merge.gone_id == item.id, Merge.undone_at.is_(None))
    return db.session.scalars(wanted.order_by(Merge.id.desc()).limit(1)).first()


def survivor(item: T) -> T:
    """The record that ``item`` is now: itself, unless it was merged into another, and that one perhaps again."""
    seen = {item.id}
    while item.archived_at is not None and (merge := merge_of(item)) is not None and merge.kept_id not in seen:
        following = db.session.get(type(item), merge.kept_id)
        if following is None:
            break
        item = following
        seen.add(item.id)
    return item
