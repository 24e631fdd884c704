"""What an import knows of each type of record. Another type plugs in with a line in ``KINDS`` and its columns in ``app/domain/import_fields.py``."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import eq
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.errors import DomainError
from app.domain.imports import Target
from app.extensions import db
from app.models import (
    Account,
    Contact,
    ContactAddress,
    ContactPhone,
    Engagement,
    Opportunity,
    Pipeline,
    ProspectRow,
    Record,
    Step,
    Task,
)
from app.models.base import folded_key
from app.models.contacts import PhoneKind, contact_account
from app.models.engagements import engagement_contact
from app.models.opportunities import opportunity_contact
from app.operations import contacts, opportunities, records
from app.operations.importing.drafts import Draft
from app.operations.importing.lookup import Lookup, spellings
from app.permissions.actor import Actor
from app.permissions.one_of import among
from app.support.i18n import N_
from app.support.text import fold

NEEDED = N_("“%(field)s” is empty, and a record needs it.")
STEP_NOT_THERE = N_("There is no step “%(value)s” in this pipeline.")
NO_NAME = N_("A contact is a person: give at least a name or an e-mail address.")
# The kind of look-up behind a column.
KINDS_OF_WORDS = {"owner": "person", "assignee": "person", "accounts": "account", "contacts": "contact", "lead_contact": "contact"}


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class SameBy:
    """One way by which a row is the same as a record. ``of``: what to compare of the values; ``find``: which records have it."""

    code: str
    label: str
    needs: tuple[str, ...]
    of: Callable[[Mapping[str, Any]], Hashable | None]
    find: Callable[[list[Any]], dict[Any, list[int]]]
    agree: Callable[[Any, Any], bool] = eq  # whether two rows of one file mean the same
    is_any: bool = False  # what is compared is several things, any one of which is enough


@dataclass(frozen=True)
class Importable:
    """``settle`` turns the values of a row into those of a record; ``make`` is one that no session knows; ``update`` changes one that is there.

    ``makes``: the column whose unknown words become accounts. ``lists``: fields that only grow.
    """

    model: type[Record]
    needed: tuple[str, ...]
    same_by: tuple[SameBy, ...]
    settle: Callable[[Draft, Lookup], None]
    make: Callable[[dict[str, Any]], Any]
    update: Callable[[Any, dict[str, Any], Actor], Any]
    makes: str = ""
    lists: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None  # those that a file may have, if not all
    left: tuple[str, ...] = ()  # headers of our own exports that are never read
    usual: tuple[str, ...] | None = None  # by what a row is the same where nobody says it, if not by all
    also: tuple[str, ...] = ()  # fields that follow from a change: taken back with it
    is_strict: bool = True  # whether required fields of the firm refuse a row
    check: Callable[[Actor], None] = _nothing  # refuses all rows of this moment
    touch: Callable[[Any], None] | None = None  # refuses to change a record that is there, or leaves it alone; None: it is not within reach
    before: Callable[[Sequence[Any], Sequence[Draft], Actor], None] = _nothing  # what new records get together
    after: Callable[[Sequence[Any]], None] = _nothing  # what follows once they have keys
    links: Mapping[str, Any] = field(default_factory=dict)  # list of keys → (table, its column for the record, that for the other)
    ties: tuple[Any, ...] = ()  # columns of tables in which the record must not stand when it is taken back


def _update(item: Any, changes: dict[str, Any], actor: Actor) -> Any:
    return records.update(item, changes, actor=actor)


def _plainly(model: type[Record]) -> Callable[[dict[str, Any]], Any]:
    return lambda values: model(**values)


def by_columns(model: Any, code: str, label: str, *names: str) -> SameBy:
    """Equal in all these columns, text by its folded form; the first must be there."""
    columns = [getattr(model, name) for name in names]

    def of(values: Mapping[str, Any]) -> Hashable | None:
        first = values.get(names[0])
        return (_looked_for(first), *(_folded(values.get(name)) for name in names[1:])) if first else None

    def find(wanted: list[Any]) -> dict[Any, list[int]]:
        asked = select(model.id, *columns).where(model.archived_at.is_(None), among(columns[0], {*_spelled(each[0] for each in wanted)}))
        found: dict[Any, list[int]] = {}
        for key, *row in db.session.execute(asked.order_by(model.id)):
            found.setdefault(tuple(_folded(each) for each in row), []).append(key)
        return found

    return SameBy(code, label, names[:1], of, find)


class _Folded(str):
    """A text by which others are the same that are spelled otherwise; ``said`` is how it is spelled: an index knows no other."""

    __slots__ = ("said",)
    said: str


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _looked_for(value: Any) -> Any:
    """``_folded``, of what is asked of an index."""
    if not isinstance(value, str):
        return value
    found = _Folded(fold(value))
    found.said = value
    return found


def _spelled(wanted: Iterable[Any]) -> list[Any]:
    """As it is spelled, and without its accents: capitals are often written so."""
    values = list(wanted)
    return spellings({text for each in values for text in (each.said, str(each))}) if values and isinstance(values[0], _Folded) else values


# ---- accounts


def _account_by_name() -> SameBy:
    """The same name, and no other postcode, city or number where both have one."""
    columns = ("name", "postcode", "city", "nip", "siren")

    def of(values: Mapping[str, Any]) -> Hashable | None:
        return (_looked_for(values["name"]), *_compared(columns[1:], [values.get(name) for name in columns[1:]])) if values.get("name") else None

    def find(wanted: list[Any]) -> dict[Any, list[int]]:
        model: Any = Account
        names = {*_spelled(each[0] for each in wanted)}
        keys = {folded_key(each, model.sort_name.type.length) for each in names}  # what the index keeps
        fits = model.archived_at.is_(None), among(model.sort_name, keys), among(model.name, names)
        asked = select(model.id, *(getattr(model, name) for name in columns)).where(*fits)
        rows = [(key, _compared(columns, row)) for key, *row in db.session.execute(asked.order_by(model.id))]
        by_name: dict[str, list[Any]] = {}
        for key, row in rows:
            by_name.setdefault(row[0], []).append((key, row))
        return {each: [key for key, row in by_name.get(each[0], ()) if _agree(each, row)] for each in wanted}

    return SameBy("name", N_("Company name, where the place does not differ"), ("name",), of, find, _agree)


def _compared(columns: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
    """Values as companies are compared by them: 01234 and 01-234 are one postcode."""
    folded = [_folded(each) for each in values]
    return tuple(each.replace("-", "").replace(" ", "") if name == "postcode" and each else each for name, each in zip(columns, folded, strict=True))


def _agree(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(a == b or not a or not b for a, b in zip(one, other, strict=True))


def _settle_account(draft: Draft, lookup: Lookup) -> None:
    number = draft.values.pop("house_number", None)
    if number and draft.values.get("street"):
        draft.values["street"] = f"{draft.values['street']} {number}"[:200]


# ---- contacts


def _settle_contact(draft: Draft, lookup: Lookup) -> None:
    values = draft.values
    first, _, last = values.pop("full_name", "").rpartition(" ")
    if last and not (values.get("first_name") or values.get("last_name")):
        values.update({"first_name": first[:80], "last_name": last[:120]} if first else {"last_name": last[:120]})
    if not (values.get("first_name") or values.get("last_name") or values.get("address_lines")):
        draft.refuse(DomainError("no_name", NO_NAME))


def _make_contact(values: dict[str, Any]) -> Contact:
    plain = {name: value for name, value in values.items() if name not in ("address_lines", "phone_lines", "accounts")}
    contact = Contact(**plain)
    contact.addresses = [ContactAddress(address=each, position=at) for at, each in enumerate(values.get("address_lines", ()))]
    contact.phones = [ContactPhone(number=each, position=at, kind=_kind_of(each)) for at, each in enumerate(values.get("phone_lines", ()))]
    return contact


def _kind_of(number: str) -> PhoneKind:
    return contacts.phone(number, None)[1]


def _update_contact(contact: Contact, changes: dict[str, Any], actor: Actor) -> Any:
    lines: dict[str, Any] = {name: "\n".join(changes[name]) for name in ("address_lines", "phone_lines") if name in changes}
    return contacts.update_contact(contact, {**changes, **lines}, actor=actor)


def _contact_by_mail() -> SameBy:
    def find(wanted: list[Any]) -> dict[Any, list[int]]:
        mails = sorted({mail for each in wanted for mail in each})
        rows = {row.address: row.contact_id for row in db.session.execute(
            select(ContactAddress.address, ContactAddress.contact_id).where(among(ContactAddress.address, {*mails})))}
        return {each: list(dict.fromkeys(rows[mail] for mail in each if mail in rows)) for each in wanted}

    return SameBy("address_lines", N_("E-mail address"), ("address_lines",), lambda values: tuple(values.get("address_lines") or ()) or None, find,
                  lambda one, other: bool({*one} & {*other}), is_any=True)


def _contact_by_account() -> SameBy:
    def of(values: Mapping[str, Any]) -> Hashable | None:
        account = next(iter(values.get("accounts") or ()), None)
        return (fold(values["last_name"]), fold(values.get("first_name") or ""), account) if values.get("last_name") and account else None

    def find(wanted: list[Any]) -> dict[Any, list[int]]:
        asked = select(Contact.id, Contact.last_name, Contact.first_name, contact_account.c.account_id).join(
            contact_account, contact_account.c.contact_id == Contact.id
        ).where(contact_account.c.account_id.in_({each[2] for each in wanted}), Contact.archived_at.is_(None))
        found: dict[Any, list[int]] = {}
        for key, last, first, account in db.session.execute(asked):
            found.setdefault((fold(last), fold(first), account), []).append(key)
        return found

    return SameBy("name", N_("Name and account"), ("last_name", "accounts"), of, find)


def _contact_by_phone() -> SameBy:
    def of(values: Mapping[str, Any]) -> Hashable | None:
        phone = next(iter(values.get("phone_lines") or ()), None)
        return (fold(values["last_name"]), phone) if values.get("last_name") and phone else None

    def find(wanted: list[Any]) -> dict[Any, list[int]]:
        asked = select(Contact.id, Contact.last_name, ContactPhone.number).join(ContactPhone).where(
            ContactPhone.number.in_({each[1] for each in wanted}), Contact.archived_at.is_(None))
        found: dict[Any, list[int]] = {}
        for key, last, number in db.session.execute(asked):
            found.setdefault((fold(last), number), []).append(key)
        return found

    return SameBy("phone", N_("Last name and telephone"), ("last_name", "phone_lines"), of, find)


# ---- opportunities


def _settle_opportunity(draft: Draft, lookup: Lookup) -> None:
    """The step is looked for in its pipeline, which may follow from it. Without any it is the first one."""
    words, pipeline = draft.values.pop("step", None), draft.values.pop("pipeline", None)
    steps = [key for key in (words or ()) if pipeline is None or db.session.get_one(Step, key).pipeline_id == pipeline]
    if words and not steps:
        draft.refuse(DomainError("not_there", STEP_NOT_THERE, value=str(db.session.get_one(Step, words[0]))))
        return
    draft.new["step_id"], draft.new["pipeline_id"] = lookup.remember(("step", tuple(steps), pipeline), lambda: _first_of(steps, pipeline))
    if draft.values.get("amount") is not None:
        draft.new["currency"] = lookup.currency


def _first_of(steps: list[int], pipeline: int | None) -> tuple[int, int]:
    """(step, pipeline): of several with one name that of the first pipeline."""
    found = [db.session.get_one(Step, key) for key in steps] or [opportunities.first_step(db.session.get_one(Pipeline, pipeline) if pipeline else None)]
    step = min(found, key=lambda each: (each.pipeline.position, each.pipeline_id))
    return step.id, step.pipeline_id


def _settle_task(draft: Draft, lookup: Lookup) -> None:
    draft.new["author_id"] = lookup.actor.id
    if not (draft.values.get("assignee_id") or draft.values.get("team_id")):
        draft.values["assignee_id"] = lookup.actor.id


def _make_opportunity(values: dict[str, Any]) -> Opportunity:
    item = Opportunity(**{name: value for name, value in values.items() if name != "contacts"})
    if item.step_id:
        step = db.session.get_one(Step, item.step_id)
        set_committed_value(item, "step", step)
        set_committed_value(item, "pipeline", step.pipeline)
    return item


def _make_task(values: dict[str, Any]) -> Task:
    item = Task(**values)
    if item.opportunity_id:
        set_committed_value(item, "opportunity", db.session.get(Opportunity, item.opportunity_id))
    return item


KINDS: dict[str, Importable] = {
    "Account": Importable(
        Account, ("name",),
        (*(by_columns(Account, name, label, name) for name, label in (
            ("nip", N_("NIP")), ("siren", N_("SIREN")), ("siret", N_("SIRET")), ("regon", N_("REGON")), ("vat_number", N_("VAT number")))),
         _account_by_name()),
        _settle_account, _plainly(Account), _update, ties=(contact_account.c.account_id,),
    ),
    "Contact": Importable(
        Contact, (), (_contact_by_mail(), _contact_by_account(), _contact_by_phone()), _settle_contact, _make_contact, _update_contact,
        makes="accounts", lists=("address_lines", "phone_lines", "accounts"), links={"accounts": (contact_account, "contact_id", "account_id")},
        ties=(opportunity_contact.c.contact_id, engagement_contact.c.contact_id),
    ),
    "Opportunity": Importable(
        Opportunity, ("title",), (by_columns(Opportunity, "title", N_("Title and account"), "title", "account_id"),),
        _settle_opportunity, _make_opportunity, _update, makes="account", lists=("contacts",),
        links={"contacts": (opportunity_contact, "opportunity_id", "contact_id")},
    ),
    "Task": Importable(
        Task, ("title",), (by_columns(Task, "title", N_("What, when and who"), "title", "due_at", "assignee_id"),), _settle_task, _make_task, _update,
    ),
    "Engagement": Importable(
        Engagement, ("name",), (by_columns(Engagement, "name", N_("Name and account"), "name", "account_id"),), _nothing,
        _plainly(Engagement), _update, makes="account",
    ),
}


MODELS: dict[str, type[Record]] = {name: each.model for name, each in KINDS.items()} | {"ProspectRow": ProspectRow}


def word_kind(target: Target) -> str:
    """Where the words of a reference are looked up."""
    same = ("team", "type", "pipeline", "step", "account", "contact", "opportunity")
    return KINDS_OF_WORDS.get(target.name, target.name if target.name in same else "person")


