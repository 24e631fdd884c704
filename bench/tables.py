"""Plain tables."""

from collections.abc import Iterable, Sequence


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Words stand at the left of their column, figures at the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    print(f"\n{title}", flush=True)
    for line in lines:
        print("  ".join(_cell(text, width) for text, width in zip(line, widths, strict=True)).rstrip(), flush=True)


def _cell(text: str, width: int) -> str:
    return text.rjust(width) if text[:1].isdigit() or text[:1] in "+-" else text.ljust(width)
