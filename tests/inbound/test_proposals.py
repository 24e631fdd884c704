"""What mail states about people and companies: offered beside what is known, decided by a click, never written by itself."""

import pytest
from sqlalchemy import select

from app.domain.errors import DomainError, Forbidden
from app.domain.proposals import Detail, ProposalState
from app.extensions import db
from app.inbound.mime.signatures import read_signature
from app.models import Account, AuditLine, Contact, IncomingMessage, Mailbox, Proposal
from app.operations import proposals, records
from app.operations.contacts import update_contact
from app.operations.group import together
from app.permissions.actor import SYSTEM
from app.queries.proposals import open_proposals
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor, make_account

pytestmark = pytest.mark.database

FOOT = """Dzień dobry,

proszę o wycenę terminali.

Pozdrawiam
Katarzyna Dudek
Kierownik magazynu
Hurtownia Jesion Sp. z o.o.
ul. Składowa 4, 15-399 Białystok
tel. 85 555 01 42, kom. 601 234 567
NIP: 526-025-02-74
www.jesion.example
"""


@pytest.fixture
def inbox(cast: Cast) -> Mailbox:
    return make_mailbox()


def written(
    inbox: Mailbox, text: str = FOOT, sender: str = "Katarzyna Dudek <k.dudek@jesion.example>", *, on: str = "Fri, 20 Nov 2026",
) -> IncomingMessage:
    to = "sales@crm.grandouest.example"
    raw = note(sender, to, envelope=to, subject="Terminale", text=text)
    return deliver(inbox, raw.replace(b"Fri, 20 Nov 2026", on.encode()))


def offered(subject: Contact | Account) -> dict[Detail, list[str]]:
    found: dict[Detail, list[str]] = {}
    for each in open_proposals(subject):
        found.setdefault(each.detail, []).append(each.value)
    return found


def one(subject: Contact | Account, detail: Detail) -> Proposal:
    return next(each for each in open_proposals(subject) if each.detail is detail)


def test_a_signature_is_offered_and_changes_nothing(cast: Cast, inbox: Mailbox) -> None:
    """A known contact and their account stay as they are; each value names the mail and the line it stood in."""
    message = written(inbox)
    account = cast.katarzyna.accounts[0]
    assert offered(cast.katarzyna) == {Detail.PHONE: ["+48855550142", "+48601234567"], Detail.JOB: ["Kierownik magazynu"]}
    assert offered(account) == {
        Detail.WEBSITE: ["www.jesion.example"], Detail.COMPANY: ["Hurtownia Jesion Sp. z o.o."],
        Detail.ADDRESS: ["ul. Składowa 4\n15-399\nBiałystok"], Detail.NIP: ["5260250274"],
    }
    assert (cast.katarzyna.job, cast.katarzyna.phones, account.nip, account.name) == (None, [], None, "Hurtownia Jesion")
    found = one(account, Detail.NIP)
    assert (found.message_id, found.line, found.seen_at) == (message.id, "NIP: 526-025-02-74", message.sent_at)


def test_the_same_is_offered_once(cast: Cast, inbox: Mailbox) -> None:
    written(inbox)
    before = db.session.scalars(select(Proposal.id)).all()
    written(inbox, FOOT.replace("Kierownik magazynu", "KIEROWNIK MAGAZYNU"))
    assert db.session.scalars(select(Proposal.id)).all() == before


def test_what_is_known_is_not_offered(cast: Cast, inbox: Mailbox) -> None:
    account = cast.katarzyna.accounts[0]
    update_contact(cast.katarzyna, {"job": "kierownik Magazynu", "phone_lines": "+48 601 234 567"}, actor=SYSTEM)
    records.update(account, {"nip": "5260250274", "website": "https://jesion.example/", "name": "Hurtownia JESION sp. z o. o."}, actor=SYSTEM)
    written(inbox)
    assert offered(cast.katarzyna) == {Detail.PHONE: ["+48855550142"]}
    assert offered(account) == {Detail.ADDRESS: ["ul. Składowa 4\n15-399\nBiałystok"]}


