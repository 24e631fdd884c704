"""Take, release and give, for programs: the operations of the pages, with their rights."""

from typing import Any

from flask import Response, request
from flask_appbuilder.api import expose
from flask_appbuilder.security.decorators import protect

from app.domain.errors import Forbidden
from app.domain.scopes import Power
from app.extensions import db
from app.models import Team, User
from app.operations import handing
from app.operations.assigning import people_on_offer, teams_on_offer
from app.operations.handovers import NOTE, holder_of
from app.permissions.actor import current_actor
from app.permissions.decide import is_allowed
from app.permissions.rights import Action
from app.support.i18n import N_
from app.views.api.base import PERMISSIONS, RecordApi, answered
from app.views.api.bearer import require_scope
from app.views.api.json import NotUnderstood
from app.views.base import is_key

HANDING = {"take": "show", "release": "edit", "give": "edit"}
TO_WHOM = N_("“to” is {\"user\": 7} or {\"team\": 3}: somebody to whom you may give.")


class HoldingApi(RecordApi):
    """The base of nouns that a person or a team holds."""

    include_route_methods = {*PERMISSIONS, *HANDING}
    permissions = {**PERMISSIONS, **HANDING}

    @expose("/<pk>/take", methods=["POST"])
    @protect()
    @answered
    def take(self, pk: Any) -> Response:
        """Make what nobody has the person's."""
        require_scope(self.class_permission_name, Power.WRITE)
        item = self.found(pk)
        if holder_of(item).user_id is None and not handing.may_take(item, current_actor()):
            raise Forbidden
        handing.take(item, actor=current_actor())
        return self._held(item)

    @expose("/<pk>/release", methods=["POST"])
    @protect()
    @answered
    def release(self, pk: Any) -> Response:
        """Give it back to the team."""
        require_scope(self.class_permission_name, Power.WRITE)
        item = self.found(pk, Action.WRITE)
        handing.release(item, actor=current_actor())
        return self._held(item)

    @expose("/<pk>/give", methods=["POST"])
    @protect()
    @answered
    def give(self, pk: Any) -> Response:
        """Hand it to a person or a team, with a note if one is sent."""
        require_scope(self.class_permission_name, Power.WRITE)
        item, sent = self.found(pk, Action.WRITE), request.get_json(silent=True)
        if not isinstance(sent, dict) or not sent.keys() <= {"to", "note"}:
            raise NotUnderstood("to", TO_WHOM)
        note = sent.get("note", "")
        if not isinstance(note, str) or len(note) > NOTE:
            raise NotUnderstood("note", N_("“%(field)s” is a text of at most %(count)s characters."), count=NOTE)
        handing.give(item, _holder(sent.get("to"), self.datamodel.obj), note=note, actor=current_actor())
        return self._held(item)

    def _held(self, item: Any) -> Response:
        """The record as it is now; without its fields where it is not the person's to see any more."""
        db.session.refresh(item)
        if not is_allowed(current_actor(), Action.READ, item):
            return self.response(200, id=item.id)
        return self.response(200, id=item.id, result=self.shown(item))


def _holder(to: Any, model: type[Any]) -> User | Team:
    """The person or team that ``to`` names, of those to whom the acting person may give."""
    kind, key = next(iter(to.items())) if isinstance(to, dict) and len(to) == 1 else ("", None)
    offers: dict[str, Any] = {"user": people_on_offer, "team": teams_on_offer}
    found = next((each for each in offers[kind](current_actor(), model) if str(each.id) == str(key)), None) if kind in offers and is_key(str(key)) else None
    if found is None:
        raise NotUnderstood("to", TO_WHOM)
    return found
