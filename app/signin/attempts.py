"""How often somebody may guess: counted in Redis, by this process alone while Redis is away. Never open, never shut for good."""

import hashlib
import ipaddress
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.domain.errors import DomainError
from app.models import User
from app.operations.users import note_unlocked
from app.permissions.actor import Actor
from app.support.i18n import N_
from app.support.text import fold

log = logging.getLogger(__name__)
_PATIENCE = 0.5
_PAUSE = 10.0
# One step in the server, as two visitors may count at once. The time runs from the first failure, and anew from the one that locks.
_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 or n == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return n
"""
_BACK = "if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then return redis.call('DECR', KEYS[1]) end return 0"
_MOST = 20_000  # keys that a process remembers itself


@dataclass(frozen=True)
class Limit:
    """``count`` failures within ``seconds`` shut the door for as long again."""

    count: int
    seconds: int
    message: str

    @property
    def minutes(self) -> int:
        return self.seconds // 60


ACCOUNT = Limit(10, 900, N_(
    "Too many wrong passwords for this account: it is locked for %(minutes)s minutes. "
    "Then try again, or ask an administrator to unlock it."
))  # fmt: skip
FACTOR = Limit(6, 900, N_(
    "Too many wrong codes for this account: it is locked for %(minutes)s minutes. Then try again, or ask an administrator to unlock it."
))  # fmt: skip
NETWORK = Limit(60, 900, N_("Too many failed sign-ins from your network. Wait %(minutes)s minutes, then try again."))


RESET = Limit(3, 3600, "")  # in silence: more mails would only annoy
RESET_NETWORK = Limit(30, 900, N_("Too many new passwords were asked for from your network. Wait %(minutes)s minutes, then try again."))


class TooManyAttempts(DomainError):
    """Nothing was looked at: the right password would have been refused as well."""

    def __init__(self, limit: Limit) -> None:
        super().__init__("too_many_attempts", limit.message, minutes=limit.minutes)
        self.seconds = limit.seconds


def account_key(name: str, user_id: int | None) -> str:
    """One count for an account, by whichever name it was called; a name that nobody has is counted just so."""
    return f"user:{user_id}" if user_id else f"name:{hashlib.sha256(fold(name).encode()).hexdigest()[:32]}"


def factor_key(user_id: int) -> str:
    return f"factor:{user_id}"


def reset_key(key: str) -> str:
    """The count of what ``key``, an account or a network, asked for a forgotten password."""
    return f"reset:{key}"


def network_key(address: str | None) -> str:
    """The IPv4 address, or the /64 that an IPv6 visitor has for themselves."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "net:unknown"
    if found.version == 6 and not found.ipv4_mapped:
        return f"net:{ipaddress.ip_network((found, 64), strict=False)}"
    return f"net:{getattr(found, 'ipv4_mapped', None) or found}"


@dataclass
class Attempts:
    """The counts. An attempt is counted before it is judged, so that many at once are no more than one after the other."""

    url: str
    _mine: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _away_until: float = 0.0

    def __post_init__(self) -> None:
        self._redis = Redis.from_url(
            self.url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0)
        )

    def begin(self, key: str, limit: Limit) -> bool:
        """Count one attempt; True when it is the last that is allowed. Raises ``TooManyAttempts`` beyond."""
        count = self._count(key, limit)
        if count > limit.count:
            raise TooManyAttempts(limit)
        return count == limit.count

    def forget(self, key: str) -> None:
        """It was good, or somebody unlocked it."""
        with self._lock:
            self._mine.pop(key, None)
        self._try(lambda redis: redis.delete(f"kurier:try:{key}"))

    def give_back(self, key: str) -> None:
        """That attempt was none: a good one does not count against a network that many share."""
        with self._lock:
            if key in self._mine:
                count, until = self._mine[key]
                self._mine[key] = (max(0, count - 1), until)
        self._try(lambda redis: redis.eval(_BACK, 1, f"kurier:try:{key}"))

    def unlock(self, user: User, *, actor: Actor) -> None:
        """Whoever may change ``user`` lets them try again at once."""
        note_unlocked(user, actor=actor)
        self.forget(account_key("", user.id))
        self.forget(factor_key(user.id))

    def _count(self, key: str, limit: Limit) -> int:
        found = self._try(lambda redis: redis.eval(_COUNT, 1, f"kurier:try:{key}", limit.count, limit.seconds))
        return int(found) if found is not None else self._count_here(key, limit)

    def _count_here(self, key: str, limit: Limit) -> int:
        now = time.monotonic()
        with self._lock:
            if len(self._mine) > _MOST:
                self._mine = {k: v for k, v in self._mine.items() if v[1] > now}
            count, until = self._mine.get(key, (0, 0.0))
            if until < now:
                count, until = 0, now + limit.seconds
            count += 1
            self._mine[key] = (count, now + limit.seconds if count == limit.count else until)
            return count

    def _try(self, ask: Callable[[Redis], Any]) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask(self._redis)
        except RedisError as error:
            self._away_until = time.monotonic() + _PAUSE
            log.warning("Redis is away, sign-ins are counted by each process: %s", error)
            return None


def attempts() -> Attempts:
    """Those of the running program."""
    kept: Attempts | None = current_app.extensions.get("kurier_attempts")
    if kept is None:
        kept = current_app.extensions["kurier_attempts"] = Attempts(current_app.config["SETTINGS"].redis_url)
    return kept
