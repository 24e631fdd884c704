"""The firm that the bench works on, before anything happened to it."""

from sqlalchemy import select

from app.extensions import db
from app.models import Campaign, CloseReason, Competitor, CrmAddress, Firm, Mailbox, Role
from app.models.crm_addresses import AddressKind
from app.models.mailboxes import MailboxKind
from app.operations import records, users
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM, Level
from app.support.secrets import token
from bench.mails import DOMAIN, PUBLIC, USERS, secret_address

MAILBOXES = 2
CAMPAIGNS, REASONS, COMPETITORS = 20, 8, 6


@atomic
def lay() -> None:
    """The firm: four salespeople with known secret addresses, a public address, trusted mailboxes; what sales are told apart by."""
    firm = db.session.get_one(Firm, 1)
    firm.name, firm.domains, firm.address_pattern = "Bench", [DOMAIN], "{}@crm." + DOMAIN
    role = db.session.scalars(select(Role).where(Role.name == Level.USER.value)).one()
    for name in USERS:
        user = users.create_user(
            {"first_name": name.capitalize(), "last_name": "Sales", "username": name, "email": f"{name}@{DOMAIN}",
             "password": token(20), "roles": [role]}, actor=SYSTEM,
        )  # fmt: skip
        secret = db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == user.id)).one()
        secret.address = secret_address(name)  # one that the mails know
    records.create(CrmAddress, {"address": PUBLIC, "kind": AddressKind.PUBLIC}, actor=SYSTEM)
    for number in range(MAILBOXES):
        records.create(Mailbox, {"name": f"bench {number}", "kind": MailboxKind.FOLDER, "path": f"/nowhere/{number}", "is_trusted": True}, actor=SYSTEM)
    for number in range(CAMPAIGNS):
        records.create(Campaign, {"name": f"Fair {number}"}, actor=SYSTEM)
    for number in range(REASONS):
        records.create(CloseReason, {"label_en": f"Reason {number}"}, actor=SYSTEM)
    for number in range(COMPETITORS):
        records.create(Competitor, {"name": f"Rival {number}"}, actor=SYSTEM)
