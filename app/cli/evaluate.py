"""``flask crm mail evaluate FOLDER``: how much of mails with a known meaning is understood.

FOLDER holds any of ``forwards/``, ``replies/``, ``bounces/``, ``odd/`` and ``tnef/``; each part that is
there is measured. Nothing is written, and no database is needed.
"""

import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import click

from app.cli.wrappings import INTAKE, USER, WRAPPINGS
from app.inbound.mime.bounces import find_bounce
from app.inbound.mime.directory import Directory
from app.inbound.mime.forwards import Forward, find_forward
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, understand

_FIRM = Directory(users={USER: USER}, crm_addresses={INTAKE: "public"}, domains=frozenset({"firm.example"}))
_LANGUAGE = re.compile(r"_((?:pt_br|[a-z]{2}))_(?:body|subject)\.txt$")
_POSITION = re.compile(r"\.\d+(?=\.)")
_LONGEST_SHOWN = 160
_SPEECHLESS = "?"


@dataclass(frozen=True, slots=True)
class Miss:
    """What was found instead of what was expected, of one fact of a case."""

    fact: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.fact}: {_short(self.found)} instead of {_short(self.expected)}"


@dataclass(slots=True)
class Score:
    """Right and total, per fact and per language, with the cases that are not right."""

    name: str
    right: int = 0
    total: int = 0
    skipped: int = 0
    facts: dict[str, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))
    languages: dict[str, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: list[tuple[str, list[Miss]]] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def count(self, case: str, facts: Mapping[str, tuple[object, object]], language: str = "") -> None:
        """Weigh a case: for each fact what was expected and what was found."""
        misses = [Miss(name, expected, found) for name, (expected, found) in facts.items() if expected != found]
        for name, (expected, found) in facts.items():
            self.facts[_POSITION.sub("", name)][expected == found] += 1
        if language:
            self.languages[language][not misses] += 1
        self.total += 1
        self.right += not misses
        if misses:
            self.wrong.append((case, misses))

    def lines(self, *, show: bool) -> Iterator[str]:
        """What a person reads: the sum, each fact and language, and with ``show`` the worst cases first."""
        speed = self.total / max(time.perf_counter() - self.started, 1e-9)
        skipped = f", {self.skipped} that do not fit left out" if self.skipped else ""
        yield f"{self.name}: {self.right} of {self.total} right ({speed:.0f}/s{skipped})"
        if len(self.facts) > 1:
            yield "  " + ", ".join(f"{name} {row[True]}/{row.total()}" for name, row in self.facts.items())
        if self.languages:
            yield "  " + ", ".join(f"{name} {row[True]}/{row.total()}" for name, row in sorted(self.languages.items()))
        if show:
            for case, misses in sorted(self.wrong, key=lambda one: -len(one[1])):
                yield f"  {case}"
                yield from (f"    {miss}" for miss in misses)


def _short(value: object) -> str:
    shown = repr(value)
    half = _LONGEST_SHOWN // 2
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:half]} … {shown[-half:]}"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def forward_scores(folder: Path) -> Iterator[Score]:
    """``expected.json`` names text, subject and facts; measured bare, then inside whole mails."""
    cases = json.loads(_text(folder / "expected.json"))
    yield _forwards(folder, cases, "forwards", _bare_forward)
    for name, wrap in WRAPPINGS.items():
        yield _forwards(folder, cases, f"forwards as {name}", _wrapped(wrap))


def _forwards(
    folder: Path, cases: list[dict[str, Any]], name: str, find: Callable[[str, str], Forward | None]
) -> Score:
    score = Score(name)
    for case in cases:
        body = _text(folder / case["body"])
        subject = _text(folder / case["subject"]).strip() if case["subject"] else ""
        try:
            found = find(body, subject)
        except UnicodeEncodeError:
            score.skipped += 1
            continue
        told = _LANGUAGE.search(case["subject"] or case["body"])
        score.count(
            " ".join(filter(None, (case["body"], case["subject"]))),
            _forward_facts(found, case["expect"]),
            told[1] if told else _SPEECHLESS,
        )
    return score


def _bare_forward(text: str, subject: str) -> Forward | None:
    return find_forward(text=text, html=None, subject=subject, nested=())


def _wrapped(wrap: Callable[[str, str], bytes]) -> Callable[[str, str], Forward | None]:
    return lambda text, subject: understand(read(wrap(text, subject)), _FIRM).forward


