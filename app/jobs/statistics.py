"""The database hears now and then how large its tables have become."""

from app.operations import statistics


def count_anew() -> None:
    statistics.count_anew()
