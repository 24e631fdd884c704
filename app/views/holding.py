"""Whose a record is: take, release, give to …, the list of mine, and pick-lists of those to whom the person may give."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import action as fab_action
from flask_appbuilder import expose, has_access
from flask_appbuilder.fields import QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.models.filters import BaseFilter
from flask_babel import gettext, lazy_gettext, ngettext, pgettext, to_user_timezone
from wtforms.fields.core import UnboundField

from app.domain.errors import DomainError, Refusal
from app.extensions import db
from app.models import Opportunity, Team, User
from app.operations import handing
from app.operations.assigning import gives_freely, people_on_offer, teams_on_offer, within_offer
from app.operations.handovers import holder_of
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.permissions.scope import holder_name, mine
from app.queries.handovers import holdings_of
from app.queries.people import known_people
from app.support.i18n import N_
from app.views.asked import way_back
from app.views.base import is_key, say
from app.views.days import format_date
from app.views.here import may_hang, may_here
from app.views.paging import Mine
from app.views.people_fields import PeopleField

GIVEN = ("owner", "assignee", "team", "co_owners")  # relations that say whose a record is
NOBODY_CHOSEN = N_("Choose a person or a team of the list.")


class IsMine(Mine, BaseFilter):
    """Leaves what the acting person looks after, and what their teams have and nobody took."""

    name = "is mine"

    def apply(self, query: Any, value: Any) -> Any:
        return query.filter(mine(self.model, current_actor()))


class Holding:
    """Mix in before ``CrmView``, for nouns that a person or a team holds."""

    def __init__(self, **kwargs: Any) -> None:
        own = self.method_permission_name or {}  # type: ignore[has-type]
        self.method_permission_name = {"take": "show", "release": "edit", "give": "edit", "give_many": "edit", "give_chosen": "edit", **own}
        super().__init__(**kwargs)

    def _init_forms(self) -> None:
        super()._init_forms()  # type: ignore[misc]
        for form in (self.add_form, self.edit_form, self.search_form):  # type: ignore[attr-defined]
            for column in GIVEN:
                field = getattr(form, column, None)
                if isinstance(field, UnboundField) and issubclass(field.field_class, QuerySelectField | QuerySelectMultipleField):
                    self._offer(form, column, field, is_search=form is self.search_form)  # type: ignore[attr-defined]

    def _offer(self, form: Any, column: str, field: Any, *, is_search: bool) -> None:
        """Let the field of ``form`` offer whom the acting person may choose, and who has it already; a search asks for anybody."""
        if column == "team":
            field.kwargs |= {} if is_search else {"query_func": self._teams}
            return
        kept = {key: field.kwargs[key] for key in ("label", "description", "validators", "default") if key in field.kwargs}
        setattr(form, column, UnboundField(
            PeopleField, *field.args, view=self, column=column, is_many=field.field_class is QuerySelectMultipleField and not is_search,
            is_search=is_search, offered=known_people if is_search else lambda: within_offer(current_actor(), self.datamodel.obj),  # type: ignore[attr-defined]
            present=list if is_search else lambda: self._present(column), **kept,
        ))

    def _teams(self) -> list[Any]:
        found: list[Any] = list(teams_on_offer(current_actor(), self.datamodel.obj))  # type: ignore[attr-defined]
        return found + [each for each in self._present("team") if each not in found]

    def _present(self, column: str) -> list[Any]:
        pk = (request.view_args or {}).get("pk")
        item = self.datamodel.get(pk) if is_key(pk) else None  # type: ignore[attr-defined]
        value = getattr(item, column) if item is not None else None
        return list(value) if isinstance(value, list) else [value] if value is not None else []

    # ---- the list of mine

    def _without_archived(self, filters: Any) -> Any:
        left = super()._without_archived(filters)  # type: ignore[misc]
        if request.args.get("mine") != "1":
            return left
        return left.get_joined_filters(self.datamodel.get_filters().add_filter_list([["id", IsMine, None]]))  # type: ignore[attr-defined]

    def list_tabs(self) -> list[tuple[str, str, bool]]:
        """All that the person sees, what is theirs, and what was put away."""
        is_old, is_mine = request.args.get("archived") == "1", request.args.get("mine") == "1"
        here = url_for(f"{self.endpoint}.list")  # type: ignore[attr-defined]
        return [
            (gettext("Current"), here, not is_old and not is_mine), (pgettext("to look after", "Mine"), f"{here}?mine=1", is_mine),
            (gettext("Archived"), f"{here}?archived=1", is_old and not is_mine),
        ]

    # ---- take, release, give

    def holding_acts(self, item: Any) -> list[dict[str, Any]]:
        """The entries of the menu behind the dots."""
        actor, acts = current_actor(), []
        if handing.may_take(item, actor):
            acts.append({"label": gettext("Take it"), "url": self._to("take", item), "method": "post"})
        if may_here(item, Action.WRITE):
            if actor.has_teams and holder_of(item).user_id is not None:
                acts.append({"label": gettext("Give it back to the team"), "url": self._to("release", item), "method": "post"})
            if self._may_give():
                acts.append({"label": gettext("Give to …"), "url": self._to("give", item), "method": "get", "key": "g"})
        return acts

    def holding_boxes(self, item: Any) -> list[dict[str, Any]]:
        """Who is also responsible, and who held it when."""
        boxes = []
        if also := getattr(item, "co_owners", None):
            boxes.append({"title": gettext("Also responsible"), "text": ", ".join(str(user) for user in also)})
        held = holdings_of(item) if may_hang("handover", item) else []
        if len(held) > 1:
            boxes.append({"title": gettext("Who held it"), "pairs": [
                (str(one.holder or gettext("nobody")), _from_to(one.since, one.until)) for one in held
            ]})
        return boxes

    def _may_give(self) -> bool:
        actor = current_actor()
        return gives_freely(actor, self.datamodel.obj) or bool(actor.managed_team_ids or actor.team_ids)  # type: ignore[attr-defined]

    def _to(self, name: str, item: Any) -> str:
        return url_for(f"{self.endpoint}.{name}", pk=item.id)  # type: ignore[attr-defined]

    def _after_handing(self, item: Any) -> Any:
        """Back to the record, or to the list where it is not the person's to see any more."""
        left = is_allowed(current_actor(), Action.READ, item)
        return redirect(way_back(self._to("show", item) if left else url_for(f"{self.endpoint}.list")))  # type: ignore[attr-defined]

    @expose("/take/<pk>", methods=["POST"])
    @has_access
    def take(self, pk: Any) -> Any:
        """Make what nobody has mine."""
        item = self.found(pk)  # type: ignore[attr-defined]
        self.perform(lambda: handing.take(item, actor=current_actor()), gettext("%(title)s is yours now.", title=item))  # type: ignore[attr-defined]
        return self._after_handing(item)

    @expose("/release/<pk>", methods=["POST"])
    @has_access
    def release(self, pk: Any) -> Any:
        """Give it back to the team."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        done = gettext("%(title)s is free: anybody of the team may take it.", title=item)
        self.perform(lambda: handing.release(item, actor=current_actor()), done)  # type: ignore[attr-defined]
        return self._after_handing(item)

    @expose("/give/<pk>", methods=["GET", "POST"])
    @has_access
    def give(self, pk: Any) -> Any:
        """To whom, and with which words."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        if request.method == "GET":
            return self._ask_to_whom(item)
        note, to = request.form.get("note", ""), chosen_holder(request.form.get("to", ""), self.datamodel.obj)  # type: ignore[attr-defined]
        try:
            if to is None:
                raise DomainError("nobody_chosen", NOBODY_CHOSEN)
            handing.give(item, to, note=note, actor=current_actor())
        except Refusal as refusal:
            return make_response(self._ask_to_whom(item, say(refusal), note), 409)
        flash(gettext("%(title)s was handed over to %(name)s.", title=item, name=to), "success")
        return self._after_handing(item)

    def _ask_to_whom(self, item: Any, error: str = "", note: str = "") -> str:
        holder = str(getattr(item, holder_name(type(item))) or item.team or gettext("nobody"))
        return self._form([(str(item), self._to("show", item))], str(item), self._to("give", item), error=error, note=note, holder=holder)

    def _form(self, crumbs: list[tuple[str, str]], about: str, url: str, *, error: str = "", note: str = "", holder: str = "",
              keys: Sequence[int] = ()) -> str:
        people, teams = holders_on_offer(self.datamodel.obj)  # type: ignore[attr-defined]
        here = url_for(f"{self.endpoint}.list")  # type: ignore[attr-defined]
        return str(self.render_template(  # type: ignore[attr-defined]
            "give.html", look_url=self._look_for_people(),
            title=gettext("Give to …"), error=error, note=note, chosen=request.form.get("to", ""), holder=holder, keys=keys,
            crumbs=[(self.list_title, here), *crumbs, (gettext("Give to …"), None)], about=about, people=people, teams=teams, url=url,  # type: ignore[attr-defined]
            back_url=crumbs[0][1] if crumbs else here,
        ))

    def _look_for_people(self) -> str:
        """Where the page searches for people and teams, in a firm with more than a list of them."""
        return url_for(f"{self.endpoint}.lookup", column=holder_name(self.datamodel.obj), teams=1)  # type: ignore[attr-defined]

    # ---- many at once

    @fab_action("give_many", lazy_gettext("Give to …"), None, "arrow-left-right", single=False)
    def give_many(self, items: Any) -> Any:
        """Ask to whom the chosen records go; those that the person may not change are left out."""
        chosen = items if isinstance(items, list) else [items]
        theirs = [item for item in chosen if is_allowed(current_actor(), Action.WRITE, item)]
        if not theirs:
            abort(403 if chosen else 400)
        return self._ask_for_many(theirs)

    @expose("/give_chosen", methods=["POST"])
    @has_access
    def give_chosen(self) -> Any:
        """Hand the chosen records over, each on its own: one that is refused holds no other up."""
        items = [self.found(pk) for pk in request.form.getlist("rowid")]  # type: ignore[attr-defined]
        note, to = request.form.get("note", ""), chosen_holder(request.form.get("to", ""), self.datamodel.obj)  # type: ignore[attr-defined]
        if to is None or not items:
            return make_response(self._ask_for_many(items, gettext(NOBODY_CHOSEN), note), 409)
        return self._each(items, lambda item: handing.give(item, to, note=note, actor=current_actor()), Action.WRITE)  # type: ignore[attr-defined]

    def _ask_for_many(self, items: list[Any], error: str = "", note: str = "") -> str:
        about = ngettext("%(num)s record", "%(num)s records", len(items))
        return self._form([], about, url_for(f"{self.endpoint}.give_chosen"), error=error, note=note, keys=[item.id for item in items])  # type: ignore[attr-defined]


def _from_to(since: Any, until: Any) -> str:
    first, last = (format_date(to_user_timezone(at), "medium") if at else "" for at in (since, until))
    if first == last:
        return str(first)
    return str(gettext("%(first)s to %(last)s", first=first, last=last) if until else gettext("since %(moment)s", moment=first))


def holders_on_offer(model: type[Any] = Opportunity) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The people and the teams to whom the acting person may give a record of ``model``, as choices of a list."""
    actor = current_actor()
    return [(f"u{u.id}", str(u)) for u in people_on_offer(actor, model)], [(f"t{t.id}", str(t)) for t in teams_on_offer(actor, model)]


def chosen_holder(text: str, model: type[Any] = Opportunity) -> User | Team | None:
    """The person or team behind a choice of ``holders_on_offer``; None for any other."""
    people, teams = holders_on_offer(model)
    if text not in {value for value, _ in (*people, *teams)}:
        return None
    return db.session.get(User if text[0] == "u" else Team, int(text[1:]))
