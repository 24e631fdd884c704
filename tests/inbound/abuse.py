"""Messages made to exhaust whoever reads them, each with a sender and a recipient so that it could be filed."""

import base64
import struct
import zlib
from collections.abc import Iterator

SENDER = "Eve <eve@{name}.abuse.example>"


def abuses() -> Iterator[tuple[str, bytes]]:
    """Every message under the name of what it does."""
    for family in (_structures, _large, _headers, _texts, _pages, _files):
        yield from family()


def _message(name: str, headers: str = "", body: bytes = b"hello\n", *, sender: str = SENDER) -> bytes:
    head = (
        f"From: {sender.format(name=name)}\nTo: sales@crm.grandouest.example\nSubject: {name}\n"
        f"Message-ID: <{name}@abuse.example>\nMIME-Version: 1.0\n"
    )
    if "Date:" not in headers:
        head += "Date: Fri, 20 Nov 2026 09:12:00 +0100\n"
    return (head + headers).encode("utf-8", "surrogateescape") + b"\n" + body


def _structures() -> Iterator[tuple[str, bytes]]:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    yield "multiparts-3000-deep", _message("multiparts", "Content-Type: multipart/mixed; boundary=z\n", b"--z\n" + nest)
    yield "messages-3000-deep", _message("messages", "Content-Type: message/rfc822\n", b"Content-Type: message/rfc822\n\n" * 3_000)
    mixed = "Content-Type: multipart/mixed; boundary=b\n"
    yield "parts-20000", _message("parts", mixed, b"--b\nContent-Type: text/plain\n\nx\n" * 20_000 + b"--b--\n")
    yield "boundaries-500000", _message("boundaries", mixed, b"--b\n" * 500_000 + b"--b--\n")
    almost = b"".join(b"--b%d\n" % n for n in range(300_000))
    yield "boundaries-that-are-none", _message("almost", mixed, b"--b\n\n" + almost + b"--b--\n")
    status = b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\n" * 100_000
    report = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
    body = b"--b\nContent-Type: message/delivery-status\n\n" + status + b"--b--\n"
    yield "status-blocks-100000", _message("status", report, body, sender="MAILER-DAEMON@abuse.example")
    digest = b"--b\n\nFrom: a@b.example\n\nhi\n" * 20_000
    yield "digest-20000", _message("digest", "Content-Type: multipart/digest; boundary=b\n", digest + b"--b--\n")


def _large() -> Iterator[tuple[str, bytes]]:
    """As large as is still read whole."""
    head, line, count = "Content-Type: multipart/mixed; boundary=z\n", b"y" * 76 + b"\n", 310_000
    around = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(15))
    closings = b"".join(b"\n--b%d--\n" % n for n in reversed(range(15)))
    start = b"--z\n" + around + b"Content-Type: application/pdf; name=x.pdf\n\n"
    yield "large-file-15-deep", _message("large", head, start + line * count + closings + b"--z--\n")
    start = b"--z\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n"
    yield "large-encoded-file", _message("encoded", head, start + line * count + b"--z--\n")
    yield "large-text", _message("text", "Content-Type: text/html\n", line * count)


