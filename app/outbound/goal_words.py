"""Objectives in words: the same in the morning e-mail and on the pages."""

from collections.abc import Sequence

from babel.dates import format_date
from babel.numbers import format_percent
from flask_babel import gettext

from app.domain.labels import LABELS
from app.domain.objectives import Every, Goal, Measure
from app.outbound.words import Part, Table, Words, address


class GoalWords:
    """How an objective reads for one reader."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def columns(self) -> tuple[str, ...]:
        return (gettext("Objective"), gettext("Reached"), gettext("Pace"), gettext("Share"), gettext("Expected by now"))

    def cells(self, goal: Goal, *, with_name: bool = False) -> tuple[str, ...]:
        measure = gettext(LABELS[f"Measure.{goal.measure.value}"])
        what = f"{measure}, {self.period(goal)}"
        percent = [str(format_percent(each, locale=self.words.locale)) for each in (goal.share, min(goal.due, 1))]
        return (gettext("%(label)s: %(text)s", label=goal.name, text=what) if with_name else what, self.reached(goal), self.pace(goal), *percent)

    def pairs(self, goal: Goal) -> list[tuple[str, str]]:
        return list(zip(self.columns()[1:], self.cells(goal)[1:], strict=True))

    def period(self, goal: Goal) -> str:
        return str(format_date(goal.start, "LLLL y" if goal.every is Every.MONTH else "QQQQ y", locale=self.words.locale))

    def reached(self, goal: Goal) -> str:
        if goal.measure is Measure.WON_AMOUNT:
            reached, target = (each.worded(self.words.locale) for each in goal.money)
        else:
            reached, target = self.words.number(goal.reached), self.words.number(goal.target)
        return str(gettext("%(count)s of %(target)s", count=reached, target=target))

    def pace(self, goal: Goal) -> str:
        if goal.is_reached:
            return str(gettext("reached"))
        return str(gettext("behind") if goal.is_behind else gettext("on pace"))

def goals_part(goals: Sequence[Goal], words: Words, *, is_own: bool = False) -> Part:
    """The objectives that run, as the page of results says them."""
    told, worded = [each for each in goals if each.is_told], GoalWords(words)
    if not told:
        return Part("objectives", gettext("Objectives"))
    rows = tuple(worded.cells(each, with_name=not is_own) for each in told)
    return Part("objectives", gettext("Objectives"), table=Table(worded.columns(), rows), link=gettext("See the results"), url=address("ResultsView.list"))

