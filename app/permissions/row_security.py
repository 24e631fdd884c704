"""The second line: every ORM statement of every session carries the acting person's row criteria.

A call to ``rows`` that somebody forgot shows too little rather than too much. Not covered: Core statements
and ``text()``, which a test forbids outside this room and ``queries``.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE

from app.domain.rights import Action
from app.models import Account, Contact, Record
from app.permissions.actor import NOBODY, Actor, NoActor, current_actor
from app.permissions.one_of import Looked
from app.permissions.scope import SCOPES, rows

# Known to all who may see the type at all: nobody else meets them, not even through another record.
ADDRESS_BOOK = (Account, Contact)
# Execution options: the criteria shall choose no other way to the rows, which come in an order, or are few by what else is asked.
WALKS, FEW = "walks", "few"
KEPT = 500  # actors whose criteria are remembered: making them takes milliseconds. Where more are at work in turns, nothing is remembered at all


_numbered: dict[Any, int] = {}  # what criteria look like, whatever their values: no more than there are kinds of rights
_numbers = count()


class _Together(CriteriaOption):
    """Several of what ``with_loader_criteria`` makes, as one option, which says once what they are to the cache of compiled statements.

    That is right because they are complete in themselves: but for parameters they share no part with the statement that they are added to. They say it
    by a number: looking up what is as long as a page of text would take as long at each statement.
    """

    inherit_cache = True
    propagate_to_loaders = True

    def __init__(self, parts: Iterable[LoaderCriteriaOption]) -> None:
        self._parts = tuple(parts)
        self._number = -1
        self._values: list[Any] = []  # parameters, each once

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for part in self._parts:
            part.get_global_criteria(attributes)

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> Any:
        if self._number < 0:
            names, values = type(anon_map)(), list[Any]()
            looks = tuple(part._gen_cache_key(names, values) for part in self._parts)
            assert NO_CACHE not in names  # one that cannot say it would be taken for another
            self._values = values  # before the number, by which another thread knows that they are there
            self._number = _numbered.setdefault(looks, next(_numbers))
        places = []
        for value in self._values:
            place, is_known = anon_map.get_anon(value)
            if not is_known:
                bindparams.append(value)
            places.append(place)
        return (_Together, self._number, *places)


class _Criteria:
    """What the statements of one actor carry; and, of a statement that is made once and asked often, what it is with that."""

    def __init__(self, option: _Together) -> None:
        self.option = option
        self._known: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def of(self, statement: Any) -> Any:
        found = self._known.get(statement)
        if found is None:
            found = self._known[statement] = statement.options(self.option)
        return found


@lru_cache(maxsize=KEPT)
def _criteria(actor: Actor, scopes: tuple[tuple[type, Any], ...], walks: bool = False, few: bool = False) -> _Criteria:
    """An actor never changes: one whose rights do is another from then on."""
    closed = [model for model in ADDRESS_BOOK if not actor.scope(model.__name__, Action.READ)]
    narrowed = (*(model for model, _ in scopes), *closed)
    asked: Any = Looked if walks or few else lambda condition: condition
    return _Criteria(_Together(LoaderCriteriaOption(model, asked(rows(model, actor, are_few=few)), include_aliases=True) for model in narrowed))


def _is_protected(state: ORMExecuteState) -> bool:
    return any(mapper.class_ in SCOPES for mapper in state.all_mappers)


def _narrow(state: ORMExecuteState) -> None:
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    try:
        actor = current_actor()
    except NoActor:
        if _is_protected(state):
            raise
        actor = NOBODY  # a protected type may still hide in a subquery: it shows nothing
    if actor.sees_all:
        return
    criteria = _criteria(actor, tuple(SCOPES.items()), *(bool(state.execution_options.get(name)) for name in (WALKS, FEW)))
    if state.is_relationship_load and criteria.option in state.statement._with_options:
        return  # carried along by the statement that loads
    state.statement = criteria.of(state.statement)


def _refuse_stray_write(session: Session, context: object, instances: object) -> None:
    if session.info.get("atomic"):
        return
    touched = [o for o in (*session.new, *session.deleted) if isinstance(o, Record)]
    touched += [o for o in session.dirty if isinstance(o, Record) and session.is_modified(o)]
    if touched:
        raise RuntimeError(f"write outside an operation: {touched!r}")


def install() -> None:
    """Arm all sessions of this process; calling it twice does nothing more."""
    if not event.contains(Session, "do_orm_execute", _narrow):
        event.listen(Session, "do_orm_execute", _narrow)
        event.listen(Session, "before_flush", _refuse_stray_write)
