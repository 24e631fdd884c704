"""Names of attachments that are safe to store, show and serve."""

import mimetypes
import re
import unicodedata

from app.inbound.mime.limits import MAX_NAME_BYTES

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_name(name: str, content_type: str = "") -> str:
    """Return the base name in NFC, without control, bidi or path characters, 150 bytes at most.

    A part without a usable name is called ``attachment`` with the usual suffix of its type.
    """
    name = unicodedata.normalize("NFC", _UNSAFE.sub("", name[:4096]))
    name = re.split(r"[/\\]", name)[-1]
    name = " ".join(name.split()).strip(" .")
    if not name:
        return "attachment" + (mimetypes.guess_extension(content_type) or "")
    if _RESERVED.match(name):
        name = "_" + name
    return _shorten(name)


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > 20:
        stem, dot, suffix = name, "", ""
    room = MAX_NAME_BYTES - len((dot + suffix).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + suffix
