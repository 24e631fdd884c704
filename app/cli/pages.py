"""``flask crm pages``: write the parts of ``docs/`` that the code knows better than a writer."""

import re
from collections.abc import Iterable
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.cli import rights
from app.domain.labels import LABELS
from app.domain.messages import REASONS

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("fr", "pl")
THINGS = (
    "User", "Team", "Account", "Account type", "Contact", "Opportunity", "Salesperson", "Pipeline", "Step", "Task", "Appointment",
    "History", "Event", "Reminder", "Incoming mail", "CRM address", "Mailbox", "Web form", "Sent mail", "Summary", "Today", "Firm",
    "Audit",
)  # fmt: skip
GROUPS = {
    "Status": "Opportunity status", "Source": "Source of an opportunity", "TaskStatus": "Task status", "Kind": "Kind of event",
    "Origin": "Origin of an event", "State": "State of a message", "AddressKind": "Kind of CRM address",
    "Policy": "Who may write to a public address", "UnknownRecipient": "Blind copy to somebody unknown", "Validity": "E-mail address",
    "Effect": "What a rule for a sender does", "Standing": "Appointment",
    "OutgoingState": "Mail that we send", "Edition": "Edition of the summary", "Level": "Role",
}  # fmt: skip
# Title, first code of the group: the groups follow each other in `REASONS`.
OUTCOMES = {
    "Added to history, or an opportunity is made (attached, created)": "token",
    "Waits for a person (held)": "not_authenticated",
    "Set aside (ignored)": "own",
    "Not filed (failed)": "unreadable",
}
SET_ASIDE = "bounce_recorded"  # stands among the first, since it is about a contact
_BLOCK = r"(<!-- {name}: made by flask crm pages -->\n).*?(<!-- end -->)"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _catalogues() -> list[Catalog]:
    found = []
    for language in LANGUAGES:
        with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            found.append(read_po(file, locale=language))
    return found


def _words(sentence: str, catalogues: list[Catalog]) -> list[str]:
    known = [catalogue.get(sentence) for catalogue in catalogues]
    return [sentence, *(str(message.string) if message and message.string else "–" for message in known)]


def glossary() -> str:
    """Nouns and values as the three catalogues have them."""
    catalogues, head = _catalogues(), ("English", "Français", "Polski")
    parts = ["## Things\n", _table(head, (_words(thing, catalogues) for thing in THINGS))]
    for group, title in GROUPS.items():
        codes = {key.partition(".")[2]: words for key, words in LABELS.items() if key.partition(".")[0] == group}
        rows = ([f"`{code}`", *_words(words, catalogues)] for code, words in codes.items())
        parts += [f"## {title}\n", _table(("Code", *head), rows)]
    return "\n".join(parts)


def outcomes() -> str:
    """Every reason that a message can have, with its sentence."""
    codes = [code for code in REASONS if code != SET_ASIDE]
    codes.insert(codes.index("unreadable"), SET_ASIDE)
    starts = [codes.index(first) for first in OUTCOMES.values()]
    parts = []
    for title, start, end in zip(OUTCOMES, starts, [*starts[1:], None], strict=True):
        rows = ([f"`{code}`", re.sub(r"%\((\w+)\)s", r"*\1*", REASONS[code])] for code in codes[start:end])
        parts += [f"### {title}\n", _table(("Code", "Sentence"), rows)]
    return "\n".join(parts)


def _filled(page: Path, name: str, content: str) -> str:
    found, count = re.subn(
        _BLOCK.format(name=name), lambda block: f"{block[1]}{content}{block[2]}", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert count == 1, f"{page} has no place for {name}"
    return found


def pages() -> dict[Path, str]:
    """Each page that holds something made, as it should be."""
    docs = ROOT / "docs"
    return {
        docs / "permissions.md": rights.markdown(),
        docs / "glossary.md": _filled(docs / "glossary.md", "glossary", glossary()),
        docs / "mail.md": _filled(docs / "mail.md", "outcomes", outcomes()),
    }


@click.command("pages")
def write_pages() -> None:
    """Bring docs/permissions.md, docs/glossary.md and docs/mail.md up to date with the code."""
    for page, content in pages().items():
        page.write_text(content, encoding="utf-8")
        click.echo(page.relative_to(ROOT))


COMMANDS = (write_pages,)
