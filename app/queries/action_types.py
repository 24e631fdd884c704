"""Reading kinds of action of the firm's own."""

from app.domain.action_types import Known
from app.extensions import db
from app.models.action_types import known_types


def types_on_offer() -> list[Known]:
    """Those that one can choose, in the order of the form."""
    return [each for each in known_types(db.session()).values() if not each.is_archived]


def type_of(key: int | None) -> Known | None:
    """The kind behind a key, archived ones too."""
    return known_types(db.session()).get(key) if key else None
