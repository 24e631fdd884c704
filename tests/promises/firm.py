"""A firm in which every record type has rows of one's own, of a colleague, and of another team, told apart by a word."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import true

from app.domain.alerts import AlertState, Rule
from app.domain.custom_fields import FieldKind
from app.domain.files import File
from app.domain.follow_ups import Doer
from app.domain.messages import State
from app.domain.objectives import Measure
from app.domain.opportunities import Status
from app.domain.sender_rules import Effect
from app.extensions import db, store
from app.models import (
    AccountType,
    ActionType,
    Alert,
    AlertSetting,
    Attachment,
    AuditLine,
    Campaign,
    CloseReason,
    Competitor,
    CustomChoice,
    CustomField,
    Delivery,
    Engagement,
    Firm,
    FollowUp,
    FollowUpLine,
    FormLayout,
    Identity,
    IdentityProvider,
    IncomingMessage,
    Mailbox,
    MailTemplate,
    Model,
    Objective,
    Order,
    OutgoingMail,
    Pipeline,
    Privilege,
    Profile,
    Role,
    SenderRule,
    Step,
    Tag,
    Task,
    Team,
    User,
    WebForm,
)
from app.models.mailboxes import MailboxKind
from app.operations import records
from app.operations.field_definitions import make_field
from app.operations.form_layouts import teach_layout
from app.operations.order_rows import enter_row
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Level
from app.permissions.rights import Reach
from app.queries.users import addresses_of
from app.support import clock
from tests.people import Cast, actor, make_account, make_cast, make_contact, make_opportunity

# Who owns a record, seen from Jean of team North: himself, Anna of his team, Tom of team South.
OWNERS = ("own", "team", "other")
# Where the firm's own fields are.
OWN: dict[str, Any] = {"record_types": ["Opportunity", "Engagement", "Account", "Contact", "Task", "ProspectRow"], "position": 1}
WORDS = {"own": "Wlasnezubr", "team": "Kolezankibobr", "other": "Obcegorylis"}


def within(level: Level, how_far: Reach) -> tuple[str, ...]:
    """The owners whose records are that near to the person of ``level``; the manager of team North owns none of them."""
    own = ("own",) if level is Level.USER else ()
    return {Reach.NONE: (), Reach.OWN: own, Reach.TEAM: ("own", "team") if level is Level.TEAM_MANAGER else own, Reach.ALL: OWNERS}[how_far]


@dataclass
class Records:
    """Keys by type and owner; ``people`` maps a level to the user that stands for it."""

    people: dict[Level, int] = field(default_factory=dict)
    keys: dict[str, dict[str, int]] = field(default_factory=dict)
    form_token: str = ""

    def words_hidden_from(self, level: Level) -> dict[str, str]:
        """What no page of ``level`` may ever say: owner → word of the private records beyond the reach of that level."""
        seen = {Level.NOBODY: set(), Level.USER: {"own"}, Level.TEAM_MANAGER: {"own", "team"}}.get(level, set(OWNERS))
        return {owner: f"{WORDS[owner]}tajne" for owner in OWNERS if owner not in seen}


@atomic
def make_firm() -> Records:
    cast = make_cast()
    made = Records({Level.USER: cast.jean.id, Level.TEAM_MANAGER: cast.claire.id, Level.ADMINISTRATOR: cast.ada.id})
    mailbox = records.create(Mailbox, {"name": "inbox", "kind": MailboxKind.FOLDER, "path": "/nowhere"}, actor=SYSTEM)
    form = records.create(WebForm, {"name": "Contact us", "team": cast.north}, actor=SYSTEM)
    made.form_token = form.token
    for owner, user in zip(OWNERS, (cast.jean, cast.anna, cast.tom), strict=True):
        for name, key in _records_of(owner, user, mailbox, made).items():
            made.keys.setdefault(name, {})[owner] = key
    _shared(made, cast, mailbox, form)
    return made


def _records_of(owner: str, user: User, mailbox: Mailbox, made: Records) -> dict[str, int]:
    """One row of every type that belongs to ``user``. What is private says so in its text."""
    open_word, word = WORDS[owner], f"{WORDS[owner]}tajne"
    account = make_account(f"{open_word} SARL", user)
    contact = make_contact(f"Ewa {open_word}", f"ewa@{open_word.lower()}.example", account, user)
    opportunity = make_opportunity(f"{word} szansa", contact, user)
    task = records.create(
        Task, {"title": f"{word} zadanie", "assignee": user, "author": user, "opportunity": opportunity}, actor=SYSTEM
    )
    engagement = records.create(
        Engagement, {"name": f"{word} sprawa", "account": account, "lead_contact": contact, "owner": user, "remarks": f"{word} uwaga"}, actor=SYSTEM
    )
    write_note(engagement, f"{word} notatka sprawy", actor=SYSTEM)
    sha = store().put(f"{word} plik".encode())
    entry = write_note(
        opportunity, f"{word} notatka", files=[File(f"{word}.pdf", "application/pdf", 20, sha)], actor=SYSTEM
    )
    entry.author_id, entry.subject = user.id, f"{word} wpis"
    raw = _letter(f"ewa@{open_word.lower()}.example", word)
    message = _add(IncomingMessage(
        key=word, header_id=f"{word}@x.example", subject=f"{word} mail", sender_address=f"ewa@{open_word.lower()}.example",
        raw_sha256=store().put(raw), size=len(raw), state=State.HELD, reason="stranger_to_secret", reason_params={"user": str(user)},
        acting_user_id=user.id, opportunity_id=opportunity.id,
    ))
    entry.message_id = message.id
    delivery = _add(Delivery(
        mailbox_id=mailbox.id, uid=word, raw_sha256=message.raw_sha256, size=len(raw), state=State.HELD, message_id=message.id
    ))
    sent = _add(OutgoingMail(
        key=word, event="notice", to_address=user.email, to_user_id=user.id, language="en", subject=f"{word} wysylka", text=word,
        header_id=f"{word}@crm.example",
    ))
    rule = records.create(SenderRule, {"sender": f"{open_word.lower()}.example", "effect": Effect.ALLOW}, actor=SYSTEM)
    rule.created_by_id = user.id
    alert = _add(Alert(
        rule=Rule.UNTOUCHED, opportunity_id=opportunity.id, user_id=user.id, since=clock.now() - timedelta(days=9),
        state=AlertState.TAKEN, taken_by_id=user.id, dismissal=f"{word} powod",
    ))
    template = _add(MailTemplate(name=f"{word} wzor", user_id=user.id, subject_en=f"{word} temat", body_en=f"{word} tekst"))
    order = records.create(Order, {"name": f"{word} zlecenie", "principal": user, "goal": f"{word} cel"}, actor=SYSTEM)
    row = enter_row(order, {"name": f"{word} wiersz", "city": f"{word} miasto"}, actor=actor(user))
    objective = records.create(Objective, {"owner": user, "measure": Measure.CALLS, "target": 40, "starts_on": clock.now().date()}, actor=SYSTEM)
    current, _ = addresses_of(user)
    assert current is not None
    file = db.session.query(Attachment).filter_by(entry_id=entry.id).one()
    return {
        "Account": account.id, "Contact": contact.id, "Opportunity": opportunity.id, "Engagement": engagement.id,
        "Task": task.id, "TimelineEntry": entry.id,
        "Attachment": file.id, "IncomingMessage": message.id, "Delivery": delivery.id, "OutgoingMail": sent.id,
        "CrmAddress": current.id, "User": user.id, "SenderRule": rule.id, "Alert": alert.id,
        "Order": order.id, "ProspectRow": row.id, "RowVerification": row.id,  # a page of verification is named by its row
        "MailTemplate": template.id, "Objective": objective.id,
    }


def _letter(sender: str, word: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = sender, f"{word} mail", f"<{word}@x.example>"
    letter.set_content(f"{word} list\n")
    letter.add_attachment(f"{word} plik".encode(), "application", "pdf", filename=f"{word}.pdf")
    return letter.as_bytes()


def _add(item: Any) -> Any:
    db.session.add(item)
    db.session.flush()
    return item


def _shared(made: Records, cast: Cast, mailbox: Mailbox, form: WebForm) -> None:
    """Types whose rows belong to nobody: the same key stands for every owner."""
    process = records.create(FollowUp, {"label_en": "Welcome", "status": Status.WON}, actor=SYSTEM)
    records.create(FollowUpLine, {"label_en": "Ring them up", "follow_up": process, "doer": Doer.OWNER}, actor=SYSTEM)
    records.create(ActionType, {"label_en": "Demonstration"}, actor=SYSTEM)
    some: dict[type[Any], int] = {
        model: db.session.query(model).order_by(model.id).first().id
        for model in (AccountType, ActionType, FollowUp, FollowUpLine, AlertSetting, AuditLine, Firm, Pipeline, Profile, Role, Step)
    }
    taught = teach_layout({"name": "Site", "sender": "site@web.example", "labels": [["Nom", "name"], ["Courriel", "email"]]}, actor=SYSTEM)
    partners = db.session.query(Role).filter_by(name="Partner").one()
    special = records.create(Privilege, {"for_role": partners, "team": cast.south, "record_type": "Task"}, actor=SYSTEM)
    some[Privilege] = special.id
    provider = records.create(IdentityProvider, {"name": "Ours", "issuer": "https://sso.example", "client_id": "x"}, actor=SYSTEM)
    linked = _add(Identity(provider_id=provider.id, user_id=cast.ada.id, subject="ada"))
    some |= {IdentityProvider: provider.id, Identity: linked.id}
    word = make_field({**OWN, "label_en": "Own word", "kind": FieldKind.TEXT, "is_searched": True}, "", actor=SYSTEM)
    listed = make_field({**OWN, "label_en": "Own list", "kind": FieldKind.CHOICE}, "Small\nLarge", actor=SYSTEM)
    records.update(cast.traceability, {"tags": ["shared"]}, actor=SYSTEM)
    kept = (records.create(Campaign, {"name": "Fair"}, actor=SYSTEM), records.create(CloseReason, {"label_en": "Price"}, actor=SYSTEM),
            records.create(Competitor, {"name": "Rival"}, actor=SYSTEM))
    some |= {type(each): each.id for each in kept}
    some |= {Tag: db.session.query(Tag).one().id, CustomField: word.id, CustomChoice: listed.choices[0].id}
    some |= {Mailbox: mailbox.id, WebForm: form.id, Team: cast.north.id, FormLayout: taught.id}
    for model, key in some.items():
        made.keys[model.__name__] = dict.fromkeys(OWNERS, key)


def fingerprint() -> dict[str, int]:
    """Every row of every table in a number each, but for what reading itself counts: exports and refusals in the audit."""
    audit = AuditLine.__table__
    kept = {audit.name: audit.c.action.not_in(("refuse", "export"))}
    with db.engine.connect() as connection:
        return {
            table.name: hash(tuple(sorted(map(repr, connection.execute(table.select().where(kept.get(table.name, true()))).all()))))
            for table in Model.metadata.sorted_tables
        }

