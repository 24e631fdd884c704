"""The lines that a reader of an HTML mail sees, and which of them mail programs marked as quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.inbound.mime.html import is_safe_to_parse, to_text
from app.inbound.mime.limits import MAX_HTML
from app.inbound.mime.plain_lines import Line, read_line

_HIDDEN = frozenset(["head", "script", "style", "title", "template", "noscript", "svg"])
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]+")

# What programs call the container of the mail that is answered or forwarded.
_QUOTE_IDS = re.compile(
    r"(?:^|_)(?:divrplyfwdmsg|olk_src_body_section|mail-editor-reference-message-container|reply-intro|isforwardcontent"
    r"|isreplycontent|replysplit|yahoo_quoted_\d+|reply_section|oriMsgHtmlSeperator|ms-outlook-mobile-reference-message)",
    re.IGNORECASE,
)
_QUOTE_CLASSES = re.compile(
    r"(?:^|\s|_)(?:gmail_quote|gmail_attr|moz-cite-prefix|moz-forward-container"
    r"|moz-email-headers-table|protonmail_quote|tutanota_quote|zmail_extra|zimbra_quote|front-blockquote"
    r"|mail-quote-collapse|history_container|sh-quoted-content|hey_quote|iskiwi_quote|qt-quote|replyforward"
    r"|ms-outlook-mobile-reference-message|quote-header|gmx_quote|quoted-text|freebirdquote)|yahoo_quoted",
    re.IGNORECASE,
)
# Containers that only open the quote: everything behind them is quoted too.
_OPENERS = re.compile(r"(?:^|_)(?:appendonsend|divrplyfwdmsg|stopspelling|zwchr|replysplit)$", re.IGNORECASE)
_SIGNATURES = re.compile(
    r"(?:^|\s|_)(?:gmail_signature|moz-signature|signature|applemailsignature|ms-outlook-mobile-signature"
    r"|protonmail_signature_block|tutanota_signature|mobile_signature|yahoo_signature|sh-signature)(?:$|\s|-)",
    re.IGNORECASE,
)
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid\s+#?\w{3,12}\s+1\.0pt", re.IGNORECASE)
_ZERO_PADDING = re.compile(r"padding:\s*3\.0pt\s+0", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """A visible line; ``depth`` counts the blockquotes around it.

    ``is_marked``: inside what a program marks as the quoted mail. ``opens``: the rest is quoted.
    """

    text: str
    depth: int
    is_marked: bool
    is_signature: bool
    opens: bool

    @property
    def plain(self) -> Line:
        return read_line("> " * self.depth + self.text)


def read_html(html: str, *, with_links: bool = False) -> list[HtmlLine]:
    """Lines of ``html``; ``with_links`` shows the address behind a name that is a mailto link."""
    html = html[:MAX_HTML]
    if not is_safe_to_parse(html):
        return [HtmlLine(line, 0, False, False, False) for line in to_text(html).split("\n")]
    root = LexborHTMLParser(html).body
    return _Reader(with_links).read(root) if root else []


@dataclass(slots=True)
class _State:
    depth: int = 0
    is_marked: bool = False
    is_signature: bool = False


class _Reader:
    def __init__(self, with_links: bool) -> None:
        self.with_links = with_links
        self.lines: list[HtmlLine] = []
        self.pending: list[str] = []
        self.state = _State()
        self.is_open = False
        self.has_gap = False

    def read(self, root: LexborNode) -> list[HtmlLine]:
        """Walk without recursion: children are pushed with a mark that says "leave"."""
        states: list[_State] = []
        for node, is_leaving in _walk(root):
            tag = node.tag or ""
            if is_leaving:
                self._leave(node, tag)
                self.state = states.pop()
            elif tag == "-text":
                self._say(node.text_content or "", is_preformatted=_is_preformatted(node))
            else:
                states.append(self.state)
                self._enter(node, tag)
        self._end_line()
        return self.lines

    def _say(self, text: str, *, is_preformatted: bool) -> None:
        if is_preformatted:
            first, *others = text.split("\n")
            self.pending.append(first)
            for line in others:
                self._end_line(is_forced=True)
                self.pending.append(line)
        else:
            self.pending.append(_BLANKS.sub(" ", text))

    def _end_line(self, *, is_forced: bool = False) -> None:
        text = "".join(self.pending)
        text = text.rstrip() if is_forced else _BLANKS.sub(" ", text).strip()
        self.pending.clear()
        if text or is_forced:
            state = self.state
            if self.has_gap and text and self.lines and self.lines[-1].text:
                above = self.lines[-1]
                gap_depth = min(above.depth, state.depth)
                self.lines.append(HtmlLine("", gap_depth, above.is_marked, above.is_signature, False))
            self.has_gap = False
            self.lines.append(HtmlLine(text, state.depth, state.is_marked, state.is_signature, self.is_open))
            self.is_open = False

    def _enter(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._end_line(is_forced=True)
            return
        if tag in _BLOCKS or tag == "hr":
            self._end_line()
        elif tag in ("td", "th") and self.pending:
            self.pending.append(" ")
        names = node.attributes
        name, classes, style = names.get("id") or "", names.get("class") or "", names.get("style") or ""
        now = self.state
        is_marked = now.is_marked or bool(_QUOTE_IDS.search(name) or _QUOTE_CLASSES.search(classes))
        if _OPENERS.search(name) or (names.get("data-marker") or "") in ("__DIVIDER__", "__HEADERS__"):
            self.is_open = True
        if tag == "div" and _OUTLOOK_RULE.search(style) and _ZERO_PADDING.search(style):
            self.is_open = True
        is_quote = tag == "blockquote" and (
            now.is_marked
            or (names.get("type") or "").lower() == "cite"
            or "border-left" in style
            or "cite" in names
            or "quote" in classes
        )
        is_signature = now.is_signature or bool(
            _SIGNATURES.search(name) or _SIGNATURES.search(classes) or "data-smartmail" in names
        )
        self.state = _State(now.depth + is_quote, is_marked or is_quote, is_signature)

    def _leave(self, node: LexborNode, tag: str) -> None:
        if tag == "a" and self.with_links:
            self._show_link(node)
        if tag in _BLOCKS:
            self._end_line()
            self.has_gap = self.has_gap or tag == "p"

    def _show_link(self, node: LexborNode) -> None:
        target = node.attributes.get("href") or ""
        if target[:7].lower() == "mailto:" and "@" not in (node.text() or ""):
            self.pending.append(f" <{unquote(target[7:].partition('?')[0])}> ")


def _is_preformatted(node: LexborNode) -> bool:
    above, steps = node.parent, 0
    while above is not None and steps < 4:
        if above.tag == "pre" or "pre-wrap" in (above.attributes.get("style") or ""):
            return True
        above, steps = above.parent, steps + 1
    return False


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Nodes below ``root`` in order; an element comes twice, the second time when it ends."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, is_leaving = stack.pop()
        tag = node.tag or ""
        if tag in _HIDDEN or tag.startswith(("!", "-comment", "_")):
            continue
        yield node, is_leaving
        if is_leaving or node.tag == "-text":
            continue
        stack.append((node, True))
        stack += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
