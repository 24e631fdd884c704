"""Mail that a machine sent: answers of absent people, calendars, lists (RFC 3834, 2369, 2919, 5965)."""

import re
from datetime import date, timedelta

from app.inbound.mime.directory import Directory, is_machine
from app.inbound.mime.language import detect
from app.inbound.mime.limits import MAX_TEXT
from app.inbound.mime.mail import Mail
from app.inbound.mime.shown_dates import read_date

_REPORTS = {"disposition-notification"}
_AUTO_PRECEDENCE = {"auto_reply", "auto-reply", "autoreply"}
_BULK = {"bulk", "list", "junk"}
_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation", "x-mail-autoreply")

_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[ -]?(?:reply|response|answer)|out of (?:the )?office|absence (?:du|de) "
    r"|message d.absence"
    r"|réponse automatique|reponse automatique|absent du bureau|autoodpowied|automatyczna odpowied"
    r"|odpowied\w* automatyczn"
    r"|poza biurem|nieobecno|automatische antwort|abwesenheit|respuesta automática"
    r"|risposta automatica|on (?:annual )?leave"
    r"|automatisch (?:antwoord|bericht)|afwezig|automatiskt? svar|resposta automática|automatick\w{1,2} odpove"
    r"|automatická odpověď|автоматическ\w{2} ответ|автовідповід|автоматична відповідь|fuori (?:sede|ufficio)|fuera de la oficina"
    r"|auto:|vacation|congés?\b|urlop)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:out of (?:the )?office|currently (?:away|out|on leave|on vacation)|limited access to (?:my )?e-?mail"
    r"|automatic(?:ally generated)? (?:reply|response|message)|actuellement absent|absente? (?:du"
    r"|jusqu|de mon|et de retour)"
    r"|en congés?|de retour le|je serai absent|je suis absent|en mon absence|nieobecn"
    r"|przebywam na urlopie|na urlopie"
    r"|poza biurem|w trakcie mojej nieobecności|wiadomość (?:została )?wygenerowana automatycznie|wrócę"
    r"|(?:nicht|wieder) im (?:büro|hause)|abwesend|assente (?:dall|fino)|fuori (?:sede|ufficio)|fuera de (?:la )?oficina|estaré ausente"
    r"|fora do escritório|afwezig|niet aanwezig|nejsem (?:v kanceláři|přítom)|відсутн|отсутств)",
    re.IGNORECASE,
)
_RETURN = re.compile(
    r"(?:back (?:in the office |at work |at my desk )?(?:on|from)|return(?:ing)? (?:to (?:the office|work) )?on|(?:out of (?:the )?office"
    r"|away|absent|on leave) until"
    r"|de retour (?:au bureau )?(?:le|à partir du)|serai de retour le|absente? (?:du bureau )?jusqu['’]au|jusqu['’]au"
    r"|wracam|wrócę|będę z powrotem|powr[óo]t|nieobecn\w{1,4} do(?: dnia)?|na urlopie do(?: dnia)?)"
    r"[ :]{1,3}(?:dnia |the |le |w dniu |inclus )?([^\n;!()]{3,40})",
    re.IGNORECASE,
)
_LONG = timedelta(days=400)
_METHOD = re.compile(r"^METHOD[ \t]*:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)


def auto_reply_sign(mail: Mail) -> str | None:
    """Return what shows that a machine answered, or None. A localised subject needs a second sign."""
    if mail.report_type in _REPORTS:
        return mail.report_type
    for report in mail.reports:
        if report.type.removeprefix("message/") in _REPORTS:
            return report.type.removeprefix("message/")
    submitted = _value(mail, "auto-submitted").partition(";")[0].strip()
    if submitted and submitted != "no":
        return "Auto-Submitted"
    if any(mail.headers.get(name) for name in _MARKS):
        return "X-Autoreply"
    if _value(mail, "precedence") in _AUTO_PRECEDENCE or _value(mail, "x-precedence") in _AUTO_PRECEDENCE:
        return "Precedence"
    if _SUBJECT.search(mail.subject[:300]) and _second_sign(mail):
        return "Subject"
    return None


def back_on(mail: Mail, today: date) -> date | None:
    """The day on which an absent person says to be back (or until which they are away), where it plainly stands; never a past one."""
    language = detect(mail.text[:4_000]) or ""
    for match in _RETURN.finditer(f"{mail.subject[:300]}\n{mail.text[:4_000]}"):
        for year in ("", f" {today.year}", f" {today.year + 1}"):  # many leave the year out
            found = read_date(f"{match[1].strip()}{year}", language)
            if found is not None and today <= found.date() <= today + _LONG:
                return found.date()
    return None


def _second_sign(mail: Mail) -> bool:
    return (
        bool(mail.headers.get("x-auto-response-suppress"))
        or _value(mail, "return-path") == "<>"
        or _value(mail, "precedence") in _BULK
        or _BODY.search(mail.text[: min(4_000, MAX_TEXT)]) is not None
    )


def calendar_method(mail: Mail) -> str | None:
    """Return the iTIP method (RFC 5546) of an invitation or answer; a published calendar is a mere file."""
    for text in mail.calendar:
        match = _METHOD.search(text)
        if match and match[1].upper() != "PUBLISH":
            return match[1].upper()
    return None


def list_sign(mail: Mail, directory: Directory) -> str | None:
    """Return what shows that a list or a bulk sender sent ``mail``, or None; our own groups do not count."""
    if directory.is_group(mail):
        return None
    if any(value.strip() for value in mail.headers.get("list-id", ())):
        return "List-Id"
    if "mailing-list" in mail.headers:
        return "Mailing-List"
    is_bulk = _value(mail, "precedence") in _BULK
    if "list-unsubscribe" in mail.headers:
        is_machine_author = mail.author is not None and is_machine(mail.author.address)
        if is_bulk or is_machine_author or {"list-unsubscribe-post", "feedback-id"} & mail.headers.keys():
            return "List-Unsubscribe"
    return "Precedence" if is_bulk else None


def _value(mail: Mail, name: str) -> str:
    values = mail.headers.get(name, ())
    return values[0].strip().lower() if values else ""
