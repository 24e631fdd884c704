"""What the last messages of a mailbox say about it before it is read: whom it will believe, and what it will recognise."""

from collections import Counter
from collections.abc import Sequence

from app.inbound.mime.authentication import normal_server, server_of
from app.inbound.mime.mail import Mail
from app.inbound.sources.source import Finding, Severity
from app.support.i18n import N_

UNNAMED = "results_unnamed"  # its parameter ``other`` is the server that could be believed
SENTENCES = {
    "trusted": N_("This mailbox is trusted: whoever writes from a colleague’s address is believed."),
    "results_found": N_(
        "%(vouched)s of the last %(count)s messages carry results of %(server)s: colleagues are recognised by them, or by their secret addresses."
    ),
    "methods": N_("%(server)s reports DMARC on %(dmarc)s and DKIM on %(dkim)s of %(count)s messages. One of the two is needed to recognise a colleague."),
    "envelope": N_("%(named)s of the last %(count)s messages name the address that they were delivered to: by it a blind copy is recognised."),
    "untrusted_folder": N_(
        "Colleagues are recognised by their secret addresses only. Mark the folder as trusted if only your own programs put mail there."
    ),
    "no_messages": N_(
        "There is no message yet to judge by. Until the server’s own results are seen, colleagues are recognised by their secret addresses."
    ),
    "results_missing": N_(
        "%(missing)s of the last %(count)s messages came without results of %(server)s. "
        "Make sure that it removes forged results in its name also from these."
    ),
    "no_envelope": N_(
        "None of the last %(count)s messages names the address that it was delivered to (Delivered-To, X-Original-To). "
        "A secret address in blind copy cannot be seen then: let the server add such a header."
    ),
    "results_without_name": N_(
        "%(count)s of the last messages carry results of a server that does not name itself, as Microsoft 365 does. "
        "Anybody could have written them: colleagues are recognised by their secret addresses only."
    ),
    "no_results": N_(
        "None of the last %(count)s messages carries Authentication-Results: colleagues are recognised by their secret addresses only."
    ),
    "other_results": N_(
        "None of the last %(count)s messages carries results of %(server)s; %(often)s carry those of %(other)s. Is that your mail server?"
    ),
    "results_unnamed": N_(
        "%(often)s of the last %(count)s messages carry results of %(other)s. "
        "If that is your own mail server, name it as the server whose results are believed."
    ),
}


def _good(code: str, **params: object) -> Finding:
    return Finding(Severity.OK, code, SENTENCES[code], **params)


def _warning(code: str, **params: object) -> Finding:
    return Finding(Severity.WARNING, code, SENTENCES[code], **params)


def first_look(mails: Sequence[Mail], authserv_id: str | None, is_trusted: bool) -> list[Finding]:
    """What will work in this mailbox, judged by the headers of its last ``mails``, newest first."""
    own = normal_server(authserv_id or "")
    found = [_good("trusted") if is_trusted else _believed(mails, own)]
    if not mails:
        return found
    server = own or str(found[0].params.get("other", ""))
    if server and not is_trusted:
        found += _results(mails, server)
    return [*found, _envelopes(mails)]


def trust_in_folder(is_trusted: bool) -> Finding:
    """How colleagues are recognised in a folder of this machine."""
    return _good("trusted") if is_trusted else _warning("untrusted_folder")


def _believed(mails: Sequence[Mail], own: str) -> Finding:
    """Whose results can be believed: those of ``own``, or of a server that is proposed."""
    if not mails:
        return _warning("no_messages")
    count = len(mails)
    servers = [[server_of(value) for value in mail.authentication_results] for mail in mails]  # empty for one that does not say
    if own and (vouched := sum(own in names for names in servers)):
        return _good("results_found", vouched=vouched, count=count, server=own)
    topmost = Counter(names[0] for names in servers if names and names[0])
    if not topmost:
        nameless = sum(names[:1] == [""] for names in servers)
        return _warning("results_without_name", count=nameless) if nameless else _warning("no_results", count=count)
    name, often = topmost.most_common(1)[0]
    if own:
        return _warning("other_results", count=count, server=own, often=often, other=name)
    return _warning(UNNAMED, count=count, often=often, other=name)


def _results(mails: Sequence[Mail], server: str) -> list[Finding]:
    """What ``server`` says, and on how many messages it says nothing."""
    said = [next((value.lower() for value in mail.authentication_results if server_of(value) == server), "") for mail in mails]
    present = [value for value in said if value]
    if not present:
        return []
    dmarc, dkim = sum("dmarc=" in value for value in present), sum("dkim=" in value for value in present)
    judged = _good if dmarc or dkim else _warning
    found = [judged("methods", server=server, dmarc=dmarc, dkim=dkim, count=len(present))]
    if missing := len(said) - len(present):
        found.append(_warning("results_missing", missing=missing, count=len(mails), server=server))
    return found


def _envelopes(mails: Sequence[Mail]) -> Finding:
    named = sum(bool(mail.envelope) for mail in mails)
    if not named:
        return _warning("no_envelope", count=len(mails))
    return (_good if named == len(mails) else _warning)("envelope", named=named, count=len(mails))
