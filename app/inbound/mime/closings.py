"""Where a mail ends before its last line: signature, note of the device, legal notice."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.inbound.mime.plain_lines import Line
from app.inbound.mime.signature_words import JOB_WORDS
from app.support.text import fold

_DELIMITER = re.compile(r"(?:--|—|––)$")
_LONG_RULE = re.compile(r"(?:[-_=*~#+]\s?){5,}$")
_RULED = "-_=*~#+—–"
_LONGEST_SIGNATURE = 18
_LONGEST_NOTICE = 4_000
_LEGAL_SIGNS = 3
_DEVICE = re.compile(
    r"[<(\[\-–*_ ]{0,4}(?:"
    r"(?:sent|send) (?:from|via|with|using|by|on)\b.{0,110}|.{0,30}\bfrom (?:a|my)? ?(?:mobile|phone|iphone"
    r"|ipad)\b.{0,40}"
    r"|get (?:\[?outlook for|yahoo mail|bluemail|\[?proton).{0,90}"
    r"|(?:envoye|transmis|ecrit) (?:depuis|a partir d|de mon|avec|via|par|du|d').{0,90}|obten(?:ez|ir) "
    r"outlook.{0,60}"
    r"|envoye de l.application.{0,60}|telecharge[rz] (?:outlook|orange|la poste|bluemail).{0,60}"
    r"|yahoo mail ?: .{0,60}|(?:przepraszam|excusez|sorry|pardon).{0,50}\b(?:wyslan[oey]|envoye|sent|pisan[ey])"
    r" (?:z|de|depuis|from|na)\b.{0,50}"
    r"|(?:wyslan[eoya]|wyslano|napisane|wiadomosc wyslana) (?:z|ze|za pomoca|przez|przy|poprzez|od)\b.{0,90}"
    r"|(?:pobierz|uzyskaj) (?:program |aplikacje )?outlook.{0,60}|poczta wyslana z .{0,60}"
    r"|provenance ?: (?:courrier|mail|outlook).{0,60}|outlook fur (?:ios|android|mac).{0,40}"
    r"|(?:von mein|gesendet (?:von|mit|aus|uber)|diese nachricht wurde von mein|holen sie sich "
    r"outlook).{0,100}"
    r"|(?:enviado|enviada) (?:desde|do|de|a partir|con|com|via|pelo)\b.{0,90}|obtener outlook.{0,60}|obter "
    r"o outlook.{0,60}"
    r"|inviato (?:da|dal|con|tramite)\b.{0,90}|scarica outlook.{0,60}"
    r"|(?:verzonden|verstuurd) (?:met|vanaf|via|van)\b.{0,90}|(?:skickat|sendt|sent) (?:fran|fra|med"
    r"|via)\b.{0,90}"
    r"|lahetetty .{0,60}|(?:odeslano|odoslane|poslano) (?:z|ze|s|iz)\b.{0,90}|elkuldve .{0,60}|trimis de pe "
    r".{0,60}"
    r"|(?:отправлено|надіслано|відправлено|изпратено) (?:с|з|із|от|из|через)\b.{0,90}"
    r"|.{0,40}(?:gonderildi|kaldim gonderdim)|從我的.{1,40}傳送|发自我的.{1,40}|.{1,20}から送信"
    r")$"
)
_UNSEEN = "\u2063"  # BlueMail marks its note with it
_LINK = re.compile(r"[<\[(]?https?://\S*")
_PROGRAM = re.compile(r"\b(?:outlook|bluemail|yahoo|gmail|proton ?mail|spark|k-9|aqua ?mail|mail\.ru|thunderbird|edison|poczt\w+|mail orange)\b")
_SYSTEM = re.compile(r"\b(?:ios|android\w{0,4}|iphone\w{0,2}|ipad\w{0,2}|mac(?:os)?|windows|mobile)\b")
_CHECKED = re.compile(
    r"(?:(?:garanti )?sans virus|wolny od wirusow|bez wirusow|virus.?free)[ .,!]{0,3}(?:www\.)?(?:avast|avg|norton)?[\w.]{0,12}$"
    r"|(?:l.absence de virus dans ce courrier|ten e-?mail zostal sprawdzony|ta wiadomosc zostala sprawdzona"
    r"|this e-?mail has been checked for viruses).{0,100}$|(?:https?://)?www\.av(?:ast|g)\.[a-z]{2,3}\S{0,60}$"
)
_MAIL = r"(?:e-?mail|mail|message|courriel|wiadomosc|nachricht|bericht|correo|mensaje|messaggio)\b.{0,60}"
_BANNER = re.compile(
    _MAIL + r"(?:(?:originat\w{1,3}|sent|comes|came|received|is) from (?:an? |the )?(?:outside|external)"
    r"|provient (?:de l.exterieur|d.un expediteur externe|de l.externe)|(?:pochodzi|wyslan[ay]|przyszl[ao]|nadeszla) (?:zostala )?(?:spoza|z zewnatrz)"
    r"|extern\w{0,2} (?:absender|afzender)|von ausserhalb|remitente externo|mittente esterno)"
    r"|^\W{0,3}(?:caution|warning|attention|uwaga|achtung|atencion|attenzione|let op)?\W{0,3}external(?: (?:sender|e-?mail))?\W{0,3}$"
    r"|(?:don.t|do not) often get e-?mail from|n.obtenez pas souvent d.e-?mail|recevez rarement des? e-?mail|nie otrzymujesz czesto wiadomosci"
    r"|erhalten nicht (?:haufig|oft) e-?mails|aka\.ms/learnaboutsenderidentification"
)
_BANNER_WORDS = ("extern", "exterieur", "outside", "esterno", "spoza", "zewnatrz", "ausserhalb", "often", "souvent", "rarement", "czesto", "haufig", "aka.ms")
_ABOVE = re.compile(
    r"(?:above|over) this line|au.dessus de cette ligne|(?:powyzej|ponad|nad) (?:tej|ta) lini|oberhalb dieser (?:zeile|linie)"
    r"|encima de esta linea|sopra questa riga|boven deze (?:regel|lijn)"
)
_TRACKER = ("ᐧ", "[image: image]", "[image: beacon]")
_LEGAL_GROUPS = tuple(
    re.compile(pattern)
    for pattern in (
        r"confiden|poufn|vertraulich|privileged|tajemnic|secret professionnel"
        r"|vertrouwelijk|duvern|dovern|riservat|конфиденц|конфіденц",
        r"recipient|destinatai?r|adresat|odbiorc|empfanger|addressee|intended (?:only )?for|przeznaczon"
        r"|geadresseerde|адресат|получател",
        r"erreur|by mistake|in error|pomylk|omylkow|irrtum|per errore|por error|bledn"
        r"|ten onrechte|omylem|помилков|по ошибке",
        r"unauthori[sz]ed|prohibit|interdit|zabronion|zakaz|nieuprawnion|unbefugt|non autorise|strictly",
        r"disclos|divulg|ujawni|rozpowszech|copying|kopiowan|weitergabe",
        r"delete|supprimer|detruire|usunac|usuniecie|loschen|vernichten|eliminar|cancellar|skasowa"
        r"|verwijder|smaz|vymaz|видал|удалит",
        r"virus|wirus",
        r"personal data|donnees (?:personnelles|a caractere)|danych osobowych",
        r"\b(?:rodo|gdpr|rgpd)\b|polity\w{1,3} prywatnosci|klauzul|politique de confidentialite|privacy policy",
        r"administrator\w{0,3} |data controller|responsable du traitement|przetwarza",
        r"liab|responsab|odpowiedzialn|haftung",
        r"(?:this|cet?|ten|ta|niniejsz\w{1,3}|diese|questa?|the|presente?|dit|t[au]to|це|это|цей) "
        + r"(?:e-?mail|message|mail|courriel|courrier|wiadomosc|nachricht|messaggio|bericht|zprav[au]|sprav[au]|повідомлення|сообщение|лист)",
    )
)
_PRINTING = re.compile(
    r"before printing|avant d.imprimer|przed wydrukowaniem|zanim wydrukujesz|bevor sie .{0,40}(?:drucken"
    r"|ausdrucken)"
    r"|consider the environment|pensez a l.environnement|pomysl o srodowisku|n.imprimez .{0,40}que si"
)
# What the law makes a company say of itself below its mails.
_CAPITAL = re.compile(r"kapital zakladowy|au capital (?:social )?de|share capital|stammkapital")
_REGISTER = re.compile(r"\b(?:krs|nip|regon|rcs|siren|siret|tva|sad rejonowy|registered)\b")
_CLOSERS = re.compile(
    r"(?:(?:tres |bien |tout )?(?:cordialement|amicalement|sincerement)|salutations|meilleures salutations"
    r"|sinceres salutations|bien a (?:vous|toi)|cdt|bonne (?:journee|soiree|reception)"
    r"|belle journee|respectueusement|je vous prie d.agreer|veuillez agreer|merci|a bientot"
    r"|pozdrawiam|z powazaniem|z wyrazami|serdecznie|pozdrowienia|lacze (?:pozdrowienia|wyrazy)|milego dnia"
    r"|z gory dziekuje|dziekuje|z pozdrowieniami|z serdecznymi|pzdr"
    r"|(?:best|kind|warm|warmest|kindest)(?: regards| wishes)?|regards|sincerely|yours|many thanks|thanks"
    r"|thank you|cheers|rgds|br"
    r"|mit freundlichen|viele gru|beste gru|freundliche gru|liebe gru|mfg|gru[ss]{1,2}|saludos|un saludo"
    r"|atentamente|cordiali saluti|distinti saluti|saluti"
    r"|atenciosamente|cumprimentos|met vriendelijke|groeten|med venlig|med vanlig|mvh|hilsen|s pozdravem|с "
    r"уважением|з повагою)\b"
)
_CONTACT = re.compile(
    r"(?:\+|\b00)\d[\d ().\-/]{7,}|\b0\d(?:[ .\-/]?\d\d){4}\b|\b\d{3}[ -]\d{3}[ -]\d{3}\b"
    r"|\(\d{2,4}\)\s?\d[\d -]{5,}|https?://|\bwww\.|[\w.+-]{1,64}@[\w-]{1,64}\."
    r"|^(?:t[eé]l|mob|tel|kom|fax|portable|gsm|phone|nip|regon|krs|siret|siren|rcs|tva|vat|ul\.|al\.|m:|t:"
    r"|p:|e:|w:)\b"
    r"|\b\d{2}-\d{3} [A-ZŻŹĆŁŚ]|\b\d{5} [A-ZÀ-Ž]{2}",
    re.IGNORECASE,
)


_LONGEST_BLOCK = 10
_NAME = re.compile(r"(?:[^\W\d_]{1,4}\. )?[^\W\d_a-zà-ÿ][\w.'’-]{0,24}(?: [^\W\d_a-zà-ÿ][\w.'’-]{0,24}){1,3}$")
_REACHED = re.compile(r"\d{2,3}[ .\-]\d{2,3}|[\w.+-]@[\w-]|www\.")


def is_device_note(line: Line) -> bool:
    """Whether a program wrote this line: "Sent from my iPhone", "Wysłane z …"."""
    text = line.text
    if text in _TRACKER:
        return True
    bare = fold(text) if 0 < len(text) <= 130 else ""
    return bool(bare) and bool(_DEVICE.match(bare) or _CHECKED.match(bare) or _offers_program(line, bare))


def _offers_program(line: Line, bare: str) -> bool:
    """Whether a few words and a link, in whatever language, offer the program that sent the mail: "Skaffa Outlook för iOS<…>"."""
    has_link = "http" in bare or line.raw.lstrip()[:1] == _UNSEEN
    shown = _LINK.sub("", bare).strip() if has_link else ""
    return 0 < len(shown) <= 60 and shown[-1] not in ".?!:" and bool(_PROGRAM.search(shown) and _SYSTEM.search(shown))


def is_banner(text: str) -> bool:
    """Whether a mail server put this paragraph above the words: "This message comes from outside"."""
    if len(text) > 600:
        return False
    bare = fold(text)
    return any(word in bare for word in _BANNER_WORDS) and _BANNER.search(bare) is not None


def asks_above(text: str) -> bool:
    """Whether a program drew this line for answers to be written above it."""
    return len(text) <= 120 and len(text) - len(text.lstrip(_RULED)) > 1 and _ABOVE.search(fold(text)) is not None


def is_contact(text: str) -> bool:
    """Whether a line of a signature says how to reach somebody."""
    return len(text) <= 160 and bool(_CONTACT.search(text))


def signature_start(lines: Sequence[Line]) -> int | None:
    """Where the signature below the last words in ``lines`` starts, if something marks it."""
    return _below_delimiter(lines) or _below_closer(lines) or _contact_block(lines) or _company_lines(lines)


def _below_delimiter(lines: Sequence[Line]) -> int | None:
    rest = sum(1 for line in lines if line.text)
    for at, line in enumerate(lines):
        if not line.text:
            continue
        rest -= 1
        if line.depth or line.text[0] not in _RULED:
            continue
        if line.raw.rstrip("\r\n") == "-- " or (_DELIMITER.match(line.text) and rest <= _LONGEST_SIGNATURE):
            return at
        is_apart = at == 0 or not lines[at - 1].text
        is_short = rest <= 8 and all(len(one.text) <= 90 for one in lines[at:])
        if is_apart and is_short and _LONG_RULE.match(line.text):
            return at
    return None


def _below_closer(lines: Sequence[Line]) -> int | None:
    """Below "Regards," and the name, where contact details follow; those two are still the writer's words."""
    filled = [at for at, line in enumerate(lines) if line.text and not line.depth][-_LONGEST_SIGNATURE:]
    for order, at in reversed(list(enumerate(filled))):
        text = lines[at].text
        if not is_closer(text):
            continue
        below = filled[order + 1 :]
        if below and not is_contact(lines[below[0]].text):
            below = below[1:]
        is_short = all(len(lines[one].text) < 160 for one in below)
        return below[0] if is_short and any(is_contact(lines[one].text) for one in below) else None
    return None


