"""What every record has, and the column types that all models share."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from flask_appbuilder import Model as Model
from sqlalchemy import JSON, DateTime, Enum, ForeignKey, Integer, String, Table, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, Mapper, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from app.support import clock
from app.support.secrets import reference
from app.support.text import fold

Model.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def text_enum(enum: type[StrEnum], name: str, length: int = 20) -> Enum:
    """A column of ``enum``'s values, checked by the database under ``name``."""
    return Enum(
        enum, native_enum=False, create_constraint=True, length=length, name=name,
        values_callable=lambda members: [m.value for m in members],
    )


def by_bytes(length: int) -> Any:
    """Text of which a beginning is looked for: its index stands in the order of bytes, whatever language the database was made for."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Json = JSON


def folded(length: int, *, nullable: bool = False) -> Any:
    """A column that a record fills by itself (``Record.FOLDED``), in the order of bytes on every database."""
    return mapped_column(
        by_bytes(length), nullable=nullable, default=None if nullable else "", server_default=None if nullable else "", comment="Folded: the order of lists",
    )


def folded_key(text: str, length: int) -> str:
    """What such a column holds of ``text``."""
    return fold(text)[:length]


def ordered_by(model: Any, name: str) -> str:
    """The column that puts the records of ``model`` in the order of their column ``name``."""
    found: str = getattr(model, "FOLDED", {}).get(name, name)
    return found


def follow(record: Any) -> dict[str, str | None]:
    """The folded columns of ``record``, of those texts that it knows: what nobody read did not change."""
    said, columns = vars(record), type(record).__table__.c
    found = {key: said[name] for name, key in type(record).FOLDED.items() if name in said}
    return {key: None if text is None else folded_key(text, columns[key].type.length) for key, text in found.items()}


def user_key(*, ondelete: str = "SET NULL", index: bool = False) -> Any:
    """A column that points at a user and may be empty."""
    return mapped_column(Integer, ForeignKey("ab_user.id", ondelete=ondelete), index=index)


class Record(Model):
    """The columns of everything that people keep. ``version`` counts the writes."""

    __abstract__ = True
    SEARCHED: ClassVar[tuple[str, ...]] = ()
    FOLDED: ClassVar[dict[str, str]] = {}  # a text → the column that puts lists in its order, whatever its capitals and marks

    id: Mapped[int] = mapped_column(primary_key=True)
    public_ref: Mapped[str] = mapped_column(String(16), unique=True, default=reference)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:
        return user_key()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version") or cls.version} if "__tablename__" in cls.__dict__ else {}

    def following(self) -> dict[str, str | None]:
        """The columns, besides the text of the search, that follow from what it says."""
        return follow(self)


@event.listens_for(Record, "before_insert", propagate=True)
@event.listens_for(Record, "before_update", propagate=True)
def fill_following(mapper: Mapper[Any], connection: object, target: Any) -> None:
    """Before a row is written: of records, and of what else has ``following``."""
    for name, value in target.following().items():
        setattr(target, name, value)


def record_types() -> dict[str, type[Any]]:
    """The classes of records by their names."""
    return {mapper.class_.__name__: mapper.class_ for mapper in Model.registry.mappers}


class Searched:
    """Mixin: ``search_text`` follows the columns named in ``SEARCHED``, folded, and the table ``WORDS`` follows it."""

    SEARCHED: ClassVar[tuple[str, ...]]
    WORDS: ClassVar[Table]
    search_text: Mapped[str] = mapped_column(String(1000), default="", active_history=True)

    def searched_parts(self) -> Iterable[str | None]:
        return (getattr(self, name) for name in self.SEARCHED)

    def further_words(self) -> Iterable[str]:
        """What else the search finds it by."""
        return ()


def search_text_of(record: Searched) -> str:
    """What ``record`` is found by from now on."""
    parts = (*record.searched_parts(), *record.further_words())
    return fold(" ".join(str(p) for p in parts if p))[:1000]


@event.listens_for(Searched, "before_insert", propagate=True)
@event.listens_for(Searched, "before_update", propagate=True)
def _refresh_search_text(mapper: Mapper[Any], connection: object, target: Searched) -> None:
    target.search_text = search_text_of(target)


class Labelled:
    """Mixin: a name in the three languages; an empty one falls back to English."""

    label_en: Mapped[str] = mapped_column(String(80))
    label_fr: Mapped[str] = mapped_column(String(80), default="")
    label_pl: Mapped[str] = mapped_column(String(80), default="")

    def label_in(self, language: str) -> str:
        return getattr(self, f"label_{language}", "") or self.label_en

    @property
    def label(self) -> str:
        from flask_babel import get_locale

        return self.label_in(str(get_locale() or "en"))

    def __str__(self) -> str:
        return self.label
