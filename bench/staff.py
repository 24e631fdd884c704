"""The people of a large firm: a thousand users in two hundred teams, which form a tree."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.rights import Reach
from app.extensions import db
from app.models import Profile, Team, TeamMembership, User
from app.models.teams import team_tree
from app.operations.transaction import atomic, rights_changed
from app.permissions.rights import MANAGING

TEAMS = 200
PER_TEAM = 5
UNDER_EACH = 5  # teams under a team
# Who looks at the pages: the number of the user, and what profile they have.
READERS = {"own": (PER_TEAM * 60 + 1, "user"), "team": (PER_TEAM * 61, "user"), "tree": (PER_TEAM * 2, "user"), "all": (7, "bench all")}


@dataclass(frozen=True)
class Staff:
    """The keys of users and of teams follow one another, so that SQL can count them."""

    first_user: int
    first_team: int
    users: int = TEAMS * PER_TEAM
    per_team: int = PER_TEAM
    full_desk: int = READERS["all"][0]  # whose work fills the lists of a day, however small the firm


@atomic
def lay() -> None:
    """Users, five in a team, of which the first manages; they read and write as the ready-made profiles say."""
    users = [_user(number) for number in range(TEAMS * PER_TEAM)]
    teams = [Team(name=f"Team {number:03}") for number in range(TEAMS)]
    db.session.add_all((*users, *teams))
    db.session.flush()
    db.session.add_all(
        TeamMembership(team=teams[number // PER_TEAM], user=user, is_manager=number % PER_TEAM == 0) for number, user in enumerate(users)
    )
    above = [{"team_id": teams[n].id, "parent_id": teams[(n - 1) // UNDER_EACH].id} for n in range(1, TEAMS)]
    db.session.execute(team_tree.insert(), above)
    ready = {profile.code: profile for profile in db.session.scalars(select(Profile))}
    wide = _widened(ready[MANAGING], "bench all", Reach.ALL)
    tree = _widened(ready[MANAGING], "bench tree", Reach.TREE)
    db.session.add_all((wide, tree))
    kinds = {"user": ready["user"], "bench all": wide, "bench tree": tree}
    chosen = {number: kinds[name] for number, name in READERS.values()}
    for number, user in enumerate(users):
        user.profiles = [chosen.get(number, ready["user"])]
    users[READERS["tree"][0]].profiles.append(tree)
    rights_changed()


def _user(number: int) -> User:
    return User(first_name="Sales", last_name=f"Person {number:03}", username=f"person{number}", email=f"person{number}@bench.example", active=True)


def _widened(profile: Profile, name: str, reach: Reach) -> Profile:
    """``profile`` where every right that ends at teams goes as far as ``reach``."""
    actions = {
        kind: {action: reach.name.lower() if far == "team" else far for action, far in row.items()} for kind, row in profile.actions.items()
    }
    return Profile(name=name, actions=actions)


def staff() -> Staff:
    """Those that ``lay`` made."""
    user = select(User.id).where(User.username == "person0")
    return Staff(db.session.scalars(user).one(), db.session.scalars(select(Team.id).where(Team.name == "Team 000")).one())


def readers() -> Iterable[tuple[str, User]]:
    """How far each of some people sees, and who they are."""
    for reach, (number, _) in READERS.items():
        yield reach, db.session.scalars(select(User).where(User.username == f"person{number}")).one()
