"""A forwarded mail is read whatever program laid it out, and whatever other programs made of it on its way."""

import re
import textwrap
from collections.abc import Callable

import pytest

from app.inbound.mime.forwards import Forward, find_forward, find_forward_chain
from app.inbound.mime.html import to_text
from app.inbound.mime.quotes import split_quotes
from tests.inbound.mime.layouts import ADAM, FRENCH, LAYOUTS, POLISH, Content, Layout, cases

_TAG = re.compile(r"<[^>]*>")
_SHOWN = re.compile(r"&lt;([^&<>\s]+@[^&<>\s]+)&gt;")
_LABEL = re.compile(r"(?m)^(De|Envoyé|Objet|Od|Temat|Do|Date|Data|From|Sent|To|Subject|À|Cc|DW|Wysłan[oe])(\s*):(.*)")
CASES = [pytest.param(layout, content, id=name) for name, layout, content in cases()]


def _around_tags(change: Callable[[str], str], html: str) -> str:
    """``html`` with its text changed and its tags as they are."""
    texts, tags = _TAG.split(html), [*_TAG.findall(html), ""]
    return "".join(change(text) + tag for text, tag in zip(texts, tags, strict=True))


def _each_line(change: Callable[[str], str], text: str) -> str:
    return "\n".join(change(line) for line in text.split("\n"))


def _divs(html: str) -> str:
    blocks = re.sub(r"<(/?)(?:table|tbody|tr)\b", r"<\1div", html)
    return re.sub(r"<(/?)t[dh]\b", r"<\1span", blocks).replace("</span><span", "</span> <span")


HTML_CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": lambda html: html,
    "without attributes": lambda html: re.sub(r"<(?!a )(\w+) [^>]*>", r"<\1>", html),
    "divs for tables": _divs,
    "source that is wrapped": lambda html: _around_tags(lambda text: re.sub(r"( \S+ \S+) ", r"\1\n     ", text), html),
    "tags in capitals": lambda html: re.sub(r"</?\w+", lambda match: match[0].upper(), html),
    "blanks that do not break": lambda html: _around_tags(lambda text: text.replace(": ", ":\u00a0"), html),
    "links": lambda html: _SHOWN.sub(r'&lt;<a href="mailto:\1">\1</a>&gt;', html),
    "links in words": lambda html: _SHOWN.sub(r"&lt;\1&lt;mailto:\1&gt;&gt;", html),
    "links in words, apart": lambda html: _SHOWN.sub(r"&lt;\1 &lt;mailto:\1&gt;&gt;", html),
    "addresses in brackets": lambda html: _SHOWN.sub(r"[\1]", html),
    "addresses in parentheses": lambda html: _SHOWN.sub(r"(\1)", html),
    "blank lines between rows": lambda html: html.replace("<br>", "<br><br>"),
    "asterisks": lambda html: re.sub(r"<(b|strong)>(.*?)</\1>", r"<\1>*\2*</\1>", html),
    "inside a table": lambda html: f"<table><tr><td><table><tr><td>{html}</td></tr></table></td></tr></table>",
    "inside a quote": lambda html: f'<blockquote type="cite">{html}</blockquote>',
}
TEXT_CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "wrapped at 72": lambda text: _each_line(lambda line: "\n".join(textwrap.wrap(line, 72)), text),
    "wrapped at 60": lambda text: _each_line(lambda line: "\n".join(textwrap.wrap(line, 60)), text),
    "quoted": lambda text: _each_line(lambda line: f"> {line}", text),
    "indented": lambda text: _each_line(lambda line: f"   {line}", text),
    "tabs": lambda text: _LABEL.sub("\\1\\2:\t\\3", text),
    "blank lines everywhere": lambda text: text.replace("\n", "\n\n"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "rows in bold": lambda text: _LABEL.sub(r"*\1\2:*\3", text),
    "labels in bold": lambda text: _LABEL.sub(r"**\1\2**:\3", text),
    "rows in a list": lambda text: _LABEL.sub(r"- \1\2:\3", text),
}


def words(text: str) -> list[str]:
    """The words of ``text``, whatever marks its quotes, links and bold letters."""
    plain = re.sub(r"<?mailto:[^<>\s]*>?", " ", text)
    return re.sub(r"[<>()\[\]*:]|(?m:^\s*- )|\u200b", " ", plain).split()


def check(found: Forward | None, content: Content, change: str = "") -> None:
    assert found is not None, change
    assert found.sender is not None, change
    seen = (
        (found.sender.name, found.sender.address),
        [(one.name, one.address) for one in found.to],
        [(one.name, one.address) for one in found.cc],
        found.subject,
        f"{found.date:%Y-%m-%d %H:%M}",
        words(found.text),
        words(found.note)[: len(words(content.note))],
    )
    wanted = (
        content.sender, list(content.to), list(content.cc), content.subject, "2026-11-03 10:12",
        words(content.words), words(content.note),
    )  # fmt: skip
    assert seen == wanted, change
    assert found.is_certain, change


@pytest.mark.parametrize(("layout", "content"), CASES)
def test_html(layout: Layout, content: Content) -> None:
    subject = layout.prefix + content.subject
    for name, change in HTML_CHANGES.items():
        html = change(layout.compose(content))
        for text in ("", to_text(html)):
            check(find_forward(text=text, html=html, subject=subject, nested=()), content, name)


@pytest.mark.parametrize(("layout", "content"), CASES)
def test_text(layout: Layout, content: Content) -> None:
    subject = layout.prefix + content.subject
    for name, change in TEXT_CHANGES.items():
        text = change(to_text(layout.compose(content)))
        check(find_forward(text=text, html=None, subject=subject, nested=()), content, name)


@pytest.mark.parametrize(("layout", "content"), CASES)
def test_nothing_but_the_note_was_written(layout: Layout, content: Content) -> None:
    html = layout.compose(content)
    for text, formatted in (("", html), (to_text(html), html), (to_text(html), None)):
        assert words(split_quotes(text, formatted).written) == words(content.note)


def test_there_is_a_layout_for_each_row() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS) >= 60


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_forward_of_a_forward(layout: Layout) -> None:
    """Each program forwards what another program forwarded: both mails are read, the customer's innermost."""
    for inner in LAYOUTS[::6]:
        customer = (FRENCH if inner.language == "fr" else POLISH)["simple"]
        middle = Content(
            ("Ewa Lis", "ewa@firm.example"), [ADAM], inner.prefix + customer.subject, inner.compose(customer), "",
            note="Tam i z powrotem.",
        )  # fmt: skip
        html, subject = layout.compose(middle), layout.prefix + middle.subject
        for text, formatted in (("", html), (to_text(html), html), (to_text(html), None)):
            chain = find_forward_chain(text=text, html=formatted, subject=subject, nested=())
            senders = [(one.sender.name, one.sender.address) if one.sender else None for one in chain]
            assert senders == [middle.sender, customer.sender], inner.name
            check(chain[-1], customer, inner.name)
