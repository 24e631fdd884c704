"""``flask crm …``: what an administrator types."""

from flask import Flask
from flask.cli import AppGroup


def register(app: Flask) -> None:
    """Give ``app`` the group of commands."""
    crm = AppGroup("crm", help="Kurier's own commands.")
    from app.cli import demo, explain, keys, mailbox, migration, pages, poll, rights, setup, store, summary, user

    for room in (setup, keys, store, poll, migration, demo, summary, mailbox, user, rights, pages, explain):
        for command in room.COMMANDS:
            crm.add_command(command)
    app.cli.add_command(crm)
