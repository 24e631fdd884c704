"""The sprite holds every icon that a page asks for, and nothing asks for one that does not exist."""

from pathlib import Path

import pytest

from app.cli.icons import UnknownIcon, build_sprite


def _app_with(tmp_path: Path, template: str) -> Path:
    (tmp_path / "views").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(template, encoding="utf-8")
    return tmp_path


def test_every_icon_of_the_product_exists(tmp_path: Path) -> None:
    target = tmp_path / "icons.svg"
    assert build_sprite(target) > 20
    assert 'id="briefcase"' in target.read_text(encoding="utf-8")
    assert target.stat().st_size < 70_000


def test_a_name_chosen_by_a_condition_is_found(tmp_path: Path) -> None:
    app = _app_with(tmp_path, "{{ icon('star-fill' if on else 'star') }}")
    assert build_sprite(tmp_path / "icons.svg", app) == 2


def test_an_unknown_icon_is_named(tmp_path: Path) -> None:
    app = _app_with(tmp_path, "{{ icon('unicorn') }}")
    with pytest.raises(UnknownIcon, match="unicorn"):
        build_sprite(tmp_path / "icons.svg", app)
