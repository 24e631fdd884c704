"""The second line: every ORM statement of every session carries the acting person's row criteria.

A call to ``rows`` that somebody forgot shows too little rather than too much. Not covered: Core statements
and ``text()``, which a test forbids outside this room and ``queries``.
"""

from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import LoaderCriteriaOption

from app.domain.rights import Action
from app.models import Account, Contact, Record
from app.permissions.actor import NOBODY, Actor, NoActor, current_actor
from app.permissions.one_of import Looked
from app.permissions.scope import SCOPES, rows

# Known to all who may see the type at all: nobody else meets them, not even through another record.
ADDRESS_BOOK = (Account, Contact)
WALKS = "walks"  # execution option: the rows come in an order, and the criteria shall choose no other way to them
KEPT = 500  # actors whose criteria are remembered: making them takes milliseconds. Where more are at work in turns, nothing is remembered at all


_numbered: dict[Any, int] = {}  # what criteria look like, whatever their values: no more than there are kinds of rights
_numbers = count()


class _Criterion(LoaderCriteriaOption):
    """What ``with_loader_criteria`` makes, which says once what it is to the cache of compiled statements, and not at each statement anew.

    That is right because a criterion is complete in itself: it shares no part with the statement that it is added to. It says it by a number:
    looking up what is as long as a page of text would take as long at each statement.
    """

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> Any:
        kept = self.__dict__.get("kept")
        if kept is None:
            names, values = type(anon_map)(), list[Any]()
            looks = super()._gen_cache_key(names, values)
            assert looks is not None  # one that cannot say it would be taken for another
            kept = self.__dict__["kept"] = ((_Criterion, _numbered.setdefault(looks, next(_numbers))), values)
        bindparams.extend(kept[1])
        return kept[0]


class _Criteria:
    """What the statements of one actor carry; and, of a statement that is made once and asked often, what it is with that."""

    def __init__(self, options: tuple[Any, ...]) -> None:
        self.options = options
        self._known: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def of(self, statement: Any) -> Any:
        found = self._known.get(statement)
        if found is None:
            found = self._known[statement] = statement.options(*self.options)
        return found


@lru_cache(maxsize=KEPT)
def _criteria(actor: Actor, scopes: tuple[tuple[type, Any], ...], walks: bool = False) -> _Criteria:
    """An actor never changes: one whose rights do is another from then on."""
    closed = [model for model in ADDRESS_BOOK if not actor.scope(model.__name__, Action.READ)]
    narrowed = (*(model for model, _ in scopes), *closed)
    asked: Any = Looked if walks else lambda condition: condition
    return _Criteria(tuple(_Criterion(model, asked(rows(model, actor)), include_aliases=True) for model in narrowed))


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
    criteria = _criteria(actor, tuple(SCOPES.items()), bool(state.execution_options.get(WALKS)))
    if state.is_relationship_load and criteria.options[0] in state.statement._with_options:
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
