"""Two records made one: side by side, with everything that hangs on them, and back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.domain.errors import DomainError, Forbidden, Stale
from app.domain.merges import Choice
from app.domain.proposals import Detail
from app.domain.timeline import Kind
from app.extensions import db
from app.inbound.stages.directory import opportunity_address
from app.models import Account, AuditLine, Contact, ContactAddress, Merge, Proposal, Record, Task, TimelineEntry
from app.operations import merges, records
from app.operations.merged import survivor
from app.operations.people import Person as Sender
from app.operations.people import account_of, contact_of
from app.operations.timeline import write_note
from app.operations.transaction import atomic
from app.permissions.actor import SYSTEM
from app.support import clock
from app.support.clock import frozen
from tests.browsing import Person, tells
from tests.inbound.mailroom import deliver, make_mailbox, note
from tests.people import Cast, actor, make_account, make_contact, make_opportunity

pytestmark = pytest.mark.database
Client = Callable[..., FlaskClient]


@atomic
def two_contacts(cast: Cast) -> tuple[Contact, Contact]:
    """Gaëlle, and Gaëlle once more with a note, a task, a tag and an opportunity of her own."""
    again = make_contact("Gaelle Hamon-Le Goff", "gaelle@bocagevert.example", cast.gaelle.accounts[0], cast.jean)
    records.update(again, {"job": "Directrice", "remarks": "Préfère le matin.", "tags": ["VIP"]}, actor=SYSTEM)
    records.update(cast.gaelle, {"remarks": "Lait bio.", "tags": ["bio", "VIP"]}, actor=SYSTEM)
    write_note(again, "A demandé un devis", actor=SYSTEM)
    records.create(Task, {"title": "Rappeler", "assignee": cast.jean, "author": cast.jean, "contact": again}, actor=SYSTEM)
    make_opportunity("Cuves", again, cast.jean)
    return cast.gaelle, again


def facts(*items: Record) -> list[Any]:
    """What hangs on the records, and what they say."""
    db.session.expire_all()
    rows: list[Any] = []
    for item in items:
        names = [c.key for c in type(item).__table__.columns if c.name not in ("version", "updated_at", "last_activity_at")]
        related = [name for name in ("tags", "addresses", "opportunities", "contacts") if hasattr(item, name)]
        rows.append(([getattr(item, name) for name in names], [sorted(str(each) for each in getattr(item, name)) for name in related]))
    written = select(TimelineEntry.id, TimelineEntry.contact_id, TimelineEntry.account_id, TimelineEntry.opportunity_id)
    for statement in (written.where(TimelineEntry.code.is_(None)), select(Task.id, Task.contact_id, Task.opportunity_id)):
        rows.append(sorted(map(tuple, db.session.execute(statement).all()), key=str))
    return rows


def done_to(item: Record) -> list[str]:
    lines = select(AuditLine.action).where(AuditLine.subject_id == item.id, AuditLine.subject_type == type(item).__name__)
    return list(db.session.scalars(lines.order_by(AuditLine.id)))


@pytest.mark.feature("C21")
def test_two_contacts_become_one_and_two_again(cast: Cast, client_of: Client) -> None:
    kept, gone = two_contacts(cast)
    before = facts(kept, gone)
    jean = Person(client_of(cast.jean, "en"))
    page = jean.get(f"/contactview/merge/{kept.id}?other={gone.id}").text
    for words in ("Hamon-Le Goff", "1 task", "1 opportunity", "both, one below the other"):
        assert words in page, words
    form = {"other": gone.id, "version": kept.version, "other_version": gone.version}
    assert jean.post(f"/contactview/merge/{kept.id}", **form, keep_last_name="gone", keep_remarks="both", keep_job="gone").status_code == 302
    db.session.expire_all()
    assert (kept.first_name, kept.last_name, kept.job) == ("Gaëlle", "Hamon-Le Goff", "Directrice")
    assert kept.remarks == "Lait bio.\n\nPréfère le matin."
    assert [a.address for a in kept.addresses] == ["g.hamon@bocagevert.example", "gaelle@bocagevert.example"]
    assert sorted(tag.name for tag in kept.tags) == ["VIP", "bio"]
    assert {o.title for o in kept.opportunities} == {"Traçabilité ligne 3", "Étiqueteuses 2027", "Cuves"}
    assert gone.archived_at is not None and gone.addresses == []
    assert contact_of("gaelle@bocagevert.example") is kept and survivor(gone) is kept
    shown = jean.get(f"/contactview/show/{kept.id}").text
    assert "A demandé un devis" in shown and "Rappeler" in shown and "Merged with" in shown
    assert f"/contactview/show/{kept.id}" in jean.get(f"/contactview/show/{gone.id}").text
    assert "gaelle@bocagevert" in jean.get("/search/?q=gaelle@bocagevert.example").text
    assert jean.post(f"/contactview/action/restore/{gone.id}").status_code == 302
    assert gone.archived_at is not None, "only taking the merge back brings it back"
    assert jean.post(f"/contactview/unmerge/{gone.id}").status_code == 302
    assert facts(kept, gone) == before
    assert {"merge", "undo_merge"} <= {*done_to(kept)} and {"merged_away", "restore"} <= {*done_to(gone)}


@pytest.mark.feature("C21")
def test_two_opportunities_and_mail_that_still_comes(cast: Cast, client_of: Client) -> None:
    kept, gone = cast.traceability, cast.labellers
    said = ((kept, "Premier appel"), (gone, "Ils hésitent"), (kept, "Deuxième appel"), (gone, "Ils veulent bien"))
    for days, (item, words) in enumerate(said):
        with frozen(clock.now() - timedelta(days=10 - days)):
            write_note(item, words, kind=Kind.CALL if item is kept else Kind.NOTE, actor=SYSTEM)
    records.update(gone, {"description": "Deux lignes.", "amount": 5000}, actor=SYSTEM)
    merges.merge(kept, gone, {}, actor=actor(cast.jean))
    assert kept.amount == 128400 and kept.description == "Deux lignes.", "its own stays, what is empty is filled"
    shown = {kind: Person(client_of(cast.jean)).get(f"/opportunityview/show/{kept.id}?kind={kind}").text for kind in ("", "call", "note")}
    places = [shown[""].index(words) for _, words in reversed(said)]
    assert places == sorted(places), "one history, the latest first"
    for kind, item in (("call", kept), ("note", gone)):
        assert [words in shown[kind] for _, words in said] == [each is item for each, _ in said]
    for raw in (note("Gaëlle <g.hamon@bocagevert.example>", opportunity_address(gone)), note("Jean <jean@grandouest.example>", opportunity_address(gone))):
        message = deliver(make_mailbox(f"box {len(raw)}"), raw)
        assert message.opportunity is kept and message.entry is not None and message.entry.opportunity is kept, "the address of the one that is gone"
    assert db.session.scalar(select(func.count(TimelineEntry.id)).where(TimelineEntry.opportunity_id == gone.id)) == 0
    third = make_opportunity("Traçabilité bis", cast.gaelle, cast.jean)
    merges.merge(third, kept, {}, actor=actor(cast.jean))
    assert survivor(gone) is third, "merged again, it is found all the same"
    first = db.session.scalars(select(Merge).order_by(Merge.id)).first()
    assert first is not None
    with pytest.raises(DomainError, match="Take that merge back first"):
        merges.undo(first, actor=actor(cast.jean))


def test_two_accounts_with_all_of_both(cast: Cast) -> None:
    kept = cast.gaelle.accounts[0]
    gone = make_account("Bocage Vert SARL", cast.jean, nip="8567346215", mail_domain="bocagevert.example", city="Rennes")
    person = make_contact("Yann Le Bihan", "yann@bocagevert.example", gone, cast.jean)
    deal = make_opportunity("Palettes", person, cast.jean)
    _propose("8567346215", kept, gone)
    done = merges.merge(kept, gone, {"name": Choice.GONE}, actor=actor(cast.jean))
    assert (kept.name, kept.nip, kept.city, kept.mail_domain) == ("Bocage Vert SARL", "8567346215", "Rennes", "bocagevert.example")
    assert person.accounts == [kept] and deal.account is kept
    assert account_of(Sender("Nowy", "nowy@bocagevert.example", domain="bocagevert.example")) is kept
    assert db.session.scalar(select(func.count()).select_from(Proposal).where(Proposal.account_id == kept.id)) == 1, "what both say is said once"
    merges.undo(done, actor=actor(cast.jean))
    assert (kept.name, kept.nip, kept.mail_domain) == ("Laiterie du Bocage Vert", None, None)
    assert person.accounts == [gone] and deal.account is gone and gone.archived_at is None


@pytest.mark.both("a key that is none is an error there")
@pytest.mark.parametrize("owned", [False, True])
def test_whose_it_was_comes_back(cast: Cast, owned: bool) -> None:
    """The owner of the one that goes fills or, chosen, takes the place of the other's."""
    kept = make_account("Bocage", cast.claire if owned else cast.jean)
    gone = make_account("Bocage Vert SARL", cast.jean)
    if not owned:
        records.update(kept, {"owner": None, "team": cast.north}, actor=SYSTEM)
    done = merges.merge(kept, gone, {"owner": Choice.GONE} if owned else {}, actor=SYSTEM)
    assert kept.owner is cast.jean
    db.session.expire_all()
    merges.undo(db.session.get_one(Merge, done.id), actor=SYSTEM)
    assert kept.owner is (cast.claire if owned else None)


