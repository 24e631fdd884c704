"""A mailbox behind IMAP (RFC 9051, and RFC 3501 servers), read without touching its flags."""

import imaplib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError

from app.inbound.sources.imap_connection import Connection, Security, Server, connect, hang_up, sentences
from app.inbound.sources.imap_shortened import fetch_shortened
from app.inbound.sources.source import (
    BATCH_COUNT,
    MESSAGE_LIMIT,
    Fetched,
    Finding,
    Position,
    Severity,
    SourceError,
    batches,
)
from app.support.i18n import N_

KEYWORD = "$Kurier"
_RENEW_IDLE_AFTER = 25 * 60.0  # servers may hang up after 30 minutes (RFC 2177)
_SIZES_AT_ONCE = 500
_FAREWELL_TIMEOUT = 5.0
_PASSING = ("connection_lost", "timeout")


class ImapSource:
    """One connection, one selected folder. After a SourceError: ``close()``, then ``open()`` again."""

    def __init__(
        self,
        server: Server,
        *,
        message_limit: int = MESSAGE_LIMIT,
        poll_every: float = 30,
        search_at_once: int = 50_000,
    ) -> None:
        """``poll_every`` is in seconds, for servers without IDLE; ``search_at_once`` messages keep an answer
        below the longest line that imaplib reads, 1 MB.
        """
        self.server = server
        self.findings: list[Finding] = []
        self._message_limit = message_limit
        self._poll_every = poll_every
        self._search_at_once = search_at_once
        self._client: Connection | None = None
        self._selected: dict[bytes, Any] = {}

    def open(self) -> None:
        self._client = connect(self.server)
        with self._talking() as client:
            self._select(client)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.socket().settimeout(_FAREWELL_TIMEOUT)
            client.logout()
        except (OSError, imaplib.IMAP4.error):
            hang_up(client)

    def position_now(self) -> Position:
        with self._talking() as client:
            self._select(client)
            return self._end(client)

    def position_since(self, day: date, end: int | None = None) -> tuple[Position, int]:
        with self._talking() as client:
            self._select(client)
            uids = [uid for window in self._windows() for uid in client.search([*window, "SINCE", day])]
            if not uids:
                return self._end(client), 0
            start = min(uids) - 1
            newer = self._newer(client, start)
            return Position(self._uidvalidity, start), sum(end is None or uid <= end for uid in newer)

    def latest_headers(self, count: int = 20) -> list[bytes]:
        """The headers of the last messages, newest first: what the set-up of a mailbox looks at."""
        with self._talking() as client:
            self._select(client)
            exists = self._selected[b"EXISTS"]
            uids = client.search([f"{max(1, exists - count + 1)}:{exists}"]) if exists else []
            found = client.fetch(uids, ["BODY.PEEK[HEADER]"])
            return [found[uid][b"BODY[HEADER]"] for uid in sorted(found, reverse=True)]

    def fetch(self, position: Position) -> Iterator[list[Fetched]]:
        with self._talking() as client:
            self._select(client)
            start = self._start(position)
            uids = self._newer(client, start)
        for batch in batches(self._sizes(uids)):
            fetched = self._fetch_patiently(batch)
            if fetched:
                yield fetched

    def fetch_again(self, folder: str, uidvalidity: int, uid: str) -> Fetched | None:
        with self._talking() as client:
            self._select(client)
            is_same = folder == self.server.folder and uidvalidity == self._uidvalidity and uid.isdigit()
        single = list(self._sizes([int(uid)])) if is_same else []
        return next(iter(self._fetch_alone(single[0])), None) if single else None

    def settle(self, fetched: Sequence[Fetched], *, move_to: str | None = None) -> None:
        with self._talking() as client:
            # After a change of UIDVALIDITY the same number is another message.
            uids = [
                m.number
                for m in fetched
                if m.uidvalidity == self._uidvalidity and m.folder == self.server.folder
            ]
            for start in range(0, len(uids), BATCH_COUNT):
                some = uids[start : start + BATCH_COUNT]
                if move_to:
                    self._move(client, some, move_to)
                elif self._takes_keyword():
                    client.add_flags(some, [KEYWORD], silent=True)

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        with self._talking() as client:
            while (left := deadline - time.monotonic()) > 0:
                if client.has_news:
                    return True
                if not client.has_capability("IDLE"):
                    time.sleep(min(left, self._poll_every))
                    if _announces(client.noop()[1]):
                        return True
                elif self._idle(client, min(left, _RENEW_IDLE_AFTER)):
                    return True
        return False

    def check(self) -> list[Finding]:
        probe = ImapSource(self.server)
        try:
            probe.open()
            with probe._talking() as client:
                return probe._describe(client)
        except SourceError as error:
            return [error.finding()]
        finally:
            probe.close()

    # -- the parts

    @property
    def _uidvalidity(self) -> int:
        return int(self._selected.get(b"UIDVALIDITY", 1))  # some servers leave it out

    def _end(self, client: Connection) -> Position:
        next_uid = self._selected.get(b"UIDNEXT")  # some servers leave this out too
        return Position(
            self._uidvalidity, next_uid - 1 if next_uid else max(self._newer(client, 0), default=0)
        )

    @contextmanager
    def _talking(self) -> Iterator[Connection]:
        """Commands within: a failure becomes a sentence, and a connection that failed is not used again."""
        with sentences(self.server):
            if self._client is None:
                raise imaplib.IMAP4.abort("not connected")
            try:
                yield self._client
            except (OSError, imaplib.IMAP4.abort):
                hang_up(self._client)
                self._client = None
                raise

    def _select(self, client: Connection) -> None:
        try:
            self._selected = client.select_folder(self.server.folder)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            raise SourceError(
                "folder_missing",
                N_("%(host)s has no folder %(folder)s for %(username)s. Choose one of its folders."),
                host=self.server.host,
                folder=self.server.folder,
                username=self.server.username,
            ) from error
        client.forget_news()

    def _start(self, position: Position) -> int:
        if position.uidvalidity == self._uidvalidity:
            return position.last_uid
        if position.uidvalidity:
            self.findings.append(
                Finding(
                    Severity.WARNING,
                    "rescan",
                    N_(
                        "The server numbered the messages of %(folder)s anew, so all %(count)s of them are "
                        "looked at again. Those that Kurier knows are not filed twice."
                    ),
                    folder=self.server.folder,
                    count=self._selected[b"EXISTS"],
                )
            )
        return 0

    def _windows(self) -> Iterable[list[str]]:
        """Search criteria that together cover the folder, none of them with an answer too long to read."""
        exists = self._selected[b"EXISTS"]
        if exists <= self._search_at_once:
            return [[]]
        return [
            [f"{first}:{min(first + self._search_at_once - 1, exists)}"]
            for first in range(1, exists + 1, self._search_at_once)
        ]

    def _newer(self, client: Connection, last_uid: int) -> list[int]:
        found = (client.search([*window, "UID", f"{last_uid + 1}:*"]) for window in self._windows())
        # `n:*` always includes the last message, however low its number (RFC 9051, 6.4.8).
        return sorted(uid for uids in found for uid in uids if uid > last_uid)

    def _sizes(self, uids: list[int]) -> Iterator[tuple[int, int]]:
        """(uid, octets to expect) of those that still exist."""
        for start in range(0, len(uids), _SIZES_AT_ONCE):
            some = uids[start : start + _SIZES_AT_ONCE]
            with self._talking() as client:
                found = client.fetch(some, ["RFC822.SIZE"])
            for uid in some:
                if b"RFC822.SIZE" in found.get(uid, {}):
                    yield uid, found[uid][b"RFC822.SIZE"]

    def _fetch_patiently(self, batch: list[tuple[int, int]]) -> list[Fetched]:
        """The messages of ``batch``, over a new connection if need be.

        Some servers end the connection at a message that they cannot read themselves. Asked for alone it is
        found out, so that it does not hold up those behind it for ever.
        """
        try:
            with self._talking() as client:
                return self._fetch_batch(client, batch)
        except SourceError as error:
            self._come_back(error)
        return [message for single in batch for message in self._fetch_alone(single)]

    def _fetch_alone(self, single: tuple[int, int]) -> list[Fetched]:
        for _ in range(2):
            try:
                with self._talking() as client:
                    return self._fetch_batch(client, [single])
            except SourceError as error:
                self._come_back(error)
                answer = str(error.params.get("answer"))
        return [self._refused(*single, answer)]

    def _come_back(self, error: SourceError) -> None:
        if error.code not in _PASSING:
            raise error
        before = self._uidvalidity
        self.open()
        if self._uidvalidity != before:
            raise error  # the numbers at hand mean other messages now

    def _fetch_batch(self, client: Connection, batch: list[tuple[int, int]]) -> list[Fetched]:
        try:
            whole = [uid for uid, size in batch if size <= self._message_limit]
            answers = client.fetch(whole, ["BODY.PEEK[]", "INTERNALDATE"])
            messages = (self._message(client, uid, size, answers.get(uid)) for uid, size in batch)
            return [message for message in messages if message]
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError as error:
            if len(batch) > 1:  # one that the server cannot read does not hold up the others
                return [message for single in batch for message in self._fetch_batch(client, [single])]
            return [self._refused(*batch[0], str(error))]

    def _message(
        self, client: Connection, uid: int, size: int, answer: dict[bytes, Any] | None
    ) -> Fetched | None:
        """None: it was expunged meanwhile."""
        folder, uidvalidity = self.server.folder, self._uidvalidity
        if size <= self._message_limit:
            given = answer or {}
            raw = given.get(b"BODY[]")
            if isinstance(raw, bytes):
                return Fetched(folder, uidvalidity, str(uid), raw, size, False, uid, at=_moment(given.get(b"INTERNALDATE")))
            client.noop()  # hear of what was expunged
            return self._refused(uid, size, "NIL") if client.search(["UID", str(uid)]) else None
        shortened = fetch_shortened(client, uid)
        if shortened is None:
            return None
        raw, omitted = shortened
        return Fetched(folder, uidvalidity, str(uid), raw, size, True, uid, omitted)

    def _refused(self, uid: int, size: int, answer: str) -> Fetched:
        """In place of a message: what the server said when it was asked for it."""
        finding = Finding(
            Severity.ERROR,
            "unreadable_message",
            N_("%(host)s could not give message %(uid)s of %(folder)s: %(answer)s"),
            host=self.server.host,
            uid=uid,
            folder=self.server.folder,
            answer=answer,
        )
        return Fetched(self.server.folder, self._uidvalidity, str(uid), b"", size, False, uid, refusal=finding)

    def _takes_keyword(self) -> bool:
        permitted = self._selected.get(b"PERMANENTFLAGS", ())
        return b"\\*" in permitted or KEYWORD.encode() in permitted

    def _move(self, client: Connection, uids: list[int], folder: str) -> None:
        if not client.folder_exists(folder):
            client.create_folder(folder)
            client.subscribe_folder(folder)
        if client.has_capability("MOVE"):
            client.move(uids, folder)
        elif client.has_capability("UIDPLUS"):
            client.copy(uids, folder)
            client.delete_messages(uids, silent=True)
            client.uid_expunge(uids)
        elif self._takes_keyword():  # a plain EXPUNGE would remove what others marked as deleted
            client.add_flags(uids, [KEYWORD], silent=True)

    def _idle(self, client: Connection, seconds: float) -> bool:
        client.idle()
        heard = client.idle_check(timeout=seconds)
        client.socket().settimeout(self.server.read_timeout)
        if heard and heard[-1][:1] == (b"BYE",):
            raise imaplib.IMAP4.abort("the server said goodbye")
        return _announces(heard + client.idle_done()[1])

    def _describe(self, client: Connection) -> list[Finding]:
        server = self.server
        found = [
            Finding(
                Severity.OK, "signed_in", N_("Signed in to %(host)s as %(username)s; %(folder)s holds %(count)s messages."),
                host=server.host, username=server.username, folder=server.folder, count=self._selected[b"EXISTS"],
            )
        ]
        if server.security is Security.NONE:
            found.append(Finding(Severity.WARNING, "not_encrypted", N_("The connection is not encrypted.")))
        if client.has_capability("IDLE"):
            found.append(Finding(Severity.OK, "idle", N_("The server announces new mail at once.")))
        else:
            found.append(
                Finding(
                    Severity.WARNING,
                    "no_idle",
                    N_("The server does not announce new mail; Kurier asks every %(seconds)s seconds."),
                    seconds=int(self._poll_every),
                )
            )
        if client.has_capability("MOVE") or client.has_capability("UIDPLUS"):
            found.append(
                Finding(Severity.OK, "move", N_("Messages can be moved to another folder once read."))
            )
        else:
            found.append(
                Finding(Severity.WARNING, "no_move", N_("The server cannot move messages; they stay here."))
            )
        if not self._takes_keyword():
            found.append(
                Finding(
                    Severity.WARNING,
                    "no_keyword",
                    N_("The server does not let Kurier mark messages; Kurier itself remembers what it read."),
                )
            )
        return found


def _announces(responses: list[Any]) -> bool:
    return any(len(response) > 1 and response[1] == b"EXISTS" for response in responses)


def _moment(given: Any) -> datetime | None:
    """INTERNALDATE as imapclient gives it: local and naive."""
    return given.astimezone(UTC) if isinstance(given, datetime) else None
