"""HTML of strangers: cleaned for display, and turned into text."""

import re
from html import unescape

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.inbound.mime.limits import MAX_HTML

# nh3 takes time that grows with the square of the nesting.
MAX_NESTING = 400

MAX_ATTRIBUTES = 400
# Below these sizes even the worst nesting and the worst tag take a fraction of a second.
HARMLESS_LENGTH = 48 * 1024
HARMLESS_TAGS = 4_000

# One comment or tag as browsers see it: a quote counts only after "=". Possessive, so linear.
_TOKEN = re.compile(
    r"<(?:!--.*?(?:--!?>|$)|(/?)([a-zA-Z][^\s/>]*+)"
    r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)*+)(?:>|$))""",
    re.DOTALL,
)
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+)""")
_BETWEEN = re.compile(r"[\s/]+")
_RAW_TEXT = frozenset([
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript",
])  # fmt: skip
_VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
])  # fmt: skip
_TAGS = frozenset(
    [
        "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
        "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
        "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
    ]
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing"},
}
_SKIPPED = frozenset([
    "script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math",
])  # fmt: skip

_BLOCKS = frozenset(
    [
        "address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tr", "ul",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre"])
_KEPT_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,4096}>")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_MANY_LINES = re.compile(r"\n{3,}")


def is_safe_to_parse(html: str) -> bool:
    """Whether the parsers, quadratic in nesting and in the attributes of a tag, take a short time."""
    if len(html) > MAX_HTML:
        return False
    if len(html) <= HARMLESS_LENGTH and html.count("<") <= HARMLESS_TAGS:
        return True
    return _is_shallow(html)


def _is_shallow(html: str) -> bool:
    depth = position = 0
    lowered = html.lower()
    while match := _TOKEN.search(html, position):
        position = match.end()
        name = (match[2] or "").lower()
        if not name or name in _VOID:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > MAX_NESTING or _attribute_count(match[3]) > MAX_ATTRIBUTES:
            return False
        if name in _RAW_TEXT and not match[1]:
            position = lowered.find(f"</{name}", position)
            if position < 0:
                return True
    return True


def _attribute_count(attributes: str) -> int:
    if len(attributes) <= MAX_ATTRIBUTES:
        return 0
    return len(_BETWEEN.findall(_VALUE.sub(" ", attributes)))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep images that came with the message; remote ones would tell their server who reads it."""
    if tag == "img" and name == "src":
        return value if value.strip().lower().startswith("cid:") else None
    return value


def clean(html: str) -> str:
    """Return HTML that is safe to show; "" when it is too large or too deep, and text must do.

    Images keep only ``cid:`` addresses, which the caller turns into those of the stored attachments.
    """
    if not is_safe_to_parse(html):
        return ""
    return nh3.clean(
        html.encode("utf-8", "replace").decode(),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        clean_content_tags=set(_SKIPPED),
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def to_text(html: str) -> str:
    """Return the text that a reader of ``html`` sees, with its lines and paragraphs."""
    html = html[:MAX_HTML]
    if not is_safe_to_parse(html):
        return _finish([unescape(_ANY_TAG.sub(" ", html))])
    try:
        root = LexborHTMLParser(html).root
    except (ValueError, RuntimeError, UnicodeError):
        return _finish([unescape(_ANY_TAG.sub(" ", html))])
    return "" if root is None else _render(root, is_styled=keeps_lines(html))


def keeps_lines(style: str) -> bool:
    """Whether an element of this ``style`` shows the line ends that are written in it."""
    return _KEPT_LINES.search(style) is not None


def is_beside_block(node: LexborNode) -> bool:
    """Whether blanks at ``node`` only lay out the source: a block stands beside them."""
    return any(beside is not None and beside.tag in _BLOCKS for beside in (node.prev, node.next))


def _render(root: LexborNode, *, is_styled: bool) -> str:
    """Walk without recursion: the depth of a stranger's HTML has no bound."""
    out: list[str] = []
    node: LexborNode | None = root
    preformatted = 0

    def keeps(node: LexborNode, tag: str) -> bool:
        return tag == "pre" or (is_styled and keeps_lines(node.attributes.get("style") or ""))

    while node is not None:
        tag = node.tag or ""
        descend = None
        if tag == "-text":
            text = node.text_content or ""
            _append_text(out, text, preformatted > 0 and not (text.isspace() and is_beside_block(node)))
        elif tag == "br":
            out.append("\n")
        elif tag not in _SKIPPED and not tag.startswith("-"):
            _break(out, tag)
            descend = node.child
            if descend is not None:
                preformatted += keeps(node, tag)
        if descend is not None:
            node = descend
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is not None:
                closed = node.tag or ""
                preformatted -= keeps(node, closed)
                _break(out, closed)
        node = node.next if node is not None else None
    return _finish(out)


def _append_text(out: list[str], text: str, preformatted: bool) -> None:
    if preformatted:
        out.append(text)
        return
    text = _BLANKS.sub(" ", text)
    if text.startswith(" ") and (not out or out[-1].endswith(("\n", " "))):
        text = text[1:]
    if text:
        out.append(text)


def _break(out: list[str], tag: str) -> None:
    if tag in ("td", "th") and out and not out[-1].endswith(("\n", " ", "\t")):
        out.append(" ")
    if tag not in _BLOCKS or not out:
        return
    if not out[-1].endswith("\n"):
        out.append("\n")
    if tag in _SPACED:
        out.append("\n")


def _finish(out: list[str]) -> str:
    text = "".join(out).replace("\xa0", " ").replace("\u200b", "")
    lines = (line.rstrip() for line in text.split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()
