"""History beside editing."""

from app.operations import records
from app.operations.timeline import write_note
from app.permissions.actor import SYSTEM
from tests.people import Cast


def test_what_happens_on_a_record_makes_nobodys_form_stale(cast: Cast) -> None:
    seen, before = cast.terminals.version, cast.terminals.last_activity_at
    write_note(cast.terminals, "Zadzwonili.", actor=SYSTEM)
    assert cast.terminals.last_activity_at > before
    records.update(cast.terminals, {"title": "Terminale 2027"}, seen_version=seen, actor=SYSTEM)
    assert cast.terminals.title == "Terminale 2027"
