"""Files become records: a file is chosen, its columns are told, what would happen is shown, and it is done, followed, and taken back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, abort, flash, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import format_decimal, gettext, lazy_gettext, ngettext

from app.domain.cells import text_of
from app.domain.errors import DomainError
from app.domain.imports import BACK_WITHIN_DAYS, MOST_BYTES, OPEN, WORKING, Duplicates, ImportState, Outcome, Target
from app.domain.labels import label
from app.extensions import db
from app.models import Import, ImportRow, Order
from app.operations.importing import runs, undoing
from app.operations.importing.kinds import KINDS, MODELS
from app.operations.importing.prospects import kind_of
from app.operations.importing.rows import targets_for
from app.permissions.actor import current_actor
from app.queries import imports
from app.queries.orders import open_orders
from app.reports.imports import at_once
from app.reports.render import xlsx
from app.views.base import is_key, say
from app.views.formats import moment, size
from app.views.uploads import keep

TITLES = {
    "Account": lazy_gettext("Accounts"), "Contact": lazy_gettext("Contacts"), "Opportunity": lazy_gettext("Opportunities"),
    "Task": lazy_gettext("Tasks"), "Engagement": lazy_gettext("Engagements"), "ProspectRow": lazy_gettext("Prospect rows"),
}
RULES = {
    Duplicates.SKIP: lazy_gettext("Leave it alone"), Duplicates.FILL: lazy_gettext("Fill its empty fields"),
    Duplicates.UPDATE: lazy_gettext("Change it to what the file says"), Duplicates.CREATE: lazy_gettext("Make another record all the same"),
}
KNOWN_BY = {
    "header": lazy_gettext("by its header"), "values": lazy_gettext("by its values"), "before": lazy_gettext("as last time"),
    "told": lazy_gettext("as you said"),
}
SAMPLES = 3
ROW = "ProspectRow-"  # and the key of an order
MOST_ORDERS = 300


class ImportView(BaseView):
    route_base = "/imports"
    class_permission_name = "Me"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """One's own imports, and what can be imported."""
        found = [
            (str(run), url_for("ImportView.show", run=run.id), _becomes(run), gettext(label(run.state)), moment(run.created_at))
            for run in imports.own_imports(current_actor())
        ]
        return self.render_template("imports.html", title=gettext("Imports"), runs=found, is_offered=_may_any())

    @expose("/new", methods=["GET", "POST"])
    @has_access
    @permission_name("list")
    def new(self) -> Any:
        """Choose a file; what it will be is said before or here."""
        if not _may_any():
            flash(gettext("Your rights include no records that a file could become."), "warning")
            return redirect(url_for("ImportView.list"))
        if request.method == "GET":
            return self._choose()
        upload, (record_type, order) = request.files.get("file"), _chosen(request.form.get("of", ""))
        content = upload.read(MOST_BYTES + 1) if upload is not None else b""
        if upload is None or not upload.filename:
            return make_response(self._choose(gettext("Choose a file first.")), 409)
        if len(content) > MOST_BYTES:
            return make_response(self._choose(gettext("The file is larger than %(size)s. Split it, then choose each part.", size=size(MOST_BYTES))), 409)
        try:
            run = runs.start(record_type, upload.filename, keep(content), len(content), order=order, actor=current_actor())
        except DomainError as refusal:
            return make_response(self._choose(say(refusal)), 409)
        return self._begun(run)

    def _choose(self, error: str = "") -> str:
        return self.render_template(
            "import_new.html", title=gettext("Import a file"), error=error, offered=_offered(), into=_orders(),
            of=request.values.get("of", ""), most=size(MOST_BYTES),
            crumbs=[(gettext("Imports"), url_for("ImportView.list")), (gettext("Import a file"), None)],
        )

    @expose("/<run>")
    @has_access
    @permission_name("list")
    def show(self, run: str) -> Any:
        """Where it is: what it asks, what would happen, how far it is, or what came out."""
        found = _import(run)
        if found.state is ImportState.MAPPING:
            return redirect(url_for("ImportView.columns", run=found.id))
        is_ready = found.state is ImportState.READY
        return self.render_template(
            "import.html", title=str(found), run=found, said=_said(found), counts=_counts(found), is_working=found.state in WORKING, is_ready=is_ready,
            columns=_understood(found) if is_ready else [], sample=_sample(found) if is_ready else [], heads=_heads(found) if is_ready else [],
            warnings=_warnings(found) if is_ready else [], mended=_mended(found), refused=_refused(found), crumbs=_crumbs(found), may_stop=_may_stop(found),
            may_undo=undoing.may_undo(found), days=BACK_WITHIN_DAYS, rule=RULES[found.duplicates],
            act=ngettext("Import %(num)s row", "Import %(num)s rows", found.total),
            list_url=url_for(f"{found.record_type}View.list", _flt_0_order=found.order_id), list_title=_becomes(found),
        )

    @expose("/<run>/columns", methods=["GET", "POST"])
    @has_access
    @permission_name("list")
    def columns(self, run: str) -> Any:
        """Say what each column is; a form that needs no script."""
        found, form = _import(run), request.form
        if found.state not in OPEN:
            return redirect(url_for("ImportView.show", run=found.id))
        if request.method == "GET":
            return self._draw_columns(found)
        told = [form.get(f"column-{place}", "") for place in range(len(found.header))]
        rule = form.get("duplicates", "")
        try:
            chosen = Duplicates(rule) if rule in set(Duplicates) else found.duplicates
            runs.tell_columns(found, told, chosen, form.getlist("key"), actor=current_actor())
        except DomainError as refusal:
            return make_response(self._draw_columns(found, say(refusal), told), 409)
        return self._begun(found)

    def _draw_columns(self, run: Import, error: str = "", told: Any = None) -> str:
        targets = targets_for(run, current_actor())
        options = [(each.name, _word(each)) for each in targets]
        return self.render_template(
            "import_columns.html", title=gettext("What the columns are: %(file)s", file=run), run=run, error=error, lines=_lines(run, told), options=options,
            asked=sum(1 for _, is_sure in run.understood if not is_sure), rules=[(each.value, words) for each, words in RULES.items()],
            ways=[(way.code, gettext(way.label)) for way in kind_of(run).same_by], crumbs=_crumbs(run), warnings=_warnings(run),
        )

    @expose("/<run>/run", methods=["POST"])
    @has_access
    @permission_name("list")
    def run(self, run: str) -> Any:
        found = _import(run)
        return self._done(found, lambda: runs.run_now(found, actor=current_actor()))

    @expose("/<run>/stop", methods=["POST"])
    @has_access
    @permission_name("list")
    def stop(self, run: str) -> Any:
        found = _import(run)
        return self._done(found, lambda: runs.stop(found, actor=current_actor()))

    @expose("/<run>/undo", methods=["POST"])
    @has_access
    @permission_name("list")
    def undo(self, run: str) -> Any:
        found = _import(run)
        return self._done(found, lambda: undoing.undo(found, actor=current_actor()))

    def _done(self, run: Import, operation: Callable[[], None]) -> Any:
        try:
            operation()
        except DomainError as refusal:
            flash(say(refusal), "danger")
            return redirect(url_for("ImportView.show", run=run.id))
        return self._begun(run)

    def _begun(self, run: Import) -> Any:
        key = run.id
        at_once(run)
        return redirect(url_for("ImportView.show", run=key))

    @expose("/<run>/state")
    @has_access
    @permission_name("list")
    def state(self, run: str) -> Response:
        """{text, done, total, is_running}, for the page that waits."""
        found = _import(run)
        return jsonify({"text": _said(found), "done": found.done, "total": found.total, "is_running": found.state in WORKING})

    @expose("/<run>/refused.xlsx")
    @has_access
    @permission_name("list")
    def refused(self, run: str) -> Response:
        """The refused rows as the file had them, with the reason: mended, it can be imported as it is."""
        found = _import(run)
        width = len(found.header)
        rows = ([*(_again(each) for each in [*cells, *[None] * (width - len(cells))]), _reason(row)] for cells, row in imports.refused_cells(found))
        content = xlsx.workbook(gettext("Refused rows"), [*found.header, gettext(runs.REASON)], rows)
        headers = {"Content-Disposition": f'attachment; filename="refused-{found.id}.xlsx"'}
        return Response(content, content_type=xlsx.MIMETYPE, headers=headers)


