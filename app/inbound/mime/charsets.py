"""Bytes to text: the declared charset, then UTF-8, then the Windows page that the text suggests."""

import codecs
import re

ALIASES = {
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "unicode": "utf-8", "utf": "utf-8", "unknown-8bit": "",
    "default": "", "_charset_": "", "undefined": "", "x-unknown": "", "unknown": "", "none": "", "binary": "",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "x-sjis": "cp932", "shift_jis": "cp932", "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949", "x-windows-949": "cp949", "x-gbk": "gbk", "gb2312": "gb18030", "x-euc-jp": "euc-jp",
    "x-big5": "big5", "cp-850": "cp850", "windows-1252http-equivcontent-type": "cp1252",
    "ansi_x3.110-1983": "iso-8859-1", "8bit": "", "7bit": "", "ansi": "cp1252", "x-iso-8859-2": "iso-8859-2",
}  # fmt: skip

# What the WHATWG says browsers do: the ISO pages are read as the Windows pages that extend them.
_WIDER = {"iso8859-1": "cp1252", "ascii": "utf-8", "iso8859-9": "cp1254"}
# Every text with a blank in it has a zero byte in these: one without was never written so.
_WIDE = ("utf-16", "utf-32")
_NOT_TEXT = {"base64", "hex", "quopri", "rot13", "uu", "zlib", "bz2", "punycode", "idna",
             "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"}  # fmt: skip

# In windows-1250 these bytes are ą ę ł ś ż ź ć ń ó and their capitals; in 1252 most are signs.
_POLISH_BYTES = frozenset(b"\xb9\xea\xb3\x9c\xbf\x9f\xe6\xf1\xa5\xca\xa3\x8c\xaf\x8f\xc6\xd1")
_LETTER_AROUND = re.compile(rb"[A-Za-z][\xb9\xb3\x9c\xbf\x9f]|[\xb9\xb3\x9c\xbf\x9f][A-Za-z]")
# Signs of the western page that stand inside no word: ¹ ³ ¿ and, for the letters of ISO 8859-2, ± ¶ ¼.
_INSIDE_WORD = re.compile(rb"[A-Za-z][\xb9\xb3\xbf\xb1\xb6\xbc][a-z]")
_LATIN_2 = re.compile(rb"[A-Za-z][\xb1\xb6\xbc][a-z]")
_FRENCH = re.compile(rb"[\xe0\xe8\xf9]")  # à è ù
_SURROGATES = re.compile("[\ud800-\udfff]")


def known(charset: str | None) -> str | None:
    """Return Python's name for ``charset``, None when it names no text encoding."""
    name = (charset or "").strip().strip("\"'").lower().split("*", 1)[0][:64]
    name = ALIASES.get(name, name)
    if not name:
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if found in _NOT_TEXT else _WIDER.get(found, found)


def decode(content: bytes, charset: str | None, *, is_polish: bool | None = None) -> tuple[str, str | None]:
    """Return the text of ``content`` and, when ``charset`` did not fit, the one assumed instead."""
    declared = known(charset)
    if declared == "cp1252" and (page := _eastern(content)):
        return tidy(content.decode(page, "replace")), page
    if declared and (b"\0" in content or not declared.startswith(_WIDE)):
        try:
            return tidy(content.decode(declared)), None
        except (UnicodeError, ValueError):
            pass
    try:
        text = tidy(content.decode("utf-8"))
        return text, None if content.isascii() or declared == "utf-8" else "utf-8"
    except UnicodeError:
        pass
    page = "cp1250" if (looks_polish(content) if is_polish is None else is_polish) else "cp1252"
    return tidy(content.decode(page, "replace")), "windows-" + page[2:]


def _eastern(content: bytes) -> str | None:
    """The page in which a text makes sense that says it is western: ``Wys³ano`` is no word anywhere."""
    sample = content[:20_000]
    if not sample.isascii() and _INSIDE_WORD.search(sample):
        is_polish, signs = looks_polish(sample), len(_LATIN_2.findall(sample))
        if signs and (is_polish or signs > 1) and not _FRENCH.search(sample):
            return "iso8859-2"
        return "cp1250" if is_polish else None
    return None


def looks_polish(content: bytes) -> bool:
    """Whether 8-bit letters of ``content`` make sense as Polish in windows-1250."""
    sample = content[:20_000]
    polish = sum(byte in _POLISH_BYTES for byte in sample)
    other = sum(byte > 0xBF and byte not in _POLISH_BYTES and byte not in b"\xf3\xd3" for byte in sample)
    telling = len(_LETTER_AROUND.findall(sample))
    return telling > 0 and polish > other


def tidy(text: str) -> str:
    """Drop NUL and lone surrogates, which no database keeps, and the mark of byte order; unify line ends."""
    if text[:1] == "\ufeff":
        text = text[1:]
    if "\x00" in text:
        text = text.replace("\x00", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode()  # ten times as fast as looking for them
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text
