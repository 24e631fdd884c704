"""The languages of the product and what follows from a country."""

from enum import StrEnum


class Language(StrEnum):
    EN = "en"
    FR = "fr"
    PL = "pl"


# Country of work (ISO 3166 alpha-2) → usual time zone: what a new user starts with.
TIME_ZONES = {"FR": "Europe/Paris", "PL": "Europe/Warsaw", "GB": "Europe/London", "BE": "Europe/Brussels"}

# … and the currency in which they sell; elsewhere that of the firm.
CURRENCIES = {"FR": "EUR", "BE": "EUR", "PL": "PLN", "GB": "GBP"}

# … and the language in which a firm of that country names its things; elsewhere English.
LANGUAGE_OF = {"FR": Language.FR, "BE": Language.FR, "PL": Language.PL}
