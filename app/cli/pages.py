"""``flask crm pages``: write the parts of ``docs/`` that the code knows better than a writer."""

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from app.cli import rights
from app.domain.labels import LABELS
from app.domain.messages import REASONS, REASONS_OF, State

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("fr", "pl")
THINGS = (
    "User", "Team", "Account", "Account type", "Contact", "Opportunity", "Engagement", "Salesperson", "Pipeline", "Step", "Task", "Appointment",
    "History", "Event", "Reminder", "Incoming mail", "CRM address", "Mailbox", "Web form", "Sent mail", "Summary", "Today", "Firm",
    "Audit",
)  # fmt: skip
GROUPS = {
    "Status": "Opportunity status", "EngagementState": "State of an engagement",
    "Source": "Source of an opportunity", "TaskStatus": "Task status", "Kind": "Kind of event",
    "Origin": "Origin of an event", "State": "State of a message", "AddressKind": "Kind of CRM address",
    "Policy": "Who may write to a public address", "UnknownRecipient": "Blind copy to somebody unknown", "Validity": "E-mail address",
    "Effect": "What a rule for a sender does", "Standing": "Appointment",
    "OutgoingState": "Mail that we send", "Edition": "Edition of the summary", "Level": "Role",
}  # fmt: skip
OUTCOMES = {
    "Added to history, or an opportunity is made (attached, created)": (State.ATTACHED, State.CREATED),
    "Waits for a person (held)": (State.HELD,),
    "Set aside (ignored)": (State.IGNORED,),
    "Not filed (failed, or received and tried again)": (State.FAILED, State.RECEIVED),
}
SAMPLES = ROOT / "tests" / "mail" / "reasons"
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


def _sentence(code: str) -> str:
    return re.sub(r"%\((\w+)\)s", r"*\1*", REASONS[code])


def outcomes() -> str:
    """Every reason that a message can have, with its sentence."""
    parts = []
    for title, states in OUTCOMES.items():
        codes = [code for state in states for code in REASONS_OF[state]]
        parts += [f"### {title}\n", _table(("Code", "Sentence"), ([f"[`{code}`](mail_reasons.md#{code})", _sentence(code)] for code in codes))]
    return "\n".join(parts)


def _sample(name: str) -> str:
    """The sample mail ``name`` as a block, equal lines in a row told once; empty for what no mail alone brings about."""
    path = SAMPLES / f"{name}.eml"
    if not path.exists():
        return ""
    runs = [(line, len(list(run))) for line, run in groupby(path.read_text(encoding="utf-8").splitlines())]
    lines = [line for line, count in runs for line in ([line] if count == 1 else [line, f"({count} such lines)"])]
    return "\n".join(["```", *lines, "```", ""])


def reasons(page: Path) -> str:
    """``page`` with the sentence and the sample of each reason; what people wrote between them stays."""
    content = _replaced(page.read_text(encoding="utf-8"), "an_invitation", _sample("an_invitation"))
    for code in REASONS:
        states = [state.value for state, codes in REASONS_OF.items() if code in codes] or ["beside the outcome"]
        content = _replaced(content, code, f"**{states[0]}**: {_sentence(code)}\n\n{_sample(code)}")
    return content


def _replaced(text: str, name: str, content: str) -> str:
    found, count = re.subn(_BLOCK.format(name=name), lambda block: f"{block[1]}{content}{block[2]}", text, flags=re.DOTALL)
    assert count == 1, f"no place for {name}"
    return found


def _filled(page: Path, name: str, content: str) -> str:
    return _replaced(page.read_text(encoding="utf-8"), name, content)


def pages() -> dict[Path, str]:
    """Each page that holds something made, as it should be."""
    docs = ROOT / "docs"
    return {
        docs / "permissions.md": rights.markdown(),
        docs / "glossary.md": _filled(docs / "glossary.md", "glossary", glossary()),
        docs / "mail.md": _filled(docs / "mail.md", "outcomes", outcomes()),
        docs / "mail_reasons.md": reasons(docs / "mail_reasons.md"),
    }


@click.command("pages")
def write_pages() -> None:
    """Bring the pages of docs/ that hold something made up to date with the code."""
    for page, content in pages().items():
        page.write_text(content, encoding="utf-8")
        click.echo(page.relative_to(ROOT))


COMMANDS = (write_pages,)
