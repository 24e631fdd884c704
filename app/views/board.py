"""The pipeline as a board: a column for each step, a card for each opportunity, and the same in a table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_appbuilder import BaseView, expose, has_access, permission_name
from flask_babel import format_decimal, gettext, ngettext, pgettext
from flask_login import current_user

from app.domain.labels import label
from app.domain.opportunities import Status
from app.models import Opportunity, Step, Task, Team, User
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries import board as queries
from app.queries.board import CARDS, MOST_CARDS, NOBODY, Board, Filters, Lane
from app.queries.people import known_people, people_by_name
from app.support import clock
from app.support.money import Money
from app.views import chosen_columns, formats, layouts
from app.views.addresses import by_key
from app.views.asked import BOARD_ARGUMENTS
from app.views.base import is_key, key
from app.views.field_rights import money_of
from app.views.next_acts import next_act
from app.views.people_fields import FEW

NEAR = 0.8  # of the most days of a step: from here on a card says so


@dataclass(frozen=True)
class Ways:
    """From the key of a card: to its page, and to where it is moved."""

    page: Callable[[int], str]
    move: Callable[[int], str]


class BoardView(BaseView):
    route_base = "/board"
    class_permission_name = "Board"
    default_view = "list"

    @expose("/")
    @has_access
    @permission_name("list")
    def list(self) -> Any:
        self.update_redirect()
        pipelines = queries.pipelines_with_steps()
        if not pipelines:
            return self.render_template("board.html", title=gettext("Pipeline"), lanes=[], empty=gettext(
                "There is no pipeline with a step yet. An administrator makes one under Settings."
            ))
        asked = request.args.get("pipeline", type=key)
        pipeline = next((one for one in pipelines if one.id == asked), pipelines[0])
        people, teams = queries.people_and_teams(FEW)
        filters = _filters()
        fields = _fields(filters, people, teams)
        board = queries.board_of(pipeline, filters, _wanted())
        name = gettext("Pipeline %(name)s", name=pipeline.label)
        count = ngettext("%(num)s opportunity", "%(num)s opportunities", board.count)
        may_add = self.appbuilder.sm.has_access("can_add", "Opportunity")
        return self.render_template(
            "board.html", title=gettext("%(label)s: %(text)s", label=name, text=count), name=name, figures=_figures_line(board, count),
            tabs=[(one.label, _address(pipeline=one.id), one is pipeline) for one in pipelines] if len(pipelines) > 1 else [],
            lanes=_lanes(board) if board.count else [], total=_sums(board.sums),
            count=board.count, fields=fields, chips=_chips(fields),
            kept={"pipeline": pipeline.id} if len(pipelines) > 1 else {}, clear_url=url_for("BoardView.list", pipeline=asked),
            steps=[(step.id, step.label) for step in pipeline.steps if step.archived_at is None],
            list_url=url_for("OpportunityView.list", _flt_0_pipeline=pipeline.id), layouts=_layouts(pipeline.id),
            views=chosen_columns.kept_tabs(_opportunities()),
            save_url=url_for("ListViewsView.save", **{**_asked(), "of": "OpportunityView", layouts.ARGUMENT: layouts.PIPELINE}),
            add_url=url_for("OpportunityView.add") if may_add else None, empty=_empty(filters),
        )


def _opportunities() -> Any:
    """The list that shows the same opportunities."""
    views = current_app.appbuilder.baseviews  # type: ignore[attr-defined]
    return next(view for view in views if type(view).__name__ == "OpportunityView")


def _layouts(pipeline_id: int) -> list[tuple[str, str, str, bool]]:
    """The ways to look at them; the lists keep what the board is filtered by."""
    names = [name for name in ("owner", "team", "status") if request.args.get(name) and request.args.get(name) != "all"]
    kept: dict[str, Any] = {f"_flt_0_{name}": request.args[name] for name in names}
    lists = [(str(name), icon, url_for("OpportunityView.list", _flt_0_pipeline=pipeline_id, layout=each, **kept), False)
             for each, (name, icon) in layouts.NAMES.items() if each != layouts.PIPELINE]
    name, icon = layouts.NAMES[layouts.PIPELINE]
    return [*lists, (str(name), icon, request.full_path, True)]


# ---- what the address asks for


def _asked() -> dict[str, Any]:
    return {name: request.args.getlist(name) for name in (*BOARD_ARGUMENTS, chosen_columns.VIEW) if name in request.args}


def _filters() -> Filters:
    word = request.args.get("status", "")
    statuses = tuple(Status) if word == "all" else tuple(s for s in Status if s.value == word)
    return Filters(
        owner_id=request.args.get("owner", type=key), team_id=request.args.get("team", type=key),
        is_starred=request.args.get("starred") == "1", **({"statuses": statuses} if statuses else {}),
    )


def _wanted() -> dict[int, int]:
    """Step → number of cards, from ``more=3-100``."""
    found = {}
    for text in request.args.getlist("more"):
        step, _, count = text.partition("-")
        if is_key(step) and is_key(count):
            found[int(step)] = int(count)
    return found


def _address(**changes: Any) -> str:
    """This page with ``changes``; None takes a filter off."""
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in BOARD_ARGUMENTS if name in request.args}
    return url_for("BoardView.list", **{**kept, **changes})


def _owner(filters: Filters, people: list[User]) -> dict[str, Any]:
    """Of a list while people are few, else searched while one types."""
    field: dict[str, Any] = {"name": "owner", "label": gettext("Salesperson"), "value": _text(filters.owner_id)}
    if len(people) <= FEW:
        return {**field, "type": "select", "options": [("", gettext("any")), *_people(people)]}
    near = {current_user.id: gettext("Me"), NOBODY: gettext("nobody yet")}
    chosen = filters.owner_id
    shown = "" if chosen is None else near.get(chosen) or next(map(str, people_by_name(User.id == chosen, *known_people())), "")
    return {**field, "type": "text", "shown": shown, "look_url": url_for("OpportunityView.lookup", column="owner", all=1, self=1),
            "options": [(field["value"], shown)]}


def _fields(filters: Filters, people: list[User], teams: Iterable[Team]) -> list[dict[str, Any]]:
    statuses = [("", pgettext("several", "Open")), *((s.value, gettext(label(s))) for s in Status), ("all", gettext("All"))]
    return [
        _owner(filters, people),
        {"name": "team", "label": gettext("Team"), "type": "select", "value": _text(filters.team_id),
         "options": [("", gettext("any")), *((str(team.id), team.name) for team in teams)]},
        {"name": "status", "label": gettext("Status"), "type": "select", "value": request.args.get("status", ""), "options": statuses},
        {"name": "starred", "label": gettext("Starred"), "type": "select", "value": "1" if filters.is_starred else "",
         "options": [("", gettext("any")), ("1", gettext("Starred only"))]},
    ]


def _people(people: Iterable[User]) -> list[tuple[str, str]]:
    others = [(str(one.id), str(one)) for one in people if one.id != current_user.id]
    return [(str(current_user.id), gettext("Me")), (str(NOBODY), gettext("nobody yet")), *others]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _chips(fields: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The filters that are on, each with the way to take it off."""
    found = []
    for one in fields:
        text = dict(one["options"]).get(one["value"])
        if one["value"] and text:
            found.append({"label": one["label"], "text": text, "url": _address(**{one["name"]: None})})
    return found


