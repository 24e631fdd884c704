"""Templates of mail: what must be true of one, and who keeps those of the whole firm."""

from typing import Any

from app.domain.errors import DomainError, Forbidden
from app.domain.placeholders import unknown
from app.models import MailTemplate
from app.operations.records import RULES, Rules
from app.permissions.actor import Actor
from app.permissions.rights import Action
from app.support.i18n import N_

NOT_FOR_ALL = N_("Templates for everybody are kept by an administrator. Save it for yourself.")


def keeps_shared(actor: Actor) -> bool:
    """Whether ``actor`` keeps the templates of the whole firm."""
    return actor.scope(MailTemplate.__name__, Action.WRITE).everything


def _prepare(template: MailTemplate, actor: Actor) -> None:
    template.user_id = actor.id
    _check_sharing(template, actor)


def _check_sharing(template: MailTemplate, actor: Actor) -> None:
    if template.is_shared and not keeps_shared(actor):
        raise Forbidden(NOT_FOR_ALL)


def _check(template: MailTemplate) -> None:
    if not template.languages:
        raise DomainError("empty_template", N_("Write the text in one language at least."))
    for language in ("en", "fr", "pl"):
        subject, body = template.words_in(language)
        if wrong := unknown(f"{subject}\n{body}"):
            raise DomainError(
                "unknown_placeholder", N_("“{%(name)s}” stands for nothing. The help below the text lists what may stand in braces."), name=wrong[0]
            )


def _changed(template: MailTemplate, before: dict[str, Any], actor: Actor) -> None:
    if "is_shared" in before:
        _check_sharing(template, actor)


RULES[MailTemplate] = Rules(prepare=_prepare, check=_check, changed=_changed)
