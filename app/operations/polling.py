"""How far each mailbox was read, by whom, and what went wrong. These writes do not count as changes by a person:
the version and the time of the last change stay, so that nobody's open form becomes stale by a poll.
"""

import json
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, update
from sqlalchemy.engine import CursorResult

from app.domain.errors import DomainError
from app.extensions import db
from app.models import Mailbox
from app.operations.transaction import atomic, plain
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable


def lease_time() -> timedelta:
    """How long a silent poller keeps its mailboxes."""
    return timedelta(seconds=current_app.config["SETTINGS"].lease)


class LeaseLost(DomainError):
    """Another poller reads the mailbox now, or it was switched off."""

    def __init__(self) -> None:
        super().__init__("lease_lost", N_("Another program reads this mailbox now."))


def _note(mailbox_id: int, holder: str | None, **values: Any) -> bool:
    """Write ``values`` on the mailbox; with a ``holder``, only while the lease is theirs. Whether it was."""
    query = update(Mailbox).where(Mailbox.id == mailbox_id)
    if holder is not None:
        query = query.where(Mailbox.leased_by == holder, Mailbox.is_active.is_(True), Mailbox.archived_at.is_(None))
    values = {"updated_at": Mailbox.updated_at, **values}
    done = db.session.execute(query.values(values).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


@atomic
def lease(mailbox_id: int, holder: str, *, dead: tuple[str, ...] = (), actor: Actor) -> bool:
    """Take the mailbox for the time of a lease, or hold it longer; False while another has it.

    ``dead`` are holders of whom it is known that they will not come back.
    """
    require(actor, Action.WRITE, Mailbox)
    now = clock.now()
    free = or_(
        Mailbox.leased_by.is_(None), Mailbox.leased_by.in_((holder, *dead)), Mailbox.leased_until.is_(None), Mailbox.leased_until < now
    )
    query = update(Mailbox).where(Mailbox.id == mailbox_id, Mailbox.is_active.is_(True), Mailbox.archived_at.is_(None), free)
    values = {"updated_at": Mailbox.updated_at, "leased_by": holder, "leased_until": now + lease_time()}
    done = db.session.execute(query.values(values).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


@atomic
def release(holder: str, *, actor: Actor) -> None:
    """Give back every mailbox of ``holder``."""
    require(actor, Action.WRITE, Mailbox)
    query = update(Mailbox).where(Mailbox.leased_by == holder)
    values = {"updated_at": Mailbox.updated_at, "leased_by": None, "leased_until": None}
    db.session.execute(query.values(values).execution_options(synchronize_session=False))


@atomic
def advance(mailbox_id: int, holder: str, *, uidvalidity: int, last_uid: int, has_mail: bool, actor: Actor) -> None:
    """Everything up to this position is stored for good; holds the lease longer. Raises ``LeaseLost``."""
    require(actor, Action.WRITE, Mailbox)
    now = clock.now()
    values: dict[str, Any] = {"uidvalidity": uidvalidity, "last_uid": last_uid, "leased_until": now + lease_time()}
    if has_mail:
        values["last_message_at"] = now
    if not _note(mailbox_id, holder, **values):
        raise LeaseLost


@atomic
def note_success(mailbox_id: int, holder: str, *, actor: Actor) -> None:
    """The mailbox was read to its end without an error; holds the lease longer. Raises ``LeaseLost``."""
    require(actor, Action.WRITE, Mailbox)
    now = clock.now()
    if not _note(
        mailbox_id, holder, last_polled_at=now, last_success_at=now, failing_since=None, last_error=None,
        last_error_params=None, leased_until=now + lease_time(),
    ):  # fmt: skip
        raise LeaseLost


@atomic
def note_failure(mailbox_id: int, sentence: str, params: dict[str, Any], *, actor: Actor) -> None:
    """The mailbox could not be read; ``sentence`` is an English msgid with places for ``params``."""
    require(actor, Action.WRITE, Mailbox)
    mailbox = db.session.get(Mailbox, mailbox_id)
    if mailbox is None:
        return
    now = clock.now()
    _note(
        mailbox_id, None, last_polled_at=now, failing_since=mailbox.failing_since or now, last_error=shorten(storable(sentence), 500),
        last_error_params=json.dumps(plain(params)), leased_by=None, leased_until=None,
    )  # fmt: skip


@atomic
def ensure_folder(name: str, path: str, *, actor: Actor) -> Mailbox:
    """The trusted folder mailbox at ``path``; made once, and not again after somebody archived it."""
    require(actor, Action.CREATE, Mailbox)
    from app.models.mailboxes import MailboxKind

    found = db.session.query(Mailbox).filter_by(kind=MailboxKind.FOLDER, path=path).first()
    if found is not None:
        return found
    mailbox = Mailbox(name=name, kind=MailboxKind.FOLDER, path=path, is_trusted=True, created_by_id=actor.id)
    db.session.add(mailbox)
    db.session.flush()
    return mailbox
