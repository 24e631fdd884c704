"""What an administrator says about a field of the firm's own: its definition and its list of values."""

from typing import Any

from sqlalchemy import func, select

from app.domain.custom_fields import CHOSEN, DECIDING, SEARCHABLE, FieldKind, code_of
from app.domain.errors import DomainError
from app.extensions import db
from app.models import CustomChoice, CustomField, Firm
from app.models.base import Searched, record_types
from app.models.custom_fields import KEY_TABLES
from app.models.words import write_again
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Actor
from app.support.i18n import N_
from app.support.text import storable

LANGUAGES = ("label_en", "label_fr", "label_pl")
MOST_CHOICES = 200
PORTION = 2_000  # keys of records that are found anew in one transaction


def _prepare(item: CustomField, actor: Actor) -> None:
    """The name for programs comes from the English label, and is one that no field ever had."""
    wanted = code_of(item.code or item.label_en or "") or "field"
    taken = set(db.session.scalars(select(CustomField.code)))
    numbered = (f"{wanted[:36]}_{number}" for number in range(2, 1000))
    item.code = wanted if wanted not in taken else next(each for each in numbered if each not in taken)


def _check(item: CustomField) -> None:
    """Refuse what makes no sense together."""
    if not item.record_types or not set(item.record_types) <= KEY_TABLES.keys():
        raise DomainError("no_record_type", N_("Choose at least one type of record that has the field."))
    if item.kind is FieldKind.MONEY:
        item.currency = (item.currency or db.session.get_one(Firm, 1).currency).upper()
        if not (len(item.currency) == 3 and item.currency.isalpha()):
            raise DomainError("bad_currency", N_("A currency is written with three letters, such as EUR or PLN."))
    else:
        item.currency = None
    if item.is_searched and item.kind not in SEARCHABLE:
        raise DomainError("not_searchable", N_("Only texts and whole numbers can be searched everywhere. This kind is found with a filter."))
    _check_dependence(item)


def _check_dependence(item: CustomField) -> None:
    other = item.depends_on
    if other is None:
        item.depends_values = []
        return
    if other.kind not in DECIDING:
        raise DomainError("cannot_decide", N_("A field can depend on a yes/no field or on a choice, and on no other kind."))
    if not set(item.record_types) <= set(other.record_types):
        raise DomainError("other_record_type", N_("“%(field)s” is not in all the types of record that this field is in."), field=other.label_en)
    if other is item or other.depends_on_id is not None or db.session.scalar(select(CustomField.id).where(CustomField.depends_on_id == (item.id or 0))):
        raise DomainError("chain", N_("A field that depends on another one cannot decide about a third."))
    offered = {"1", "0"} if other.kind is FieldKind.YES_NO else {str(each.id) for each in other.choices}
    item.depends_values = [each for each in item.depends_values if each in offered]
    if not item.depends_values:
        raise DomainError("no_deciding_value", N_("Choose with which values of “%(field)s” this field is asked for."), field=other.label_en)


def _leaving(item: CustomField) -> None:
    """One that decides about another stays."""
    wanted = select(CustomField.id).where(CustomField.depends_on_id == (item.id or 0), CustomField.archived_at.is_(None))
    if db.session.scalar(wanted):
        raise DomainError("decides", N_("Another field depends on this one. Change that one first."))


def _check_choice(item: CustomChoice) -> None:
    if item.field is None or item.field.kind not in CHOSEN:
        raise DomainError("no_list", N_("Only a choice has a list of values."))


def _changed(item: CustomField, before: dict[str, Any], actor: Actor) -> None:
    if "is_searched" in before:
        item.search_from = 0


RULES[CustomField] = Rules(prepare=_prepare, check=_check, changed=_changed, leaving=_leaving)
RULES[CustomChoice] = Rules(check=_check_choice)


@atomic
def make_field(values: dict[str, Any], lines: str, *, actor: Actor) -> CustomField:
    """A new field; ``lines`` are the values of a list, one a line: English | French | Polish."""
    item = records.create(CustomField, values, actor=actor)
    _set_choices(item, lines, actor)
    return item


@atomic
def change_field(item: CustomField, values: dict[str, Any], lines: str, *, seen_version: int | None = None, actor: Actor) -> None:
    """Change the definition; a value whose line is gone is archived, and stays in the records that have it."""
    records.update(item, values, seen_version=seen_version, actor=actor)
    _set_choices(item, lines, actor)


def _set_choices(item: CustomField, lines: str, actor: Actor) -> None:
    if item.kind not in CHOSEN:
        return
    wanted = [[part.strip()[:80] for part in line.split("|")] for line in storable(lines or "").splitlines() if line.strip(" |\t\r")]
    if not wanted or len(wanted) > MOST_CHOICES or not all(line[0] for line in wanted):
        raise DomainError("no_choices", N_("Write the values of the list, one a line, at most %(most)s."), most=MOST_CHOICES)
    known = {each.label_en: each for each in item.choices}
    for place, line in enumerate(wanted):
        labels = dict(zip(LANGUAGES, [*line, "", ""], strict=False)) | {"position": place}
        found = known.pop(line[0], None)
        if found is None:
            records.create(CustomChoice, {**labels, "field": item}, actor=actor)
            continue
        records.restore(found, actor=actor)
        records.update(found, labels, actor=actor)
    for gone in known.values():
        records.archive(gone, actor=actor)
    db.session.flush()
    db.session.expire(item, ["choices"])


@atomic
def search_again(*, actor: Actor = SYSTEM) -> bool:
    """Find the next portion of records by what a field says that is searched, or no more, since a moment. False: nothing is left to do."""
    item = db.session.scalars(select(CustomField).where(CustomField.search_from.is_not(None)).limit(1).with_for_update()).first()
    if item is None or item.search_from is None:
        return False
    start, last, types = item.search_from, 0, record_types()
    for model in (types[name] for name in KEY_TABLES if issubclass(types[name], Searched)):
        table = KEY_TABLES[model.__name__]
        keys = select(table.c.record_id).where(table.c.field_id == item.id, table.c.record_id > start, table.c.record_id <= start + PORTION)
        for record in db.session.scalars(select(model).where(model.id.in_(keys))):
            write_again(record, db.session())
        last = max(last, db.session.scalar(select(func.max(model.id))) or 0)
    item.search_from = start + PORTION if start + PORTION < last else None
    return True


def lines_of(item: CustomField) -> str:
    """The list of values as it is written in the form."""
    living = (each for each in item.choices if each.archived_at is None)
    return "\n".join(" | ".join((each.label_en, each.label_fr, each.label_pl)).rstrip(" |") for each in living)
