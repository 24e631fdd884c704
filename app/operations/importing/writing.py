"""What was decided is written: new records in bulk, past the ORM, changes one by one as a person would make them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import make_transient_to_detached

from app.domain.custom_fields import PREFIX
from app.domain.errors import Refusal
from app.domain.imports import Outcome
from app.extensions import db
from app.models import Account, Contact, ContactAddress, ContactPhone, ProspectRow, Record
from app.models.base import Searched, search_text_of
from app.models.contacts import backwards
from app.models.custom_fields import KEY_TABLES, key_rows, known, searched_values
from app.models.pouring import keys_for, pour, with_defaults
from app.operations import custom_fields
from app.operations.importing.deciding import Plan
from app.operations.importing.drafts import Draft
from app.operations.records import RULES, Rules
from app.operations.transaction import plain, record
from app.permissions.actor import Actor
from app.support.text import fold, words

ALONE = (Account, Contact, ProspectRow)  # what follows when one is made looks at nothing but its columns: it needs no session


def write(plan: Plan, drafts: Sequence[Draft], items: dict[int, Any]) -> None:
    """Carry out what was decided for each row; inside a running operation and a group."""
    _make_companies(plan, [draft for draft in drafts if draft.outcome in (Outcome.CREATED, Outcome.UPDATED)])
    _create(plan, [draft for draft in drafts if draft.outcome is Outcome.CREATED])
    for draft in drafts:
        if draft.outcome is Outcome.UPDATED:
            _update(plan, draft, items[draft.record_id or 0])


# ---- new records


def _make_companies(plan: Plan, drafts: Sequence[Draft]) -> None:
    """The accounts that rows name and nobody knows: each once, owned by whoever imports."""
    wanted: dict[int, tuple[str, list[Draft]]] = {}
    for draft in drafts:
        if draft.company:
            wanted.setdefault(plan.lookup.to_come(draft.company), (draft.company, []))[1].append(draft)
    if not wanted:
        return
    made = make(Account, [Account(name=name, owner_id=plan.actor.id) for name, _ in wanted.values()], {}, plan.actor)
    keys = dict(zip(wanted, (item.id for item in made), strict=True))
    for coming, (name, asking) in wanted.items():
        plan.lookup.note("account", name, keys[coming])
        asking[0].made.append(["Account", keys[coming], 1])
        for draft in asking:
            plan.lookup.note("account", draft.company, keys[coming])
            for values in (draft.values, draft.after or {}):
                _replace(values, plan.kind.makes, coming, keys[coming])


def _replace(values: dict[str, Any], name: str, coming: int, key: int) -> None:
    if values.get(f"{name}_id") == coming:
        values[f"{name}_id"] = key
    elif coming in values.get(name, ()):
        values[name] = list(dict.fromkeys(key if each == coming else each for each in values[name]))


def _create(plan: Plan, drafts: Sequence[Draft]) -> None:
    model, rules = plan.kind.model, RULES.get(plan.kind.model, Rules())
    ready: list[tuple[Draft, Any]] = []
    for draft in drafts:
        values = {name: value for name, value in {**draft.new, **draft.values}.items() if name not in plan.kind.links}
        if hasattr(model, "team_id") and hasattr(model, "owner_id") and plan.actor.id and not (values.get("owner_id") or values.get("team_id")):
            values["owner_id"] = plan.actor.id
        item = plan.kind.make(values)
        item.created_by_id = plan.actor.id
        try:
            with db.session.no_autoflush:
                rules.prepare(item, plan.actor)
                rules.check(item)
        except Refusal as refusal:
            draft.refuse(refusal)
        else:
            ready.append((draft, item))
    links = {name: [draft.values.get(name, ()) for draft, _ in ready] for name in plan.kind.links}
    if ready:
        plan.kind.before([item for _, item in ready], [draft for draft, _ in ready], plan.actor)
    made = make(model, [item for _, item in ready], {plan.kind.links[name]: each for name, each in links.items()}, plan.actor)
    if made:
        plan.kind.after(made)
    for (draft, _), item in zip(ready, made, strict=True):
        draft.record_id, draft.seen = item.id, 1
        record(plan.actor, "create", item, after=custom_fields.audited(model, draft.values))


def make(model: type[Record], items: Sequence[Any], links: dict[Any, Sequence[Iterable[int]]], actor: Actor) -> list[Any]:
    """Insert records that no session knows yet, with their keys of search, their history and ``links`` to others; returns them as saved ones."""
    if not items:
        return []
    connection, table = db.session.connection(), inspect(model).local_table
    for item, key in zip(items, keys_for(table, len(items), connection), strict=True):
        item.id = key
        if isinstance(item, Searched):
            item.search_text = _search_text(item)
        vars(item).update(item.following())
    rows = with_defaults(table, [vars(item) for item in items])
    pour(table, rows, connection)
    _pour_children(items, connection)
    for (through, own, other), several in links.items():
        pour(through, [{own: item.id, other: key} for item, keys in zip(items, several, strict=True) for key in dict.fromkeys(keys)], connection)
    if issubclass(model, Searched):
        found = sorted((word, item.id) for item in items for word in words(item.search_text))  # in the order of the index
        pour(model.WORDS, [{"word": word, "record_id": key} for word, key in found], connection)
    definitions = known(db.session())
    if model.__name__ in KEY_TABLES and definitions:
        pour(KEY_TABLES[model.__name__], [row for item in items for row in key_rows(item, definitions)], connection)
    for item, row in zip(items, rows, strict=True):
        vars(item).update(row)
        make_transient_to_detached(item)  # a saved record from here on
        if model not in ALONE:
            _attach(item)
        RULES.get(model, Rules()).created(item, actor)
    return list(items)


def _attach(item: Any) -> None:
    for name in inspect(type(item)).relationships.keys():  # noqa: SIM118 - a mapping of its own kind
        vars(item).pop(name, None)
    db.session.add(item)


def _search_text(item: Any) -> str:
    own = searched_values(item.custom, known(db.session())) if item.custom else []
    return fold(f"{search_text_of(item)} {' '.join(own)}")[:1000]


def _pour_children(items: Sequence[Any], connection: Any) -> None:
    """The addresses and telephones of contacts."""
    if not isinstance(items[0], Contact):
        return
    for model, name, more in ((ContactAddress, "addresses", _nothing_more), (ContactPhone, "phones", _backwards)):
        children = [(item.id, child) for item in items for child in vars(item).get(name, ())]
        table = inspect(model).local_table
        rows = [{**vars(child), **more(child), "contact_id": key, "id": own}
                for (key, child), own in zip(children, keys_for(table, len(children), connection), strict=True)]
        pour(table, with_defaults(table, rows), connection)


def _nothing_more(child: Any) -> dict[str, Any]:
    return {}


def _backwards(child: ContactPhone) -> dict[str, Any]:
    return {"backwards": backwards(child.number)}


# ---- records that are there


def _update(plan: Plan, draft: Draft, item: Any) -> None:
    changes = {name: _related(plan, item, name, value) for name, value in (draft.after or {}).items()}
    followed = [*changes, *plan.kind.also]
    before = {name: kept_value(item, name) for name in followed}
    try:
        with db.session.begin_nested():
            plan.kind.update(item, changes, plan.actor)
            db.session.flush()
    except Refusal as refusal:
        draft.after = None
        draft.refuse(refusal)
        return
    draft.before, draft.seen = before, item.version
    draft.after = {name: kept_value(item, name) for name in followed}


def _related(plan: Plan, item: Any, name: str, value: Any) -> Any:
    if name not in plan.kind.links:
        return value
    other: Any = inspect(type(item)).relationships[name].mapper.class_
    return [each for key in value if (each := db.session.get(other, key)) is not None]


def kept_value(item: Any, name: str) -> Any:
    """The value of a field as JSON keeps it."""
    if name == "address_lines":
        return [each.address for each in item.addresses]
    if name == "phone_lines":
        return [each.number for each in item.phones]
    return plain(item.custom.get(name)) if name.startswith(PREFIX) else plain(getattr(item, name))
