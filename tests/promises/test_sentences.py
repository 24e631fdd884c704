"""Every sentence of the program stands in French and in Polish, with the same blanks to fill."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.promises.sources import ROOT

LANGUAGES = ("fr", "pl")
BLANK = re.compile(r"%(?:\((\w+)\))?[#0\- +]?\d*(?:\.\d+)?[diouxXeEfFgGcrs]|%%")
pytestmark = pytest.mark.skipif(
    not (ROOT / "translations" / "fr").exists(), reason="nobody has begun to translate: make translations"
)


def _catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def _sentences(language: str) -> Iterator[Message]:
    return (message for message in _catalogue(language) if message.id)


def _forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _blanks(text: str) -> set[str]:
    return {found.group(0) for found in BLANK.finditer(text) if found.group(0) != "%%"}


@pytest.mark.feature("X7")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [str(message.id) for message in _sentences(language) if not all(_forms(message.string or "")) or not message.string]
    assert missing == [], f"{len(missing)} missing"
    unsure = [str(message.id) for message in _sentences(language) if message.fuzzy]
    assert unsure == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_blanks_of_its_sentence(language: str) -> None:
    """A plural form that means exactly one may leave the number out."""
    wrong = []
    for message in _sentences(language):
        wanted = set().union(*map(_blanks, _forms(message.id)))
        optional = {"%(num)s", "%(count)s", "%(num)d"} if not isinstance(message.id, str) else set()
        for form in filter(None, _forms(message.string or "")):
            found = _blanks(form)
            if not (wanted - optional <= found <= wanted):
                wrong.append(f"{message.id} → {form}")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_as_many_plurals_as_its_language(language: str) -> None:
    catalogue = _catalogue(language)
    number = catalogue.num_plurals
    wrong = [str(m.id) for m in catalogue if m.id and not isinstance(m.id, str) and len(_forms(m.string or "")) != number]
    assert wrong == []


def test_the_catalogues_say_what_the_sources_say() -> None:
    """The one script that everybody uses, which changes nothing when it checks."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    script = ROOT / "scripts" / "translations"
    answer = subprocess.run([script, "--check"], capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_sentence_of_the_sources_has_named_blanks() -> None:
    """Translators change the order of words: ``%s`` twice cannot follow."""
    wrong = [str(m.id) for m in _sentences("fr") for form in _forms(m.id) if {b for b in _blanks(form) if "(" not in b}]
    assert wrong == []
