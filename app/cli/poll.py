"""``flask crm poll``: read the mailboxes, now and from now on."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.supervisor import READY
from app.inbound import poller
from app.support import garbage


@click.command("poll")
@with_appcontext
def poll_command() -> None:
    """Read the mailboxes until the program is stopped."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    click.echo(READY)
    garbage.put_aside()
    poller.poll(current_app._get_current_object(), stopping)  # type: ignore[attr-defined]


COMMANDS = (poll_command,)
