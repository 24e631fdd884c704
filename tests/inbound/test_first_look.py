"""What the set-up of a mailbox says of its last messages."""

import pytest

from app.inbound.first_look import first_look
from app.inbound.mime.read import read

GMAIL = (
    "Delivered-To: crm@firm.example\nAuthentication-Results: mx.google.com;\n       dkim=pass header.i=@firm.example header.s=a header.b=Ab/c;\n"
    "       spf=pass (google.com: domain of a@b.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@b.example;\n"
    "       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=firm.example\n"
)
MICROSOFT = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=pass (signature was verified)\n"
    " header.d=x.example;dmarc=pass action=none header.from=x.example;compauth=pass reason=100\n"
)
PLAIN = "Received: from a.example by b.example; Fri, 20 Nov 2026 09:00:00 +0100\n"


def _codes(*heads: str, own: str | None = None, is_trusted: bool = False) -> dict[str, dict[str, object]]:
    mails = [read(f"{head}From: a@x.example\nSubject: x\n\n".encode()) for head in heads]
    return {each.code: each.params for each in first_look(mails, own, is_trusted)}


@pytest.mark.feature("X1")
def test_a_server_that_could_be_believed_is_proposed() -> None:
    found = _codes(GMAIL, GMAIL, PLAIN)
    assert found["results_unnamed"] == {"often": 2, "count": 3, "other": "mx.google.com"}
    assert found["methods"] == {"server": "mx.google.com", "dmarc": 2, "dkim": 2, "count": 2}
    assert found["results_missing"] == {"missing": 1, "count": 3, "server": "mx.google.com"}
    assert found["envelope"] == {"named": 2, "count": 3}


def test_a_server_that_is_believed() -> None:
    assert set(_codes(GMAIL, own=" MX.Google.com. ")) == {"results_found", "methods", "envelope"}
    assert set(_codes(GMAIL, own="mx.firm.example")) == {"other_results", "envelope"}


@pytest.mark.parametrize(("head", "codes"), [
    (MICROSOFT, {"results_without_name", "no_envelope"}),
    (PLAIN, {"no_results", "no_envelope"}),
    (PLAIN.replace("b.example;", "b.example for <crm@firm.example>;"), {"no_results", "envelope"}),
])
def test_a_server_that_cannot_be_believed(head: str, codes: set[str]) -> None:
    assert set(_codes(head)) == codes


def test_a_trusted_and_an_empty_mailbox() -> None:
    assert set(_codes(GMAIL, is_trusted=True)) == {"trusted", "envelope"}
    assert set(_codes()) == {"no_messages"}
