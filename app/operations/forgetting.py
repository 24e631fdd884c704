"""What hangs on rows of orders of which nothing is to be known any more (GDPR, article 17): it goes with them, in the audit and in imports too.

Who did what, and when, stays in the audit: to show that the law was kept, article 5(2) asks for that, and for no value.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, delete, select, update

from app.domain.orders import PERSONAL
from app.extensions import db
from app.models import AuditLine, ProspectRow, RowMessage, RowVerification
from app.models.prospect_rows import row_key
from app.operations.importing import kept

NOTHING: dict[str, Any] = {**{name: "" if name == "name" else None for name in PERSONAL}, "custom": {}, "findings": [], "search_text": "", "sort_name": ""}


def forget(keys: Sequence[int]) -> None:
    """Delete what is known besides the rows ``keys``, which are emptied already: the database allows it of no other rows."""
    note, verdict, words, line, row = (
        RowMessage.__table__, RowVerification.__table__, ProspectRow.WORDS, AuditLine.__table__, ProspectRow.__table__,
    )
    connection = db.session.connection()
    connection.execute(delete(row_key).where(row_key.c.row_id.in_(keys)))
    connection.execute(delete(words).where(words.c.record_id.in_(keys)))
    connection.execute(delete(note).where(note.c.row_id.in_(keys)))
    connection.execute(update(verdict).where(verdict.c.row_id.in_(keys)).values(remark="", findings=[], seen={}))
    number = select("#" + cast(row.c.number, String)).where(row.c.id == line.c.subject_id).scalar_subquery()
    of_them = (line.c.subject_type == ProspectRow.__name__) & line.c.subject_id.in_(keys)
    connection.execute(update(line).where(of_them).values(subject_name=number, before={}, after={}))
    kept.forget_rows(keys)
