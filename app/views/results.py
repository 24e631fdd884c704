"""The results of the firm as a chart and as a table: each figure leads to the list behind it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import dropwhile
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import format_decimal, format_percent, gettext, lazy_gettext, ngettext, pgettext
from flask_login import current_user

from app.domain.custom_fields import Field, FieldKind
from app.domain.opportunities import Status
from app.domain.results import COUNTED, By, Line, Span, months_before, months_of
from app.models import Opportunity
from app.outbound.goal_words import GoalWords
from app.outbound.words import Words
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.campaigns import share_of
from app.queries.custom_fields import own_field, own_fields
from app.queries.results import names_of_groups, results, summed
from app.support import clock
from app.support.text import fold
from app.views import formats
from app.views.asked import zone
from app.views.days import format_date
from app.views.objectives import running_objectives
from app.views.own_fields import choice_label, label_of

SPANS = {
    Span.MONTH: lazy_gettext("This month"), Span.QUARTER: lazy_gettext("This quarter"), Span.YEAR: lazy_gettext("This year"),
    Span.LAST_YEAR: lazy_gettext("Last year"), Span.TWELVE: lazy_gettext("The last twelve months"),
}
WAYS = {
    By.MONTH: lazy_gettext("Month of the closing"), By.COHORT: lazy_gettext("Month in which they began"), By.PERSON: lazy_gettext("Salesperson"),
    By.PIPELINE: lazy_gettext("Pipeline"), By.CAMPAIGN: lazy_gettext("Campaign"), By.REASON: lazy_gettext("Reason for closing"),
    By.COMPETITOR: lazy_gettext("Competitor"),
}
FILTERS = {By.PERSON: "owner", By.PIPELINE: "pipeline", By.CAMPAIGN: "campaign", By.REASON: "reason", By.COMPETITOR: "known_competitor"}


def _words() -> dict[Status, str]:
    return {Status.WON: pgettext("several", "Won"), Status.LOST: pgettext("several", "Lost"), Status.CANCELLED: gettext("Cancelled")}


class ResultsView(BaseView):
    route_base = "/results"
    class_permission_name = "Opportunity"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        """Won, lost, cancelled, what was earned and how long it took; by month, person, pipeline, campaign, reason or category."""
        self.update_redirect()
        span = next((each for each in Span if each.value == request.args.get("span")), Span.TWELVE)
        by = _asked_way()
        today = clock.now().astimezone(zone()).date()
        months = months_of(span, today)
        marks = [datetime.combine(day, time(), zone()) for day in months]
        lines = results(by, marks)
        shown = _shown(by, lines, months, marks)
        most = max((row["line"].total for row in shown), default=0)
        whole, earlier = summed(lines), months_before(months, today)
        before = summed(results(By.COHORT if by is By.COHORT else By.PIPELINE, [datetime.combine(day, time(), zone()) for day in earlier]))
        return self.render_template(
            "results.html", title=gettext("Results"), fields=_fields(span, by), rows=[_row(row, most) for row in shown], way=_way_label(by),
            total=_row({"label": gettext("Total"), "line": whole, "links": _links(by, marks[0], marks[-1], {})}, 0),
            figures=_figures(whole, before, _links(by, marks[0], marks[-1], {})), times=_times(months, earlier, today),
            words=_words(), is_cohort=by is By.COHORT, has_amounts=is_shown(current_actor(), Opportunity, "amount"), has_return=by is By.CAMPAIGN,
            scope=_whose(), objectives=running_objectives(), objective_words=GoalWords(Words(current_user.time_zone)).columns(),
        )


def _asked_way() -> By | Field:
    text = request.args.get("by", "")
    field = own_field(text)
    if field is not None and field in _categories():
        return field
    return next((each for each in _ways() if each.value == text), By.MONTH)


def _ways() -> list[By]:
    """What the figures may be told apart by: nothing that is hidden from the reader."""
    return [each for each in By if is_shown(current_actor(), Opportunity, FILTERS.get(each, ""))]


def _categories() -> list[Field]:
    """The firm's own fields of which one value is chosen, of those that the reader may know."""
    return [each for each in own_fields("Opportunity") if each.kind is FieldKind.CHOICE and is_shown(current_actor(), Opportunity, each.name)]


def _way_label(by: By | Field) -> str:
    return label_of(by) if isinstance(by, Field) else str(WAYS[by])


def _way_value(by: By | Field) -> str:
    return by.name if isinstance(by, Field) else by.value


def _fields(span: Span, by: By | Field) -> list[dict[str, Any]]:
    offered: list[By | Field] = [*_ways(), *_categories()]
    ways = [(_way_value(each), _way_label(each)) for each in offered]
    return [
        {"name": "span", "label": gettext("Time"), "type": "select", "value": span.value, "options": [(each.value, SPANS[each]) for each in Span]},
        {"name": "by", "label": gettext("Told apart by"), "type": "select", "value": _way_value(by), "options": ways},
    ]


def _whose() -> str:
    actor = current_actor()
    if actor.sees_all:
        return ""
    return gettext("Your figures and those of your teams.") if actor.managed_team_ids else gettext("Your own figures.")


# ---- what stands above


