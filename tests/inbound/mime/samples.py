"""The mails of tests/mail and the firm that receives them."""

from pathlib import Path

from app.inbound.mime.directory import Directory
from app.inbound.mime.mail import Mail
from app.inbound.mime.read import read
from app.inbound.mime.understand import Understanding, understand

MAILS = Path(__file__).parents[2] / "mail"

FIRM = Directory(
    users={"anna@firm.example": "anna", "anna@home.example": "anna"},
    crm_addresses={"crm@firm.example": "public", "sales@firm.example": "team"},
    domains=frozenset({"firm.example"}),
)


def sample(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def mail(**headers: str) -> Mail:
    """A short mail with the given headers, ``In_Reply_To`` for In-Reply-To, and ``body``."""
    body = headers.pop("body", "Hello, could you please call me about the machine?")
    given = {
        "From": "Mary Stone <mary@buyer.example>",
        "To": "crm@firm.example",
        "Subject": "Question",
        "Date": "Fri, 20 Nov 2026 09:12:00 +0100",
        "Message-ID": "<1@buyer.example>",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return read(("".join(f"{name}: {value}\n" for name, value in given.items()) + "\n" + body).encode())


def understood(name: str, directory: Directory = FIRM) -> Understanding:
    return understand(read(sample(name)), directory)
