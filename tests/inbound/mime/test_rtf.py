"""The text of a winmail.dat that has it as compressed RTF only."""

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbound.mime.read import read
from app.inbound.mime.rtf import MAX_RTF, decompressed, read_rtf
from app.inbound.mime.tnef import SIGNATURE

# Packed with references into the preset window and into itself.
POLISH = bytes.fromhex(
    "a5000000bd0000004c5a4675561541dd03000a00726370673132353f014302c001f702a403e302006368010ac0736574323338208b071302807d02b120447a0890045c"
    "27004020646f627294792c0aa3700360737a11d0506561206f1360660490749d13236e13500c6010a0303f074040757a6a6520691451388632158011d038346f6b1430"
    "c3155300502739342e0aa20aa340506f7a64726103f0615a6d0aa35a139007307d18c0"
)
WRAPPED_HTML = bytes.fromhex(
    "b10000003d0100004c5a4675da78a77e03000a00726370673132358232034368746d6c3103307f010301f702a403e40713028002912a8e5c0eb201900e1039203c0eb2"
    "a63e02911167363412107012701b1173002120000013c53020420d02206a08610330276539715a7505206514311167381351627d139b6203301467021000201149397a"
    "3212102f170a13a714d0161c26d8616d70028013b72614581890ff0b8113c50aa21aaf11a301c019b11381027d20c0"
)


def plain(rtf: bytes) -> bytes:
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def winmail(rtf: bytes) -> bytes:
    properties = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(rtf)) + rtf + b"\0" * (-len(rtf) % 4)
    stream = struct.pack("<IH", SIGNATURE, 1) + struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + b"\0\0"
    head = b"From: Zofia <zofia@nowa.example>\nTo: a@b.example\nSubject: Oferta\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(stream)


def test_the_text_of_an_rtf_is_that_of_the_mail() -> None:
    assert read(winmail(POLISH)).text == "Dzień dobry,\nproszę o ofertę na żaluzje i „okna”.\n\nPozdrawiam\nZofia"


def test_html_that_was_wrapped_into_rtf_is_html_again() -> None:
    assert read_rtf(WRAPPED_HTML) == ("<html><p>Bonjour équipe <b>fort</b>&amp; fin</p>", True)
    assert "Bonjour équipe" in (read(winmail(WRAPPED_HTML)).html or "")


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1 one\tab two\line three\~four\{\}\\}", "one\ttwo\nthree\xa0four{}\\"),
        (rb"{\rtf1\ansicpg1252{\fonttbl{\f0 A;}{\f1\fcharset204 B;}}caf\'e9 \f1\'ef\'f0\'e8\f0 \'e9}", "café приé"),
        (rb"{\rtf1\uc2 \u322??\u243\'f3?\uc0 \u380.}", "łóż."),
        (rb"{\rtf1 \u-10179?\u-8704? seen}", "😀 seen"),
        (rb"{\rtf1{\*\generator Riched20;}{\info{\author Me}}{\pict\bin9 }}}}}}}}}}seen}", "seen"),
        (rb"no document \'zz \u \bin-5 }}}", "no document zz "),
        (b"", ""),
    ],
)
def test_what_stands_in_a_document(rtf: bytes, text: str) -> None:
    assert read_rtf(plain(rtf)) == (text, False)


@given(st.binary(max_size=400), st.sampled_from([b"LZFu", b"MELA"]))
def test_any_bytes_give_a_text(some: bytes, kind: bytes) -> None:
    raw = struct.pack("<II4sI", len(some), len(some), kind, 0) + some
    assert len(decompressed(raw)) <= MAX_RTF + 136
    assert isinstance(read_rtf(raw)[0], str)


def test_a_few_bytes_do_not_unpack_into_many() -> None:
    bomb = struct.pack("<II4sI", 0, 0, b"LZFu", 0) + (b"\xff" + b"\x00\x0f" * 8) * 200_000
    assert len(decompressed(bomb)) <= MAX_RTF + 136
