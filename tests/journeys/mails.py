"""Mail as people send it. Where the CRM was in blind copy, no header says so."""

from email.message import EmailMessage
from email.policy import SMTP
from secrets import token_hex

from tests.journeys.desk import Desk
from tests.journeys.program import Kurier, eventually
from tests.servers.dovecot import Account


def mail(sender: str, to: str, subject: str, text: str, **headers: str) -> bytes:
    """A plain mail; a file beside it: ``attachment="offer.txt"``."""
    message = EmailMessage(policy=SMTP)
    attachment = headers.pop("attachment", None)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{token_hex(8)}@mail.example>"
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if attachment:
        message.add_attachment(b"enclosed", maintype="text", subtype="plain", filename=attachment)
    return message.as_bytes()


def connect(kurier: Kurier, ada: Desk, name: str, account: Account) -> None:
    """Add the mailbox ``name`` at the command line, and wait until the program reads it."""
    server = ("--host", "127.0.0.1", "--port", str(account.server.imap_port), "--security", "none")
    said = kurier.command("mailbox", "add", name, *server, "--username", account.user, MAILBOX_PASSWORD=account.password)
    assert f"{name} is read from now on" in said
    ada.open("/mailboxview/list/")
    ada.follow(ada.page.get_by_role("link", name=name, exact=True))
    eventually(lambda: ada.page.reload() and ada.fact("Last success"))
