"""What waits for the disk, and what is done again instead."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.extensions import db
from app.models import Opportunity
from app.models.engine import LOG_KEEPER
from app.operations.transaction import atomic, repeatable
from app.permissions.actor import SYSTEM, Actor
from app.support.seal import Seal
from app.support.secrets import reference
from tests.people import Cast

pytestmark = pytest.mark.database

# The databases of tests are in a hurry themselves: 0 stands for 2, and who chose the setting tells more than its value.
WAITS: dict[str, tuple[str, dict[Any, bool]]] = {
    "sqlite": ("PRAGMA synchronous", {0: True, 2: True, 1: False}),
    "postgresql": ("SELECT source = 'session' FROM pg_settings WHERE name = 'synchronous_commit'", {False: True, True: False}),
}


def _waits() -> bool:
    question, answers = WAITS[db.engine.dialect.name]
    return answers[db.session.execute(text(question)).scalar_one()]


@atomic
def _write(*, actor: Actor) -> bool:
    return _waits()


@repeatable
def _write_again(*, actor: Actor) -> bool:
    return _waits()


@atomic
def _write_with_more(*, actor: Actor) -> bool:
    return _write_again(actor=actor)


def test_only_what_can_be_done_again_does_not_wait_for_the_disk(cast: Cast) -> None:
    found = [work(actor=SYSTEM) for work in (_write, _write_again, _write, _write_again, _write_with_more)]
    assert found == [True, False, True, False, True], "each transaction chooses anew; what joins a lasting one lasts with it"


@repeatable
def _rename(opportunity_id: int, *, actor: Actor) -> None:
    db.session.get_one(Opportunity, opportunity_id).title = "In the file"


@pytest.mark.portable("PostgreSQL writes its log back by itself")
def test_what_does_not_wait_comes_into_the_file_beside_the_work(cast: Cast) -> None:
    path = Path(db.engine.url.database or "")
    _rename(cast.renewal.id, actor=SYSTEM)
    db.session.rollback()  # nobody reads what was before
    for each in [thread for thread in threading.enumerate() if thread.name == LOG_KEEPER]:
        each.join(60)
    assert b"In the file" in path.read_bytes(), "not in the log alone"


def test_references_made_together_lie_together_and_are_as_hard_to_guess() -> None:
    made = [reference() for _ in range(50)]
    assert len({each[:3] for each in made}) <= 2 and len({each[4:] for each in made}) == 50  # a second may pass between them
    assert {len(each) for each in made} == {14}


@pytest.mark.parametrize("named", ["k7m2p9xw4c", reference()], ids=["of old", "of today"])
def test_addresses_carry_references_of_old_and_of_today(named: str) -> None:
    seal = Seal("a key", "{}@crm.example")
    assert seal.record_ref(seal.record_address("opportunity", named)) == ("opportunity", named)
