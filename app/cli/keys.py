"""``flask crm keys …``: the keys that stored passwords and tokens are sealed with."""

import click
from flask import current_app

from app.cli.acting import as_system
from app.operations import keys as operations
from app.permissions.actor import SYSTEM


@click.group("keys")
def keys() -> None:
    """The keys that stored passwords and tokens are sealed with."""


@keys.command("new")
def new() -> None:
    """Print a new key, for SEALING_KEYS."""
    click.echo(operations.new_key())


@keys.command("rotate")
@as_system
def rotate() -> None:
    """Seal every stored secret with a new key. Ended in the middle, it goes on when it is called again."""
    done = operations.rotate(actor=SYSTEM)
    click.echo(f"Sealed with the new key: {done.resealed}.")
    if current_app.config["SETTINGS"].sealing_keys:
        click.echo("Remove the old keys from SEALING_KEYS on every machine, then start Kurier again.")
    else:
        click.echo("The old key is gone. Put a copy of the file sealing_keys beside that of the secret key.")
    for table, column, row in done.lost:
        click.echo(f"No key opens {column} of {table} {row}: type it again, or sign in again.", err=True)
    if done.lost:
        raise SystemExit(1)


COMMANDS = (keys,)
