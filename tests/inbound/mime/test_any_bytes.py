"""Each reader of strangers' bytes answers whatever it is given."""

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inbound.mime import headers
from app.inbound.mime.attributions import find_attributions
from app.inbound.mime.bounces import find_bounce
from app.inbound.mime.charsets import decode, tidy
from app.inbound.mime.closings import legal_start, signature_start
from app.inbound.mime.filenames import safe_name
from app.inbound.mime.forwards import find_forward_chain
from app.inbound.mime.header_blocks import find_block
from app.inbound.mime.html import clean, to_text
from app.inbound.mime.html_lines import read_html
from app.inbound.mime.language import detect
from app.inbound.mime.limits import MAX_NAME_BYTES, Oddities, cut
from app.inbound.mime.mail import Mail, Part
from app.inbound.mime.plain_lines import analysed, split_lines, unify
from app.inbound.mime.quotes import split_quotes
from app.inbound.mime.shown_addresses import read_addresses
from app.inbound.mime.shown_dates import read_date
from app.inbound.mime.subjects import bare, prefixes
from app.inbound.mime.tnef import SIGNATURE, Tnef, Unreadable, read_tnef

PIECES = [
    "From:", "De :", "Od:", "Sent:", "Subject:", "To:", "\n", "\n\n", "> ", ">", ":", "@", "a@b.example", "<", ">", '"', "(", ")",
    "-----", "Original Message", "Forwarded message", "On Fri, 20 Nov 2026 at 09:12, Jane <j@b.example> wrote:", "-- \n",
    "Regards,", "+33 2 99 12 34 56", "ul. Prosta 1", "00-001 Warszawa", "=?utf-8?q?", "?=", "=C3", "\u202e", "\x00", "\ud800", "ż",
    "Sent from my iPhone", "```", "2026-11-20", "20 novembre 99999", "99:99", "confidential", "Re: ", "TR : ", "[x] ",
]  # fmt: skip
TEXT = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
TAGS = ["<div>", "</div>", "<blockquote type=cite>", "<p class=gmail_quote>", "<td>", "<pre>", "<a href='mailto:a@b.example'>",
        "<style>", "<!--", "<svg><title>", "<img src=cid:x onerror=y>", "<script>", "&#0;", "<table>", "<br>"]  # fmt: skip
HTML = st.lists(st.one_of(st.sampled_from(TAGS), st.sampled_from(PIECES[:-1]), st.text(max_size=8)), max_size=40).map("".join)
NAMES = st.sampled_from([0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007])
OBJECTS = st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=8)
FEW = settings(max_examples=80)


@FEW
@given(TEXT)
def test_header_readers(raw: str) -> None:
    oddities = Oddities()
    headers.decoded(raw).encode()
    assert all("@" in each.address for each in headers.addresses([raw], oddities))
    assert all(len(each) <= headers.MAX_ID for each in headers.identifiers(raw))
    moment = headers.date(raw)
    assert moment is None or moment.tzinfo is not None
    headers.envelope(headers.fields([("Received", raw), ("Delivered-To", raw)], oddities))
    prefixes(raw)
    bare(raw)


@FEW
@given(TEXT)
def test_readers_of_shown_text(text: str) -> None:
    lines = split_lines(text)
    assert len(lines) == unify(text).count("\n") + 1
    for found in (find_block(lines), *find_attributions(lines)):
        assert found is None or 0 <= found.start < found.end <= len(lines)
    for start in (signature_start(lines), legal_start(lines)):
        assert start is None or 0 <= start < len(lines)
    read_addresses(text)
    read_date(text)
    assert detect(text) in (None, "fr", "pl", "en", "other")


@FEW
@given(TEXT, st.one_of(st.none(), HTML))
def test_no_line_is_lost_between_written_and_quoted(text: str, html: str | None) -> None:
    parted = split_quotes(text, html)
    if text.strip():
        kept = sorted(f"{parted.written}\n{parted.quoted}".split())
        assert kept == sorted(unify(text).split())
        assert unify(text).startswith(analysed(text))


@FEW
@given(TEXT, st.one_of(st.none(), HTML), TEXT)
def test_forwards_are_found_or_not(text: str, html: str | None, subject: str) -> None:
    for forward in find_forward_chain(text=text, html=html, subject=subject, nested=[]):
        assert forward.layout in ("attachment", "headers", "html", "attribution")


@FEW
@given(HTML)
def test_html_is_read_and_made_harmless(html: str) -> None:
    to_text(html)
    read_html(html, with_links=True)
    cleaned = clean(html).lower()
    assert "<script" not in cleaned and "<style" not in cleaned and "<img src=\"http" not in cleaned
    assert clean(cleaned) == clean(clean(cleaned))


@FEW
@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["utf-7", "idna", "hex", "utf-16", "x"])))
def test_bytes_become_text_that_can_be_stored(content: bytes, charset: str | None) -> None:
    text = decode(content, charset)[0]
    assert "\x00" not in text and tidy(text) == text
    text.encode()


@FEW
@given(st.text(max_size=400))
def test_a_file_name_is_a_name(name: str) -> None:
    kept = safe_name(name, "application/pdf")
    assert kept and len(kept.encode()) <= MAX_NAME_BYTES
    assert not set(kept) & set('/\\\x00\n\u202e:<>"|?*') and kept not in (".", "..")


@FEW
@given(OBJECTS, st.binary(max_size=40))
def test_a_tnef_stream_is_read_as_far_as_it_goes(objects: list[tuple[int, bytes]], rest: bytes) -> None:
    body = b"".join(struct.pack("<BHHI", 1, name, 0, len(value)) + value + b"\0\0" for name, value in objects)
    found = read_tnef(struct.pack("<IH", SIGNATURE, 1) + body + rest)
    assert isinstance(found, Tnef) and all(each.name or each.content for each in found.files)
    with pytest.raises(Unreadable):
        read_tnef(b"\0" + rest)


@FEW
@given(st.binary(max_size=200), TEXT)
def test_a_report_of_a_delivery_is_understood_or_not(content: bytes, text: str) -> None:
    sizes: dict[str, Any] = {"size": len(content), "sha256": ""}
    report = Part("status", "message/delivery-status", content=content, **sizes)
    for reports in ((), (report,)):
        found = find_bounce(Mail(text=tidy(text), reports=reports, content_type="multipart/report"))
        assert found is None or found.action


@FEW
@given(st.binary(max_size=400))
def test_the_cut_takes_only_away(raw: bytes) -> None:
    assert cut(raw, Oddities()) == raw, "nothing so small is cut"
