"""Files that several may write at once: whoever reads one finds it whole."""

from pathlib import Path

from app.support.secrets import token


def write_whole(target: Path, content: bytes) -> None:
    """Put ``content`` into ``target`` in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.{token(8)}.part")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def write_changed(target: Path, content: bytes) -> None:
    """The same where it says something else by now: else the file keeps its time, and browsers keep what they have."""
    if not target.exists() or target.read_bytes() != content:
        write_whole(target, content)
