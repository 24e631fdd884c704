"""The addresses of many records: a list has some hundred, and to build one takes as long as to write ten cells."""

from collections.abc import Callable
from typing import Any

from flask import url_for

_KEY = "2147483647"  # the largest that a database holds: no address has it by itself


def by_key(endpoint: str, **values: Any) -> Callable[[Any], str]:
    """What leads from the key of a record to its address at ``endpoint``; ``values`` are those of the address that all have."""
    before, _, after = url_for(endpoint, pk=_KEY, **values).partition(_KEY)
    return lambda key: f"{before}{key}{after}"
