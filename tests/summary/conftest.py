"""What most tests of the morning begin with."""

import pytest

from tests.people import Cast


@pytest.fixture
def week(cast: Cast) -> Cast:
    """The cast after a week of work: that is there from the start."""
    return cast
