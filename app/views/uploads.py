"""Files that people add."""

import logging

from werkzeug.datastructures import FileStorage

from app.domain.errors import DomainError
from app.domain.files import File
from app.extensions import store
from app.support.i18n import N_

log = logging.getLogger(__name__)


def kept(upload: FileStorage) -> File:
    """What was posted, its bytes in the store. ``DomainError`` as ``keep``."""
    content = upload.read()
    return File(upload.filename or "file", upload.mimetype or "application/octet-stream", len(content), keep(content))


def keep(content: bytes) -> str:
    """The name under which the store keeps ``content``. ``DomainError`` where it cannot: the disk is full, say."""
    try:
        return store().put(content)
    except OSError as error:
        log.exception("a file of %s bytes cannot be kept", len(content))
        raise DomainError(
            "not_kept",
            N_("The server could not keep the file (%(answer)s). Nothing was saved, and what you typed is still here. An administrator can make room."),
            answer=error.strerror or type(error).__name__,
        ) from error
