"""Reading and understanding what was received, several messages ahead of their filing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.extensions import db
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail, Part
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand
from app.inbound.raw import store
from app.inbound.stages.directory import stored_directories
from app.inbound.stages.submission import submission
from app.operations.filing import File

WITHOUT_FILES = frozenset({Kind.OWN, Kind.LIST, Kind.UNREADABLE, Kind.BOUNCE, Kind.AUTO_REPLY, Kind.FEEDBACK})


@dataclass(frozen=True)
class Reading:
    """A mail with all that can be said of it before its place is known; the bytes of ``files`` are in the store."""

    mail: Mail
    found: Understanding
    directory: Directory
    files: Sequence[File] = ()


@dataclass(frozen=True)
class Arrived:
    """What is to be read: ``raw_sha256`` in the store; ``is_form`` for what came through a web form of ours."""

    raw_sha256: str
    is_form: bool


def read_one(arrived: Arrived) -> Reading:
    """Read and understand one; what is wrong with it is raised."""
    mail = read(store().get(arrived.raw_sha256))
    return _with_files([_understood(mail, stored_directories([mail])[0], arrived.is_form)])[0]


def read_all(batch: Sequence[Arrived]) -> list[Reading | Exception]:
    """Read and understand ``batch`` in its order; the place of a message that cannot be read holds what happened."""
    try:
        mails = [read(store().get(each.raw_sha256)) for each in batch]
        found = zip(mails, stored_directories(mails), batch, strict=True)
        return list(_with_files([_understood(mail, directory, each.is_form) for mail, directory, each in found]))
    except Exception:  # noqa: BLE001 - one of them: look which
        db.session.rollback()
        return [_tried(each) for each in batch]


def _tried(arrived: Arrived) -> Reading | Exception:
    try:
        return read_one(arrived)
    except Exception as error:  # noqa: BLE001 - whoever files it says so
        return error


def _understood(mail: Mail, directory: Directory, is_form: bool) -> Reading:
    return Reading(mail, submission(mail, directory) if is_form else understand(mail, directory), directory)


def _with_files(readings: Sequence[Reading]) -> list[Reading]:
    """Put the files that history will show into the store. Done before the transactions: twice is once."""
    wanted = [() if each.found.kind in WITHOUT_FILES else worth_keeping(each.found.attachments) for each in readings]
    kept = iter(store().put_all([part.content for parts in wanted for part in parts]))
    return [
        replace(each, files=tuple(_file(part, next(kept)) for part in parts)) for each, parts in zip(readings, wanted, strict=True)
    ]


def worth_keeping(parts: Sequence[Part]) -> Sequence[Part]:
    """Those whose bytes were read, empty files among them."""
    return [part for part in parts if part.content or part.size == 0]


def _file(part: Part, sha256: str) -> File:
    return File(part.name, part.type, part.size, sha256, part.is_inline, part.content_id)
