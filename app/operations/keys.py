"""Changing the key that stored secrets are sealed with. May be ended at any moment, and begun again."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Firm, Model
from app.operations.sealing import keyring, own_keys, write_keys
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_
from app.support.secrets import Keyring

AT_ONCE = 100
ENDING = "_sealed"


@dataclass
class Rotation:
    """How many secrets were sealed anew, and where no key of ours opened one: (table, column, row)."""

    resealed: int = 0
    lost: list[tuple[str, str, int]] = field(default_factory=list)


def new_key() -> str:
    """A key for SEALING_KEYS."""
    return secrets.token_urlsafe(48)


def sealed_columns() -> Iterator[tuple[type[Any], str]]:
    """Every column that holds something sealed: the ones whose name says so."""
    for mapper in sorted(Model.registry.mappers, key=lambda each: str(each.local_table)):
        for column in mapper.columns:
            if column.key.endswith(ENDING):
                yield mapper.class_, column.key


def rotate(*, actor: Actor) -> Rotation:
    """Seal everything with a new key, and forget the old one once nothing needs it.

    The new key is the first of SEALING_KEYS or, on a machine without them, one made here. Raises ``DomainError`` where
    several machines must be told the key first.
    """
    require(actor, Action.WRITE, Firm)
    _make_key()
    ring, done = keyring(), Rotation()  # the old key stays in this ring for the second look
    _sweep(ring, done, actor)
    if not current_app.config["SETTINGS"].sealing_keys:
        write_keys(own_keys()[:1])
        done.lost.clear()
        _sweep(ring, done, actor)  # what somebody sealed with the old key while we were at it
    _note(done.resealed, actor=actor)
    return done


def _make_key() -> None:
    settings = current_app.config["SETTINGS"]
    if settings.sealing_keys:
        return
    if not settings.database_url.startswith("sqlite"):
        raise DomainError(
            "key_not_given",
            N_(
                "Several machines may share this database, so each must know the new key: put it first in SEALING_KEYS "
                "everywhere, start Kurier again, then repeat this."
            ),
        )
    keys = own_keys()
    if len(keys) < 2:  # otherwise a rotation was cut short: it goes on with the key that it made
        write_keys((new_key(), *keys))


def _sweep(ring: Keyring, done: Rotation, actor: Actor) -> None:
    for model, name in sealed_columns():
        after: int | None = 0
        while after is not None:
            after = _reseal(model, name, after, ring, done, actor=actor)


@atomic
def _reseal(model: type[Any], name: str, after: int, ring: Keyring, done: Rotation, *, actor: Actor) -> int | None:
    """The next rows after the key ``after``; the last key looked at, None at the end. Nobody's open form becomes stale."""
    column = getattr(model, name)
    query = select(model.id, column).where(model.id > after, column.is_not(None)).order_by(model.id).limit(AT_ONCE)
    rows = db.session.execute(query.with_for_update()).all()
    for row_id, sealed in rows:
        if ring.is_current(sealed):
            continue
        try:
            values = {name: ring.reseal(sealed), "updated_at": model.updated_at}
        except ValueError:
            done.lost.append((model.__tablename__, name, row_id))
            continue
        db.session.execute(update(model).where(model.id == row_id).values(values).execution_options(synchronize_session=False))
        done.resealed += 1
    return rows[-1][0] if len(rows) == AT_ONCE else None


@atomic
def _note(count: int, *, actor: Actor) -> None:
    record(actor, "rotate_keys", the_firm(), after={"secrets": count})
