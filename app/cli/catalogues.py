"""Translations in the form that the program loads."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.support.files import write_whole


def compile_catalogues(folder: Path) -> int:
    """Compile each `.po` that is newer than its `.mo`; returns how many."""
    done = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        write_whole(target, compiled.getvalue())
        done += 1
    return done


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parent.parent.parent / "translations")