def _empty(filters: Filters) -> str:
    if filters != Filters():
        return gettext("No opportunity fits these filters.")
    return gettext("No open opportunity in this pipeline. Put your CRM address in blind copy of a mail to a customer, or add one.")


# ---- what stands on the page


def _sums(sums: Iterable[Money]) -> str:
    """Their sum in words; empty for whom amounts are hidden from."""
    if not is_shown(current_actor(), Opportunity, "amount"):
        return ""
    return " + ".join(formats.money(each.amount, each.currency) for each in sums)


def _days(days: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", days))


def _figures_line(board: Board, count: str) -> str:
    parts = [count, _sums(board.sums)]
    if board.forecast and all(is_shown(current_actor(), Opportunity, name) for name in ("amount", "probability")):
        parts.append(gettext("weighted forecast %(sum)s", sum=_sums(board.forecast)))
    return " · ".join(part for part in parts if part)


def _lanes(board: Board) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {name: request.args.getlist(name) for name in BOARD_ARGUMENTS if name in request.args}
    to = Ways(by_key("OpportunityView.show"), by_key("OpportunityView.move_to", back="board", **kept))
    return [_lane(lane, board, to) for lane in board.lanes]


def _lane(lane: Lane, board: Board, to: Ways) -> dict[str, Any]:
    step = lane.step
    hidden = lane.count - len(lane.cards)
    following = min(len(lane.cards) + CARDS, MOST_CARDS)
    others = [text for text in request.args.getlist("more") if text.partition("-")[0] != str(step.id)]
    in_list = url_for("OpportunityView.list", _flt_0_step=step.id)
    return {
        "id": step.id, "label": step.label, "count": format_decimal(lane.count), "sums": _sums(lane.sums),
        "average": "" if lane.average_days is None else _days(lane.average_days),
        "most": ngettext("%(num)s day max.", "%(num)s days max.", step.max_days), "is_over": (lane.average_days or 0) > step.max_days,
        "is_open": step.archived_at is None, "place": gettext("step %(number)s of %(all)s", number=board.lanes.index(lane) + 1, all=len(board.lanes)),
        "cards": [_card(card, step, board, to) for card in lane.cards], "list_url": in_list,
        "more": None if not hidden else {
            "text": ngettext("%(num)s more", "%(num)s more", min(hidden, CARDS)), "url": _address(more=[*others, f"{step.id}-{following}"])
        } if following > len(lane.cards) else {"text": gettext("All in the list"), "url": in_list},
    }


def _card(card: Opportunity, step: Step, board: Board, to: Ways) -> dict[str, Any]:
    days = max(0, (clock.now() - card.step_entered_at).days)
    return {
        "id": card.id, "title": card.title, "url": to.page(card.id), "is_starred": card.starred,
        "account": str(card.account) if card.account else "", "amount": money_of(card),
        "owner": str(card.owner) if card.owner else "", "days": _days(days), **_next(card, board.tasks.get(card.id)),
        "pace": "" if not card.is_open else "over" if days > step.max_days else "near" if days >= step.max_days * NEAR else "",
        "state": None if card.is_open else {"kind": formats.SHAPES[f"Status.{card.status.value}"], "text": gettext(label(card.status))},
        "version": card.version, "move_url": to.move(card.id) if card.id in board.movable else None,
    }


def _next(card: Opportunity, task: Task | None) -> dict[str, str]:
    found = next_act(card.status, card.remind_at, task)
    if found is None:
        return {"next": "", "late": ""}
    return {"next": ", ".join(part for part in (found.title or gettext("No next step"), found.when) if part), "late": found.late}
