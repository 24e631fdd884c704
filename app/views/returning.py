"""What others did to a record while somebody looked at it or wrote in its form."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app.domain.audit import ACTIONS
from app.domain.errors import Refusal, Stale
from app.models import Account, Contact, Engagement, Opportunity, User
from app.permissions.actor import current_actor
from app.permissions.decide import is_shown
from app.queries.audit import changes_by_others
from app.queries.people import known_people, knows_the_house, people_by_name
from app.queries.timeline import count_new
from app.support import clock
from app.views.formats import moment, present
from app.views.presence import presence
from app.views.viewing import viewer

MOST = 5  # people who are named


class Returning:
    """Mix in before ``ModelView``: pages and forms of a record ask at ``watch_url`` what is new."""

    def watch_url(self, item: Any) -> str | None:
        """Where to ask what others do to ``item`` from now on; None where the noun has no page."""
        name = f"{self.endpoint}.changed"  # type: ignore[attr-defined]
        return url_for(name, pk=item.id, since=clock.now().isoformat()) if "can_show" in self.base_permissions else None  # type: ignore[attr-defined]

    @expose("/changed/<pk>", methods=["GET"])
    @has_access
    def changed(self, pk: Any) -> Response:
        """{text, here}: who changed what since ``?since=``, and who else is on the page; empty when nobody did or is. ``?gone=1``: the reader went."""
        item = self.found(pk)  # type: ignore[attr-defined]
        place, reader = f"{type(item).__name__}:{item.id}", current_actor().id
        if request.args.get("gone") == "1":
            presence().leave(place, reader or 0)
            return jsonify({"text": "", "here": ""})
        try:
            since = datetime.fromisoformat(request.args.get("since", ""))
        except ValueError:
            since = clock.now()
        if since.tzinfo is None:
            since = clock.now()
        others = presence().note(place, reader) if reader and not viewer() else {}
        return jsonify({"text": " ".join(self._said(item, since)), "here": " ".join(_here(others))})

    def _said(self, item: Any, since: datetime) -> list[str]:
        reader = current_actor().id
        lines = changes_by_others(type(item).__name__, item.id, since, reader)
        said = list(dict.fromkeys(self._line(line) for line in lines))
        new = count_new(item, since, reader) if isinstance(item, Opportunity | Engagement | Contact | Account) else 0
        return [*said, *([ngettext("%(num)s new entry in the history.", "%(num)s new entries in the history.", new)] if new else [])]

    def _line(self, line: Any) -> str:
        model, labels = self.datamodel.obj, self.label_columns  # type: ignore[attr-defined]
        fields = [str(labels[name]) for name in line.after or {} if name in labels and is_shown(current_actor(), model, name)]
        what = gettext(ACTIONS.get(line.action, "changed"))
        name = line.actor_name if knows_the_house() else gettext("Somebody")
        if line.action == "update" and fields:
            return str(gettext("%(name)s: %(what)s (%(fields)s).", name=name, what=what, fields=", ".join(fields)))
        return str(gettext("%(name)s: %(what)s.", name=name, what=what))


def _here(others: dict[int, datetime]) -> list[str]:
    """A sentence for each of the others, who came first in front."""
    people = {each.id: each for each in people_by_name(User.id.in_(others), *known_people())} if others else {}
    came = sorted((since, key) for key, since in others.items() if key in people)
    return [str(gettext("%(name)s is here too, since %(moment)s.", name=people[key], moment=moment(since))) for since, key in came[:MOST]]


def against(form: Any, item: Any, refusal: Refusal) -> list[str]:
    """After a refusal for being stale: each value that was typed otherwise than it is saved now, in a sentence."""
    if not isinstance(refusal, Stale):
        return []
    found = []
    for field in form:
        if field.name in ("csrf_token", "version") or not hasattr(item, field.name):
            continue
        saved = getattr(item, field.name)
        if _differs(field.data, saved):
            words = str(present(saved)) or gettext("empty")
            found.append(str(gettext("%(label)s is now saved as: %(text)s", label=field.label.text, text=words)))
    return found


def _differs(typed: Any, saved: Any) -> bool:
    if isinstance(saved, list) or isinstance(typed, list):
        return {str(each) for each in typed or []} != {str(each) for each in saved or []}
    return (typed or None) != (saved or None)