def _may_any() -> bool:
    return any(runs.may_import(each, current_actor()) for each in MODELS)


def _offered() -> list[tuple[str, Any]]:
    """What a file can become; rows go into an order, see ``_orders``."""
    return [(name, TITLES[name]) for name in KINDS if runs.may_import(name, current_actor())]


def _orders() -> list[tuple[str, str]]:
    """The prospecting orders into which the reader may bring rows."""
    if not runs.may_import("ProspectRow", current_actor()):
        return []
    return [(f"{ROW}{order.id}", order.name) for order in open_orders(MOST_ORDERS)]


def _chosen(of: str) -> tuple[str, Order | None]:
    """(type of record, order that rows go into) of what the form calls ``of``."""
    if not of.startswith(ROW):
        return of, None
    number = of.removeprefix(ROW)
    return "ProspectRow", db.session.get(Order, int(number)) if is_key(number) else None


def _becomes(run: Import) -> str:
    if run.order is not None:
        return str(gettext("Rows of “%(order)s”", order=run.order))
    return str(TITLES.get(run.record_type, run.record_type))


def _import(text: str) -> Import:
    found = imports.own_import(int(text), current_actor()) if is_key(text) else None
    if found is None:
        abort(404)
    return found


def _crumbs(run: Import) -> list[tuple[str, str | None]]:
    return [(gettext("Imports"), url_for("ImportView.list")), (str(run), None)]


