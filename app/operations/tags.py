"""Tags that records are given: a word that is none yet becomes one."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Tag
from app.models.tags import LONGEST_TAG, folded
from app.operations.transaction import record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_
from app.support.text import storable

MOST_TAGS = 50


def with_tags(values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """``values`` in which every tag is a record; a text is the tag of that name, made where there is none."""
    if not values.get("tags"):
        return dict(values)
    return {**values, "tags": _tags(values["tags"], actor)}


def _tags(given: Iterable[Tag | str], actor: Actor) -> list[Tag]:
    found = dict.fromkeys(each if isinstance(each, Tag) else _named(each, actor) for each in given)
    if len(found) > MOST_TAGS:
        raise DomainError("too_many_tags", N_("A record has at most %(most)s tags."), most=MOST_TAGS)
    return sorted(found, key=lambda tag: tag.folded)


def _named(name: str, actor: Actor) -> Tag:
    name = " ".join(storable(name).split())
    if not name:
        raise DomainError("empty_tag", N_("A tag needs a name."))
    if len(name) > LONGEST_TAG:
        raise DomainError("long_tag", N_("A tag has at most %(most)s characters."), most=LONGEST_TAG)
    return _existing(name) or _new(name, actor)


def _existing(name: str) -> Tag | None:
    return db.session.scalars(select(Tag).where(Tag.folded == folded(name))).one_or_none()


def _new(name: str, actor: Actor) -> Tag:
    require(actor, Action.CREATE, Tag)
    tag = Tag(name=name, created_by_id=actor.id)
    try:
        with db.session.begin_nested():
            db.session.add(tag)
    except IntegrityError:  # somebody else made it a moment ago
        return db.session.scalars(select(Tag).where(Tag.folded == folded(name))).one()
    record(actor, "create", tag, after={"name": name})
    return tag
