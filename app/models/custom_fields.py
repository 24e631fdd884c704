"""Fields of the firm's own: their definitions, their values in the record, and the keys by which values are found.

A record keeps its values in one JSON column, ``custom``: reading, writing, versions and audit are those of the record. Beside it stands a table
of keys for each type of record, which follows the column by itself: it answers filters and orders, and nothing is read from it for a page.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Engine, ForeignKey, Integer, String, Table, event, inspect, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session, relationship

from app.domain.custom_fields import LONGEST_KEY, PREFIX, Choice, Field, FieldKind, keys, read, stored
from app.models.base import Json, Labelled, Model, Record, by_bytes, text_enum
from app.models.firm import rights_version

LANGUAGES: Final = ("en", "fr", "pl")
KEY_TABLES: Final[dict[str, Table]] = {}


def _keys_of(record_type: str, table: str) -> Table:
    """The keys of one type of record: in the order of its primary key a field is filtered and sorted."""
    KEY_TABLES[record_type] = Table(
        f"{table}_field_key", Model.metadata,
        Column("field_id", Integer, ForeignKey("custom_field.id", ondelete="RESTRICT"), primary_key=True),
        Column("key", by_bytes(LONGEST_KEY), primary_key=True),
        Column("record_id", Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), primary_key=True, index=True),
        sqlite_with_rowid=False,
    )
    return KEY_TABLES[record_type]


for _record_type in ("Opportunity", "Account", "Contact", "Task", "Engagement"):
    _keys_of(_record_type, _record_type.lower())
_keys_of("ProspectRow", "prospect_row")


class CustomField(Labelled, Record):
    """One field of the firm's own, in one type of record or in several."""

    __tablename__ = "custom_field"

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="Its name for programs, without the x_; never changes")
    kind: Mapped[FieldKind] = mapped_column(text_enum(FieldKind, "kind_known"))
    record_types: Mapped[list[str]] = mapped_column(Json, default=list, comment="In which types of record it is")
    help_en: Mapped[str] = mapped_column(String(300), default="")
    help_fr: Mapped[str] = mapped_column(String(300), default="")
    help_pl: Mapped[str] = mapped_column(String(300), default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    is_searched: Mapped[bool] = mapped_column(default=False, comment="The search everywhere looks into it")
    search_from: Mapped[int | None] = mapped_column(comment="Records after this key have not followed the last change of is_searched")
    currency: Mapped[str | None] = mapped_column(String(3), comment="Of money")
    position: Mapped[int] = mapped_column(default=0)
    depends_on_id: Mapped[int | None] = mapped_column(ForeignKey("custom_field.id", ondelete="RESTRICT"), index=True)
    depends_values: Mapped[list[str]] = mapped_column(Json, default=list, comment="Keys of the values with which it is asked for")

    depends_on: Mapped["CustomField | None"] = relationship(remote_side="CustomField.id")
    choices: Mapped[list["CustomChoice"]] = relationship(back_populates="field", order_by="CustomChoice.position, CustomChoice.id")


class CustomChoice(Labelled, Record):
    """One value of a field that is chosen from a list."""

    __tablename__ = "custom_choice"

    field_id: Mapped[int] = mapped_column(ForeignKey("custom_field.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    field: Mapped[CustomField] = relationship(back_populates="choices")


class Customised:
    """Mixin: a type of record that the firm may add fields to. ``record.x_<code>`` is the value of one."""

    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}", comment="Field of the firm's own → value")

    def __init__(self, **values: Any) -> None:
        own = {name: stored(values.pop(name)) for name in [*values] if name.startswith(PREFIX)}
        super().__init__(**values)
        self.custom = {name: value for name, value in own.items() if value not in (None, "", [])}

    def __getattr__(self, name: str) -> Any:
        if name.startswith(PREFIX):
            session = object_session(self)
            found = known(session).get(name) if session is not None else None
            if found is not None:
                return read(found.kind, (self.custom or {}).get(name))
        raise AttributeError(name)

    def set_custom(self, name: str, value: Any) -> None:
        """Give the field ``name`` a value; None takes it away."""
        kept = {each: old for each, old in (self.custom or {}).items() if each != name}
        self.custom = kept if value in (None, "", []) else {**kept, name: stored(value)}

    def further_words(self) -> list[str]:
        """The values of fields that the search everywhere looks into."""
        session = object_session(self)
        if not self.custom or session is None:
            return []
        return searched_values(self.custom, known(session))


def searched_values(custom: Mapping[str, Any], definitions: Mapping[str, Field]) -> list[str]:
    """Of the values of a record those that the search everywhere finds it by."""
    return [str(value) for name, value in custom.items() if name in definitions and definitions[name].is_searched]


# ---- the definitions, remembered until the number of the last change is a new one

_remembered: "WeakKeyDictionary[Engine, tuple[int, dict[str, Field]]]" = WeakKeyDictionary()


def known(session: Session) -> Mapping[str, Field]:
    """All definitions by name, archived ones too; within one transaction they are asked for once.

    A request has read the number of the last change as it began, and says it under ``rights_version`` in ``session.info``.
    """
    connection, transaction = session.connection(), session.get_transaction()
    seen = session.info.get("custom_fields")
    if session.info.get("rights_changed"):
        session.info.pop("rights_version", None)
    elif seen is not None and seen[0] is transaction:
        return seen[1]
    version = session.info.get("rights_version") or rights_version(connection)
    remembered = _remembered.get(connection.engine)
    if remembered is None or remembered[0] != version or session.info.get("rights_changed"):
        remembered = (version, {found.name: found for found in _read(connection)})
        if not session.info.get("rights_changed"):  # what is not committed may never be true
            _remembered[connection.engine] = remembered
    session.info["custom_fields"] = (transaction, remembered[1])
    return remembered[1]


def fields_of(record_type: str, session: Session) -> list[Field]:
    """The fields of one type of record, in the order of the forms."""
    if record_type not in KEY_TABLES:
        return []
    return [found for found in known(session).values() if record_type in found.record_types and not found.is_archived]


def _read(connection: Any) -> Iterator[Field]:
    definition, choice = CustomField.__table__, CustomChoice.__table__
    rows = connection.execute(select(definition).order_by(definition.c.position, definition.c.id)).all()
    offered: dict[int, list[Choice]] = {}
    for row in connection.execute(select(choice).order_by(choice.c.position, choice.c.id)):
        offered.setdefault(row.field_id, []).append(Choice(row.id, _labels(row, "label"), row.archived_at is not None))
    names = {row.id: PREFIX + row.code for row in rows}
    for row in rows:
        yield Field(
            row.id, names[row.id], row.kind, tuple(row.record_types), _labels(row, "label"), _labels(row, "help"), row.is_required,
            row.is_searched, row.archived_at is not None, row.currency or "", tuple(offered.get(row.id, ())),
            names.get(row.depends_on_id, ""), frozenset(row.depends_values),
        )


def _labels(row: Any, name: str) -> dict[str, str]:
    return {language: getattr(row, f"{name}_{language}") for language in LANGUAGES}


# ---- what follows a value


def key_rows(item: Any, definitions: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The rows of the table of keys for ``item``."""
    rows = []
    for name, value in (item.custom or {}).items():
        if name in definitions:
            found = definitions[name]
            rows += [{"field_id": found.id, "key": each, "record_id": item.id} for each in dict.fromkeys(keys(found.kind, value))]
    return rows


@event.listens_for(Customised, "after_insert", propagate=True)
@event.listens_for(Customised, "after_update", propagate=True)
def _write_keys(mapper: Mapper[Any], connection: Any, target: Any) -> None:
    history = inspect(target).attrs.custom.history
    if not history.has_changes() or not (target.custom or any(history.deleted or ())):
        return
    session = object_session(target)
    table = KEY_TABLES[mapper.class_.__name__]
    connection.execute(table.delete().where(table.c.record_id == target.id))
    if session is not None and (rows := key_rows(target, known(session))):
        connection.execute(table.insert(), rows)
