"""The page of one prospecting order: its progress, its tree, its links, and its record of processing."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.domain.custom_fields import FieldKind
from app.domain.imports import BACK_WITHIN_DAYS
from app.domain.labels import label
from app.domain.orders import ABOVE, DONE, STEERING, OrderLinkKind, RowState, Seat
from app.domain.territories import name_of
from app.extensions import db
from app.models import Firm, Order, OrderAssignment
from app.operations import orders
from app.operations.importing.runs import may_import
from app.permissions.actor import Actor, current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.queries import orders as asked
from app.queries import steering
from app.queries.order_retention import next_end
from app.views.formats import present
from app.views.order_entry import midnight
from app.views.people_choice import person_field
from app.views.row_form import short_day
from app.views.row_words import counted, names_words


def territory_words(codes: list[str] | None) -> str:
    return ", ".join(name_of(code) for code in codes or ())


def crumbs_of(item: Order) -> list[tuple[str, str | None]]:
    return [(gettext("Prospecting orders"), url_for("OrderView.list")), (item.name, url_for("OrderView.show", pk=item.id))]


def page_of(item: Order) -> dict[str, Any]:
    actor = current_actor()
    steers = is_allowed(actor, Action.WRITE, item)
    progress = asked.progress_of([item.id])[item.id]
    seats = asked.seats_in(item.id)
    leads = any(each.user_id == actor.id and each.seat is Seat.SUPERVISOR and each.closed_at is None for each in seats)
    may_add = is_allowed(actor, Action.CREATE, Order)
    return {
        "item": item, "crumbs": [(gettext("Prospecting orders"), url_for("OrderView.list")), (item.name, None)], "steers": steers, "leads": leads,
        "facts": _facts(item, progress), "states": [(state, progress.states[state]) for state in RowState if state in progress.states],
        "width": min(100, round(100 * progress.counted / item.target)) if item.target else 0, "counted": counted(item, progress.counted),
        "tree": _tree(item, seats, steers), "offer": _offer(item, seats, steers=steers) if (steers or leads) and item.is_open else None,
        "links": _links(item), "other": _other(item) if steers else None,
        "kinds": [(each.value, gettext(label(each))) for each in OrderLinkKind], "may_verify": _verifies(actor, seats), "may_add": may_add,
        "attributes": names_words(item.columns),
        "field_kinds": [(each.value, gettext(label(each))) for each in FieldKind if each is not FieldKind.PERSON], "done": progress.of(DONE),
        "to_whom": person_field("user", gettext("To whom")) if steers else None,
        "rows_url": url_for("ProspectRowView.list", _flt_0_order=item.id), "files": _files(item, actor),
        "enter_url": url_for("MyOrderView.list", order=item.id),
    }


def _files(item: Order, actor: Actor) -> list[tuple[str, str, str]]:
    """(words, address, icon) of the ways of Excel: rows in, and rows out."""
    found = []
    if item.is_open and not item.is_template and may_import("ProspectRow", actor):
        found.append((gettext("Import rows"), url_for("ImportView.new", of=f"ProspectRow-{item.id}"), "upload"))
    if actor.scope("ProspectRow", Action.EXPORT):
        found.append((gettext("Export to Excel"), url_for("ProspectRowView.export", _flt_0_order=item.id, whole=1), "download"))
    return found


def _verifies(actor: Actor, seats: list[OrderAssignment]) -> bool:
    """As ``operations.verification.may_verify``, from what is known already."""
    sits = any(each.user_id == actor.id and each.seat in (Seat.VERIFIER, Seat.PRINCIPAL) and each.closed_at is None for each in seats)
    return (sits or actor.sees_all) and bool(actor.scope("RowVerification", Action.CREATE))


def _facts(item: Order, progress: asked.Progress) -> list[tuple[str, Any]]:
    said = [
        (gettext("State"), present(item.state)), (gettext("Principal"), str(item.principal or "")), (gettext("Territory"), territory_words(item.territory)),
        (gettext("Rows"), counted(item, progress.counted)), (gettext("Begins"), short_day(item.starts_on)), (gettext("Due"), short_day(item.due_on)),
        (gettext("Verification"), gettext(label(item.checking))),
    ]
    return [(name, value) for name, value in said if value]


def _tree(item: Order, seats: list[OrderAssignment], steers: bool) -> list[dict[str, Any]]:
    """The places as branches: each with its rows by state, those of today, and what may be done."""
    numbers = steering.today_of_places([each.id for each in seats], midnight())
    known = {each.id for each in seats}
    mine = {each.id for each in seats if each.user_id == current_actor().id}

    def branch(place: OrderAssignment) -> dict[str, Any]:
        of, may_change = numbers[place.id], steers or place.parent_id in mine
        return {
            "id": place.id, "name": str(place.user), "seat": gettext(label(place.seat)), "is_closed": place.closed_at is not None, "quota": place.quota,
            "today": of.today, "rows": of.counted, "rejected": of.rejected, "waiting": of.waiting,
            "enters": place.seat is Seat.OPERATOR, "may_change": may_change and item.is_open,
            "is_top": place.seat is Seat.PRINCIPAL, "parent_id": place.parent_id,
            "parents": [(each.id, _seat_words(each)) for each in seats if each.seat in ABOVE[place.seat]],
            "below": [branch(each) for each in seats if each.parent_id == place.id],
        }

    return [branch(each) for each in seats if each.parent_id not in known]


def _seat_words(place: OrderAssignment) -> str:
    return str(gettext("%(name)s, %(seat)s", name=place.user, seat=gettext(label(place.seat))))


def _offer(item: Order, seats: list[OrderAssignment], *, steers: bool) -> dict[str, Any]:
    """What the form that gives a place offers."""
    return {
        "people": person_field("user", gettext("People"), is_many=True, people=orders.operators_on_offer(item, current_actor())),
        "seats": [(each.value, gettext(label(each))) for each in Seat if steers or each is Seat.OPERATOR],
        "parents": [(each.id, _seat_words(each)) for each in seats
                    if each.seat in (*STEERING, Seat.SUPERVISOR)],
    }


def _links(item: Order) -> list[dict[str, Any]]:
    found = []
    for each in asked.linked_to(item.id):
        other = each.parent if each.child_id == item.id else each.child
        words = gettext(label(each.kind)) if each.child_id == item.id else gettext("is linked from")
        found.append({"id": each.id, "words": words, "name": other.name, "url": url_for("OrderView.show", pk=other.id), "is_ours": each.child_id == item.id})
    return found


def _other(item: Order) -> dict[str, Any]:
    """The field in which the order is searched that this one is linked to."""
    return {"name": "order", "label": gettext("the order"), "look_url": url_for("OrderView.others", pk=item.id), "value": ""}


def _term_words(item: Order) -> str:
    term = ngettext("%(num)s month from when it was collected, or its company last spoken to; then what is known of it is deleted",
                    "%(num)s months from when it was collected, or its company last spoken to; then what is known of it is deleted", item.keep_months)
    end = next_end(item)
    return str(gettext("%(term)s. The oldest row is kept until %(day)s.", term=term, day=short_day(end.date())) if end is not None else term)


def register_of(item: Order) -> list[tuple[str, Any]]:
    """What Article 30(1) asks for, as the order says it."""
    progress = asked.progress_of([item.id])[item.id]
    seats = asked.seats_in(item.id)
    people = ", ".join(_seat_words(each) for each in seats)
    return [
        (gettext("Controller"), str(db.session.get(Firm, 1) or "–")), (gettext("Principal"), str(item.principal or "–")),
        (gettext("Purpose"), item.purpose or "–"),
        (gettext("Legal basis"), gettext(label(item.legal_basis))), (gettext("Where the data come from"), item.data_source or "–"),
        (gettext("Categories of people"), gettext("Companies and the people who answer for them")),
        (gettext("Categories of data"), names_words(orders.attributes(item))), (gettext("Who has access"), people or "–"),
        (gettext("Territory"), territory_words(item.territory) or "–"), (gettext("Information given (Article 14 GDPR)"), item.information or "–"),
        (gettext("Begins"), short_day(item.starts_on) or short_day(item.created_at.date())), (gettext("Due"), short_day(item.due_on) or "–"),
        (gettext("Closed on"), short_day(item.closed_at.date()) if item.closed_at else "–"), (gettext("Rows"), present(sum(progress.states.values()))),
        (gettext("How long a row is kept"), _term_words(item)), (gettext("Rows deleted at the end of that time"), present(item.cleared_rows)),
        (gettext("Files that rows were imported from"), gettext(
            "Kept for %(days)s days with the rows as they were read, so that an import can be taken back; then deleted. What they hold of a row "
            "that is deleted before, at the end of its time or because its company objects, goes with it, and the file within the hour.",
            days=BACK_WITHIN_DAYS,
        )),
        (gettext("Technical measures"), gettext("Rights by place in the order, an audit of every change, and a list of objections kept as hashes.")),
    ]
