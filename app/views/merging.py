"""Two records that are one: choose the other, look at both side by side, merge, and take it back."""

from typing import Any

from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import action as fab_action
from flask_appbuilder import expose, has_access
from flask_babel import gettext, lazy_gettext, ngettext

from app.domain.errors import DomainError
from app.domain.merges import TEXTS, UNDO_WITHIN, Choice, chosen, is_empty
from app.extensions import db
from app.operations import merges
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed, is_writable
from app.permissions.rights import Action
from app.queries.custom_fields import own_field
from app.queries.duplicates import resembling
from app.queries.merges import what_moves
from app.views.asked import offer_undo
from app.views.base import key, say
from app.views.field_rights import money_of
from app.views.formats import moment, present
from app.views.here import may_hang, may_here
from app.views.own_fields import shown_value

LOOK = {"Opportunity": ("TaskView", "opportunity"), "Contact": ("OpportunityView", "contacts"), "Account": ("OpportunityView", "account")}


class Merging:
    """Mix in before ``CrmView``, for nouns of which a second record is made by mistake."""

    def __init__(self, **kwargs: Any) -> None:
        own = self.method_permission_name or {}  # type: ignore[has-type]
        self.method_permission_name = {"merge": "edit", "unmerge": "edit", "merge_two": "edit", **own}
        super().__init__(**kwargs)

    @expose("/merge/<pk>", methods=["GET", "POST"])
    @has_access
    def merge(self, pk: Any) -> Any:
        """Choose the other record, then the values to keep; posted: do it."""
        kept = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        if request.values.get("other", type=key) is None:
            return self._ask_for_other(kept)
        gone = self.found(request.values["other"], Action.WRITE)  # type: ignore[attr-defined]
        if request.method == "GET":
            return self._compare(kept, gone)
        name = str(gone)
        try:
            merges.merge(kept, gone, _choices(type(kept)), seen=(request.form.get("version", type=key), request.form.get("other_version", type=key)),
                         actor=current_actor())
        except DomainError as refusal:
            return make_response(self._compare(kept, gone, say(refusal)), 409)
        offer_undo(gettext("%(gone)s was merged into %(kept)s.", gone=name, kept=kept), self._merge_url("unmerge", gone))
        return redirect(self._merge_url("show", kept))

    @expose("/unmerge/<pk>", methods=["POST"])
    @has_access
    def unmerge(self, pk: Any) -> Any:
        """Take the last merge of this record back."""
        item = self.found(pk, Action.WRITE)  # type: ignore[attr-defined]
        done = merges.latest_merge(item)
        if done is None:
            flash(gettext("This record is part of no merge that could be taken back."), "danger")
        else:
            names = {"gone": done.gone_name}
            self.perform(lambda: merges.undo(done, actor=current_actor()), gettext("%(gone)s is a record of its own again.", **names))  # type: ignore[attr-defined]
        return redirect(self._merge_url("show", item))

    @fab_action("merge_two", lazy_gettext("Merge"), None, "intersect", single=False)
    def merge_two(self, items: Any) -> Any:
        """The two chosen records, the older one as that which stays."""
        items = items if isinstance(items, list) else [items]
        theirs = [item for item in items if is_allowed(current_actor(), Action.WRITE, item)]
        if items and not theirs:
            abort(403)
        if len(items) != 2 or len(theirs) != 2:
            flash(gettext("Choose two records that you may change, then “Merge”."), "danger")
            return redirect(url_for(f"{self.endpoint}.list"))  # type: ignore[attr-defined]
        kept, gone = sorted(theirs, key=lambda item: item.id)
        return redirect(self._merge_url("merge", kept, other=gone.id))

    def _merge_url(self, name: str, item: Any, **more: Any) -> str:
        return url_for(f"{self.endpoint}.{name}", pk=item.id, **more)  # type: ignore[attr-defined]

    def _ask_for_other(self, kept: Any) -> str:
        view, column = LOOK[type(kept).__name__]
        return str(self.render_template(  # type: ignore[attr-defined]
            "merge_choose.html", title=gettext("Merge with …"), item=kept, crumbs=self._merge_crumbs(kept), url=self._merge_url("merge", kept),
            look_url=url_for(f"{view}.lookup", column=column), back_url=self._merge_url("show", kept),
            found=[(str(each), self._merge_url("merge", kept, other=each.id)) for each in resembling(kept) if is_allowed(current_actor(), Action.WRITE, each)],
        ))

    def _merge_crumbs(self, kept: Any) -> list[tuple[Any, str | None]]:
        here = url_for(f"{self.endpoint}.list")  # type: ignore[attr-defined]
        return [(self.list_title, here), (str(kept), self._merge_url("show", kept)), (gettext("Merge with …"), None)]  # type: ignore[attr-defined]

    def _compare(self, kept: Any, gone: Any, error: str = "") -> str:
        labels = self.label_columns  # type: ignore[attr-defined]
        counts = what_moves(gone) if kept.id != gone.id else {}
        return str(self.render_template(  # type: ignore[attr-defined]
            "merge.html", title=gettext("Merge two records"), crumbs=self._merge_crumbs(kept), error=error, kept=kept, gone=gone,
            heads=[_head(kept), _head(gone)], fields=[(name, labels.get(name, name), _offers(name, kept, gone)) for name in _differing(kept, gone)],
            moves=[_counted(name, count) for name, count in counts.items()], days=UNDO_WITHIN.days, url=self._merge_url("merge", kept),
            swap_url=self._merge_url("merge", gone, other=kept.id), back_url=self._merge_url("show", kept),
        ))


