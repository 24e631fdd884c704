"""Mails written by somebody who had not seen the program, with the outcome noted first."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.messages import State
from app.extensions import db
from app.models import CrmAddress, Firm, IncomingMessage, Opportunity, User
from app.models.crm_addresses import AddressKind
from app.operations.transaction import atomic
from tests.inbound.mailroom import deliver, make_mailbox
from tests.people import Cast, make_account

FOLDER = Path(__file__).parent.parent / "mail" / "blind"
SECRETS = {"anna": "anna-7k2m9qx4", "jean": "jean-p4w8z3tn", "claire": "claire-r9d2h5vb", "tom": "tom-x6c3j8fy"}


@atomic
def _as_the_writer_was_told(cast: Cast) -> None:
    db.session.get_one(Firm, 1).domains = ["grandouest.example", "grandouest.pl.example"]
    db.session.get_one(Firm, 1).directory_version += 1
    for user in db.session.scalars(select(User)):
        if user.username in SECRETS:
            address = db.session.scalars(select(CrmAddress).where(CrmAddress.user_id == user.id, CrmAddress.kind == AddressKind.USER)).one()
            address.address = f"{SECRETS[user.username]}@crm.grandouest.example"
    cast.piotr.accounts = [make_account("Rawa", cast.anna)]
    cast.traceability.last_activity_at = datetime.fromisoformat("2026-10-28T10:00:00+01:00")
    cast.labellers.last_activity_at = datetime.fromisoformat("2026-11-13T10:00:00+01:00")


def _differences(expected: dict[str, Any], message: IncomingMessage, before: set[int]) -> Iterator[str]:
    if message.state.value != expected["outcome"]:
        yield f"{message.state.value} ({message.reason}) in place of {expected['outcome']}"
    if message.state in (State.ATTACHED, State.CREATED):
        yield from _in_history(expected, message, before)


def _in_history(expected: dict[str, Any], message: IncomingMessage, before: set[int]) -> Iterator[str]:
    contact = message.contact.address if message.contact else None
    if expected["contact"] and contact != expected["contact"]:
        yield f"contact {contact} in place of {expected['contact']}"
    title = message.opportunity.title if message.opportunity else None
    if expected["opportunity"] and title != expected["opportunity"]:
        yield f"in “{title}” in place of “{expected['opportunity']}”"
    if expected["outcome"] == "attached" and message.opportunity_id and message.opportunity_id not in before:
        yield "a new opportunity"
    user = message.acting_user.username if message.acting_user else None
    if user != expected["acting_user"]:
        yield f"acting user {user} in place of {expected['acting_user']}"
    if (name := expected.get("contact_name")) and str(message.contact) != name:
        yield f"name “{message.contact}” in place of “{name}”"
    yield from _in_words(expected, message)


def _in_words(expected: dict[str, Any], message: IncomingMessage) -> Iterator[str]:
    body = " ".join(f"{message.entry.body} {message.entry.note}".split()) if message.entry else ""
    for wanted in filter(None, [expected.get("text_contains"), expected.get("forwarded_text_contains"), expected.get("note_contains")]):
        if " ".join(wanted.split()) not in body:
            yield f"text lacks “{wanted}”"


@pytest.mark.feature("X4", "C22", "C39")
def test_mails_written_blind_end_as_expected(cast: Cast, app: Flask) -> None:
    _as_the_writer_was_told(cast)
    mailbox = make_mailbox()
    wrong, wronged = {}, {}
    for expected in json.loads((FOLDER / "expected.json").read_text()):
        before = set(db.session.scalars(select(Opportunity.id)))
        message = deliver(mailbox, (FOLDER / expected["file"]).read_bytes())
        if found := list(_differences(expected, message, before)):
            wrong[expected["file"]] = found
            if message is None or message.state.value not in ("held", *expected["acceptable"]):
                wronged[expected["file"]] = found
    assert len(wrong) <= 3, wrong
    assert not [name for name in wrong if "-forward-outlook-fr" in name or "-forward-gmail-pl" in name or "-forward-apple-en" in name], wrong
    assert not wronged, wronged
