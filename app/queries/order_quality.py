"""How good the rows of an order are: errors by operator and by attribute, agreement between verifiers and between two entries."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.orders import Checking, Verdict
from app.extensions import db
from app.models import Order, ProspectRow, RowVerification, User
from app.operations.twins import differences
from app.support.text import fold

MOST = 20_000  # verdicts that are looked at, the newest first


@dataclass(frozen=True)
class Quality:
    """Rates are of 100. Operators and verifiers: (name, verdicts, rejected, rate); fields: (attribute, times, rate of all verdicts)."""

    verdicts: int
    rejected: int
    operators: list[tuple[str, int, int, int]]
    verifiers: list[tuple[str, int, int, int]]
    fields: list[tuple[str, int, int]]
    seconds: int
    agreed: int
    pairs: int
    differing: list[tuple[str, int, int]]


def _rate(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def quality_of(order: Order) -> Quality:
    """Of the verdicts that the acting person may see."""
    operator, verifier = aliased(User), aliased(User)
    wanted = select(
        RowVerification.row_id, RowVerification.verdict, RowVerification.findings, RowVerification.is_second,
        operator.first_name + " " + operator.last_name, verifier.first_name + " " + verifier.last_name,
    ).join(ProspectRow, RowVerification.row_id == ProspectRow.id).join(operator, ProspectRow.operator_id == operator.id, isouter=True).join(
        verifier, RowVerification.verifier_id == verifier.id, isouter=True
    ).where(ProspectRow.order_id == order.id).order_by(RowVerification.id.desc()).limit(MOST)
    found = db.session.execute(wanted).all()
    first = [row for row in found if not row.is_second]
    fields = Counter(each["field"] for row in first for each in {each["field"]: each for each in row.findings}.values())
    latest = {row.row_id: row.verdict for row in reversed(first)}
    seconds = [row for row in found if row.is_second]
    agreed = sum(latest.get(row.row_id) is row.verdict for row in seconds)
    pairs, differing = _pairs(order)
    return Quality(
        len(first), sum(row.verdict is Verdict.REJECTED for row in first), _by_name([(row[4], row.verdict) for row in first]),
        _by_name([(row[5], row.verdict) for row in first]), [(name, count, _rate(count, len(first))) for name, count in fields.most_common()],
        len(seconds), _rate(agreed, len(seconds)), pairs, [(name, count, _rate(count, pairs)) for name, count in differing.most_common()],
    )


def _by_name(said: list[tuple[str | None, Verdict]]) -> list[tuple[str, int, int, int]]:
    total, bad = Counter(name or "–" for name, _ in said), Counter(name or "–" for name, verdict in said if verdict is Verdict.REJECTED)
    return sorted(((name, count, bad[name], _rate(bad[name], count)) for name, count in total.items()), key=lambda line: (-line[3], fold(line[0])))


def _pairs(order: Order) -> tuple[int, Counter[str]]:
    """How many companies were entered twice, and in which attributes the two entries differ."""
    if order.checking is not Checking.DOUBLE:
        return 0, Counter()
    rows = list(db.session.scalars(select(ProspectRow).where(ProspectRow.order_id == order.id, ProspectRow.twin_id.is_not(None)).limit(MOST)))
    known = {row.id: row for row in rows}
    pairs = [(row, known[row.twin_id]) for row in rows if row.twin_id in known and row.id < row.twin_id]
    return len(pairs), Counter(name for one, other in pairs for name in differences(one, other))


def verdicts_by(user_id: int | None) -> tuple[int, int]:
    """(verdicts, rejections) of a verifier."""
    wanted = select(RowVerification.verdict, func.count()).where(RowVerification.verifier_id == user_id).group_by(RowVerification.verdict)
    found = {row[0]: row[1] for row in db.session.execute(wanted)}
    return sum(found.values()), found.get(Verdict.REJECTED, 0)
