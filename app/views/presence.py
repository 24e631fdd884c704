"""Who is on the same page of a record: kept in Redis for a minute or two, by this process alone while Redis is away. Nothing is written down."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.support import clock

STAYS = 75  # seconds after the last sign of life; a page gives one every thirty
_PATIENCE, _PAUSE, _MOST = 0.25, 10.0, 5_000
Seen = dict[int, tuple[float, float]]  # person → since when, seen last, as seconds since 1970


@dataclass
class Presence:
    """``note`` says that somebody is here, ``leave`` that they went; both cost no statement of the database."""

    url: str
    _mine: dict[str, Seen] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _away_until: float = 0.0

    def __post_init__(self) -> None:
        self._redis = Redis.from_url(
            self.url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0), decode_responses=True,
        )

    def note(self, place: str, person: int) -> dict[int, datetime]:
        """``person`` is at ``place``. Returns the others who are: person → since when."""
        now = clock.now().timestamp()
        known = self._try(lambda redis: redis.hgetall(f"kurier:here:{place}"))
        seen = _read(known) if known is not None else self._here(place)
        fresh = {each: (since, last) for each, (since, last) in seen.items() if now - last < STAYS}
        own = (fresh.get(person, (now, now))[0], now)
        if self._try(lambda redis: _keep(redis, f"kurier:here:{place}", person, own)) is None:
            self._keep_here(place, {**fresh, person: own})
        return {each: datetime.fromtimestamp(since, UTC) for each, (since, _) in fresh.items() if each != person}

    def leave(self, place: str, person: int) -> None:
        if self._try(lambda redis: redis.hdel(f"kurier:here:{place}", str(person))) is None:
            with self._lock:
                self._mine.get(place, {}).pop(person, None)

    def _here(self, place: str) -> Seen:
        with self._lock:
            return dict(self._mine.get(place, {}))

    def _keep_here(self, place: str, seen: Seen) -> None:
        with self._lock:
            if len(self._mine) > _MOST:
                self._mine.clear()
            self._mine[place] = seen

    def _try(self, ask: Callable[[Redis], Any]) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return ask(self._redis)
        except RedisError:
            self._away_until = time.monotonic() + _PAUSE
            return None


def _read(known: dict[str, str]) -> Seen:
    found = ((person, value.partition(" ")) for person, value in known.items())
    return {int(person): (float(since), float(last)) for person, (since, _, last) in found}


def _keep(redis: Redis, key: str, person: int, times: tuple[float, float]) -> bool:
    with redis.pipeline(transaction=False) as pipe:
        pipe.hset(key, str(person), f"{times[0]} {times[1]}")
        pipe.expire(key, 2 * STAYS)
        pipe.execute()
    return True


def presence() -> Presence:
    """That of the running program."""
    kept: Presence | None = current_app.extensions.get("kurier_presence")
    if kept is None:
        kept = current_app.extensions["kurier_presence"] = Presence(current_app.config["SETTINGS"].redis_url)
    return kept