def _contact_block(lines: Sequence[Line]) -> int | None:
    """The last paragraph, if it begins with a name and says how to reach its owner, and more is written above."""
    end = len(lines)
    while end and lines[end - 1].is_blank:
        end -= 1
    start = end
    while start and not lines[start - 1].is_blank and end - start <= _LONGEST_BLOCK:
        start -= 1
    block = [line.text for line in lines[start:end]]
    above = next((line.text for line in reversed(lines[:start]) if line.text), ":")
    if not 3 <= len(block) <= _LONGEST_BLOCK or above.endswith((":", "：")) or any(line.depth for line in lines[start:end]):
        return None
    is_short = all(len(text) <= 80 and not text.endswith(("?", "!", ",", ":", ";")) for text in block)
    reached = sum(map(is_contact, block)) + any(map(_names_job, block[1:3]))
    return start if is_short and _NAME.match(block[0]) and reached >= 2 and _REACHED.search(" ".join(block)) else None


def _names_job(text: str) -> bool:
    bare = fold(text)
    return len(bare) <= 60 and any(word in bare for word in JOB_WORDS)


def _company_lines(lines: Sequence[Line]) -> int | None:
    """The lines at the end of the last paragraph in which a company says what the law asks of it."""
    filled = [at for at, line in enumerate(lines) if line.text][-_LONGEST_BLOCK:]
    start = None
    for at in reversed(filled):
        bare = fold(lines[at].text[:400])
        if lines[at].depth or not (_CAPITAL.search(bare) or _REGISTER.search(bare)):
            break
        start = at
    if start is None or start == filled[0]:
        return None
    text = fold(" ".join(line.text for line in lines[start:])[:1000])
    return start if _CAPITAL.search(text) and _REGISTER.search(text) else None


