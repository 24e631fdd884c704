"""What the rules look at, and what they decide."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.appointments import Meeting
from app.domain.opportunities import Source
from app.domain.sender_rules import Effect, Rule
from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.mime.understand import Understanding
from app.inbound.outcome import Verdict
from app.inbound.stages import machines
from app.inbound.stages.answers import Answered
from app.inbound.stages.directory import FormTarget, Intake, form_target
from app.inbound.stages.trust import Sender
from app.models import Contact, Engagement, Opportunity, User, WebForm
from app.operations.people import Person


@dataclass(frozen=True)
class Decision:
    """``verdict`` alone ends it. ``create`` makes an opportunity, else the letter joins ``opportunity``, ``engagement`` or the contact."""

    verdict: Verdict
    user: User | None = None
    person: Person | None = None
    contact: Contact | None = None
    opportunity: Opportunity | None = None
    engagement: Engagement | None = None
    create: bool = False
    source: Source = Source.EMAIL
    owner_id: int | None = None
    team_id: int | None = None
    pipeline_id: int | None = None
    wakes: bool = False
    keeps: bool = True  # a letter goes into history
    is_linked: bool = False  # the contact is one of the people of the opportunity already
    is_authenticated: bool = False
    candidates: dict[str, Any] = field(default_factory=dict)
    news: tuple[machines.News, ...] = ()  # of addresses
    settles: int | None = None  # the key of the held message about which a notice is answered
    answers: Answered | None = None  # the morning email: what it asks for is done while it is filed
    meetings: tuple[Meeting, ...] | None = None  # what of those in the message counts, where not all


@dataclass(frozen=True)
class Case:
    """All that the rules look at."""

    mail: Mail
    found: Understanding
    sender: Sender
    directory: Directory
    address: Intake | None  # the public or team address it came to
    form: WebForm | None = None
    is_robot: bool = False
    said: str = ""  # what the writer wrote

    @property
    def user(self) -> User | None:
        return self.sender.user

    @property
    def rule(self) -> Rule | None:
        """What was taught about the sender. It never says who they are: a colleague has proved that, or not."""
        return None if self.user or self.mail.author is None else self.directory.rule_of(self.mail.author.address)

    @property
    def is_let_through(self) -> bool:
        return self.rule is not None and self.rule.effect is not Effect.BLOCK

    @property
    def is_known_form(self) -> bool:
        """A form of ours, or one that was taught. Any stranger can write what looks like another."""
        return self.form is not None or (self.found.form is not None and self.found.form.layout is not None)

    @property
    def target(self) -> WebForm | FormTarget | None:
        """Where the opportunities of a known form go."""
        return self.form or form_target(self.found.form.layout if self.found.form else None)

    @property
    def who(self) -> str:
        author = self.mail.author
        return str(self.user) if self.user else (author.name or author.address) if author else "?"
