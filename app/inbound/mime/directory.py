"""Who is who: what must be known beside a message to say what it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.free_mail import FREE_MAIL as FREE_MAIL
from app.domain.free_mail import is_free_mail as is_free_mail
from app.inbound.mime.form_layouts import Layout
from app.inbound.mime.mail import Address, Mail

_MACHINES = frozenset(
    [
        "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply",
        "ne-pas-repondre", "nepasrepondre", "ne_pas_repondre", "nie-odpowiadaj", "nieodpowiadaj",
        "nie_odpowiadaj", "mailer-daemon", "mailerdaemon", "postmaster", "bounce", "bounces",
        "notification", "notifications", "listserv", "majordomo",
    ]
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Users, intake addresses and domains of ours; all addresses and domains in lower case.

    ``users`` maps an address to the key of its user; ``crm_addresses`` maps an address to its kind
    (user, team, pipeline, public). ``own_message_ids`` are those ids among the message's that we made.
    ``groups`` are List-Ids that feed an intake address; ``form_layouts`` were taught.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    crm_addresses: Mapping[str, str] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    own_message_ids: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    form_layouts: tuple[Layout, ...] = ()
    region: str = "FR"

    def crm_address(self, address: str) -> str | None:
        """Return the intake address that ``address`` is, perhaps with a +tag, or None."""
        if address in self.crm_addresses:
            return address
        local, at, domain = address.partition("@")
        plain = local.partition("+")[0] + at + domain
        return plain if plain in self.crm_addresses else None

    def is_user(self, address: str) -> bool:
        return address in self.users

    def is_ours(self, address: str) -> bool:
        """Whether ``address`` belongs to the firm: a user, an intake address or one of its domains."""
        if self.is_user(address) or address in self.own_addresses or self.crm_address(address):
            return True
        domain = address.rpartition("@")[2]
        return any(domain == ours or domain.endswith("." + ours) for ours in self.domains)

    def is_external_person(self, address: Address) -> bool:
        return not self.is_ours(address.address) and not is_machine(address.address)

    def is_group(self, mail: Mail) -> bool:
        """Whether the list that ``mail`` came through is an intake group: named so, or at our address."""
        for list_id in list_ids(mail):
            local, _, domain = list_id.partition(".")
            if list_id in self.groups or self.crm_address(f"{local}@{domain}"):
                return True
        return False


def list_ids(mail: Mail) -> tuple[str, ...]:
    values = mail.headers.get("list-id", ())
    return tuple(value.rpartition("<")[2].strip(" >").lower() for value in values if value.strip())


def is_machine(address: str) -> bool:
    """Whether nobody reads what is sent to ``address``."""
    local = address.partition("@")[0].lower()
    return local.partition("+")[0] in _MACHINES or "noreply" in re.sub(r"[-_.]", "", local)
