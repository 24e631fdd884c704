"""A client without a browser, whose requests share nothing with the test but the database."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from app.extensions import db
from app.models import UserSession
from app.operations.transaction import atomic
from app.queries.sessions import hash_of

FAR = datetime(2099, 1, 1, tzinfo=UTC)  # whatever time a test says it is, the session goes on


@atomic
def open_session(user_id: int) -> str:
    """A session as a sign-in begins one, without its line in the audit. Returns the key for the cookie."""
    key = secrets.token_urlsafe(8)
    db.session.add(UserSession(user_id=user_id, key_hash=hash_of(key), created_at=FAR, last_seen_at=FAR))
    return key


class Visitor(FlaskClient):
    """Each request gets a context of its own, as on a server; afterwards the test sees what was committed."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer
