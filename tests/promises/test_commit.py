"""One module commits, operations alone write, and nothing slips past the row criteria."""

import ast

from flask_appbuilder.security.sqla.manager import SecurityManager

from app.models import Record
from app.views.security import KurierSecurityManager
from tests.promises.sources import calls, inside, modules, outside, written

WRITES = {"add", "add_all", "delete", "merge", "flush", "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}
# The rooms whose statements may go past the row criteria; what they may not is said by tests/promises/test_rights.py.
TRUSTED = ("app/queries/", "app/permissions/", "app/operations/", "app/models/")
CORE = {"text", "insert", "update", "delete"}
# What FAB's SecurityManager writes itself: given its transaction in app/views/security.py. Its other writers have no caller.
FAB_WRITES = {"update_user_auth_stat"}


def test_one_module_commits() -> None:
    committing = {path for path, tree in modules().items() for name, _ in calls(tree) if name.endswith(".commit")}
    assert committing == {"app/operations/transaction.py"}


def test_doors_stages_and_jobs_never_write() -> None:
    found = [
        f"{path}:{call.lineno} {name}"
        for path, tree in outside(("app/operations/", "app/models/")).items()
        for name, call in calls(tree)
        if name.rpartition(".")[2] in WRITES and "session" in name
    ]
    assert not found, "call an operation instead:\n" + "\n".join(found)


def test_operations_are_told_who_acts() -> None:
    found = [
        f"{path}:{node.lineno} {written(node)}"
        for path, tree in inside(("app/operations/", "app/queries/", "app/permissions/")).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and written(node) == "g.user"
        or isinstance(node, ast.Name) and node.id == "current_user"
    ]
    assert not found, "\n".join(found)


def test_no_operation_guesses_the_actor() -> None:
    found = [
        f"{path}:{call.lineno}" for path, tree in inside(("app/operations/",)).items() for name, call in calls(tree) if name == "current_actor"
    ]
    assert not found, "the actor of a write is an argument:\n" + "\n".join(found)


def test_every_operation_takes_its_actor_by_name() -> None:
    """``actor`` is keyword-only; what the system alone begins may default to it, nothing else has a default."""
    wrong = []
    for path, tree in inside(("app/operations/",)).items():
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or not any(written(d) in ("atomic", "repeatable") for d in node.decorator_list):
                continue
            names = [a.arg for a in node.args.kwonlyargs]
            default = node.args.kw_defaults[names.index("actor")] if "actor" in names else ast.Constant("none")
            if default is None or written(default) == "SYSTEM":
                continue
            wrong.append(f"{path}:{node.lineno} {node.name}")
    assert not wrong, "\n".join(wrong)


def test_no_statement_goes_past_the_row_criteria() -> None:
    """``text()``, Core statements and raw connections know no acting person."""
    models = {mapper.class_.__name__ for mapper in Record.registry.mappers}
    found = []
    for path, tree in outside(TRUSTED).items():
        is_imported = {
            alias.asname or alias.name
            for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            for alias in node.names
        }
        for name, call in calls(tree):
            last = name.rpartition(".")[2]
            if name in CORE & is_imported or last in ("connection", "exec_driver_sql", "raw_connection") and ("session" in name or "engine" in name):
                found.append(f"{path}:{call.lineno} {name}")
        found += [
            f"{path}:{node.lineno} {written(node)}" for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "__table__" and written(node.value) in models
        ]
    assert not found, "\n".join(found)


def test_the_writes_of_the_security_manager_are_listed() -> None:
    """Whatever FAB commits itself is either wrapped by us or never reached: our views call operations."""
    wrapped = {name for name in FAB_WRITES if name in vars(KurierSecurityManager)}
    assert wrapped == FAB_WRITES
    assert all(hasattr(SecurityManager, name) for name in FAB_WRITES)
