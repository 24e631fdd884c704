"""What most tests of orders begin with."""

import pytest

from config import Settings
from tests.installations import Installations
from tests.orders.office import Office
from tests.people import Cast, read_again


@pytest.fixture
def ready_office(cast: Cast, settings: Settings, installations: Installations) -> Office:
    """The people who collect and their order, there from the start."""
    return read_again(Office, installations.made_in(settings.home))


@pytest.fixture
def office(ready_office: Office) -> Office:
    return ready_office