def _forward_facts(found: Forward | None, expected: dict[str, object]) -> dict[str, tuple[object, object]]:
    facts: dict[str, object] = {"forwarded": found is not None}
    if found:
        facts |= {
            "email.subject": found.subject,
            "email.body": found.text,
            "email.from.address": found.sender.address if found.sender else None,
            "email.from.name": (found.sender.name or None) if found.sender else None,
            "message": found.note or None,
        }
        for name, people in (("to", found.to), ("cc", found.cc)):
            for position, person in enumerate(people):
                facts[f"email.{name}.{position}.address"] = person.address
                facts[f"email.{name}.{position}.name"] = person.name or None
    result = {name: (value, facts.get(name)) for name, value in expected.items()}
    if expected.get("forwarded"):
        result["a date"] = (True, bool(found and found.date))
        result["certain"] = (True, bool(found and found.is_certain))
    return result


def reply_scores(folder: Path) -> Iterator[Score]:
    """``emails/`` are texts of mails, ``trimmed/`` what their writers wrote; no word may be lost."""
    score = Score("replies")
    for path in sorted((folder / "emails").iterdir()):
        text, trimmed = _text(path), folder / "trimmed" / path.name
        split = split_quotes(text, None)
        kept = Counter(f"{split.written}\n{split.quoted}".split())
        expected = _text(trimmed).strip() if trimmed.exists() else ""
        words = Counter(text.split())
        facts = {
            "exact": (expected, split.written.strip()),
            "words lost": (0, (words - kept).total()),
            "words twice": (0, (kept - words).total()),
        }
        score.count(path.name, facts)
    yield score


def bounce_scores(folder: Path) -> Iterator[Score]:
    """``expected.json`` tells for each mail which failures are hard: is the address said to be dead?"""
    score = Score("bounces")
    weighed: Counter[tuple[bool, bool]] = Counter()
    for name, failures in json.loads(_text(folder / "expected.json")).items():
        found = find_bounce(read((folder / f"{name}.eml").read_bytes()))
        is_hard = any(failure["hard"] for failure in failures)
        is_permanent = bool(found and any(one.is_permanent for one in (found, *found.others)))
        is_report = all(failure["reason"] in ("feedback", "vacation", "delivered") for failure in failures)
        weighed[is_hard, is_permanent] += 1
        facts: dict[str, tuple[object, object]] = {"permanent": (is_hard, is_permanent)}
        if not is_report:
            facts["recognised"] = (True, found is not None)
        score.count(f"{name} ({', '.join(failure['reason'] for failure in failures)})", facts)
    right = weighed[True, True]
    score.name = (
        f"bounces (permanent: precision {right}/{right + weighed[False, True]},"
        f" recall {right}/{right + weighed[True, False]})"
    )
    yield score


def odd_scores(folder: Path) -> Iterator[Score]:
    """Strange mails, of which nothing is expected but that they are read."""
    score = Score("odd")
    for path in sorted(folder.iterdir()):
        mail = read(path.read_bytes())
        score.count(path.name, {"readable": (True, understand(mail, _FIRM).kind is not Kind.UNREADABLE)})
    yield score


def tnef_scores(folder: Path) -> Iterator[Score]:
    """``x.tnef`` sent as winmail.dat; ``x.list`` names the files in it, bodies among them."""
    score = Score("tnef")
    for path in sorted(folder.glob("*.tnef")):
        message = EmailMessage()
        message["From"], message["To"] = USER, INTAKE
        message.set_content("See the attached file.")
        message.add_attachment(path.read_bytes(), maintype="application", subtype="ms-tnef", filename="winmail.dat")
        found = Counter(part.name.casefold() for part in read(message.as_bytes()).attachments)
        listed = _text(path.with_suffix(".list")).split("\n") if path.with_suffix(".list").exists() else []
        names = [name.strip().casefold() for name in listed]
        wanted = Counter(name for name in names if name and not re.match(r"body\.\w+$|untitled.attachment$", name))
        score.count(path.name, {"missing": ([], sorted((wanted - found).elements()))})
    yield score


PARTS: Mapping[str, Callable[[Path], Iterator[Score]]] = {
    "forwards": forward_scores,
    "replies": reply_scores,
    "bounces": bounce_scores,
    "odd": odd_scores,
    "tnef": tnef_scores,
}


@click.command("evaluate")
@click.option("--show", is_flag=True, help="Name the cases that are not right, worst first.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def evaluate(folder: Path, show: bool) -> None:
    """Measure how much of the mails in FOLDER is understood. Nothing is written."""
    parts = [(measure, folder / name) for name, measure in PARTS.items() if (folder / name).is_dir()]
    if not parts:
        raise click.UsageError(f"{folder} holds none of the folders {', '.join(PARTS)}.")
    for measure, path in parts:
        for score in measure(path):
            output = "\n".join(score.lines(show=show))
            sys.stdout.buffer.write(output.encode("utf-8", "backslashreplace") + b"\n")
            sys.stdout.flush()


if __name__ == "__main__":
    evaluate()
