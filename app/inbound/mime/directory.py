"""Who is who: what must be known beside a message to say what it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.free_mail import FREE_MAIL as FREE_MAIL
from app.domain.free_mail import is_free_mail as is_free_mail
from app.domain.sender_rules import Effect, Rule, rule_for
from app.inbound.mime.form_layouts import Layout
from app.inbound.mime.mail import Address, Mail
from app.support.seal import Seal

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
    (user, team, pipeline, public). ``seal`` knows the addresses and the ids that we signed.
    ``groups`` maps a List-Id to the intake address that it feeds; ``form_layouts`` were taught; ``rules`` maps an
    address or a domain to what was decided about mail from there.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    crm_addresses: Mapping[str, str] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()
    seal: Seal | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    form_layouts: tuple[Layout, ...] = ()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    region: str = "FR"

    def crm_address(self, address: str) -> str | None:
        """Return the intake address that ``address`` is, perhaps with a +tag, or None."""
        if address in self.crm_addresses:
            return address
        local, at, domain = address.partition("@")
        plain = local.partition("+")[0] + at + domain
        if plain in self.crm_addresses:
            return plain
        return address if self.record_ref(address) or self.summary_ref(address) or self.held_ref(address) else None

    def record_ref(self, address: str) -> tuple[str, str] | None:
        """The noun and the public reference of the record whose signed address this is."""
        return self.seal.record_ref(address) if self.seal else None

    def summary_ref(self, address: str) -> tuple[str, date] | None:
        """The subscription and the day of the summary whose signed address this is."""
        return self.seal.summary_ref(address) if self.seal else None

    def held_ref(self, address: str) -> str | None:
        """The public reference of the held message about which a notice is answered at this signed address."""
        return self.seal.held_ref(address) if self.seal else None

    def is_own_id(self, message_id: str) -> bool:
        return self.seal is not None and self.seal.is_own_id(message_id)

    def is_user(self, address: str) -> bool:
        return address in self.users

    def is_ours(self, address: str) -> bool:
        """Whether ``address`` belongs to the firm: a user, an intake address or one of its domains."""
        if self.is_user(address) or address in self.own_addresses or self.crm_address(address):
            return True
        domain = address.rpartition("@")[2]
        return any(domain == ours or domain.endswith("." + ours) for ours in self.domains)

    def rule_of(self, address: str) -> Rule | None:
        """The rule for mail from ``address``; there is none for what is ours."""
        return rule_for(self.rules, address) if self.rules and not self.is_ours(address) else None

    def effect_on(self, mail: Mail) -> Effect | None:
        rule = self.rule_of(mail.author.address) if mail.author else None
        return rule.effect if rule else None

    def is_external_person(self, address: Address) -> bool:
        if self.is_ours(address.address):
            return False
        rule = self.rule_of(address.address)
        return not is_machine(address.address) or (rule is not None and rule.effect is Effect.PERSON)

    def group_addresses(self, mail: Mail) -> tuple[str, ...]:
        """The intake addresses that the lists of ``mail`` feed, as an administrator said."""
        return tuple(self.groups[each] for each in list_ids(mail) if each in self.groups) if self.groups else ()

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
