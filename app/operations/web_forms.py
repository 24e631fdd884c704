"""Web forms: what an administrator may set, and the version of the consent wording."""

from typing import Any
from urllib.parse import urlsplit

from app.domain.errors import DomainError
from app.models import WebForm
from app.operations import records
from app.operations.records import RULES, Rules
from app.operations.transaction import atomic
from app.permissions.actor import Actor
from app.support.i18n import N_


def _check(form: WebForm) -> None:
    if not form.thanks_url:
        return
    parts = urlsplit(form.thanks_url)
    if parts.scheme != "https" or not parts.hostname or any(c.isspace() or c in "\"'<>;," for c in form.thanks_url):
        raise DomainError("thanks_url", N_("The page of thanks must be a whole address that begins with https://.")).of("thanks_url")


RULES[WebForm] = Rules(check=_check)


@atomic
def update_form(form: WebForm, changes: dict[str, Any], *, seen_version: int | None = None, actor: Actor) -> WebForm:
    """Change ``form``; another consent wording gets the next version number, so that each consent names what was read."""
    wording = (changes.get("consent_text", form.consent_text) or "").strip() or None
    if wording != form.consent_text and form.consent_text:
        changes = {**changes, "consent_version": form.consent_version + 1}
    records.update(form, changes, seen_version=seen_version, actor=actor)
    return form
