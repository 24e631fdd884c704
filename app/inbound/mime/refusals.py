"""What the words and codes of a refusal mean (RFC 3463), in a table: one cause per line of it.

Two rules hold it together. What may pass is looked for first: a server that names the quota means the quota,
whatever code stands beside it. And plain words such as “user unknown” under a vague code are believed of a server that
refused the recipient, or of a mail system that speaks of its own users; a server that took the recipient and refused
the content afterwards is a filter that only says so.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto

from app.domain.bounces import Cause

MAX_WORDS = 4_000

_ADDRESS = re.compile(r"<?[^\s<>@:;,\"']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}>?")
_URL = re.compile(r"https?://\S{1,500}", re.IGNORECASE)
_CONTINUED = re.compile(r"(?<!\S)[245]\d\d-(?=[245]\.\d)|(?<!\S)[245]\d\d-(?=\D)")


_MARKS = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")


class Stage(Enum):
    """When the server refused: at the sender, at the recipient, after the content, or the report does not say."""

    SENDER = auto()
    RECIPIENT = auto()
    CONTENT = auto()
    UNKNOWN = auto()


def _any(*phrases: str) -> re.Pattern[str]:
    """The ``phrases``, with or without the marks on their letters: servers answer in ASCII."""
    return re.compile("|".join(map(_unmarked, phrases)), re.IGNORECASE)


def _unmarked(text: str) -> str:
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text.replace("ł", "l").replace("Ł", "L"))
    return unicodedata.normalize("NFC", _MARKS.sub("", letters))


_WHO = r"(?:user|recipient|mailbox|mail ?box|account|address|addressee|person|e-?mail)"

# Looked for first, in this order: all of these may pass, or are no fault of the address.
PASSING: Sequence[tuple[Cause, re.Pattern[str]]] = (
    (
        Cause.FULL,
        _any(
            r"mail ?box (?:is |was )?(?:over)?full",
            r"(?:over|exceed\w*|out of)[\w ]{0,30}(?:quota|storage|disk)",
            r"quota",
            r"insufficient (?:disk|system) (?:space|storage)",
            r"not enough (?:disk )?space",
            r"(?:mailbox|inbox) (?:size )?(?:exceed|limit)",
            r"too many messages",
            r"exceeded the local limit",
            r"boîte (?:aux lettres |de réception )?(?:est )?pleine",
            r"skrzynka (?:odbiorcy )?(?:jest )?(?:pełna|przepełniona)",
            r"postfach (?:ist )?voll",
            r"buzón (?:está )?lleno",
            r"casella[\w ]{0,20}piena",
            r"ящик (?:переполнен|полон)",
        ),
    ),
    (
        Cause.TOO_LARGE,
        _any(
            r"(?:message|mail|headers?) (?:is )?too (?:large|big)",
            r"(?:message|mail) (?:size|length) (?:exceed|limit)",
            r"exceeds[\w ]{0,30}(?:size|length)",
            r"trop volumineux",
            r"zbyt duż",
            r"zu groß",
        ),
    ),
    (
        Cause.BUSY,
        _any(
            r"grey-?list",
            r"gr[ea]y listed",
            r"try (?:again )?later",
            r"(?:rate|frequency|connection)[\w ]{0,12}limit",
            r"too many (?:recip|conn|mess)",
            r"temporar",
            r"not found, try again",
            r"timed? ?out",
            r"retry timeout",
            r"message expired",
            r"queue\.expired",
            r"envelope expired",
            r"throttl",
            r"connection refused",
            r"in the queue too long",
            r"not accepting connections",
            r"lost connection",
            r"plus tard",
            r"spróbuj (?:ponownie )?później",
            r"später (?:noch|erneut)",
            r"delivery time expired",
            r"unverified",
        ),
    ),
    (
        Cause.SPAM,
        _any(
            r"\bspam\b",
            r"\bube\b",
            r"junk mail",
            r"virus",
            r"malware",
            r"phish",
            r"content rejected",
            r"black ?list",
            r"block ?list",
            r"\brbl\b",
            r"dnsbl",
        ),
    ),
    (
        Cause.DISABLED,
        _any(
            rf"{_WHO}[\w ]{{0,40}}(?:disabled|suspended|deactivated|inactive|locked|blocked|on hold|discontinued)",
            r"(?:disabled|suspended|inactive|deactivated) (?:recipient|mailbox|user|account|address|e-?mail)",
            r"compte[\w ]{0,30}(?:bloqu|désactiv|suspend)",
            r"konto (?:jest )?(?:zablokowane|zawieszone|nieaktywne)",
            r"konto (?:ist )?(?:gesperrt|deaktiviert)",
            r"аккаунт (?:отключ|заблок)",
            r"ящик (?:отключ|заблок)",
        ),
    ),
    (
        Cause.REFUSED,
        _any(
            r"sender (?:address )?(?:rejected|denied|unknown)",
            r"domain of sender",
            r"sender (?:address )?(?:domain )?does not",
            r"\b(?:dmarc|dkim|spf)\b",
            r"unauthenticated",
            r"\brelay(?:ing)?\b(?! recipient)",
            r"authenticat",
            r"not authori[sz]ed",
            r"polic(?:y|ies)",
            r"reputation",
            r"ptr record|reverse dns",
            r"client host rejected",
            r"banned",
            r"\bblocked\b",
            r"sender verif",
            r"sent to too many",
            r"for administrative reasons",
        ),
    ),
    (
        Cause.FAULT,
        _any(
            r"mailer error",
            r"system error",
            r"mail system (?:full|error)",
            r"loops? back",
            r"(?:mail|forwarding) loop",
            r"too many hops",
            r"command output",
            r"couldn't create",
            r"local configuration error",
            r"ldap",
        ),
    ),
)

# A sentence that needs no code beside it: only one thing can be meant.
PLAIN: Sequence[tuple[Cause, re.Pattern[str]]] = (
    (
        Cause.NO_DOMAIN,
        _any(
            r"no such (?:domain|host)",
            r"domain (?:name )?(?:@ )?(?:does not|doesn't) exist",
            r"(?:domain|host) (?:name )?(?:or domain name )?not found",
            r"(?:unknown|invalid) (?:host|domain)\b(?! of sender)",
            r"(?:host|domain) (?:is )?unknown",
            r"\bnxdomain\b",
            r"name or service not known",
            r"domain couldn't be found",
            r"couldn'?t find any host",
            r"couldn'?t find a mail exchanger",
            r"unrouteable (?:mail )?(?:address|domain)",
            r"null mx",
            r"no mx (?:record |host )?(?:s )?(?:found|or a records)",
            r"(?:doesn't|does not) (?:receive|accept) (?:e-?)?mail",
            r"bad destination system",
            r"domain is not reachable",
            r"all relevant mx records point to non-existent hosts",
            r"domaine (?:est )?(?:inconnu|introuvable|inexistant)",
            r"domaine n'existe pas",
            r"domena (?:nie istnieje|nieznana)",
            r"nie znaleziono domeny",
            r"domain[\w ]{0,30}(?:existiert nicht|nicht gefunden)",
            r"unbekannte domain",
            r"dominio[\w ]{0,20}(?:no existe|non esiste|desconocido|inesistente)",
            r"домен[\w ]{0,20}не (?:найден|существует)",
        ),
    ),
    (
        Cause.MOVED,
        _any(
            r"(?:user|recipient|mailbox) (?:has )?moved",
            r"no longer (?:on server|with|works|employed|valid|in use|available|active)",
            r"not our (?:user|customer)",
        ),
    ),
    (
        Cause.NO_MAILBOX,
        _any(
            r"recipient address rejected: access denied",
            r"not listed in (?:the )?(?:public )?(?:name & address book|domino directory)",
            r"(?:recipient name is )not recogni[sz]ed",
            r"recip(?:ient)?notfound",
            r"invalid final delivery user",
            r"bad-mailbox",
            r"(?:doesn't|does not) have an? [\w.@ -]{1,64}account",
        ),
    ),
)

# Words that servers also use for a filter: believed by the second rule only.
SAID: Sequence[tuple[Cause, re.Pattern[str]]] = (
    (
        Cause.NO_MAILBOX,
        _any(
            rf"{_WHO}(?: address| name)? (?:is |was )?(?:unknown|not found|invalid(?! char)|not known|incorrect|non-?existent)",
            rf"(?:unknown|no such|invalid|non-?existent|bad) (?:local |virtual |mail |e-?mail )?{_WHO}",
            rf"{_WHO}\b[^\n.]{{0,80}}?\b(?:does ?n[o']t exist|unknown|not found|no such|could(?: not|n't) be found|wasn't found)",
            r"(?:user|recipient|mailbox|account|address)\b[^\n.]{0,80}?\bdoes not exist",
            rf"no (?:such )?{_WHO} (?:here|found|by that name|with that name)",
            rf"no {_WHO} (?:here )?by that name",
            rf"(?:not a valid|there is no) {_WHO}",
            r"wasn't found at",
            r"mailbox unavailable",
            r"utilisateur[\w ]{0,20}(?:inconnu|inexistant|introuvable)",
            r"destinataire[\w ]{0,20}(?:inconnu|invalide|introuvable|inexistant)",
            r"adresse[^\n.]{0,40}(?:inconnue|invalide|introuvable|inexistante|n'existe pas|n'a pas été trouvée)",
            r"(?:compte|boîte)[^\n.]{0,40}(?:n'existe pas|inexistante?|introuvable|inconnue?)",
            r"nieznany (?:użytkownik|odbiorca|adresat)",
            r"nie ma takiego (?:użytkownika|adresu|konta)",
            r"brak (?:takiego )?użytkownika",
            r"(?:użytkownik|konto|adres|skrzynka|odbiorca|adresat)[^\n.]{0,40}(?:nie istnieje|nieznan|nie został[ay]? znalezion)",
            r"nie (?:znaleziono|odnaleziono) (?:adresu|odbiorcy|użytkownika)",
            r"(?:empfänger|benutzer|adresse|postfach)[^\n.]{0,40}(?:unbekannt|nicht gefunden|existiert nicht|nicht vorhanden)",
            r"unbekannter? (?:empfänger|benutzer)",
            r"(?:usuario|destinatario|dirección|buzón|cuenta)[^\n.]{0,40}(?:desconocid|no existe|no se (?:encontró|ha encontrado))",
            r"(?:utente|destinatario|indirizzo|casella)[^\n.]{0,40}(?:sconosciut|inesistente|non esiste|non trovat)",
            r"(?:usuário|destinatário|endereço)[^\n.]{0,40}(?:desconhecid|não existe|não encontrad)",
            r"(?:gebruiker|adres|geadresseerde)[^\n.]{0,40}(?:onbekend|bestaat niet|niet gevonden)",
            r"(?:пользовател|ящик|адрес)[^\n.]{0,40}не (?:найден|существует|зарегистр)",
            r"ディレクトリには見つかりません",
            r"(?:ユーザー|アドレス|宛先)[^\n。]{0,30}(?:存在しません|見つかりません|不明)",
        ),
    ),
)

# The codes that name the address itself (RFC 3463, section 3.2).
EXACT = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})

_STATUS = {
    "5.1.1": Cause.NO_MAILBOX,
    "5.1.10": Cause.NO_MAILBOX,
    "5.1.2": Cause.NO_DOMAIN,
    "5.1.3": Cause.MISWRITTEN,
    "5.1.6": Cause.MOVED,
    "5.1.7": Cause.REFUSED,
    "5.1.8": Cause.REFUSED,
    "5.2.1": Cause.DISABLED,
    "5.2.2": Cause.FULL,
    "5.2.3": Cause.TOO_LARGE,
    "5.3.4": Cause.TOO_LARGE,
}
_GROUPS = {"5.3": Cause.FAULT, "5.4": Cause.BUSY, "5.7": Cause.REFUSED}

_AT_SENDER = _any(r"(?:reply to|after|\[) ?mail[ _]from", r"sender was rejected")
_AT_RECIPIENT = _any(
    r"(?:reply to|after|our|during|\[|<{0,3}>{3} ?|smtp:) ?rcpt",
    r"rcpt(?: ?_?to)? (?:response|command)",
    r"does not like recipient",
    r"\(state 1[34]\)",
    r"no valid recipients",
    r"valid rcpt command",
    r"all rcpt commands were rejected",
    r"at rcpt",
    r"\brcpt to:? ?failed",
)
_AFTER_CONTENT = _any(
    r"(?:reply to|after|our|final)[\w ]{0,10} data\b",
    r"end of data",
    r">>> (?:data|\.)",
    r"after i sent the message",
    r"\(state 1[78]\)",
    r"\[data\]",
    r"\(data\)",
)


def stage_of(report: str) -> Stage:
    """Tell from the whole report about one recipient when the server refused."""
    report = report[:MAX_WORDS]
    if _AT_SENDER.search(report):
        return Stage.SENDER
    if _AT_RECIPIENT.search(report):
        return Stage.RECIPIENT
    return Stage.CONTENT if _AFTER_CONTENT.search(report) else Stage.UNKNOWN


def words_of(text: str) -> str:
    """The words of a refusal without addresses and links: ``nobody@full.example`` says nothing of a full mailbox."""
    bare = _unmarked(_ADDRESS.sub("@", _URL.sub(" ", text[:MAX_WORDS])))
    return " ".join(_CONTINUED.sub(" ", bare).replace("’", "'").split())


def cause_of(status: str | None, text: str, *, stage: Stage = Stage.UNKNOWN, is_quoted: bool = False) -> Cause:
    """Return why the mail failed. ``is_quoted``: the words are another server's, as the SMTP reply beside them shows."""
    words, status = words_of(text), status or ""
    if stage is Stage.SENDER or _STATUS.get(status) is Cause.REFUSED:
        return _first(PASSING, words) or Cause.REFUSED  # of the sender's address, whatever it says
    told = _first(PASSING, words)
    if told is Cause.DISABLED and status in EXACT:
        told = None  # a closed mailbox, said with the code of one that is gone
    told = told or _first(PLAIN, words)
    if told is None and _is_believed(status, stage, is_quoted):
        told = _first(SAID, words)
    if told is Cause.NO_DOMAIN and status.startswith("4"):
        return Cause.BUSY  # a name server that does not answer today
    return told or _by_status(status)


def is_full(text: str) -> bool:
    """Whether ``text`` speaks of a full mailbox: then the code of an unknown one is not believed."""
    return PASSING[0][1].search(words_of(text)) is not None


def _is_believed(status: str, stage: Stage, is_quoted: bool) -> bool:
    """Whether “user unknown” means it: the second rule. A code of policy beside it says that it does not."""
    if status in EXACT:
        return True
    if status.startswith("5.7"):
        return False
    return stage is Stage.RECIPIENT or (stage is Stage.UNKNOWN and not is_quoted)


def _first(table: Sequence[tuple[Cause, re.Pattern[str]]], words: str) -> Cause | None:
    return next((cause for cause, phrases in table if phrases.search(words)), None)


def _by_status(status: str) -> Cause:
    if status.startswith("4"):
        return Cause.BUSY
    return _STATUS.get(status) or _GROUPS.get(status.rpartition(".")[0]) or Cause.UNCLEAR
