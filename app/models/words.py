"""The words by which records are found: a row for each word of each record, in the order of their bytes on every database.

A search reads them from the beginning of a word on, and stops where it has enough: it costs the same however many records there are.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, bindparam, event, inspect
from sqlalchemy.orm import Session

from app.models.base import Model, Searched, by_bytes, search_text_of
from app.models.pouring import put
from app.support.text import WORD_LENGTH, fold, words


def word_table(noun: str) -> Table:
    """Where the words of the records in the table ``noun`` stand."""
    return Table(
        f"{noun}_word", Model.metadata,
        Column("word", by_bytes(WORD_LENGTH), primary_key=True),
        Column("record_id", Integer, ForeignKey(f"{noun}.id", ondelete="CASCADE"), primary_key=True),
        Index(f"ix_{noun}_word_of", "record_id", "word"),
        sqlite_with_rowid=False,
    )


_BY_COLUMNS: dict[type[Any], tuple[Table, tuple[str, ...]]] = {}


def find_by(model: type[Any], table: Table, columns: tuple[str, ...]) -> None:
    """Let what the ``columns`` of ``model`` say stand in ``table``. For a class that is not ours; others are ``Searched``."""
    _BY_COLUMNS[model] = table, columns
    for name in columns:
        event.listen(getattr(model, name), "set", _was_read, active_history=True)


def _was_read(*change: object) -> None:
    """A column that is listened to is read before it changes: what it said before is known then."""


@event.listens_for(Session, "after_flush")
def _follow(session: Session, context: object) -> None:
    """Whatever was searched by other words before this flush is found by its new ones from now on."""
    gone: dict[Table, list[dict[str, Any]]] = {}
    come: dict[Table, list[dict[str, Any]]] = {}
    for record, table, before, after in _changed(session):
        gone.setdefault(table, []).extend(_rows(record, before - after))
        come.setdefault(table, []).extend(_rows(record, after - before))
    connection = session.connection() if gone or come else None
    for table, rows in gone.items():
        if rows and connection is not None:
            of = (table.c.record_id == bindparam("the_record")) & (table.c.word == bindparam("the_word"))
            connection.execute(table.delete().where(of), [{"the_record": row["record_id"], "the_word": row["word"]} for row in rows])
    for table, rows in come.items():
        if rows and connection is not None:
            put(table, rows, connection)


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


def _changed(session: Session) -> Iterable[tuple[Any, Table, set[str], set[str]]]:
    """(record, where its words stand, words before, words after) of each whose text this flush wrote."""
    for record in (*session.new, *session.dirty):
        if isinstance(record, Searched):
            history = inspect(record).attrs.search_text.history
            if history.has_changes():
                yield record, record.WORDS, set(words((history.deleted or [""])[0] or "")), set(words(record.search_text))
        elif type(record) in _BY_COLUMNS:
            yield from _changed_columns(record, *_BY_COLUMNS[type(record)])


def _changed_columns(record: Any, table: Table, columns: tuple[str, ...]) -> Iterable[tuple[Any, Table, set[str], set[str]]]:
    histories = [inspect(record).attrs[name].history for name in columns]
    if any(each.has_changes() for each in histories):
        before = [(each.deleted or each.unchanged or [""])[0] or "" for each in histories]
        after = [getattr(record, name) or "" for name in columns]
        yield record, table, set(words(fold(" ".join(before)))), set(words(fold(" ".join(after))))


def _rows(record: Any, found: set[str]) -> list[dict[str, Any]]:
    return [{"word": word, "record_id": record.id} for word in sorted(found)]
