"""Whoever objected is not collected again through a file either."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.domain.errors import DomainError
from app.domain.imports import Outcome
from app.operations.importing.drafts import Draft
from app.operations.suppressions import KINDS, OBJECTED, hash_of, known_hashes

# By which fields people of that type are reached, and as what the list knows them.
REACHED: Final[dict[str, dict[str, str]]] = {
    "Account": {"email": "email", "phone": "phone", "nip": "nip", "siren": "siren"}, "Contact": {"address_lines": "email", "phone_lines": "phone"},
    "ProspectRow": {name: name for name in KINDS},
}


def refuse_objected(record_type: str, drafts: Sequence[Draft], labels: dict[str, str], country: str) -> None:
    """Refuse rows that would bring back what is on the list of objections, asked for all of them at once."""
    if record_type not in REACHED or not known_hashes():
        return
    said = [(draft, name, found) for draft in drafts for name, found in _hashes(draft, REACHED[record_type], country)]
    known = known_hashes({found for _, _, found in said})
    for draft, name, found in said:
        if found in known and draft.refusal is None:
            draft.refuse(DomainError("objected", OBJECTED, field=labels[name]))


def _hashes(draft: Draft, names: dict[str, str], country: str) -> Iterator[tuple[str, str]]:
    values: dict[str, Any] = draft.values if draft.outcome is Outcome.CREATED else draft.after or {} if draft.outcome is Outcome.UPDATED else {}
    for name, kind in names.items():
        held = values.get(name)
        for each in held if isinstance(held, list) else [held]:
            if each and (found := hash_of(kind, each, country)):
                yield name, found
