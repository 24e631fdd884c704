"""Mails made to look as if somebody else had written them, or as if our own server vouched for them."""

import pytest

from app.inbound.mime.authentication import authenticate
from app.inbound.mime.read import read
from app.inbound.mime.understand import Kind, understand
from tests.inbound.mime.test_on_the_way import FIRM

ANNA, EVE = "anna@firm.example", "eve@evil.example"
PASS = "Authentication-Results: mx.firm.example; dmarc=pass header.from=firm.example"
EVIL = "Authentication-Results: mx.firm.example; dmarc=pass header.from=evil.example"


def _raw(*head: str, to: str = "luc@client.example", body: str = "hello") -> bytes:
    rest = (f"To: {to}", "Delivered-To: crm@firm.example", "Subject: x", "Date: Tue, 3 Nov 2026 10:00:00 +0100", "Message-ID: <a@b.example>", "")
    return "\r\n".join((*head, *rest, body)).encode("utf-8", "surrogateescape")


def _is_anna(raw: bytes) -> bool:
    """Whether the mail acts as Anna in a mailbox that believes its server."""
    mail = read(raw)
    return understand(mail, FIRM).user is not None and authenticate(mail, ["mx.firm.example"], FIRM.domains).is_passed


def test_a_proof_is_believed() -> None:
    assert _is_anna(_raw(PASS, f"From: Anna <{ANNA}>"))


@pytest.mark.parametrize("head", [
    # an author in disguise, for whom the server vouches
    (EVIL, f"From: =?utf-8?q?Anna_=3C{ANNA.replace('@', '=40')}=3E?= <{EVE}>"),
    (EVIL, f"From: =?utf-8?q?{ANNA.replace('@', '=40')}?="),
    (EVIL, f'From: "{ANNA}" <{EVE}>'),
    (EVIL, f"From: {ANNA}, {EVE}"),
    (EVIL, f"From: Team: {ANNA}, {EVE};"),
    (EVIL, f"From: <@evil.example:{ANNA}>"),
    (EVIL, f'From: "{ANNA}"@evil.example'),
    (EVIL, f"From: {EVE}", f"FROM: {ANNA}"),
    (EVIL, f"From: {EVE}", f"Sender: {ANNA}", f"X-Original-From: {ANNA}", f"Resent-From: {ANNA}", f"Reply-To: {ANNA}"),
    # a result that our server did not write
    (EVIL, f"From: {ANNA}", PASS),
    (f"ARC-Authentication-Results: i=1; {PASS.partition(': ')[2]}", "ARC-Seal: i=1; a=rsa-sha256; cv=pass; d=firm.example; s=x; b=aa", f"From: {ANNA}"),
    (f"Authentication-Results-Original: {PASS.partition(': ')[2]}", f"From: {ANNA}"),
    (f"Subject: hi\r{PASS}", f"From: {ANNA}"),
    (f"Subject: hi\r\r{PASS}\r", f"From: {ANNA}"),
    (f"Subject: hi\x0b{PASS}", f"From: {ANNA}"),
    (f"Subject: hi\x85{PASS}", f"From: {ANNA}"),
    (f"Subject: hi\u2028{PASS}", f"From: {ANNA}"),
    ('Authentication-Results: mx.firm.example; dmarc=none reason="dmarc=pass header.from=firm.example"', f"From: {ANNA}"),
    ("Authentication-Results: mx.firm.example; spf=pass (x\\) ; dmarc=pass header.from=firm.example ;) smtp.mailfrom=a@evil.example", f"From: {ANNA}"),
])  # fmt: skip
def test_nobody_else_is_anna(head: tuple[str, ...]) -> None:
    assert not _is_anna(_raw(*head))


@pytest.mark.parametrize("address", [
    "anna.\u212aos@firm.example", "\uff41nna@firm.example", "anna@\ufb01rm.example", "anna@firm\uff0eexample", "anna\uff20firm.example",
    "anna@firm\u200b.example", "anna@fi\u00adrm.example", "an\u2060na@firm.example",
])  # fmt: skip
def test_an_address_that_only_looks_like_one_is_none(address: str) -> None:
    mail = read(_raw(f"From: Anna <{address}>"))
    assert mail.author is None
    assert understand(mail, FIRM).user is None


@pytest.mark.parametrize("address", ["łukasz@gęś.example", "анна@почта.example", "jörg@bücher.example", "jo\u0308rg@bu\u0308cher.example"])
def test_addresses_in_other_alphabets_are_read(address: str) -> None:
    author = read(_raw(f"From: Jörg <{address}>")).author
    assert author is not None and author.address == address


def test_a_return_that_ends_no_line_is_a_blank() -> None:
    mail = read(_raw(f"Subject: hi\rFrom: {ANNA}\rX: y", f"From: {EVE}"))
    assert (mail.author and mail.author.address, mail.subject) == (EVE, f"hi From: {ANNA} X: y")


def test_lines_that_end_with_two_returns_are_lines() -> None:
    mail = read(_raw(f"From: {EVE}").replace(b"\r\n", b"\r\r\n"))
    assert (mail.author and mail.author.address, mail.subject, mail.text.strip()) == (EVE, "x", "hello")


def test_a_mail_with_returns_for_line_ends_is_read() -> None:
    mail = read(_raw(f"From: {EVE}").replace(b"\r\n", b"\r"))
    assert (mail.author and mail.author.address, mail.subject, mail.text.strip()) == (EVE, "x", "hello")


@pytest.mark.parametrize("author", ["Shop <noreply@shop.example>", "Office <office@firm.example>", '"x@y"@evil.example', ""])
@pytest.mark.parametrize("answers", [(), ("In-Reply-To: <o@firm.example>",)])
def test_whom_a_machine_writes_to_did_not_write(author: str, answers: tuple[str, ...]) -> None:
    found = understand(read(_raw(f"From: {author}", *answers)), FIRM)
    assert found.kind in (Kind.INBOUND, Kind.REPLY)
    assert found.contact is not None and not found.contact.is_confirmed
    assert found.contact.facts == ()


def test_of_a_long_chain_the_last_names_count() -> None:
    chain = " ".join(f"<{number}@evil.example>" for number in range(2_000))
    mail = read(_raw(f"From: {EVE}", f"References: {chain}", f"In-Reply-To: {chain}"))
    assert (len(mail.references), mail.references[-1], len(mail.in_reply_to)) == (32, "1999@evil.example", 32)


@pytest.mark.parametrize("kind", ["message/rfc822", "message/external-body; access-type=URL", "multipart/mixed; boundary=b", 'multipart/mixed; boundary=""'])
def test_bodies_that_name_themselves_end(kind: str) -> None:
    loop = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 500
    found = understand(read(_raw(f"From: {EVE}", "MIME-Version: 1.0", f"Content-Type: {kind}", body=loop)), FIRM)
    assert found.contact is not None and found.contact.address == EVE
