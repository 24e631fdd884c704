"""Once a day a message goes round through each mailbox; one that does not come back is told to the administrators."""

import logging

from flask import current_app

from app.domain.errors import DomainError
from app.extensions import db
from app.inbound.self_tests import is_back
from app.models import Mailbox, SelfTest
from app.operations import self_tests
from app.outbound import notices
from app.permissions.actor import SYSTEM, acting

log = logging.getLogger(__name__)


def look_after() -> None:
    """Begin the tests that are due, and speak of those that are missing."""
    with acting(SYSTEM):
        for test_id in self_tests.missing():
            test = db.session.get_one(SelfTest, test_id)
            if not is_back(test):
                notices.self_test_missing(test, actor=SYSTEM)
        if not current_app.config["SETTINGS"].smtp_host:
            return
        for mailbox_id in self_tests.due_mailboxes():
            try:
                self_tests.begin_self_test(db.session.get_one(Mailbox, mailbox_id), actor=SYSTEM)
            except DomainError as refusal:
                log.info("self-test of mailbox %s: %s", mailbox_id, refusal)
