"""Random tokens, signatures, and the sealing of passwords that must be kept."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread: no i, l, o, 0, 1
_LETTERS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
_UNEVEN = bytes(range(256 - 256 % len(_ALPHABET), 256))  # they would make some letters more likely


def token(length: int = 10) -> str:
    """A random word of ``length`` letters and digits, about 4.95 bits each, fit for an address."""
    letters = b""
    while len(letters) < length:
        letters += secrets.token_bytes(length + 8).translate(_LETTERS, _UNEVEN)
    return letters[:length].decode()


def reference() -> str:
    """What a record is called outside: the second of its making in four letters (they come round after ten days), then ten random ones.

    Records that are made together lie together in the index; wholly random ones would each touch a page of it of their own.
    """
    seconds, letters = int(time.time()), ""
    for _ in range(4):
        seconds, digit = divmod(seconds, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters + token(10)


def sign(key: str, purpose: str, value: str, length: int = 16) -> str:
    """HMAC-SHA256 of ``value`` for one ``purpose``, in ``length`` lower-case base32 letters."""
    digest = hmac.new(key.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def is_signed(key: str, purpose: str, value: str, signature: str) -> bool:
    """Whether ``signature`` is ours, compared in constant time."""
    expected = sign(key, purpose, value, len(signature) or 16)
    return hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace"))


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"seal:{key}".encode()).digest()))


def seal(key: str, secret: str) -> str:
    """``secret`` encrypted and authenticated under ``key`` (Fernet)."""
    return _box(key).encrypt(secret.encode()).decode()


def unseal(key: str, sealed: str) -> str:
    """The secret again; ``ValueError`` when the key is another one."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken as broken:
        raise ValueError("sealed with another key") from broken


class Keyring:
    """Several keys: the first seals, every one opens. So a key can be changed while rows sealed with the last are left."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._first, self._all = _box(keys[0]), MultiFernet([_box(key) for key in keys])

    def seal(self, secret: str) -> str:
        """``secret`` encrypted under the first key."""
        return self._first.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """The secret again; ``ValueError`` when none of the keys opens it."""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken as broken:
            raise ValueError("sealed with another key") from broken

    def is_current(self, sealed: str) -> bool:
        """Whether the first key opens it: the others are not needed for it."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: str) -> str:
        """The same secret under the first key; ``ValueError`` when none of the keys opens it."""
        return self.seal(self.unseal(sealed))
