"""What makes a process start quicker changes nothing in what it does."""

import gc

import pytest
from werkzeug.routing import Map, Rule, ValidationError

from app.support.garbage import later
from app.support.routes import Route

ADDRESSES: tuple[tuple[str, dict[str, object]], ...] = (
    ("/", {}), ("/list/", {"q": "é &"}), ("/show/<int:pk>", {"pk": 7}), ("/show/<int:pk>", {}), ("/show/<int:pk>", {"pk": "none"}),
    ("/of/<name>/<path:rest>", {"name": "a b", "rest": "c/d"}), ("/page/<int:number>", {"number": 3, "more": ["x", "y"]}),
    ("/of/<rule>", {"rule": "a", "self": "b", "values": "c", "append_unknown": "d"}),
)


@pytest.mark.parametrize("unknown", [True, False])
@pytest.mark.parametrize(("address", "values"), ADDRESSES)
def test_an_address_is_built_as_the_library_builds_it(address: str, values: dict[str, object], unknown: bool) -> None:
    found: list[object] = []
    for kind in (Rule, Route):
        rule = kind(address, endpoint="here", defaults={"page": 1} if "number" in address else None)
        Map([rule])
        try:
            found += [rule.build(values, append_unknown=unknown)] * 2
        except (TypeError, ValueError, ValidationError) as error:
            found.append(type(error))
    assert len(set(map(str, found))) == 1


def test_garbage_is_collected_again_once_the_program_is_loaded() -> None:
    assert gc.isenabled()
    with later():
        assert not gc.isenabled()
        with later():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_after_a_program_that_did_not_load() -> None:
    with pytest.raises(RuntimeError), later():
        raise RuntimeError
    assert gc.isenabled()