@atomic
def _propose(number: str, *accounts: Account) -> None:
    db.session.add_all(Proposal(account_id=item.id, detail=Detail.NIP, value=number, line=number, seen_at=clock.now()) for item in accounts)


def test_when_it_cannot_be_taken_back(cast: Cast) -> None:
    kept, gone = cast.traceability, cast.labellers
    jean = actor(cast.jean)
    done = merges.merge(kept, gone, {"title": Choice.GONE}, actor=jean)
    records.update(kept, {"title": "Autre chose"}, actor=jean)
    with pytest.raises(DomainError, match="changed since"):
        merges.undo(done, actor=jean)
    records.update(kept, {"title": gone.title}, actor=jean)
    with frozen(clock.now() + timedelta(days=8)), pytest.raises(DomainError, match="within"):
        merges.undo(done, actor=jean)
    records.archive(kept, actor=jean)
    with pytest.raises(DomainError, match="archived"):
        merges.undo(done, actor=jean)
    records.restore(kept, actor=jean)
    late = write_note(kept, "écrit depuis", actor=jean)
    merges.undo(done, actor=jean)
    assert db.session.get_one(TimelineEntry, late.id).opportunity_id == kept.id, "what came since stays"
    with pytest.raises(DomainError, match="once"):
        merges.undo(done, actor=jean)


