"""The lines of the board's figures, of the results, and of the rows of orders, are folded together now and then."""

from app.operations import kept_totals


def fold_totals() -> None:
    for kept in kept_totals.ALL:
        kept_totals.fold(kept)
