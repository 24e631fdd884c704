"""Files that came with a message or were added by a person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file whose bytes lie in the store already, under ``sha256``; ``size`` in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str
    is_inline: bool = False
    content_id: str | None = None
