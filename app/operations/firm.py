"""What must be true of the firm's own row."""

import re

from app.domain.errors import DomainError
from app.models import Firm
from app.operations.records import RULES, Rules
from app.support.i18n import N_

_PATTERN = re.compile(r"^[a-z0-9.+_-]*\{\}[a-z0-9.+_-]*@[a-z0-9-]+(\.[a-z0-9-]+)*$", re.IGNORECASE)
_DOMAIN = re.compile(r"^[^\s@]+$")


def _check(firm: Firm) -> None:
    if not _PATTERN.match(firm.address_pattern):
        raise DomainError(
            "bad_pattern", N_("“%(pattern)s” is no form of addresses: write {} before the @, such as crm+{}@firm.example."),
            pattern=firm.address_pattern,
        )
    for domain in firm.domains:
        if not _DOMAIN.match(domain):
            raise DomainError("bad_domain", N_("“%(domain)s” is not a domain. Write it like firm.example."), domain=domain)


RULES[Firm] = Rules(check=_check)
