"""What the database keeps beside its rows is put in order now and then: lines of figures are folded together, holders of history looked at again."""

from app.operations import kept_totals


def fold_totals() -> None:
    for kept in kept_totals.TOTALS:
        kept_totals.fold(kept)
    while kept_totals.settle() == kept_totals.PORTION:
        pass
