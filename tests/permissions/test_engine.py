"""What people may follows from profiles, roles, teams and privileges in the database, and follows at once."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError, Forbidden, ForbiddenField
from app.domain.rights import Action, Assigning, FieldRule, Privacy, Reach
from app.extensions import db
from app.models import Account, Contact, Firm, Opportunity, Privilege, Profile, Role, Team, TeamMembership, User
from app.operations import records
from app.operations.opportunities import win
from app.operations.setup import as_stored, lay_profiles
from app.operations.transaction import atomic
from app.permissions import row_security
from app.permissions.actor import NOBODY, SYSTEM, Actor, Level, acting
from app.permissions.decide import actor_of, is_allowed, is_shown
from app.permissions.rights import PROFILES, Rights, reach
from app.permissions.scope import SCOPES
from tests.people import Cast, make_user

pytestmark = pytest.mark.database


def actor(user: User) -> Actor:
    return actor_of(user, db.session())


def role(name: str) -> Role:
    return db.session.scalars(select(Role).where(Role.name == name)).one()


def profile(code: str) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.code == code)).one()


def change(item: Any, **values: Any) -> None:
    records.update(item, values, actor=SYSTEM)


def titles(user: User) -> set[str]:
    with acting(actor(user)):
        return set(db.session.scalars(select(Opportunity.title)))


def person(name: str, role_name: str, teams: list[Team]) -> User:
    user = make_user(name, "Test", Level.USER, "en", teams)
    give(user, role_name)
    return user


@atomic
def give(user: User, role_name: str) -> None:
    from app.operations.users import update_user

    update_user(user, {"roles": [role(role_name)]}, actor=SYSTEM)


def test_the_criteria_of_hundreds_who_work_in_turns_are_made_once_for_each(cast: Cast) -> None:
    """Where one more works than are remembered, each of them would be forgotten just before they come again."""
    anna, scopes = actor(cast.anna), tuple(SCOPES.items())
    everybody = [replace(anna, id=1_000_000 + number) for number in range(300)]
    for _ in range(2):
        made = row_security._criteria.cache_info().misses
        for each in everybody:
            row_security._criteria(each, scopes)
    assert row_security._criteria.cache_info().misses == made


def test_a_statement_that_is_made_once_is_narrowed_for_each_person(cast: Cast) -> None:
    every = select(Opportunity.title)
    found = []
    for who in (cast.anna, cast.tom, cast.anna, cast.claire):
        with acting(actor(who)):
            found.append(set(db.session.scalars(every)))
    assert found[0] == found[2] == titles(cast.anna) and found[1] == titles(cast.tom) != found[0] and found[3] == titles(cast.claire)
    give(cast.anna, "Accounting")
    with acting(actor(cast.anna)):
        assert set(db.session.scalars(every)) == set()


@pytest.mark.parametrize("level", [Level.TEAM_MANAGER, Level.USER], ids=str)
def test_the_ready_made_profiles_say_what_the_table_says(cast: Cast, level: Level) -> None:
    who = {Level.TEAM_MANAGER: cast.claire, Level.USER: cast.anna}[level]
    stored = profile({Level.TEAM_MANAGER: "team_manager", Level.USER: "user"}[level])
    for record_type in {name for ready in PROFILES.values() for name in ready.rights}:
        for action in Action:
            far, scope = reach(level, record_type, action), actor(who).scope(record_type, action)
            assert stored.actions.get(record_type, {}).get(action.value, "none") == far.name.lower()
            assert bool(scope) == (far is not Reach.NONE) and scope.everything == (far is Reach.ALL)
            assert scope.teams == (frozenset({cast.north.id}) if far is Reach.TEAM else frozenset())


@pytest.mark.feature("A7")
def test_profiles_only_ever_add(cast: Cast) -> None:
    """Telesales hides amounts; with the profile of a salesperson beside it the amounts are back, and nothing is lost."""
    tess = person("Tess", "Telesales", [cast.north])
    assert not is_shown(actor(tess), Opportunity, "amount") and not is_shown(actor(tess), Opportunity, "currency")
    give_profiles(role("Telesales"), [profile("telesales"), profile("user")])
    assert is_shown(actor(tess), Opportunity, "amount")
    give_profiles(role("Telesales"), [profile("telesales"), profile("data_protection_officer")])
    assert not is_shown(actor(tess), Opportunity, "amount"), "a profile that does not reach the type frees none of its fields"
    assert actor(tess).scope("AuditLine", Action.READ).everything


@atomic
def give_profiles(whose: Any, profiles: list[Profile]) -> None:
    from app.operations.transaction import record

    whose.profiles = profiles
    db.session.flush()
    record(SYSTEM, "update", whose)


@pytest.mark.feature("A8")
def test_a_new_member_has_the_rights_of_the_team_at_once(cast: Cast) -> None:
    give_profiles(cast.south, [profile("data_protection_officer")])
    assert not actor(cast.anna).scope("AuditLine", Action.READ)
    records.create(TeamMembership, {"team_id": cast.south.id, "user_id": cast.anna.id}, actor=SYSTEM)
    assert actor(cast.anna).scope("AuditLine", Action.READ).everything


@pytest.mark.feature("A9")
def test_another_role_reaches_other_types(cast: Cast) -> None:
    accountant = person("Alma", "Accounting", [cast.north])
    assert not is_allowed(actor(accountant), Action.READ, Opportunity) and titles(accountant) == set()
    assert is_allowed(actor(accountant), Action.READ, Account) and not is_allowed(actor(accountant), Action.WRITE, Account)


def test_who_may_see_no_contacts_meets_none_through_another_record(cast: Cast) -> None:
    partner = person("Paul", "Partner", [])
    change(cast.terminals, owner=partner)
    with acting(actor(partner)):
        db.session.expire_all()
        seen = db.session.get(Opportunity, cast.terminals.id)
        assert seen is not None and seen.contacts == [] and seen.account is None
        assert db.session.scalars(select(Contact)).all() == []


@pytest.mark.feature("A10")
def test_a_privilege_reaches_exactly_the_records_of_one_team(cast: Cast) -> None:
    """After-sales may write the accounts of South, those of North not; for a team and for a role."""
    helper = person("Hugo", "After-sales", [])
    of_south, of_north = cast.olivia.accounts[0], cast.marie.accounts[0]
    assert not is_allowed(actor(helper), Action.WRITE, of_south)
    granted = records.create(
        Privilege, {"for_role": role("After-sales"), "team": cast.south, "record_type": "Account", "may_write": True}, actor=SYSTEM
    )
    assert is_allowed(actor(helper), Action.WRITE, of_south) and not is_allowed(actor(helper), Action.WRITE, of_north)
    records.delete(granted, actor=SYSTEM)
    assert not is_allowed(actor(helper), Action.WRITE, of_south), "withdrawn: it ends at once"
    records.create(Privilege, {"for_team": cast.north, "team": cast.south, "record_type": "Opportunity"}, actor=SYSTEM)
    assert "Stone renewal" in titles(cast.anna) and not is_allowed(actor(cast.anna), Action.WRITE, cast.renewal)


def test_a_manager_of_a_team_reaches_the_teams_below_where_the_profile_says_so(cast: Cast) -> None:
    change(cast.south, parent=cast.north)
    assert "Stone renewal" not in titles(cast.claire)
    manager = profile("team_manager")
    change(manager, actions={**manager.actions, "Opportunity": {action.value: "tree" for action in Action}})
    assert "Stone renewal" in titles(cast.claire) and is_allowed(actor(cast.claire), Action.WRITE, cast.renewal)


@pytest.mark.feature("C7")
def test_who_manages_one_team_is_a_plain_member_of_another(cast: Cast) -> None:
    member = records.create(TeamMembership, {"team_id": cast.south.id, "user_id": cast.claire.id}, actor=SYSTEM)
    assert "Stone renewal" not in titles(cast.claire)
    change(member, is_manager=True)
    assert "Stone renewal" in titles(cast.claire)


@pytest.mark.feature("A4", "C7")
def test_managing_a_team_needs_no_role_of_its_own(cast: Cast) -> None:
    change(next(m for m in cast.tom.memberships), is_manager=True)
    change(cast.terminals, team=cast.south)
    assert "Terminale do magazynu" in titles(cast.tom) and actor(cast.tom).level is Level.TEAM_MANAGER


@pytest.mark.feature("C10", "C11")
def test_the_privacy_of_the_firm_widens_and_narrows_at_once(cast: Cast) -> None:
    firm = db.session.get_one(Firm, 1)
    own = {"Terminale do magazynu"}
    assert titles(cast.anna) == own
    change(firm, privacy=Privacy.TEAM)
    assert titles(cast.anna) > own and "Stone renewal" not in titles(cast.anna)
    assert not is_allowed(actor(cast.anna), Action.WRITE, cast.traceability), "reading only"
    change(firm, has_teams=False)
    assert titles(cast.anna) == own
    change(firm, privacy=Privacy.ALL)
    assert "Stone renewal" in titles(cast.anna)
    change(firm, privacy=Privacy.OWN)
    assert titles(cast.anna) == own


@pytest.mark.feature("C2")
def test_without_teams_nobody_manages(cast: Cast) -> None:
    assert len(titles(cast.claire)) == 4
    change(db.session.get_one(Firm, 1), has_teams=False)
    assert titles(cast.claire) == set() and not actor(cast.claire).managed_team_ids


@pytest.mark.feature("A24")
def test_a_read_only_field_is_read_and_not_written(cast: Cast) -> None:
    change(profile("user"), fields={"Opportunity": {"amount": "read"}})
    anna = actor(cast.anna)
    assert is_shown(anna, Opportunity, "amount") and anna.rules("Opportunity") == {"amount": FieldRule.READ}
    with pytest.raises(ForbiddenField):
        records.update(cast.terminals, {"amount": 5}, actor=anna)
    with pytest.raises(ForbiddenField):
        win(cast.terminals, amount=cast.terminals.amount, actor=anna)
    with pytest.raises(ForbiddenField):
        records.create(Opportunity, {"title": "x", "amount": 5}, actor=anna)
    records.update(cast.terminals, {"title": "Terminale"}, actor=anna)


def test_somebody_without_a_profile_is_nobody(cast: Cast) -> None:
    give_profiles(role("User"), [])
    assert actor(cast.anna) is NOBODY and actor(cast.ada).sees_all


def test_a_right_that_was_rolled_back_is_never_remembered(cast: Cast) -> None:
    @atomic
    def widen_and_fail() -> None:
        change(db.session.get_one(Firm, 1), privacy=Privacy.ALL)
        assert actor_of(cast.anna, db.session()).scope("Opportunity", Action.READ).everything
        raise DomainError("no", "no")

    with pytest.raises(DomainError):
        widen_and_fail()
    change(cast.south, name="South and East")  # raises the number to that of the lost change
    assert titles(cast.anna) == {"Terminale do magazynu"}


def test_what_is_known_of_a_person_costs_one_statement(cast: Cast, statements: list[str]) -> None:
    known, anna = actor(cast.anna), cast.anna
    assert anna.active
    statements.clear()
    assert actor(anna) is known
    assert len(statements) == 1, statements


@pytest.mark.feature("C8")
def test_where_only_managers_assign_others_only_take_and_leave(cast: Cast) -> None:
    change(db.session.get_one(Firm, 1), assigning=Assigning.MANAGERS)
    with pytest.raises(Forbidden):
        records.update(cast.terminals, {"owner": cast.jean}, actor=actor(cast.anna))
    records.update(cast.terminals, {"owner": cast.jean}, actor=actor(cast.claire))
    with pytest.raises(Forbidden):
        records.update(cast.terminals, {"owner": cast.tom}, actor=actor(cast.claire))


def test_types_newer_than_a_profile_are_added_and_what_was_changed_stays(cast: Cast) -> None:
    user = profile("user")
    change(user, actions={"Opportunity": {}})
    lay_profiles(actor=SYSTEM)
    assert user.actions["Opportunity"] == {} and user.actions["Task"] == as_stored({"Task": Rights(*[Reach.OWN] * 5)})["Task"]
