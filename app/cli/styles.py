"""The one style sheet: Bootstrap's, then the files of ``app/styles``, joined so that a page asks once."""

from importlib.resources import files
from pathlib import Path

APP = Path(__file__).resolve().parent.parent
TARGET = APP / "static" / "built" / "kurier.css"

# A later file overrules an earlier one.
ORDER = ("base", "parts", "shell", "lists", "dense", "values", "today", "record", "forms", "board", "mail", "figures", "rights", "orders")


def build_sheet(target: Path = TARGET) -> None:
    """Write the sheet to ``target``; what stands there already with the same content keeps its time, and browsers keep what they have."""
    bootstrap = (files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css").read_text(encoding="utf-8")
    own = [(APP / "styles" / f"{name}.css").read_text(encoding="utf-8") for name in ORDER]
    content = "\n".join([bootstrap.partition("/*# sourceMappingURL")[0], *own])
    if not target.exists() or target.read_text(encoding="utf-8") != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
