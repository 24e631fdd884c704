"""Files that people add."""

from werkzeug.datastructures import FileStorage

from app.domain.files import File
from app.inbound.raw import store


def kept(upload: FileStorage) -> File:
    """What was posted, its bytes in the store."""
    content = upload.read()
    return File(upload.filename or "file", upload.mimetype or "application/octet-stream", len(content), store().put(content))
