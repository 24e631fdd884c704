"""What the reader of a record's page may do with it, and what hangs on it: asked once for the whole page."""

from collections.abc import Iterable
from typing import Any

from flask import abort, g

from app.permissions.actor import current_actor
from app.permissions.decide import allowed_actions, is_allowed
from app.permissions.rights import Action
from app.permissions.scope import rows
from app.queries.hanging import hanging

ASKED = (Action.WRITE, Action.DELETE)


def read(view: Any, pk: Any, loads: Iterable[Any]) -> Any:
    """The record with what its page shows, and what the reader may do with it, by one statement; 404 for one that is not theirs to see."""
    model = view.datamodel.obj
    asked: dict[str, Any] = {**{action: rows(model, current_actor(), action) for action in ASKED}, **hanging(model)}
    item, *told = view.datamodel.get_with(pk, view._base_filters, loads, asked.values()) or abort(404)
    true = frozenset(name for name, is_so in zip(asked, told, strict=True) if is_so)
    g.powers_here = g.hanging_here = (item, true)
    return item


def ask_once(item: Any) -> None:
    """Before the page of ``item`` is drawn, where ``read`` did not read it."""
    if g.get("powers_here", (None,))[0] is not item:
        g.powers_here = (item, allowed_actions(current_actor(), item, ASKED))


def may_here(item: Any, action: Action) -> bool:
    """What ``is_allowed`` says of the acting person; for the record of the page that is drawn it is known."""
    about, powers = g.get("powers_here", (None, frozenset()))
    return action in powers if about is item else is_allowed(current_actor(), action, item)


def may_hang(name: str, item: Any) -> bool:
    """Whether to ask for what ``hanging`` calls so: not where the page of ``item`` was told that there is none."""
    about, there = g.get("hanging_here", (None, frozenset()))
    return about is not item or name in there