def closer_at(lines: Sequence[Line], *, before: int | None = None) -> int | None:
    """The last line near the end, above ``before`` if given, that takes leave: "Cordialement,"."""
    filled = [at for at, line in enumerate(lines[:before]) if line.text and not line.depth]
    near = filled[-4:] if before is not None else filled[-_LONGEST_SIGNATURE:]
    return next((at for at in reversed(near) if is_closer(lines[at].text)), None)


def is_closer(text: str) -> bool:
    """Whether a short line takes leave."""
    return len(text) <= 60 and not text.endswith((":", "：")) and bool(_CLOSERS.match(fold(text)))


def legal_start(lines: Sequence[Line]) -> int | None:
    """Where the legal notice at the end of ``lines`` starts."""
    start: int | None = None
    end = len(lines)
    while end > 0:
        while end > 0 and not lines[end - 1].text:
            end -= 1
        begin = end
        while begin > 0 and lines[begin - 1].text:
            begin -= 1
        if begin == end or not _is_legal(lines[begin:end]):
            break
        start = end = begin
    return start


def _is_legal(paragraph: Sequence[Line]) -> bool:
    return _is_legal_text(" ".join(line.text for line in paragraph)[:_LONGEST_NOTICE])


@lru_cache(maxsize=64)  # the last paragraph of a mail is asked about several times
def _is_legal_text(shown: str) -> bool:
    text = fold(shown)
    if len(text) < 200 and _PRINTING.search(text):
        return True
    if len(text) < 60:
        return False
    found = 0
    for left, group in zip(range(len(_LEGAL_GROUPS) - 1, -1, -1), _LEGAL_GROUPS, strict=True):
        found += group.search(text) is not None
        if found >= _LEGAL_SIGNS or found + left < _LEGAL_SIGNS:
            break
    return found >= _LEGAL_SIGNS
