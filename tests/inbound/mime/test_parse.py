"""The quick parser gives what the standard one gives, for regular messages and for soup."""

import email
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inbound.mime.parse import message_of

MAILS = sorted(Path(__file__).parents[2].joinpath("mail").rglob("*.eml"))

LINES = [
    b"", b" ", b"text", b" folded", b"--a", b"--a--", b"--a-- ", b"--b", b"--b--", b"--ab", b"--", b"\r", b"caf\xe9 \x00",
    b"From: Jane <jane@customer.example>", b"Subject:", b"Subject: =?utf-8?q?caf=C3=A9?=", b": none", b"From nobody 2026",
    b"Content-Type: multipart/mixed; boundary=a", b'Content-Type: multipart/alternative; boundary="b"',
    b"Content-Type: multipart/digest; boundary=b", b"content-type: message/rfc822", b"Content-Type: message/delivery-status",
    b"Content-Type: multipart/mixed", b"Content-Type: text/html; charset=utf-8", b"Content-Transfer-Encoding: base64",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(LINES), max_size=30)
ENDS = st.sampled_from([b"\n", b"\r\n"])


def shape(message: Message) -> tuple[Any, ...]:
    """All that a message object holds."""
    payload = message.get_payload()
    inside = [shape(part) for part in payload if isinstance(part, Message)] if isinstance(payload, list) else payload
    return (
        list(message.raw_items()), message.preamble, message.epilogue, [type(each) for each in message.defects],
        message.get_default_type(), message.get_unixfrom(), inside,
    )  # fmt: skip


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_the_same_object(path: Path) -> None:
    raw = path.read_bytes()
    for version in (raw, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
        assert shape(message_of(version)) == shape(email.message_from_bytes(version))


@settings(max_examples=400)
@given(SOUP, ENDS, st.booleans())
def test_soup_is_the_same_object(lines: list[bytes], end: bytes, is_ended: bool) -> None:
    raw = end.join(lines) + (end if is_ended else b"")
    assert shape(message_of(raw)) == shape(email.message_from_bytes(raw))


@settings(max_examples=300)
@given(SOUP, SOUP, SOUP, SOUP, ENDS)
def test_parts_are_the_same_objects(
    preamble: list[bytes], first: list[bytes], second: list[bytes], epilogue: list[bytes], end: bytes
) -> None:
    parts = [[b"", *lines] for lines in (first, second)]
    raw = end.join([
        b"Content-Type: multipart/mixed; boundary=a", b"", *preamble,
        *(line for part in parts for line in (b"--a", *part)), b"--a--", *epilogue,
    ])  # fmt: skip
    assert shape(message_of(raw)) == shape(email.message_from_bytes(raw))