def _may_stop(run: Import) -> bool:
    return run.state in (*OPEN, ImportState.READING, ImportState.CHECKING, ImportState.RUNNING)


def _word(target: Target) -> str:
    if target.labels is not None:
        from flask_babel import get_locale

        return target.labels.get(str(get_locale() or "en")) or target.label
    return str(gettext(target.label))


# ---- what the pages say


def _said(run: Import) -> str:
    """How far it is, in a sentence."""
    numbers = {"done": format_decimal(run.done), "all": format_decimal(run.total)}
    match run.state:
        case ImportState.READING:
            return str(gettext("The file is being read."))
        case ImportState.CHECKING:
            return str(gettext("Looking at the rows: %(done)s of %(all)s.", **numbers))
        case ImportState.READY:
            return str(gettext("Nothing is saved yet. This is what would happen."))
        case ImportState.RUNNING:
            return str(gettext("Importing: %(done)s of %(all)s rows.", **numbers))
        case ImportState.FAILED:
            return str(gettext(run.because))
        case ImportState.UNDOING:
            return str(gettext("Taking it back: %(done)s rows so far.", **numbers))
        case ImportState.UNDONE:
            return str(gettext("The import is taken back."))
        case ImportState.STOPPED:
            return str(gettext("Stopped after %(done)s of %(all)s rows.", **numbers))
    return str(gettext("Done: %(done)s of %(all)s rows.", **numbers))


def _counts(run: Import) -> list[tuple[str, str, int]]:
    """(outcome, words, rows), those that there are."""
    future = run.state in (ImportState.CHECKING, ImportState.READY)
    return [(each.value, _outcome(each, future), run.counts[each]) for each in Outcome if run.counts.get(each)]


def _outcome(outcome: Outcome, future: bool = False) -> str:
    words = {
        Outcome.CREATED: gettext("new") if future else gettext("created"), Outcome.UPDATED: gettext("to be updated") if future else gettext("updated"),
        Outcome.UNCHANGED: gettext("already so"), Outcome.SKIPPED: gettext("left alone: already there"), Outcome.REFUSED: gettext("refused"),
        Outcome.UNDONE: gettext("taken back"), Outcome.KEPT: gettext("kept: changed since"),
    }
    return str(words[outcome])


def _understood(run: Import) -> list[tuple[str, str, str]]:
    """(header, what it is, how that is known) for each column."""
    words = {each.name: _word(each) for each in targets_for(run, current_actor())}
    return [
        (header or _letter(run, place), words.get(name, gettext("left out")), str(KNOWN_BY.get(by, "")) if name else "")
        for place, (header, name, (by, _)) in enumerate(zip(run.header, run.columns, run.understood, strict=True))
    ]


def _letter(run: Import, place: int) -> str:
    """The name of a column without a header."""
    number, letters = place + 1 + int(run.source.get("left", 0)), ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return str(gettext("Column %(letter)s", letter=letters))


