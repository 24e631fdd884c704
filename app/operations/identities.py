"""Who somebody is whom a provider vouches for. No operation here talks to a provider."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.domain.errors import DomainError
from app.domain.providers import is_https
from app.domain.reach import mail_address
from app.extensions import db
from app.models import Identity, IdentityProvider, Role, User
from app.operations.records import RULES, Rules, create, update
from app.operations.sealing import sealed
from app.operations.transaction import atomic, record
from app.operations.users import create_user, the_firm
from app.permissions.actor import SYSTEM, Actor, Level
from app.queries.identities import identity_of, is_linked, user_with_address, username_free
from app.support import clock
from app.support.i18n import N_
from app.support.text import fold, storable

UNKNOWN = N_("%(provider)s knows you, but nobody here has the address %(address)s. Ask an administrator to add you.")


class NotLetIn(DomainError):
    """Whoever came from a provider stays out; it is on record."""


def _check(provider: IdentityProvider) -> None:
    if not is_https(provider.issuer or ""):
        raise DomainError("issuer", N_("The issuer is an address that begins with https://, as the provider names it.")).of("issuer")
    provider.issuer = provider.issuer.removesuffix("/.well-known/openid-configuration")
    provider.claim = provider.claim or "email"
    if not re.fullmatch(r"[A-Za-z0-9_:/.-]{1,60}", provider.claim):
        raise DomainError("claim", N_("A claim is one word, such as email or preferred_username.")).of("claim")
    if provider.creates_users and not the_firm().domains:
        raise DomainError("no_domains", N_("Type your own mail domains under Settings, Firm, first: only people with such an address are added."))


RULES[IdentityProvider] = Rules(check=_check)


def _with_sealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with a typed client secret as the row keeps it; an empty one stays as it is."""
    kept = {name: value for name, value in values.items() if name != "client_secret"}
    secret = values.get("client_secret")
    return {**kept, "client_secret_sealed": sealed(secret.strip())} if secret else kept


@atomic
def create_provider(values: Mapping[str, Any], *, actor: Actor) -> IdentityProvider:
    """A provider; ``values`` hold ``client_secret`` in clear."""
    return create(IdentityProvider, _with_sealed(values), actor=actor)


@atomic
def update_provider(provider: IdentityProvider, values: Mapping[str, Any], *, seen_version: int | None = None, actor: Actor) -> None:
    """Change it. With another issuer the accounts of the old one say nothing any more: their links go."""
    issuer = provider.issuer
    update(provider, _with_sealed(values), seen_version=seen_version, actor=actor)
    if provider.issuer != issuer:
        for link in db.session.scalars(select(Identity).where(Identity.provider_id == provider.id)):
            db.session.delete(link)


@atomic
def user_vouched_for(provider: IdentityProvider, claims: Mapping[str, Any], *, actor: Actor) -> User:
    """The user whose account at ``provider`` it is: by subject, the first time by a verified mail address.

    Raises ``NotLetIn`` with a sentence for the person. ``claims`` are those of a checked ID token.
    """
    subject = str(claims["sub"])[:255]
    known = identity_of(provider, subject)
    if known is None:
        known = _linked(provider, subject, claims, actor)
    if not known.user.active:
        raise NotLetIn("switched_off", N_("Your account is switched off. Ask an administrator."))
    known.last_used_at = clock.now()
    return known.user


def _linked(provider: IdentityProvider, subject: str, claims: Mapping[str, Any], actor: Actor) -> Identity:
    address = _address(provider, claims)
    user = user_with_address(address)
    if user is None:
        user = _new_user(provider, address, claims)
    elif is_linked(provider, user):
        raise NotLetIn("other_subject", N_(
            "Another account at %(provider)s belongs to %(address)s here. An administrator can remove that link, under Settings."
        ), provider=provider.name, address=address)  # fmt: skip
    if not user.active:
        raise NotLetIn("switched_off", N_("Your account is switched off. Ask an administrator."))
    link = Identity(provider_id=provider.id, user_id=user.id, subject=subject)
    db.session.add(link)
    db.session.flush()
    record(actor, "link_identity", user, after={"provider": provider.name, "address": address})
    return link


def _address(provider: IdentityProvider, claims: Mapping[str, Any]) -> str:
    """The mail address that the provider stands for."""
    said = claims.get(provider.claim)
    try:
        address = mail_address(said if isinstance(said, str) else "")
    except DomainError:
        raise NotLetIn("no_address", N_("%(provider)s did not say your mail address (claim %(claim)s). Ask an administrator."),
                       provider=provider.name, claim=provider.claim) from None  # fmt: skip
    is_verified = claims.get("email_verified") in (True, "true") and said == claims.get("email")  # it speaks of that claim alone
    if not is_verified and not provider.is_directory:
        raise NotLetIn("not_verified", N_("%(provider)s has not verified your address %(address)s. Verify it there, then sign in again."),
                       provider=provider.name, address=address)  # fmt: skip
    return address


def _new_user(provider: IdentityProvider, address: str, claims: Mapping[str, Any]) -> User:
    name, _, domain = address.rpartition("@")
    if not provider.creates_users or domain not in the_firm().domains:
        raise NotLetIn("unknown_user", UNKNOWN, provider=provider.name, address=address)
    role = db.session.scalars(select(Role).where(Role.name == Level.USER.value)).one()
    first, last = (storable(str(claims.get(key) or "")).strip()[:64] for key in ("given_name", "family_name"))
    return create_user(
        {"first_name": first or name[:64], "last_name": last or "–", "username": username_free(fold(name)[:60]), "email": address,
         "password": secrets.token_urlsafe(32), "roles": [role]},
        actor=SYSTEM,
    )  # fmt: skip


@atomic
def note_not_let_in(provider: IdentityProvider, because: str, network: str, *, actor: Actor) -> None:
    """Somebody came back from ``provider`` and stayed out."""
    record(actor, "refuse_sign_in", provider, after={"because": because, "network": network})
