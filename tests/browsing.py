"""People at the pages: each request stands alone, as on a server, with nobody acting before or after it."""

from collections.abc import Callable
from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.permissions.actor import SYSTEM, set_actor

Sign = Callable[..., FlaskClient]


class Person:
    """One signed-in browser without a screen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        set_actor(SYSTEM)  # signing in was a request too, and ended with nobody acting

    def get(self, url: str, **more: Any) -> TestResponse:
        return self._ask("GET", url, **more)

    def post(self, url: str, **data: Any) -> TestResponse:
        return self._ask("POST", url, data=data, content_type="multipart/form-data")

    def _ask(self, method: str, url: str, **more: Any) -> TestResponse:
        db.session.rollback()  # what the test read is old after the request
        try:
            return Context().run(lambda: self.client.open(url, method=method, **more))
        finally:
            db.session.rollback()
