"""``flask crm rights``: the matrix of rights, as people read it."""

import click

from app.operations.setup import PAGES
from app.permissions.actor import Level
from app.permissions.rights import RIGHTS, Action, Reach, reach

LEVELS = (Level.TEAM_MANAGER, Level.USER)
HEAD = """# Who may do what

This page is made by `flask crm pages` from `app/permissions/rights.py`. Change the code, then make the page again.

How far a right reaches:

- **own**: records of the person, and records that were given to one of their teams and have no owner yet.
- **team**: as *own*, and records of the teams that the person manages and of their members.
- **all**: every record of the firm.
- **–**: no such right.

What *own* means for each type (the owner, the author, the person it is for) is said in `app/permissions/scope.py`.
A record that a person may not see answers 404; one that they may see but not change answers 403.
An administrator may do everything. Types that a table does not name are for administrators only.
"""


def _cells(words: list[str]) -> str:
    return "| " + " | ".join(words) + " |"


def _table(level: Level) -> list[str]:
    lines = [f"## {level.value}", "", _cells(["Record", *(each.value for each in Action)]), _cells(["---"] * (len(Action) + 1))]
    for record_type in sorted(RIGHTS[level]):
        far = [reach(level, record_type, action) for action in Action]
        lines.append(_cells([record_type, *("–" if each is Reach.NONE else each.name.lower() for each in far)]))
    pages = sorted(name for name, levels in PAGES.items() if level in levels)
    return [*lines, "", f"Pages of their own: {', '.join(pages)}."]


def markdown() -> str:
    """The page ``docs/permissions.md``, see ``app/cli/pages.py``."""
    return "\n".join([HEAD, *("\n".join([*_table(level), ""]) for level in LEVELS)])


@click.command("rights")
def rights() -> None:
    """Show what each role may do with each type of record."""
    click.echo("\n\n".join("\n".join(_table(level)) for level in LEVELS))


COMMANDS = (rights,)
