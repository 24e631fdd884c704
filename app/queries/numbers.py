"""Several numbers by one statement."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select

from app.extensions import db


def numbers(wanted: Mapping[str, ColumnElement[int]]) -> dict[str, int]:
    """What each of ``wanted`` comes to for the acting person."""
    row = db.session.execute(select(*wanted.values())).one()
    return dict(zip(wanted, row, strict=True))
