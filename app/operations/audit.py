"""Lines of the audit about what is no write: a refusal, an export."""

from app.extensions import db
from app.models import User
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor


@atomic
def note_refusal(method: str, path: str, *, actor: Actor) -> None:
    """``actor`` asked for what their rights do not include."""
    record(actor, "refuse", db.session.get_one(User, actor.id), after={"asked": f"{method} {path}"[:300]})


@atomic
def note_export(what: str, query: str, *, actor: Actor) -> None:
    """``actor`` takes records of the type ``what`` away, filtered by ``query``."""
    record(actor, "export", db.session.get_one(User, actor.id), after={"records": what, "filter": query[:500]})
