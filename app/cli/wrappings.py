"""A text as whole mails: the ways in which programs send the same words."""

import re
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from html import escape

USER = "evaluator@firm.example"
INTAKE = "crm@firm.example"
_QUOTE = re.compile(r"((?:> ?)*)(.*)", re.DOTALL)
_RUN = re.compile(r" (?= )|^ ")


def _message(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Evaluator <{USER}>"
    message["To"] = INTAKE
    if subject:
        message["Subject"] = subject
    message["Date"] = "Fri, 20 Nov 2026 09:12:00 +0100"
    message["Message-ID"] = "<evaluated@firm.example>"
    return message


def _plain(charset: str, encoding: str) -> Callable[[str, str], bytes]:
    def wrap(text: str, subject: str) -> bytes:
        text.encode(charset)  # a text that does not fit is refused here
        message = _message(subject)
        message.set_content(text, charset=charset, cte=encoding)
        return message.as_bytes()

    return wrap


def _html(render: Callable[[str], str]) -> Callable[[str, str], bytes]:
    def wrap(text: str, subject: str) -> bytes:
        message = _message(subject)
        message.set_content(f"<html><body>{render(text)}</body></html>", subtype="html", cte="quoted-printable")
        return message.as_bytes()

    return wrap


def _both(text: str, subject: str) -> bytes:
    message = _message(subject)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(f"<html><body>{_as_quotes(text)}</body></html>", subtype="html", cte="base64")
    return message.as_bytes()


def _spaced(line: str) -> str:
    return _RUN.sub("&nbsp;", escape(line, quote=False))


def _as_lines(text: str) -> str:
    """One container with a break behind each line; quote marks stay characters."""
    return "<div>" + "<br>\n".join(map(_spaced, text.split("\n"))) + "</div>"


def _as_quotes(text: str) -> str:
    """A container for each line; quote marks become quotes."""
    out: list[str] = []
    depth = 0
    for line in text.split("\n"):
        match = _QUOTE.fullmatch(line)
        marks, rest = (match[1].count(">"), match[2]) if match else (0, line)
        out.append('<blockquote type="cite">' * (marks - depth) + "</blockquote>" * (depth - marks))
        out.append(f"<div>{_spaced(rest) or '<br>'}</div>")
        depth = marks
    return "\n".join(out) + "</blockquote>" * depth


# Each takes the text and the subject; UnicodeEncodeError says that its characters do not fit.
WRAPPINGS: Mapping[str, Callable[[str, str], bytes]] = {
    "plain, 8 bits": _plain("utf-8", "8bit"),
    "base64": _plain("utf-8", "base64"),
    "quoted-printable": _plain("utf-8", "quoted-printable"),
    "iso-8859-2": _plain("iso-8859-2", "quoted-printable"),
    "windows-1250": _plain("windows-1250", "base64"),
    "windows-1252": _plain("windows-1252", "8bit"),
    "html only, lines": _html(_as_lines),
    "html only, quotes": _html(_as_quotes),
    "text and html": _both,
}
