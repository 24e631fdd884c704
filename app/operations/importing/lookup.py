"""Words become records: the companies, people and steps that the rows of a portion name, asked for at once."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from sqlalchemy import or_, select

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Account, AccountType, Contact, ContactAddress, Opportunity, Pipeline, Step, User
from app.models.base import folded_key
from app.operations.assigning import gives_freely, people_on_offer, refused, teams_on_offer
from app.permissions.actor import Actor
from app.support.i18n import N_
from app.support.text import fold

NOT_THERE = N_("There is no “%(value)s” for “%(field)s”.")
NOBODY = N_("Nobody here is called “%(value)s”. Write the name as it stands in Kurier, or the e-mail address.")
SEVERAL = N_("Several are called “%(value)s”. Make clear which one is meant.")
Found = dict[str, list[int]]
T = TypeVar("T")


class Lookup:
    """Remembers, for one run over a portion, whom and what the words of its rows mean to the acting person."""

    def __init__(self, actor: Actor, currency: str = "EUR") -> None:
        self.actor, self.currency = actor, currency
        self._known: dict[tuple[str, str], list[int]] = {}
        self._lists: dict[str, Found] = {}
        self._coming: dict[str, int] = {}
        self._answers: dict[Hashable, Any] = {}

    def learn(self, asked: Iterable[tuple[str, str]]) -> None:
        """``asked``: (kind, words)."""
        by_kind: dict[str, set[str]] = {}
        for kind, words in asked:
            if kind in SEARCHED and (kind, words) not in self._known:
                by_kind.setdefault(kind, set()).add(words)
        for kind, several in by_kind.items():
            found = SEARCHED[kind](several)
            for each in several:
                self._known[kind, each] = found.get(fold(each), [])

    def one(self, kind: str, words: str, field: str) -> int:
        """The key of what is meant. ``DomainError`` where it is nothing or may be several."""
        found = self.all(kind, words)
        if not found:
            raise DomainError("not_there", NOBODY if kind == "person" else NOT_THERE, value=words[:60], **({} if kind == "person" else {"field": field}))
        if len(found) > 1:
            raise DomainError("several", SEVERAL, value=words[:60])
        return found[0]

    def all(self, kind: str, words: str) -> list[int]:
        """The keys of all that it may be."""
        return self._known.get((kind, words), []) if kind in SEARCHED else self._of_list(kind).get(fold(words), [])

    def is_known(self, kind: str, words: str) -> bool:
        return bool(self._known.get((kind, words)))

    def remember(self, key: Hashable, look_up: Callable[[], T]) -> T:
        """What ``look_up`` gives, asked for once."""
        if key not in self._answers:
            self._answers[key] = look_up()
        answer: T = self._answers[key]
        return answer

    def to_come(self, name: str) -> int:
        """A key that stands for an account of that name until it is made: no record has it."""
        return self._coming.setdefault(fold(name), -len(self._coming) - 1)

    def note(self, kind: str, words: str, key: int) -> None:
        """It was just made."""
        self._known[kind, words] = [key]

    def check_holder(self, key: int, model: type[Any]) -> None:
        """Whether records of ``model`` may be given to that person."""
        if not gives_freely(self.actor, model) and key != self.actor.id and key not in self._people_on_offer():
            raise refused(self.actor)

    def _people_on_offer(self) -> set[int]:
        if "on offer" not in self._lists:
            self._lists["on offer"] = {"": [each.id for each in people_on_offer(self.actor)]}
        return set(self._lists["on offer"][""])

    def _of_list(self, kind: str) -> Found:
        if kind not in self._lists:
            found: Found = {}
            for words, key in LISTS[kind](self.actor):
                if words and key not in found.setdefault(fold(words), []):
                    found[fold(words)].append(key)
            self._lists[kind] = found
        return self._lists[kind]


# ---- few, that the firm names itself


def _labelled(model: Any) -> Callable[[Actor], list[tuple[str, int]]]:
    def of(actor: Actor) -> list[tuple[str, int]]:
        rows = db.session.scalars(select(model).where(model.archived_at.is_(None)).order_by(model.id))
        return [(words, row.id) for row in rows for words in (row.label_en, row.label_fr, row.label_pl, getattr(row, "code", ""))]

    return of


def _people(actor: Actor) -> list[tuple[str, int]]:
    asked = select(User.id, User.first_name, User.last_name, User.username, User.email).where(User.active.is_(True))
    return [
        (words, row.id) for row in db.session.execute(asked)
        for words in (f"{row.first_name} {row.last_name}", f"{row.last_name} {row.first_name}", row.username, row.email)
    ]


LISTS: dict[str, Callable[[Actor], list[tuple[str, int]]]] = {
    "person": _people, "team": lambda actor: [(each.name, each.id) for each in teams_on_offer(actor)], "type": _labelled(AccountType),
    "pipeline": _labelled(Pipeline), "step": _labelled(Step),
}


# ---- many: asked for by the very words, as typed and as usually written


def spellings(words: Iterable[str]) -> list[str]:
    """Each as typed, in capitals, in small letters and with capitals at the beginning: what an index finds."""
    return sorted({each for text in words for each in (text, text.upper(), text.lower(), text.title(), text.capitalize())})


def _spelled(key: Any, column: Any, words: Iterable[str]) -> Any:
    """``column`` says one of ``words``; what the index keeps is its folded ``key``."""
    written = spellings(words)
    return key.in_(sorted({folded_key(each, key.type.length) for each in written})) & column.in_(written)


def _accounts(words: Iterable[str]) -> Found:
    wanted = list(words)
    codes = [each for each in wanted if each.isdecimal()]
    fits = [_spelled(Account.sort_name, Account.name, wanted), *([Account.nip.in_(codes), Account.siren.in_(codes)] if codes else [])]
    asked = select(Account.id, Account.name, Account.nip, Account.siren).where(or_(*fits), Account.archived_at.is_(None))
    rows = db.session.execute(asked.order_by(Account.id))
    return _by_words((text, row.id) for row in rows for text in (row.name, row.nip, row.siren))


def _contacts(words: Iterable[str]) -> Found:
    mails = [each.lower() for each in words if "@" in each]
    names = [each for each in words if "@" not in each]
    rows = [(address, key) for key, address in db.session.execute(
        select(Contact.id, ContactAddress.address).join(ContactAddress).where(ContactAddress.address.in_(mails), Contact.archived_at.is_(None))
    )] if mails else []
    if names:
        parts = {part for each in names for part in (each.split()[0], each.split()[-1], each.partition(" ")[2]) if part}
        asked = select(Contact.id, Contact.first_name, Contact.last_name).where(Contact.last_name.in_(spellings(parts)), Contact.archived_at.is_(None))
        for row in db.session.execute(asked):
            rows += [(f"{row.first_name} {row.last_name}", row.id), (f"{row.last_name} {row.first_name}", row.id)]
    return _by_words(rows)


def _opportunities(words: Iterable[str]) -> Found:
    asked = select(Opportunity.title, Opportunity.id).where(_spelled(Opportunity.sort_title, Opportunity.title, words), Opportunity.archived_at.is_(None))
    return _by_words((title, key) for title, key in db.session.execute(asked))


def _by_words(rows: Iterable[tuple[str | None, int]]) -> Found:
    found: Found = {}
    for words, key in rows:
        if words and key not in found.setdefault(fold(words.strip()), []):
            found[fold(words.strip())].append(key)
    return found


SEARCHED: dict[str, Callable[[Iterable[str]], Found]] = {"account": _accounts, "contact": _contacts, "opportunity": _opportunities}
