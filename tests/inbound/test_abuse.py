"""No message, however it was made, takes long, takes much or stops those behind it."""

import json
import os
import subprocess
import sys

import pytest

from config import Settings
from tests.inbound.abuse import abuses
from tests.installations import KEY

MOST_SECONDS = 5
MOST_MEGABYTES = 300

pytestmark = pytest.mark.timeout(300)  # some sixty messages, each with its next one, on a machine that does other things too

def test_every_abuse_ends_soon_in_a_recorded_outcome(settings: Settings) -> None:
    environment = {
        **os.environ, "KURIER_HOME": str(settings.home), "DATABASE_URL": settings.database_url, "SECRET_KEY": KEY,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.inbound.abused"], env=environment, capture_output=True, text=True, check=False
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["name"] for each in told] == [name for name, _ in abuses()], done.stderr[-2_000:]
    failures = [
        each
        for each in told
        if not (each["is_explained"] and each["is_next_filed"])
        or each["seconds"] > MOST_SECONDS
        or each["megabytes"] > MOST_MEGABYTES
    ]
    assert not failures
