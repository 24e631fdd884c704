"""Records by their tags."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select

from app.extensions import db
from app.models import Tag
from app.models.tags import TAG_LINKS, folded
from app.queries.custom_fields import FEW


def tagged(model: Any, tag_id: int) -> ColumnElement[bool]:
    """The rows of ``model`` that have the tag; few are named, of many each row of the list is asked."""
    noun = model.__tablename__
    link = TAG_LINKS[noun].alias()
    key = link.c[f"{noun}_id"]
    found = list(db.session.connection().scalars(select(key).where(link.c.tag_id == tag_id).limit(FEW + 1)))
    return model.id.in_(found) if len(found) <= FEW else exists().where(key == model.id, link.c.tag_id == tag_id)


def tag_key(name: str) -> int | None:
    """The key of the tag of that name, however it is written."""
    return db.session.scalar(select(Tag.id).where(Tag.folded == folded(name)))
