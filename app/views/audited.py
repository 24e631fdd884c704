"""What the audit learns at the door itself: refusals, and exports before they leave."""

from typing import Any

from flask import Flask, current_app, g, request

from app.models.base import record_types
from app.operations import audit
from app.permissions.actor import NoActor, current_actor
from app.queries.audit import exists
from app.views import viewing
from app.views.base import is_key

EXPORTS = ("export", "export_csv")


def _note(response: Any) -> Any:
    try:
        actor = current_actor()
    except NoActor:
        return response
    if actor.id is None:
        return response
    looked_as = viewing.looked_as()
    actor = viewing.viewer() or actor
    view, _, method = (request.endpoint or "").rpartition(".")
    if response.status_code == 403 and not g.get("is_noted") or response.status_code == 404 and _is_there(view):
        audit.note_refusal(request.method, request.path, looked_as=looked_as, actor=actor)
    elif method in EXPORTS and response.status_code == 200:
        audit.note_export(_records_of(view), request.query_string.decode("utf-8", "replace"), looked_as=looked_as, actor=actor)
    return response


def _is_there(endpoint: str) -> bool:
    """Whether the record that the address names exists: then somebody asked for what is not theirs to see."""
    key = str((request.view_args or {}).get("pk", ""))
    model: Any = record_types().get(_records_of(endpoint))
    if model is None or not is_key(key):
        return False
    return exists(model, int(key))


def _records_of(view: str) -> str:
    views = {each.endpoint: each for each in current_app.appbuilder.baseviews}  # type: ignore[attr-defined]
    found = views.get(view)
    if found is not None and hasattr(found, "datamodel"):
        return str(found.datamodel.obj.__name__)
    return getattr(found, "class_permission_name", None) or view


def register(app: Flask) -> None:
    """Arm ``app``'s answers."""
    app.after_request(_note)
