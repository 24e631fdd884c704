"""Rows within reach are the same ones, whether the few are found first or each that is asked for is looked at."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import User
from app.permissions import row_security, scope
from app.permissions.actor import Actor, acting
from app.permissions.decide import actor_of
from app.permissions.rights import Action
from tests.promises.firm import Records

pytestmark = pytest.mark.database


def _reached(actor: Actor) -> dict[str, Any]:
    """The keys by type and action, as the conditions alone say it, and as the ORM narrows a statement and one of an alias."""
    found: dict[str, Any] = {}
    for model in scope.SCOPES:
        keys: Any = model
        for action in (Action.READ, Action.WRITE):
            table = model.__table__  # type: ignore[attr-defined]
            asked = select(table.c.id).where(scope.rows(model, actor, action))
            found[f"{model.__name__} {action}"] = sorted(db.session.connection().execute(asked).scalars())
        with acting(actor):
            other = aliased(keys)
            found[f"{model.__name__} by the ORM"] = sorted(db.session.scalars(select(keys.id)))
            found[f"{model.__name__} by an alias"] = sorted(db.session.scalars(select(other.id)))
    return found


def test_both_ways_reach_the_same_rows(bare_app: Flask, firm: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    with bare_app.app_context():
        seen = 0
        for user in db.session.scalars(select(User).order_by(User.id)).all():
            actor = actor_of(user, db.session())
            few = _reached(actor)
            with monkeypatch.context() as patch:
                patch.setattr(scope, "FEW_TEAMS", -1)
                row_security._criteria.cache_clear()
                assert _reached(actor) == few, user
            row_security._criteria.cache_clear()
            for model in scope.SCOPES:
                name = model.__name__
                assert few[f"{name} by the ORM"] == few[f"{name} by an alias"] == few[f"{name} {Action.READ}"], (user, name)
            seen += sum(map(len, few.values()))
        assert seen > 100
