"""What the demonstration has made so far, by the names in its tables, and the days on which it happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from stdnum import luhn
from stdnum.pl import nip as polish

from app.domain.languages import TIME_ZONES
from app.domain.workdays import last_workday_before, local_day, moment_of
from app.extensions import db
from app.models import Account, Campaign, Contact, Opportunity, Team, User
from app.permissions.actor import SYSTEM, Actor
from app.permissions.decide import actor_of
from app.support import clock

CURRENCIES = {"FR": "EUR", "PL": "PLN", "GB": "GBP"}


@dataclass
class Stage:
    """Everybody and everything, by name."""

    users: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)  # first one of each account
    sales: dict[str, Opportunity] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The person, with the rights of this moment; the system for no name."""
        return actor_of(self.users[name], db.session()) if name else SYSTEM

    def team(self, country: str | None) -> Team:
        return self.teams["Białystok" if country == "PL" else "Rennes"]


def day_at(country: str, workdays_ago: int) -> date:
    """The day in ``country`` that is so many of its working days past; today for none."""
    day: date = local_day(clock.now(), TIME_ZONES[country])
    for _ in range(workdays_ago):
        day = last_workday_before(day, country)
    return day


def moment_at(country: str, workdays_ago: int, hour: int) -> datetime:
    """That hour in ``country``, so many of its working days ago; today for none."""
    return moment_of(day_at(country, workdays_ago), time(hour), TIME_ZONES[country])


@contextmanager
def back_at(country: str, workdays_ago: int, hour: int) -> Iterator[None]:
    """As if it were then; never later than now."""
    with clock.frozen(min(moment_at(country, workdays_ago, hour), clock.now())):
        yield


def numbers(country: str, number: int) -> dict[str, str]:
    """Registration numbers whose check digits are right, in ranges that no register hands out."""
    if country == "PL":
        base = f"99900{number:04d}"
        nip = next((base + digit for digit in "0123456789" if polish.is_valid(base + digit)), None)
        return {"nip": nip, "vat_number": f"PL{nip}"} if nip else numbers(country, number + 100)  # one base in eleven has none
    if country == "FR":
        siren = f"19990{number:03d}"
        siren += luhn.calc_check_digit(siren)
        branch = f"{siren}0001"
        key = (12 + 3 * (int(siren) % 97)) % 97
        return {"siren": siren, "siret": branch + luhn.calc_check_digit(branch), "vat_number": f"FR{key:02d}{siren}"}
    return {}


def filled(**values: Any) -> dict[str, Any]:
    """``values`` without the empty ones."""
    return {name: value for name, value in values.items() if value not in (None, "")}
