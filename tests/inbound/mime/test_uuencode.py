"""Files of the time before MIME."""

import binascii

import pytest

from app.inbound.mime.read import read

HEAD = b"From: a@b.example\nSubject: Old\nMIME-Version: 1.0\nContent-Transfer-Encoding: x-uuencode\n"
FILE = b"Content-Type: application/octet-stream; name=f.bin\n\nbegin 644 f.bin\n"


@pytest.mark.parametrize("length", [0, 1, 2, 44, 45, 46, 100, 199])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_was_encoded_comes_out_even_when_blanks_were_lost(length: int, end: bytes) -> None:
    content = bytes(range(1, length + 1))
    lines = [binascii.b2a_uu(content[at : at + 45]).rstrip(b" \n") for at in range(0, len(content), 45)]
    mail = read(HEAD + FILE + end.join([*lines, b"", b"end", b""]))
    assert [each.content for each in mail.attachments] == [content]


def test_a_damaged_line_costs_itself_alone() -> None:
    mail = read(HEAD + FILE + binascii.b2a_uu(b"first") + b"\x7f\x7f\x7f\n" + binascii.b2a_uu(b"last") + b"`\nend\n")
    assert [each.content for each in mail.attachments] == [b"firstlast"]