def test_accepting_writes_the_record_and_the_audit(cast: Cast, inbox: Mailbox) -> None:
    update_contact(cast.katarzyna, {"phone_lines": "+48 85 555 01 40"}, actor=SYSTEM)
    written(inbox)
    anna, account = actor(cast.anna), cast.katarzyna.accounts[0]
    proposals.accept(open_proposals(cast.katarzyna), seen_version=cast.katarzyna.version, actor=anna)
    proposals.accept([one(account, Detail.ADDRESS)], actor=anna)
    assert [(each.number, each.kind.value) for each in cast.katarzyna.phones] == [
        ("+48855550140", "fixed"), ("+48855550142", "fixed"), ("+48601234567", "mobile"),
    ]
    assert cast.katarzyna.job == "Kierownik magazynu"
    assert (account.street, account.postcode, account.city) == ("ul. Składowa 4", "15-399", "Białystok")
    assert offered(cast.katarzyna) == {}
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "accept_proposal", AuditLine.subject_type == "Account")).all()
    assert [(line.actor_id, line.subject_id, line.after["address"]) for line in lines] == [
        (cast.anna.id, account.id, "ul. Składowa 4\n15-399\nBiałystok")
    ]
    decided = db.session.scalars(select(Proposal).where(Proposal.detail == Detail.ADDRESS)).one()
    assert (decided.state, decided.decided_by_id) == (ProposalState.ACCEPTED, cast.anna.id)


def test_what_was_dismissed_or_removed_by_hand_does_not_return(cast: Cast, inbox: Mailbox) -> None:
    written(inbox)
    proposals.dismiss([one(cast.katarzyna, Detail.JOB)], actor=actor(cast.anna))
    proposals.accept(open_proposals(cast.katarzyna), actor=actor(cast.anna))
    update_contact(cast.katarzyna, {"phone_lines": ""}, actor=actor(cast.anna))
    written(inbox)
    assert offered(cast.katarzyna) == {}
    assert (cast.katarzyna.job, cast.katarzyna.phones) == (None, [])


def test_a_later_mail_supersedes_what_an_earlier_one_said(cast: Cast, inbox: Mailbox) -> None:
    written(inbox, on="Thu, 19 Nov 2026")
    written(inbox, FOOT.replace("Kierownik magazynu", "Dyrektor logistyki"))
    assert offered(cast.katarzyna)[Detail.JOB] == ["Dyrektor logistyki", "Kierownik magazynu"]
    proposals.accept(open_proposals(cast.katarzyna), actor=actor(cast.anna))
    assert (cast.katarzyna.job, offered(cast.katarzyna)) == ("Dyrektor logistyki", {})


def test_two_people_do_not_decide_over_each_other(cast: Cast, inbox: Mailbox) -> None:
    written(inbox)
    job, seen = one(cast.katarzyna, Detail.JOB), cast.katarzyna.version
    update_contact(cast.katarzyna, {"job": "Prezes"}, actor=actor(cast.anna))
    with pytest.raises(DomainError) as refusal:
        proposals.accept([job], seen_version=seen, actor=actor(cast.anna))
    assert refusal.value.code == "stale"
    proposals.dismiss([job], actor=actor(cast.anna))
    with pytest.raises(DomainError) as refusal:
        proposals.accept([job], actor=actor(cast.anna))
    assert (refusal.value.code, cast.katarzyna.job) == ("decided", "Prezes")


def test_who_may_not_edit_may_not_decide(cast: Cast, inbox: Mailbox) -> None:
    written(inbox)
    for decide in (proposals.accept, proposals.dismiss):
        with pytest.raises(Forbidden):
            decide(open_proposals(cast.katarzyna), actor=actor(cast.tom))
    assert len(offered(cast.katarzyna)) == 2


