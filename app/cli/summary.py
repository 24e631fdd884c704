"""``flask crm summary send``: the morning summary of one person, now."""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import or_, select

from app.domain.errors import Refusal
from app.domain.workdays import local_day
from app.extensions import db
from app.models import User
from app.models.summaries import Edition
from app.outbound import summary as outbound
from app.permissions.actor import SYSTEM, acting
from app.queries import summary as queries
from app.support import clock


@click.group("summary")
def summary() -> None:
    """The morning summary."""


@summary.command("send")
@click.option("--to", "who", required=True, metavar="USER", help="User name or e-mail address.")
@click.option("--edition", type=click.Choice([each.value for each in Edition]), default=Edition.MINE.value, show_default=True)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it is for; today by default.")
@click.option("--dry-run", is_flag=True, help="Show the text, send and record nothing.")
@click.option("--again", is_flag=True, help="Send although that day was sent.")
@with_appcontext
def send(who: str, edition: str, day: datetime | None, dry_run: bool, again: bool) -> None:
    """Send the summary of a day to a user, whatever the hour; refused when that day was sent."""
    with acting(SYSTEM):
        user = db.session.scalars(select(User).where(or_(User.username == who, User.email == who.lower()))).one_or_none()
        if user is None:
            raise click.ClickException(f"There is no user {who}.")
        subscription = queries.subscription_of(user, Edition(edition))
        if subscription is None:
            raise click.ClickException(f"{user} has no subscription to the edition {edition}.")
        chosen = day.date() if day else local_day(clock.now(), user.time_zone)
        if dry_run:
            mail = outbound.prepare(subscription, chosen, is_for_show=True).mail
            click.echo(f"{mail.subject}\n\n{mail.text}" if mail else "There is nothing to say.")
            return
        try:
            sending = outbound.send(subscription, chosen, again=again, actor=SYSTEM)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        click.echo(f"Queued for {user.email}." if sending.outgoing_id else "There is nothing to say: recorded, no mail.")


COMMANDS = (summary,)
