"""``flask crm …``: what an administrator types."""

from flask import Flask
from flask.cli import AppGroup


def register(app: Flask) -> None:
    """Give ``app`` the group of commands."""
    crm = AppGroup("crm", help="Kurier's own commands.")
    from app.cli import demo, mailbox, migration, poll, setup, summary

    for command in (*setup.COMMANDS, *poll.COMMANDS, *migration.COMMANDS, *demo.COMMANDS, *summary.COMMANDS, *mailbox.COMMANDS):
        crm.add_command(command)
    app.cli.add_command(crm)
