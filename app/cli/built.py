"""What the pages are served with and no source holds ready: made at set-up and at each start."""

from app.cli.icons import build_sprite
from app.cli.styles import build_sheet


def build() -> None:
    build_sprite()
    build_sheet()
