"""What becomes of a row: refused, a new record, or a change of one that is there. Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, select

from app.domain.custom_fields import PREFIX, Field, stored
from app.domain.errors import DomainError, Forbidden, Refusal
from app.domain.imports import Duplicates, Outcome, Target
from app.domain.rights import Action
from app.extensions import db
from app.models import Account, ContactAddress
from app.operations import custom_fields
from app.operations.importing.drafts import Draft, LeftAlone
from app.operations.importing.kinds import NEEDED, Importable, SameBy, word_kind
from app.operations.importing.lookup import Lookup
from app.operations.importing.objections import refuse_objected
from app.operations.importing.reading import REFERENCES
from app.permissions.actor import Actor
from app.permissions.decide import is_allowed, is_writable
from app.permissions.one_of import among
from app.permissions.scope import reaches_all, rows
from app.support.i18n import N_

NOT_YOURS = N_("The field “%(field)s” is not yours to write.")
SEVERAL_FIT = N_("Several records fit this row. Make clear which one is meant.")
NO_RIGHT = N_("You may not make records of this type.")
TAKEN = N_("%(address)s belongs to another contact already.")
COLUMNS = {"owner": "owner_id", "team": "team_id", "type": "type_id", "account": "account_id", "contact": "contact_id", "opportunity": "opportunity_id",
           "lead_contact": "lead_contact_id", "assignee": "assignee_id"}


@dataclass
class Plan:
    """How the rows of one file are dealt with, with the rights of this moment."""

    kind: Importable
    targets: Sequence[Target]
    duplicates: Duplicates
    keys: frozenset[str]
    actor: Actor
    own: dict[str, Field]
    lookup: Lookup
    region: str
    forbidden: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.forbidden = {each.name for each in self.targets if not is_writable(self.actor, self.kind.model, each.governed)}
        self.may_create = is_allowed(self.actor, Action.CREATE, self.kind.model) and not self.actor.is_looking
        self.may_make = bool(self.kind.makes) and is_allowed(self.actor, Action.CREATE, Account)

    def label(self, name: str) -> str:
        return next((each.label for each in self.targets if each.name == name), name)


def prepare(plan: Plan, drafts: Sequence[Draft]) -> None:
    """Look up what the rows name; refuse those that say what may not be said, or leave out what is needed."""
    try:
        plan.kind.check(plan.actor)
    except Refusal as refusal:
        for draft in drafts:
            draft.refuse(refusal)
    for draft in drafts:
        said = next((name for name in (*draft.values, *(name for name, _ in draft.asked)) if name in plan.forbidden), None)
        if said and draft.is_open:
            draft.refuse(DomainError("not_yours", NOT_YOURS, field=plan.label(said)))
    kinds = {each.name: word_kind(each) for each in plan.targets if each.kind in REFERENCES or each.name.startswith(PREFIX)}
    plan.lookup.learn((kinds[name], words) for draft in drafts if draft.is_open for name, words in draft.asked)
    for draft in drafts:
        if draft.is_open:
            _settle(plan, draft, kinds)


def _settle(plan: Plan, draft: Draft, kinds: dict[str, str]) -> None:
    try:
        for name, words in draft.asked:
            _refer(plan, draft, name, kinds[name], words)
        plan.kind.settle(draft, plan.lookup)
        for name in plan.kind.needed:
            if not draft.values.get(name) and draft.is_open:
                raise DomainError("needed", NEEDED, field=plan.label(name))
    except Refusal as refusal:
        draft.refuse(refusal)


def _refer(plan: Plan, draft: Draft, name: str, kind: str, words: str) -> None:
    if kind == "step":
        draft.values["step"] = plan.lookup.all(kind, words) or [plan.lookup.one(kind, words, plan.label(name))]
        return
    if name == plan.kind.makes and plan.may_make and not plan.lookup.is_known(kind, words):
        draft.company, key = words, plan.lookup.to_come(words)
    else:
        key = plan.lookup.one(kind, words, plan.label(name))
    if name in ("owner", "assignee"):
        plan.lookup.check_holder(key, plan.kind.model)
    if name in plan.kind.lists:
        draft.values.setdefault(name, []).append(key)
    else:
        draft.values[COLUMNS.get(name, name)] = key


# ---- the same record


def match(plan: Plan, drafts: Sequence[Draft]) -> None:
    """Give each row the record that it is the same as, if there is one."""
    if plan.duplicates is Duplicates.CREATE:
        return
    for way in ways_of(plan):
        asked = {draft.number: key for draft in drafts if draft.is_open and draft.record_id is None and (key := way.of(draft.values)) is not None}
        found = way.find([*asked.values()]) if asked else {}
        for draft in drafts:
            _take(draft, found.get(asked[draft.number], []) if draft.number in asked else [])


def ways_of(plan: Plan) -> list[SameBy]:
    """By what rows are compared: a field that the person may not write, and perhaps not know, tells nothing."""
    return [way for way in plan.kind.same_by if way.code in plan.keys and not {*way.needs} & plan.forbidden]


def _take(draft: Draft, keys: list[int]) -> None:
    if len(keys) > 1:
        draft.refuse(DomainError("several_fit", SEVERAL_FIT))
    elif keys:
        draft.record_id = keys[0]


def first_of_their_kind(plan: Plan, drafts: Sequence[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Those that can be written now, and those that are the same as a new record among them."""
    now: list[Draft] = []
    later: list[Draft] = []
    seen: dict[Any, list[Any]] = {}
    ways = ways_of(plan) if plan.duplicates is not Duplicates.CREATE else []
    for draft in drafts:
        if not draft.is_open or draft.record_id is not None:
            now.append(draft)
            continue
        keys = [(way, key, bucket) for way in ways if (key := way.of(draft.values)) is not None for bucket in _buckets(way, key)]
        if any(way.agree(key, other) for way, key, bucket in keys for other in seen.get(bucket, ())):
            later.append(draft)
            continue
        for _, key, bucket in keys:
            seen.setdefault(bucket, []).append(key)
        now.append(draft)
    return now, later


