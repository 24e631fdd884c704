"""Who works here: people, teams and roles, by name."""

from sqlalchemy import ColumnElement, select

from app.domain.rights import Action
from app.extensions import db
from app.models import Role, Team, User, user_word
from app.permissions.actor import current_actor
from app.permissions.scope import is_one_of
from app.queries.words import begins
from app.support.text import fold, words


def knows_the_house() -> bool:
    """Whether the acting person may learn who works here: whoever reads the teams. A partner of another house does not."""
    return bool(current_actor().scope(Team.__name__, Action.READ))


def known_people() -> list[ColumnElement[bool]]:
    """No condition: all who work here. Whoever may not learn that knows themselves alone."""
    return [] if knows_the_house() else [is_one_of(User.id, current_actor())]


def known_teams() -> list[ColumnElement[bool]]:
    """The same of teams: none but those that the person is in."""
    return [] if knows_the_house() else [Team.id.in_(sorted(current_actor().team_ids))]


def people_by_name(*where: ColumnElement[bool], limit: int | None = None) -> list[User]:
    """Everybody who may sign in, of those who fit; at most ``limit``."""
    query = select(User).where(User.active.is_(True), *where)
    return list(db.session.scalars(query.order_by(User.sort_name, User.id).limit(limit)))


def names_of_people() -> list[tuple[int, str, str]]:
    """(key, full name, user name) of everybody who may sign in, by name: names alone, whoever they are."""
    query = select(User.id, User.first_name, User.last_name, User.username).where(User.active.is_(True))
    rows = db.session.execute(query.order_by(User.sort_name, User.id))
    return [(key, f"{first} {last}", username) for key, first, last, username in rows]


def names_of_teams() -> list[tuple[int, str]]:
    """(key, name) of the teams that are in use, by name."""
    query = select(Team.id, Team.name).where(Team.archived_at.is_(None)).order_by(Team.sort_name)
    return [(key, name) for key, name in db.session.execute(query)]


def people_called(asked: str, *where: ColumnElement[bool], limit: int) -> list[User]:
    """Of those who fit at most ``limit`` in whose name or user name a word begins with each word of ``asked``; accents and capitals do not matter."""
    return people_by_name(*where, *map(_is_called, words(fold(asked))[:5]), limit=limit)


def _is_called(word: str) -> ColumnElement[bool]:
    table = user_word.alias().c
    return User.id.in_(select(table.record_id).where(begins(table.word, word)))


def teams_by_name(*where: ColumnElement[bool]) -> list[Team]:
    """The teams that are in use, of those that fit."""
    return list(db.session.scalars(select(Team).where(Team.archived_at.is_(None), *where).order_by(Team.sort_name)))


def roles() -> list[Role]:
    """Everything that a person can be; not FAB's role of those who did not sign in."""
    return list(db.session.scalars(select(Role).where(Role.name != "Public").order_by(Role.sort_name)))
