"""``flask crm setup``: bring the database to this version and lay the ground."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli import built
from app.cli.catalogues import compile_catalogues
from app.extensions import db
from app.operations import kept_totals
from app.operations import setup as operations
from app.permissions.actor import SYSTEM, acting

if TYPE_CHECKING:
    from alembic.config import Config  # not loaded by every process: it takes half a second

ROOT = Path(__file__).resolve().parent.parent.parent


def alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def bring_up() -> None:
    """Migrate, register every permission, set the roles, lay the ground. Doing it again changes nothing."""
    from alembic import command

    db.session.remove()
    command.upgrade(alembic_config(), "head")
    with acting(SYSTEM):
        for kept in kept_totals.ALL:
            kept_totals.stand(kept)
        appbuilder = current_app.appbuilder  # type: ignore[attr-defined]
        for role in ("Administrator", "Public"):
            appbuilder.sm.add_role(role)
        operations.lay_permissions(appbuilder, actor=SYSTEM)
        operations.lay_ground(actor=SYSTEM)
        operations.sync_roles(appbuilder)


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Migrate the database and set up roles, types and a first pipeline; build what the pages of this machine need."""
    built.build()
    compile_catalogues(ROOT / "translations")
    bring_up()
    click.echo("The database is ready.")


COMMANDS = (setup,)
