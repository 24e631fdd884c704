"""The icon sprite: only the symbols that the screens use, cut from the installed Bootstrap-Flask."""

import re
from importlib.resources import files
from pathlib import Path

from app.support.files import write_changed

APP = Path(__file__).resolve().parent.parent
TARGET = APP / "static" / "built" / "icons.svg"

_SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([a-z0-9-]+)">(.*?)</symbol>', re.DOTALL)
_JINJA = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_WORD = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
_CALL = re.compile(r"""\bicon\(\s*["']([^"']+)["']""")


class UnknownIcon(Exception):
    """A template asks for a symbol that the installed sprite does not have."""


def build_sprite(target: Path = TARGET, app: Path = APP) -> int:
    """Write the sprite to ``target`` and return how many symbols it holds.

    Any quoted word of a template tag or of a view that names a symbol counts as used: a name chosen by a
    condition is found too, at the price of a few symbols too many.
    """
    symbols = _installed_symbols()
    quoted, called = _names_in(app)
    if unknown := sorted(called - symbols.keys()):
        raise UnknownIcon(", ".join(unknown))
    used = sorted(quoted & symbols.keys())
    body = "".join('<symbol id="{}" viewBox="{}">{}</symbol>'.format(name, *symbols[name]) for name in used)
    write_changed(target, f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>\n'.encode())
    return len(used)


def _installed_symbols() -> dict[str, tuple[str, str]]:
    source = files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"
    return {name: (box, paths) for box, name, paths in _SYMBOL.findall(source.read_text(encoding="utf-8"))}


def _names_in(app: Path) -> tuple[set[str], set[str]]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((app / "views").rglob("*.py"))]
    for path in sorted((app / "templates").rglob("*.html")):
        texts += _JINJA.findall(path.read_text(encoding="utf-8"))
    quoted = {name for text in texts for name in _WORD.findall(text)}
    called = {name for text in texts for name in _CALL.findall(text)}
    return quoted, called