def _times(months: Sequence[date], earlier: tuple[date, date], today: date) -> str:
    """The days that are counted, and those that they are compared with."""
    last = min(months[-1] - timedelta(days=1), today)
    return " · ".join([
        gettext("%(first)s to %(last)s", first=format_date(months[0], "long"), last=format_date(last, "long")),
        gettext("compared with %(first)s to %(last)s", first=format_date(earlier[0], "long"), last=format_date(earlier[1] - timedelta(days=1), "long")),
    ])


def _figures(now: Line, before: Line, links: dict[Status, str]) -> list[dict[str, Any]]:
    """The figures that are looked at first: (label, how much, how many with the list behind it, beside the time before)."""
    words, found = _words(), []
    for status in COUNTED:
        count = now.count(status)
        many = ngettext("%(num)s opportunity", "%(num)s opportunities", count)
        told = gettext("%(rate)s before", rate=format_decimal(before.count(status)))
        sums = formats.sums(now.sums.get(status, ()))
        found.append({"label": words[status], "big": sums or format_decimal(count), "many": many, "url": links[status] if count else None, "told": told})
    decided = now.count(Status.WON) + now.count(Status.LOST)
    rate = format_percent(now.rate) if now.rate is not None else "–"
    found.append({"label": gettext("Won of those decided"), "big": rate, "told": " · ".join(part for part in (
        gettext("%(num)s of %(all)s", num=format_decimal(now.count(Status.WON)), all=format_decimal(decided)) if decided else "",
        gettext("%(rate)s before", rate=format_percent(before.rate)) if before.rate is not None else "",
    ) if part)})
    days = ngettext("%(num)s day", "%(num)s days", now.days) if now.days is not None else "–"
    found.append({"label": gettext("Average until won"), "big": days,
                  "told": gettext("%(days)s before", days=ngettext("%(num)s day", "%(num)s days", before.days)) if before.days is not None else ""})
    return found


# ---- rows


def _shown(by: By | Field, lines: Sequence[Line], months: Sequence[date], marks: Sequence[datetime]) -> list[dict[str, Any]]:
    """The lines with their words and the lists behind them: months in their order, all else by what was won."""
    if by in (By.MONTH, By.COHORT):
        known = {line.key: line for line in lines}
        rows: list[dict[str, Any]] = [
            {"label": format_date(day, "LLLL y"), "line": known.get(str(place), Line(str(place))), "links": _links(by, marks[place], marks[place + 1], {})}
            for place, day in enumerate(months[:-1])
        ]
        return list(dropwhile(lambda row: not row["line"].total, rows))  # what lies before the first of all tells nothing
    keys = {int(line.key) for line in lines if line.key is not None and line.key.isdecimal()}
    known_by = {} if isinstance(by, Field) else names_of_groups(by, keys)
    names: dict[str | None, str] = {str(key): choice_label(by, key) if isinstance(by, Field) else str(known_by.get(key, "")) for key in keys}
    ordered = sorted(lines, key=lambda line: (line.key is None, -line.count(Status.WON), -line.total, fold(names.get(line.key, ""))))
    return [
        {"label": names.get(line.key) or gettext("none"), "line": line, "share": _share(line, known_by) if by is By.CAMPAIGN else "",
         "links": _links(by, marks[0], marks[-1], _filter(by, line.key)) if line.key is not None else {}}
        for line in ordered
    ]


def _share(line: Line, campaigns: Mapping[int, Any]) -> str:
    """What a campaign returned beyond its cost."""
    campaign = campaigns.get(int(line.key)) if line.key is not None else None
    share = share_of(line.amounts, campaign) if campaign is not None else None
    return format_percent(share) if share is not None else ""


def _filter(by: By | Field, key: str | None) -> dict[str, Any]:
    return {f"_flt_0_{by.name if isinstance(by, Field) else FILTERS[by]}": key}


def _links(by: By | Field, start: datetime, end: datetime, more: dict[str, Any]) -> dict[Status, str]:
    """Where the opportunities are that a figure counts: the same rows, by the same rule."""
    column = "created_at" if by is By.COHORT else "closed_at"
    times: dict[str, Any] = {f"_flt_1_{column}": _moment(start - timedelta(microseconds=1)), f"_flt_2_{column}": _moment(end)}
    return {status: url_for("OpportunityView.list", counted=1, _flt_0_status=status.value, **times, **more) for status in COUNTED}


def _moment(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).isoformat()


def _row(row: dict[str, Any], most: int) -> dict[str, Any]:
    """Figures in words, and the bars of the chart in percent of the longest."""
    line: Line = row["line"]
    bars, at = [], 0.0
    for status in COUNTED:
        width = 100 * line.count(status) / most if most else 0
        if width:
            said = gettext("%(label)s: %(text)s", label=row["label"], text=f"{_words()[status]}, {line.count(status)}")
            bars.append({"kind": status.value, "x": f"{at:.2f}%", "width": f"{width:.2f}%", "url": row["links"].get(status), "said": said})
        at += width
    return {
        "label": row["label"], "counts": [(status.value, line.count(status), row["links"].get(status)) for status in COUNTED], "bars": bars,
        "amounts": formats.sums(line.amounts), "rate": format_percent(line.rate) if line.rate is not None else "–",
        "days": line.days if line.days is not None else "–", "all": line.total, "share": row.get("share", ""),
    }


