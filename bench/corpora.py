"""Measure how well forwards, replies and signatures are understood: ``bench/corpora.py FOLDER``.

FOLDER holds the public corpora: ``forwards/expected.json`` with its texts, and ``replies/`` with
whole mails in ``emails/`` and what their writers wrote in ``trimmed/``.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.inbound.mime.forwards import Forward, find_forward
from app.inbound.mime.quotes import split_quotes


def forward_figures(folder: Path, *, show: bool) -> None:
    cases = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    wrong: Counter[str] = Counter()
    right = 0
    started = time.perf_counter()
    for case in cases:
        body = (folder / case["body"]).read_text(encoding="utf-8")
        subject = (folder / case["subject"]).read_text(encoding="utf-8").strip() if case["subject"] else ""
        found = find_forward(text=body, html=None, subject=subject, nested=())
        misses = list(_misses(found, case["expect"]))
        right += not misses
        wrong.update(misses)
        if misses and show:
            sys.stdout.write(f"  {case['body']} {case['subject'] or ''}: {', '.join(misses)}\n")
    elapsed = time.perf_counter() - started
    sys.stdout.write(f"forwards: {right} of {len(cases)} right in all fields ({len(cases) / elapsed:.0f}/s)\n")
    for name, count in wrong.most_common():
        sys.stdout.write(f"  wrong {count} times: {name}\n")


def _misses(found: Forward | None, expected: dict[str, object]) -> Iterator[str]:
    if (found is not None) != expected["forwarded"]:
        yield "forwarded"
    if found is None:
        return
    facts: dict[str, object] = {
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
    if found.date is None:
        yield "date"
    for name, value in expected.items():
        if name != "forwarded" and facts.get(name) != value:
            yield name


def reply_figures(folder: Path, *, show: bool) -> None:
    exact = kept = total = 0
    started = time.perf_counter()
    for path in sorted((folder / "emails").iterdir()):
        text = path.read_text(encoding="utf-8", errors="replace")
        trimmed = folder / "trimmed" / path.name
        expected = trimmed.read_text(encoding="utf-8", errors="replace").strip() if trimmed.exists() else ""
        split = split_quotes(text, None)
        total += 1
        exact += split.written.strip() == expected
        kept += sorted(_words(text)) == sorted(_words(split.written) + _words(split.quoted))
        if show and split.written.strip() != expected:
            sys.stdout.write(f"  {path.name}: {split.written[-160:]!r}\n")
    elapsed = time.perf_counter() - started
    sys.stdout.write(f"replies: {exact} of {total} exact ({total / elapsed:.0f}/s)\n")
    sys.stdout.write(f"  without a word lost: {kept} of {total}\n")


def _words(text: str) -> list[str]:
    return text.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="name the cases that are not right")
    arguments = parser.parse_args()
    forward_figures(arguments.folder / "forwards", show=arguments.show)
    reply_figures(arguments.folder / "replies", show=arguments.show)


if __name__ == "__main__":
    main()
