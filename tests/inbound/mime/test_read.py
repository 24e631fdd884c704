import base64
import email
import struct
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inbound.mime.filenames import safe_name
from app.inbound.mime.headers import decoded, fields, identifiers
from app.inbound.mime.limits import MAX_PARTS, MAX_RECIPIENTS, SENTENCES, Oddities
from app.inbound.mime.ordinary import ordinary
from app.inbound.mime.read import read
from app.inbound.mime.structure import Budget, content, leaves, text
from app.inbound.mime.understand import understand
from tests.inbound.mime.samples import FIRM, MAILS, mail, sample

HEAD = b"From: Mary <mary@buyer.example>\nTo: crm@firm.example\nSubject: x\nMIME-Version: 1.0\n"
SAMPLES = sorted(path.stem for path in MAILS.glob("*.eml"))


def codes(raw: bytes) -> set[str]:
    return {each.code for each in read(raw).warnings}


def test_headers_of_an_ordinary_mail() -> None:
    found = read(sample("bcc_fr"))
    assert found.message_id == "devis-12@firm.example"
    assert found.subject == "Votre devis n°12"
    assert found.date is not None
    assert found.date.astimezone(UTC) == datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
    assert found.author is not None
    assert found.author.address == "anna@firm.example"
    assert [(each.name, each.address) for each in found.to] == [
        ("Hélène Marchand", "helene.marchand@client.example")
    ]
    assert [each.address for each in found.cc] == ["bruno@firm.example", "paul@client.example"]
    assert found.envelope == ("crm@firm.example",)
    assert found.warnings == ()


def test_envelope_addresses_in_the_order_of_trust() -> None:
    raw = b"""Received: from a by b for <received@firm.example>; Fri, 20 Nov 2026 09:12:00 +0100
Received: from c by d for <older@firm.example>; Fri, 20 Nov 2026 09:11:00 +0100
Resent-To: resent@firm.example
X-Forwarded-To: forwarded@firm.example, second@firm.example
Envelope-To: envelope@firm.example
X-Original-To: original@firm.example
Delivered-To: one@firm.example
Delivered-To: Two@Firm.example
X-Gm-Original-To: gmail@firm.example
To: shown@firm.example

x"""
    assert read(raw).envelope == tuple(
        f"{name}@firm.example"
        for name in [
            "gmail",
            "one",
            "two",
            "original",
            "envelope",
            "forwarded",
            "second",
            "received",
            "resent",
        ]
    )


def test_references_and_answers_are_normalised() -> None:
    found = read(sample("reply_fr"))
    assert found.in_reply_to == ("devis-12@firm.example",)
    assert found.references == ("devis-11@firm.example", "devis-12@firm.example")
    assert identifiers("<a\n b@C.example> <a b@c.example>") == ("ab@c.example",)


def test_an_endless_id_is_shortened_but_stays_distinct() -> None:
    one, two = identifiers(f"<{'a' * 900}1@x.example>"), identifiers(f"<{'a' * 900}2@x.example>")
    assert len(one[0]) <= 255
    assert one != two


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=?utf-8?q?Zam=C3=B3wienie?= nr 5", "Zamówienie nr 5"),
        ("=?UTF-8?B?xbvDs8WC?= =?UTF-8?B?xIc=?=", "Żółć"),
        ("=?iso-8859-1?q?No=EBl?=", "Noël"),
        ("=?iso-8859-2?q?=B1=EA?=", "ąę"),
        ("=?x-nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
    ],
)
def test_encoded_words(raw: str, expected: str) -> None:
    assert decoded(raw) == expected


def test_polish_without_a_charset_is_read_as_windows_1250() -> None:
    found = read(sample("inbound_pl_windows1250"))
    assert found.text.startswith("Proszę o ofertę na żółte drzwi")
    assert found.author is not None
    assert found.author.name == "Zbigniew Woźniak"
    assert "charset_guessed" in {each.code for each in found.warnings}


def test_french_without_a_charset_is_read_as_windows_1252() -> None:
    assert read(HEAD + b"\nL'\xe9t\xe9 \xe0 la fen\xeatre, un c\x9cur").text == "L'été à la fenêtre, un cœur"


def test_html_only_gives_text_and_inline_image() -> None:
    found = read(sample("inbound_html_en"))
    assert found.text == "Could you tell us the price of the machine?\n\nBest regards\nMary"
    assert [(each.name, each.is_inline, each.content_id) for each in found.attachments] == [
        ("logo.png", True, "logo@x")
    ]
    assert found.author is not None
    assert found.author.name == "Stone, Mary"


def test_attached_message_is_nested_and_its_text_stays_its_own() -> None:
    found = read(sample("forward_attached_en"))
    assert found.text == "Please call her today."
    (nested,) = found.nested
    assert nested.text == "We would like to order two machines."
    assert [each.name for each in nested.attachments] == ["order.pdf"]
    assert [each.name for each in found.attachments] == ["Machine order.eml"]


