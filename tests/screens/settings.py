"""How a page is looked at: language, light, width; and which of these together."""

from dataclasses import dataclass
from itertools import combinations, product

LANGUAGES = ("en", "fr", "pl")
THEMES = ("light", "dark")
SHARES, PIECES = 8, 60  # the pages are shared out among as many tests; with every look, which is long, among more
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


TOLD = (("fr", "pl"), ("fr", "pl"), ("en", "pl"), ("pl", "fr"), ("pl", "fr"), ("fr", "en"))  # English can be left in two of the three


def looks_at(number: int) -> tuple[Look, ...]:
    """Two looks for the page of that ``number``: two languages, both themes, two sizes.

    From page to page they shift, so that over twenty-four pages each pair of settings comes.
    """
    themes = THEMES if number // 6 % 2 else THEMES[::-1]
    sizes = SIZES[(number + number // 6) % 4], SIZES[(number + number // 6 + 1 + number % 3) % 4]
    return tuple(map(Look, TOLD[number % 6], themes, sizes))


def pairs_of(look: Look) -> set[tuple[str, str]]:
    return set(combinations((look.language, look.theme, look.size), 2))
