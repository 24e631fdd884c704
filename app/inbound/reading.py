"""Reading and understanding what was received, and keeping its files: all that needs no database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from app.domain.files import File
from app.inbound.mime.directory import Directory
from app.inbound.mime.limits import MAX_HTML, MAX_TEXT
from app.inbound.mime.mail import Mail, Part
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand
from app.inbound.stages.submission import FIELDS, submission
from app.support.store import Store

# Nobody but a person puts these into history.
WITHOUT_FILES = frozenset({Kind.OWN, Kind.LIST, Kind.UNREADABLE, Kind.BOUNCE, Kind.AUTO_REPLY, Kind.FEEDBACK})


@dataclass(frozen=True)
class Arrived:
    """What is to be read: ``raw_sha256`` in the store; ``is_form`` for what came through a web form of ours."""

    raw_sha256: str
    is_form: bool


@dataclass(frozen=True)
class Reading:
    """A mail with all that can be said of it before its place is known. The bytes of ``files`` are in the store."""

    mail: Mail
    found: Understanding
    files: Sequence[File] = ()


class ReadingFailed(Exception):
    """A message could not be read; the text says how."""


def read_one(arrived: Arrived, store: Store, directory: Directory, *, without_files: Container[Kind] = ()) -> Reading:
    """Read and understand one, for whoever files it whatever its kind; what is wrong with it is raised."""
    return _with_files([_understood(arrived, store, directory)], store, without_files)[0]


def read_all(batch: Sequence[Arrived], store: Store, directory: Directory) -> list[Reading | ReadingFailed]:
    """Read and understand ``batch`` in its order; the place of a message that cannot be read holds what happened."""
    try:
        return [*_with_files([_understood(each, store, directory) for each in batch], store, WITHOUT_FILES)]
    except Exception:  # noqa: BLE001 - one of them: look which
        return [_tried(each, store, directory) for each in batch]


def _tried(arrived: Arrived, store: Store, directory: Directory) -> Reading | ReadingFailed:
    try:
        return read_one(arrived, store, directory, without_files=WITHOUT_FILES)
    except Exception as error:  # noqa: BLE001 - whoever files it says so
        return ReadingFailed(f"{type(error).__name__}: {error}")


def _understood(arrived: Arrived, store: Store, directory: Directory) -> Reading:
    mail = read(store.get(arrived.raw_sha256))
    return Reading(mail, submission(mail, directory) if arrived.is_form else understand(mail, directory))


def _with_files(readings: Sequence[Reading], store: Store, without: Container[Kind]) -> list[Reading]:
    """Put the files that history will show into the store. Done before the transactions: twice is once."""
    wanted = [() if each.found.kind in without else _worth_keeping(each.found.attachments) for each in readings]
    kept = iter(store.put_all([part.content for parts in wanted for part in parts]))
    return [_light(each, [_file(part, next(kept)) for part in parts]) for each, parts in zip(readings, wanted, strict=True)]


def _worth_keeping(parts: Sequence[Part]) -> Sequence[Part]:
    """Those whose bytes were read, empty files among them."""
    return [part for part in parts if part.content or part.size == 0]


def _file(part: Part, sha256: str) -> File:
    return File(part.name, part.type, part.size, sha256, part.is_inline, part.content_id)


def _light(reading: Reading, files: Sequence[File]) -> Reading:
    """``reading`` without what nobody asks for any more; no longer than history keeps it."""
    html = reading.mail.html if len(reading.mail.html or "") <= MAX_HTML else None  # history would not show it
    nested = [_head(each) for each in reading.mail.nested]
    mail, found = reading.mail, reading.found
    mail = replace(mail, text=mail.text[:MAX_TEXT], html=html, attachments=_without_bytes(mail.attachments), reports=(), nested=nested)
    forward = replace(found.forward, text=found.forward.text[:MAX_TEXT]) if found.forward else None
    found = replace(found, written=found.written[:MAX_TEXT], quoted=found.quoted[:MAX_TEXT], forward=forward, attachments=())
    return Reading(mail, found, files)


def _without_bytes(parts: Sequence[Part]) -> Sequence[Part]:
    return [part if part.name == FIELDS else replace(part, content=b"") for part in parts]


def _head(nested: Mail) -> Mail:
    return Mail(message_id=nested.message_id)
