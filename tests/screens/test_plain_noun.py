"""A new plain noun has everything from a model and a view of ten lines."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.run import ROOT
from tests.installations import Installations

NOUN = Path(__file__).parent / "plain_noun.py"


@pytest.mark.feature("C36")
def test_a_model_and_ten_lines_get_everything(tmp_path: Path, installations: Installations) -> None:
    with installations.fresh(tmp_path / "var", "cast") as ready:
        done = subprocess.run(
            [sys.executable, "-m", "tests.screens.plain_noun", str(ready.home), ready.database_url],
            cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def test_the_view_is_ten_lines() -> None:
    view = next(node for node in ast.parse(NOUN.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef) and node.name == "VehicleView")
    assert view.end_lineno is not None
    assert view.end_lineno - view.lineno + 1 <= 10, inspect.cleandoc(ast.unparse(view))
