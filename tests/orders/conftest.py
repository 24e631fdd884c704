"""What most tests of orders begin with."""

import pytest

from tests.orders.office import Office, make_office
from tests.people import Cast


@pytest.fixture
def office(cast: Cast) -> Office:
    return make_office()
