from decimal import Decimal

from app.domain.appointments import Standing
from app.domain.summaries import Figure, Intake, Mine, Team, kept, restored
from app.domain.timeline import Kind
from app.extensions import db
from app.models import Appointment, TimelineEntry
from app.operations.transaction import atomic
from app.permissions.actor import acting
from app.queries import summary
from app.queries.today import today_of
from app.support import clock
from app.support.money import Money, total
from tests.browsing import Person, Sign
from tests.people import Cast, actor, make_opportunity
from tests.summary.week import HALF_PAST_SEVEN, MONDAY, TUESDAY, at, set_back


def zloty(amount: int) -> Money:
    return Money(Decimal(amount), "PLN")


def euro(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def titles(pile: object) -> list[str]:
    return [line.title for line in pile.lines]  # type: ignore[attr-defined]


def test_mine_is_what_was_counted_by_hand(week: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        mine = summary.mine(week.anna, TUESDAY)
    assert (mine.day, mine.since) == (TUESDAY, MONDAY)
    assert titles(mine.won) == ["Won on Monday"]
    assert mine.won.money == (zloty(1000),)
    assert titles(mine.overdue) == ["Overdue"]
    assert titles(mine.due) == ["Today"]
    assert mine.due.lines[0].phone == "+48850000142"
    assert mine.due.lines[0].money == zloty(86400)
    assert titles(mine.woken) == ["Woken"]
    assert titles(mine.to_do) == ["Begun on Monday", "Terminale do magazynu"]
    assert mine.to_do.money == (zloty(86460),)
    assert titles(mine.unassigned) == ["For nobody yet"]
    assert titles(mine.held) == ["held 23 11:00"]
    assert [line.code for line in mine.filed.lines] == ["attached", "attached", "created"]


def test_a_list_that_is_cut_off_has_the_count_and_the_sum_of_all(cast: Cast) -> None:
    """Its first lines are those of the page, in their order."""
    with clock.frozen(HALF_PAST_SEVEN):
        for number in range(summary.SHOWN + 3):
            make_opportunity(f"Many {number}", cast.piotr, cast.anna, amount=100 + number, currency="EUR" if number % 4 else "PLN")
        mine = summary.mine(cast.anna, TUESDAY)
        with acting(actor(cast.anna)):
            shown = today_of(cast.anna, HALF_PAST_SEVEN)
    assert len(shown.to_do) == shown.counts.to_do == mine.to_do.count > summary.SHOWN
    assert titles(mine.to_do) == [each.title for each in shown.to_do[: summary.SHOWN]]
    assert mine.to_do.money == total(Money(each.amount, each.currency) for each in shown.to_do if each.amount)
    assert len(mine.to_do.money) == 2


def test_team_is_what_was_counted_by_hand(week: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        team = summary.team(week.claire, TUESDAY)
    assert team.total.created == Figure(2, (zloty(60), euro(9)))
    assert team.total.won == Figure(2, (zloty(1000), euro(200)))
    assert team.total.lost == Figure(1, (euro(30),))
    assert team.total.cancelled == Figure(1, (euro(4),))
    assert [(row.name, row.created.count, row.won.count, row.lost.count, row.cancelled.count) for row in team.members] == [
        ("Anna Wiśniewska", 1, 1, 0, 0), ("Claire Morel", 0, 0, 0, 0), ("Jean Lefèvre", 0, 1, 1, 1), ("", 1, 0, 0, 0),
    ]
    assert titles(team.unassigned) == ["For nobody yet"]
    assert [(line.title, line.days, line.most) for line in team.stagnant.lines] == [("Stagnant", 22, 14)]
    assert team.mail == Intake(attached=2, created=1, held=1, ignored=2, failed=1, received=1)
    assert team.mail.total == 8


def test_an_administrator_sees_the_firm(week: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        team = summary.team(week.ada, TUESDAY)
    assert team.total.created.count == 3
    assert team.mail.total == 9
    for name in ("created", "won", "lost", "cancelled"):
        assert sum(getattr(row, name).count for row in team.members) == getattr(team.total, name).count


def test_nobody_reads_of_another_team(week: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        assert summary.team(week.claire, TUESDAY).total.created.count == 2
        assert "Of another team" not in titles(summary.mine(week.jean, TUESDAY).to_do)


def test_a_day_that_is_over_keeps_its_results_only(week: Cast) -> None:
    with clock.frozen(at(25, 9)):
        mine = summary.mine(week.anna, TUESDAY)
    assert titles(mine.won) == ["Won on Monday"]
    assert mine.to_do.count == mine.due.count == mine.overdue.count == 0


def test_monday_looks_back_to_friday(week: Cast) -> None:
    with clock.frozen(at(23, 7, 30)):
        mine = summary.mine(week.anna, MONDAY)
    assert titles(mine.won) == ["Won on Friday"]


def test_what_is_kept_comes_back_the_same(week: Cast) -> None:
    with clock.frozen(HALF_PAST_SEVEN):
        mine, team = summary.mine(week.anna, TUESDAY), summary.team(week.claire, TUESDAY)
    assert restored(Mine, kept(mine)) == mine
    assert restored(Team, kept(team)) == team


def test_the_appointments_are_those_of_the_page(cast: Cast, client_of: Sign) -> None:
    set_back(cast)
    _arrange(cast)
    with clock.frozen(HALF_PAST_SEVEN):
        pile = summary.mine(cast.anna, TUESDAY).meetings
        page = Person(client_of(cast.anna, "en")).get("/today/").text
    assert (pile.count, [line.title for line in pile.lines]) == (1, ["Pokaz terminali"])
    assert "Pokaz terminali" in page
    assert "Called off" not in page


@atomic
def _arrange(cast: Cast) -> None:
    for title, standing in (("Pokaz terminali", Standing.CONFIRMED), ("Called off", Standing.CANCELLED)):
        entry = TimelineEntry(kind=Kind.MEETING, occurred_at=at(24, 10), author=cast.anna, opportunity=cast.terminals, subject=title)
        db.session.add(Appointment(
            entry=entry, uid=f"{title}@grandouest.example", starts_at=at(24, 10), ends_at=at(24, 11), host=cast.anna, standing=standing,
        ))
