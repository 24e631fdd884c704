"""Personal tokens, by what a program sends and by whose they are."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import ApiToken, User
from app.queries.sessions import hash_of
from app.support import clock


def token_sent(text: str) -> ApiToken | None:
    """The token that ``text`` is, with its person, whether or not it still counts."""
    found = select(ApiToken).options(joinedload(ApiToken.user)).where(ApiToken.token_hash == hash_of(text))
    return db.session.scalars(found).one_or_none()


def tokens_of(user: User) -> list[ApiToken]:
    """The tokens of ``user`` that count, and those that have run out by themselves; the latest first."""
    mine = select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(mine.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())))


def is_over(token: ApiToken) -> bool:
    """Whether its last day has passed."""
    return token.expires_at <= clock.now()
