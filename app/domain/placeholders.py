"""Words in braces that stand in a template of mail for what differs from one letter to the next."""

import re
from collections.abc import Mapping

from app.support.i18n import N_

# What a person may write in braces → what it stands for.
PLACEHOLDERS: dict[str, str] = {
    "greeting": N_("Greeting by title, in the language of the template"),
    "contact": N_("Full name of the contact"),
    "first_name": N_("First name of the contact"),
    "last_name": N_("Last name of the contact"),
    "account": N_("Name of the account"),
    "opportunity": N_("Title of the opportunity"),
    "amount": N_("Amount of the opportunity, with its currency"),
    "sender": N_("Your full name"),
    "sender_first_name": N_("Your first name"),
    "firm": N_("Name of our firm"),
}
_WRITTEN = re.compile(r"\{([a-z_]+)\}")


def unknown(text: str) -> list[str]:
    """Words in braces that stand for nothing."""
    return [name for name in dict.fromkeys(_WRITTEN.findall(text)) if name not in PLACEHOLDERS]


def left(text: str) -> list[str]:
    """Placeholders that nobody has put a word in place of."""
    return [name for name in dict.fromkeys(_WRITTEN.findall(text)) if name in PLACEHOLDERS]


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with what is known; a placeholder without a value stays for the writer to see."""
    return _WRITTEN.sub(lambda found: values.get(found[1]) or found[0], text)
