"""Failed deliveries (RFC 3464), and the same news from servers that never read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import HeaderParser

from app.domain.bounces import LASTING, Cause
from app.inbound.mime.mail import Mail
from app.inbound.mime.refusals import EXACT, Stage, cause_of, is_full, stage_of

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_HEADER_TYPES = ("text/rfc822-headers", "message/global-headers")
MAX_REPORT = 64 * 1024
MAX_TOLD = 20_000
MAX_RECIPIENTS = 200

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
_ADDRESS = re.compile(_EMAIL)
_REFUSAL = re.compile(r"(?<![\d.])([45])\d\d(?:[ -]|: )")
# A line that begins with a recipient, as mail systems list those who failed.
_LISTED = re.compile(rf"^[ \t>*]{{0,12}}(?:[45]\d\d (?:[45]\.\d\.\d{{1,2}} )?)?[<\"]?({_EMAIL})[>\"]?(?=\s*$|\.\.\.|:|[ \t]*[(\[]|[ \t]+Invalid)", re.MULTILINE)
_DELAY = re.compile(
    r"delayed|will (?:be retried|retry|continue|keep trying)|warning: could not send|not yet been delivered"
    r"|do not need to resend|deferred",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"undeliver|did not reach|mail failed|delivery error|error message below|delivery (?:status"
    r"|failure|has failed|to the following)|failure notice|mail delivery fail|returned mail"
    r"|could not (?:be delivered|deliver)|couldn't be delivered|permanent (?:fatal )?error"
    r"|delivery notification"
    r"|not delivered|unable to deliver|delivery problem|returned to sender|mail system error|rejected"
    r"|non remis"
    r"|échec de (?:la )?(?:remise|livraison)|n'a pas pu être (?:remis|distribué|livré|délivré|acheminé)|nie (?:został"
    r"|można|mogła)[\w ]{0,30}dostarcz"
    r"|niedostarcz|zwrot|unzustellbar|user unknown|unknown user|no such user|message you sent"
    r"|mail failure|недоставл|не доставл",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|post_master|mail[. ]?delivery|mdaemon|mailer|bounce[sd]?"
    r"|(?:mail|delivery)[-.]?(?:system|subsystem))\b",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^.{0,12}(?:original message|copy of (?:the|your) message|message (?:headers|follows)|the following is|"
    r"unsent message|included below|-{3,}(?!-| ?server).{0,60}(?:header|message)).{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One failed recipient. ``is_permanent`` says that mail will never reach the address, nothing less."""

    recipient: str | None
    status: str | None
    is_permanent: bool
    action: str
    diagnostic: str = ""
    cause: Cause = Cause.UNCLEAR
    reporter: str = ""  # the server that says so
    original_message_id: str | None = None
    others: "tuple[Bounce, ...]" = ()


def find_bounce(mail: Mail) -> Bounce | None:
    """Return the failure that ``mail`` reports, worst recipient first, or None when it reports none."""
    found = [bounce for text in _statuses(mail) for bounce in _blocks(text, mail)]
    if not found:
        found = _from_text(mail)
    if not found:
        return None
    found = [each if each.recipient else replace(each, recipient=_returned_to(mail)) for each in found]
    found.sort(key=lambda bounce: (bounce.action not in ("failed", "delayed"), not bounce.is_permanent))
    return replace(found[0], original_message_id=original_id(mail), others=tuple(found[1:MAX_RECIPIENTS]))


def _statuses(mail: Mail) -> Iterator[str]:
    for part in mail.reports:
        if part.type in _STATUS_TYPES:
            yield part.content[:MAX_REPORT].decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")


def _blocks(text: str, mail: Mail) -> Iterator[Bounce]:
    told = _told(mail)
    by_address = dict(_listed(told))
    reporter = ""
    for block in re.split(r"\n\s*\n", text)[:MAX_RECIPIENTS]:
        fields = HeaderParser().parsestr(block.strip())
        reporter = _host(fields, "reporting-mta") or reporter
        recipient = _recipient(fields.get("final-recipient")) or _recipient(fields.get("original-recipient"))
        action = str(fields.get("action", "")).split("(")[0].strip().lower()
        if not (recipient or action):
            continue
        about = by_address.get(recipient or "", "") if len(by_address) > 1 else told
        yield _judged(fields, recipient, action or "failed", about, reporter)


def _judged(fields: Message, recipient: str | None, action: str, about: str, reporter: str) -> Bounce:
    """Weigh one block of a report, with what its human-readable part says about that recipient."""
    diagnostic = " ".join(str(fields.get("diagnostic-code", "")).split())[:2_000]
    category = str(fields.get("x-powermta-bouncecategory", ""))[:40]
    code = _CODE.search(str(fields.get("status", "")))
    status, stage = code[1] if code else None, stage_of(f"{diagnostic} {about}")
    found = judge(recipient, action, status, f"{diagnostic} {category}".strip(), stage=stage)
    if found.cause is Cause.UNCLEAR and not _REFUSAL.search(diagnostic):
        found = judge(recipient, action, status, about, stage=stage)  # the codes say nothing, the words may
    elif found.is_permanent and is_full(about):
        found = replace(found, cause=Cause.FULL, is_permanent=False)
    return replace(found, reporter=_host(fields, "remote-mta") or reporter, diagnostic=diagnostic[:500] or found.diagnostic)