def _headers() -> Iterator[tuple[str, bytes]]:
    yield "comments-2000-deep", _message("deep", sender="(" * 2_000 + "x" + ")" * 2_000 + " eve@deep.abuse.example")
    yield "comments-2000", _message("comments", sender="(c) " * 2_000 + "<eve@comments.abuse.example>")
    yield "quotes-30000", _message("quotes", sender='"\\' * 30_000 + " <eve@quotes.abuse.example>")
    yield "header-lines-100000", _message("flood", "".join(f"X-{n}: y\n" for n in range(100_000)))
    yield "header-of-20-megabytes", _message("long", "X-Long: " + "y" * 20_000_000 + "\n")
    yield "folds-100000", _message("folds", "X-Folded: a" + "\n b" * 100_000 + "\n")
    yield "recipients-20000", _message("many", "Cc: " + ", ".join(f"a{n}@x.example" for n in range(20_000)) + "\n")
    yield "returns-400000", _message("returns", "X-Returns: " + "\r" * 400_000 + "x\n" + "X-More: a\r\r\r\n" * 500)
    yield "commas-60000", _message("commas", "Cc: " + "," * 60_000 + "\n")
    yield "open-angles-60000", _message("angles", "References: " + "<" * 60_000 + "\nCc: " + "<" * 60_000 + "\n")
    yield "half-words-15000", _message("half", "Thread-Topic: " + "=?utf-8?q?" * 6_000 + "\nCc: " + "=?utf-8?b?" * 6_000 + "\n")
    yield "encoded-words-5000", _message("words", "Cc: " + "=?utf-8?q?=C3=A9?= " * 3_000 + "<a@x.example>\n")
    yield "parameters-10000", _message("params", "Content-Type: text/plain" + "".join(f"; a{n}*0*=b" for n in range(10_000)) + "\n")
    yield "year-99999", _message("year", "Date: Fri, 20 Nov 99999 09:12:00 +9999\n")
    yield "date-of-60000-digits", _message("digits", "Date: " + "9" * 60_000 + "\n")
    yield "unknown-charset", _message("charset", 'Content-Type: text/plain; charset="no-such-\\"charset"\n', b"Za\xbf\xf3\xb3\xe6\n")
    yield "nul-everywhere", _message("nul", "X-Nul: \x00\n", b"a\x00b\x00\n" * 1_000)


