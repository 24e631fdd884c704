"""Mails of a special shape: a bounce, a forward, an invitation."""


def _of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def bounce_of(address: str) -> bytes:
    """The report of a mail server that mail to ``address`` cannot be delivered (RFC 3464)."""
    return _of(
        "Return-Path: <>", "From: Mail Delivery System <MAILER-DAEMON@mx.grandouest.example>", "To: anna@grandouest.example",
        "Subject: Undelivered Mail Returned to Sender", "Date: Fri, 20 Nov 2026 09:15:00 +0100",
        f"Message-ID: <bounce-{address}>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"', "",
        "--r", "Content-Type: text/plain", "", "Your message could not be delivered.",
        "--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.grandouest.example", "",
        f"Final-Recipient: rfc822; {address}", "Action: failed", "Status: 5.1.1", "--r--", "",
    )


def forward_of(sender: str, *, by: str) -> bytes:
    """A mail of ``sender`` as ``by`` forwards it to a public address; without one nobody can tell whose it was."""
    inner = [f"Od: {sender}"] if sender else ["Od: Pani z targów"]
    return _of(
        f"From: {by}", "To: sales@crm.grandouest.example", "Subject: Fwd: Zapytanie", "Message-ID: <forward@grandouest.example>",
        "Date: Fri, 20 Nov 2026 09:15:00 +0100", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "",
        "---------- Forwarded message ---------", *inner, "Date: czw., 19 lis 2026 o 10:00", "Subject: Zapytanie",
        "To: <anna@grandouest.example>", "", "Dzień dobry, prosimy o ofertę.", "",
    )


def invitation_from(sender: str) -> bytes:
    return _of(
        f"From: {sender}", "To: sales@crm.grandouest.example", "Subject: Invitation: Visit", "Message-ID: <invite@nowa.example>",
        "Date: Fri, 20 Nov 2026 08:00:00 +0100", "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="c"', "",
        "--c", "Content-Type: text/plain", "", "Visit on Monday.", "--c", "Content-Type: text/calendar; method=REQUEST", "",
        "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:visit-1", "END:VEVENT", "END:VCALENDAR", "--c--", "",
    )
