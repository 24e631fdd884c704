"""The tokens of mailboxes: kept sealed, renewed by one process at a time, ended when the provider says so.

Renewing does not count as a change by a person: the version of the mailbox stays. No operation here talks to a provider.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.events import GrantEnded
from app.extensions import db
from app.models import Grant, Mailbox
from app.models.mailboxes import SignIn
from app.operations.sealing import sealed, unsealed
from app.operations.transaction import announce, atomic, record
from app.permissions.actor import Actor
from app.permissions.decide import require
from app.permissions.rights import Action
from app.support import clock
from app.support.i18n import N_
from app.support.text import shorten, storable

EARLY = timedelta(minutes=5)
LEASE = timedelta(seconds=40)
SIGN_IN_AGAIN = N_("The sign-in of %(mailbox)s at the provider has ended (%(answer)s). Sign in again on the page of this mailbox.")
NOT_SIGNED_IN = N_("Nobody has signed in for %(mailbox)s yet. Press “Sign in” on the page of this mailbox.")


@dataclass(frozen=True)
class Tokens:
    """What a provider gave. ``refresh`` is None where it gave no new one: the old one goes on."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Ready:
    """An access token to use now."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class Renew:
    """The caller, and nobody else, asks the provider now; then it calls ``renew``, ``end`` or ``let_go``.

    ``still_good`` is the old access token while it lasts: a provider that is away for a minute stops nothing.
    """

    refresh_token: str = field(repr=False)
    signed_in_at: datetime
    still_good: str | None = field(repr=False)


@dataclass(frozen=True)
class Wait:
    """Another process asks the provider at this moment."""


def grant_of(mailbox_id: int | None) -> Grant | None:
    """What the provider gave for this mailbox, if anybody signed in."""
    return db.session.scalars(select(Grant).where(Grant.mailbox_id == mailbox_id)).one_or_none() if mailbox_id else None


def _ended(mailbox: Mailbox, grant: Grant) -> DomainError:
    return DomainError("sign_in_ended", SIGN_IN_AGAIN, mailbox=mailbox.name, answer=grant.ended_because or "?")


def _locked(mailbox_id: int) -> Grant | None:
    query = select(Grant).where(Grant.mailbox_id == mailbox_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


@atomic
def take(mailbox_id: int, *, refused: str | None, actor: Actor) -> Ready | Renew | Wait:
    """The access token of the mailbox, or the errand to renew it. ``refused`` is a token that the server did not accept.

    Raises ``DomainError`` with a sentence when somebody must sign in.
    """
    require(actor, Action.WRITE, Mailbox)
    grant = _locked(mailbox_id)
    mailbox = db.session.get_one(Mailbox, mailbox_id)
    if grant is None:
        raise DomainError("not_signed_in", NOT_SIGNED_IN, mailbox=mailbox.name)
    if grant.ended_at is not None:
        raise _ended(mailbox, grant)
    try:
        token, refresh_token = unsealed(grant.access_token_sealed), unsealed(grant.refresh_token_sealed)
    except ValueError as error:
        raise DomainError(
            "sealed", N_("The sign-in of %(mailbox)s was kept under another key. Sign in again."), mailbox=mailbox.name
        ) from error
    now = clock.now()
    is_usable = token != refused and grant.expires_at > now
    if is_usable and grant.expires_at > now + EARLY:
        return Ready(token)
    if grant.renewing_until is not None and grant.renewing_until > now:
        return Ready(token) if is_usable else Wait()
    grant.renewing_until = now + LEASE
    return Renew(refresh_token, grant.signed_in_at, token if is_usable else None)


def _taken(mailbox_id: int, errand: Renew) -> Grant | None:
    """The grant that ``errand`` is about; None when somebody signed in anew meanwhile, or the settings changed."""
    grant = _locked(mailbox_id)
    return grant if grant is not None and grant.signed_in_at == errand.signed_in_at else None


@atomic
def renew(mailbox_id: int, errand: Renew, tokens: Tokens, *, actor: Actor) -> None:
    """Keep what the provider gave in answer to ``errand``."""
    require(actor, Action.WRITE, Mailbox)
    grant = _taken(mailbox_id, errand)
    if grant is not None:
        _keep(grant, tokens)


@atomic
def end(mailbox_id: int, errand: Renew, answer: str, *, actor: Actor) -> None:
    """The provider does not renew it any more: say so once to whom it concerns."""
    require(actor, Action.WRITE, Mailbox)
    grant = _taken(mailbox_id, errand)
    if grant is None or grant.ended_at is not None:
        return
    grant.ended_at, grant.ended_because, grant.renewing_until = clock.now(), shorten(storable(answer), 200), None
    db.session.flush()
    record(actor, "sign_in_ended", db.session.get_one(Mailbox, mailbox_id), after={"answer": grant.ended_because})
    announce(GrantEnded(mailbox_id))


@atomic
def let_go(mailbox_id: int, errand: Renew, *, actor: Actor) -> None:
    """The provider did not answer: the next who needs the token tries again."""
    require(actor, Action.WRITE, Mailbox)
    grant = _taken(mailbox_id, errand)
    if grant is not None:
        grant.renewing_until = None


@atomic
def sign_in(mailbox: Mailbox, tokens: Tokens, *, seen_version: int, actor: Actor) -> None:
    """Keep what the provider gave to the administrator who signed in; the mailbox is read with it at once.

    ``seen_version`` is the mailbox as it was when they left for the provider.
    """
    require(actor, Action.WRITE, mailbox)
    if mailbox.sign_in is SignIn.PASSWORD or mailbox.version != seen_version:
        raise DomainError("settings_changed", N_("The settings of this mailbox were changed meanwhile. Sign in once more."))
    if tokens.refresh is None:
        raise DomainError(
            "not_lasting",
            N_("The provider gave no lasting permission (no refresh token). For another provider, add its scope for that, often offline_access."),
        )
    now = clock.now()
    grant = _locked(mailbox.id)
    if grant is None:
        grant = Grant(mailbox_id=mailbox.id)
        db.session.add(grant)
    grant.created_by_id = actor.id
    grant.signed_in_at, grant.ended_at, grant.ended_because = now, None, None
    _keep(grant, tokens)
    mailbox.failing_since = mailbox.last_error = mailbox.last_error_params = None
    mailbox.leased_by = mailbox.leased_until = None  # its reader begins anew, with the new token
    mailbox.updated_at = now
    db.session.flush()
    record(actor, "sign_in", mailbox)


def _keep(grant: Grant, tokens: Tokens) -> None:
    grant.access_token_sealed, grant.expires_at = sealed(tokens.access), tokens.expires_at
    if tokens.refresh is not None:
        grant.refresh_token_sealed = sealed(tokens.refresh)
    grant.renewing_until = None


def forget(mailbox_id: int) -> None:
    """The mailbox has other settings now: what was given for the old ones must not be sent to a new server. Within an operation."""
    grant = _locked(mailbox_id)
    if grant is not None:
        db.session.delete(grant)