def test_fingerprint_ignores_the_way_here() -> None:
    raw = sample("reply_fr")
    other_way = (
        b"Received: from x by y; Fri, 20 Nov 2026 12:00:00 +0100\nDelivered-To: crm@firm.example\n" + raw
    )
    assert read(raw).fingerprint == read(other_way).fingerprint
    assert read(raw).fingerprint != read(raw.replace(b"d'accord", b"trop cher")).fingerprint
    assert read(raw).fingerprint == read(raw.replace(b"\n", b"\r\n")).fingerprint


def test_winmail_files_come_out() -> None:
    def item(level: int, name: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", level, name, 0, len(data)) + data + b"\0\0"

    tnef = struct.pack("<IH", 0x223E9F78, 1) + item(2, 0x9002, b"") + item(2, 0x8010, b"plan.txt\0")
    tnef += item(2, 0x800F, b"content")
    # A property count of four billion must cost nothing.
    tnef += item(2, 0x9005, struct.pack("<IHHI", 0xFFFFFFFF, 0x1002, 1, 0xFFFFFFFF))
    raw = HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    found = read(raw + base64.encodebytes(tnef))
    assert [(each.name, each.content) for each in found.attachments] == [("plan.txt", b"content")]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\devis.pdf", "devis.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("", "attachment.pdf"),
        ("..", "attachment.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("con.txt", "_con.txt"),
    ],
)
def test_file_names_are_harmless(given_name: str, kept: str) -> None:
    assert safe_name(given_name, "application/pdf") == kept


def test_long_file_name_keeps_its_suffix() -> None:
    name = safe_name("ż" * 200 + ".pdf")
    assert len(name.encode()) <= 150
    assert name.endswith(".pdf")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD + b"\n" + b"a" * 30_000_000, "too_large"),
        (HEAD + b"\n" + b"\n" * 5_000_000, "too_many_lines"),
        (
            HEAD
            + b"Content-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\nContent-Type: text/plain\n\nhi\n" * 10_000,
            "too_many_parts",
        ),
        (
            HEAD
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
            ),
            "too_deep",
        ),
        (HEAD + b"Content-Type: message/rfc822\n\n" * 3_000, "too_deep"),
        (HEAD + b"".join(b"X-%d: y\n" % n for n in range(20_000)) + b"\nhi", "too_many_headers"),
        (
            HEAD + b"Cc: " + b", ".join(b"a%d@x.example" % n for n in range(2_000)) + b"\n\nhi",
            "too_many_recipients",
        ),
        (HEAD + b"X-Long: " + b"y" * 100_000 + b"\n\nhi", "header_too_long"),
        (HEAD + b'Content-Type: text/plain; a="' + b";" * 60_000 + b"\n\nhi", "header_too_long"),
    ],
    ids=["size", "lines", "parts", "depth", "nested", "headers", "recipients", "header", "parameters"],
)
def test_a_limit_gives_a_warning_and_a_usable_mail_in_time(raw: bytes, code: str) -> None:
    start = time.process_time()
    found = read(raw)
    understand(found, FIRM)
    assert time.process_time() - start < 5
    assert code in {each.code for each in found.warnings}
    assert found.author is not None
    assert len(found.to) + len(found.cc) <= MAX_RECIPIENTS + 1
    assert len(found.attachments) <= MAX_PARTS


@pytest.mark.parametrize("raw", [b"", b"\x00" * 1000, b"\xff\xfe\xfd", b"just words", b"\n\n\n"])
def test_what_is_no_mail_is_unreadable(raw: bytes) -> None:
    found = read(raw)
    assert not found.is_readable
    assert understand(found, FIRM).kind == "unreadable"


@settings(max_examples=150)
@given(st.data())
def test_no_mutation_of_a_mail_raises(data: st.DataObject) -> None:
    raw = bytearray(sample(data.draw(st.sampled_from(SAMPLES))))
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(raw)))
        stop = start + data.draw(st.integers(0, 40))
        raw[start:stop] = data.draw(
            st.one_of(st.binary(max_size=12), st.sampled_from([b"\n", b"\n\n", b"=?", b";", b'"']))
        )
    found = read(bytes(raw))
    found.subject.encode()
    found.text.encode()
    assert understand(found, FIRM).sentence


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_no_bytes_raise(raw: bytes) -> None:
    read(raw)
    understand(read(HEAD + raw), FIRM)


@pytest.mark.parametrize("name", SAMPLES)
def test_mail_parser_and_the_tree_agree(name: str) -> None:
    message = email.message_from_bytes(sample(name))
    oddities = Oddities()
    found = list(leaves(message, Budget(oddities)))
    answers = ordinary(message, fields(message.raw_items(), oddities), found)
    if answers is None:
        assert name in {"bounce_en", "forward_attached_en", "inbound_pl_windows1250", "invitation_en"}
        return
    for position, answer in answers.texts.items():
        assert answer == text(found[position], oddities)
    for position, file in answers.files.items():
        assert file == content(found[position].part)


def test_text_without_nul_or_surrogates() -> None:
    found = mail(body="a\x00b")
    assert found.text == "ab"


def test_warning_codes_have_sentences() -> None:
    assert codes(b"") <= set(SENTENCES)
