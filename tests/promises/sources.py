"""The program's own Python, as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def modules() -> dict[str, ast.Module]:
    """Path below the project → its tree, for every module of ``app``."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(), str(path))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


def inside(rooms: tuple[str, ...]) -> dict[str, ast.Module]:
    """The modules whose path begins with one of ``rooms``, such as ``app/views/``."""
    return {path: tree for path, tree in modules().items() if path.startswith(rooms)}


def outside(rooms: tuple[str, ...]) -> dict[str, ast.Module]:
    return {path: tree for path, tree in modules().items() if not path.startswith(rooms)}


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its written name: ``db.session.add``, ``select``, ``?.commit`` for what has no name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield written(node.func), node


def written(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{written(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{written(node.func)}()"
    return "?"
