"""What stands around the form of a row: titles, sentences, links, the ground of processing."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.domain.labels import label
from app.domain.orders import EDITABLE, Checking, RowState
from app.domain.row_checks import keys
from app.domain.territories import name_of
from app.models import Order, OrderAssignment, ProspectRow
from app.permissions.actor import current_actor
from app.queries.order_entry import Around
from app.queries.prospect_rows import Doubles, doubles_of, last_verdict, messages_of
from app.support import clock
from app.views.formats import moment, present
from app.views.row_form import Typed, short_day
from app.views.row_words import attribute_label


def meter(found: Around, place: OrderAssignment | None) -> dict[str, Any] | None:
    """The bar under the number of the day."""
    if place is None or not place.quota:
        return None
    left = max(0, place.quota - found.today)
    return {"width": min(100, round(100 * found.today / place.quota)),
            "text": ngettext("%(num)s row is left for today.", "%(num)s rows are left for today.", left) if left else gettext("The aim of the day is reached.")}


def title_of(order: Order, row: ProspectRow | None, found: Around, errors: int) -> str:
    """What is wrong comes first: "2 errors: Row 12 to correct, 2 rejected: meat firms"."""
    name = gettext("Row %(number)s", number=row.number) if row is not None else gettext("New row")
    if row is not None and row.state is RowState.REJECTED:
        name = gettext("Row %(number)s to correct", number=row.number)
    parts = [name, *([ngettext("%(num)s rejected", "%(num)s rejected", found.rejected)] if found.rejected else [])]
    said = gettext("%(label)s: %(text)s", label=", ".join(parts), text=order.name)
    return gettext("%(label)s: %(text)s", label=ngettext("%(num)s error", "%(num)s errors", errors), text=said) if errors else said


def place_line(row: ProspectRow | None, found: Around) -> str:
    if row is None:
        return ngettext("New row · %(num)s row so far", "New row · %(num)s rows so far", found.of)
    return gettext("Row %(at)s of %(of)s", at=found.at, of=found.of)


def why_closed(order: Order, place: OrderAssignment | None, row: ProspectRow | None) -> str:
    """Why nothing can be typed."""
    if not order.is_open:
        return gettext("This order is closed: its rows can be read, not changed.")
    if place is not None and place.closed_at is not None:
        return gettext("This order is closed for you: its rows can be read, not changed. Ask whoever closed it to reopen it.")
    if row is not None and row.state not in EDITABLE:
        return gettext("This row cannot be changed any more: %(state)s.", state=gettext(label(row.state)))
    return ""


def rejection_of(row: ProspectRow | None) -> dict[str, Any] | None:
    if row is None or row.state is not RowState.REJECTED:
        return None
    verdict = last_verdict(row.id)
    fields = [{**each, "label": attribute_label(each["field"])} for each in row.findings]
    heading = ngettext("Rejected: %(num)s field to correct, %(names)s", "Rejected: %(num)s fields to correct: %(names)s", len(fields),
                       names=", ".join(each["label"] for each in fields)) if fields else gettext("Rejected: see the remark")
    said = gettext("%(name)s, %(at)s", name=verdict.verifier, at=moment(verdict.decided_at)) if verdict is not None else ""
    return {"heading": heading, "by": said, "remark": verdict.remark if verdict is not None else "", "fields": fields}


def watch_url(row: ProspectRow | None) -> str | None:
    """Where the page of a row hears who else has it before them, and what they changed."""
    return url_for("ProspectRowView.changed", pk=row.id, since=clock.now().isoformat()) if row is not None else None


def urls_of(order: Order, row: ProspectRow | None, found: Around) -> dict[str, str | None]:
    def of(pk: int | None) -> str | None:
        return url_for("MyOrderView.row", pk=pk) if pk else None

    return {
        "save": url_for("MyOrderView.change", pk=row.id) if row is not None else url_for("MyOrderView.save", order=order.id),
        "check": url_for("MyOrderView.check", order=order.id, row=row.id if row is not None else None), "previous": of(found.previous),
        "following": of(found.following), "rejected": of(found.rejected_next), "to_call": of(found.to_call),
        "new": url_for("MyOrderView.list", order=order.id), "rows": url_for("ProspectRowView.list", _flt_0_order=order.id),
    }


def doubles_on(typed: Typed, row: ProspectRow | None) -> Doubles:
    plain = {name: str(value) for name, value in typed.values.items() if isinstance(value, str) and value}
    found = keys(plain, typed.order.dedupe, typed.order.country)
    return doubles_of(typed.order.id, found, current_actor(), but=row.id if row is not None else None) if found else Doubles([], [], 0)


def double_lines(found: Doubles, order: Order) -> list[dict[str, str | None]]:
    """What is there already of the same company, as sentences, with links where the reader may follow them."""
    lines: list[dict[str, str | None]] = []
    for row in found.rows:
        name = gettext("Row %(number)s", number=row.number) if row.order_id == order.id else gettext("Row %(number)s of a linked order", number=row.number)
        lines.append({"text": gettext("%(where)s: %(name)s", where=name, name=row.name or "–"), "url": url_for("MyOrderView.row", pk=row.id)})
    for account in found.accounts:
        lines.append({"text": gettext("Account: %(name)s", name=account.name), "url": url_for("AccountView.show", pk=account.id)})
    if found.others and order.checking is not Checking.DOUBLE:  # there the other entry is wanted
        lines.append({"text": ngettext("A colleague has entered this company already (%(num)s row).",
                                       "Colleagues have entered this company already (%(num)s rows).", found.others), "url": None})
    return lines


def facts_of(order: Order, place: OrderAssignment | None, found: Around) -> list[tuple[str, str]]:
    said = [
        (gettext("Territory"), ", ".join(name_of(code) for code in order.territory or ())),
        (gettext("Aim"), ngettext("%(num)s row, %(count)s so far", "%(num)s rows, %(count)s so far", order.target, count=present(found.entered))
         if order.target else present(found.entered)),
        (gettext("Due"), short_day(order.due_on)), (gettext("Supervisor of operators"), found.supervisor),
        (gettext("Verification"), gettext(label(order.checking))),
    ]
    return [(name, str(value)) for name, value in said if value]


def ground_of(order: Order, row: ProspectRow | None) -> list[tuple[str, str]]:
    """On what ground the data are collected: on every row."""
    said = [
        (gettext("Purpose"), order.purpose or ""), (gettext("Where the data come from"), order.data_source or ""),
        (gettext("Legal basis"), gettext(label(order.legal_basis))),
        (gettext("Person informed"), moment(row.informed_at) if row is not None and row.informed_at else ""),
    ]
    return [(name, value) for name, value in said if value]


def said_of(row: ProspectRow | None, reader: int | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    return [{"by": str(each.author or "–"), "at": moment(each.created_at), "body": each.body, "is_new": each.to_user_id == reader and each.seen_at is None}
            for each in messages_of(row.id)]


def last_call(row: ProspectRow | None) -> str:
    if row is None or row.called_at is None or row.call_result is None:
        return ""
    return str(gettext("%(result)s, %(at)s", result=gettext(label(row.call_result)), at=moment(row.called_at)))
