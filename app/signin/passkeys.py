"""What a browser is asked for with a passkey, and whether its answer proves anything (WebAuthn Level 2, by py_webauthn)."""

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.domain.errors import DomainError
from app.models import Passkey, User
from app.support.i18n import N_

LARGEST = 20_000
NOT_PROVEN = N_("This passkey proved nothing. Try again, or sign in another way.")


@dataclass(frozen=True)
class Made:
    """A new key, as a browser proved it."""

    credential_id: str
    public_key: str
    sign_count: int


def _origin() -> str:
    parts = urlsplit(str(current_app.config["SETTINGS"].url))
    return f"{parts.scheme}://{parts.netloc}"


def _host() -> str:
    return urlsplit(_origin()).hostname or ""


def is_possible() -> bool:
    """Browsers keep passkeys for names, over TLS or on this machine; not for the bare address of a server."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return _origin().startswith("https://") or _host() == "localhost"
    return False


def _handle(user: User) -> bytes:
    """The name of ``user`` for authenticators: the same each time, and saying nothing."""
    return hashlib.sha256(f"passkey:{current_app.config['SECRET_KEY']}:{user.id}".encode()).digest()


def _named(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in keys]


def to_add(user: User, keys: list[Passkey]) -> tuple[str, str]:
    """What the browser is asked for to make a key (JSON), and the challenge in it."""
    wanted = AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED)
    options = generate_registration_options(
        rp_id=_host(), rp_name="Kurier", user_name=user.username, user_id=_handle(user), user_display_name=str(user),
        authenticator_selection=wanted, exclude_credentials=_named(keys),
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def added(credential: str, challenge: str) -> Made:
    """The key that the browser made; raises ``DomainError``."""
    try:
        found = verify_registration_response(
            credential=_small(credential), expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(), expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise DomainError("passkey", NOT_PROVEN) from error
    return Made(bytes_to_base64url(found.credential_id), bytes_to_base64url(found.credential_public_key), found.sign_count)


def to_ask(keys: list[Passkey]) -> tuple[str, str]:
    """What the browser is asked for to prove one of ``keys``, or, with none, any that it has for us; and the challenge in it."""
    options = generate_authentication_options(
        rp_id=_host(), allow_credentials=_named(keys), user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options), bytes_to_base64url(options.challenge)


def credential_id_of(credential: str) -> str:
    """Which key the browser answers with; empty when that is no answer."""
    try:
        found: Any = json.loads(_small(credential))
        return bytes_to_base64url(base64url_to_bytes(found["id"]))
    except (ValueError, KeyError, TypeError):
        return ""


def proved(credential: str, challenge: str, key: Passkey) -> int:
    """The authenticator's count, when the answer proves ``key`` and that its person was there; raises ``DomainError``."""
    try:
        found = verify_authentication_response(
            credential=_small(credential), expected_challenge=base64url_to_bytes(challenge), expected_rp_id=_host(), expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(key.public_key), credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise DomainError("passkey", NOT_PROVEN) from error
    return found.new_sign_count


def _small(credential: str) -> str:
    if len(credential) > LARGEST:
        raise ValueError("too long")
    return credential
