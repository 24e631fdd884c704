"""Dovecot without any privilege: IMAP (plain, STARTTLS, TLS) and LMTP on loopback, one mailbox per test."""

import grp
import os
import secrets
import shutil
import smtplib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.process import Child, DidNotStart, Server, free_port, program

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mailbox_list_index = no
lmtp_add_received_header = yes
lmtp_hdr_delivery_address = original
lmtp_save_to_detail_mailbox = no
recipient_delimiter = +
postmaster_address = postmaster@mail.test
hostname = mx.mail.test
{token_passdb}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""

_TOKEN_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {folder}/oauth2.conf
}}
"""
_INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
active_attribute = active
active_value = true
username_attribute = email
"""


def _xtext(address: str) -> str:
    """``address`` as RFC 3461 wants it in an ORCPT parameter."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in address)


@dataclass(frozen=True)
class Account:
    """A mailbox of its own, empty, on a running server."""

    server: "Dovecot"
    user: str

    @property
    def password(self) -> str:
        return self.server.password

    def deliver(self, raw: bytes, to: Sequence[str] = (), *, sender: str = "") -> None:
        """Store ``raw`` once for each envelope recipient in ``to``, as a mail server does with aliases.

        The recipient shows only in the Delivered-To and Received lines that LMTP adds.
        """
        self.server.deliver(raw, dict.fromkeys(to or [self.user], self.user), sender=sender)

    def client(self) -> IMAPClient:
        """Another mail program, signed in; the caller logs out."""
        client = IMAPClient("127.0.0.1", port=self.server.imap_port, ssl=False, timeout=60)
        client.login(self.user, self.password)
        return client

    def change_uidvalidity(self, value: int, folder: str = "INBOX") -> None:
        self.server.doveadm("mailbox", "update", "-u", self.user, "--uid-validity", str(value), folder)

    def create_folder(self, folder: str) -> None:
        self.server.doveadm("mailbox", "create", "-u", self.user, folder)

    def kick(self) -> None:
        """Cut every IMAP connection of this mailbox."""
        self.server.doveadm("kick", self.user)


class Dovecot(Server):
    """A running server; ``account()`` gives an empty mailbox in no time."""

    name = "dovecot"

    def __init__(self, *, without: Sequence[str] = (), tokens: Sequence[str] = (), introspection_url: str = "") -> None:
        """``without`` hides IMAP capabilities, such as IDLE or MOVE, as poorer servers do.

        ``tokens`` are SASL mechanisms that take an access token, which is asked about at ``introspection_url`` (RFC 7662).
        """
        self._without = frozenset(without)
        self._tokens, self._introspection_url = " ".join(tokens), introspection_url
        self.password = secrets.token_urlsafe(24)

    @property
    def certificate(self) -> Path:
        """What a client must trust; it names localhost and 127.0.0.1."""
        return self.folder / "certificate.pem"

    def _start(self) -> None:
        self.folder.chmod(0o711)  # the tests read the certificate
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self._make_certificate()
        text = _CONFIGURATION.format(
            folder=self.folder,
            user=self._owner.pw_name,
            group=grp.getgrgid(self._owner.pw_gid).gr_name,
            uid=self._owner.pw_uid,
            gid=self._owner.pw_gid,
            password=self.password,
            imap=self.imap_port,
            imaps=self.imaps_port,
            lmtp=self.lmtp_port,
            mechanisms=f"plain login {self._tokens}".strip(),
            token_passdb=_TOKEN_PASSDB.format(mechanisms=self._tokens, folder=self.folder) if self._tokens else "",
        )
        if self._tokens:
            introspection = self.folder / "oauth2.conf"
            introspection.write_text(_INTROSPECTION.format(url=self._introspection_url))
            self._give_away(introspection)
        if self._without:
            text += f"imap_capability = {self._reduced_capabilities()}\n"
        self._configuration = self.folder / "dovecot.conf"
        self._configuration.write_text(text)
        self._configuration.chmod(0o600)
        self._give_away(self._configuration)
        self._child = Child(
            [program("dovecot"), "-F", "-c", str(self._configuration)],
            self.folder / "dovecot.log",
            owner=self._owner,
        )
        self._child.wait_until(self._answers)
        for port in (self.imap_port, self.imaps_port, self.lmtp_port):
            if not self._child.listens_on(port):
                raise DidNotStart(f"Port {port} belongs to another process.")

    def _reduced_capabilities(self) -> str:
        offered = (
            "LITERAL+",
            "SASL-IR",
            "LOGIN-REFERRALS",
            "ID",
            "ENABLE",
            "IDLE",
            "MOVE",
            "UIDPLUS",
            "NAMESPACE",
        )
        return " ".join(["IMAP4rev1", *(name for name in offered if name not in self._without)])

    def _make_certificate(self) -> None:
        subprocess.run(
            [
                *(
                    program("openssl"),
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                ),
                *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
                *("-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        self._give_away(self.folder / "key.pem")

    def _give_away(self, path: Path) -> None:
        shutil.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def _answers(self) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=60) as lmtp:
                lmtp.noop()
            IMAPClient("127.0.0.1", port=self.imap_port, ssl=False, timeout=60).logout()
        except OSError:
            return False
        return True

    def account(self) -> Account:
        return Account(self, f"box-{secrets.token_hex(6)}@mail.test")

    def deliver(self, raw: bytes, to: dict[str, str], *, sender: str = "") -> None:
        """Deliver by LMTP: ``to`` maps each envelope address to the mailbox behind it."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, local_hostname="relay.mail.test", timeout=120) as lmtp:
            for address, user in to.items():
                lmtp.ehlo_or_helo_if_needed()
                lmtp.sendmail(sender, [user], raw, rcpt_options=[f"ORCPT=rfc822;{_xtext(address)}"])

    def doveadm(self, *arguments: str) -> str:
        """Run an administrator's command as the server's user; its output."""
        drop = self._owner.pw_uid if os.getuid() == 0 else None
        done = subprocess.run(
            [program("doveadm"), "-c", str(self._configuration), *arguments],
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
            user=drop,
            group=self._owner.pw_gid if drop else None,
            extra_groups=[] if drop else None,
            cwd=self.folder,
        )
        return done.stdout
