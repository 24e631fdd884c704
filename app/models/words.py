"""The words by which records are found: a row for each word of each record, in the order of their bytes on every database.

A search reads them from the beginning of a word on, and stops where it has enough: it costs the same however many records there are.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, bindparam, event, inspect
from sqlalchemy.orm import Session

from app.models.base import Model, Searched, by_bytes, search_text_of
from app.support.text import WORD_LENGTH, words


def word_table(noun: str) -> Table:
    """Where the words of the records in the table ``noun`` stand."""
    return Table(
        f"{noun}_word", Model.metadata,
        Column("word", by_bytes(WORD_LENGTH), primary_key=True),
        Column("record_id", Integer, ForeignKey(f"{noun}.id", ondelete="CASCADE"), primary_key=True),
        Index(f"ix_{noun}_word_of", "record_id", "word"),
        sqlite_with_rowid=False,
    )


@event.listens_for(Session, "after_flush")
def _follow(session: Session, context: object) -> None:
    """Whatever was searched by other words before this flush is found by its new ones from now on."""
    gone: dict[Table, list[dict[str, Any]]] = {}
    come: dict[Table, list[dict[str, Any]]] = {}
    for record, before, after in _changed(session):
        gone.setdefault(record.WORDS, []).extend(_rows(record, before - after))
        come.setdefault(record.WORDS, []).extend(_rows(record, after - before))
    connection = session.connection() if gone or come else None
    for table, rows in gone.items():
        if rows and connection is not None:
            of = (table.c.record_id == bindparam("the_record")) & (table.c.word == bindparam("the_word"))
            connection.execute(table.delete().where(of), [{"the_record": row["record_id"], "the_word": row["word"]} for row in rows])
    for table, rows in come.items():
        if rows and connection is not None:
            connection.execute(table.insert(), rows)


def write_again(record: Any, session: Session) -> None:
    """Find ``record`` by what it says now, where nobody changed it but a field is searched that was not: its version stays."""
    text = search_text_of(record)
    if text == record.search_text:
        return
    before, after, table = set(words(record.search_text)), set(words(text)), record.__table__
    connection = session.connection()
    connection.execute(table.update().where(table.c.id == record.id).values(search_text=text, updated_at=table.c.updated_at))
    connection.execute(record.WORDS.delete().where(record.WORDS.c.record_id == record.id, record.WORDS.c.word.in_(before - after)))
    if rows := _rows(record, after - before):
        connection.execute(record.WORDS.insert(), rows)
    session.expire(record)


def _changed(session: Session) -> Iterable[tuple[Any, set[str], set[str]]]:
    """(record, words before, words after) of each whose text this flush wrote."""
    for record in (*session.new, *session.dirty):
        if isinstance(record, Searched):
            history = inspect(record).attrs.search_text.history
            if history.has_changes():
                yield record, set(words((history.deleted or [""])[0] or "")), set(words(record.search_text))


def _rows(record: Any, found: set[str]) -> list[dict[str, Any]]:
    return [{"word": word, "record_id": record.id} for word in sorted(found)]
