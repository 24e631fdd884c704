"""What EXPLAIN says of the statements of a page: which tables they read from one end to the other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import Connection, Engine, func, literal, select

GROWING = 500  # rows: a table with fewer is read whole for good reasons


@dataclass(frozen=True)
class Statement:
    """As the driver gets it."""

    text: str
    parameters: Any


def scans(engine: Engine, statements: Iterable[Statement]) -> list[str]:
    """The large tables that some statement reads whole; empty where all of them stay on an index."""
    word = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found: set[str] = set()
    with engine.connect() as connection:
        for each in statements:
            if each.text.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
                lines = connection.exec_driver_sql(f"{word} {each.text}", each.parameters).all()
                found |= {name for line in lines if (name := _scanned(str(line[-1])))}
        return sorted(name for name in found if _is_large(connection, name))


def _scanned(line: str) -> str:
    """The table, by its name and not by an alias that SQLAlchemy made of it."""
    whole = re.search(r"Seq Scan on (\w+)", line) or re.fullmatch(r"SCAN (\w+)", line.strip())
    name = whole[1] if whole else ""
    return name if name in Model.metadata.tables else re.sub(r"_\d+$", "", name)


def _is_large(connection: Connection, name: str) -> bool:
    table = Model.metadata.tables.get(name)
    if table is None:
        return False  # rows that the statement itself made
    some = select(literal(1)).select_from(table).limit(GROWING + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > GROWING
