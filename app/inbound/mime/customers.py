"""Whom a forwarded mail is about, and who else it could be where that is not certain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.inbound.mime.attributions import find_attributions
from app.inbound.mime.directory import Directory
from app.inbound.mime.forwards import Forward, find_forward_chain
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.plain_lines import split_lines
from app.inbound.mime.shown_addresses import addresses_in
from app.support.text import fold

_MOST_CANDIDATES = 6
_MOST_QUOTED = 20
_LOOKED_AT = 32_768


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail inside a forward that counts, and the person whom it is about, if one can be told.

    ``candidates`` are the people to choose from, the likeliest first, with ``person`` among them.
    """

    outer: Forward
    inner: Forward
    person: Address | None
    is_confirmed: bool
    candidates: tuple[Address, ...] = ()


def forwarded(mail: Mail, directory: Directory, *, text: str) -> Forwarded | None:
    """Find the innermost external sender; when only colleagues wrote, whom they wrote to.

    Whom a colleague wrote to is confirmed if it is one person who is quoted below as well.
    """
    chain = find_forward_chain(text=text, html=mail.html, subject=mail.subject, nested=mail.nested)
    if not chain:
        return None
    inner = next((one for one in reversed(chain) if one.sender and directory.is_external_person(one.sender)), None)
    if inner and inner.sender and inner.sender.address:
        return _concluded(chain, inner, inner.sender, directory, is_confirmed=inner.is_certain)
    if inner and inner.sender:
        return _concluded(chain, inner, _with_address(inner.sender, chain), directory, is_confirmed=False)
    for one in reversed(chain):
        people = {each.address: each for each in (*one.to, *one.cc) if _is_outside(each, directory)}
        if people:
            person = next(iter(people.values()))
            is_confirmed = one.is_certain and len(people) == 1 and _is_quoted(person, one.text)
            return _concluded(chain, one, person, directory, is_confirmed=is_confirmed)
    return _concluded(chain, chain[-1], None, directory, is_confirmed=False)


def possible_customers(text: str, directory: Directory) -> tuple[Address, ...]:
    """Who could be meant in a ``text`` that shows no forwarded mail: for a person to choose from."""
    shown = (Address("", address) for address in addresses_in(text[:_LOOKED_AT]))
    return _distinct((*_quoted_authors(text), *shown), directory)


def _concluded(
    chain: Sequence[Forward], inner: Forward, person: Address | None, directory: Directory, *, is_confirmed: bool
) -> Forwarded:
    if is_confirmed:
        return Forwarded(chain[0], inner, person, True, (person,) if person else ())
    people = [*([person] if person else []), *_people(chain), *_quoted_authors(chain[0].text)]
    return Forwarded(chain[0], inner, person, False, _distinct(people, directory))


def _people(chain: Sequence[Forward]) -> Iterator[Address]:
    for one in reversed(chain):
        if one.sender:
            yield one.sender
        yield from (each for each in (*one.to, *one.cc) if each.address)


def _distinct(people: Sequence[Address], directory: Directory) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for each in people:
        if (each.address or each.name) and directory.is_external_person(each):
            known = found.setdefault(each.address or fold(each.name), each)
            if each.name and not known.name:
                found[known.address] = each
    return tuple(found.values())[:_MOST_CANDIDATES]


def _is_outside(mailbox: Address, directory: Directory) -> bool:
    return bool(mailbox.address) and directory.is_external_person(mailbox)


def _with_address(person: Address, chain: Sequence[Forward]) -> Address:
    """``person``, who is shown by name only, with an address in the mails that is made of that name."""
    words = [word for word in fold(person.name).replace("-", " ").replace(",", " ").split() if len(word) > 2]
    for one in reversed(chain):
        for address in (*(each.address for each in (*one.to, *one.cc)), *addresses_in(one.text[:_LOOKED_AT])):
            local = address.partition("@")[0]
            if words and (all(word in local for word in words) or (words[-1] in local and len(words[-1]) > 3)):
                return Address(person.name, address)
    return person


def _is_quoted(person: Address, text: str) -> bool:
    """Whether a mail by ``person`` is quoted in ``text``, who may be shown by the whole name only."""
    if person.address in {author.address for author in _quoted_authors(text)}:
        return True
    name = fold(person.name)
    attributions = find_attributions(split_lines(text[:_LOOKED_AT]))[:_MOST_QUOTED] if " " in name else []
    return any(name in fold(one.text) for one in attributions)


def _quoted_authors(text: str) -> Iterator[Address]:
    """Who wrote the mails that are quoted in ``text``."""
    lines = split_lines(text[:_LOOKED_AT])
    at = 0
    for _ in range(_MOST_QUOTED):
        block = find_block(lines, at)
        if block is None:
            break
        if block.sender and block.sender.address and not block.is_guess:
            yield block.sender
        at = block.end
    yield from (one.author for one in find_attributions(lines)[:_MOST_QUOTED] if one.author)
