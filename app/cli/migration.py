"""``flask crm migration NAME``: write down how the models changed."""

import click
from flask.cli import with_appcontext

from app.cli.setup import alembic_config


@click.command("migration")
@click.argument("name")
@with_appcontext
def migration(name: str) -> None:
    """Compare the models with the database and write a dated migration called NAME."""
    from alembic import command

    config = alembic_config()
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    command.revision(config, message=name, autogenerate=True)


COMMANDS = (migration,)
