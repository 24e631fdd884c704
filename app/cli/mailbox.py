"""``flask crm mailbox …``: set up the mailboxes that are read."""

import json
import os
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from app.cli import mailbox_work
from app.cli.acting import as_system
from app.cli.mailbox_work import named
from app.extensions import db
from app.inbound.connections import findings_about
from app.inbound.sources.source import Severity
from app.models import Mailbox
from app.models.mailboxes import MailboxKind, Security
from app.operations import mailboxes
from app.permissions.actor import SYSTEM
from app.queries.mailboxes import Tally, tallies

PASSWORD = "MAILBOX_PASSWORD"
SHOWN = (*mailboxes.FIELDS, "last_success_at", "last_message_at", "failing_since", "last_error")


@click.group("mailbox")
def mailbox() -> None:
    """The mailboxes that Kurier reads."""


def _facts(item: Mailbox, tally: Tally | None = None) -> dict[str, Any]:
    """Its settings and how it does; the messages by state add up to ``received``."""
    tally = tally or Tally()
    counts = {"received": tally.received, "states": {state.value: count for state, count in tally.states.items()}, "deliveries": tally.deliveries}
    values = {**{name: getattr(item, name) for name in SHOWN}, "messages": counts}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _line(item: Mailbox, tally: Tally) -> str:
    place = (
        item.path if item.kind is MailboxKind.FOLDER else f"{item.username} at {item.host}:{item.port}, {item.folder}"
    )
    state = "off" if not item.is_active else "failing" if item.failing_since else "on"
    counts = ", ".join(f"{count} {state.value}" for state, count in tally.states.items() if count)
    return f"{item.name}: {state}, {place}; {tally.received} messages{f' ({counts})' if counts else ''} in {tally.deliveries} deliveries"


@mailbox.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@as_system
def list_mailboxes(as_json: bool) -> None:
    """Every mailbox, how it does, and how many messages came through it."""
    found = tallies()
    for item in db.session.scalars(select(Mailbox).where(Mailbox.archived_at.is_(None)).order_by(Mailbox.sort_name)):
        click.echo(json.dumps(_facts(item, found.get(item.id))) if as_json else _line(item, found.get(item.id) or Tally()))


@mailbox.command("add")
@click.argument("name")
@click.option("--host", help="IMAP server.")
@click.option("--port", type=int, help="993 with TLS, 143 otherwise.")
@click.option(
    "--security", type=click.Choice([each.value for each in Security]), default=Security.TLS.value, show_default=True
)
@click.option("--username")
@click.option("--folder", default="INBOX", show_default=True)
@click.option("--move-to", help="Where read messages go; without it they stay.")
@click.option("--authserv-id", help="The mail server whose Authentication-Results are believed.")
@click.option("--path", help="A folder of this machine in place of a server.")
@click.option("--address", help="An address that leads here, where the user name is none.")
@click.option("--trusted", "is_trusted", is_flag=True, help="Only colleagues can put mail here.")
@click.option("--json", "as_json", is_flag=True)
@as_system
def add(name: str, as_json: bool, **values: Any) -> None:
    """Read the mailbox NAME from now on. The password is asked for, or taken from MAILBOX_PASSWORD."""
    kind = MailboxKind.FOLDER if values["path"] else MailboxKind.IMAP
    security = Security(values.pop("security"))
    if kind is MailboxKind.IMAP:
        values["password"] = os.environ.get(PASSWORD) or click.prompt("Password", hide_input=True)
        values["port"] = values["port"] or (993 if security is Security.TLS else 143)
    item = mailboxes.create_mailbox({"name": name, "kind": kind, "security": security, **values}, actor=SYSTEM)
    click.echo(json.dumps(_facts(item)) if as_json else f"Mailbox {item.name} is read from now on.")


@mailbox.command("test")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@as_system
def test(name: str, as_json: bool) -> None:
    """Test the connection of NAME; status 1 when it cannot be read."""
    findings = findings_about(named(name))
    for each in findings:
        click.echo(
            json.dumps({"severity": each.severity, "code": each.code, "sentence": str(each), "params": each.params})
            if as_json
            else f"{each.severity}: {each}"
        )
    if any(each.severity is Severity.ERROR for each in findings):
        raise SystemExit(1)


mailbox.add_command(test, "check")


@mailbox.command("remove")
@click.argument("name")
@as_system
def remove(name: str) -> None:
    """Remove NAME; refused once mail came from it."""
    mailboxes.delete_mailbox(named(name), actor=SYSTEM)
    click.echo(f"Mailbox {name} is removed.")


@mailbox.command("enable")
@click.argument("name")
@as_system
def enable(name: str) -> None:
    """Read NAME, going on where it stopped."""
    mailboxes.switch(named(name), is_active=True, actor=SYSTEM)
    click.echo(f"Mailbox {name} is on.")


@mailbox.command("disable")
@click.argument("name")
@as_system
def disable(name: str) -> None:
    """Stop reading NAME."""
    mailboxes.switch(named(name), is_active=False, actor=SYSTEM)
    click.echo(f"Mailbox {name} is off.")


for command in mailbox_work.COMMANDS:
    mailbox.add_command(command)

COMMANDS = (mailbox,)
