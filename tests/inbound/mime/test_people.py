"""Who outside the firm a message is about."""

import pytest

from app.inbound.mime.people import named_like

FOOT = "Dzień dobry,\n\nproszę o ofertę.\n\nTadeusz Okoń\nWędzarnia Narew\ntel. 85 000 03 77\n"


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("wedzarnia-narew.example", "Wędzarnia Narew"), ("wedzarnianarew.example", "Wędzarnia Narew"), ("poczta.wedzarnia-narew.example", "Wędzarnia Narew"),
     ("inna.example", None), ("okon.example", None)],
)
def test_a_company_is_named_as_in_the_signature_that_agrees_with_its_domain(domain: str, expected: str | None) -> None:
    assert named_like(domain, FOOT) == expected