def _buckets(way: SameBy, key: Any) -> Iterable[Any]:
    return ((way.code, each) for each in key) if way.is_any else ((way.code, key[0]),)


# ---- what is done


def decide(plan: Plan, drafts: Sequence[Draft]) -> dict[int, Any]:
    """Give each open row its outcome; returns the records that are there, by key."""
    known = [draft.record_id for draft in drafts if draft.is_open and draft.record_id is not None]
    items = {} if plan.duplicates is Duplicates.SKIP or not known else _items(plan, known)
    mine = _writable(plan, list(items))
    for draft in drafts:
        if not draft.is_open:
            continue
        try:
            _decide(plan, draft, items, mine)
        except LeftAlone as said:
            draft.outcome, draft.refusal = Outcome.SKIPPED, said
        except Refusal as refusal:
            draft.refuse(refusal)
    _refuse_taken(drafts)
    refuse_objected(plan.kind.model.__name__, drafts, {each.name: each.label for each in plan.targets}, plan.region)
    return items


def _decide(plan: Plan, draft: Draft, items: dict[int, Any], mine: set[int]) -> None:
    if draft.record_id is None:
        if not plan.may_create:
            raise Forbidden(NO_RIGHT)
        _check_own(plan, draft)
        draft.outcome = Outcome.CREATED
    elif plan.duplicates is Duplicates.SKIP:
        raise LeftAlone
    else:
        item = items[draft.record_id] if draft.record_id in mine else None
        if plan.kind.touch is not None:
            plan.kind.touch(item)
        if item is None:
            raise Forbidden
        changes = _changes(plan, draft, item)
        draft.after, draft.outcome = changes, Outcome.UPDATED if changes else Outcome.UNCHANGED


def _items(plan: Plan, keys: list[int]) -> dict[int, Any]:
    model: Any = plan.kind.model
    return {item.id: item for item in db.session.scalars(select(model).where(model.id.in_(sorted({*keys}))))}


def _writable(plan: Plan, keys: list[int]) -> set[int]:
    if not keys or reaches_all(plan.kind.model, plan.actor, Action.WRITE):
        return set(keys)
    table: Any = inspect(plan.kind.model).local_table
    asked = select(table.c.id).where(table.c.id.in_(keys), rows(plan.kind.model, plan.actor, Action.WRITE))
    return set(db.session.connection().scalars(asked))


def _check_own(plan: Plan, draft: Draft) -> None:
    own = {name: value for name, value in draft.values.items() if name.startswith(PREFIX)}
    if own:
        draft.values |= custom_fields.own_values(plan.kind.model, own, {}, plan.actor)
    lacking = custom_fields.missing(plan.own.values(), {name: stored(draft.values.get(name)) for name in own}) if plan.own and plan.kind.is_strict else None
    if lacking is not None:
        raise DomainError("needed", NEEDED, field=lacking.label_in("en"))


def _changes(plan: Plan, draft: Draft, item: Any) -> dict[str, Any]:
    """What the row says otherwise than the record. An empty cell says nothing; lists only grow."""
    found: dict[str, Any] = {}
    for name, value in draft.values.items():
        now = _now(plan, item, name)
        if name in plan.kind.lists:
            grown = [*now, *(each for each in value if each not in now)]
            if grown != now and (plan.duplicates is Duplicates.UPDATE or not now):
                found[name] = grown
        elif now != value and (plan.duplicates is Duplicates.UPDATE or now in (None, "", [])) and not _is_only_new(plan, name):
            found[name] = value
    return found


def _is_only_new(plan: Plan, name: str) -> bool:
    return any(each.name == name and each.is_only_new for each in plan.targets)


def _now(plan: Plan, item: Any, name: str) -> Any:
    if name == "address_lines":
        return [each.address for each in item.addresses]
    if name == "phone_lines":
        return [each.number for each in item.phones]
    value = getattr(item, name)
    return [each.id for each in value] if name in plan.kind.links else value


def _refuse_taken(drafts: Sequence[Draft]) -> None:
    """An e-mail address belongs to one contact: the second one that would have it is refused."""
    wanted = {mail for draft in drafts if draft.outcome in (Outcome.CREATED, Outcome.UPDATED) for mail in draft.values.get("address_lines", ())}
    if not wanted:
        return
    held = {row.address: row.contact_id for row in db.session.execute(
        select(ContactAddress.address, ContactAddress.contact_id).where(among(ContactAddress.address, wanted)))}
    for draft in drafts:
        if draft.outcome not in (Outcome.CREATED, Outcome.UPDATED):
            continue
        for mail in draft.values.get("address_lines", ()) if draft.outcome is Outcome.CREATED else (draft.after or {}).get("address_lines", ()):
            if held.setdefault(mail, draft.record_id or -draft.number) != (draft.record_id or -draft.number):
                draft.refuse(DomainError("address_taken", TAKEN, address=mail))
                break


