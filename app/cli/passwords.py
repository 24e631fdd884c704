"""The accounts of the first start, kept where only the owner of the installation reads them."""

import os
from collections.abc import Sequence
from pathlib import Path

Account = tuple[str, str, str, str]
"""User name, password, what they are, CRM address."""


def file_of(home: Path) -> Path:
    return home / "first-passwords.txt"


def keep(home: Path, accounts: Sequence[Account]) -> Path:
    """Write ``accounts`` as a table; mode 0600 from its first byte on."""
    rows = [("User name", "Password", "Role", "CRM address"), *accounts]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    path = file_of(home)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    unfinished.replace(path)
    return path
