"""Reading and understanding what was received, and keeping its files: all that needs no database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from app.domain.files import File
from app.inbound.mime.directory import Directory
from app.inbound.mime.html import clean
from app.inbound.mime.limits import MAX_TEXT
from app.inbound.mime.mail import Mail, Part
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand
from app.inbound.stages.submission import FIELDS, submission
from app.support.store import Store, StoreAway

MAX_SHOWN_HTML = 1_000_000
# Nobody but a person puts these into history.
WITHOUT_FILES = frozenset({Kind.OWN, Kind.LIST, Kind.UNREADABLE, Kind.BOUNCE, Kind.AUTO_REPLY, Kind.FEEDBACK})


@dataclass(frozen=True)
class Arrived:
    """What is to be read: ``raw_sha256`` in the store; ``is_form`` for what came through a web form of ours."""

    raw_sha256: str
    is_form: bool


@dataclass(frozen=True)
class Words:
    """What history shows of a mail: the customer's words, a forwarder's note above them, the folded rest, the cleaned HTML."""

    body: str
    note: str = ""
    quoted: str = ""
    html: str | None = None


@dataclass(frozen=True)
class Reading:
    """A mail with all that can be said of it before its place is known. The bytes of ``files`` are in the store."""

    mail: Mail
    found: Understanding
    words: Words
    files: Sequence[File] = ()


Pair = tuple[Mail, Understanding]


class ReadingFailed(Exception):
    """A message could not be read; the text says how."""


def read_one(arrived: Arrived, store: Store, directory: Directory, *, without_files: Container[Kind] = ()) -> Reading:
    """Read and understand one, for whoever files it whatever its kind; what is wrong with it is raised."""
    return _finished([_understood(arrived, store, directory)], store, without_files)[0]


def read_all(batch: Sequence[Arrived], store: Store, directory: Directory) -> list[Reading | ReadingFailed]:
    """Read and understand ``batch`` in its order; the place of a message that cannot be read holds what happened."""
    try:
        return [*_finished([_understood(each, store, directory) for each in batch], store, WITHOUT_FILES)]
    except StoreAway:  # no message is to blame
        raise
    except Exception:  # noqa: BLE001 - one of them: look which
        return [_tried(each, store, directory) for each in batch]


def _tried(arrived: Arrived, store: Store, directory: Directory) -> Reading | ReadingFailed:
    try:
        return read_one(arrived, store, directory, without_files=WITHOUT_FILES)
    except StoreAway:
        raise
    except Exception as error:  # noqa: BLE001 - whoever files it says so
        return ReadingFailed(f"{type(error).__name__}: {error}")


def _understood(arrived: Arrived, store: Store, directory: Directory) -> Pair:
    mail = read(store.get(arrived.raw_sha256))
    return mail, submission(mail, directory) if arrived.is_form else understand(mail, directory)


def _words(mail: Mail, found: Understanding, *, has_html: bool) -> Words:
    written, quoted = found.written[:MAX_TEXT], found.quoted[:MAX_TEXT]
    if found.forward is not None:
        parted = split_quotes(found.forward.text[:MAX_TEXT], None)
        return Words(parted.written, note=written, quoted="\n\n".join(filter(None, (parted.quoted, quoted))))
    is_shown = has_html and mail.html and len(mail.html) <= MAX_SHOWN_HTML and found.kind is not Kind.FORM
    return Words(written, quoted=quoted, html=clean(mail.html or "") if is_shown else None)


def _finished(pairs: Sequence[Pair], store: Store, without: Container[Kind]) -> list[Reading]:
    """Put the files that history will show into the store. Done before the transactions: twice is once."""
    wanted = [() if found.kind in without else _worth_keeping(found.attachments) for _, found in pairs]
    kept = iter(store.put_all([part.content for parts in wanted for part in parts]))
    return [
        _light(mail, found, _words(mail, found, has_html=found.kind not in without), [_file(part, next(kept)) for part in parts])
        for (mail, found), parts in zip(pairs, wanted, strict=True)
    ]


def _worth_keeping(parts: Sequence[Part]) -> Sequence[Part]:
    """Those whose bytes were read, empty files among them."""
    return [part for part in parts if part.content or part.size == 0]


def _file(part: Part, sha256: str) -> File:
    return File(part.name, part.type, part.size, sha256, part.is_inline, part.content_id)


def _light(mail: Mail, found: Understanding, words: Words, files: Sequence[File]) -> Reading:
    """Without what nobody asks for any more; no longer than history keeps it."""
    nested = [_head(each) for each in mail.nested]
    mail = replace(mail, text=mail.text[:MAX_TEXT], html=None, attachments=_without_bytes(mail.attachments), reports=(), nested=nested)
    forward = replace(found.forward, text="") if found.forward else None
    found = replace(found, written="", quoted="", forward=forward, attachments=())
    return Reading(mail, found, words, files)


def _without_bytes(parts: Sequence[Part]) -> Sequence[Part]:
    return [part if part.name == FIELDS else replace(part, content=b"") for part in parts]


def _head(nested: Mail) -> Mail:
    return Mail(message_id=nested.message_id)
