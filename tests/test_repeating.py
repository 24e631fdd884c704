"""What is left out on PostgreSQL brings nothing new."""

from tests.repeating import Asked, chosen, fullest

ASKED = {
    "long": Asked(9.0, {1, 2, 3}), "short": Asked(0.1, {1, 2}), "other": Asked(0.1, {3}), "same": Asked(0.2, {1}), "own": Asked(30.0, {4}),
    "none": Asked(0.1, set()),
}  # fmt: skip


def test_every_statement_comes_again_in_few_seconds() -> None:
    assert chosen(ASKED, set()) == {"short", "other", "own"}


def test_what_is_needed_anyhow_saves_the_others() -> None:
    assert chosen(ASKED, {"long", "unknown"}) == {"long", "unknown", "own"}


def test_each_test_comes_again_with_the_case_that_asks_most() -> None:
    asked = {"one[a]": Asked(0.1, {1}), "one[b[c]]": Asked(9.0, {1, 2}), "one[d]": Asked(0.1, {1, 3}), "two": Asked(0.1, {1})}
    assert fullest(asked) == {"one[b[c]]", "two"}
