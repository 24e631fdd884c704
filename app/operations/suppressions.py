"""People who objected: what must never be collected again, kept as hashes that nobody can read back."""

import hashlib
import hmac
from collections.abc import Collection, Mapping

from flask import current_app
from sqlalchemy import bindparam, select

from app.domain.errors import DomainError
from app.domain.row_checks import normal
from app.extensions import db
from app.models import Suppression
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.support.i18n import N_

KINDS = ("email", "phone", "mobile", "fax", "nip", "siren")  # by which a person or a one-person firm is reached
_list = Suppression.__table__.c
_LISTED = select(_list.hash).where(_list.hash.in_(bindparam("hashes", expanding=True)))  # made once: it is asked with each row
OBJECTED = N_("Whoever has this %(field)s objected to being contacted: it may not be collected again. Leave it out.")


def hash_of(name: str, value: str, country: str) -> str:
    """The hash of a value, of which the secret of the installation is part; empty for an empty value."""
    said = normal(name, value, country)
    kind = "phone" if name in ("phone", "mobile", "fax") else name
    said = normal("phone", value, country) if name == "fax" else said
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind}:{said}".encode(), hashlib.sha256).hexdigest() if said else ""


def hashes(values: Mapping[str, str | None], country: str) -> dict[str, str]:
    """Hash → attribute, of all that could be on the list."""
    return {found: name for name in KINDS if (found := hash_of(name, values.get(name) or "", country))}


def suppressed(values: Mapping[str, str | None], country: str) -> list[str]:
    """The attributes whose values are on the list."""
    asked = hashes(values, country)
    if not asked:
        return []
    return sorted(asked[found] for found in db.session.connection().execute(_LISTED, {"hashes": list(asked)}).scalars())


def known_hashes(asked: Collection[str] | None = None) -> set[str]:
    """Those of ``asked`` that are on the list; without: one of the list, if there is any."""
    wanted = select(Suppression.hash)
    return set(db.session.scalars(wanted.limit(1) if asked is None else wanted.where(Suppression.hash.in_(sorted(asked)))))


def check_not_suppressed(values: Mapping[str, str | None], country: str) -> None:
    """Raise where one of the values belongs to somebody who objected; the refusal names the attribute."""
    if found := suppressed(values, country):
        raise DomainError("objected", OBJECTED, field=found[0])


@atomic
def suppress(values: Mapping[str, str | None], country: str, *, actor: Actor) -> int:
    """Keep the hashes of ``values``; returns how many were new. Whoever enters rows may note an objection."""
    asked = hashes(values, country)
    known = set(db.session.scalars(select(Suppression.hash).where(Suppression.hash.in_(asked)))) if asked else set()
    for found, name in asked.items():
        if found not in known:
            item = Suppression(kind="phone" if name in ("mobile", "fax") else name, hash=found, created_by_id=actor.id)
            db.session.add(item)
            db.session.flush()
            record(actor, "suppress", item)
    return len(asked.keys() - known)