def _texts() -> Iterator[tuple[str, bytes]]:
    def lines(name: str, line: str, size: int = 520_000) -> tuple[str, bytes]:
        body = (line * (size // len(line) + 1)).encode()
        return name, _message(name, "Content-Type: text/plain; charset=utf-8\n", body)

    yield "newlines-100000", _message("newlines", "", b"\n" * 100_000)
    yield "returns-100000", _message("returns", "", b"\r" * 100_000)
    yield lines("one-long-line", "a")
    yield lines("blanks", " ")
    yield lines("quote-marks", ">")
    yield lines("quote-marks-apart", "> ")
    yield lines("attributions", "On Fri, 20 Nov 2026 at 09:12, Eve <eve@x.example> wrote:\n")
    yield lines("attribution-beginnings", "On Fri, 20 Nov 2026 at 09:12\n")
    yield lines("colons", "a:\n")
    yield lines("header-blocks", "From: Eve <eve@x.example>\nSent: 20 Nov 2026\nTo: a@b.example\nSubject: x\n\n")
    yield lines("label-by-label", "From: a@b.example\n")
    yield lines("rules", "----------\n")
    yield lines("forwarded-markers", "-------- Forwarded Message --------\n")
    yield lines("fences", "```\n")
    yield lines("signatures", "-- \nJane\n+33 2 99 12 34 56\n")
    yield lines("closings", "Regards,\n")
    yield lines("devices", "Sent from my iPhone\n")
    yield lines("at-signs", "@")
    yield lines("half-addresses", "a@")
    yield lines("digits", "1")
    yield lines("digits-apart", "1 ")
    yield lines("phones", "+33 2 99 12 34 56 ")
    yield lines("domains", "www.a.")
    yield lines("fields", "Name: Jane\nE-mail: jane@x.example\n")
    yield lines("contact-form", "contact form\nE-mail: jane@x.example\n")
    yield lines("undelivered", "could not be delivered 550 5.1.1 user unknown a@b.example ")
    yield lines("legal", "this message is confidential and intended for the recipient ")
    yield lines("glued-headers", "From: a@b.example Sent: x To: b@c.example Subject: ")
    yield lines("invisible", "\u200b")
    yield lines("combining-marks", "e\u0301\u0327")
    yield lines("ligatures", "\ufdfa")


def _pages() -> Iterator[tuple[str, bytes]]:
    def page(name: str, html: str) -> tuple[str, bytes]:
        return name, _message(name, "Content-Type: text/html; charset=utf-8\n", html.encode())

    yield page("divs-40000-deep", "<div>" * 40_000 + "hello")
    yield page("divs-in-48-kilobytes", "<b>" * 3_999 + "hello")
    yield page("blockquotes-deep", "<blockquote type=cite>" * 390 + "hello" + "</blockquote>" * 390)
    yield page("tables-deep", "<table><tr><td>" * 20_000 + "hello")
    yield page("attributes-100000", "<p " + " ".join(f"a{n}=b" for n in range(100_000)) + ">hello")
    yield page("attributes-apart", "".join(f"<p class='c{n}' id='i{n}'>x" for n in range(30_000)))
    yield page("tags-open", "<" * 900_000)
    yield page("comments-open", "<!--" * 200_000)
    yield page("breaks", "<br>" * 200_000)
    yield page("entities", "&lt;&amp;&#x41;&nbsp;" * 40_000)
    yield page("styles-open", "<style>" * 100_000 + "hello")
    yield page("preformatted", "<pre>" + "\n" * 500_000)
    yield page("links", '<a href="mailto:a@b.example">x</a>' * 25_000)
    yield page("quotes-marked", '<div class="gmail_quote">x</div>' * 25_000)
    yield page("unclosed-formatting", "<b><i><u><font>" * 250 + "<p>x" * 1_000)


def _files() -> Iterator[tuple[str, bytes]]:
    def file(name: str, content: bytes, kind: str = "application/octet-stream", called: str = "x.bin") -> tuple[str, bytes]:
        part = (
            f"--b\nContent-Type: {kind}\nContent-Disposition: attachment; filename=\"{called}\"\n"
            "Content-Transfer-Encoding: base64\n\n"
        ).encode() + base64.encodebytes(content)
        text = b"--b\nContent-Type: text/plain\n\nhello\n"
        return name, _message(name, "Content-Type: multipart/mixed; boundary=b\n", text + part + b"--b--\n")

    yield file("zip-bomb", zip_bomb(), "application/zip", "bomb.zip")
    properties = struct.pack("<I", 0xFFFFFFFF) + b"\x03\x10\x37\x00\xff\xff\xff\xff" * 200_000
    streams = {
        "tnef-properties": tnef([(0x9003, properties)]), "tnef-objects": tnef([(0x9002, b"")] * 300_000),
        "tnef-lengths": tnef([(0x800C, b"x")])[:-3] + b"\xff" * 100_000,
    }  # fmt: skip
    for name, stream in streams.items():
        yield file(name, stream, "application/ms-tnef", "winmail.dat")
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    yield file("attached-mail-3000-deep", b"From: a@b.example\n" + nest, called="x.eml")
    yield file("bidi-name", b"x", called="invoice\u202efdp.exe")
    yield file("endless-name", b"x", called="n" * 60_000 + ".pdf")
    body = b"=" * 5_000_000
    yield "quoted-printable-signs", _message("qp", "Content-Transfer-Encoding: quoted-printable\n", body)
    yield "uuencoded-nothing", _message("uu", "Content-Transfer-Encoding: x-uuencode\n", b"begin 644 x\n" + b"M\n" * 500_000)
    yield "base64-of-nothing", _message("b64", "Content-Transfer-Encoding: base64\n", b"!" * 5_000_000)
    calendar = b"BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + b"BEGIN:VEVENT\n" * 100_000
    yield file("calendar-events", calendar, "text/calendar; method=REQUEST", "invite.ics")


def zip_bomb() -> bytes:
    """A hundred megabytes of zeros in one entry of a small file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(packed), 100_000_000, 1, 0) + b"z"
    return head + packed


def tnef(objects: list[tuple[int, bytes]]) -> bytes:
    body = b"".join(struct.pack("<BHHI", 1, name, 0, len(value)) + value + b"\0\0" for name, value in objects)
    return struct.pack("<IH", 0x223E9F78, 1) + body
