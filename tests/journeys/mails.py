"""Mail as people send it. Where the CRM was in blind copy, no header says so."""

from email.message import EmailMessage
from email.policy import SMTP
from secrets import token_hex


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
