"""``flask crm mailbox selftest | backfill | replay``: what is done with a mailbox besides reading it."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from app.cli.acting import as_system
from app.domain.messages import State
from app.extensions import db
from app.inbound import backfill as old_mail
from app.models import Backfill, Mailbox, Replay, SelfTest
from app.operations import backfills, replays, self_tests
from app.operations.replays import REPLAYABLE, Range
from app.permissions.actor import SYSTEM
from app.queries import mailboxes as queries

DAY = click.DateTime(["%Y-%m-%d"])


def named(name: str) -> Mailbox:
    """The mailbox called ``name``; ends the program when there is none."""
    found = queries.mailbox_named(name)
    if found is None:
        raise click.ClickException(f"There is no mailbox named {name}.")
    return found


def _plain(values: dict[str, Any]) -> str:
    return json.dumps({name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()})


def _test_facts(test: SelfTest) -> dict[str, Any]:
    took = (test.back_at - test.asked_at).total_seconds() if test.back_at else None
    error = test.outgoing.error if test.outgoing else None
    return {"address": test.address, "asked_at": test.asked_at, "back_at": test.back_at, "seconds": took, "headers": test.headers, "error": error}


@click.command("selftest")
@click.argument("name")
@click.option("--wait", type=click.IntRange(0, 3600), default=120, show_default=True, help="How many seconds to wait for it.")
@click.option("--json", "as_json", is_flag=True)
@as_system
def selftest(name: str, wait: int, as_json: bool) -> None:
    """Send a message to NAME and see it come back; status 1 when it does not within the time."""
    test_id = self_tests.begin_self_test(named(name), actor=SYSTEM).id
    deadline = time.monotonic() + wait
    while True:
        db.session.rollback()
        test = db.session.get_one(SelfTest, test_id, populate_existing=True)
        if test.back_at is not None or time.monotonic() >= deadline:
            break
        time.sleep(0.5)
    facts = _test_facts(test)
    if as_json:
        click.echo(_plain(facts))
    elif test.back_at is not None:
        click.echo(f"It came back after {facts['seconds']:.0f} seconds; its address stands in: {', '.join(test.headers) or 'no header'}.")
    else:
        click.echo(f"It is not back yet. {facts['error'] or 'It goes on being waited for; the page of the mailbox shows it.'}")
    if test.back_at is None:
        raise SystemExit(1)


def _progress(run: Backfill | Replay) -> dict[str, Any]:
    error = getattr(run, "error", None)
    return {"state": run.state.value, "done": run.done, "total": run.total, "since": run.since, "ended_at": run.ended_at, "error": error}


def _say(run: Backfill | Replay | None, what: str, as_json: bool) -> None:
    if run is None:
        click.echo("null" if as_json else f"No {what} was asked for yet.")
        return
    click.echo(_plain(_progress(run)) if as_json else f"{run.state.value}: {run.done} of {run.total} messages")


@click.command("backfill")
@click.argument("name")
@click.option("--since", type=DAY, help="Read what came from this day on. Without it: say how far it got.")
@click.option("--stop", is_flag=True, help="Stop the one that runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True)
@as_system
def backfill(name: str, since: datetime | None, stop: bool, yes: bool, as_json: bool) -> None:
    """Read the old mail of NAME, behind its live mail."""
    item = named(name)
    if stop:
        backfills.stop_backfill(item, actor=SYSTEM)
    elif since is not None:
        _, count = old_mail.count_old(item, since.date())
        if not yes:
            click.confirm(f"{count} messages since {since:%Y-%m-%d} lie before the live mail. Read them?", abort=True)
        old_mail.begin(item, since.date(), actor=SYSTEM)
    _say(queries.latest_backfill(item), "back-fill", as_json)


@click.command("replay")
@click.argument("name")
@click.option("--from", "since", type=DAY, help="First day (UTC). Without it: say how far the last replay got.")
@click.option("--to", "until", type=DAY, help="Last day, included; without it today.")
@click.option("--state", "states", type=click.Choice([each.value for each in REPLAYABLE]), multiple=True, help="Held and failed unless given.")
@click.option("--reason", help="Only those with this reason, such as not_addressed.")
@click.option("--stop", is_flag=True, help="Stop the one that runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True)
@as_system
def replay(
    name: str, since: datetime | None, until: datetime | None, states: tuple[str, ...], reason: str | None, stop: bool, yes: bool, as_json: bool
) -> None:
    """Let the waiting messages of NAME make their journey again."""
    item = named(name)
    if stop:
        replays.stop_replay(item, actor=SYSTEM)
    elif since is not None:
        last = until or datetime.now(UTC)
        end = last.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC) + timedelta(days=1)
        chosen = tuple(State(each) for each in states) or (State.HELD, State.FAILED)
        wanted = Range(since.replace(tzinfo=UTC), end, chosen, reason)
        if not yes:
            click.confirm(f"{replays.count_range(item, wanted)} messages fit. Replay them?", abort=True)
        replays.start_replay(item, wanted, actor=SYSTEM)
    _say(queries.latest_replay(item), "replay", as_json)


COMMANDS = (selftest, backfill, replay)