def test_only_who_may_change_both_and_saw_them_as_they_are(cast: Cast, client_of: Client) -> None:
    jean = actor(cast.jean)
    with pytest.raises(Forbidden):
        merges.merge(cast.traceability, cast.renewal, {}, actor=jean)
    with pytest.raises(DomainError, match="different"):
        merges.merge(cast.traceability, cast.traceability, {}, actor=jean)
    with pytest.raises(Stale):
        merges.merge(cast.traceability, cast.labellers, {}, seen=(99, None), actor=jean)
    http = Person(client_of(cast.jean, "en"))
    assert http.get(f"/opportunityview/merge/{cast.traceability.id}?other={cast.renewal.id}").status_code == 404
    assert http.get(f"/accountview/merge/{cast.gaelle.accounts[0].id}?other={cast.olivia.accounts[0].id}").status_code == 403
    refused = http.post(f"/opportunityview/merge/{cast.traceability.id}", other=cast.labellers.id, version=99)
    assert refused.status_code == 409 and cast.labellers.archived_at is None
    records.archive(cast.labellers, actor=jean)
    assert http.post(f"/opportunityview/merge/{cast.traceability.id}", other=cast.labellers.id).status_code == 409
    assert db.session.scalar(select(func.count(Merge.id))) == 0


def test_two_of_the_list(cast: Cast, client_of: Client) -> None:
    jean = Person(client_of(cast.jean, "en"))
    two = {"action": "merge_two", "rowid": [cast.labellers.id, cast.traceability.id]}
    kept, gone = sorted((cast.labellers.id, cast.traceability.id))
    assert jean.post("/opportunityview/action_post", **two).location.endswith(f"/opportunityview/merge/{kept}?other={gone}")
    one = jean.post("/opportunityview/action_post", action="merge_two", rowid=[cast.labellers.id])
    assert one.location.endswith("/opportunityview/list/")
    chosen = jean.get(f"/opportunityview/merge/{kept}").text
    assert "Étiqueteuses 2027" in chosen, "one that may be the same is offered"


def test_a_hidden_value_is_neither_shown_nor_lost(cast: Cast, client_of: Client) -> None:
    from app.models import Profile

    seller = db.session.scalars(select(Profile).where(Profile.code == "user")).one()
    records.update(seller, {"fields": {**seller.fields, "Opportunity": {"amount": "hidden"}}}, actor=SYSTEM)
    page = Person(client_of(cast.jean, "en")).get(f"/opportunityview/merge/{cast.labellers.id}?other={cast.traceability.id}").text
    assert not tells(page, 128_400)
    merges.merge(cast.labellers, cast.traceability, {"amount": Choice.KEPT}, actor=actor(cast.jean))
    assert cast.labellers.amount == 128400


def test_addresses_and_words_follow(cast: Cast) -> None:
    kept, gone = two_contacts(cast)
    done = merges.merge(kept, gone, {}, actor=actor(cast.jean))
    assert "gaelle@bocagevert.example" in kept.search_text and "gaelle@bocagevert.example" not in gone.search_text
    merges.undo(done, actor=actor(cast.jean))
    assert "gaelle@bocagevert.example" in gone.search_text
    assert db.session.scalar(select(ContactAddress.contact_id).where(ContactAddress.address == "gaelle@bocagevert.example")) == gone.id
