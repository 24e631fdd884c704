"""What must be true of the firm's own row."""

import re
from typing import Any

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Firm
from app.operations.records import RULES, Rules
from app.operations.second_factor import demand_again
from app.permissions.actor import Actor
from app.support.i18n import N_

SHORTEST, LONGEST = 12, 240  # months; the database holds them too
_PATTERN = re.compile(r"^[a-z0-9.+_-]*\{\}[a-z0-9.+_-]*@[a-z0-9-]+(\.[a-z0-9-]+)*$", re.IGNORECASE)
_DOMAIN = re.compile(r"^[\w-]+(\.[\w-]+)+$")  # not an address of a page: it would match no sender


def _check(firm: Firm) -> None:
    if not _PATTERN.match(firm.address_pattern):
        raise DomainError(
            "bad_pattern", N_("“%(pattern)s” is no form of addresses: write {} before the @, such as crm+{}@firm.example."),
            pattern=firm.address_pattern,
        ).of("address_pattern")
    firm.country, firm.currency = firm.country.upper(), firm.currency.upper()
    if not (len(firm.country) == 2 and firm.country.isalpha()):
        raise DomainError("bad_country", N_("A country is written with two letters, such as FR or PL.")).of("country")
    if not (len(firm.currency) == 3 and firm.currency.isalpha()):
        raise DomainError("bad_currency", N_("A currency is written with three letters, such as EUR or PLN.")).of("currency")
    for domain in firm.domains:
        if not _DOMAIN.match(domain):
            raise DomainError("bad_domain", N_("“%(domain)s” is not a domain. Write it like firm.example."), domain=domain).of("domain_lines")
    if not SHORTEST <= (firm.audit_months or 0) <= LONGEST:
        raise DomainError(
            "bad_months", N_("The audit is kept for %(least)s to %(most)s months."), least=SHORTEST, most=LONGEST
        ).of("audit_months")


def _stays(firm: Firm) -> None:
    raise DomainError("firm_stays", N_("The firm itself cannot be deleted or archived."))


def _changed(firm: Firm, before: dict[str, Any], actor: Actor) -> None:
    if "factor_role_ids" in before:
        db.session.flush()
        demand_again()


RULES[Firm] = Rules(check=_check, leaving=_stays, changed=_changed)
