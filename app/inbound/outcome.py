"""What a stage says when it knows what becomes of a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.messages import REASONS_OF, State


@dataclass(frozen=True)
class Verdict:
    """A state with the reason that a person reads."""

    state: State
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.reason in REASONS_OF[self.state], self.reason
