"""The texts of a message above the size limit, fetched part by part as its BODYSTRUCTURE names them."""

from typing import Any

from imapclient.response_types import BodyData

from app.inbound.sources.imap_connection import Connection
from app.inbound.sources.shortened import TEXT_LIMIT, Node, is_kept, readable, shorten

_MAX_PARTS = 100
_MAX_DEPTH = 20
_PREFIX = 1_000_000


def fetch_shortened(client: Connection, uid: int) -> tuple[bytes, tuple[str, ...]] | None:
    """The message ``uid`` cut down to its texts, and the names of what was left out; None: it is gone."""
    answer = client.fetch([uid], ["BODYSTRUCTURE", "BODY.PEEK[HEADER]"]).get(uid, {})
    header, structure = answer.get(b"BODY[HEADER]"), answer.get(b"BODYSTRUCTURE")
    if header is None:
        return None
    try:
        parts = _Parts(client, uid)
        node = parts.keep(structure, "", header)
        return (node.to_bytes() if node else header), tuple(parts.omitted)
    except (
        TypeError,
        ValueError,
        AttributeError,
        LookupError,
    ):  # a structure that the server itself got wrong
        prefix = client.fetch([uid], [f"BODY.PEEK[]<0.{_PREFIX}>"]).get(uid, {}).get(b"BODY[]<0>")
        return shorten(prefix) if prefix else None


class _Parts:
    def __init__(self, client: Connection, uid: int) -> None:
        self._client, self._uid = client, uid
        self._count = 0
        self.omitted: list[str] = []

    def keep(self, structure: Any, section: str, header: bytes | None = None) -> Node | None:
        """The part at ``section`` with what is kept of it; ``header`` is given for a whole message."""
        self._count += 1
        if self._count > _MAX_PARTS or section.count(".") > _MAX_DEPTH:
            return None
        if structure.is_multipart:
            children = (
                self.keep(child, f"{section}.{number}" if section else str(number))
                for number, child in enumerate(structure[0], start=1)
            )
            kept = [child for child in children if child]
            boundary = _pairs(structure[2])[b"BOUNDARY"]
            return Node(self._header(section, header), boundary=boundary, children=kept)
        section_of_text = section if section and header is None else f"{section}.1".lstrip(".")
        main_type, sub_type, encoded_size = structure[0].upper(), structure[1].upper(), int(structure[6])
        if (main_type, sub_type) == (b"MESSAGE", b"RFC822"):
            return self._keep_message(structure, section_of_text, self._header(section, header))
        disposition, parameters = _disposition(structure, is_text=main_type == b"TEXT")
        if is_kept(main_type.decode().lower(), is_attachment=disposition == b"ATTACHMENT", size=encoded_size):
            text = self._get(f"BODY.PEEK[{section_of_text}]<0.{TEXT_LIMIT}>", f"BODY[{section_of_text}]<0>")
            return Node(self._header(section, header), text)
        name = parameters.get(b"FILENAME") or _pairs(structure[2]).get(b"NAME") or main_type + b"/" + sub_type
        self.omitted.append(readable(name.decode("utf-8", "replace")))
        return None

    def _keep_message(self, structure: Any, section: str, part_header: bytes) -> Node:
        inner_header = self._get(f"BODY.PEEK[{section}.HEADER]", f"BODY[{section}.HEADER]")
        inner = self.keep(BodyData.create(structure[8]), section, inner_header)
        return Node(part_header, children=[inner or Node(inner_header)])

    def _header(self, section: str, given: bytes | None) -> bytes:
        return (
            given if given is not None else self._get(f"BODY.PEEK[{section}.MIME]", f"BODY[{section}.MIME]")
        )

    def _get(self, item: str, key: str) -> bytes:
        value = self._client.fetch([self._uid], [item])[self._uid].get(key.encode())
        return value if isinstance(value, bytes) else b""


def _pairs(flat: Any) -> dict[bytes, bytes]:
    return {key.upper(): value for key, value in zip(flat[::2], flat[1::2], strict=True)} if flat else {}


def _disposition(structure: Any, *, is_text: bool) -> tuple[bytes | None, dict[bytes, bytes]]:
    position = 9 if is_text else 8  # after the number of lines, which only texts have, and the checksum
    disposition = structure[position] if len(structure) > position else None
    return (disposition[0].upper(), _pairs(disposition[1])) if disposition else (None, {})
