"""Alerts: something that must be taken in charge, raised by a rule and closed when its cause is gone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.domain.alerts import LONGEST_REASON, NATURES, SUBJECTS, AlertState, Nature, Rule, Unit
from app.models.accounts import Account
from app.models.base import Model, Record, UtcDateTime, text_enum, user_key
from app.models.contacts import Contact
from app.models.engagements import Engagement
from app.models.mailboxes import Mailbox
from app.models.messages import IncomingMessage
from app.models.opportunities import Opportunity
from app.models.orders import Order
from app.models.prospect_rows import ProspectRow
from app.models.tasks import Task
from app.models.teams import Team
from app.models.users import User
from app.support import clock

AlertSubject = Opportunity | Task | Contact | Account | Mailbox | IncomingMessage | ProspectRow | Order | Engagement
_LIVE = "ended_at IS NULL"
_ONE_SUBJECT = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in SUBJECTS) + " = 1"


def _one_live(subject: str) -> Index:
    """A rule has one live alert for each subject; the index also finds those of a subject."""
    live = text(f"{_LIVE} AND {subject}_id IS NOT NULL")
    return Index(f"uq_alert_live_{subject}", f"{subject}_id", "rule", unique=True, sqlite_where=live, postgresql_where=live)


def _filled(name: str, first: str, *columns: str, also: str = "") -> Index:
    """An index of the rows in which ``first`` is filled."""
    where = text(f"{also}{first} IS NOT NULL")
    return Index(name, first, *columns, sqlite_where=where, postgresql_where=where)


def _key(table: str) -> Mapped[int | None]:
    return mapped_column(Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"))


class Alert(Model):
    """One alert about one subject. It lives (``ended_at`` is empty) while its cause does, also when somebody dismissed it.

    Its recipients are ``user``, ``author``, the managers of ``team``, and for an order whoever has a place of ``HEARD_BY`` in it;
    without a ``user``, ``author`` and ``team``, the administrators.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(_ONE_SUBJECT, name="one_subject"),
        CheckConstraint("state <> 'dismissed' OR dismissal IS NOT NULL", name="dismissed_has_reason"),
        CheckConstraint("state <> 'snoozed' OR until IS NOT NULL", name="snoozed_has_end"),
        CheckConstraint("state <> 'auto_closed' OR ended_at IS NOT NULL", name="closed_has_end"),
        *(_one_live(subject) for subject in SUBJECTS),
        *(_filled(f"ix_alert_of_{name}", f"{name}_id", "since", "id", also=f"{_LIVE} AND ") for name in ("user", "author", "team")),
        _filled("ix_alert_until", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[Rule] = mapped_column(text_enum(Rule, "rule_known", 20))
    state: Mapped[AlertState] = mapped_column(text_enum(AlertState, "state_known", 12), default=AlertState.OPEN)
    opportunity_id: Mapped[int | None] = _key("opportunity")
    task_id: Mapped[int | None] = _key("task")
    contact_id: Mapped[int | None] = _key("contact")
    account_id: Mapped[int | None] = _key("account")
    mailbox_id: Mapped[int | None] = _key("mailbox")
    message_id: Mapped[int | None] = _key("incoming_message")
    row_id: Mapped[int | None] = _key("prospect_row")
    order_id: Mapped[int | None] = _key("prospecting_order")
    engagement_id: Mapped[int | None] = _key("engagement")
    user_id: Mapped[int | None] = user_key()
    author_id: Mapped[int | None] = user_key()
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    since: Mapped[datetime] = mapped_column(UtcDateTime, comment="When what it complains of began")
    other_id: Mapped[int | None] = mapped_column(Integer, comment="The older record of the same type that the subject repeats")
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    taken_by_id: Mapped[int | None] = user_key()
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="Snoozed or resolved: when it asks again if the cause is still there")
    dismissal: Mapped[str | None] = mapped_column(String(LONGEST_REASON), comment="Why it was dismissed")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity | None] = relationship(Opportunity)
    task: Mapped[Task | None] = relationship(Task)
    contact: Mapped[Contact | None] = relationship(Contact)
    account: Mapped[Account | None] = relationship(Account)
    mailbox: Mapped[Mailbox | None] = relationship(Mailbox)
    message: Mapped[IncomingMessage | None] = relationship(IncomingMessage)
    row: Mapped[ProspectRow | None] = relationship(ProspectRow)
    order: Mapped[Order | None] = relationship(Order)
    engagement: Mapped[Engagement | None] = relationship(Engagement)
    other_account: Mapped[Account | None] = relationship(
        Account, viewonly=True, primaryjoin=lambda: and_(foreign(Alert.other_id) == Account.id, Alert.rule == Rule.DOUBLE_ACCOUNT)
    )
    other_contact: Mapped[Contact | None] = relationship(
        Contact, viewonly=True, primaryjoin=lambda: and_(foreign(Alert.other_id) == Contact.id, Alert.rule == Rule.DOUBLE_CONTACT)
    )
    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])
    author: Mapped[User | None] = relationship(User, foreign_keys=[author_id])
    team: Mapped[Team | None] = relationship(Team)
    taken_by: Mapped[User | None] = relationship(User, foreign_keys=[taken_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def nature(self) -> Nature:
        return NATURES[self.rule]

    @property
    def subject(self) -> "AlertSubject | None":
        """What it is about; None where the acting person may not see it."""
        found: AlertSubject | None = getattr(self, self.nature.subject)
        return found

    def __str__(self) -> str:
        return f"{self.rule.value} {self.id}"


class AlertSetting(Record):
    """One rule as the administrator set it."""

    __tablename__ = "alert_setting"
    __table_args__ = (CheckConstraint("threshold > 0", name="threshold_positive"),)

    rule: Mapped[Rule] = mapped_column(text_enum(Rule, "rule_known", 20), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    threshold: Mapped[int | None]
    is_mailed: Mapped[bool] = mapped_column(default=False, comment="Also told in the morning email")

    @property
    def unit(self) -> Unit | None:
        """In what the threshold is counted."""
        unit = NATURES[self.rule].unit
        return unit if unit is not Unit.NONE else None

    def __str__(self) -> str:
        return self.rule.value


class AlertRun(Model):
    """How far the alerts are computed: one row."""

    __tablename__ = "alert_run"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    computed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="All that changed before is looked at")
    full_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When the last pass over everything began")
    leased_by: Mapped[str | None] = mapped_column(String(20))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
