"""People at the pages."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Sign = Callable[..., FlaskClient]


class Person:
    """One signed-in browser without a screen; ``post`` takes the fields of a form."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, **more)

    def post(self, url: str, **fields: Any) -> TestResponse:
        return self.client.post(url, data=fields, content_type="multipart/form-data")
