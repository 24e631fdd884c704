"""``flask crm rights``: what the ready-made profiles say, as people read it."""

import click

from app.domain.rights import Action, FieldRule, Reach
from app.permissions.fields import FIELDS
from app.permissions.pages import PAGES
from app.permissions.rights import PROFILES, Ready

HEAD = """# Who may do what

This page is made by `flask crm pages` from `app/permissions/rights.py`. Change the code, then make the page again.

What follows is what a new installation begins with: one profile for each role. An administrator changes profiles, makes others,
and says which roles, teams and people have them; a person has what all of theirs say together, for a profile only ever adds.
Each change holds from the next request and the next mail on.

How far a right reaches:

- **own**: records of the person, and records that were given to one of their teams and have no owner yet.
- **mates**: as *own*, and records of the teams that the person is in and of their members.
- **team**: as *own*, and records of the teams that the person manages and of their members.
- **tree**: as *team*, and those of all teams below.
- **all**: every record of the firm.
- **–**: no such right.

What *own* means for each type (the owner, the author, the person it is for) is said in `app/permissions/scope.py`.
A record that a person may not see answers 404; one that they may see but not change answers 403.
An administrator may do everything. Types that a table does not name are for administrators only.

Whoever manages a team has the profile *Team manager* too, for that team. A special privilege lets everybody of a team or a role
read, or read and write, the records of one type of another team. Where a profile follows the privacy of the firm, reading one's own
opportunities, tasks, history, appointments and attachments widens to those of one's teams, or of all.

A field is hidden from a person, or only to be read, when every profile of theirs that reaches the type of record says so: it is then in no
list, page, form, filter, order, search, export or summary of theirs, and a value sent for it is refused (403) and noted in the audit.
Fields that a profile can hide: FIELDS; and every field of the firm's own.
"""


def _cells(words: list[str]) -> str:
    return "| " + " | ".join(words) + " |"


def _rule(words: str, rules: dict[str, dict[str, FieldRule]], kind: FieldRule) -> list[str]:
    names = [f"{record_type}.{name}" for record_type, found in sorted(rules.items()) for name, rule in found.items() if rule is kind]
    return ["", f"{words}: {', '.join(names)}."] if names else []


def _table(ready: Ready) -> list[str]:
    lines = [f"## {ready.name}", "", _cells(["Record", *(each.value for each in Action)]), _cells(["---"] * (len(Action) + 1))]
    for record_type in sorted(ready.rights):
        far = [ready.rights[record_type].of(action) for action in Action]
        lines.append(_cells([record_type, *("–" if each is Reach.NONE else each.name.lower() for each in far)]))
    lines += _rule("Hidden", ready.fields, FieldRule.HIDDEN) + _rule("Read only", ready.fields, FieldRule.READ)
    return [*lines, "", f"Pages of their own: {', '.join(sorted(PAGES))}.{' Follows the privacy of the firm.' if ready.follows_privacy else ''}"]


def markdown() -> str:
    """The page ``docs/permissions.md``, see ``app/cli/pages.py``."""
    fields = ", ".join(f"{record_type} ({', '.join(names)})" for record_type, names in FIELDS.items())
    return "\n".join([HEAD.replace("FIELDS", fields), *("\n".join([*_table(ready), ""]) for ready in PROFILES.values())])


@click.command("rights")
def rights() -> None:
    """Show what each ready-made profile may do with each type of record."""
    click.echo("\n\n".join("\n".join(_table(ready)) for ready in PROFILES.values()))


COMMANDS = (rights,)
