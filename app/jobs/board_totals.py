"""The lines of the board's figures are folded together now and then."""

from app.operations import board_totals


def fold_totals() -> None:
    board_totals.fold()
