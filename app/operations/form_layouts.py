"""Taught layouts: what an administrator may set."""

import re
from typing import Any

from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.form_fields import REPEATED, Meaning
from app.domain.free_mail import is_free_mail
from app.domain.labels import label
from app.extensions import db
from app.models import Firm, FormLayout
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support.i18n import N_

MAX_LABELS = 80
_SENDER = re.compile(r"^(?:[^\s@<>,;\"]{1,64}@)?(?:[\w-]{1,63}\.)+[\w-]{2,63}$")


def _check(layout: FormLayout) -> None:
    if not (layout.name or "").strip():
        raise DomainError("name_missing", N_("Give the form a name.")).of("name")
    layout.sender = (layout.sender or "").strip().lower().removeprefix("@")
    layout.subject = layout.subject or ""
    if not _SENDER.match(layout.sender):
        raise DomainError("not_a_sender", N_("Say who sends the form: an address such as forms@site.example, or a domain such as site.example.")).of("sender")
    if "@" not in layout.sender:
        _check_domain(layout.sender)
    _check_labels([Meaning(meaning) for _, meaning in layout.labels or []])
    _check_twin(layout)


def _check_domain(domain: str) -> None:
    if is_free_mail(domain):
        raise DomainError(
            "shared_domain", N_("Everybody can have an address at %(domain)s. Type the whole address that sends the form."), domain=domain
        ).of("sender")
    ours = [each.lower() for each in db.session.scalars(select(Firm)).one().domains]
    if any(domain == each or each.endswith(f".{domain}") for each in ours):
        raise DomainError("own_domain", N_("Your colleagues write from %(domain)s. Type the whole address that sends the form."), domain=domain).of("sender")


def _check_labels(meanings: list[Meaning]) -> None:
    if not set(meanings) - {Meaning.IGNORE}:
        raise DomainError("no_labels", N_("Say what at least one label means."))
    if len(meanings) > MAX_LABELS:
        raise DomainError("too_many_labels", N_("A layout has at most %(count)s labels."), count=MAX_LABELS)
    for each in Meaning:
        if each not in REPEATED and meanings.count(each) > 1:
            raise DomainError("meaning_twice", N_("“%(meaning)s” is chosen for two labels. Choose it for one of them."), meaning=label(each))


def _check_twin(layout: FormLayout) -> None:
    """Two layouts for the same mails would leave it to chance which one reads them."""
    same = select(FormLayout).where(FormLayout.sender == layout.sender, FormLayout.is_active.is_(True), FormLayout.id != (layout.id or 0))
    labels = {name for name, _ in layout.labels}
    for other in db.session.scalars(same):
        is_same = other.subject.casefold() == layout.subject.casefold() and {name for name, _ in other.labels} == labels
        if layout.is_active is not False and is_same:
            raise DomainError("taught_already", N_("“%(name)s” is taught for the same mails already. Edit it, or type a part of the subject."), name=other.name)


def labels_of(pairs: list[tuple[str, str]]) -> list[list[str]]:
    """``pairs`` of label and meaning as the column keeps them; a meaning that does not exist keeps its label as text."""
    known: dict[str, Any] = {}
    for name, meaning in pairs:
        name = " ".join(name.split())[:200]
        if name:
            known.setdefault(name, meaning if meaning in list(Meaning) else Meaning.TEXT.value)
    return [[name, str(meaning)] for name, meaning in known.items()]


RULES[FormLayout] = Rules(check=_check)


@atomic
def teach_layout(values: dict[str, Any], *, actor: Actor) -> FormLayout:
    """A new layout. Without a salesperson and a team, its opportunities go where the address that they come to says."""
    require(actor, Action.CREATE, FormLayout)
    layout = FormLayout(is_active=True, created_by_id=actor.id, **values)
    with db.session.no_autoflush:
        _check(layout)
    db.session.add(layout)
    db.session.flush()
    record(actor, "create", layout, after=dict(values))
    return layout
