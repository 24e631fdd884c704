"""Programs that ask the API with a token, as they do on a server: no cookie, no page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.scopes import EVERYTHING
from app.models import User
from app.operations import api_tokens
from tests.people import Cast, actor
from tests.visitor import Visitor


@dataclass
class Program:
    """Something that holds ``token``."""

    client: FlaskClient
    token: str

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(f"/api/v1/{path}", method=method, json=body, headers=headers, **more)


@pytest.fixture
def program_of(app: Flask, cast: Cast) -> Callable[..., Program]:
    """A program of a person; ``scopes`` by type, everything unless they are given. CSRF stays armed: no token of a page is needed here."""

    def make(user: User, days: int = 30, **scopes: str) -> Program:
        token = api_tokens.create_token(user, "Export", scopes or {EVERYTHING: "write"}, days, actor=actor(user))
        return Program(Visitor(app, app.response_class, use_cookies=False), token)

    return make
