"""The one style sheet: Bootstrap's, then the files of ``app/styles``, joined so that a page asks once."""

from importlib.resources import files
from pathlib import Path

from app.support.files import write_changed

APP = Path(__file__).resolve().parent.parent
TARGET = APP / "static" / "built" / "kurier.css"

# A later file overrules an earlier one.
ORDER = ("base", "parts", "shell", "lists", "dense", "values", "today", "record", "forms", "board", "mail", "figures", "rights", "orders")


def build_sheet(target: Path = TARGET) -> None:
    """Write the sheet to ``target``."""
    bootstrap = (files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css").read_text(encoding="utf-8")
    own = [(APP / "styles" / f"{name}.css").read_text(encoding="utf-8") for name in ORDER]
    write_changed(target, "\n".join([bootstrap.partition("/*# sourceMappingURL")[0], *own]).encode())
