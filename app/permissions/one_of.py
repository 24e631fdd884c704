"""``column IN (SELECT …)`` that may stand beside other conditions in an OR and still be answered by an index.

PostgreSQL would read the whole table for such an OR; an array that it fills first, it looks up row by row. SQLite does so by itself.
"""

from typing import Any

from sqlalchemy import Boolean, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class OneOf(FunctionElement[bool]):
    """Whether the column is one of the values that a statement of one column finds."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, found: Select[Any]) -> None:
        super().__init__(column, found.scalar_subquery())


@compiles(OneOf)
def _in(element: OneOf, compiler: Any, **kwargs: Any) -> str:
    column, found = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN {found}"


@compiles(OneOf, "postgresql")
def _any(element: OneOf, compiler: Any, **kwargs: Any) -> str:
    column, found = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} = ANY(ARRAY{found})"
