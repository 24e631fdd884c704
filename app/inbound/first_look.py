"""What the last messages of a mailbox say about it before it is read: whom it will believe, and what it will recognise."""

from collections import Counter
from collections.abc import Sequence

from app.inbound.mime.authentication import normal_server, server_of
from app.inbound.mime.mail import Mail
from app.inbound.sources.source import Finding, Severity
from app.support.i18n import N_

UNNAMED = "results_unnamed"  # its parameter ``other`` is the server that could be believed


def first_look(mails: Sequence[Mail], authserv_id: str | None, is_trusted: bool) -> list[Finding]:
    """What will work in this mailbox, judged by the headers of its last ``mails``, newest first."""
    found = [trust_in_mailbox(mails, authserv_id, is_trusted)]
    if not mails:
        return found
    server = normal_server(authserv_id or "") or str(found[0].params.get("other", ""))
    if server and not is_trusted:
        found += _results(mails, server)
    return [*found, _envelopes(mails)]


def servers_of(mail: Mail) -> list[str]:
    """Who wrote the results of ``mail``, topmost first; empty for one who does not say."""
    return [server_of(value) for value in mail.authentication_results]


def _results(mails: Sequence[Mail], server: str) -> list[Finding]:
    """What ``server`` says, and on how many messages it says nothing."""
    said = [next((value.lower() for value in mail.authentication_results if server_of(value) == server), "") for mail in mails]
    present = [value for value in said if value]
    if not present:
        return []
    dmarc, dkim = sum("dmarc=" in value for value in present), sum("dkim=" in value for value in present)
    found = [
        Finding(
            Severity.OK if dmarc or dkim else Severity.WARNING,
            "methods",
            N_("%(server)s reports DMARC on %(dmarc)s and DKIM on %(dkim)s of %(count)s messages. One of the two is needed to recognise a colleague."),
            server=server, dmarc=dmarc, dkim=dkim, count=len(present),
        )
    ]
    missing = len(said) - len(present)
    if missing:
        found.append(
            Finding(
                Severity.WARNING,
                "results_missing",
                N_(
                    "%(missing)s of the last %(count)s messages came without results of %(server)s. "
                    "Make sure that it removes forged results in its name also from these."
                ),
                missing=missing, count=len(mails), server=server,
            )
        )
    return found


def _envelopes(mails: Sequence[Mail]) -> Finding:
    named = sum(bool(mail.envelope) for mail in mails)
    if named == 0:
        return Finding(
            Severity.WARNING,
            "no_envelope",
            N_(
                "None of the last %(count)s messages names the address that it was delivered to (Delivered-To, X-Original-To). "
                "A secret address in blind copy cannot be seen then: let the server add such a header."
            ),
            count=len(mails),
        )
    return Finding(
        Severity.OK if named == len(mails) else Severity.WARNING,
        "envelope",
        N_("%(named)s of the last %(count)s messages name the address that they were delivered to: by it a blind copy is recognised."),
        named=named, count=len(mails),
    )


def trust_in_folder(is_trusted: bool) -> Finding:
    """How colleagues are recognised in a folder of this machine."""
    if is_trusted:
        return Finding(
            Severity.OK,
            "trusted",
            N_("This mailbox is trusted: whoever writes from a colleague’s address is believed."),
        )
    return Finding(
        Severity.WARNING,
        "untrusted_folder",
        N_(
            "Colleagues are recognised by their secret addresses only. Mark the folder as trusted if only your own programs put mail there."
        ),
    )


def trust_in_mailbox(mails: Sequence[Mail], authserv_id: str | None, is_trusted: bool) -> Finding:
    """How colleagues will be recognised here, judged by the last ``mails`` (their headers are enough), newest first."""
    if is_trusted:
        return trust_in_folder(is_trusted)
    if not mails:
        return Finding(
            Severity.WARNING,
            "no_messages",
            N_(
                "There is no message yet to judge by. Until the server’s own results are seen, colleagues are recognised by their secret addresses."
            ),
        )
    servers = [servers_of(mail) for mail in mails]
    own = normal_server(authserv_id or "")
    if own:
        vouched = sum(own in names for names in servers)
        if vouched:
            return Finding(
                Severity.OK,
                "results_found",
                N_(
                    "%(vouched)s of the last %(count)s messages carry results of %(server)s: colleagues are recognised by them, or by their secret addresses."
                ),
                vouched=vouched,
                count=len(mails),
                server=own,
            )
    topmost = Counter(names[0] for names in servers if names and names[0])
    nameless = sum(names[:1] == [""] for names in servers)
    if nameless and not topmost:
        return Finding(
            Severity.WARNING,
            "results_without_name",
            N_(
                "%(count)s of the last messages carry results of a server that does not name itself, as Microsoft 365 does. "
                "Anybody could have written them: colleagues are recognised by their secret addresses only."
            ),
            count=nameless,
        )
    if not topmost:
        return Finding(
            Severity.WARNING,
            "no_results",
            N_(
                "None of the last %(count)s messages carries Authentication-Results: colleagues are recognised by their secret addresses only."
            ),
            count=len(mails),
        )
    name, often = topmost.most_common(1)[0]
    if own:
        return Finding(
            Severity.WARNING,
            "other_results",
            N_(
                "None of the last %(count)s messages carries results of %(server)s; %(often)s carry those of %(other)s. Is that your mail server?"
            ),
            count=len(mails),
            server=own,
            often=often,
            other=name,
        )
    return Finding(
        Severity.WARNING,
        "results_unnamed",
        N_(
            "%(often)s of the last %(count)s messages carry results of %(other)s. "
            "If that is your own mail server, name it as the server whose results are believed."
        ),
        count=len(mails),
        often=often,
        other=name,
    )
