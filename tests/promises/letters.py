"""Mails of a special shape: a bounce, a forward, an invitation."""


def _of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def bounce_of(address: str, *, status: str = "5.1.1", diagnostic: str = "smtp; 550 User unknown", action: str = "failed", number: int = 1) -> bytes:
    """The report of a mail server that mail to ``address`` cannot be delivered (RFC 3464)."""
    return _of(
        "Return-Path: <>", "From: Mail Delivery System <MAILER-DAEMON@mx.grandouest.example>", "To: anna@grandouest.example",
        "Subject: Undelivered Mail Returned to Sender", "Date: Fri, 20 Nov 2026 09:15:00 +0100",
        f"Message-ID: <bounce-{number}-{address}>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"', "",
        "--r", "Content-Type: text/plain", "", "Your message could not be delivered.",
        "--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.grandouest.example", "",
        f"Final-Recipient: rfc822; {address}", f"Action: {action}", f"Status: {status}", "Remote-MTA: dns; mx.jesion.example",
        f"Diagnostic-Code: {diagnostic}", "--r--", "",
    )


def feedback_of(address: str, *, kind: str = "abuse", original: str = "offer@grandouest.example") -> bytes:
    """A provider reports that ``address`` called a mail of ours unwanted (RFC 5965); an empty address: it hides who."""
    return _of(
        "From: Feedback <fbl@provider.example>", "To: postmaster@grandouest.example", "Subject: FW: Offer", "Message-ID: <fbl@provider.example>",
        "Date: Fri, 20 Nov 2026 10:00:00 +0100", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="f"', "",
        "--f", "Content-Type: text/plain", "", "This is an abuse report.",
        "--f", "Content-Type: message/feedback-report", "", f"Feedback-Type: {kind}", "User-Agent: Provider/1", "Version: 1",
        *([f"Original-Rcpt-To: {address}"] if address else []), "",
        "--f", "Content-Type: message/rfc822", "", "From: anna@grandouest.example", f"To: {address or 'undisclosed'}", "Subject: Offer",
        f"Message-ID: <{original}>", "", "Hello", "--f--", "",
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


def calendar_of(
    sender: str, *, method: str = "REQUEST", uid: str = "visit-7", start: str = "20261126T140000", sequence: int = 0, more: str = "",
    organizer: str = "k.dudek@jesion.example", guests: str = "ATTENDEE;CN=Anna;PARTSTAT=NEEDS-ACTION:mailto:anna@grandouest.example",
    to: str = "sales@crm.grandouest.example", subject: str = "Visit of the warehouse", number: int = 1, zone: str = "Europe/Warsaw",
) -> bytes:
    """Calendar mail (RFC 6047) as a program of ``sender`` writes it."""
    end = start[:9] + f"{int(start[9:11]) + 1:02d}" + start[11:] if "T" in start else ""
    what = "VALUE=DATE" if not end else f"TZID={zone}"
    return _of(
        f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <calendar-{method}-{sequence}-{number}@jesion.example>",
        f"Date: Fri, 20 Nov 2026 08:{sequence:02d}:00 +0100", "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="c"', "",
        "--c", "Content-Type: text/plain; charset=utf-8", "", "We invite you.",
        "--c", f"Content-Type: text/calendar; method={method}; charset=utf-8", "",
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", f"DTSTART;{what}:{start}",
        *([f"DTEND;{what}:{end}"] if end else []), f"DTSTAMP:20261120T08{sequence:02d}00Z", f"SEQUENCE:{sequence}", f"SUMMARY:{subject}",
        "LOCATION:ul. Jesionowa 4\\, Białystok", f"ORGANIZER;CN=Katarzyna Dudek:mailto:{organizer}", guests,
        *([more] if more else []), "END:VEVENT", "END:VCALENDAR", "--c--", "",
    )
