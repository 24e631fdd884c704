"""``flask crm store …``: where raw mail and attachments lie."""

from itertools import islice
from pathlib import Path

import click
from flask import current_app

from app.extensions import store as the_store
from app.support.store import FolderStore, StoreAway

PORTION = 64


@click.group("store")
def store() -> None:
    """Where raw mail and attachments lie."""


@store.command("fill")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
def fill(folder: Path | None) -> None:
    """Copy what lies in FOLDER (default: KURIER_HOME/store) to where STORE_URL says. Ended in the middle, call it again."""
    source, target = FolderStore(folder or current_app.config["SETTINGS"].home / "store"), the_store()
    if isinstance(target, FolderStore) and target.folder == source.folder:
        raise click.ClickException("STORE_URL is empty: everything lies here already.")
    names, count, spoilt = source.names(), 0, 0
    while portion := list(islice(names, PORTION)):
        try:
            kept = target.put_all([source.get(each) for each in portion])
        except StoreAway as error:
            raise click.ClickException(f"{error.strerror}. {count} files are copied.") from error
        for name, made in zip(portion, kept, strict=True):
            count += 1
            if name != made:
                spoilt += 1
                click.echo(f"{name} does not hold what its name says.", err=True)
    click.echo(f"Copied: {count}.")
    if spoilt:
        raise SystemExit(1)


COMMANDS = (store,)
