"""``flask crm user …``: who may sign in, for the day when nobody can."""

from typing import Any

import click
from sqlalchemy import or_, select

from app.cli.acting import as_system
from app.domain import passwords
from app.domain.languages import Language
from app.extensions import db
from app.models import Role, User
from app.operations import second_factor, users
from app.permissions.actor import SYSTEM, Level
from app.signin.attempts import attempts

ROLES = {level.value.lower().replace(" ", "-"): level.value for level in (Level.ADMINISTRATOR, Level.TEAM_MANAGER, Level.USER)}


@click.group("user")
def user() -> None:
    """The people who use Kurier. NAME is a user name or an e-mail address."""


def _named(name: str) -> User:
    wanted = or_(User.username == name, User.email == name.lower())
    found = db.session.scalars(select(User).where(wanted)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no user {name}.")
    return found


def _ask_password() -> str:
    click.echo(passwords.RULE % {"count": passwords.SHORTEST})
    return str(click.prompt("New password", hide_input=True, confirmation_prompt=True))


@user.command("list")
@as_system
def list_users() -> None:
    """Everybody: user name, on or off, roles, address."""
    for each in db.session.scalars(select(User).order_by(User.sort_username)):
        roles = ", ".join(sorted(role.name for role in each.roles)) or "no role"
        click.echo(f"{each.username}: {'on' if each.active else 'off'}, {roles}, {each.email}")


@user.command("add")
@click.argument("name")
@click.option("--email", required=True)
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--role", type=click.Choice(list(ROLES)), default="user", show_default=True)
@click.option("--language", type=click.Choice([each.value for each in Language]), default=Language.EN.value, show_default=True)
@click.option("--country", default="FR", show_default=True, help="Two letters; free days and the time zone follow from it.")
@as_system
def add(name: str, role: str, language: str, **values: Any) -> None:
    """Let somebody sign in as NAME. The password is asked for."""
    found = db.session.scalars(select(Role).where(Role.name == ROLES[role])).one()
    wanted = {"username": name, "roles": [found], "language": Language(language), "password": _ask_password(), **values}
    made = users.create_user(wanted, actor=SYSTEM)
    click.echo(f"{made.username} may sign in.")


@user.command("password")
@click.argument("name")
@as_system
def password(name: str) -> None:
    """Give NAME a new password. It is asked for."""
    known = _named(name)
    users.change_password(known, _ask_password(), actor=SYSTEM)
    click.echo(f"{known.username} has a new password.")


@user.command("unlock")
@click.argument("name")
@as_system
def unlock(name: str) -> None:
    """Let NAME try again at once after too many wrong passwords or codes."""
    known = _named(name)
    attempts().unlock(known, actor=SYSTEM)
    click.echo(f"{known.username} may try again.")


@user.command("reset-factor")
@click.argument("name")
@as_system
def reset_factor(name: str) -> None:
    """Remove the second factor of NAME, whose telephone and recovery codes are lost."""
    known = _named(name)
    second_factor.remove_factor(known, actor=SYSTEM)
    click.echo(f"{known.username} signs in with the password alone, and is asked to set up a new one if the firm demands it.")


@user.command("off")
@click.argument("name")
@as_system
def off(name: str) -> None:
    """Let NAME sign in no longer; the history stays. Refused for the last administrator."""
    known = _named(name)
    users.switch_off(known, actor=SYSTEM)
    click.echo(f"{known.username} is off.")


@user.command("on")
@click.argument("name")
@as_system
def on(name: str) -> None:
    """Let NAME sign in again."""
    known = _named(name)
    users.update_user(known, {"active": True}, actor=SYSTEM)
    click.echo(f"{known.username} is on.")


COMMANDS = (user,)
