"""Lines of the audit about what is no write: a refusal, an export; and how old lines go."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.extensions import db
from app.models import AuditLine, User
from app.operations.transaction import atomic, record
from app.operations.users import the_firm
from app.permissions.actor import Actor
from app.support import clock

BATCH = 5_000


@atomic
def note_refusal(method: str, path: str, *, looked_as: str = "", actor: Actor) -> None:
    """``actor`` asked for what their rights, or those of whom they look as, do not include."""
    record(actor, "refuse", db.session.get_one(User, actor.id), after={"asked": f"{method} {path}"[:300], **_eyes(looked_as)})


@atomic
def note_export(what: str, query: str, *, looked_as: str = "", actor: Actor) -> None:
    """``actor`` takes records of the type ``what`` away, filtered by ``query``."""
    record(actor, "export", db.session.get_one(User, actor.id), after={"records": what, "filter": query[:500], **_eyes(looked_as)})


def _eyes(name: str) -> dict[str, str]:
    return {"looked as": name} if name else {}


@atomic
def forget_audit(*, actor: Actor) -> int:
    """Remove up to ``BATCH`` lines that are older than the firm keeps them; returns how many. The database refuses any other."""
    firm, line = the_firm(), AuditLine.__table__
    last = clock.now() - timedelta(days=31 * firm.audit_months)  # never sooner than the database allows
    old = select(line.c.id).where(line.c.at < last).order_by(line.c.at).limit(BATCH)
    keys = list(db.session.connection().scalars(old))
    if keys:
        db.session.connection().execute(delete(line).where(line.c.id.in_(keys)))
        record(actor, "forget_audit", firm, after={"lines": len(keys), "before": last})
    return len(keys)
