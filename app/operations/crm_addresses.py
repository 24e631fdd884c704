"""CRM addresses: what an administrator may set."""

import re

from app.domain.errors import DomainError
from app.domain.reach import mail_address
from app.models import CrmAddress
from app.models.crm_addresses import AddressKind
from app.operations.records import RULES, Rules
from app.support.i18n import N_

_LIST_ID = re.compile(r"[^\s<>@]+(\.[^\s<>@]+)+")


def _check_group(address: CrmAddress) -> None:
    """Keep the List-Id alone, of whatever was pasted from a header (RFC 2919)."""
    typed = (address.list_id or "").strip()
    list_id = typed.rpartition("<")[2].strip(" >").lower() or None
    if list_id is not None and not _LIST_ID.fullmatch(list_id):
        raise DomainError("bad_list_id", N_("Type the List-Id as the header of a message of the group shows it, such as sales.firm.example.")).of("list_id")
    address.list_id = list_id


def _check(address: CrmAddress) -> None:
    _check_group(address)
    try:
        mail_address(address.address)
    except DomainError as error:
        raise DomainError("not_an_address", N_("Type the whole address, such as sales@firm.example.")).of("address") from error
    if address.kind is AddressKind.USER and not (address.user or address.user_id):
        raise DomainError("user_missing", N_("A secret address needs its user.")).of("user")
    if address.kind is AddressKind.TEAM and not (address.team or address.team_id):
        raise DomainError("team_missing", N_("The address of a team needs its team.")).of("team")
    if address.kind is not AddressKind.USER and (address.user or address.user_id):
        raise DomainError(
            "user_too_much", N_("Only a secret address belongs to a user. Choose that kind, or leave the user empty.")
        ).of("user")


RULES[CrmAddress] = Rules(check=_check)
