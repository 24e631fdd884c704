"""``flask crm mail explain``: what the pipeline understands of messages, without writing anything.

It runs without the application as well, ``python -m app.cli.explain``, when it is told who is who.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from app.cli.evaluate import evaluate
from app.inbound.mime.directory import Directory
from app.inbound.mime.limits import MAX_SIZE, SENTENCES
from app.inbound.mime.mail import Address, Mail
from app.inbound.mime.people import Contact
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, Understanding, understand

DirectoryOf = Callable[[Mail], Directory]


def directory_of(users: tuple[str, ...], intakes: tuple[str, ...], domains: tuple[str, ...]) -> DirectoryOf:
    """Return the directory for a mail: the one given on the command line, else the stored one."""
    if users or intakes or domains:
        given = Directory(
            users={user.strip().lower(): user.strip().lower() for user in users},
            crm_addresses={intake.strip().lower(): "public" for intake in intakes},
            domains=frozenset(domain.strip().lower().lstrip("@") for domain in domains),
        )
        return lambda mail: given
    from app.inbound.stages.directory import stored_directory
    from app.permissions.actor import SYSTEM, acting

    def stored(mail: Mail) -> Directory:
        with acting(SYSTEM):
            return stored_directory()

    return stored


def explain_file(path: str, directory: DirectoryOf) -> dict[str, Any]:
    """Return the JSON of one message; a file that cannot be opened is "unreadable" with the cause."""
    try:
        raw = _bytes(path)
    except OSError as error:
        mail = read(b"")
        found = Understanding(Kind.UNREADABLE, "unreadable")
        return _facts(path, mail, found) | {"reason": error.strerror or str(error)}
    mail = read(raw)
    try:
        found = understand(mail, directory(mail))
    except Exception as error:  # noqa: BLE001 - one message never stops the others
        found = Understanding(Kind.UNREADABLE, "unreadable", written=mail.text)
        return _facts(path, mail, found) | {"reason": f"{type(error).__name__}: {error}"}
    return _facts(path, mail, found)


def _bytes(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read(4 * MAX_SIZE)
    with Path(path).open("rb") as file:
        return file.read(4 * MAX_SIZE)


def _facts(path: str, mail: Mail, found: Understanding) -> dict[str, Any]:
    forward, bounce = found.forward, found.bounce
    return {
        "file": path,
        "kind": str(found.kind),
        "reason": found.sentence,
        "message_id": mail.message_id,
        "language": found.language,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "from": _person(mail.author),
        "to": [_person(each) for each in mail.to],
        "cc": [_person(each) for each in mail.cc],
        "envelope": list(found.addressed),
        "contact": _contact(found.contact),
        "participants": [_person(each) for each in found.participants],
        "candidates": [_person(each) for each in found.candidates],
        "text": found.written,
        "quoted": found.quoted,
        "forwarded": forward
        and {
            "from": _person(forward.sender),
            "to": [_person(each) for each in forward.to],
            "cc": [_person(each) for each in forward.cc],
            "subject": forward.subject,
            "date": forward.date.isoformat() if forward.date else None,
            "text": forward.text,
        },
        "bounce": bounce
        and {"recipient": bounce.recipient, "status": bounce.status, "permanent": bounce.is_permanent},
        "attachments": [
            {
                "name": part.name,
                "type": part.type,
                "size": part.size,
                "sha256": part.sha256,
                "inline": part.is_inline,
            }
            for part in found.attachments or mail.attachments
        ],
        "warnings": [each.code for each in found.warnings or mail.warnings],
    } | ({"fields": dict(found.form.fields)} if found.form else {})


def _person(person: Address | None) -> dict[str, str] | None:
    return {"name": person.name, "address": person.address} if person else None


def _contact(person: Contact | None) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "name": person.name,
        "address": person.address,
        "phone": person.phone,
        "company": person.company,
        "confirmed": person.is_confirmed,
    }


def lines(facts: dict[str, Any]) -> Iterator[str]:
    """Yield one message as people read it."""
    yield f"{facts['file']}: {facts['kind']} - {facts['reason']}"
    for name in ("subject", "date", "language", "message_id"):
        if facts[name]:
            yield f"  {name}: {facts[name]}"
    yield from _people_lines(facts)
    if facts["bounce"]:
        yield "  bounce: {recipient} {status} {permanent}".format(**facts["bounce"])
    for part in facts["attachments"]:
        yield f"  attachment: {part['name']} ({part['type']}, {part['size']} bytes)"
    for code in facts["warnings"]:
        yield f"  warning: {code}: {SENTENCES.get(code, code)}"
    for line in facts["text"].split("\n"):
        yield f"  | {line}"


def _people_lines(facts: dict[str, Any]) -> Iterator[str]:
    for name in ("from", "contact"):
        if facts[name]:
            unsure = "" if facts[name].get("confirmed", True) else " (to be confirmed)"
            yield f"  {name}: {facts[name]['name']} <{facts[name]['address']}>{unsure}"
    for name in ("to", "cc", "participants", "candidates"):
        if facts[name]:
            yield f"  {name}: " + ", ".join(each["address"] or each["name"] for each in facts[name])
    if facts["envelope"]:
        yield "  envelope: " + ", ".join(facts["envelope"])


@click.command("explain")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--user", "users", multiple=True, metavar="ADDRESS", help="An address of a registered user.")
@click.option("--intake", "intakes", multiple=True, metavar="ADDRESS", help="An address that feeds the CRM.")
@click.option("--domain", "domains", multiple=True, metavar="DOMAIN", help="A domain of the firm.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def explain(
    as_json: bool,
    users: tuple[str, ...],
    intakes: tuple[str, ...],
    domains: tuple[str, ...],
    files: tuple[str, ...],
) -> None:
    """Say what the messages in FILEs are, and why; "-" is standard input. Nothing is written."""
    directory = directory_of(users, intakes, domains)
    for path in files:
        facts = explain_file(path, directory)
        output = json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(lines(facts))
        # File names and terminals need not be UTF-8; a message must not fail on that.
        sys.stdout.buffer.write(output.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.flush()


@click.group("mail")
def mail() -> None:
    """Messages, read without writing anything."""


mail.add_command(explain)
mail.add_command(evaluate)
COMMANDS = (mail,)


if __name__ == "__main__":
    explain()
