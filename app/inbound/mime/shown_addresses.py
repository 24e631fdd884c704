"""Addresses as programs show them to people, which follows no RFC."""

import re

from app.inbound.mime.mail import Address

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'|@*]{1,64}@[^\s<>()\[\],;:\"'|@*]{1,253}")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_EDGES = " \t,;:<>[]()*|\"'„”“«»"
_BEHIND = re.compile(r"\s*\(([^()@]{2,80})\)")
_DIRECTORY_NAME = re.compile(r"[<\[(]?/o=[^>\])]{0,400}[>\])]?", re.IGNORECASE)
_LIMIT = 16_384
_MOST = 200


def read_addresses(shown: str) -> tuple[Address, ...]:
    """Everyone in ``shown``; one who is shown by name only has an empty address.

    Copes with ``Doe, Jane <j@x.pl>; 'Bob' [mailto:b@x.pl]`` and ``j@x.pl<mailto:j@x.pl>``.
    """
    text = _MAILTO.sub(" ", _DIRECTORY_NAME.sub(" ", shown[:_LIMIT]))
    found: list[Address] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match.group().strip(".'").lower()
        if not _is_plausible(address):
            continue
        between, end_before = text[end : match.start()], end
        end = match.end()
        *nameless, name = between.split(";")
        found += [Address(clean, "") for piece in nameless if (clean := _clean(piece, ""))]
        if found and end_before and found[-1].address == address and not _clean(name, address):
            continue  # The same address again, as the target of its own link.
        behind = _BEHIND.match(text, end)
        shown_name = _clean(name, address)
        if not shown_name and behind:
            shown_name, end = _clean(behind.group(1), address), behind.end()
        found.append(Address(shown_name, address))
    rest = [Address(clean, "") for piece in text[end:].split(";") if (clean := _clean(piece, ""))]
    return tuple((found + [one for one in rest if any(map(str.isalpha, one.name))])[:_MOST])


def addresses_in(text: str) -> tuple[str, ...]:
    """The addresses in ``text``, in lower case, each once, in their order."""
    found = (match.group().strip(".'").lower() for match in _ADDRESS.finditer(_MAILTO.sub(" ", text)))
    return tuple(dict.fromkeys(filter(_is_plausible, found)))[:_MOST]


def _is_plausible(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return "." in domain.strip(".") or domain == "localhost"


def _clean(name: str, address: str) -> str:
    bare = " ".join(name.split()).strip(_EDGES)
    if bare.count("(") > bare.count(")"):
        bare += ")"
    return "" if bare.lower() == address or "@" in bare else bare
