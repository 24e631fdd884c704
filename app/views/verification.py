"""The verifier's page: orders with rows that wait, a batch, one row after the other, a verdict for each field."""

from typing import Any

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import gettext, ngettext
from sqlalchemy.orm import joinedload

from app.domain.errors import DomainError
from app.domain.orders import WAITING, Seat
from app.domain.row_checks import warnings
from app.extensions import db
from app.models import Order, ProspectRow
from app.operations import verification
from app.operations.orders import attributes
from app.operations.twins import differences, unseen
from app.permissions.actor import current_actor
from app.queries import orders as asked
from app.queries.order_quality import verdicts_by
from app.queries.prospect_rows import messages_of, mine_to_verify
from app.views.base import is_key, say
from app.views.entry_page import watch_url
from app.views.formats import moment
from app.views.row_form import short_day
from app.views.row_words import attribute_label, shown


class VerifyView(BaseView):
    route_base = "/verify"
    class_permission_name = "RowVerification"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("add")
    def list(self) -> Any:
        """The orders in which the reader verifies, and how many rows wait."""
        self.update_redirect()
        actor = current_actor()
        places = asked.places_of(actor, Seat.VERIFIER, Seat.PRINCIPAL)
        found = [each.order for each in places] if not actor.sees_all else _all_orders()
        orders = list({each.id: each for each in found}.values())
        progress = asked.progress_of([each.id for each in orders])
        lines = [{"name": each.name, "url": url_for("OrderView.show", pk=each.id), "take": url_for("VerifyView.take", order=each.id), "is_open": each.is_open,
                  "waiting": progress[each.id].waiting, "rejected": progress[each.id].rejected, "due": short_day(each.due_on)} for each in orders]
        waiting = sum(each.waiting for each in progress.values())
        done, rejected = verdicts_by(actor.id)
        return self.render_template(
            "verify.html", title=ngettext("%(num)s row waits for verification", "%(num)s rows wait for verification", waiting), lines=lines,
            heading=gettext("Verification"), done=done, rejected=rejected,
        )

    @expose("/take/<order>", methods=["POST"])
    @has_access
    @permission_name("add")
    def take(self, order: str) -> Any:
        """A batch: the first of its rows."""
        found = db.session.get(Order, int(order)) if is_key(order) else None
        if found is None:
            abort(404)
        keys = verification.take_batch(found, actor=current_actor())
        if not keys:
            flash(gettext("Nothing waits for you in this order."), "info")
            return redirect(url_for("VerifyView.list"))
        return redirect(url_for("VerifyView.row", pk=keys[0]))

    @expose("/row/<pk>")
    @has_access
    @permission_name("add")
    def row(self, pk: str) -> Any:
        """One row with its fields."""
        self.update_redirect()
        return self._draw(_row(pk))

    @expose("/judge/<pk>", methods=["POST"])
    @has_access
    @permission_name("add")
    def judge(self, pk: str) -> Any:
        """Accept or reject, and on to the next row of the batch."""
        row, actor = _row(pk), current_actor()
        findings = [{"field": name, "problem": request.form.get(f"problem-{name}", ""), "suggested": request.form.get(f"suggested-{name}", "")}
                    for name in attributes(row.order)
                    if f"wrong-{name}" in request.form or request.form.get(f"problem-{name}", "").strip() or request.form.get(f"suggested-{name}", "").strip()]
        remark, is_rejection = request.form.get("remark", ""), request.form.get("verdict") == "reject"
        if is_rejection and not findings and not remark.strip():
            return self._draw(row, gettext("Say what is wrong: mark a field, or write a remark."), 409)
        if not is_rejection and (findings or remark.strip()):
            return self._draw(row, gettext("Something is marked as wrong. Reject the row, or take the marks away and accept it."), 409)
        is_second = row.state not in WAITING
        try:
            if is_second:
                verification.give_second_opinion(row, findings, remark=remark, actor=actor)
            else:
                verification.judge(row, findings, remark=remark, seen_version=request.form.get("version", type=int), actor=actor)
        except DomainError as refusal:
            return self._draw(row, say(refusal), 409)
        said = gettext("Row %(number)s is rejected.", number=row.number) if is_rejection else gettext("Row %(number)s is accepted.", number=row.number)
        flash(said, "success")
        following = mine_to_verify(row.order_id, actor.id)
        return redirect(url_for("VerifyView.row", pk=following) if following else url_for("VerifyView.list"))

    def _draw(self, row: ProspectRow, error: str = "", status: int = 200) -> Any:
        order, actor = row.order, current_actor()
        if not verification.may_verify(actor, order):
            return redirect(url_for("MyOrderView.row", pk=row.id))
        twin = unseen(row.twin_id) if row.twin_id is not None and row.state in WAITING else None
        differing = differences(row, twin) if twin is not None else []
        plain = {name: value for name in attributes(order) if isinstance(value := getattr(row, name), str)}
        odd, earlier = warnings(plain, order.country), {each["field"]: each for each in row.findings}
        fields = [{
            "name": name, "label": attribute_label(name), "value": shown(row, name), "odd": gettext(odd[name]) if name in odd else "",
            "twin": shown(twin, name) or "–" if twin is not None and name in differing else "", "was": earlier.get(name),
            "day": short_day(getattr(row, f"{name}_on", None)), "is_wrong": f"wrong-{name}" in request.form, "problem": request.form.get(f"problem-{name}", ""),
            "suggested": request.form.get(f"suggested-{name}", ""),
        } for name in attributes(order)]
        is_own, waits = row.operator_id == actor.id, row.state in WAITING
        left = asked.progress_of([order.id])[order.id].waiting
        body = self.render_template(
            "verify_row.html", title=gettext("%(label)s: %(text)s", label=gettext("Row %(number)s", number=row.number), text=order.name), row=row, order=order,
            watch=watch_url(row), fields=fields, error=error, is_own=is_own,
            may_judge=order.is_open and (not is_own or actor.sees_all) and (waits or not is_own), waits=waits,
            left=ngettext("%(num)s row waits", "%(num)s rows wait", left), remark=request.form.get("remark", ""), differing=len(differing),
            messages=[{"by": str(each.author or "–"), "at": moment(each.created_at), "body": each.body} for each in messages_of(row.id)],
            crumbs=[(gettext("Verification"), url_for("VerifyView.list")), (order.name, url_for("OrderView.show", pk=order.id))],
        )
        return make_response(body, status)


def _all_orders() -> list[Order]:
    return db.session.query(Order).filter(Order.archived_at.is_(None), Order.is_template.is_(False)).order_by(Order.due_on, Order.id).limit(200).all()


def _row(pk: str) -> ProspectRow:
    row = db.session.query(ProspectRow).options(joinedload(ProspectRow.order)).filter(ProspectRow.id == int(pk)).one_or_none() if is_key(pk) else None
    return row or abort(404)