def merge_acts(view: Any, item: Any) -> list[dict[str, Any]]:
    """The entries of the menu behind the dots."""
    if not isinstance(view, Merging) or item.archived_at is not None or not may_here(item, Action.WRITE):
        return []
    return [{"label": gettext("Merge with …"), "url": url_for(f"{view.endpoint}.merge", pk=item.id), "method": "get"}]  # type: ignore[attr-defined]


def merge_box(view: Any, item: Any) -> dict[str, Any] | None:
    """What the page says of a merge that can still be taken back: {text, url?, label?, undo?}."""
    if not (isinstance(view, Merging) and may_hang("merge", item)):
        return None
    done = merges.latest_merge(item)
    if done is None or (done.gone_id != item.id and not merges.is_in_time(done)):
        return None
    undo = url_for(f"{view.endpoint}.unmerge", pk=item.id) if merges.is_in_time(done) and may_here(item, Action.WRITE) else None  # type: ignore[attr-defined]
    if done.gone_id != item.id:
        return {"text": gettext("%(name)s was merged into this record on %(when)s.", name=done.gone_name, when=moment(done.created_at)), "undo": undo}
    kept = db.session.get(type(item), done.kept_id)
    text = gettext("This record was merged into another one on %(when)s.", when=moment(done.created_at))
    return {"text": text, "undo": undo, "label": str(kept or ""), "url": url_for(f"{view.endpoint}.show", pk=done.kept_id) if kept else None}  # type: ignore[attr-defined]


def _choices(model: type[Any]) -> dict[str, Choice]:
    known = {each.value: each for each in Choice}
    asked = {name: request.form.get(f"keep_{name}", "") for name in merges.fields_to_choose(model)}
    return {name: known[value] for name, value in asked.items() if value in known}


def _differing(kept: Any, gone: Any) -> list[str]:
    """The fields that the reader may write and in which the two differ."""
    actor, model = current_actor(), type(kept)
    names = [name for name in merges.fields_to_choose(model) if is_writable(actor, model, name)]
    return [name for name in names if getattr(kept, name) != getattr(gone, name)]


def _offers(name: str, kept: Any, gone: Any) -> list[dict[str, Any]]:
    """What can be kept: {value, text, is_chosen}."""
    mine, theirs = getattr(kept, name), getattr(gone, name)
    asked = request.form.get(f"keep_{name}") or (Choice.GONE if chosen(None, name, mine, theirs) is theirs and is_empty(mine) else Choice.KEPT).value
    offers = [(Choice.KEPT, _shown(name, kept)), (Choice.GONE, _shown(name, gone))]
    if name in TEXTS and mine and theirs:
        offers.append((Choice.BOTH, gettext("both, one below the other")))
    return [{"value": choice.value, "text": text, "is_chosen": choice.value == asked} for choice, text in offers]


def _shown(name: str, item: Any) -> Any:
    value = getattr(item, name)
    if field := own_field(name):
        value = shown_value(field, value)
    if name == "amount":
        value = money_of(item)
    return present(value) or gettext("empty")


def _head(item: Any) -> dict[str, str]:
    return {"name": str(item), "note": gettext("made on %(when)s", when=moment(item.created_at)), "owner": str(item.owner or item.team or "")}


def _counted(name: str, count: int) -> str:
    words = {
        "TimelineEntry": ngettext("%(num)s line of history", "%(num)s lines of history", count),
        "Task": ngettext("%(num)s task", "%(num)s tasks", count), "IncomingMessage": ngettext("%(num)s mail", "%(num)s mails", count),
        "Attachment": ngettext("%(num)s attachment", "%(num)s attachments", count), "Alert": ngettext("%(num)s alert", "%(num)s alerts", count),
        "Contact": ngettext("%(num)s contact", "%(num)s contacts", count),
        "Opportunity": ngettext("%(num)s opportunity", "%(num)s opportunities", count),
        "Engagement": ngettext("%(num)s engagement", "%(num)s engagements", count),
    }
    return words[name]