def _host(fields: Message, name: str) -> str:
    value = " ".join(str(fields.get(name, "")).split())[:300]
    host = value.partition(";")[2].strip().split(" ")[0].rstrip(".")
    return host[:120] if "." in host else ""


def judge(
    recipient: str | None, action: str, status: str | None, diagnostic: str, *, stage: Stage = Stage.UNKNOWN
) -> Bounce:
    """Weigh one recipient. The code that the refusing server gave is more exact than the status."""
    exact = next((code for code in _CODE.findall(diagnostic) if not code.endswith(".0.0")), None)
    reply = _REFUSAL.search(diagnostic)
    if status is None or status.endswith(".0.0") or status in EXACT:
        status = exact or status or (f"{reply[1]}.0.0" if reply else None)
    cause = cause_of(status, diagnostic, stage=stage, is_quoted=bool(reply or exact))
    is_permanent = action == "failed" and cause in LASTING
    if status is None and is_permanent:
        status = "5.1.2" if cause is Cause.NO_DOMAIN else "5.1.1"
    return Bounce(recipient, status, is_permanent, action, diagnostic[:500], cause)


def _recipient(value: object) -> str | None:
    match = _ADDRESS.search(str(value or "")[:1_000])
    return match[0].lower() if match else None


def _told(mail: Mail) -> str:
    """What the mail system says itself, without the message that it returns."""
    text = mail.text[:MAX_TOLD]
    cut = _ORIGINAL.search(text)
    return text[: cut.start()] if cut and cut.start() > 0 else text[:8_000]


def _listed(told: str) -> list[tuple[str, str]]:
    """The recipients that ``told`` lists at the beginning of a line, each with what is said until the next one."""
    spots = [(match.start(), match[1].lower()) for match in _LISTED.finditer(told)][: MAX_RECIPIENTS + 1]
    found: dict[str, str] = {}
    for (start, address), (end, _) in zip(spots, [*spots[1:], (len(told), "")], strict=False):
        found[address] = f"{found.get(address, '')}\n{told[start:end]}".strip()
    return list(found.items())


def _from_text(mail: Mail) -> list[Bounce]:
    """Read a failure that is told in words only, from a sender that is a mail system."""
    failed = mail.headers.get("x-failed-recipients", ())
    told = f"{mail.subject}\n{mail.text[:4_000]}"
    is_told = _is_robot(mail) and (_FAILURE.search(told) or (_is_daemon(mail) and _DELAY.search(told)))
    if not failed and not is_told:
        return []
    told = _told(mail)
    own = {mail.author.address if mail.author else "", *(each.address for each in mail.to)}
    listed = [(address, about) for address, about in _listed(told) if address not in own]
    if len(listed) > 1:
        return [_by_words(mail, address, about) for address, about in listed]
    named = [each.lower() for each in _ADDRESS.findall(told)]
    recipient = _recipient(failed[0]) if failed else next((each for each in named if each not in own), None)
    return [_by_words(mail, recipient, told)]


def _by_words(mail: Mail, recipient: str | None, about: str) -> Bounce:
    code = _CODE.search(about)
    found = judge(recipient, "failed", code[1] if code else None, " ".join(about.split()), stage=stage_of(about))
    is_late = _DELAY.search(mail.subject) or (_DELAY.search(about) and "permanent" not in about)
    if is_late and not (found.is_permanent and _REFUSAL.search(about)):
        found = replace(found, action="delayed", is_permanent=False)
    reporter = mail.author.domain if mail.author else ""
    return replace(found, reporter=reporter[:120])


def _returned_to(mail: Mail) -> str | None:
    """Whom the returned message was written to, when that was one person only."""
    for nested in mail.nested:
        if len(nested.to) == 1 and not nested.cc:
            return nested.to[0].address
    return None


def _is_robot(mail: Mail) -> bool:
    if mail.headers.get("return-path", ("",))[0].strip() == "<>":
        return True
    if mail.author is None:
        return mail.is_readable and bool(mail.subject)
    if mail.report_type == "delivery-status" or mail.content_type == "multipart/report":
        return not mail.report_type or mail.report_type == "delivery-status"
    return _is_daemon(mail)


def _is_daemon(mail: Mail) -> bool:
    """Whether the author bears the name of a mail system."""
    author = mail.author
    return author is not None and bool(_ROBOT.match(author.address) or _ROBOT.match(author.name))


def original_id(mail: Mail) -> str | None:
    """The Message-ID of the mail that a report returns, or that it answers."""
    for nested in mail.nested:
        if nested.message_id:
            return nested.message_id
    for part in mail.reports:
        if part.type in _HEADER_TYPES:
            text = part.content[:MAX_REPORT].decode("utf-8", "replace")
            match = re.search(r"^message-id:\s*<([^<>\s]{1,998})>", text, re.IGNORECASE | re.MULTILINE)
            if match:
                return match[1]
    return mail.in_reply_to[0] if mail.in_reply_to else None
