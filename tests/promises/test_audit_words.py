"""Whatever the audit keeps is said in words: no code of the program stands on its page."""

import ast

from flask import Flask

from app.domain.audit import ACTIONS, TYPES
from tests.promises.sources import calls, modules


def test_each_deed_has_words() -> None:
    written = {
        call.args[1].value: path for path, tree in modules().items() for name, call in calls(tree)
        if name == "record" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    assert len(written) > 80
    assert {action: path for action, path in written.items() if action not in ACTIONS} == {}


def test_each_type_that_somebody_writes_has_words(bare_app: Flask) -> None:
    writing = {"can_add", "can_edit", "can_delete"}
    views = [each for each in bare_app.appbuilder.baseviews if hasattr(each, "datamodel") and writing & {*(each.base_permissions or writing)}]  # type: ignore[attr-defined]
    written = {each.datamodel.obj.__name__ for each in views}
    assert len(written) > 25
    assert written - TYPES.keys() == set()
