"""Failed deliveries (RFC 3464), and the same news from servers that never read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.parser import HeaderParser

from app.inbound.mime.mail import Mail

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_HEADER_TYPES = ("text/rfc822-headers", "message/global-headers")

# Only these say that the address itself is wrong; anything else may pass.
PERMANENT = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
MAX_REPORT = 64 * 1024

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}"
_ADDRESS = re.compile(_EMAIL)
_REFUSAL = re.compile(r"(?<!\d)([45])\d\d[ -]")
_NO_USER = re.compile(
    r"(?:user|recipient|mailbox|account|address)(?: address)? (?:is )?(?:unknown|not found"
    r"|does ?n.t exist|invalid(?! char))"
    r"|(?:unknown|no such|invalid) (?:local )?(?:user|recipient|mailbox|account|person"
    r"|address)(?! rejected due)"
    r"|(?:user|recipient|mailbox|account|address)\b[^\n.]{0,80}?\b(?:does not exist|doesn't exist"
    r"|unknown|not found|no such)"
    r"|no (?:such )?(?:mailbox|user) here|no mailbox (?:here )?by that name|not a valid (?:mailbox"
    r"|user|recipient)"
    r"|couldn't be found|wasn't found|invalid mailbox|no account by that name",
    re.IGNORECASE,
)
_NO_DOMAIN = re.compile(
    r"no such domain|domain (?:name )?(?:does not exist|doesn't exist|not found|unknown)"
    r"|unknown (?:host|domain)|host unknown"
    r"|nxdomain|host or domain name not found|host not found|couldn't find any host"
    r"|unrouteable (?:mail )?(?:address|domain)"
    r"|domain couldn't be found|name or service not known|no mx or a records",
    re.IGNORECASE,
)
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
    r"|échec de (?:la )?(?:remise|livraison)|n'a pas pu être (?:remis|distribué|livré)|nie (?:został"
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
    r"unsent message|included below|-{3,}.{0,60}(?:header|message)).{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """One failed recipient. ``is_permanent`` says that the address does not exist, nothing less."""

    recipient: str | None
    status: str | None
    is_permanent: bool
    action: str
    diagnostic: str = ""
    original_message_id: str | None = None
    others: "tuple[Bounce, ...]" = ()


def find_bounce(mail: Mail) -> Bounce | None:
    """Return the failure that ``mail`` reports, worst recipient first, or None when it reports none."""
    found = [bounce for text in _statuses(mail) for bounce in _blocks(text, mail)]
    if not found:
        guess = _from_text(mail)
        found = [guess] if guess else []
    if not found:
        return None
    found.sort(key=lambda bounce: (bounce.action not in ("failed", "delayed"), not bounce.is_permanent))
    return replace(found[0], original_message_id=_original_id(mail), others=tuple(found[1:200]))


def _statuses(mail: Mail) -> Iterator[str]:
    for part in mail.reports:
        if part.type in _STATUS_TYPES:
            yield part.content[:MAX_REPORT].decode("utf-8", "replace").replace("\r\n", "\n").strip("\n")


def _blocks(text: str, mail: Mail) -> Iterator[Bounce]:
    for block in re.split(r"\n\s*\n", text)[:200]:
        fields = HeaderParser().parsestr(block.strip())
        recipient = _recipient(fields.get("final-recipient")) or _recipient(fields.get("original-recipient"))
        action = str(fields.get("action", "")).split("(")[0].strip().lower()
        if not (recipient or action):
            continue
        diagnostic = " ".join(str(fields.get("diagnostic-code", "")).split())[:2_000]
        status = _CODE.search(str(fields.get("status", "")))
        written = mail.text[:8_000] if _is_vague(status) and not diagnostic else ""
        yield judge(recipient, action or "failed", status[1] if status else None, diagnostic or written)


def _is_vague(status: re.Match[str] | None) -> bool:
    return status is None or status[1].split(".", 1)[1] == "0.0"


def judge(recipient: str | None, action: str, status: str | None, diagnostic: str) -> Bounce:
    """Weigh one recipient. The code that the refusing server gave is more exact than the status."""
    exact = next((code for code in _CODE.findall(diagnostic) if not code.endswith(".0.0")), None)
    if status is None or status.endswith(".0.0") or status in PERMANENT:
        status = exact or status or _from_reply(diagnostic)
    is_final = action == "failed" and (status or "5").startswith("5")
    if is_final and (status is None or status.endswith(".0.0")):
        if _NO_DOMAIN.search(diagnostic):
            status = "5.1.2"
        elif status is None and _NO_USER.search(diagnostic):
            status = "5.1.1"
    is_lost_domain = status in ("5.4.4", "5.4.0", "5.4.1") and _NO_DOMAIN.search(diagnostic) is not None
    is_permanent = is_final and (status in PERMANENT or is_lost_domain)
    return Bounce(recipient, status, is_permanent, action, diagnostic[:500])


def _from_reply(diagnostic: str) -> str | None:
    reply = _REFUSAL.search(diagnostic)
    return f"{reply[1]}.0.0" if reply else None


def _recipient(value: object) -> str | None:
    match = _ADDRESS.search(str(value or "")[:1_000])
    return match[0].lower() if match else None


def _from_text(mail: Mail) -> Bounce | None:
    """Read a failure that is told in words only, from a sender that is a mail system."""
    failed = mail.headers.get("x-failed-recipients", ())
    if not failed and not (_is_robot(mail) and _FAILURE.search(f"{mail.subject}\n{mail.text[:4_000]}")):
        return None
    cut = _ORIGINAL.search(mail.text[:20_000])
    text = mail.text[: cut.start()] if cut and cut.start() > 0 else mail.text[:8_000]
    own = {mail.author.address if mail.author else "", *(each.address for each in mail.to)}
    named = [each.lower() for each in _ADDRESS.findall(text)]
    recipient = _recipient(failed[0]) if failed else next((each for each in named if each not in own), None)
    is_late = _DELAY.search(mail.subject) or (_DELAY.search(text) and "permanent" not in text)
    action = "delayed" if is_late else "failed"
    status = next((code for code in _CODE.findall(text)), None)
    return judge(recipient, action, status, " ".join(text.split()))


def _is_robot(mail: Mail) -> bool:
    if mail.headers.get("return-path", ("",))[0].strip() == "<>":
        return True
    if mail.author is None:
        return mail.is_readable and bool(mail.subject)
    if mail.report_type == "delivery-status" or mail.content_type == "multipart/report":
        return not mail.report_type or mail.report_type == "delivery-status"
    return _ROBOT.match(mail.author.address) is not None or _ROBOT.match(mail.author.name) is not None


def _original_id(mail: Mail) -> str | None:
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
