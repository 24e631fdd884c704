"""Steps of a pipeline: what must be true of one."""

from app.domain.errors import DomainError
from app.domain.opportunities import is_status_word
from app.models import Step
from app.operations.records import RULES, Rules
from app.support.i18n import N_


def _check(item: Step) -> None:
    for name in ("label_en", "label_fr", "label_pl"):
        if is_status_word(getattr(item, name) or ""):
            raise DomainError(
                "named_like_status", N_("“%(name)s” is a status: an opportunity has one on every step. Call the step by what happens there, such as “Offer”."),
                name=getattr(item, name),
            ).of(name)


RULES[Step] = Rules(check=_check)