def test_a_new_contact_takes_at_once_what_its_first_mail_states(cast: Cast, inbox: Mailbox) -> None:
    """Nothing known is written over; where each value came from stays to be seen, and it is not offered again."""
    text = FOOT.replace("Katarzyna Dudek", "Ewa Lis").replace("jesion", "lisowa").replace("Jesion", "Lisowa")
    message = written(inbox, text, "Ewa Lis <ewa@lisowa.example>")
    contact = db.session.get_one(Contact, message.contact_id)
    account = contact.accounts[0]
    assert ([each.number for each in contact.phones], contact.job) == (["+48855550142", "+48601234567"], "Kierownik magazynu")
    assert (account.name, account.nip, account.city) == ("Hurtownia Lisowa Sp. z o.o.", "5260250274", "Białystok")
    assert {each.state for each in db.session.scalars(select(Proposal))} == {ProposalState.ACCEPTED}
    written(inbox, text, "Ewa Lis <ewa@lisowa.example>")
    assert (offered(contact), offered(account)) == ({}, {})


def test_a_new_colleague_of_a_known_company_is_filled_and_the_company_is_asked(cast: Cast, inbox: Mailbox) -> None:
    message = written(inbox, FOOT.replace("Katarzyna Dudek", "Ewa Lis"), "Ewa Lis <e.lis@jesion.example>")
    contact = db.session.get_one(Contact, message.contact_id)
    assert contact.job == "Kierownik magazynu"
    assert contact.accounts == cast.katarzyna.accounts
    assert set(offered(contact.accounts[0])) == {Detail.NIP, Detail.COMPANY, Detail.ADDRESS, Detail.WEBSITE}
    assert contact.accounts[0].nip is None


@pytest.mark.feature("X4")
def test_a_forward_is_read_for_its_original_sender(cast: Cast, inbox: Mailbox) -> None:
    """Anna's own signature around it says nothing about her customer."""
    text = (
        "Do obsługi.\n\nPozdrawiam\nAnna Wiśniewska\nHandlowiec\ntel. 22 123 45 67\n\n-----Original Message-----\n"
        "From: Katarzyna Dudek <k.dudek@jesion.example>\nSent: Thursday, 19 November 2026 10:00\n"
        "To: Anna Wiśniewska <anna@grandouest.example>\nSubject: Terminale\n\n" + FOOT
    )
    crm = cast.crm(cast.anna)
    message = deliver(inbox, note("Anna Wiśniewska <anna@grandouest.example>", crm, subject="Fwd: Terminale", text=text))
    assert message.kind == "forward"
    assert offered(cast.katarzyna) == {Detail.PHONE: ["+48855550142", "+48601234567"], Detail.JOB: ["Kierownik magazynu"]}


def test_a_copy_of_what_a_colleague_wrote_says_nothing(cast: Cast, inbox: Mailbox) -> None:
    raw = note("Anna Wiśniewska <anna@grandouest.example>", "k.dudek@jesion.example", envelope=cast.crm(cast.anna), text=FOOT)
    message = deliver(inbox, raw)
    assert message.kind == "bcc"
    assert (offered(cast.katarzyna), offered(cast.katarzyna.accounts[0])) == ({}, {})


def test_of_several_accounts_the_one_of_the_mail_domain_is_asked(cast: Cast, inbox: Mailbox) -> None:
    other = make_account("Jesion Transport", cast.anna)
    records.update(cast.katarzyna, {"accounts": [*cast.katarzyna.accounts, other]}, actor=SYSTEM)
    written(inbox)
    assert offered(other) == {}
    assert Detail.NIP in offered(cast.katarzyna.accounts[0])


@pytest.mark.parametrize(("text", "most"), [("Dziękuję.\n", 0), (FOOT, 2)])
def test_a_mail_that_tells_nothing_new_costs_little(cast: Cast, inbox: Mailbox, statements: list[str], text: str, most: int) -> None:
    written(inbox)
    db.session.expire_all()
    statements.clear()
    contact, message = cast.katarzyna, db.session.scalars(select(IncomingMessage)).one()
    assert contact.addresses and message.sent_at
    facts = read_signature(text, region="FR").facts
    statements.clear()
    with together():
        if facts:
            proposals.look_up_proposals([contact])
        proposals.offer(contact, facts, message, actor=SYSTEM)
    assert len(statements) <= most
