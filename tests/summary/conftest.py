"""What most tests of the morning begin with."""

import pytest

from tests.people import Cast
from tests.summary.week import make_week, set_back


@pytest.fixture
def week(cast: Cast) -> Cast:
    """The cast after a week of work."""
    set_back(cast)
    make_week(cast)
    return cast