def _heads(run: Import) -> list[tuple[str, str]]:
    words = {each.name: _word(each) for each in targets_for(run, current_actor())}
    return [(name, words.get(name, name)) for name in dict.fromkeys(filter(None, run.columns))]


def _sample(run: Import) -> list[dict[str, Any]]:
    return [
        {"number": each["number"], "outcome": _outcome(Outcome(each["outcome"]), True) if each["outcome"] else "", "kind": each["outcome"],
         "cells": each["cells"], "mended": each.get("mended", {}), "reason": _sentence(each["because"], each["params"])}
        for each in run.sample
    ]


def _sentence(because: str, params: Any) -> str:
    if not because:
        return ""
    told = {name: gettext(value) if name == "field" else value for name, value in (params or {}).items()}
    return str(gettext(because, **told))


def _reason(row: ImportRow) -> str:
    return _sentence(row.because, row.params)


def _refused(run: Import) -> list[tuple[int, str]]:
    """The first rows that were refused, or kept, each with its reason."""
    outcome = Outcome.KEPT if run.state is ImportState.UNDONE else Outcome.REFUSED
    return [] if run.state in (*OPEN, ImportState.CHECKING) else [(row.number, _reason(row)) for row in imports.rows_of(run, outcome, limit=20)]


def _warnings(run: Import) -> list[str]:
    found = []
    if (before := imports.same_file(run)) is not None:
        found.append(gettext("You imported this very file already: %(moment)s.", moment=moment(before.created_at)))
    if any(top <= run.header_at - 1 <= bottom and left < right for top, left, bottom, right in run.source.get("merged", ())):
        found.append(gettext("Cells of the header are merged: the name stands for the first of those columns, the others have none."))
    if (uncomputed := run.source.get("uncomputed", (0, ())))[0]:
        found.append(ngettext(
            "%(num)s cell holds a formula that was never computed (%(cells)s): nothing or 0 stands for its value. "
            "Open the file in Excel, save it, then choose it again.",
            "%(num)s cells hold formulas that were never computed (%(cells)s): nothing or 0 stands for their values. "
            "Open the file in Excel, save it, then choose it again.",
            uncomputed[0], cells=_places(*uncomputed),
        ))
    if run.source.get("torn"):
        found.append(gettext("Some letters of the file cannot be read: they stand as “�”. Save it anew as UTF-8, then choose it again, if they matter."))
    if len(run.source.get("sheets", ())) > 1:
        found.append(gettext("The file has several sheets. Only “%(sheet)s” is read.", sheet=run.source.get("sheet")))
    return found


def _mended(run: Import) -> list[tuple[str, str]]:
    """(column, words): in how many rows it was spoilt, and how one of them was set right."""
    words = {each.name: _word(each) for each in targets_for(run, current_actor())} if run.mended else {}
    return [(words.get(name, name), _mended_words(each)) for name, each in run.mended.items()]


def _mended_words(found: dict[str, Any]) -> str:
    rows = ngettext("%(num)s row", "%(num)s rows", found["rows"])
    if "was" not in found:
        return str(rows)
    return str(gettext("%(rows)s, for example %(was)s → %(now)s", rows=rows, was=found["was"], now=found["now"]))


def _places(count: int, first: Sequence[str]) -> str:
    """"C2, C3, C4 …"."""
    return f"{', '.join(first)} …".strip() if count > len(first) else ", ".join(first)


def _lines(run: Import, told: Any) -> list[dict[str, Any]]:
    """One for each column: its header, its first values, what it seems to be."""
    cells = imports.first_cells(run, 20)
    found = []
    for place, (header, name, (by, is_sure)) in enumerate(zip(run.header, told or run.columns, run.understood, strict=True)):
        values = [text for row in cells if place < len(row) and (text := text_of(row[place]))][:SAMPLES]
        shown = {"header": header or _letter(run, place), "examples": values, "target": name, "by": KNOWN_BY.get(by, "")}
        found.append({"place": place, "is_sure": is_sure, **shown})
    return found


def _again(cell: Any) -> Any:
    """A cell as a workbook keeps it."""
    if isinstance(cell, dict):
        text = str(cell["at"])
        return (datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)) if "-" in text else text
    return cell
