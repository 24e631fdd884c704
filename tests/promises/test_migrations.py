"""The migrations make exactly the tables of the models, on both databases, both ways, with rows in them."""

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, func, inspect, select

from app.cli.setup import alembic_config, bring_up
from app.domain.rights import Assigning
from app.extensions import db
from app.models import (
    Contact,
    CrmAddress,
    Delivery,
    Firm,
    IncomingMessage,
    Model,
    Opportunity,
    Profile,
    TimelineEntry,
)
from app.operations.setup import as_stored
from app.permissions.rights import INSIDE, PROFILES
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, make_cast

pytestmark = pytest.mark.database


def _is_ours(thing: Any, name: str | None, kind: str, is_reflected: bool, other: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


@pytest.mark.feature("X1")
def test_the_head_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_ours})
        difference = compare_metadata(context, Model.metadata)
    assert not difference, "make migration:\n" + "\n".join(map(str, difference))


def test_the_database_has_every_rule_of_the_models(app: Flask) -> None:
    """Foreign keys with what a deletion does, unique constraints, checks: comparing metadata overlooks some of them."""
    inspector = inspect(db.engine)
    missing = []
    for table in Model.metadata.sorted_tables:
        keys = {
            (*key["constrained_columns"], key["referred_table"], (key["options"].get("ondelete") or "NO ACTION").upper())
            for key in inspector.get_foreign_keys(table.name)
        }
        for constraint in table.foreign_key_constraints:
            wanted = (*constraint.column_keys, constraint.referred_table.name, (constraint.ondelete or "NO ACTION").upper())
            if wanted not in keys:
                missing.append(f"{table.name}: foreign key {wanted}")
        checks = {check["name"] for check in inspector.get_check_constraints(table.name)}
        missing += [
            f"{table.name}: check {c.name}" for c in table.constraints
            if isinstance(c, CheckConstraint) and c.name and str(c.name) not in checks
        ]
        nullable = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        missing += [f"{table.name}.{c.name}: NOT NULL" for c in table.columns if not c.nullable and nullable[c.name]]
    assert not missing, "\n".join(missing)


def test_down_and_up_again_with_rows(cast: Cast) -> None:
    """A database with people and customers in it goes down to nothing, and comes up as new."""
    db.session.commit()
    db.session.remove()
    command.downgrade(alembic_config(), "base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left
    bring_up()
    again = make_cast()
    assert again.terminals.id
    assert db.session.scalar(select(func.count(Opportunity.id))) == 5
    db.session.remove()
    assert not _difference()


def _kept() -> dict[str, int]:
    """What hangs together around a message: its rows, and how many of them know each other."""
    columns = (Delivery.message_id, IncomingMessage.entry_id, TimelineEntry.message_id, Opportunity.id, Contact.owner_id, CrmAddress.user_id)
    return {str(column): db.session.scalar(select(func.count(column))) or 0 for column in columns}


def test_rows_of_the_first_version_live_on(cast: Cast) -> None:
    """SQLite makes changed tables anew; what points to their rows must not go with the old ones."""
    message = deliver(make_mailbox(), note(cast.tom.email, "olivia@stone.example", message_id="an-offer@grandouest.example"))
    assert message.entry_id is not None
    before, key = _kept(), message.key
    assert all(before.values()), before
    db.session.remove()
    config = alembic_config()
    first = ScriptDirectory.from_config(config).get_base()
    assert first is not None
    command.downgrade(config, first)
    command.upgrade(config, "head")
    assert _kept() == before
    assert db.session.scalars(select(IncomingMessage.key)).all() == [key], "delivered once more, it is known"


def _difference() -> list[Any]:
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Model.metadata))


def test_a_stored_profile_of_partners_follows_unless_an_administrator_made_another_of_it(cast: Cast) -> None:
    config = alembic_config()
    for more in ({}, {"Contact": {"read": "all"}}):
        db.session.remove()
        command.downgrade(config, "c15e80b7f3a2")
        actions, fields = db.session.execute(select(Profile.actions, Profile.fields).where(Profile.code == "partner")).one()
        assert {name: actions[name] for name in INSIDE} == dict.fromkeys(INSIDE, {"read": "all"}) and "campaign" not in fields["Opportunity"]
        _rewrite(actions | more)
        before = db.session.scalar(select(Firm.rights_version))
        db.session.remove()
        command.upgrade(config, "head")
        stored = db.session.scalars(select(Profile).where(Profile.code == "partner")).one()
        ready = PROFILES["partner"]
        if more:
            assert stored.actions["Team"] == {"read": "all"} and stored.actions["Contact"] == {"read": "all"} and "campaign" not in stored.fields["Opportunity"]
        else:
            assert stored.actions == as_stored(ready.rights) and stored.fields["Opportunity"].keys() == ready.fields["Opportunity"].keys()
            assert (db.session.scalar(select(Firm.rights_version)) or 0) > (before or 0)


def _rewrite(actions: dict[str, dict[str, str]]) -> None:
    table = Profile.__table__
    db.session.connection().execute(table.update().where(table.c.code == "partner").values(actions=actions))
    db.session.commit()


def test_rows_that_are_there_come_into_the_order_of_lists(cast: Cast) -> None:
    """As the program itself would fill them: names, titles, the places of accounts, people and roles; on the way back nothing but that is lost."""
    db.session.remove()
    config = alembic_config()
    command.downgrade(config, "f41b9c6d02e8-1")
    command.upgrade(config, "head")
    filled = 0
    for model in (mapper.class_ for mapper in Model.registry.mappers if getattr(mapper.class_, "FOLDED", None)):
        for item in db.session.scalars(select(model)):
            before = {name: getattr(item, name) for name in model.FOLDED.values()}
            vars(item).update(item.following())
            assert {name: getattr(item, name) for name in model.FOLDED.values()} == before, item
            filled += any(before.values())
    assert filled > 20
    assert db.session.scalar(select(Opportunity.sort_title).where(Opportunity.title == "Étiqueteuses 2027")) == "etiqueteuses 2027"


def test_a_firm_that_is_there_keeps_who_may_give(cast: Cast) -> None:
    config, firm = alembic_config(), Firm.__table__
    db.session.connection().execute(firm.update().values(assigning=Assigning.EVERYBODY))
    db.session.commit()
    db.session.remove()
    command.downgrade(config, "c15e80b7f3a2-1")
    command.upgrade(config, "head")
    assert db.session.scalar(select(Firm.assigning)) is Assigning.EVERYBODY
    db.session.connection().execute(firm.update().values(assigning=Assigning.TEAMS))
    db.session.commit()
    db.session.remove()
    assert not _difference()
