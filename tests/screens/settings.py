"""How a page is looked at: language, light, width; and which of these together."""

from dataclasses import dataclass
from itertools import combinations, product

LANGUAGES = ("en", "fr", "pl")
THEMES = ("light", "dark")
SIZES = ("1280", "390", "320", "200 %")  # the last: 1280 pixels, and the browser's text twice as large


@dataclass(frozen=True, order=True)
class Look:
    language: str
    theme: str
    size: str

    @property
    def width(self) -> int:
        return 1280 if self.size == "200 %" else int(self.size)

    @property
    def text(self) -> int:
        """The size of the browser's text in pixels."""
        return 32 if self.size == "200 %" else 16

    def __str__(self) -> str:
        return f"{self.language} {self.theme} {self.size}"


EVERY = tuple(Look(*each) for each in product(LANGUAGES, THEMES, SIZES))


def looks_at(number: int) -> tuple[Look, ...]:
    """Four looks for the page of that ``number``: every size, every language, both themes.

    From page to page they shift, so that over twelve pages every look of all comes twice.
    """
    languages = [LANGUAGES[(number + at) % 3] for at in range(4)]
    themes = [THEMES[(number // 3 + at // 2) % 2] for at in range(4)]
    sizes = [SIZES[(number // 2 + at) % 4] for at in range(4)]
    return tuple(map(Look, languages, themes, sizes))


def pairs_of(look: Look) -> set[tuple[str, str]]:
    return set(combinations((look.language, look.theme, look.size), 2))
