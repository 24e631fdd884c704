"""A client without a browser, whose requests share nothing with the test but the database."""

from typing import Any

from flask.testing import FlaskClient

from app.extensions import db


class Visitor(FlaskClient):
    """Each request gets a context of its own, as on a server; afterwards the test sees what was committed."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.rollback()
        return answer
