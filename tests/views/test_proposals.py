"""The block "Found in mail": what it shows to whom, and what its buttons do."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.proposals import Detail, ProposalState
from app.extensions import db
from app.models import Mailbox, Proposal
from app.operations.contacts import update_contact
from app.permissions.actor import SYSTEM
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast

pytestmark = pytest.mark.database
Clients = Callable[..., FlaskClient]
FOOT = """Dzień dobry,

proszę o wycenę.

Pozdrawiam
Katarzyna Dudek
Kierownik magazynu
tel. kom. 601 234 567
NIP: 526-025-02-74
"""


@pytest.fixture
def inbox(cast: Cast) -> Mailbox:
    """A mailbox to which Katarzyna has written."""
    mailbox = make_mailbox()
    sender = "Katarzyna Dudek <k.dudek@jesion.example>"
    deliver(mailbox, note(sender, "sales@crm.grandouest.example", envelope="sales@crm.grandouest.example", subject="Terminale", text=FOOT))
    return mailbox


def proposal(detail: Detail) -> Proposal:
    return db.session.scalars(select(Proposal).where(Proposal.detail == detail)).one()


def test_the_page_shows_value_known_value_and_source(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    update_contact(cast.katarzyna, {"job": "Magazynier"}, actor=SYSTEM)
    page = client_of(cast.anna, "en").get(f"/contactview/show/{cast.katarzyna.id}").get_data(as_text=True)
    block = page.partition('id="found-in-mail"')[2].partition("</section>")[0]
    for shown in ("Kierownik magazynu", "Known now: Magazynier", "+48\u00a0601\u00a0234\u00a0567", "tel. kom. 601 234 567",
                  "Seen in the mail of 20 November: Terminale", "/incomingmail/show/", "Accept all", "Dismiss"):
        assert shown in block
    assert "526" not in block
    assert "5260250274" in client_of(cast.anna, "en").get(f"/accountview/show/{cast.katarzyna.accounts[0].id}").get_data(as_text=True)


def test_accept_dismiss_and_accept_all_by_post(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    client, key = client_of(cast.anna, "en"), cast.katarzyna.id
    version = {"version": cast.katarzyna.version}
    phone, job = proposal(Detail.PHONE).id, proposal(Detail.JOB).id
    answer = client.post(f"/contactview/dismiss/{key}", data={"proposal": job, **version})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contactview/show/{key}#found-in-mail")
    said = client.post(f"/contactview/accept/{key}", data={"proposal": [phone, job], **version}, follow_redirects=True).get_data(as_text=True)
    assert "1 value taken over." in said
    assert 'id="found-in-mail"' not in said
    db.session.expire_all()
    assert ([each.number for each in cast.katarzyna.phones], cast.katarzyna.job) == (["+48601234567"], None)
    assert proposal(Detail.JOB).state is ProposalState.DISMISSED
    again = client.post(f"/contactview/accept/{key}", data={"proposal": phone}, follow_redirects=True).get_data(as_text=True)
    assert "accepted or dismissed already" in again


def test_a_record_that_changed_meanwhile_is_looked_at_again(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    seen = cast.katarzyna.version
    update_contact(cast.katarzyna, {"job": "Prezes"}, actor=SYSTEM)
    client = client_of(cast.anna, "en")
    data = {"proposal": proposal(Detail.JOB).id, "version": seen}
    said = client.post(f"/contactview/accept/{cast.katarzyna.id}", data=data, follow_redirects=True).get_data(as_text=True)
    assert "Somebody else changed this record" in said
    db.session.expire_all()
    assert cast.katarzyna.job == "Prezes"


@pytest.mark.feature("A24")
def test_who_may_not_edit_sees_values_without_buttons_and_is_refused(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    """Tom sees the shared address book, not the words of a mail that is not his, nor its subject."""
    client, key = client_of(cast.tom, "en"), cast.katarzyna.id
    block = client.get(f"/contactview/show/{key}").get_data(as_text=True).partition('id="found-in-mail"')[2].partition("</section>")[0]
    assert "Kierownik magazynu" in block
    assert "Seen in a mail of 20 November" in block
    for hidden in ("<button", "<blockquote", "Terminale"):
        assert hidden not in block
    for act in ("accept", "dismiss"):
        data = {"proposal": proposal(Detail.JOB).id}
        assert client.post(f"/contactview/{act}/{key}", data=data).status_code == 403
        assert client.post(f"/contactview/{act}/987654", data=data).status_code == 404
        assert client.get(f"/contactview/{act}/{key}").status_code == 405
        assert client_of(None).post(f"/contactview/{act}/{key}", data=data).status_code == 302
    db.session.expire_all()
    assert (cast.katarzyna.job, proposal(Detail.JOB).state) == (None, ProposalState.OPEN)


@pytest.mark.feature("A24")
def test_a_proposal_of_another_record_is_not_reached_through_ones_own(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    client = client_of(cast.tom, "en")
    client.post(f"/contactview/accept/{cast.olivia.id}", data={"proposal": proposal(Detail.JOB).id})
    db.session.expire_all()
    assert (cast.katarzyna.job, cast.olivia.job, proposal(Detail.JOB).state) == (None, None, ProposalState.OPEN)
    assert client.post(f"/contactview/accept/{cast.olivia.id}", data={"proposal": "x"}).status_code == 400


def test_the_page_of_the_message_offers_the_same(cast: Cast, inbox: Mailbox, client_of: Clients) -> None:
    client, message_id = client_of(cast.anna, "en"), proposal(Detail.NIP).message_id
    page = client.get(f"/incomingmail/show/{message_id}").get_data(as_text=True)
    block = page.partition('id="found-in-mail"')[2].partition("</section>")[0]
    assert "Hurtownia Jesion" in block
    assert "Katarzyna Dudek" in block
    account = cast.katarzyna.accounts[0]
    data = {"proposal": proposal(Detail.NIP).id, "version": account.version, "back": f"m{message_id}"}
    answer = client.post(f"/accountview/accept/{account.id}", data=data)
    assert answer.headers["Location"] == f"/incomingmail/show/{message_id}#found-in-mail"
    db.session.expire_all()
    assert account.nip == "5260250274"
