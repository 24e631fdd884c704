"""An access token that is good now; renewed in time, by one process for all."""

import time

from flask import current_app

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Mailbox
from app.operations import grants
from app.permissions.actor import SYSTEM
from app.signin.client import GrantRefused, client_of
from app.support.i18n import N_

PATIENCE = 30.0
LOOK_EVERY = 0.2


def access_token(mailbox_id: int, refused: str | None = None) -> str:
    """The token for the mailbox; another one than ``refused``, which the mail server did not accept.

    Raises ``DomainError``: somebody must sign in, or the provider cannot be asked. Never within an operation: it asks the
    provider. The lock on the row is held to give out the errand, not while the provider thinks: on SQLite it would stop
    every write of the program.
    """
    assert not db.session().info.get("atomic"), "a provider is never asked within a transaction"
    until = time.monotonic() + PATIENCE
    while True:
        found = grants.take(mailbox_id, refused=refused, actor=SYSTEM)
        if isinstance(found, grants.Ready):
            return found.token
        if isinstance(found, grants.Renew):
            return _renewed(mailbox_id, found)
        if time.monotonic() > until:
            raise DomainError("renewal_slow", N_("Another process has been renewing this sign-in for too long. Kurier tries again by itself."))
        time.sleep(LOOK_EVERY)


def _renewed(mailbox_id: int, errand: grants.Renew) -> str:
    try:
        client = client_of(db.session.get_one(Mailbox, mailbox_id))
        db.session.rollback()  # no transaction stays open while the provider thinks
        tokens = client.renew(errand.refresh_token)
    except GrantRefused as refusal:
        current_app.logger.warning("mailbox %s: %s", mailbox_id, refusal)
        grants.end(mailbox_id, errand, str(refusal.params["answer"]), actor=SYSTEM)
        db.session.expire_all()
        name = db.session.get_one(Mailbox, mailbox_id).name
        raise DomainError("sign_in_ended", grants.SIGN_IN_AGAIN, mailbox=name, answer=refusal.params["answer"]) from None
    except DomainError as trouble:
        grants.let_go(mailbox_id, errand, actor=SYSTEM)
        if errand.still_good is None:
            raise
        current_app.logger.warning("mailbox %s: %s", mailbox_id, trouble)
        return errand.still_good
    except BaseException:
        grants.let_go(mailbox_id, errand, actor=SYSTEM)
        raise
    grants.renew(mailbox_id, errand, tokens, actor=SYSTEM)
    return tokens.access
