"""The lines of the board's figures, of the results, and of the rows of orders, are folded together now and then."""

from app.operations import board_totals, order_totals, result_totals


def fold_totals() -> None:
    board_totals.fold()
    order_totals.fold()
    result_totals.fold()
