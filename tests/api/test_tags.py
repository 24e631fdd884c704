"""Tags through the API: sent and read by name, and filtered by it."""

from collections.abc import Callable

import pytest

from app.operations import records
from app.permissions.actor import SYSTEM
from tests.api.conftest import Program
from tests.people import Cast

pytestmark = [pytest.mark.database, pytest.mark.feature("C17")]


def test_tags_are_names(cast: Cast, program_of: Callable[..., Program]) -> None:
    jean = program_of(cast.jean)
    key = cast.traceability.id
    answer = jean("PUT", f"opportunity/{key}", {"tags": ["VIP", "Targi Poznań"]})
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["result"]["tags"] == ["Targi Poznań", "VIP"]
    records.update(cast.renewal, {"tags": ["vip"]}, actor=SYSTEM)
    found = jean("GET", "opportunity/?q=(filters:!((col:tags,opr:rel_m_m,value:vip)))").json
    assert found is not None and [each["title"] for each in found["result"]] == ["Traçabilité ligne 3"], "and no other team's"
    nothing = jean("GET", "opportunity/?q=(filters:!((col:tags,opr:rel_m_m,value:nothing)))").json
    assert nothing is not None and nothing["result"] == []
    for wrong in ("VIP", [7], [{"id": 1}], ["x" * 61]):
        refused = jean("PUT", f"opportunity/{key}", {"tags": wrong})
        assert refused.status_code in (409, 422) and refused.json is not None and refused.json["message"]
    made = jean("POST", "contact/", {"last_name": "Nowy", "tags": ["VIP"]})
    assert made.status_code == 201 and made.json is not None and made.json["result"]["tags"] == ["VIP"]
