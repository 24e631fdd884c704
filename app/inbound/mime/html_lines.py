"""The lines that a reader of an HTML mail sees, and which of them mail programs marked as quoted."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.inbound.mime.attributions import find_attributions
from app.inbound.mime.html import is_beside_block, is_safe_to_parse, keeps_lines, to_text
from app.inbound.mime.limits import MAX_HTML, MAX_TEXT_LINES
from app.inbound.mime.plain_lines import Line, read_line

_HIDDEN = frozenset(["head", "script", "style", "title", "template", "noscript", "svg"])
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol",
    "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
_PREFORMATTED_LEVELS = 4

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


def read_html(html: str, *, with_links: bool = False, only_marked: bool = False) -> list[HtmlLine]:
    """Lines of ``html``; ``with_links`` shows the address behind a name that is a mailto link.

    ``only_marked`` asks for them only where a program marked some of them: no line otherwise.
    """
    html = html[:MAX_HTML]
    if not is_safe_to_parse(html):
        return [HtmlLine(line, 0, False, False, False) for line in to_text(html).split("\n")[:MAX_TEXT_LINES]]
    root = LexborHTMLParser(html).body
    if root is None:
        return []
    reader = _Reader(with_links)
    return [] if only_marked and not reader.finds_marks(root) else reader.read(root)


class _State(NamedTuple):
    """What holds inside an element. ``preformatted`` counts down the levels on which line ends still count."""

    depth: int = 0
    is_marked: bool = False
    is_signature: bool = False
    preformatted: int = 0


class _Marks(NamedTuple):
    """What the attributes of an element say."""

    quotes: bool = False
    opens: bool = False
    rules_off: bool = False
    cites: bool = False
    signs: bool = False
    keeps_lines: bool = False

    @property
    def tells(self) -> bool:
        """Whether it says whose words are inside."""
        return self.quotes or self.opens or self.rules_off or self.cites or self.signs


_UNMARKED = _Marks()
_TELLING = frozenset(["id", "class", "style", "cite", "type", "data-marker", "data-smartmail"])
Attributes = tuple[tuple[str, str | None], ...]


def _marks(attributes: Attributes) -> _Marks:
    given = {key: value or "" for key, value in attributes}
    if _TELLING.isdisjoint(given):
        return _UNMARKED
    name, classes, style = given.get("id", ""), given.get("class", ""), given.get("style", "")
    is_cited = "cite" in given or given.get("type", "").lower() == "cite"
    return _Marks(
        quotes=bool(_QUOTE_IDS.search(name) or _QUOTE_CLASSES.search(classes)),
        opens=bool(_OPENERS.search(name)) or given.get("data-marker") in ("__DIVIDER__", "__HEADERS__"),
        rules_off=bool(_OUTLOOK_RULE.search(style) and _ZERO_PADDING.search(style)),
        cites=is_cited or "border-left" in style or "quote" in classes,
        signs=bool(_SIGNATURES.search(name) or _SIGNATURES.search(classes)) or "data-smartmail" in given,
        keeps_lines=keeps_lines(style),
    )


def _squeezed(text: str) -> str:
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        return _BLANKS.sub(" ", text)
    return text


class _Reader:
    def __init__(self, with_links: bool) -> None:
        self.with_links = with_links
        self.lines: list[HtmlLine] = []
        self.pending: list[str] = []
        self.state = _State()
        self.is_open = False
        self.has_gap = False
        self.cites = False
        self.seen: dict[Attributes, _Marks] = {}

    def finds_marks(self, root: LexborNode) -> bool:
        """Whether any element says more than how it looks."""
        seen: set[Attributes] = set()
        for node in root.traverse():
            if node.tag == "blockquote":
                return True
            attributes = tuple(node.attributes.items())
            if attributes and attributes not in seen:
                seen.add(attributes)
                if self._marks_of(attributes).tells:
                    return True
        return False

    def read(self, root: LexborNode) -> list[HtmlLine]:
        """Walk without recursion: the depth of a stranger's HTML has no bound."""
        above: list[tuple[LexborNode, str, _State]] = []
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                self._say(node)
            elif tag not in _HIDDEN and not tag.startswith(("!", "-comment", "_")):
                above.append((node, tag, self.state))
                self._enter(node, tag)
                if (child := node.child) is not None:
                    node = child
                    continue
                self._leave(*above.pop())
            node = self._next(node, above)
        self._end_line()
        return self.lines

    def _next(self, node: LexborNode, above: list[tuple[LexborNode, str, _State]]) -> LexborNode | None:
        """The node behind ``node`` or behind the elements that end with it; None at the end of the root."""
        while above:
            if (following := node.next) is not None:
                return following
            node = above[-1][0]
            self._leave(*above.pop())
        return None

    def _say(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if self.state.preformatted and not (text.isspace() and is_beside_block(node)):
            first, *others = text.split("\n", MAX_TEXT_LINES)[:MAX_TEXT_LINES]
            self.pending.append(first)
            for line in others:
                self._end_line(is_forced=True)
                self.pending.append(line)
        else:
            self.pending.append(_squeezed(text))

    def _end_line(self, *, is_forced: bool = False) -> None:
        if not self.pending and not is_forced:
            return
        text = "".join(self.pending)
        text = text.rstrip() if is_forced else _squeezed(text).strip()
        self.pending.clear()
        if (text or is_forced) and len(self.lines) < MAX_TEXT_LINES:
            state = self.state
            if self.has_gap and text and self.lines and self.lines[-1].text:
                last = self.lines[-1]
                gap_depth = min(last.depth, state.depth)
                self.lines.append(HtmlLine("", gap_depth, last.is_marked, last.is_signature, False))
            self.has_gap = False
            self.lines.append(HtmlLine(text, state.depth, state.is_marked, state.is_signature, self.is_open))
            self.is_open = False

    def _enter(self, node: LexborNode, tag: str) -> None:
        if tag == "br":
            self._end_line(is_forced=True)
            return
        if self.pending:
            if tag in _BLOCKS or tag == "hr":
                self._end_line()
            elif tag in ("td", "th"):
                self.pending.append(" ")
        names, now = node.attributes, self.state
        marks = self._marks_of(tuple(names.items())) if names else _UNMARKED
        if marks == _UNMARKED and tag not in ("blockquote", "pre") and not now.preformatted:
            return
        if marks.opens or (marks.rules_off and tag == "div"):
            self.is_open = True
        is_quote = tag == "blockquote" and (now.is_marked or marks.cites or self._is_cited())
        keeps_lines = tag == "pre" or marks.keeps_lines
        self.state = _State(
            now.depth + is_quote,
            now.is_marked or marks.quotes or is_quote,
            now.is_signature or marks.signs,
            _PREFORMATTED_LEVELS if keeps_lines else max(0, now.preformatted - 1),
        )

    def _is_cited(self) -> bool:
        """Whether a line right above says whose words the block of quoted text is, or did so for one before it."""
        if not self.cites:
            above = [line.plain for line in self.lines[-3:] if line.text]
            self.cites = bool(above) and any(one.end == len(above) for one in find_attributions(above))
        return self.cites

    def _marks_of(self, attributes: Attributes) -> _Marks:
        """Programs write the same style on every paragraph: each is read once."""
        marks = self.seen.get(attributes)
        if marks is None:
            marks = self.seen[attributes] = _marks(attributes)
        return marks

    def _leave(self, node: LexborNode, tag: str, outside: _State) -> None:
        if tag == "a" and self.with_links:
            self._show_link(node)
        if tag in _BLOCKS:
            if self.pending:
                self._end_line()
            if tag == "p":
                self.has_gap = True
        self.state = outside

    def _show_link(self, node: LexborNode) -> None:
        target = node.attributes.get("href") or ""
        if target[:7].lower() == "mailto:" and "@" not in (node.text() or ""):
            self.pending.append(f" <{unquote(target[7:].partition('?')[0])}> ")
